//! The audit trail: what an entry says, and how entries are chained so that a change shows (P7).

use std::fmt;
use std::net::IpAddr;
use std::str::FromStr;

use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use crate::id::{AccountId, ChatId, MessageId, OrganisationId};
use crate::time::Timestamp;

/// What happened, with the names of section 5.4 where there is one.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum AuditKind {
    /// A chat was made.
    ChatCreated,
    /// A topic changed.
    ChatUpdated,
    /// Somebody was added.
    MemberAdded,
    /// Somebody left, was removed or evicted.
    MemberRemoved,
    /// A message was sent in a chat with outsiders.
    MessageSent,
    /// A message was edited.
    MessageUpdated,
    /// A message was deleted or restored.
    MessageDeleted,
    /// A message got or lost a reaction.
    ReactionChanged,
    /// A contact request was accepted.
    UserAccepted,
    /// A contact request was declined. In the own side's trail only.
    RequestDeclined,
    /// Somebody was blocked or unblocked. In the own side's trail only.
    ContactBlocked,
    /// See [`AuditKind::ContactBlocked`].
    ContactUnblocked,
    /// A first contact looked like an impersonation, C-44. In the recipient's trail only.
    TeamsImpersonationDetected,
    /// The external access configuration changed.
    TeamsTenantSettingChanged,
    /// A policy was made, changed, removed or assigned.
    PolicyChanged,
    /// See [`AuditKind::PolicyChanged`].
    PolicyAssigned,
    /// The organisation, its domains, accounts or groups changed.
    DirectoryChanged,
    /// A token was made or revoked by an administrator or the operator.
    TokenChanged,
    /// An administrator took one of their people out of a chat, A-142.
    AccessRemoved,
    /// The heads of the chains, chained.
    Checkpoint,
    /// A compliance officer began to export somebody's messages.
    MessagesExported,
    /// A message was pinned in a chat with outsiders.
    MessagePinned,
    /// A message was unpinned in a chat with outsiders.
    MessageUnpinned,
    /// Somebody reported a message, a person or a chat. In the own side's trail only.
    UserReported,
    /// A subscription to change notifications was made, or removed by whatever: what flows out of
    /// the organisation to which host.
    SubscriptionChanged,
}

impl AuditKind {
    /// Every kind; the place in this list is the code that the store keeps.
    pub const ALL: [Self; 25] = [
        Self::ChatCreated,
        Self::ChatUpdated,
        Self::MemberAdded,
        Self::MemberRemoved,
        Self::MessageSent,
        Self::MessageUpdated,
        Self::MessageDeleted,
        Self::ReactionChanged,
        Self::UserAccepted,
        Self::RequestDeclined,
        Self::ContactBlocked,
        Self::ContactUnblocked,
        Self::TeamsImpersonationDetected,
        Self::TeamsTenantSettingChanged,
        Self::PolicyChanged,
        Self::PolicyAssigned,
        Self::DirectoryChanged,
        Self::TokenChanged,
        Self::AccessRemoved,
        Self::Checkpoint,
        Self::MessagesExported,
        Self::MessagePinned,
        Self::MessageUnpinned,
        Self::UserReported,
        Self::SubscriptionChanged,
    ];

    /// The code that the store keeps, from 1.
    #[must_use]
    pub const fn code(self) -> i64 {
        self as i64 + 1
    }

    /// The kind of a code.
    #[must_use]
    pub fn from_code(code: i64) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.code() == code)
    }

    /// The name in the API.
    #[must_use]
    pub fn as_str(self) -> String {
        format!("{self:?}")
    }

    /// Reads the name.
    #[must_use]
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.as_str() == name)
    }
}

/// A SHA-256.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Hash(pub [u8; 32]);

impl Hash {
    /// What stands before the first entry of a chain.
    pub const ZERO: Self = Self([0; 32]);

    /// Lower-case hexadecimal.
    #[must_use]
    pub fn to_hex(self) -> String {
        self.0.iter().fold(String::with_capacity(64), |mut text, byte| {
            use std::fmt::Write;
            let _infallible: fmt::Result = write!(text, "{byte:02x}");
            text
        })
    }

    /// The hash of some bytes.
    #[must_use]
    pub fn of(bytes: &[u8]) -> Self {
        Self(Sha256::digest(bytes).into())
    }
}

/// Which chain an entry stands in: one per organisation and chat, one per organisation for
/// administration, so that chains do not make sends wait for each other.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum Chain<'a> {
    /// Administrative acts of the organisation.
    Administration,
    /// Acts in a chat.
    Chat(&'a ChatId),
}

/// The public id of an entry of an organisation's trail: its place in its chain, from 1, and the
/// chain, as `12.administration` or `12.19:…@thread.v2`. It counts nothing of anybody else.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AuditId {
    /// The chat in whose chain the entry stands; none for administrative acts.
    pub chat: Option<ChatId>,
    /// Where it stands in that chain, from 1.
    pub seq: i64,
}

/// The chain of administrative acts, as an id names it.
const ADMINISTRATION: &str = "administration";

impl fmt::Display for AuditId {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let chain = self.chat.as_ref().map_or(ADMINISTRATION, ChatId::as_str);
        write!(formatter, "{}.{chain}", self.seq)
    }
}

/// A text that is not the id of an entry.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("an entry of the trail is named by its place and its chain, for example 12.administration")]
pub struct AuditIdError;

impl FromStr for AuditId {
    type Err = AuditIdError;

    fn from_str(text: &str) -> Result<Self, AuditIdError> {
        let (seq, chain) = text.split_once('.').ok_or(AuditIdError)?;
        let is_plain = seq.bytes().all(|byte| byte.is_ascii_digit()) && !seq.starts_with('0');
        let seq = seq.parse().ok().filter(|_| is_plain).ok_or(AuditIdError)?;
        let chat = match chain {
            ADMINISTRATION => None,
            chat => Some(chat.parse().map_err(|_chat| AuditIdError)?),
        };
        Ok(Self { chat, seq })
    }
}

/// What an entry says. Never what a message says (C-48).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AuditRecord {
    /// When.
    pub at: Timestamp,
    /// What.
    pub kind: AuditKind,
    /// Who did it; nobody for what the terms did by themselves.
    pub actor: Option<AccountId>,
    /// From where; only in the trail of the actor's own organisation.
    pub client: Option<IpAddr>,
    /// The message it is about.
    pub message: Option<MessageId>,
    /// Further facts as a JSON object in the form that was stored; empty when there are none.
    pub detail: String,
}

/// The hash of an entry: of what is before it and of everything it says.
///
/// `context` is the hash of the participants' description (C-47) that the entry refers to.
#[must_use]
pub fn chain_hash(
    previous: Hash,
    organisation: OrganisationId,
    chain: &Chain<'_>,
    seq: i64,
    record: &AuditRecord,
    context: Option<Hash>,
) -> Hash {
    let mut digest = Sha256::new();
    let mut field = |bytes: &[u8]| {
        digest.update((bytes.len() as u64).to_be_bytes());
        digest.update(bytes);
    };
    field(b"visavis audit 1");
    field(&previous.0);
    field(organisation.as_bytes());
    match chain {
        Chain::Administration => field(b""),
        Chain::Chat(id) => field(id.as_str().as_bytes()),
    }
    field(&seq.to_be_bytes());
    field(&record.at.as_ms().to_be_bytes());
    field(&record.kind.code().to_be_bytes());
    field(record.actor.as_ref().map_or(&[][..], |actor| actor.as_bytes()));
    match record.client {
        None => field(&[]),
        Some(IpAddr::V4(ip)) => field(&ip.octets()),
        Some(IpAddr::V6(ip)) => field(&ip.octets()),
    }
    field(&record.message.map_or(0, |message| message.0).to_be_bytes());
    field(record.detail.as_bytes());
    field(context.as_ref().map_or(&[][..], |hash| &hash.0[..]));
    Hash(digest.finalize().into())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codes_and_names_lead_back() {
        for kind in AuditKind::ALL {
            assert_eq!(AuditKind::from_code(kind.code()), Some(kind));
            assert_eq!(AuditKind::from_name(&kind.as_str()), Some(kind));
        }
    }

    #[test]
    fn ids_of_entries_lead_back_and_nothing_else_is_one() {
        let chat = "19:0191e6d6-0000-7000-8000-000000000001@thread.v2";
        for text in ["1.administration".to_owned(), format!("907.{chat}")] {
            assert_eq!(text.parse::<AuditId>().unwrap().to_string(), text);
        }
        let zero = format!("0.{chat}");
        for text in [
            "",
            "1",
            "1.",
            ".administration",
            "-1.administration",
            "+1.administration",
            "01.administration",
            "1.Administration",
            "99999999999999999999.administration",
            &zero,
        ] {
            assert_eq!(text.parse::<AuditId>(), Err(AuditIdError), "{text}");
        }
    }

    #[test]
    fn every_field_is_in_the_hash() {
        let organisation = OrganisationId::from_bytes([1; 16]);
        let record = AuditRecord {
            at: Timestamp::from_ms(1),
            kind: AuditKind::MessageSent,
            actor: Some(AccountId::from_bytes([2; 16])),
            client: Some(IpAddr::from([127, 0, 0, 1])),
            message: Some(MessageId(5)),
            detail: "{}".to_owned(),
        };
        let hash = |seq, record: &AuditRecord, context| {
            chain_hash(Hash::ZERO, organisation, &Chain::Administration, seq, record, context)
        };
        let base = hash(1, &record, None);
        let mut variants = vec![hash(2, &record, None), hash(1, &record, Some(Hash::ZERO))];
        for change in [
            |r: &mut AuditRecord| r.at = Timestamp::from_ms(2),
            |r: &mut AuditRecord| r.kind = AuditKind::MessageDeleted,
            |r: &mut AuditRecord| r.actor = None,
            |r: &mut AuditRecord| r.client = None,
            |r: &mut AuditRecord| r.message = None,
            |r: &mut AuditRecord| r.detail.clear(),
        ] {
            let mut changed = record.clone();
            change(&mut changed);
            variants.push(hash(1, &changed, None));
        }
        assert!(variants.iter().all(|variant| *variant != base));
    }
}
