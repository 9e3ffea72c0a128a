//! What a connection was asked: which answers it waits for, and what of them its client has yet to
//! take. HTTP/2 lets a client ask for more than it is willing to take (RFC 9113 section 5.2) and say
//! all the while that it is there; what waits for it is held by nothing that could time out.

use std::collections::BTreeMap;
use std::pin::Pin;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::task::{Context, Poll};
use std::time::Duration;

use axum::body::{Body, HttpBody};
use hyper::body::{Buf, Bytes, Frame, SizeHint};
use tokio::time::Instant;

use super::{FIRST_REQUEST_WITHIN, NEXT_REQUEST_WITHIN, TAKEN_WITHIN};

/// What a connection was asked.
pub(super) struct Asked(Mutex<Answers>);

struct Answers {
    /// When an answer last began or ended; before the first, when the connection was opened.
    last_at: Instant,
    begun: u64,
    /// Those that began and have not ended, by their numbers.
    open: BTreeMap<u64, Untaken>,
}

/// What of an answer is ready to be sent and was not taken: so many bytes, and since when none was.
struct Untaken {
    bytes: usize,
    since: Instant,
}

impl Asked {
    pub(super) fn new() -> Self {
        let last_at = Instant::now();
        Self(Mutex::new(Answers { last_at, begun: 0, open: BTreeMap::new() }))
    }

    /// Notes a request; it is being answered until what this gives is dropped.
    pub(super) fn begin(self: &Arc<Self>) -> Answering {
        let now = Instant::now();
        let mut answers = self.answers();
        let number = answers.begun;
        answers.begun += 1;
        answers.last_at = now;
        answers.open.insert(number, Untaken { bytes: 0, since: now });
        Answering { asked: Arc::clone(self), number }
    }

    pub(super) fn is_new(&self) -> bool {
        self.answers().begun == 0
    }

    /// How long the connection may yet wait for its client; it can be longer by then.
    pub(super) fn left(&self) -> Duration {
        let answers = self.answers();
        let untaken = answers.open.values().filter(|untaken| untaken.bytes > 0);
        let (since, within) = match untaken.map(|untaken| untaken.since).min() {
            Some(since) => (since, TAKEN_WITHIN),
            // It is the client that waits.
            None if !answers.open.is_empty() => return TAKEN_WITHIN,
            None if answers.begun == 0 => (answers.last_at, FIRST_REQUEST_WITHIN),
            None => (answers.last_at, NEXT_REQUEST_WITHIN),
        };
        within.saturating_sub(since.elapsed())
    }

    fn answers(&self) -> MutexGuard<'_, Answers> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// An answer, from its request until all of it is taken or nobody wants it any more.
pub(super) struct Answering {
    asked: Arc<Asked>,
    number: u64,
}

impl Answering {
    fn is_ready(&self, bytes: usize) {
        self.note(|untaken| {
            if untaken.bytes == 0 {
                untaken.since = Instant::now();
            }
            untaken.bytes += bytes;
        });
    }

    fn is_taken(&self, bytes: usize) {
        self.note(|untaken| {
            untaken.since = Instant::now();
            untaken.bytes -= bytes;
        });
    }

    fn note(&self, change: impl FnOnce(&mut Untaken)) {
        if let Some(untaken) = self.asked.answers().open.get_mut(&self.number) {
            change(untaken);
        }
    }
}

impl Drop for Answering {
    fn drop(&mut self) {
        let mut answers = self.asked.answers();
        answers.open.remove(&self.number);
        answers.last_at = Instant::now();
    }
}

/// The body of an answer, which tells what of it is taken.
pub(super) struct Told {
    body: Body,
    answering: Arc<Answering>,
}

impl Told {
    pub(super) fn new(body: Body, answering: Answering) -> Self {
        Self { body, answering: Arc::new(answering) }
    }
}

impl HttpBody for Told {
    type Data = Piece;
    type Error = axum::Error;

    fn poll_frame(
        self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Piece>, axum::Error>>> {
        let Self { body, answering } = self.get_mut();
        let polled = Pin::new(body).poll_frame(context);
        polled.map_ok(|frame| frame.map_data(|bytes| Piece::new(bytes, Arc::clone(answering))))
    }

    fn is_end_stream(&self) -> bool {
        self.body.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        self.body.size_hint()
    }
}

/// A piece of an answer. Where it waits to be sent, its body may have ended long ago.
pub(super) struct Piece {
    bytes: Bytes,
    answering: Arc<Answering>,
}

impl Piece {
    fn new(bytes: Bytes, answering: Arc<Answering>) -> Self {
        answering.is_ready(bytes.len());
        Self { bytes, answering }
    }
}

impl Buf for Piece {
    fn remaining(&self) -> usize {
        self.bytes.remaining()
    }

    fn chunk(&self) -> &[u8] {
        self.bytes.chunk()
    }

    fn advance(&mut self, count: usize) {
        self.bytes.advance(count);
        self.answering.is_taken(count);
    }
}

impl Drop for Piece {
    fn drop(&mut self) {
        self.answering.is_taken(self.bytes.len());
    }
}
