//! What a frame says.

use axum::extract::ws::Utf8Bytes;
use serde::Serialize;
use serde_json::value::RawValue;
use visavis_app::delivery::{Notification, Resource};
use visavis_app::presence::PresenceView;
use visavis_app::view::Person;
use visavis_domain::home::Home;
use visavis_domain::id::{AccountId, ChatId};

use crate::wire::Wire;

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Frame<'a> {
    #[serde(skip_serializing_if = "Option::is_none")]
    token: Option<&'a str>,
    change_type: &'static str,
    resource: &'a str,
    resource_data: Option<Box<RawValue>>,
}

impl Frame<'_> {
    fn write(&self) -> Option<Utf8Bytes> {
        match serde_json::to_string(self) {
            Ok(text) => Some(Utf8Bytes::from(text)),
            Err(error) => {
                tracing::error!(code = "push-frame", %error, "a frame could not be written");
                None
            }
        }
    }
}

/// What happened to a resource; `token` is a point from which a resume misses nothing, and `home` is
/// that of a member, where one is told about.
pub(crate) fn notification(
    wire: &dyn Wire,
    token: &str,
    notification: &Notification,
    home: Home,
) -> Option<Utf8Bytes> {
    let (resource, resource_data) = shown(wire, &notification.resource, home);
    let change_type = notification.change.as_str();
    Frame { token: Some(token), change_type, resource: &resource, resource_data }.write()
}

/// A chat again, since terms changed and with them whether the told one may write there. Without a
/// token: it is no event, and whoever resumes looks for themselves.
pub(crate) fn standing(wire: &dyn Wire, chat: &Resource) -> Option<Utf8Bytes> {
    let (resource, resource_data) = shown(wire, chat, Home::Personal);
    Frame { token: None, change_type: "updated", resource: &resource, resource_data }.write()
}

/// The name of a resource, and what a fetch shows of it.
fn shown(wire: &dyn Wire, resource: &Resource, home: Home) -> (String, Option<Box<RawValue>>) {
    match resource {
        Resource::Chat { id, view } => (chat(id), view.as_ref().and_then(|view| wire.chat(view))),
        Resource::Message { chat: chat_id, id, view } => (
            format!("{}/messages('{id}')", chat(chat_id)),
            view.as_ref().and_then(|view| wire.message(view)),
        ),
        Resource::Member { chat: chat_id, account, view } => (
            format!("{}/members('{}')", chat(chat_id), wire.member_id(chat_id, *account, home)),
            view.as_ref().and_then(|view| wire.member(view)),
        ),
    }
}

/// Nothing is missing up to here: the frame that opens a connection, and that ends a resume.
pub(crate) fn current(token: &str, account: AccountId) -> Option<Utf8Bytes> {
    let resource_data = RawValue::from_string(format!("{{\"id\":\"{account}\"}}")).ok();
    Frame { token: Some(token), change_type: "updated", resource: "me", resource_data }.write()
}

/// Somebody types.
pub(crate) fn typing(wire: &dyn Wire, id: &ChatId, typist: &Person) -> Option<Utf8Bytes> {
    let resource = format!("{}/typing", chat(id));
    let resource_data = wire.typist(typist);
    Frame { token: None, change_type: "updated", resource: &resource, resource_data }.write()
}

/// Somebody's presence changed.
pub(crate) fn presence(wire: &dyn Wire, view: &PresenceView) -> Option<Utf8Bytes> {
    let resource = format!("users('{}')/presence", view.id);
    let resource_data = wire.presence(view);
    Frame { token: None, change_type: "updated", resource: &resource, resource_data }.write()
}

fn chat(id: &ChatId) -> String {
    format!("chats('{id}')")
}
