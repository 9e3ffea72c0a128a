//! Proving an audit trail, or naming the first entry that is not as it was written.
//!
//! A trail is followed in pieces, between which others may read and the trail may grow: each piece
//! sees one state of the store, and a chain is compared with its head by the piece that reaches its
//! end. Nothing of another organisation's trail is read (P10).

use std::collections::HashMap;
use std::fmt;

use visavis_domain::audit::{AuditKind, Chain, Hash, chain_hash};
use visavis_domain::id::{ChatId, ChatKey, OrganisationId, OrganisationKey};

use crate::audit::{ADMINISTRATION, read_record};
use crate::checkpoint::{CheckpointDetail, HeadsHash};
use crate::column::{count, from_json};
use crate::engine::{Next, Row};
use crate::error::StoreError;
use crate::tx::Tx;

const SELECT_NEXT_ORGANISATION: &str = "
    SELECT organisation_key FROM audit WHERE organisation_key > $1
    ORDER BY organisation_key LIMIT 1";

const SELECT_NEWEST: &str = "
    SELECT entry FROM audit WHERE organisation_key = $1 ORDER BY entry DESC LIMIT 1";

const SELECT_NEXT_CHAIN: &str = "
    SELECT chat_key FROM chat_home
    WHERE organisation_key = $1 AND chat_key > $2 AND audit_seq > 0
    ORDER BY chat_key LIMIT 1";

const SELECT_CHAIN: &str = "
    SELECT at, kind, actor, client, message_id, detail, seq, context_key, hash, entry FROM audit
    WHERE chat_key = $1 AND organisation_key = $2 AND seq > $3 ORDER BY seq LIMIT $4";

// Of the entries that the statement above shows, and of no others.
const SELECT_CONTEXTS: &str = "
    SELECT context_key, hash, content FROM audit_context WHERE context_key IN (
        SELECT context_key FROM audit
        WHERE chat_key = $1 AND organisation_key = $2 AND seq > $3 ORDER BY seq LIMIT $4
    )";

const SELECT_CHAT: &str = "SELECT id FROM chat WHERE chat_key = $1";

const SELECT_HEAD: &str =
    "SELECT audit_seq, audit_hash FROM organisation WHERE organisation_key = $1";

const SELECT_CHAT_HEAD: &str = "
    SELECT audit_seq, audit_hash FROM chat_home WHERE chat_key = $1 AND organisation_key = $2";

const SELECT_ENTRIES: &str = "
    SELECT entry FROM audit WHERE organisation_key = $1 AND entry > $2 AND entry <= $3
    ORDER BY entry LIMIT $4";

const SELECT_BEYOND: &str = "
    SELECT a.chat_key, a.seq FROM audit a
    WHERE a.organisation_key = $1 AND a.entry > $2 AND a.entry <= $3 AND a.chat_key > 0
        AND NOT EXISTS (
            SELECT 1 FROM chat_home h
            WHERE h.chat_key = a.chat_key AND h.organisation_key = a.organisation_key
                AND h.audit_seq >= a.seq
        )
    ORDER BY a.entry LIMIT 1";

const SELECT_CHECKPOINTS: &str = "
    SELECT seq, kind, detail FROM audit
    WHERE chat_key = $1 AND organisation_key = $2 AND seq > $3 ORDER BY seq LIMIT $4";

const SELECT_CHECKPOINT_HEADS: &str = "
    SELECT k.chat_key, k.seq, k.hash, a.hash
    FROM audit_checkpoint_head k LEFT JOIN audit a
        ON a.organisation_key = k.organisation_key AND a.chat_key = k.chat_key AND a.seq = k.seq
    WHERE k.organisation_key = $1 AND k.checkpoint_seq = $2 AND k.chat_key > $3
    ORDER BY k.chat_key LIMIT $4";

/// Before every place of a chain, and every key.
const BEGINNING: i64 = i64::MIN;
/// How many rows are read between two reports of progress.
const PROGRESS_ROWS: usize = 10_000;

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

/// What is done next.
enum Stage {
    /// The chain of the first chat after this one.
    NextChain { after: ChatKey },
    /// What follows the head of a chain that was proved so far.
    Chain { chat: ChatKey, id: Option<ChatId>, head: (i64, Hash) },
    /// Counting what was there when the search began, from an entry on.
    Count { after: i64, there: u64 },
    /// Looking for the entry that no head covers, from an entry on.
    Beyond { after: i64 },
    /// The first checkpoint after this place in the chain of administrative acts.
    NextCheckpoint { after: i64 },
    /// The heads that a checkpoint covers.
    Heads(Heads),
    /// Nothing.
    Done,
}

/// A checkpoint, while the heads that it covers are compared.
struct Heads {
    checkpoint: i64,
    detail: CheckpointDetail,
    over: HeadsHash,
    after: ChatKey,
    /// The first head that is no more what it was.
    flaw: Option<Accused>,
}

/// The search through an organisation's trail for an entry that is not as it was written.
pub struct Verification {
    organisation: OrganisationId,
    key: OrganisationKey,
    /// The newest entry when the search began. What came later is proved where a chain is followed
    /// to its end, and not counted.
    newest: i64,
    /// How many entries up to the newest were proved.
    proved: u64,
    stage: Stage,
    report: VerifyReport,
}

impl fmt::Debug for Verification {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Verification").field("report", &self.report).finish_non_exhaustive()
    }
}

impl Verification {
    /// The beginning of a search through an organisation's trail.
    ///
    /// # Errors
    ///
    /// [`StoreError::Missing`] when there is no such organisation.
    pub fn begin(tx: &mut Tx<'_>, organisation: OrganisationId) -> Result<Self, StoreError> {
        let found = tx.find_organisation(organisation)?;
        let key = found.ok_or(StoreError::Missing { what: "organisation" })?.key;
        Self::at(tx, organisation, key)
    }

    fn at(
        tx: &mut Tx<'_>,
        organisation: OrganisationId,
        key: OrganisationKey,
    ) -> Result<Self, StoreError> {
        let newest = tx.one(SELECT_NEWEST, &[key.into()], |row| row.get(0))?.unwrap_or_default();
        let stage = Stage::Chain { chat: ADMINISTRATION, id: None, head: (0, Hash::ZERO) };
        let report = VerifyReport::default();
        Ok(Self { organisation, key, newest, proved: 0, stage, report })
    }

    /// Goes on, over about so many rows; answers what was found once the search has ended.
    ///
    /// # Errors
    ///
    /// [`StoreError`] when the database fails or what holds the trail together cannot be read.
    pub fn advance(
        &mut self,
        tx: &mut Tx<'_>,
        rows_max: usize,
    ) -> Result<Option<VerifyReport>, StoreError> {
        let mut left = rows_max.max(1);
        while left > 0 {
            let stage = std::mem::replace(&mut self.stage, Stage::Done);
            let (next, rows) = match self.step(tx, stage, left) {
                Ok(done) => done,
                Err(Stop::Failed(error)) => return Err(error),
                Err(Stop::Broken(broken)) => {
                    self.report.first_broken = Some(broken);
                    (Stage::Done, 0)
                }
            };
            if matches!(next, Stage::Done) {
                return Ok(Some(self.report.clone()));
            }
            self.stage = next;
            // A chain costs more than its rows.
            left = left.saturating_sub(rows + 1);
        }
        Ok(None)
    }

    /// One step, over at most so many rows: what comes next, and how many there were.
    fn step(
        &mut self,
        tx: &mut Tx<'_>,
        stage: Stage,
        rows_max: usize,
    ) -> Result<(Stage, usize), Stop> {
        match stage {
            Stage::NextChain { after } => {
                let params = [self.key.into(), after.into()];
                let Some(chat) = tx.one(SELECT_NEXT_CHAIN, &params, |row| row.get(0))? else {
                    return Ok((Stage::Count { after: BEGINNING, there: 0 }, 0));
                };
                let Some(id) = chat_id(tx, chat)? else {
                    return Err(self.broken(tx, (chat, 1, Flaw::Chat))?);
                };
                Ok((Stage::Chain { chat, id: Some(id), head: (0, Hash::ZERO) }, 0))
            }
            Stage::Chain { chat, id, head } => self.chain(tx, chat, id, head, rows_max),
            Stage::Count { after, there } => self.count(tx, after, there, rows_max),
            Stage::Beyond { after } => self.beyond(tx, after, rows_max),
            Stage::NextCheckpoint { after } => self.next_checkpoint(tx, after, rows_max),
            Stage::Heads(heads) => self.heads(tx, heads, rows_max),
            Stage::Done => Ok((Stage::Done, 0)),
        }
    }

    fn chain(
        &mut self,
        tx: &mut Tx<'_>,
        chat: ChatKey,
        id: Option<ChatId>,
        mut head: (i64, Hash),
        rows_max: usize,
    ) -> Result<(Stage, usize), Stop> {
        let after = if head.0 == 0 { BEGINNING } else { head.0 };
        let params = [chat.into(), self.key.into(), after.into(), count(rows_max).into()];
        let mut contexts = HashMap::new();
        tx.each(SELECT_CONTEXTS, &params, &mut |row| {
            contexts.insert(row.get(0)?, readable(context(row), Flaw::Context)?.ok());
            Ok(Next::Row)
        })?;
        let chain = id.as_ref().map_or(Chain::Administration, Chain::Chat);
        let (mut rows, mut flaw) = (0, None);
        tx.each(SELECT_CHAIN, &params, &mut |row| {
            rows += 1;
            let proved = proved(row, self.organisation, &chain, head, &contexts);
            match readable(proved, Flaw::Changed)? {
                Ok(hash) => head = (head.0 + 1, hash),
                Err(found) => {
                    flaw = Some(found);
                    return Ok(Next::Stop);
                }
            }
            self.report.entries += 1;
            self.proved += u64::from(row.get::<i64>(9)? <= self.newest);
            Ok(Next::Row)
        })?;
        if rows == rows_max && flaw.is_none() {
            return Ok((Stage::Chain { chat, id, head }, rows));
        }
        self.report.chains += 1;
        let (recorded_seq, recorded_hash) = recorded_head(tx, self.key, chat)?;
        let accused = match flaw {
            Some(why) => (head.0 + 1, why),
            None if recorded_seq > head.0 => (head.0 + 1, Flaw::Missing),
            None if recorded_seq < head.0 => (recorded_seq + 1, Flaw::BeyondHead),
            None if recorded_hash != head.1 => (head.0, Flaw::Changed),
            None => return Ok((Stage::NextChain { after: chat }, rows)),
        };
        Err(self.broken(tx, (chat, accused.0, accused.1))?)
    }

    /// Entries of chains that have no recorded head were not met by following heads.
    fn count(
        &self,
        tx: &mut Tx<'_>,
        after: i64,
        there: u64,
        rows_max: usize,
    ) -> Result<(Stage, usize), Stop> {
        match self.window(tx, after, rows_max)? {
            Some((rows, last)) => {
                Ok((Stage::Count { after: last, there: there + rows as u64 }, rows))
            }
            None if there == self.proved => Ok((Stage::NextCheckpoint { after: BEGINNING }, 0)),
            None => Ok((Stage::Beyond { after: BEGINNING }, 0)),
        }
    }

    fn beyond(&self, tx: &mut Tx<'_>, after: i64, rows_max: usize) -> Result<(Stage, usize), Stop> {
        let Some((rows, last)) = self.window(tx, after, rows_max)? else {
            return Err(StoreError::corrupt("the index of the audit trail misses entries").into());
        };
        let params = [self.key.into(), after.into(), last.into()];
        match tx.one(SELECT_BEYOND, &params, |row| Ok((row.get(0)?, row.get(1)?)))? {
            Some((chat, seq)) => Err(self.broken(tx, (chat, seq, Flaw::BeyondHead))?),
            None => Ok((Stage::Beyond { after: last }, rows)),
        }
    }

    /// The next entries among those that were there when the search began: how many, up to which.
    fn window(
        &self,
        tx: &mut Tx<'_>,
        after: i64,
        rows_max: usize,
    ) -> Result<Option<(usize, i64)>, StoreError> {
        let limit = count(rows_max).into();
        let params = [self.key.into(), after.into(), self.newest.into(), limit];
        let (mut rows, mut last) = (0, None);
        tx.each(SELECT_ENTRIES, &params, &mut |row| {
            (rows, last) = (rows + 1, Some(row.get(0)?));
            Ok(Next::Row)
        })?;
        Ok(last.map(|last| (rows, last)))
    }

    fn next_checkpoint(
        &self,
        tx: &mut Tx<'_>,
        mut after: i64,
        rows_max: usize,
    ) -> Result<(Stage, usize), Stop> {
        let (mut rows, mut detail) = (0, None);
        let params = [ADMINISTRATION.into(), self.key.into(), after.into(), count(rows_max).into()];
        tx.each(SELECT_CHECKPOINTS, &params, &mut |row| {
            (rows, after) = (rows + 1, row.get(0)?);
            if row.get::<i64>(1)? != AuditKind::Checkpoint.code() {
                return Ok(Next::Row);
            }
            detail = Some(from_json(row.get(2)?, "checkpoint")?);
            Ok(Next::Stop)
        })?;
        let next = match detail {
            Some(detail) => Stage::Heads(Heads {
                checkpoint: after,
                detail,
                over: HeadsHash::default(),
                after: ChatKey(BEGINNING),
                flaw: None,
            }),
            None if rows < rows_max => Stage::Done,
            None => Stage::NextCheckpoint { after },
        };
        Ok((next, rows))
    }

    /// Compares a checkpoint with the heads that it covers, and those with the chains.
    fn heads(
        &self,
        tx: &mut Tx<'_>,
        mut heads: Heads,
        rows_max: usize,
    ) -> Result<(Stage, usize), Stop> {
        let mut rows = 0;
        let limit = count(rows_max).into();
        let params = [self.key.into(), heads.checkpoint.into(), heads.after.into(), limit];
        tx.each(SELECT_CHECKPOINT_HEADS, &params, &mut |row| {
            let (chat, seq, hash): (ChatKey, i64, Hash) = (row.get(0)?, row.get(1)?, row.get(2)?);
            (rows, heads.after) = (rows + 1, chat);
            heads.over.add(chat, seq, &hash);
            let why = match row.get::<Option<Hash>>(3)? {
                Some(now) if now == hash => return Ok(Next::Row),
                Some(_other) => Flaw::Changed,
                None => Flaw::Missing,
            };
            heads.flaw = heads.flaw.or(Some((chat, seq, why)));
            Ok(Next::Row)
        })?;
        if rows == rows_max {
            return Ok((Stage::Heads(heads), rows));
        }
        // Heads that the checkpoint does not vouch for accuse nobody.
        let Heads { checkpoint, detail, over, flaw, .. } = heads;
        if over.chains != detail.chains || over.finish() != detail.hash {
            return Err(self.broken(tx, (ADMINISTRATION, checkpoint, Flaw::Checkpoint))?);
        }
        match flaw {
            Some(accused) => Err(self.broken(tx, accused)?),
            None => Ok((Stage::NextCheckpoint { after: checkpoint }, rows)),
        }
    }

    fn broken(&self, tx: &mut Tx<'_>, (chat, seq, why): Accused) -> Result<Stop, StoreError> {
        let chat = chat_id(tx, chat)?;
        Ok(Stop::Broken(Broken { organisation: self.organisation, chat, seq, why }))
    }
}

/// # Proving the audit trail
impl Tx<'_> {
    /// Recomputes the chains of an organisation, or of all, in one piece, and compares them with what
    /// is stored: hashes, gaps, descriptions of participants, recorded heads, checkpoints. Tells
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
        match organisation {
            Some(id) => {
                let verification = Verification::begin(self, id)?;
                self.verify_trail(verification, 0, progress)
            }
            None => self.verify_all(progress),
        }
    }

    fn verify_all(&mut self, progress: &mut dyn FnMut(u64)) -> Result<VerifyReport, StoreError> {
        let mut report = VerifyReport::default();
        let mut last = OrganisationKey::PERSONAL;
        while report.first_broken.is_none() {
            let page = self.list_organisations(Some(last), 1)?;
            let found: Option<OrganisationKey> =
                self.one(SELECT_NEXT_ORGANISATION, &[last.into()], |row| row.get(0))?;
            let Some(organisation) = page.first() else {
                return match found {
                    None => Ok(report),
                    Some(_gone) => Err(nobodys_trail()),
                };
            };
            if found.is_some_and(|found| found < organisation.key) {
                return Err(nobodys_trail());
            }
            let verification = Verification::at(self, organisation.id, organisation.key)?;
            let one = self.verify_trail(verification, report.entries, progress)?;
            report.chains += one.chains;
            report.entries += one.entries;
            report.first_broken = one.first_broken;
            last = organisation.key;
        }
        Ok(report)
    }

    fn verify_trail(
        &mut self,
        mut verification: Verification,
        before: u64,
        progress: &mut dyn FnMut(u64),
    ) -> Result<VerifyReport, StoreError> {
        loop {
            if let Some(report) = verification.advance(self, PROGRESS_ROWS)? {
                return Ok(report);
            }
            progress(before + verification.report.entries);
        }
    }
}

fn chat_id(tx: &mut Tx<'_>, chat: ChatKey) -> Result<Option<ChatId>, StoreError> {
    tx.one(SELECT_CHAT, &[chat.into()], |row| row.get(0))
}

fn recorded_head(
    tx: &mut Tx<'_>,
    organisation: OrganisationKey,
    chat: ChatKey,
) -> Result<(i64, Hash), StoreError> {
    let read = |row: Row<'_>| Ok((row.get(0)?, row.get(1)?));
    let head = if chat == ADMINISTRATION {
        tx.one(SELECT_HEAD, &[organisation.into()], read)?
    } else {
        tx.one(SELECT_CHAT_HEAD, &[chat.into(), organisation.into()], read)?
    };
    Ok(head.unwrap_or((0, Hash::ZERO)))
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

/// Proves the entry that follows `head`; answers its hash, or what is wrong.
fn proved(
    row: Row<'_>,
    organisation: OrganisationId,
    chain: &Chain<'_>,
    head: (i64, Hash),
    contexts: &HashMap<i64, Option<Hash>>,
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
        Some(key) => match contexts.get(&key).copied().flatten() {
            Some(hash) => Some(hash),
            None => return Ok(Err(Flaw::Context)),
        },
    };
    let hash = chain_hash(head.1, organisation, chain, seq, &record, context);
    Ok(if hash == stored { Ok(hash) } else { Err(Flaw::Changed) })
}
