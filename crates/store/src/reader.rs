//! Threads that read: each runs one command after the other, in a snapshot of its own.

use std::collections::VecDeque;

use crate::engine::Engine;
use crate::error::StoreError;
use crate::queue::{Command, Queue};
use crate::tx::{Effects, Tx};

/// Works until the queue is closed and empty.
pub(crate) fn run(engine: &mut dyn Engine, queue: &Queue) {
    let _end = queue.closed_at_the_end();
    let mut taken = VecDeque::with_capacity(1);
    let mut effects = Effects::default();
    while queue.take(&mut taken, 1) {
        for mut command in taken.drain(..) {
            // Whoever asked has gone, and nothing was to be done but to answer.
            if !command.is_awaited() {
                continue;
            }
            let lost = read(engine, command.as_mut(), &mut effects).err();
            command.answer(lost.as_ref());
        }
    }
}

fn read(
    engine: &mut dyn Engine,
    command: &mut dyn Command,
    effects: &mut Effects,
) -> Result<(), StoreError> {
    engine.begin_read()?;
    effects.clear();
    let mut tx = Tx::new(engine, effects);
    let is_kept = command.run(&mut tx);
    // Nothing was written. A short snapshot lets the log start over.
    engine.rollback();
    if is_kept {
        effects.run_after_commit();
    }
    Ok(())
}
