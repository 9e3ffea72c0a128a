//! Messages: bodies, versions, reactions and system lines.

use serde::{Deserialize, Serialize};

use crate::hosted_content::Image;
use crate::id::{AccountId, ChatKey, MessageId, Position};
use crate::time::Timestamp;

/// How a body is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum ContentType {
    /// Plain text.
    Text,
    /// HTML, cleaned on the way in.
    Html,
}

/// A message body. The text is never logged: `Debug` shows its length only.
#[derive(Clone, PartialEq, Eq)]
pub struct Body {
    /// How it is written.
    pub content_type: ContentType,
    /// What it says.
    pub content: String,
}

impl std::fmt::Debug for Body {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Body({:?}, {} bytes)", self.content_type, self.content.len())
    }
}

/// How urgent the sender says it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, Default)]
#[serde(rename_all = "camelCase")]
pub enum Importance {
    /// As ever.
    #[default]
    Normal,
    /// Marked important.
    High,
    /// Marked urgent.
    Urgent,
}

/// A person named in a message.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Mention {
    /// The number by which the body refers to it, `<at id="0">`.
    pub id: u32,
    /// The words that stand for the person.
    pub text: String,
    /// Who is meant.
    pub account: AccountId,
}

/// A message quoted in a reply: what it said when it was quoted.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Quote {
    /// The quoted message, of the same chat.
    pub message: MessageId,
    /// The first words of it, as plain text.
    pub preview: String,
    /// Who wrote it.
    pub sender: AccountId,
}

/// What a system line tells.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", tag = "kind")]
pub enum SystemEvent {
    /// People were added.
    MembersAdded {
        /// Who.
        members: Vec<AccountId>,
        /// From which message on they see the history; 0 is all.
        visible_from: MessageId,
    },
    /// People were removed: by a member, or because the terms no longer allow it.
    MembersDeleted {
        /// Who.
        members: Vec<AccountId>,
        /// Whether an organisation's terms did it rather than a member.
        by_policy: bool,
    },
    /// Somebody accepted and joined.
    MembersJoined {
        /// Who.
        members: Vec<AccountId>,
    },
    /// Somebody left.
    MembersLeft {
        /// Who.
        members: Vec<AccountId>,
    },
    /// The topic changed.
    ChatRenamed {
        /// The new topic.
        topic: Option<String>,
    },
    /// A message was pinned. Which one is not told to those who may not see it, so to nobody.
    MessagePinned,
    /// A message is pinned no more.
    MessageUnpinned,
}

/// What a message carries beyond its body; mostly empty.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct Extras {
    /// A subject line.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub subject: Option<String>,
    /// People named in it.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub mentions: Vec<Mention>,
    /// Messages quoted in it.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub quotes: Vec<Quote>,
    /// Images in it, by their numbers.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub images: Vec<Image>,
    /// What it tells, when it is a system line.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub system: Option<SystemEvent>,
}

impl Extras {
    /// Whether there is nothing in it.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        *self == Self::default()
    }
}

/// A message.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Message {
    /// Its chat.
    pub chat: ChatKey,
    /// Its id, which is the moment it was accepted.
    pub id: MessageId,
    /// Where its creation stands in the chat's order.
    pub position: Position,
    /// Who wrote it; of a system line, who did what it tells, or nobody when the terms did.
    pub sender: Option<AccountId>,
    /// What it says; empty for system lines.
    pub body: Body,
    /// How urgent.
    pub importance: Importance,
    /// Mentions, quotes, subject, system detail.
    pub extras: Extras,
    /// When it was last changed in any way, in milliseconds; grows with each change.
    pub etag: i64,
    /// When the text was last edited.
    pub edited_at: Option<Timestamp>,
    /// Where that edit stands in the chat's order.
    pub edited_position: Option<Position>,
    /// When it was deleted, if it is.
    pub deleted_at: Option<Timestamp>,
    /// The only account that may see it: the sender, when the other side had declined (P5).
    pub only_for: Option<AccountId>,
    /// Reactions, oldest first.
    pub reactions: Vec<Reaction>,
}

impl Message {
    /// When it was accepted.
    #[must_use]
    pub fn created_at(&self) -> Timestamp {
        Timestamp::from_ms(self.id.0)
    }

    /// When it was last changed in any way.
    #[must_use]
    pub fn modified_at(&self) -> Timestamp {
        Timestamp::from_ms(self.etag)
    }

    /// Whether it is a system line.
    #[must_use]
    pub const fn is_system(&self) -> bool {
        self.extras.system.is_some()
    }
}

/// Graph's old names of reactions, which are taken like emoji.
pub const REACTION_NAMES: [&str; 6] = ["like", "angry", "sad", "laugh", "heart", "surprised"];

/// A reaction.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reaction {
    /// Whose.
    pub account: AccountId,
    /// One emoji, or one of [`REACTION_NAMES`].
    pub kind: String,
    /// When.
    pub created_at: Timestamp,
    /// Where it stands in the chat's order; former members see only older ones.
    pub position: Position,
}

/// An earlier text of an edited message.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Version {
    /// When that text was replaced.
    pub replaced_at: Timestamp,
    /// What it said.
    pub body: Body,
}
