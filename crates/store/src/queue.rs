//! A bounded queue of commands in front of the threads that run them.

use std::collections::VecDeque;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::{Condvar, Mutex, MutexGuard, PoisonError};

use tokio::sync::oneshot;

use crate::error::StoreError;
use crate::tx::Tx;

/// Something to do in a transaction, with somebody waiting for the answer.
pub(crate) trait Command: Send {
    /// Whether anybody still waits for the answer.
    fn is_awaited(&self) -> bool;

    /// Does it; tells whether what it wrote is to be kept.
    fn run(&mut self, tx: &mut Tx<'_>) -> bool;

    /// Answers with what came of it, or with what became of its transaction.
    fn answer(self: Box<Self>, lost: Option<&StoreError>);
}

/// A command made of a closure.
struct Closure<T, E, F> {
    run: Option<F>,
    outcome: Option<Result<T, E>>,
    reply: oneshot::Sender<Result<T, E>>,
}

/// A command that runs the closure, and where its answer arrives.
pub(crate) fn command<T, E, F>(run: F) -> (Box<dyn Command>, oneshot::Receiver<Result<T, E>>)
where
    F: FnOnce(&mut Tx<'_>) -> Result<T, E> + Send + 'static,
    E: From<StoreError> + Send + 'static,
    T: Send + 'static,
{
    let (reply, answer) = oneshot::channel();
    (Box::new(Closure { run: Some(run), outcome: None, reply }), answer)
}

impl<T, E, F> Command for Closure<T, E, F>
where
    F: FnOnce(&mut Tx<'_>) -> Result<T, E> + Send,
    E: From<StoreError> + Send,
    T: Send,
{
    fn is_awaited(&self) -> bool {
        !self.reply.is_closed()
    }

    fn run(&mut self, tx: &mut Tx<'_>) -> bool {
        let Some(run) = self.run.take() else { return false };
        // What the closure touched besides the transaction is dropped with it, and the
        // transaction takes back what it wrote.
        let outcome = catch_unwind(AssertUnwindSafe(|| run(tx)));
        let outcome = outcome.unwrap_or_else(|_panic| Err(StoreError::Panicked.into()));
        let is_kept = outcome.is_ok();
        self.outcome = Some(outcome);
        is_kept
    }

    fn answer(self: Box<Self>, lost: Option<&StoreError>) {
        let outcome = match (lost, self.outcome) {
            (Some(lost), _) => Err(lost.clone().into()),
            (None, Some(outcome)) => outcome,
            (None, None) => Err(StoreError::Closed.into()),
        };
        // Nobody waits any more when a client has gone: that is no failure.
        let _unheard = self.reply.send(outcome).is_err();
    }
}

/// A queue that refuses rather than grows.
pub(crate) struct Queue {
    state: Mutex<State>,
    filled: Condvar,
    length_max: usize,
}

struct State {
    waiting: VecDeque<Box<dyn Command>>,
    idle: usize,
    /// Why nothing more is taken in.
    closed: Option<StoreError>,
}

impl Queue {
    pub(crate) fn new(length_max: usize) -> Self {
        let state = State { waiting: VecDeque::new(), idle: 0, closed: None };
        Self { state: Mutex::new(state), filled: Condvar::new(), length_max }
    }

    /// Appends a command.
    ///
    /// # Errors
    ///
    /// [`StoreError::Overloaded`] when the queue is full; why it was closed, if it is.
    pub(crate) fn push(&self, command: Box<dyn Command>) -> Result<(), StoreError> {
        let mut state = self.lock();
        if let Some(why) = &state.closed {
            return Err(why.clone());
        }
        if state.waiting.len() >= self.length_max {
            return Err(StoreError::Overloaded);
        }
        state.waiting.push_back(command);
        let is_somebody_idle = state.idle > 0;
        drop(state);
        if is_somebody_idle {
            self.filled.notify_one();
        }
        Ok(())
    }

    /// Waits for commands and takes up to `count_max` of them, oldest first; tells whether there
    /// will be more. After closing, what waits is handed out before that.
    pub(crate) fn take(&self, into: &mut VecDeque<Box<dyn Command>>, count_max: usize) -> bool {
        let mut state = self.lock();
        while state.waiting.is_empty() {
            if state.closed.is_some() {
                return false;
            }
            state.idle += 1;
            state = self.filled.wait(state).unwrap_or_else(PoisonError::into_inner);
            state.idle -= 1;
        }
        let count = count_max.min(state.waiting.len());
        into.extend(state.waiting.drain(..count));
        true
    }

    /// Takes nothing more in, for this reason; what waits is still handed out.
    pub(crate) fn close(&self, why: StoreError) {
        self.lock().closed.get_or_insert(why);
        self.filled.notify_all();
    }

    /// Closes the queue when the thread that asks ends, however it ends, so that nobody waits for
    /// an answer that will not come.
    pub(crate) fn closed_at_the_end(&self) -> ClosedAtTheEnd<'_> {
        ClosedAtTheEnd(self)
    }

    pub(crate) fn len(&self) -> usize {
        self.lock().waiting.len()
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        // No code that can panic runs under the lock.
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// See [`Queue::closed_at_the_end`].
pub(crate) struct ClosedAtTheEnd<'a>(&'a Queue);

impl Drop for ClosedAtTheEnd<'_> {
    fn drop(&mut self) {
        self.0.close(StoreError::Closed);
        if std::thread::panicking() {
            let unanswered = std::mem::take(&mut self.0.lock().waiting);
            for command in unanswered {
                command.answer(Some(&StoreError::Closed));
            }
        }
    }
}
