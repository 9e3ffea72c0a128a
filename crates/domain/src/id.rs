//! Identities: one type for each kind of thing, so that two kinds cannot be mixed up.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};
use uuid::Uuid;

/// The text is not an id of the kind that was asked for.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("not a valid {kind}")]
pub struct InvalidId {
    pub(crate) kind: &'static str,
}

macro_rules! uuid_id {
    ($(#[$doc:meta])* $name:ident, $kind:literal) => {
        $(#[$doc])*
        #[derive(
            Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize,
        )]
        #[serde(transparent)]
        pub struct $name(Uuid);

        impl $name {
            /// Wraps an id that was made from injected randomness or read from the store.
            #[must_use]
            pub const fn new(id: Uuid) -> Self {
                Self(id)
            }

            /// The id as its sixteen bytes, the form that the store keeps.
            #[must_use]
            pub const fn as_bytes(&self) -> &[u8; 16] {
                self.0.as_bytes()
            }

            /// The id from its sixteen bytes.
            #[must_use]
            pub const fn from_bytes(bytes: [u8; 16]) -> Self {
                Self(Uuid::from_bytes(bytes))
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                self.0.as_hyphenated().fmt(f)
            }
        }

        impl FromStr for $name {
            type Err = InvalidId;

            /// Reads the hyphenated form of 36 characters, in either case.
            fn from_str(text: &str) -> Result<Self, InvalidId> {
                match Uuid::try_parse(text) {
                    Ok(id) if text.len() == 36 => Ok(Self(id)),
                    _ => Err(InvalidId { kind: $kind }),
                }
            }
        }
    };
}

uuid_id!(
    /// An account: a person who signs in.
    AccountId,
    "account id"
);
uuid_id!(
    /// An organisation, called *tenant* in the API.
    OrganisationId,
    "tenant id"
);
uuid_id!(
    /// A group of accounts that carries policy assignments.
    GroupId,
    "group id"
);
uuid_id!(
    /// A bearer token or session, as it is listed and revoked. Not the secret.
    TokenId,
    "token id"
);
uuid_id!(
    /// A subscription to change notifications.
    SubscriptionId,
    "subscription id"
);

macro_rules! number_id {
    ($(#[$doc:meta])* $name:ident) => {
        $(#[$doc])*
        #[derive(
            Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize,
        )]
        #[serde(transparent)]
        pub struct $name(pub i64);

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                self.0.fmt(f)
            }
        }
    };
}

number_id!(
    /// The store's short name of a chat. Never leaves the deployment; see [`ChatId`].
    ChatKey
);
number_id!(
    /// The store's short name of an organisation, used in audit rows. [`OrganisationKey::PERSONAL`]
    /// stands for the personal realm. Never leaves the deployment.
    OrganisationKey
);
number_id!(
    /// A message in its chat: milliseconds since 1970, made unique and increasing in the chat.
    ///
    /// It is the time at which the message was accepted, too.
    MessageId
);
number_id!(
    /// Where an event stands in its chat's total order: 1, 2, 3, … without gaps (P2).
    Position
);
number_id!(
    /// Where an event stands in the order of commits of the whole deployment. Increasing, with
    /// gaps. A resume token is one of these, sealed.
    Watermark
);

impl OrganisationKey {
    /// The personal realm.
    pub const PERSONAL: Self = Self(0);
}

impl MessageId {
    /// The id of a message accepted at `now_ms`, after `last` in the same chat.
    #[must_use]
    pub fn next(now_ms: i64, last: Option<Self>) -> Self {
        match last {
            Some(Self(last)) if last >= now_ms => Self(last + 1),
            _ => Self(now_ms),
        }
    }
}

impl FromStr for MessageId {
    type Err = InvalidId;

    fn from_str(text: &str) -> Result<Self, InvalidId> {
        let invalid = InvalidId { kind: "message id" };
        if text.is_empty() || text.len() > 18 || !text.bytes().all(|b| b.is_ascii_digit()) {
            return Err(invalid);
        }
        text.parse().map(Self).map_err(|_parse| invalid)
    }
}

impl Position {
    /// Before the first event of a chat.
    pub const START: Self = Self(0);

    /// The next place in the order.
    #[must_use]
    pub const fn next(self) -> Self {
        Self(self.0 + 1)
    }
}

/// The public name of a chat, in the forms of Graph.
///
/// `19:{guid}_{guid}@unq.gbl.spaces` for a one-to-one chat, where the GUIDs are those of its two
/// accounts in ascending order, so that a pair has one chat for ever; `19:{32 hex}@thread.v2`
/// for a group.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(transparent)]
pub struct ChatId(String);

impl ChatId {
    const BYTES_MAX: usize = 128;

    /// The id of the one chat between two accounts, in whichever order they are given.
    #[must_use]
    pub fn one_on_one(a: AccountId, b: AccountId) -> Self {
        let (first, second) = if a <= b { (a, b) } else { (b, a) };
        Self(format!("19:{first}_{second}@unq.gbl.spaces"))
    }

    /// The id of a group chat, from injected randomness.
    #[must_use]
    pub fn group(random: Uuid) -> Self {
        Self(format!("19:{}@thread.v2", random.as_simple()))
    }

    /// The id as text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for ChatId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl FromStr for ChatId {
    type Err = InvalidId;

    /// Accepts any text that could name a chat, in which no character means anything in an address; whether one has it is the store's question.
    fn from_str(text: &str) -> Result<Self, InvalidId> {
        let is_plausible = text.len() <= Self::BYTES_MAX
            && text.starts_with("19:")
            && text.bytes().all(|b| b.is_ascii_alphanumeric() || b":_@.-".contains(&b));
        if is_plausible { Ok(Self(text.to_owned())) } else { Err(InvalidId { kind: "chat id" }) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_pair_has_one_chat_id_in_either_order() {
        let a = AccountId::new(Uuid::from_u128(1));
        let b = AccountId::new(Uuid::from_u128(2));
        assert_eq!(ChatId::one_on_one(a, b), ChatId::one_on_one(b, a));
    }

    #[test]
    fn message_ids_grow_even_when_the_clock_stands_still_or_goes_back() {
        assert_eq!(MessageId::next(10, None), MessageId(10));
        assert_eq!(MessageId::next(10, Some(MessageId(10))), MessageId(11));
        assert_eq!(MessageId::next(5, Some(MessageId(11))), MessageId(12));
    }

    #[test]
    fn ids_refuse_other_spellings() {
        assert!("0191e6d6c6f07c3a8b5a0242ac120002".parse::<AccountId>().is_err());
        assert!("-1".parse::<MessageId>().is_err());
        for text in
            ["19:\u{e9}@thread.v2", "19:a/b@thread.v2", "19:a'b@thread.v2", "19:a b", "18:a"]
        {
            assert!(text.parse::<ChatId>().is_err(), "{text}");
        }
    }
}
