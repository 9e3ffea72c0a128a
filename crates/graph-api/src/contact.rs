//! People outside: finding them by exact address, and those whom one has blocked.

use axum::http::StatusCode;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;
use visavis_app::Tx;
use visavis_app::contact::{self, BlockedContact, Found, Resolution};
use visavis_app::context::Context;
use visavis_app::subject::UserKey;
use visavis_app::view::Person;
use visavis_domain::address::Address;
use visavis_domain::id::AccountId;
use visavis_domain::limit::RESOLVE_IDENTITIES_MAX;
use visavis_policy::reason::{Refusal, Setting, View};

use crate::Routes;
use crate::answer::Answer;
use crate::error::{ApiError, Errors};
use crate::extract::{Call, Key, Payload};
use crate::odata::{Collection, Moment, Tenant, UserIdentity};
use crate::open_api::words;
use crate::query::Options;
use crate::user::{email, named, phone};

pub(crate) fn routes() -> Routes {
    OpenApiRouter::default()
        .routes(routes!(contact_resolve))
        .routes(routes!(blocked_list, blocked_create))
        .routes(routes!(blocked_delete))
}

/// Addresses to be found.
#[derive(Debug, Deserialize, ToSchema)]
#[schema(as = resolveContacts)]
pub(crate) struct ResolveBody {
    /// At most 20.
    identities: Vec<IdentityBody>,
}

/// An address: `#microsoft.graph.emailIdentity` with `email`, or `#visavis.phoneIdentity` with
/// `phoneNumber`.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = addressIdentity)]
pub(crate) struct IdentityBody {
    #[serde(rename = "@odata.type")]
    odata_type: Option<String>,
    email: Option<String>,
    phone_number: Option<String>,
}

impl IdentityBody {
    fn address(&self, target: &str) -> Result<Address, ApiError> {
        let kind = self.odata_type.as_deref().and_then(|kind| kind.rsplit('.').next());
        let wants_email = kind.is_none_or(|kind| kind == "emailIdentity");
        let wants_phone = kind.is_none_or(|kind| kind == "phoneIdentity");
        match (&self.email, &self.phone_number) {
            (Some(text), None) if wants_email => {
                email(&format!("{target}/email"), text).map(Address::Email)
            }
            (None, Some(text)) if wants_phone => {
                phone(&format!("{target}/phoneNumber"), text).map(Address::Phone)
            }
            _ => Err(ApiError::invalid(
                target,
                "An identity is `#microsoft.graph.emailIdentity` with `email`, or \
                 `#visavis.phoneIdentity` with `phoneNumber`.",
            )),
        }
    }
}

/// What came of one address.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = resolvedContact)]
struct ResolvedWire<'a> {
    identity: IdentityWire<'a>,
    /// `found`, `notReachable` or `refused`.
    #[schema(value_type = words::Resolution)]
    result: &'static str,
    #[schema(required)]
    user: Option<FoundWire<'a>>,
    #[schema(required)]
    refusal: Option<RefusalWire>,
}

#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = resolvedIdentity)]
struct IdentityWire<'a> {
    #[serde(rename = "@odata.type")]
    odata_type: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    email: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    phone_number: Option<&'a str>,
}

/// Who was found: id, name, mail and organisation, nothing more.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = foundUser)]
struct FoundWire<'a> {
    #[schema(value_type = String, format = "uuid")]
    id: AccountId,
    display_name: &'a str,
    #[schema(required)]
    mail: Option<&'a str>,
    #[schema(value_type = String, format = "uuid")]
    tenant_id: Tenant,
    #[schema(required)]
    organisation_name: Option<&'a str>,
    is_external: bool,
    #[schema(value_type = words::Trust)]
    trust: &'static str,
}

/// Why one's own side refuses.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = refusal)]
struct RefusalWire {
    code: &'static str,
    rule_id: &'static str,
    #[schema(required)]
    setting: Option<&'static str>,
}

/// Somebody whom one has blocked.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = blockedContact)]
struct BlockedWire<'a> {
    #[schema(value_type = String, format = "uuid")]
    id: AccountId,
    identity: UserIdentity<'a>,
    #[schema(required)]
    email: Option<&'a str>,
    #[schema(value_type = String, format = DateTime)]
    blocked_date_time: Moment,
}

/// Whom to block: one of the three.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = newBlockedContact)]
pub(crate) struct BlockBody {
    user_id: Option<String>,
    email: Option<String>,
    phone_number: Option<String>,
}

fn resolved_wire(resolution: &Resolution) -> ResolvedWire<'_> {
    let identity = match &resolution.address {
        Address::Email(email) => IdentityWire {
            odata_type: "#microsoft.graph.emailIdentity",
            email: Some(email.as_str()),
            phone_number: None,
        },
        Address::Phone(phone) => IdentityWire {
            odata_type: "#visavis.phoneIdentity",
            email: None,
            phone_number: Some(phone.as_str()),
        },
    };
    let (result, user, refusal) = match &resolution.result {
        Found::Person(person) => ("found", Some(found_wire(person)), None),
        Found::NotReachable => ("notReachable", None, None),
        Found::Refused(refusal) => match refusal_wire(refusal) {
            Some(wire) => ("refused", None, Some(wire)),
            None => ("notReachable", None, None),
        },
    };
    ResolvedWire { identity, result, user, refusal }
}

fn found_wire(person: &Person) -> FoundWire<'_> {
    let card = &*person.card;
    FoundWire {
        id: card.id,
        display_name: &card.display_name,
        mail: card.mail.as_deref(),
        tenant_id: card.home.into(),
        organisation_name: card.organisation_name.as_deref(),
        is_external: person.is_external,
        trust: person.trust.as_str(),
    }
}

/// What the caller may learn of a refusal; nothing of the other side's.
fn refusal_wire(refusal: &Refusal) -> Option<RefusalWire> {
    match refusal.for_actor() {
        View::NotReachable => None,
        View::Exact(exact) => Some(RefusalWire {
            code: exact.reason.code(),
            rule_id: exact.rule.as_str(),
            setting: exact.setting.map(Setting::as_str),
        }),
    }
}

fn blocked_wire(blocked: &BlockedContact) -> BlockedWire<'_> {
    let card = &*blocked.person.card;
    BlockedWire {
        id: card.id,
        identity: UserIdentity::of(&blocked.person),
        email: card.mail.as_deref(),
        blocked_date_time: Moment(blocked.blocked_at),
    }
}

/// Find people outside by their exact addresses.
#[utoipa::path(post, path = "/v1.0/me/externalContacts/resolve", tag = "people outside",
    request_body = ResolveBody,
    responses((status = 200, body = Collection<ResolvedWire<'static>>), Errors))]
async fn contact_resolve(call: Call, payload: Payload<ResolveBody>) -> Result<Answer, ApiError> {
    let identities = payload.value.identities;
    if identities.len() > RESOLVE_IDENTITIES_MAX {
        let words =
            format!("At most {RESOLVE_IDENTITIES_MAX} identities can be asked for at once.");
        return Err(ApiError::invalid("identities", words));
    }
    let addresses = (0_usize..)
        .zip(&identities)
        .map(|(at, identity)| identity.address(&format!("identities/{at}")))
        .collect::<Result<_, _>>()?;
    let resolved = call.read(move |tx, ctx| contact::resolve(tx, ctx, addresses)).await?;
    let value = resolved.iter().map(resolved_wire).collect();
    let collection = Collection { count: None, next_link: None, delta_link: None, value };
    Ok(call.shape.collection("me/externalContacts/resolve", collection, &Options::default()))
}

/// List whom one has blocked.
#[utoipa::path(get, path = "/v1.0/me/externalContacts/blocked", tag = "people outside",
    params(crate::open_api::CollectionParameters),
    responses((status = 200, body = Collection<BlockedWire<'static>>), Errors))]
async fn blocked_list(call: Call, options: Options) -> Result<Answer, ApiError> {
    options.only(&[])?;
    let blocked = call.read(contact::blocked).await?;
    let value = blocked.iter().map(blocked_wire).collect();
    Ok(call.shape.collection("me/externalContacts/blocked", Collection::all(value), &options))
}

/// Block somebody.
#[utoipa::path(post, path = "/v1.0/me/externalContacts/blocked", tag = "people outside",
    params(crate::open_api::CreateParameters), request_body = BlockBody,
    responses((status = 201, body = BlockedWire<'static>), Errors))]
async fn blocked_create(call: Call, payload: Payload<BlockBody>) -> Result<Answer, ApiError> {
    let BlockBody { user_id, email, phone_number } = payload.value;
    let key = named(user_id.as_deref(), email.as_deref(), phone_number.as_deref())?;
    let block = move |tx: &mut Tx<'_>, ctx: &Context<'_>| contact::block(tx, ctx, &key);
    call.create(payload.once, block, |shape, blocked| {
        let set = "me/externalContacts/blocked";
        shape.entity(StatusCode::CREATED, set, &blocked_wire(blocked))
    })
    .await
}

/// Unblock somebody.
#[utoipa::path(delete, path = "/v1.0/me/externalContacts/blocked/{user_id}",
    tag = "people outside", params(("user_id" = String, Path)),
    responses((status = 204), Errors))]
async fn blocked_delete(call: Call, Key(key): Key<UserKey>) -> Result<Answer, ApiError> {
    let UserKey::Id(account) = key else { return Err(ApiError::not_found()) };
    call.write(move |tx, ctx| contact::unblock(tx, ctx, account)).await?;
    Ok(Answer::no_content())
}
