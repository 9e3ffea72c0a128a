//! Checkpoints: entries of the chain of administrative acts that chain the heads of all others, so
//! that cutting off the end of a chain shows.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use visavis_domain::audit::{AuditKind, AuditRecord, Hash};
use visavis_domain::id::{ChatKey, OrganisationId, OrganisationKey};
use visavis_domain::time::Timestamp;

use crate::audit::ADMINISTRATION;
use crate::column::{count, from_json, to_json};
use crate::engine::Next;
use crate::error::StoreError;
use crate::tx::Tx;

const SELECT_LAST: &str = "
    SELECT detail FROM audit
    WHERE chat_key = $1 AND organisation_key = $2 AND kind = $3 ORDER BY seq DESC LIMIT 1";

const SELECT_GROWN: &str = "
    SELECT entry, chat_key, seq, hash, kind FROM audit
    WHERE organisation_key = $1 AND entry > $2 ORDER BY entry LIMIT $3";

const INSERT_HEAD: &str = "
    INSERT INTO audit_checkpoint_head (organisation_key, checkpoint_seq, chat_key, seq, hash)
    VALUES ($1, $2, $3, $4, $5)";

/// What the entry of a checkpoint says.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct CheckpointDetail {
    /// The newest entry that it covers; the next checkpoint begins after it.
    pub(crate) through: i64,
    /// How many chains had grown.
    pub(crate) chains: usize,
    /// The hash over their heads.
    pub(crate) hash: Hash,
}

/// The heads of chains, by their chats.
type Heads = BTreeMap<ChatKey, (i64, Hash)>;

/// The hash over the heads of chains, in the order of their chat keys.
#[derive(Default)]
pub(crate) struct HeadsHash {
    bytes: Vec<u8>,
    pub(crate) chains: usize,
}

impl HeadsHash {
    pub(crate) fn add(&mut self, chat: ChatKey, seq: i64, hash: &Hash) {
        self.bytes.extend_from_slice(&chat.0.to_be_bytes());
        self.bytes.extend_from_slice(&seq.to_be_bytes());
        self.bytes.extend_from_slice(&hash.0);
        self.chains += 1;
    }

    pub(crate) fn finish(&self) -> Hash {
        Hash::of(&self.bytes)
    }
}

/// # Checkpoints of the audit trail
impl Tx<'_> {
    /// Appends a checkpoint over the chains that grew since the last one: up to `entries_max`
    /// entries of it, the oldest first, so that the writer is not held for long. Answers the place
    /// and hash of its own entry; nothing when no chain grew.
    ///
    /// # Errors
    ///
    /// [`StoreError`] when the database fails or a row cannot be read.
    pub fn append_checkpoint(
        &mut self,
        organisation: (OrganisationKey, OrganisationId),
        at: Timestamp,
        entries_max: usize,
    ) -> Result<Option<(i64, Hash)>, StoreError> {
        let (key, _id) = organisation;
        let (heads, through) = self.grown_chains(key, entries_max)?;
        if heads.is_empty() {
            return Ok(None);
        }
        let mut over = HeadsHash::default();
        for (chat, (seq, hash)) in &heads {
            over.add(*chat, *seq, hash);
        }
        let detail = CheckpointDetail { through, chains: over.chains, hash: over.finish() };
        let record = AuditRecord {
            at,
            kind: AuditKind::Checkpoint,
            actor: None,
            client: None,
            message: None,
            detail: to_json(&detail)?,
        };
        let own = self.append_audit(organisation, None, None, &record, None)?;
        for (chat, (seq, hash)) in &heads {
            let params = [key.into(), own.0.into(), (*chat).into(), (*seq).into(), hash.into()];
            self.execute(INSERT_HEAD, &params)?;
        }
        Ok(Some(own))
    }

    /// The heads of the chains that grew since the last checkpoint, and up to which entry.
    fn grown_chains(
        &mut self,
        organisation: OrganisationKey,
        entries_max: usize,
    ) -> Result<(Heads, i64), StoreError> {
        let kind = AuditKind::Checkpoint.code();
        let params = [ADMINISTRATION.into(), organisation.into(), kind.into()];
        let last = self.one(SELECT_LAST, &params, |row| {
            from_json::<CheckpointDetail>(row.get(0)?, "checkpoint")
        })?;
        let mut through = last.map_or(0, |detail| detail.through);
        let mut heads = Heads::new();
        let params = [organisation.into(), through.into(), count(entries_max).into()];
        self.each(SELECT_GROWN, &params, &mut |row| {
            through = row.get(0)?;
            // A checkpoint by itself is no growth, else one would beget the next for ever.
            if row.get::<i64>(4)? != kind {
                heads.insert(row.get(1)?, (row.get(2)?, row.get(3)?));
            }
            Ok(Next::Row)
        })?;
        Ok((heads, through))
    }
}
