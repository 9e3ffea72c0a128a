//! Chats and memberships: what they hold, and what a member may see.

use serde::{Deserialize, Serialize};

use crate::home::Home;
use crate::id::{AccountId, ChatId, ChatKey, MessageId, Position};
use crate::message::Message;
use crate::time::Timestamp;

/// What kind of chat it is; fixed at creation.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum ChatKind {
    /// Exactly two people, for ever.
    OneOnOne,
    /// Up to 250 people, who come and go.
    Group,
}

/// A chat.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Chat {
    /// The store's short name.
    pub key: ChatKey,
    /// The public name.
    pub id: ChatId,
    /// One-to-one or group.
    pub kind: ChatKind,
    /// Who created it; never changes.
    pub initiator: AccountId,
    /// The home of who created it; never changes, and several rules hang on it (7.3).
    pub initiator_home: Home,
    /// What a group is about.
    pub topic: Option<String>,
    /// When it was created.
    pub created_at: Timestamp,
    /// When it was last renamed or its membership changed. New messages do not count.
    pub updated_at: Timestamp,
    /// The last place that was taken in its order of events.
    pub last_position: Position,
    /// The newest message.
    pub last_message: Option<MessageId>,
    /// The version of its membership, consents and blocks: what, with the epochs of its homes, a
    /// verdict about it depends on.
    pub access_version: i64,
    /// Messages sent since somebody was asked and before the first outsider accepted, S-20.
    pub pending_sends: u32,
    /// Whether an outsider ever accepted; from then on the cap of S-20 is over for a group.
    pub has_accepted_outsider: bool,
}

/// Whether and how somebody is in a chat, 7.2.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum MembershipState {
    /// In the chat.
    Member,
    /// Left by themselves.
    Left,
    /// Removed by a member.
    Removed,
    /// Removed because the terms of an organisation no longer allow it.
    RemovedByPolicy,
    /// Removed by an administrator of their own organisation, A-142: sees nothing of the chat.
    RemovedByAdministrator,
}

impl MembershipState {
    /// The name in the store.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Member => "member",
            Self::Left => "left",
            Self::Removed => "removed",
            Self::RemovedByPolicy => "policy",
            Self::RemovedByAdministrator => "administrator",
        }
    }

    /// Reads the name.
    #[must_use]
    pub fn from_name(name: &str) -> Option<Self> {
        [
            Self::Member,
            Self::Left,
            Self::Removed,
            Self::RemovedByPolicy,
            Self::RemovedByAdministrator,
        ]
        .into_iter()
        .find(|state| state.as_str() == name)
    }
}

/// What a member has said to being asked, 7.1.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Consent {
    /// Nobody had to ask: the initiator, colleagues, people who accepted the asker before.
    NotNeeded,
    /// Asked and not answered.
    Pending,
    /// Accepted.
    Accepted,
    /// Deleted, or blocked before accepting. The asking side sees this as pending.
    Declined,
}

impl Consent {
    /// The name in the store.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::NotNeeded => "none",
            Self::Pending => "pending",
            Self::Accepted => "accepted",
            Self::Declined => "declined",
        }
    }

    /// Reads the name.
    #[must_use]
    pub fn from_name(name: &str) -> Option<Self> {
        [Self::NotNeeded, Self::Pending, Self::Accepted, Self::Declined]
            .into_iter()
            .find(|consent| consent.as_str() == name)
    }

    /// Whether the member takes part in the chat.
    #[must_use]
    pub const fn is_given(self) -> bool {
        matches!(self, Self::NotNeeded | Self::Accepted)
    }

    /// Whether somebody waits for an answer, or must believe so.
    #[must_use]
    pub const fn is_open(self) -> bool {
        matches!(self, Self::Pending | Self::Declined)
    }
}

/// One account in one chat.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Membership {
    /// Which chat.
    pub chat: ChatKey,
    /// Who.
    pub account: AccountId,
    /// Whether they are in it.
    pub state: MembershipState,
    /// What they said to being asked.
    pub consent: Consent,
    /// Who asked, when consent was needed.
    pub requested_by: Option<AccountId>,
    /// When they were asked.
    pub requested_at: Option<Timestamp>,
    /// Whether the first contact looks like an impersonation (4.2). Shown to the asked side only.
    pub is_high_risk: bool,
    /// Whether they looked at the preview. Never shown to anybody (U-25).
    pub has_previewed: bool,
    /// The position from which events concern them: that of their (last) joining.
    pub joined_at: Position,
    /// The oldest message they may see, as its id; 0 is all of them (G-05).
    pub visible_from: MessageId,
    /// The last position they may see, once they are no member any more.
    pub visible_until: Option<Position>,
    /// When that was.
    pub ended_at: Option<Timestamp>,
    /// The topic of the chat at that time: they do not learn of later ones.
    pub ended_topic: Option<String>,
    /// Whether they hid the chat from their list.
    pub is_hidden: bool,
    /// Whether they want no notice of what is new in it.
    pub is_muted: bool,
    /// Whether they keep it in front of their list. Only while the chat exists for them.
    pub is_pinned: bool,
    /// The newest message they have read.
    pub read_up_to: Option<MessageId>,
}

impl Membership {
    /// The membership after its end: what they could see up to now stays theirs.
    #[must_use]
    pub fn ended(self, state: MembershipState, chat: &Chat, now: Timestamp) -> Self {
        let ended = Self {
            state,
            visible_until: Some(chat.last_position),
            ended_at: Some(now),
            ended_topic: chat.topic.clone(),
            ..self
        };
        Self { is_pinned: ended.is_pinned && ended.can_see_chat(), ..ended }
    }

    /// The membership after a return.
    #[must_use]
    pub fn resumed(self) -> Self {
        Self {
            state: MembershipState::Member,
            visible_until: None,
            ended_at: None,
            ended_topic: None,
            is_hidden: false,
            ..self
        }
    }

    /// Whether they are in the chat and take part in it.
    #[must_use]
    pub const fn is_active(&self) -> bool {
        matches!(self.state, MembershipState::Member) && self.consent.is_given()
    }

    /// Whether they were asked and have not answered.
    #[must_use]
    pub const fn is_pending(&self) -> bool {
        matches!(self.state, MembershipState::Member) && matches!(self.consent, Consent::Pending)
    }

    /// Whether the chat exists for them at all: in lists and by its id.
    ///
    /// Not after declining, not after an administrator took them out; after leaving or being
    /// removed it does, with the history up to then, provided that they took part.
    #[must_use]
    pub const fn can_see_chat(&self) -> bool {
        match self.state {
            MembershipState::RemovedByAdministrator => false,
            MembershipState::Member => !matches!(self.consent, Consent::Declined),
            MembershipState::Left | MembershipState::Removed | MembershipState::RemovedByPolicy => {
                self.consent.is_given()
            }
        }
    }

    /// Whether they may see what messages say. Pending people may not (P5).
    #[must_use]
    pub const fn can_see_messages(&self) -> bool {
        self.can_see_chat() && self.consent.is_given()
    }

    /// Whether they may see this message, by its place, its audience and its last edit (U-47).
    #[must_use]
    pub fn can_see(&self, message: &Message) -> bool {
        self.can_see_messages() && self.is_in_view(message)
    }

    /// Whether the message lies in the stretch of history that is theirs, consent aside: what a
    /// preview shows of a chat.
    #[must_use]
    pub fn is_in_view(&self, message: &Message) -> bool {
        let is_for_them = message.only_for.is_none_or(|only| only == self.account);
        let is_since = message.id >= self.visible_from;
        let changed = message.edited_position.unwrap_or(message.position);
        let is_before_the_end = self.visible_until.is_none_or(|until| changed <= until);
        is_for_them && is_since && is_before_the_end
    }
}

/// How much history somebody who is added may see, G-04 and G-05.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum HistoryChoice {
    /// Nothing from before.
    None,
    /// From a moment on.
    Since(Timestamp),
    /// Everything.
    All,
}

impl HistoryChoice {
    /// The oldest message that may be seen, when `next` is the id that the next message gets.
    #[must_use]
    pub fn visible_from(self, next: MessageId) -> MessageId {
        match self {
            Self::None => next,
            Self::Since(moment) => MessageId(moment.as_ms().clamp(0, next.0)),
            Self::All => MessageId(0),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn history_choices_become_a_first_message() {
        let next = MessageId(1_000);
        assert_eq!(HistoryChoice::None.visible_from(next), next);
        assert_eq!(HistoryChoice::All.visible_from(next), MessageId(0));
        assert_eq!(
            HistoryChoice::Since(Timestamp::from_ms(400)).visible_from(next),
            MessageId(400)
        );
        assert_eq!(HistoryChoice::Since(Timestamp::MIN).visible_from(next), MessageId(0));
        assert_eq!(HistoryChoice::Since(Timestamp::from_ms(9_000)).visible_from(next), next);
    }
}
