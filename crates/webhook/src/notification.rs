//! What a request to a subscriber says: Graph's `changeNotificationCollection`.
//!
//! There are no `validationTokens`: nobody who receives one could check it, since they would have
//! to be signed with a published key of an application, and there are no applications here. A
//! receiver knows a notification by `clientState`, which only it and the server know.

use bytes::Bytes;
use serde::Serialize;
use serde_json::value::RawValue;
use visavis_app::delivery::Resource;
use visavis_app::subscription::{Place, Standing, Told};
use visavis_domain::home::Home;
use visavis_domain::limit::WEBHOOK_BODY_BYTES_MAX;
use visavis_domain::subscription::{Lifecycle, Subscription};
use visavis_domain::time::Timestamp;

use crate::certificate::{EncryptedContent, Sealer};
use crate::wire::Wire;

const HEAD: &[u8] = b"{\"value\":[";
const TAIL: &[u8] = b"]}";

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Item<'a> {
    subscription_id: String,
    change_type: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    client_state: Option<&'a str>,
    subscription_expiration_date_time: String,
    resource: &'a str,
    tenant_id: &'a str,
    resource_data: ResourceData<'a>,
    #[serde(skip_serializing_if = "Option::is_none")]
    encrypted_content: Option<EncryptedContent>,
}

#[derive(Serialize)]
struct ResourceData<'a> {
    id: &'a str,
    #[serde(rename = "@odata.type")]
    kind: &'static str,
    #[serde(rename = "@odata.id")]
    address: &'a str,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct LifecycleItem<'a> {
    subscription_id: String,
    lifecycle_event: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    client_state: Option<&'a str>,
    subscription_expiration_date_time: String,
    tenant_id: &'a str,
}

/// A request to a subscriber, and how far deliveries have come once it was answered.
#[derive(Debug)]
pub(crate) struct Batch {
    pub(crate) body: Bytes,
    pub(crate) upto: Place,
    /// Whether all of what is due is in it.
    pub(crate) is_whole: bool,
}

/// What a resource is called, and what a fetch shows of it now.
struct Shown {
    id: String,
    kind: &'static str,
    address: String,
    data: Option<Box<RawValue>>,
}

/// Writes what is due, as much as fits. None when something cannot be written.
pub(crate) fn batch(wire: &dyn Wire, standing: &Standing, after: Place) -> Option<Batch> {
    let subscription = &standing.subscription;
    let certificate = subscription.terms.certificate.as_ref();
    let sealer = match certificate.filter(|_certificate| subscription.terms.includes_data) {
        None => None,
        Some(certificate) => Some(Sealer::new(certificate)?),
    };
    let home = wire.home_id(standing.caller.home);
    let mut body = HEAD.to_vec();
    let mut upto = after;
    // Where the part ends that may be sent alone: between two things and not within one.
    let mut whole = body.len();
    for (number, told) in standing.told.iter().enumerate() {
        let is_new_place = told.place().is_some_and(|place| place != upto);
        if is_new_place {
            whole = body.len();
        }
        let item = item(wire, subscription, &home, told, sealer.as_ref())?;
        let is_too_much = body.len() + item.len() > WEBHOOK_BODY_BYTES_MAX;
        if is_too_much && whole > HEAD.len() {
            body.truncate(whole);
            return Some(Batch { body: closed(body), upto, is_whole: false });
        }
        if number > 0 {
            body.push(b',');
        }
        body.extend_from_slice(&item);
        upto = told.place().unwrap_or(upto);
    }
    Some(Batch { body: closed(body), upto: standing.upto, is_whole: true })
}

fn closed(mut body: Vec<u8>) -> Bytes {
    body.extend_from_slice(TAIL);
    Bytes::from(body)
}

fn item(
    wire: &dyn Wire,
    subscription: &Subscription,
    home: &str,
    told: &Told,
    sealer: Option<&Sealer<'_>>,
) -> Option<Vec<u8>> {
    let shown = shown(wire, told);
    let encrypted_content = match (sealer, &shown.data) {
        (Some(sealer), Some(data)) => Some(sealer.seal(data.get().as_bytes())?),
        _ => None,
    };
    let item = Item {
        subscription_id: subscription.id.to_string(),
        change_type: told.change().as_str(),
        client_state: subscription.terms.client_state.as_deref(),
        subscription_expiration_date_time: subscription.expires_at.to_string(),
        resource: &shown.address,
        tenant_id: home,
        resource_data: ResourceData { id: &shown.id, kind: shown.kind, address: &shown.address },
        encrypted_content,
    };
    serde_json::to_vec(&item).ok()
}

fn shown(wire: &dyn Wire, told: &Told) -> Shown {
    match told {
        Told::Change(notification, home) => resource(wire, &notification.resource, *home),
        Told::Act(entry) => Shown {
            id: entry.id().to_string(),
            kind: "#visavis.auditEvent",
            address: format!("admin/teams/externalAccess/auditEvents('{}')", entry.id()),
            data: wire.act(entry),
        },
        Told::Presence(view) => Shown {
            id: view.id.to_string(),
            kind: "#Microsoft.Graph.presence",
            address: format!("communications/presences('{}')", view.id),
            data: wire.presence(view),
        },
    }
}

fn resource(wire: &dyn Wire, resource: &Resource, home: Home) -> Shown {
    match resource {
        Resource::Chat { id, view } => Shown {
            id: id.to_string(),
            kind: "#Microsoft.Graph.chat",
            address: format!("chats('{id}')"),
            data: view.as_ref().and_then(|view| wire.chat(view)),
        },
        Resource::Message { chat, id, view } => Shown {
            id: id.to_string(),
            kind: "#Microsoft.Graph.chatMessage",
            address: format!("chats('{chat}')/messages('{id}')"),
            data: view.as_ref().and_then(|view| wire.message(view)),
        },
        Resource::Member { chat, account, view } => {
            let id = wire.member_id(chat, *account, home);
            Shown {
                kind: "#Microsoft.Graph.conversationMember",
                address: format!("chats('{chat}')/members('{id}')"),
                data: view.as_ref().and_then(|view| wire.member(view)),
                id,
            }
        }
    }
}

/// Writes a notification about a subscription itself.
pub(crate) fn lifecycle(wire: &dyn Wire, lifecycle: &Lifecycle) -> Option<Bytes> {
    let home = lifecycle.organisation.map_or(Home::Personal, Home::Organisation);
    let item = LifecycleItem {
        subscription_id: lifecycle.subscription.to_string(),
        lifecycle_event: lifecycle.event.as_str(),
        client_state: lifecycle.client_state.as_deref(),
        subscription_expiration_date_time: Timestamp::to_string(&lifecycle.expires_at),
        tenant_id: &wire.home_id(home),
    };
    let mut body = HEAD.to_vec();
    serde_json::to_writer(&mut body, &item).ok()?;
    Some(closed(body))
}
