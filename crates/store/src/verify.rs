//! Proving an audit trail, or naming the first entry that is not as it was written.

use std::collections::HashMap;
use std::fmt;

use visavis_domain::audit::{AuditKind, Chain, Hash, chain_hash};
use visavis_domain::id::{ChatId, ChatKey, OrganisationId, OrganisationKey};
use visavis_domain::organisation::Organisation;

use crate::audit::{ADMINISTRATION, read_record};
use crate::checkpoint::{CheckpointDetail, HeadsHash};
use crate::column::from_json;
use crate::engine::{Next, Row};
use crate::error::StoreError;
use crate::tx::Tx;

const SELECT_CONTEXTS: &str = "SELECT context_key, hash, content FROM audit_context";

const SELECT_NEXT_ORGANISATION: &str = "
    SELECT organisation_key FROM audit WHERE organisation_key > $1
    ORDER BY organisation_key LIMIT 1";

const SELECT_NEXT_CHAIN: &str = "
    SELECT chat_key FROM chat_home
    WHERE organisation_key = $1 AND chat_key > $2 AND audit_seq > 0
    ORDER BY chat_key LIMIT 1";

const SELECT_CHAIN: &str = "
    SELECT at, kind, actor, client, message_id, detail, seq, context_key, hash FROM audit
    WHERE chat_key = $1 AND organisation_key = $2 ORDER BY seq";

const SELECT_CHAT: &str = "SELECT id FROM chat WHERE chat_key = $1";

const SELECT_HEAD: &str =
    "SELECT audit_seq, audit_hash FROM organisation WHERE organisation_key = $1";

const SELECT_CHAT_HEAD: &str = "
    SELECT audit_seq, audit_hash FROM chat_home WHERE chat_key = $1 AND organisation_key = $2";

const SELECT_COUNT: &str = "SELECT count(*) FROM audit WHERE organisation_key = $1";

const SELECT_BEYOND: &str = "
    SELECT a.chat_key, a.seq FROM audit a
    WHERE a.organisation_key = $1 AND a.chat_key > 0 AND NOT EXISTS (
        SELECT 1 FROM chat_home h
        WHERE h.chat_key = a.chat_key AND h.organisation_key = a.organisation_key
            AND h.audit_seq >= a.seq
    )
    ORDER BY a.entry LIMIT 1";

const SELECT_CHECKPOINTS: &str = "
    SELECT seq, detail FROM audit
    WHERE chat_key = $1 AND organisation_key = $2 AND kind = $3 ORDER BY seq";

const SELECT_CHECKPOINT_HEADS: &str = "
    SELECT k.chat_key, k.seq, k.hash, a.hash
    FROM audit_checkpoint_head k LEFT JOIN audit a
        ON a.organisation_key = k.organisation_key AND a.chat_key = k.chat_key AND a.seq = k.seq
    WHERE k.organisation_key = $1 AND k.checkpoint_seq = $2 ORDER BY k.chat_key";

/// How many entries are proved between two reports of progress.
const PROGRESS_ENTRIES: u64 = 10_000;

/// What proving an audit trail found.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct VerifyReport {
    /// Chains that were followed.
    pub chains: u64,
    /// Entries that were proved.
    pub entries: u64,
    /// The first entry that is not as it was written, where the search ended.
    pub first_broken: Option<Broken>,
}

/// An entry that is not as it was written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Broken {
    /// Whose trail.
    pub organisation: OrganisationId,
    /// Which chat's chain; none for administrative acts.
    pub chat: Option<ChatId>,
    /// Where in the chain.
    pub seq: i64,
    /// What is wrong with it.
    pub why: Flaw,
}

impl fmt::Display for Broken {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "organisation {}, ", self.organisation)?;
        match &self.chat {
            Some(chat) => write!(f, "chat {chat}, ")?,
            None => f.write_str("administration, ")?,
        }
        write!(f, "entry {}: {}", self.seq, self.why)
    }
}

/// What is wrong with an entry.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Flaw {
    /// It is gone, from the middle or from the end of its chain.
    Missing,
    /// It, or its place among the others, is not what its hash was made of.
    Changed,
    /// The description of participants that it refers to is gone or was changed.
    Context,
    /// The chat whose chain it stands in is gone.
    Chat,
    /// It stands behind the head of its chain that was recorded.
    BeyondHead,
    /// The heads that the checkpoint covers were changed.
    Checkpoint,
}

impl fmt::Display for Flaw {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Missing => "is missing",
            Self::Changed => "was changed, moved or replaced",
            Self::Context => "its description of participants was changed or is missing",
            Self::Chat => "its chat is missing",
            Self::BeyondHead => "is newer than the recorded end of its chain",
            Self::Checkpoint => "the recorded ends of chains that it covers were changed",
        })
    }
}

/// An entry and what is wrong with it.
type Accused = (ChatKey, i64, Flaw);

/// Why following a chain ended early.
enum Stop {
    Broken(Broken),
    Failed(StoreError),
}

impl From<StoreError> for Stop {
    fn from(error: StoreError) -> Self {
        Self::Failed(error)
    }
}

/// # Proving the audit trail
impl Tx<'_> {
    /// Recomputes the chains of an organisation, or of all, and compares them with what is
    /// stored: hashes, gaps, descriptions of participants, recorded heads, checkpoints. Tells
    /// `progress` how many entries were proved, now and then. Ends at the first broken entry.
    ///
    /// # Errors
    ///
    /// [`StoreError::Missing`] when there is no such organisation; [`StoreError::Corrupt`] when
    /// the trail cannot even be read.
    pub fn verify_audit(
        &mut self,
        organisation: Option<OrganisationId>,
        progress: &mut dyn FnMut(u64),
    ) -> Result<VerifyReport, StoreError> {
        let mut check =
            Check { contexts: self.contexts()?, report: VerifyReport::default(), progress };
        let result = match organisation {
            Some(id) => match self.find_organisation(id)? {
                Some(organisation) => self.verify_trail(&organisation, &mut check),
                None => return Err(StoreError::Missing { what: "organisation" }),
            },
            None => self.verify_all(&mut check),
        };
        let mut report = check.report;
        match result {
            Ok(()) => {}
            Err(Stop::Broken(broken)) => report.first_broken = Some(broken),
            Err(Stop::Failed(error)) => return Err(error),
        }
        Ok(report)
    }

    fn verify_all(&mut self, check: &mut Check<'_>) -> Result<(), Stop> {
        let mut last = OrganisationKey::PERSONAL;
        loop {
            let page = self.list_organisations(Some(last), 1)?;
            let found: Option<OrganisationKey> =
                self.one(SELECT_NEXT_ORGANISATION, &[last.into()], |row| row.get(0))?;
            let Some(organisation) = page.first() else {
                return match found {
                    None => Ok(()),
                    Some(_gone) => Err(nobodys_trail().into()),
                };
            };
            if found.is_some_and(|found| found < organisation.key) {
                return Err(nobodys_trail().into());
            }
            self.verify_trail(organisation, check)?;
            last = organisation.key;
        }
    }

    fn verify_trail(
        &mut self,
        organisation: &Organisation,
        check: &mut Check<'_>,
    ) -> Result<(), Stop> {
        let before = check.report.entries;
        self.verify_chain(organisation, ADMINISTRATION, check)?;
        let mut chat = ADMINISTRATION;
        loop {
            let params = [organisation.key.into(), chat.into()];
            let next = self.one(SELECT_NEXT_CHAIN, &params, |row| row.get(0))?;
            let Some(next) = next else { break };
            self.verify_chain(organisation, next, check)?;
            chat = next;
        }
        self.verify_count(organisation, check.report.entries - before)?;
        self.verify_checkpoints(organisation)
    }

    /// Entries of chains that have no recorded head were not met by following heads.
    fn verify_count(&mut self, organisation: &Organisation, proved: u64) -> Result<(), Stop> {
        let key = organisation.key;
        let there: Option<i64> = self.one(SELECT_COUNT, &[key.into()], |row| row.get(0))?;
        if there.and_then(|count| u64::try_from(count).ok()) == Some(proved) {
            return Ok(());
        }
        let found = self.one(SELECT_BEYOND, &[key.into()], |row| Ok((row.get(0)?, row.get(1)?)))?;
        let (chat, seq) = found
            .ok_or_else(|| StoreError::corrupt("the index of the audit trail misses entries"))?;
        Err(self.broken(organisation, chat, seq, Flaw::BeyondHead)?)
    }

    fn verify_chain(
        &mut self,
        organisation: &Organisation,
        chat: ChatKey,
        check: &mut Check<'_>,
    ) -> Result<(), Stop> {
        let id = self.chat_id(chat)?;
        let chain = match &id {
            Some(id) => Chain::Chat(id),
            None if chat == ADMINISTRATION => Chain::Administration,
            None => return Err(self.broken(organisation, chat, 1, Flaw::Chat)?),
        };
        let mut head = (0, Hash::ZERO);
        let mut flaw = None;
        self.each(SELECT_CHAIN, &[chat.into(), organisation.key.into()], &mut |row| {
            match readable(check.entry(row, organisation.id, &chain, head), Flaw::Changed)? {
                Ok(hash) => head = (head.0 + 1, hash),
                Err(found) => {
                    flaw = Some(found);
                    return Ok(Next::Stop);
                }
            }
            Ok(Next::Row)
        })?;
        check.report.chains += 1;
        let (recorded_seq, recorded_hash) = self.recorded_head(organisation.key, chat)?;
        let (seq, why) = match flaw {
            Some(why) => (head.0 + 1, why),
            None if recorded_seq > head.0 => (head.0 + 1, Flaw::Missing),
            None if recorded_seq < head.0 => (recorded_seq + 1, Flaw::BeyondHead),
            None if recorded_hash != head.1 => (head.0, Flaw::Changed),
            None => return Ok(()),
        };
        Err(self.broken(organisation, chat, seq, why)?)
    }

    /// Compares each checkpoint with the heads that it covers, and those with the chains.
    fn verify_checkpoints(&mut self, organisation: &Organisation) -> Result<(), Stop> {
        let kind = AuditKind::Checkpoint.code();
        let params = [ADMINISTRATION.into(), organisation.key.into(), kind.into()];
        let checkpoints: Vec<(i64, CheckpointDetail)> =
            self.many(SELECT_CHECKPOINTS, &params, |row| {
                Ok((row.get(0)?, from_json(row.get(1)?, "checkpoint")?))
            })?;
        for (seq, detail) in checkpoints {
            let (over, flaw) = self.checkpoint_heads(organisation.key, seq)?;
            // Heads that the checkpoint does not vouch for accuse nobody.
            if over.chains != detail.chains || over.finish() != detail.hash {
                return Err(self.broken(organisation, ADMINISTRATION, seq, Flaw::Checkpoint)?);
            }
            if let Some((chat, seq, why)) = flaw {
                return Err(self.broken(organisation, chat, seq, why)?);
            }
        }
        Ok(())
    }

    /// The hash over the heads that a checkpoint covers, and the first of them that is no more
    /// what it was.
    fn checkpoint_heads(
        &mut self,
        organisation: OrganisationKey,
        checkpoint: i64,
    ) -> Result<(HeadsHash, Option<Accused>), StoreError> {
        let mut over = HeadsHash::default();
        let mut flaw = None;
        let params = [organisation.into(), checkpoint.into()];
        self.each(SELECT_CHECKPOINT_HEADS, &params, &mut |row| {
            let (chat, seq, hash): (ChatKey, i64, Hash) = (row.get(0)?, row.get(1)?, row.get(2)?);
            over.add(chat, seq, &hash);
            let why = match row.get::<Option<Hash>>(3)? {
                Some(now) if now == hash => return Ok(Next::Row),
                Some(_other) => Flaw::Changed,
                None => Flaw::Missing,
            };
            flaw = flaw.or(Some((chat, seq, why)));
            Ok(Next::Row)
        })?;
        Ok((over, flaw))
    }

    /// The hash of each description of participants; none where it is not that of its content.
    fn contexts(&mut self) -> Result<HashMap<i64, Option<Hash>>, StoreError> {
        let mut contexts = HashMap::new();
        self.each(SELECT_CONTEXTS, &[], &mut |row| {
            contexts.insert(row.get(0)?, readable(context(row), Flaw::Context)?.ok());
            Ok(Next::Row)
        })?;
        Ok(contexts)
    }

    fn chat_id(&mut self, chat: ChatKey) -> Result<Option<ChatId>, StoreError> {
        self.one(SELECT_CHAT, &[chat.into()], |row| row.get(0))
    }

    fn recorded_head(
        &mut self,
        organisation: OrganisationKey,
        chat: ChatKey,
    ) -> Result<(i64, Hash), StoreError> {
        let read = |row: Row<'_>| Ok((row.get(0)?, row.get(1)?));
        let head = if chat == ADMINISTRATION {
            self.one(SELECT_HEAD, &[organisation.into()], read)?
        } else {
            self.one(SELECT_CHAT_HEAD, &[chat.into(), organisation.into()], read)?
        };
        Ok(head.unwrap_or((0, Hash::ZERO)))
    }

    fn broken(
        &mut self,
        organisation: &Organisation,
        chat: ChatKey,
        seq: i64,
        why: Flaw,
    ) -> Result<Stop, StoreError> {
        let chat = self.chat_id(chat)?;
        Ok(Stop::Broken(Broken { organisation: organisation.id, chat, seq, why }))
    }
}

/// The hash of a description of participants, if it is that of its content.
fn context(row: Row<'_>) -> Result<Result<Hash, Flaw>, StoreError> {
    let hash: Hash = row.get(1)?;
    let content: &str = row.get(2)?;
    let is_intact = Hash::of(content.as_bytes()) == hash;
    Ok(if is_intact { Ok(hash) } else { Err(Flaw::Context) })
}

/// What cannot even be read was not written so: that is a flaw of the row, not of the search.
fn readable<T>(
    read: Result<Result<T, Flaw>, StoreError>,
    flaw: Flaw,
) -> Result<Result<T, Flaw>, StoreError> {
    match read {
        Err(StoreError::Corrupt { .. }) => Ok(Err(flaw)),
        other => other,
    }
}

fn nobodys_trail() -> StoreError {
    StoreError::corrupt("the audit trail has entries of an organisation that is gone")
}

/// What is needed to prove entries.
struct Check<'a> {
    contexts: HashMap<i64, Option<Hash>>,
    report: VerifyReport,
    progress: &'a mut dyn FnMut(u64),
}

impl Check<'_> {
    /// Proves the entry that follows `head`; answers its hash, or what is wrong.
    fn entry(
        &mut self,
        row: Row<'_>,
        organisation: OrganisationId,
        chain: &Chain<'_>,
        head: (i64, Hash),
    ) -> Result<Result<Hash, Flaw>, StoreError> {
        let record = read_record(row)?;
        let seq: i64 = row.get(6)?;
        let context: Option<i64> = row.get(7)?;
        let stored: Hash = row.get(8)?;
        if seq != head.0 + 1 {
            return Ok(Err(Flaw::Missing));
        }
        let context = match context {
            None => None,
            Some(key) => match self.contexts.get(&key).copied().flatten() {
                Some(hash) => Some(hash),
                None => return Ok(Err(Flaw::Context)),
            },
        };
        let hash = chain_hash(head.1, organisation, chain, seq, &record, context);
        if hash != stored {
            return Ok(Err(Flaw::Changed));
        }
        self.report.entries += 1;
        if self.report.entries.is_multiple_of(PROGRESS_ENTRIES) {
            (self.progress)(self.report.entries);
        }
        Ok(Ok(hash))
    }
}
