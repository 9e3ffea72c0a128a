//! What delivery needs from the edge that knows how things look on the wire.

use std::net::IpAddr;
use std::pin::Pin;
use std::sync::Arc;

use axum::http::HeaderMap;
use axum::response::Response;
use serde_json::value::RawValue;
use visavis_app::context::Caller;
use visavis_app::failure::Failure;
use visavis_app::presence::PresenceView;
use visavis_app::view::{ChatView, Member, MessageView, Person};
use visavis_domain::home::Home;
use visavis_domain::id::{AccountId, ChatId};

/// How things look on the wire: exactly as a fetch would show them. `None` only when a thing
/// cannot be written at all, which is a bug and is logged where it happens.
pub trait Wire: Send + Sync + 'static {
    /// A chat.
    fn chat(&self, view: &ChatView) -> Option<Box<RawValue>>;
    /// A message.
    fn message(&self, view: &MessageView) -> Option<Box<RawValue>>;
    /// A member of a chat.
    fn member(&self, view: &Member) -> Option<Box<RawValue>>;
    /// Somebody who types, as the identity of a message's sender.
    fn typist(&self, person: &Person) -> Option<Box<RawValue>>;
    /// Somebody's presence.
    fn presence(&self, view: &PresenceView) -> Option<Box<RawValue>>;
    /// The public id of a member.
    fn member_id(&self, chat: &ChatId, account: AccountId, home: Home) -> String;
    /// The answer to a request that is refused before it becomes a connection.
    fn refuse(&self, failure: Failure) -> Response;
}

/// Who opens a connection.
#[derive(Clone)]
pub struct SignIn {
    /// The account.
    pub caller: Caller,
    /// The secret of the token or session; checked again while the connection lasts.
    pub secret: String,
}

impl std::fmt::Debug for SignIn {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("SignIn").field("caller", &self.caller).finish_non_exhaustive()
    }
}

/// A request that wants to become a connection.
#[derive(Debug, Clone)]
pub struct Knock {
    /// Its headers.
    pub headers: HeaderMap,
    /// The account that it names with `?account=`: a browser may be signed in to several.
    pub account: Option<String>,
    /// The address of the peer.
    pub client: Option<IpAddr>,
}

/// Finds out who opens a connection, or answers the refusal. It refuses a session cookie unless the
/// page that opens the connection is the server's own: a browser sends cookies along for any page.
pub type Authenticate = Arc<
    dyn Fn(Knock) -> Pin<Box<dyn Future<Output = Result<SignIn, Box<Response>>> + Send>>
        + Send
        + Sync,
>;
