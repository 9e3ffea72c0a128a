//! The one thread that writes: it takes what waits, runs it, and commits once for all of it.

use std::collections::VecDeque;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use visavis_domain::limit::WRITE_BATCH_MAX;

use crate::engine::Engine;
use crate::error::StoreError;
use crate::queue::{Command, Queue};
use crate::tx::{Committed, Effects, Tx, guarded};

/// Who is told what was committed.
pub type OnCommit = Arc<dyn Fn(&[Committed]) + Send + Sync>;

/// What the writer has done.
#[derive(Default)]
pub(crate) struct Counters {
    pub(crate) commits: AtomicU64,
    pub(crate) commands: AtomicU64,
}

pub(crate) struct Writer<'a> {
    pub(crate) engine: &'a mut dyn Engine,
    pub(crate) on_commit: Option<OnCommit>,
    pub(crate) counters: &'a Counters,
}

impl Writer<'_> {
    /// Works until the queue is closed and empty.
    pub(crate) fn run(&mut self, queue: &Queue) {
        let _end = queue.closed_at_the_end();
        let mut waiting = VecDeque::with_capacity(WRITE_BATCH_MAX);
        let mut done = Vec::with_capacity(WRITE_BATCH_MAX);
        let mut effects = Effects::default();
        // What a lost transaction left over goes first.
        while !waiting.is_empty() || queue.take(&mut waiting, WRITE_BATCH_MAX) {
            let result = self.commit(&mut waiting, &mut done, &mut effects);
            self.count(done.len());
            if result.is_ok() {
                self.tell(&mut effects);
            }
            effects.clear();
            let lost = result.err();
            if let Some(error) = &lost {
                tracing::error!(
                    commands = done.len(),
                    error = error as &dyn std::error::Error,
                    "lost a batch of {} commands: {error}",
                    done.len(),
                );
            }
            for command in done.drain(..) {
                command.answer(lost.as_ref());
            }
        }
        if let Err(error) = self.engine.checkpoint() {
            let error = &error as &dyn std::error::Error;
            tracing::warn!(error, "could not move the log into the database at shutdown: {error}");
        }
    }

    /// Runs commands in one transaction, moving them to `done`, and makes them durable.
    fn commit(
        &mut self,
        waiting: &mut VecDeque<Box<dyn Command>>,
        done: &mut Vec<Box<dyn Command>>,
        effects: &mut Effects,
    ) -> Result<(), StoreError> {
        if let Err(error) = self.engine.begin_write() {
            done.extend(waiting.drain(..));
            return Err(error);
        }
        while let Some(mut command) = waiting.pop_front() {
            let mark = effects.mark();
            let mut tx = Tx::new(&mut *self.engine, effects);
            let is_kept = command.run(&mut tx);
            let ended = tx.finish(is_kept);
            done.push(command);
            if !is_kept {
                effects.forget_since(mark);
            }
            if let Err(error) = ended {
                self.engine.rollback();
                return Err(error);
            }
        }
        let result = self.engine.commit();
        if result.is_err() {
            self.engine.rollback();
        }
        result
    }

    /// Tells what was committed, in order.
    fn tell(&self, effects: &mut Effects) {
        if let Some(on_commit) = &self.on_commit
            && !effects.committed.is_empty()
        {
            guarded("on_commit", || on_commit(&effects.committed));
        }
        effects.run_after_commit();
    }

    fn count(&self, commands: usize) {
        self.counters.commits.fetch_add(1, Ordering::Relaxed);
        self.counters.commands.fetch_add(commands as u64, Ordering::Relaxed);
    }
}
