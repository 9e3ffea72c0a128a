//! The transaction in which a use case reads and writes.
//!
//! One file per noun adds the statements, as `impl Tx<'_>` blocks.

use std::any::Any;
use std::fmt;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;

use visavis_domain::event::Event;
use visavis_domain::id::{ChatKey, Watermark};

use crate::engine::{Engine, Next, Row, Value};
use crate::error::StoreError;

/// What a use case attaches to an event for those who deliver it.
pub type Payload = Arc<dyn Any + Send + Sync>;

/// One event that was committed, with what its use case attached for delivery.
#[derive(Clone)]
pub struct Committed {
    /// The event.
    pub event: Event,
    /// What was attached.
    pub payload: Option<Payload>,
}

impl fmt::Debug for Committed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Committed").field("event", &self.event).finish_non_exhaustive()
    }
}

/// An open transaction.
///
/// In a write it holds what was committed before, and what the commands before it in the same
/// batch did; what it writes itself is taken back when the command fails. In a read it is a
/// snapshot, and writing fails with [`StoreError::ReadOnly`].
pub struct Tx<'a> {
    engine: &'a mut dyn Engine,
    effects: &'a mut Effects,
    is_marked: bool,
    failure: Option<StoreError>,
}

impl fmt::Debug for Tx<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Tx").field("has_written", &self.is_marked).finish_non_exhaustive()
    }
}

impl<'a> Tx<'a> {
    pub(crate) fn new(engine: &'a mut dyn Engine, effects: &'a mut Effects) -> Self {
        effects.watermarks.clear();
        Self { engine, effects, is_marked: false, failure: None }
    }

    /// Runs something once the transaction is durable, before its command is answered; not at all
    /// when the command or the commit fails. It runs on the writer: it must be quick. In a read it
    /// runs at the end of the snapshot.
    pub fn after_commit(&mut self, run: Box<dyn FnOnce() + Send>) {
        self.effects.after_commit.push(run);
    }

    pub(crate) fn commit_event(&mut self, event: Event, payload: Option<Payload>) {
        self.effects.watermarks.push((event.chat, event.watermark));
        self.effects.committed.push(Committed { event, payload });
    }

    /// The watermark of the newest event that this command appended to the chat.
    pub(crate) fn own_watermark(&self, chat: ChatKey) -> Option<Watermark> {
        let own = self.effects.watermarks.iter().rev().find(|(key, _watermark)| *key == chat);
        own.map(|(_key, watermark)| *watermark)
    }

    /// Runs a statement; tells how many rows it touched.
    pub(crate) fn execute(
        &mut self,
        sql: &'static str,
        params: &[Value<'_>],
    ) -> Result<u64, StoreError> {
        self.mark()?;
        let result = self.engine.execute(sql, params);
        self.noted(result)
    }

    /// Inserts one row; tells the number that its column `key` got.
    pub(crate) fn insert(
        &mut self,
        sql: &'static str,
        params: &[Value<'_>],
        key: &'static str,
    ) -> Result<i64, StoreError> {
        self.mark()?;
        let result = self.engine.insert(sql, params, key);
        self.noted(result)
    }

    /// Shows each row of an answer until the last, or until told to stop.
    pub(crate) fn each(
        &mut self,
        sql: &'static str,
        params: &[Value<'_>],
        each: &mut dyn FnMut(Row<'_>) -> Result<Next, StoreError>,
    ) -> Result<(), StoreError> {
        let result = self.engine.query(sql, params, each);
        self.noted(result)
    }

    /// The first row of an answer, if there is one.
    pub(crate) fn one<T>(
        &mut self,
        sql: &'static str,
        params: &[Value<'_>],
        read: impl Fn(Row<'_>) -> Result<T, StoreError>,
    ) -> Result<Option<T>, StoreError> {
        let mut found = None;
        self.each(sql, params, &mut |row| {
            found = Some(read(row)?);
            Ok(Next::Stop)
        })?;
        Ok(found)
    }

    /// All rows of an answer; the statement bounds their number.
    pub(crate) fn many<T>(
        &mut self,
        sql: &'static str,
        params: &[Value<'_>],
        read: impl Fn(Row<'_>) -> Result<T, StoreError>,
    ) -> Result<Vec<T>, StoreError> {
        let mut found = Vec::new();
        self.each(sql, params, &mut |row| {
            found.push(read(row)?);
            Ok(Next::Row)
        })?;
        Ok(found)
    }

    /// Commands that only read, or fail before they write, never pay for a mark.
    fn mark(&mut self) -> Result<(), StoreError> {
        if !self.is_marked {
            self.engine.begin_command()?;
            self.is_marked = true;
        }
        Ok(())
    }

    fn noted<T>(&mut self, result: Result<T, StoreError>) -> Result<T, StoreError> {
        if let Err(error) = &result {
            self.failure = Some(error.clone());
        }
        result
    }

    /// Ends the command: keeps or takes back what it wrote.
    ///
    /// # Errors
    ///
    /// The whole transaction is lost; some engines end one by themselves when the disk is full.
    pub(crate) fn finish(self, is_kept: bool) -> Result<(), StoreError> {
        let Self { engine, is_marked, failure, .. } = self;
        let ended = match (is_marked && engine.is_in_transaction(), is_kept) {
            (true, true) => engine.keep_command(),
            (true, false) => engine.undo_command(),
            (false, _) => Ok(()),
        };
        ended?;
        if engine.is_in_transaction() {
            return Ok(());
        }
        Err(failure.unwrap_or_else(|| StoreError::corrupt("the transaction ended by itself")))
    }
}

/// What commands leave behind besides rows; told to others only once it is durable.
#[derive(Default)]
pub(crate) struct Effects {
    pub(crate) committed: Vec<Committed>,
    pub(crate) after_commit: Vec<Box<dyn FnOnce() + Send>>,
    watermarks: Vec<(ChatKey, Watermark)>,
}

/// Where the effects of a command begin.
#[derive(Clone, Copy)]
pub(crate) struct Mark {
    committed: usize,
    after_commit: usize,
}

impl Effects {
    pub(crate) fn mark(&self) -> Mark {
        Mark { committed: self.committed.len(), after_commit: self.after_commit.len() }
    }

    /// Forgets what a failed command left behind.
    pub(crate) fn forget_since(&mut self, mark: Mark) {
        self.committed.truncate(mark.committed);
        self.after_commit.truncate(mark.after_commit);
    }

    /// Runs what was to be run after the commit, in order.
    pub(crate) fn run_after_commit(&mut self) {
        for run in self.after_commit.drain(..) {
            guarded("after_commit", run);
        }
    }

    pub(crate) fn clear(&mut self) {
        self.committed.clear();
        self.after_commit.clear();
    }
}

/// Runs something of others; a panic in it must not take the thread with it.
pub(crate) fn guarded(what: &'static str, run: impl FnOnce()) {
    if catch_unwind(AssertUnwindSafe(run)).is_err() {
        tracing::error!(what, "a panic in `{what}`; the commit stands");
    }
}
