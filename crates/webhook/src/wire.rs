//! What delivery needs from the edge that knows how things look on the wire.

use serde_json::value::RawValue;
use visavis_app::AuditEntry;
use visavis_app::presence::PresenceView;
use visavis_app::view::{ChatView, Member, MessageView};
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
    /// Somebody's presence.
    fn presence(&self, view: &PresenceView) -> Option<Box<RawValue>>;
    /// An entry of the audit trail.
    fn act(&self, entry: &AuditEntry) -> Option<Box<RawValue>>;
    /// The public id of a member.
    fn member_id(&self, chat: &ChatId, account: AccountId, home: Home) -> String;
    /// What the API calls a home.
    fn home_id(&self, home: Home) -> String;
}
