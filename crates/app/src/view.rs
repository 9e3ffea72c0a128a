//! What a use case answers with: things as one viewer sees them. Edges turn views into wire types.

use std::sync::Arc;

use visavis_domain::account::{Profile, Roles};
use visavis_domain::chat::{Chat, Membership};
use visavis_domain::contact::RequestState;
use visavis_domain::home::{Home, Trust};
use visavis_domain::id::{AccountId, ChatId, MessageId};
use visavis_domain::message::Message;
use visavis_domain::time::Timestamp;
use visavis_policy::reason::View;
use visavis_policy::risk::Risk;

/// What is the same about a person for every viewer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Card {
    /// The account.
    pub id: AccountId,
    /// What people call the person.
    pub display_name: String,
    /// The primary e-mail address.
    pub mail: Option<String>,
    /// The primary telephone number; edges show it to nobody but the owner and colleagues (U-86).
    pub phone: Option<String>,
    /// The sign-in name.
    pub user_principal_name: String,
    /// Where the account belongs.
    pub home: Home,
    /// What that home is called; none for personal accounts.
    pub organisation_name: Option<String>,
}

/// A person as a viewer sees them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Person {
    /// What is the same for everybody.
    pub card: Arc<Card>,
    /// Whether the home differs from the viewer's.
    pub is_external: bool,
    /// How far the viewer's side knows them.
    pub trust: Trust,
}

/// An account in full, as its owner, a colleague or an accepted contact may see it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct User {
    /// The person.
    pub person: Person,
    /// Free text of the directory; empty for outsiders.
    pub profile: Profile,
    /// Whether the account may sign in; only to colleagues and the owner.
    pub is_enabled: bool,
    /// Roles; only to the owner and administrators.
    pub roles: Roles,
    /// Every verified address, `smtp:` and `tel:` alike; only to the owner and colleagues.
    pub addresses: Vec<String>,
    /// When the account was made.
    pub created_at: Timestamp,
}

/// A contact request as one side sees it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Request {
    /// The state.
    pub state: RequestState,
    /// Whether the viewer's side asked.
    pub is_outbound: bool,
    /// Who asked.
    pub requested_by: Person,
    /// When.
    pub requested_at: Timestamp,
    /// Messages sent and allowed; the asking side only, and only while it waits.
    pub messages: Option<(u32, u32)>,
    /// How risky it looks; the asked side only.
    pub risk: Option<Risk>,
}

/// A member as a viewer sees them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Member {
    /// Which chat.
    pub chat: ChatId,
    /// Who.
    pub person: Person,
    /// The oldest message they may see; none is "no history", 0 is all of it.
    pub visible_from: MessageId,
    /// How far they have read, where both sides show it.
    pub read_up_to: Option<MessageId>,
    /// Whether they were asked and have, for all the viewer may know, not answered.
    pub is_pending: bool,
}

/// A chat as a viewer sees it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ChatView {
    /// The chat; topic and last message already removed where the viewer may not see them.
    pub chat: Chat,
    /// The viewer's own membership.
    pub membership: Membership,
    /// The contact request, if there ever was one.
    pub request: Option<Request>,
    /// The members, when they were asked for.
    pub members: Option<Vec<Member>>,
    /// The newest message that the viewer may see, when it was asked for.
    pub last_message: Option<MessageView>,
    /// How many messages of others the viewer has not read, up to a limit; when it was asked for,
    /// and not while a request waits for the viewer.
    pub unread: Option<u32>,
    /// Why the viewer could not write here now, as sending would say it; none when they could.
    pub send_refusal: Option<View>,
}

/// A message as a viewer sees it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MessageView {
    /// The public name of its chat.
    pub chat_id: ChatId,
    /// The message; deleted ones have an empty body.
    pub message: Arc<Message>,
    /// Everybody whom it names: sender, mentioned, reacting, quoted, added, removed.
    pub people: Vec<Person>,
    /// The home in which the chat was created: the chat's *tenant*.
    pub chat_home: Home,
}

impl MessageView {
    /// Somebody whom the message names.
    #[must_use]
    pub fn person(&self, id: AccountId) -> Option<&Person> {
        self.people.iter().find(|person| person.card.id == id)
    }
}

/// One page of a collection.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Page<T> {
    /// The entries.
    pub items: Vec<T>,
    /// Where the next page starts, if there is one; opaque to callers.
    pub next: Option<String>,
}

impl<T> Page<T> {
    /// The same page with each entry changed into something else.
    pub fn map<U>(self, change: impl FnMut(T) -> U) -> Page<U> {
        Page { items: self.items.into_iter().map(change).collect(), next: self.next }
    }
}
