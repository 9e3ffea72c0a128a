//! Events: what happened in a chat, in its order, and to whom it is told.

use crate::chat::{Consent, Membership};
use crate::id::{AccountId, ChatKey, MessageId, Position, Watermark};

/// One thing that happened in a chat.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Event {
    /// Where it stands in the order of commits.
    pub watermark: Watermark,
    /// Which chat.
    pub chat: ChatKey,
    /// Where it stands in the chat's order.
    pub position: Position,
    /// What happened.
    pub kind: EventKind,
    /// The only account that is told, where it concerns one account only.
    pub only_for: Option<AccountId>,
}

/// What happened.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum EventKind {
    /// The chat was created.
    ChatCreated,
    /// The topic, or what one member sees of the chat (request state, hidden, read), changed.
    ChatUpdated,
    /// A message was accepted.
    MessageCreated(MessageId),
    /// A message was edited.
    MessageEdited(MessageId),
    /// A message got or lost a reaction, or was restored.
    MessageUpdated(MessageId),
    /// A message was deleted; it stays as a tombstone.
    MessageDeleted(MessageId),
    /// Somebody was added, or added again.
    MemberAdded(AccountId),
    /// Somebody accepted, or read further: what the others see of the member changed.
    MemberUpdated(AccountId),
    /// Somebody left, was removed, or was evicted.
    MemberRemoved(AccountId),
    /// A message was pinned, or is pinned no more.
    PinChanged(MessageId),
}

impl EventKind {
    /// The kind as the store keeps it.
    #[must_use]
    pub const fn code(self) -> i64 {
        match self {
            Self::ChatCreated => 1,
            Self::ChatUpdated => 2,
            Self::MessageCreated(_) => 3,
            Self::MessageEdited(_) => 4,
            Self::MessageUpdated(_) => 5,
            Self::MessageDeleted(_) => 6,
            Self::MemberAdded(_) => 7,
            Self::MemberUpdated(_) => 8,
            Self::MemberRemoved(_) => 9,
            Self::PinChanged(_) => 10,
        }
    }

    /// The kind from what the store kept; `None` when that is inconsistent.
    #[must_use]
    pub fn from_parts(
        code: i64,
        message: Option<MessageId>,
        account: Option<AccountId>,
    ) -> Option<Self> {
        Some(match code {
            1 => Self::ChatCreated,
            2 => Self::ChatUpdated,
            3 => Self::MessageCreated(message?),
            4 => Self::MessageEdited(message?),
            5 => Self::MessageUpdated(message?),
            6 => Self::MessageDeleted(message?),
            7 => Self::MemberAdded(account?),
            8 => Self::MemberUpdated(account?),
            9 => Self::MemberRemoved(account?),
            10 => Self::PinChanged(message?),
            _ => return None,
        })
    }

    /// The message it is about.
    #[must_use]
    pub const fn message(self) -> Option<MessageId> {
        match self {
            Self::MessageCreated(id)
            | Self::MessageEdited(id)
            | Self::MessageUpdated(id)
            | Self::MessageDeleted(id)
            | Self::PinChanged(id) => Some(id),
            _ => None,
        }
    }

    /// The member it is about.
    #[must_use]
    pub const fn member(self) -> Option<AccountId> {
        match self {
            Self::MemberAdded(id) | Self::MemberUpdated(id) | Self::MemberRemoved(id) => Some(id),
            _ => None,
        }
    }
}

/// What of a chat an event makes a viewer look at again. Whatever it is, the viewer is shown the
/// resource as a fetch would show it at that moment, or that it is gone.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Refresh {
    /// Nothing: the event is not for this viewer.
    Nothing,
    /// The chat itself.
    Chat,
    /// A message.
    Message(MessageId),
    /// A message and the chat: sending while a request waits also moves its counter.
    MessageAndChat(MessageId),
    /// A member.
    Member(AccountId),
    /// A member and the chat: who comes or goes also moves the time of its last update.
    MemberAndChat(AccountId),
}

impl Event {
    /// What this event means to somebody with this membership.
    ///
    /// `viewer` is the membership as it stands now. A pending recipient only ever learns of the
    /// chat itself; a former member learns of what lay before the end, and of later changes to
    /// messages that they could see, since an edit hides the message from them (U-47).
    #[must_use]
    pub fn refresh_for(&self, viewer: &Membership) -> Refresh {
        if self.only_for.is_some_and(|only| only != viewer.account) {
            return Refresh::Nothing;
        }
        if self.kind.member() == Some(viewer.account) {
            // Whoever declined, or never was to know, hears nothing of being asked or taken out.
            let is_silent = matches!(viewer.consent, Consent::Declined) && self.only_for.is_none();
            return if is_silent { Refresh::Nothing } else { Refresh::Chat };
        }
        if !viewer.can_see_chat() || self.position < viewer.joined_at {
            return Refresh::Nothing;
        }
        if viewer.is_pending() {
            return match self.kind {
                EventKind::ChatCreated | EventKind::ChatUpdated => Refresh::Chat,
                _ => Refresh::Nothing,
            };
        }
        let is_after_the_end = viewer.visible_until.is_some_and(|until| self.position > until);
        match self.kind {
            EventKind::MessageEdited(id) | EventKind::MessageDeleted(id)
                if is_after_the_end && id >= viewer.visible_from =>
            {
                Refresh::Message(id)
            }
            EventKind::MessageUpdated(id) if is_after_the_end && id >= viewer.visible_from => {
                Refresh::Message(id)
            }
            EventKind::ChatUpdated if self.only_for.is_some() => Refresh::Chat,
            _ if is_after_the_end => Refresh::Nothing,
            EventKind::ChatCreated | EventKind::ChatUpdated => Refresh::Chat,
            EventKind::MessageCreated(id) => Refresh::MessageAndChat(id),
            EventKind::MessageEdited(id)
            | EventKind::MessageUpdated(id)
            | EventKind::MessageDeleted(id) => Refresh::Message(id),
            EventKind::PinChanged(id) if id < viewer.visible_from => Refresh::Nothing,
            EventKind::PinChanged(_) => Refresh::Chat,
            EventKind::MemberUpdated(account) => Refresh::Member(account),
            EventKind::MemberAdded(account) | EventKind::MemberRemoved(account) => {
                Refresh::MemberAndChat(account)
            }
        }
    }
}
