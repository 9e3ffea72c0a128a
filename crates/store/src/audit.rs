//! The audit trail: writing, listing and the descriptions that entries refer to (P7).
//!
//! Proving it is in `verify.rs`, chaining its chains in `checkpoint.rs`.

use std::collections::HashMap;
use std::net::IpAddr;

use visavis_domain::audit::{AuditId, AuditKind, AuditRecord, Chain, Hash, chain_hash};
use visavis_domain::id::{AccountId, ChatId, ChatKey, MessageId, OrganisationId, OrganisationKey};
use visavis_domain::time::Timestamp;

use crate::column::{count, expect_one};
use crate::engine::Row;
use crate::error::StoreError;
use crate::tx::Tx;

const INSERT: &str = "
    INSERT INTO audit (chat_key, organisation_key, seq, at, kind, actor, client, message_id,
        context_key, detail, hash)
    VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)";

const SELECT_CHAT_HEAD: &str = "
    SELECT audit_seq, audit_hash FROM chat_home WHERE chat_key = $1 AND organisation_key = $2";

const UPSERT_CHAT_HEAD: &str = "
    INSERT INTO chat_home (chat_key, organisation_key, is_present, audit_seq, audit_hash)
    VALUES ($1, $2, 0, $3, $4)
    ON CONFLICT (chat_key, organisation_key) DO UPDATE
    SET audit_seq = excluded.audit_seq, audit_hash = excluded.audit_hash";

const SELECT_HEAD: &str =
    "SELECT audit_seq, audit_hash FROM organisation WHERE organisation_key = $1";

const UPDATE_HEAD: &str =
    "UPDATE organisation SET audit_seq = $1, audit_hash = $2 WHERE organisation_key = $3";

const INSERT_CONTEXT: &str = "
    INSERT INTO audit_context (hash, content) VALUES ($1, $2) ON CONFLICT (hash) DO NOTHING";

const SELECT_CONTEXT: &str = "SELECT context_key FROM audit_context WHERE hash = $1";

const SELECT_OF_ORGANISATION: &str = "
    SELECT a.at, a.kind, a.actor, a.client, a.message_id, a.detail, a.entry, a.chat_key, c.id,
        a.seq, a.hash, x.content
    FROM audit a
    LEFT JOIN chat c ON c.chat_key = a.chat_key
    LEFT JOIN audit_context x ON x.context_key = a.context_key
    WHERE a.organisation_key = $1 AND a.entry < $2 AND a.entry >= $3
        AND coalesce(a.at, a.message_id) >= $4 AND coalesce(a.at, a.message_id) <= $5
        AND a.kind >= $6 AND a.kind <= $7
    ORDER BY a.entry DESC LIMIT $8";

const SELECT_OF_ACTOR: &str = "
    SELECT a.at, a.kind, a.actor, a.client, a.message_id, a.detail, a.entry, a.chat_key, c.id,
        a.seq, a.hash, x.content
    FROM audit a
    LEFT JOIN chat c ON c.chat_key = a.chat_key
    LEFT JOIN audit_context x ON x.context_key = a.context_key
    WHERE a.organisation_key = $1 AND a.entry < $2 AND a.entry >= $3
        AND coalesce(a.at, a.message_id) >= $4 AND coalesce(a.at, a.message_id) <= $5
        AND a.kind >= $6 AND a.kind <= $7 AND a.actor = $8
    ORDER BY a.entry DESC LIMIT $9";

const SELECT_OF_CHAIN: &str = "
    SELECT a.at, a.kind, a.actor, a.client, a.message_id, a.detail, a.entry, a.chat_key, c.id,
        a.seq, a.hash, x.content
    FROM audit a
    LEFT JOIN chat c ON c.chat_key = a.chat_key
    LEFT JOIN audit_context x ON x.context_key = a.context_key
    WHERE a.chat_key = $1 AND a.organisation_key = $2 AND a.seq < $3 AND a.seq >= $4
        AND coalesce(a.at, a.message_id) >= $5 AND coalesce(a.at, a.message_id) <= $6
        AND a.kind >= $7 AND a.kind <= $8
    ORDER BY a.seq DESC LIMIT $9";

const SELECT_OF_ACTOR_IN_CHAIN: &str = "
    SELECT a.at, a.kind, a.actor, a.client, a.message_id, a.detail, a.entry, a.chat_key, c.id,
        a.seq, a.hash, x.content
    FROM audit a
    LEFT JOIN chat c ON c.chat_key = a.chat_key
    LEFT JOIN audit_context x ON x.context_key = a.context_key
    WHERE a.chat_key = $1 AND a.organisation_key = $2 AND a.seq < $3 AND a.seq >= $4
        AND coalesce(a.at, a.message_id) >= $5 AND coalesce(a.at, a.message_id) <= $6
        AND a.kind >= $7 AND a.kind <= $8 AND a.actor = $9
    ORDER BY a.seq DESC LIMIT $10";

const SELECT_PLACES_OF_ORGANISATION: &str = "
    SELECT entry, chat_key, seq, actor, context_key FROM audit
    WHERE organisation_key = $1 AND entry < $2 AND entry >= $3
        AND coalesce(at, message_id) >= $4 AND coalesce(at, message_id) <= $5
        AND kind >= $6 AND kind <= $7 AND context_key > 0
    ORDER BY entry DESC LIMIT $8";

const SELECT_PLACES_OF_CHAIN: &str = "
    SELECT entry, chat_key, seq, actor, context_key FROM audit
    WHERE chat_key = $1 AND organisation_key = $2 AND seq < $3 AND seq >= $4
        AND coalesce(at, message_id) >= $5 AND coalesce(at, message_id) <= $6
        AND kind >= $7 AND kind <= $8 AND context_key > 0
    ORDER BY seq DESC LIMIT $9";

const SELECT_CONTENT: &str = "SELECT content FROM audit_context WHERE context_key = $1";

const SELECT_ENTRY_BEFORE: &str = "
    SELECT entry FROM audit WHERE organisation_key = $1 AND entry < $2
    ORDER BY entry DESC LIMIT 1 OFFSET $3";

const SELECT: &str = "
    SELECT a.at, a.kind, a.actor, a.client, a.message_id, a.detail, a.entry, a.chat_key, c.id,
        a.seq, a.hash, x.content
    FROM audit a
    LEFT JOIN chat c ON c.chat_key = a.chat_key
    LEFT JOIN audit_context x ON x.context_key = a.context_key
    WHERE a.chat_key = $1 AND a.organisation_key = $2 AND a.seq = $3";

const SELECT_ADMINISTRATION: &str = "
    SELECT a.at, a.kind, a.actor, a.client, a.message_id, a.detail, a.entry, a.chat_key, c.id,
        a.seq, a.hash, x.content
    FROM audit a
    LEFT JOIN chat c ON c.chat_key = a.chat_key
    LEFT JOIN audit_context x ON x.context_key = a.context_key
    WHERE a.chat_key = 0 AND a.organisation_key = $1 AND a.seq > $2
    ORDER BY a.seq LIMIT $3";

/// The chat key of the chain of administrative acts.
pub const ADMINISTRATION: ChatKey = ChatKey(0);

/// Which entries of an organisation's trail are listed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct AuditFilter {
    /// Only those of this moment or later.
    pub from: Option<Timestamp>,
    /// Only those of this moment or earlier.
    pub to: Option<Timestamp>,
    /// Only those of this kind.
    pub kind: Option<AuditKind>,
    /// Only those before this place.
    pub before: Option<AuditPlace>,
    /// Only those of this chat.
    pub chat: Option<ChatKey>,
    /// Only what this account did.
    pub actor: Option<AccountId>,
}

impl AuditFilter {
    /// Whether some entries are passed over, of which there may be many in a row.
    const fn narrows(&self) -> bool {
        self.from.is_some() || self.to.is_some() || self.kind.is_some() || self.actor.is_some()
    }

    /// The codes of the kinds that are wanted: the least and the greatest.
    const fn kinds(&self) -> (i64, i64) {
        match self.kind {
            Some(kind) => (kind.code(), kind.code()),
            None => (i64::MIN, i64::MAX),
        }
    }

    /// The place before which such a list goes on.
    const fn place(&self, floor: i64) -> AuditPlace {
        match self.chat {
            Some(_chat) => AuditPlace { row: 0, seq: floor },
            None => AuditPlace { row: floor, seq: 0 },
        }
    }
}

/// A place in an organisation's trail, for those who go on from there. Of the two numbers a list of
/// one chain needs the second and any other list the first; what is not needed may be 0.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct AuditPlace {
    /// See [`AuditEntry::row`].
    pub row: i64,
    /// See [`AuditEntry::seq`].
    pub seq: i64,
}

/// How much a page of the trail looks at, whether or not it is wanted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct AuditReach {
    /// Entries.
    pub entries: usize,
    /// Bytes of descriptions of participants, after which no further one is read.
    pub bytes: usize,
}

/// Where an entry stands, and what one needs to know whether it is wanted.
struct Candidate {
    place: AuditPlace,
    chat: ChatKey,
    actor: Option<AccountId>,
    context: i64,
}

/// Some of an organisation's trail, the newest entries first.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AuditPage {
    /// Those that are wanted.
    pub entries: Vec<AuditEntry>,
    /// Before which place there may be more; none when everything was looked at.
    pub next: Option<AuditPlace>,
}

/// An entry of an organisation's trail.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AuditEntry {
    /// Where it stands in the order of commits, among those of all organisations.
    pub row: i64,
    /// The chat whose chain it stands in; none for administrative acts.
    pub chat_key: Option<ChatKey>,
    /// The public id of that chat.
    pub chat: Option<ChatId>,
    /// Where it stands in its chain, from 1.
    pub seq: i64,
    /// What it says.
    pub record: AuditRecord,
    /// The description of the participants that it refers to, as JSON.
    pub context: Option<String>,
    /// The hash of it and of all before it in its chain.
    pub hash: Hash,
}

impl AuditEntry {
    /// What it is called.
    #[must_use]
    pub fn id(&self) -> AuditId {
        AuditId { chat: self.chat.clone(), seq: self.seq }
    }
}

/// # The audit trail
impl Tx<'_> {
    /// Appends an entry to a chain of an organisation: that of a chat, or the one of
    /// administrative acts. Answers its place and its hash: the new head of the chain.
    ///
    /// `head` is the head before, if the caller knows it from [`Tx::chat_homes`] or an append.
    ///
    /// # Errors
    ///
    /// [`StoreError::Conflict`] when `head` is not the newest; [`StoreError::Missing`] when there
    /// is no such organisation.
    pub fn append_audit(
        &mut self,
        organisation: (OrganisationKey, OrganisationId),
        chain: Option<(ChatKey, &ChatId)>,
        head: Option<(i64, Hash)>,
        record: &AuditRecord,
        context: Option<(i64, Hash)>,
    ) -> Result<(i64, Hash), StoreError> {
        let (key, id) = organisation;
        let chat = chain.map_or(ADMINISTRATION, |(chat, _id)| chat);
        let (last, previous) = match head {
            Some(head) => head,
            None => self.audit_head(key, chat)?,
        };
        let seq = last + 1;
        let in_chain = chain.map_or(Chain::Administration, |(_chat, id)| Chain::Chat(id));
        let context_hash = context.map(|(_key, hash)| hash);
        let hash = chain_hash(previous, id, &in_chain, seq, record, context_hash);
        let octets = Octets::of(record.client);
        let is_at_message = record.message.is_some_and(|id| id.0 == record.at.as_ms());
        let params = [
            chat.into(),
            key.into(),
            seq.into(),
            (!is_at_message).then_some(record.at).into(),
            record.kind.code().into(),
            record.actor.as_ref().into(),
            octets.as_slice().into(),
            record.message.into(),
            context.map(|(key, _hash)| key).into(),
            Some(record.detail.as_str()).filter(|detail| !detail.is_empty()).into(),
            (&hash).into(),
        ];
        self.execute(INSERT, &params)?;
        self.set_audit_head(key, chat, (seq, &hash))?;
        Ok((seq, hash))
    }

    fn audit_head(
        &mut self,
        organisation: OrganisationKey,
        chat: ChatKey,
    ) -> Result<(i64, Hash), StoreError> {
        let read = |row: Row<'_>| Ok((row.get(0)?, row.get(1)?));
        if chat == ADMINISTRATION {
            let head = self.one(SELECT_HEAD, &[organisation.into()], read)?;
            return head.ok_or(StoreError::Missing { what: "organisation" });
        }
        let head = self.one(SELECT_CHAT_HEAD, &[chat.into(), organisation.into()], read)?;
        Ok(head.unwrap_or((0, Hash::ZERO)))
    }

    fn set_audit_head(
        &mut self,
        organisation: OrganisationKey,
        chat: ChatKey,
        (seq, hash): (i64, &Hash),
    ) -> Result<(), StoreError> {
        if chat == ADMINISTRATION {
            let params = [seq.into(), hash.into(), organisation.into()];
            let touched = self.execute(UPDATE_HEAD, &params)?;
            return expect_one(touched, "organisation");
        }
        let params = [chat.into(), organisation.into(), seq.into(), hash.into()];
        self.execute(UPSERT_CHAT_HEAD, &params)?;
        Ok(())
    }

    /// Stores a description of participants, once, and answers how entries refer to it.
    ///
    /// # Errors
    ///
    /// [`StoreError`] when the database fails.
    pub fn put_audit_context(&mut self, content: &str) -> Result<(i64, Hash), StoreError> {
        let hash = Hash::of(content.as_bytes());
        let known = self.one(SELECT_CONTEXT, &[(&hash).into()], |row| row.get(0))?;
        if let Some(key) = known {
            return Ok((key, hash));
        }
        let key = self.insert(INSERT_CONTEXT, &[(&hash).into(), content.into()], "context_key")?;
        Ok((key, hash))
    }

    /// Entries of an organisation's chain of administrative acts after a place in it, in order.
    ///
    /// # Errors
    ///
    /// [`StoreError`] when the database fails or a row cannot be read.
    pub fn administration_after(
        &mut self,
        organisation: OrganisationKey,
        seq: i64,
        limit: usize,
    ) -> Result<Vec<AuditEntry>, StoreError> {
        let params = [organisation.into(), seq.into(), count(limit).into()];
        self.many(SELECT_ADMINISTRATION, &params, read_entry)
    }

    /// The last place in an organisation's chain of administrative acts; 0 when it is empty.
    ///
    /// # Errors
    ///
    /// [`StoreError::Missing`] when there is no such organisation.
    pub fn last_administration(
        &mut self,
        organisation: OrganisationKey,
    ) -> Result<i64, StoreError> {
        Ok(self.audit_head(organisation, ADMINISTRATION)?.0)
    }

    /// An entry by its place in a chain of an organisation.
    ///
    /// # Errors
    ///
    /// [`StoreError`] when the database fails or the row cannot be read.
    pub fn find_audit(
        &mut self,
        organisation: OrganisationKey,
        chain: ChatKey,
        seq: i64,
    ) -> Result<Option<AuditEntry>, StoreError> {
        self.one(SELECT, &[chain.into(), organisation.into(), seq.into()], read_entry)
    }

    /// At most `limit` entries of an organisation's trail, the newest first, of at most
    /// `scanned_max` that are looked at.
    ///
    /// # Errors
    ///
    /// [`StoreError`] when the database fails or a row cannot be read.
    pub fn list_audit(
        &mut self,
        organisation: OrganisationKey,
        filter: &AuditFilter,
        limit: usize,
        scanned_max: usize,
    ) -> Result<AuditPage, StoreError> {
        let (below, floor) =
            self.audit_window(organisation, filter, filter.narrows(), scanned_max)?;
        let range = (below, floor.unwrap_or(i64::MIN));
        let mut entries = self.audit_within(organisation, filter, range, limit + 1)?;
        if entries.len() > limit {
            entries.truncate(limit);
            let next = entries.last().map(|last| AuditPlace { row: last.row, seq: last.seq });
            return Ok(AuditPage { entries, next });
        }
        Ok(AuditPage { entries, next: floor.map(|floor| filter.place(floor)) })
    }

    /// As [`Tx::list_audit`], of the entries whose description of participants `is_wanted`. Each
    /// description is read once, however many entries refer to it.
    ///
    /// # Errors
    ///
    /// [`StoreError`] when the database fails or a row cannot be read.
    pub fn list_audit_of_participants(
        &mut self,
        organisation: OrganisationKey,
        filter: &AuditFilter,
        limit: usize,
        reach: AuditReach,
        is_wanted: &dyn Fn(&str) -> bool,
    ) -> Result<AuditPage, StoreError> {
        let (below, floor) = self.audit_window(organisation, filter, true, reach.entries)?;
        let range = (below, floor.unwrap_or(i64::MIN));
        let candidates = self.audit_candidates(organisation, filter, range, reach.entries)?;
        let (mut entries, mut known) = (Vec::new(), HashMap::new());
        let (mut bytes, mut last) = (0, None);
        for candidate in candidates {
            let is_named = match known.get(&candidate.context) {
                Some(is_named) => *is_named,
                // Where it goes on: after what was looked at.
                None if bytes > reach.bytes => return Ok(AuditPage { entries, next: last }),
                None => {
                    let (length, is_named) = self.described(candidate.context, is_wanted)?;
                    bytes += length;
                    known.insert(candidate.context, is_named);
                    is_named
                }
            };
            let is_by = filter.actor.is_none_or(|actor| candidate.actor == Some(actor));
            let is_taken = is_named && is_by;
            if is_taken && entries.len() == limit {
                return Ok(AuditPage { entries, next: last });
            }
            if is_taken {
                let seq = candidate.place.seq;
                entries.extend(self.find_audit(organisation, candidate.chat, seq)?);
            }
            last = Some(candidate.place);
        }
        Ok(AuditPage { entries, next: floor.map(|floor| filter.place(floor)) })
    }

    /// How long a description of participants is, and whether it `is_wanted`.
    fn described(
        &mut self,
        context: i64,
        is_wanted: &dyn Fn(&str) -> bool,
    ) -> Result<(usize, bool), StoreError> {
        let read = |row: Row<'_>| {
            let content: &str = row.get(0)?;
            Ok((content.len(), is_wanted(content)))
        };
        Ok(self.one(SELECT_CONTENT, &[context.into()], read)?.unwrap_or_default())
    }

    /// Below which place entries are looked at, and down to which one; none for the first there is.
    fn audit_window(
        &mut self,
        organisation: OrganisationKey,
        filter: &AuditFilter,
        narrows: bool,
        scanned_max: usize,
    ) -> Result<(i64, Option<i64>), StoreError> {
        let scanned = count(scanned_max.max(1));
        Ok(match filter.chat {
            Some(chat) => {
                let below = match filter.before {
                    Some(place) => place.seq,
                    None => self.audit_head(organisation, chat)?.0.saturating_add(1),
                };
                // A chain has no gaps.
                let floor = below.saturating_sub(scanned);
                (below, Some(floor).filter(|floor| *floor > 1 && narrows))
            }
            None if !narrows => (filter.before.map_or(i64::MAX, |place| place.row), None),
            None => {
                let below = filter.before.map_or(i64::MAX, |place| place.row);
                let params = [organisation.into(), below.into(), (scanned - 1).into()];
                (below, self.one(SELECT_ENTRY_BEFORE, &params, |row| row.get(0))?)
            }
        })
    }

    /// Entries below a place that have a description of participants, down to another one.
    fn audit_candidates(
        &mut self,
        organisation: OrganisationKey,
        filter: &AuditFilter,
        (below, floor): (i64, i64),
        limit: usize,
    ) -> Result<Vec<Candidate>, StoreError> {
        let (kind_min, kind_max) = filter.kinds();
        let from = filter.from.map_or(i64::MIN, Timestamp::as_ms).into();
        let to = filter.to.map_or(i64::MAX, Timestamp::as_ms).into();
        let (key, min, max) = (organisation.into(), kind_min.into(), kind_max.into());
        let (below, floor, limit) = (below.into(), floor.into(), count(limit).into());
        let read = |row: Row<'_>| {
            Ok(Candidate {
                place: AuditPlace { row: row.get(0)?, seq: row.get(2)? },
                chat: row.get(1)?,
                actor: row.get(3)?,
                context: row.get(4)?,
            })
        };
        match filter.chat {
            Some(chat) => {
                let params = [chat.into(), key, below, floor, from, to, min, max, limit];
                self.many(SELECT_PLACES_OF_CHAIN, &params, read)
            }
            None => {
                let params = [key, below, floor, from, to, min, max, limit];
                self.many(SELECT_PLACES_OF_ORGANISATION, &params, read)
            }
        }
    }

    /// The wanted entries below a place, down to another one.
    fn audit_within(
        &mut self,
        organisation: OrganisationKey,
        filter: &AuditFilter,
        (below, floor): (i64, i64),
        limit: usize,
    ) -> Result<Vec<AuditEntry>, StoreError> {
        let (kind_min, kind_max) = filter.kinds();
        let (key, below, floor) = (organisation.into(), below.into(), floor.into());
        let from = filter.from.map_or(i64::MIN, Timestamp::as_ms).into();
        let to = filter.to.map_or(i64::MAX, Timestamp::as_ms).into();
        let (min, max, limit) = (kind_min.into(), kind_max.into(), count(limit).into());
        match (filter.chat, &filter.actor) {
            (Some(chat), Some(actor)) => {
                let (chat, actor) = (chat.into(), actor.into());
                let params = [chat, key, below, floor, from, to, min, max, actor, limit];
                self.many(SELECT_OF_ACTOR_IN_CHAIN, &params, read_entry)
            }
            (Some(chat), None) => {
                let params = [chat.into(), key, below, floor, from, to, min, max, limit];
                self.many(SELECT_OF_CHAIN, &params, read_entry)
            }
            (None, Some(actor)) => {
                let params = [key, below, floor, from, to, min, max, actor.into(), limit];
                self.many(SELECT_OF_ACTOR, &params, read_entry)
            }
            (None, None) => {
                let params = [key, below, floor, from, to, min, max, limit];
                self.many(SELECT_OF_ORGANISATION, &params, read_entry)
            }
        }
    }
}

fn read_entry(row: Row<'_>) -> Result<AuditEntry, StoreError> {
    let chat: ChatKey = row.get(7)?;
    Ok(AuditEntry {
        record: read_record(row)?,
        row: row.get(6)?,
        chat_key: Some(chat).filter(|chat| *chat != ADMINISTRATION),
        chat: row.get(8)?,
        seq: row.get(9)?,
        hash: row.get(10)?,
        context: row.get(11)?,
    })
}

/// What an entry says, from a row that starts with the columns at, kind, actor, client,
/// message_id and detail.
pub(crate) fn read_record(row: Row<'_>) -> Result<AuditRecord, StoreError> {
    let at: Option<Timestamp> = row.get(0)?;
    let message: Option<MessageId> = row.get(4)?;
    let at = at.or_else(|| message.map(|id| Timestamp::from_ms(id.0)));
    let client: Option<&[u8]> = row.get(3)?;
    let detail: Option<&str> = row.get(5)?;
    Ok(AuditRecord {
        at: at.ok_or_else(|| StoreError::corrupt("an audit entry without a time"))?,
        kind: AuditKind::from_code(row.get(1)?)
            .ok_or_else(|| StoreError::corrupt("not a kind of audit entry"))?,
        actor: row.get(2)?,
        client: client.map(address_of).transpose()?,
        message,
        detail: detail.unwrap_or_default().to_owned(),
    })
}

fn address_of(octets: &[u8]) -> Result<IpAddr, StoreError> {
    let v4 = <[u8; 4]>::try_from(octets).map(IpAddr::from);
    let v6 = <[u8; 16]>::try_from(octets).map(IpAddr::from);
    v4.or(v6).map_err(|_length| StoreError::corrupt("not an IP address"))
}

/// The bytes of an address, on the stack.
enum Octets {
    None,
    V4([u8; 4]),
    V6([u8; 16]),
}

impl Octets {
    fn of(address: Option<IpAddr>) -> Self {
        match address {
            None => Self::None,
            Some(IpAddr::V4(address)) => Self::V4(address.octets()),
            Some(IpAddr::V6(address)) => Self::V6(address.octets()),
        }
    }

    fn as_slice(&self) -> Option<&[u8]> {
        match self {
            Self::None => None,
            Self::V4(octets) => Some(octets),
            Self::V6(octets) => Some(octets),
        }
    }
}
