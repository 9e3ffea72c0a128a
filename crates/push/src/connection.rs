//! One connection: what it is sent, and how it ends.

use std::ops::ControlFlow;
use std::sync::Arc;
use std::time::Duration;

use axum::extract::ws::{CloseFrame, Message, Utf8Bytes, WebSocket};
use bytes::Bytes;
use futures_util::{SinkExt, StreamExt};
use tokio::time::{Instant, interval_at, timeout};
use visavis_app::context::Caller;
use visavis_app::delivery::{self, Replay};

use crate::Shared;
use crate::dispatch::frames;
use crate::end::End;
use crate::frame;
use crate::hub::Place;
use crate::wire::SignIn;

/// How often the server asks whether the peer is still there.
const PING_EVERY: Duration = Duration::from_secs(30);
/// Pings in a row without any sign of life before the connection is closed: 90 seconds.
const PINGS_UNANSWERED_MAX: u32 = 3;
/// How long one write may take before the peer counts as gone.
const WRITE_WITHIN: Duration = Duration::from_secs(30);
/// How long the peer may take to answer a close.
const CLOSE_WITHIN: Duration = Duration::from_secs(3);
/// Frames that are written before the connection is flushed.
const WRITTEN_AT_ONCE_MAX: usize = 64;

/// Serves one connection until it ends.
pub(crate) async fn run(
    shared: Arc<Shared>,
    mut socket: WebSocket,
    sign_in: SignIn,
    since: Option<String>,
) {
    let SignIn { caller, secret, .. } = sign_in;
    let caller = Arc::new(caller);
    let mut place = None;
    let end = match shared.hub.enter(Arc::clone(&caller)) {
        Ok(entered) => {
            let place = place.insert(entered);
            let watch = Watch { shared: &shared, caller: &caller, secret: &secret };
            // Boxed: what a start needs is far larger than what an idle connection needs.
            match Box::pin(watch.start(&mut socket, place, since)).await {
                Ok(()) => watch.pump(&mut socket, place).await,
                Err(end) => end,
            }
        }
        Err(end) => end,
    };
    Box::pin(close(socket, end)).await;
    // Only now: a server that stops waits until everybody has been told.
    drop(place);
}

struct Watch<'a> {
    shared: &'a Shared,
    caller: &'a Arc<Caller>,
    secret: &'a str,
}

impl Watch<'_> {
    /// Sends what the client missed, and the frame that says that nothing is missing now.
    ///
    /// The connection has its place already, so whatever is committed meanwhile waits in its
    /// queue and follows.
    async fn start(
        &self,
        socket: &mut WebSocket,
        place: &Place,
        since: Option<String>,
    ) -> Result<(), End> {
        // Between the request and the place in the hub a notice of signing out can be missed.
        self.still_signed_in().await?;
        let after = match since {
            Some(token) => Some(self.shared.app.unseal(&token).ok_or(End::TokenTooOld)?),
            None => None,
        };
        let (app, wire) = (self.shared.app.clone(), Arc::clone(&self.shared.wire));
        let caller = Caller::clone(self.caller);
        let account = caller.account;
        let read = self.shared.app.read_in_turn(caller, move |tx, ctx| {
            let Some(after) = after else {
                return Ok(Some((Vec::new(), tx.last_watermark()?)));
            };
            match delivery::replay(tx, ctx, after)? {
                Replay::TooOld => Ok(None),
                Replay::Complete { mut notifications, upto } => {
                    // In the order of commits every token on the way is good to resume from.
                    notifications.sort_by_key(|notification| notification.watermark);
                    let frames = frames(tx, &app, &*wire, &notifications)?;
                    Ok(Some((frames, upto)))
                }
            }
        });
        let (mut missed, upto) = match read.await {
            Ok(Some(found)) => found,
            Ok(None) => return Err(End::TokenTooOld),
            Err(error) => {
                tracing::error!(%error, "what a client missed could not be read");
                return Err(End::Resume);
            }
        };
        if place.ending.get() == Some(End::SignedOut) {
            return Err(End::SignedOut);
        }
        // Of its own: the same token twice would say that nobody at all did anything in between.
        let token = self.shared.app.seal_fresh(upto);
        missed.extend(frame::current(&token, account));
        for some in missed.chunks(WRITTEN_AT_ONCE_MAX) {
            write(socket, some.iter().cloned()).await?;
        }
        Ok(())
    }

    /// Sends what is queued, answers pings, and finds out when the connection must end.
    async fn pump(&self, socket: &mut WebSocket, place: &mut Place) -> End {
        let mut beat = interval_at(Instant::now() + PING_EVERY, PING_EVERY);
        let mut unanswered = 0;
        let mut queued = Vec::new();
        loop {
            let step = tokio::select! {
                count = place.queue.recv_many(&mut queued, WRITTEN_AT_ONCE_MAX) => {
                    match place.ending.get() {
                        Some(end) => Err(end),
                        None if count == 0 => Err(End::Resume),
                        None => write(socket, queued.drain(..)).await,
                    }
                }
                heard = socket.next() => {
                    unanswered = 0;
                    match hear(heard) {
                        ControlFlow::Continue(()) => Ok(()),
                        ControlFlow::Break(end) => Err(end),
                    }
                }
                _ = beat.tick() => {
                    unanswered += 1;
                    if unanswered > PINGS_UNANSWERED_MAX {
                        Err(End::Silent)
                    } else {
                        Box::pin(self.ping(socket)).await
                    }
                }
            };
            if let Err(end) = step {
                return end;
            }
        }
    }

    async fn ping(&self, socket: &mut WebSocket) -> Result<(), End> {
        self.still_signed_in().await?;
        match timeout(WRITE_WITHIN, socket.send(Message::Ping(Bytes::new()))).await {
            Ok(Ok(())) => Ok(()),
            Ok(Err(_)) | Err(_) => Err(End::Gone),
        }
    }

    /// Asks again, because notices can be lost between nodes and tokens expire.
    async fn still_signed_in(&self) -> Result<(), End> {
        use visavis_app::failure::Failure;
        match self.shared.app.authenticate(self.secret, self.caller.client).await {
            Err(Failure::NotSignedIn) => Err(End::SignedOut),
            // Whatever else went wrong says nothing about the token.
            Ok(_) | Err(_) => Ok(()),
        }
    }
}

/// What a frame of the client means: it should send none but pings, pongs and a close.
fn hear<E>(heard: Option<Result<Message, E>>) -> ControlFlow<End> {
    match heard {
        Some(Ok(Message::Ping(_) | Message::Pong(_))) => ControlFlow::Continue(()),
        Some(Ok(Message::Text(_))) => ControlFlow::Break(End::Text),
        Some(Ok(Message::Binary(_))) => ControlFlow::Break(End::Binary),
        Some(Err(_)) => ControlFlow::Break(End::Malformed),
        Some(Ok(Message::Close(_))) | None => ControlFlow::Break(End::Gone),
    }
}

/// Writes some frames and flushes once.
async fn write(socket: &mut WebSocket, frames: impl Iterator<Item = Utf8Bytes>) -> Result<(), End> {
    let written = timeout(WRITE_WITHIN, async {
        for frame in frames {
            socket.feed(Message::Text(frame)).await?;
        }
        socket.flush().await
    });
    match written.await {
        Ok(Ok(())) => Ok(()),
        // The peer takes nothing any more: there is nobody to send a close code to.
        Ok(Err(_)) | Err(_) => Err(End::Gone),
    }
}

/// Says why, and waits a moment for the peer to have read it, or to have got its own close back.
async fn close(mut socket: WebSocket, end: End) {
    let closing = async {
        if let Some((code, reason)) = end.close() {
            let frame = CloseFrame { code, reason: Utf8Bytes::from_static(reason) };
            socket.send(Message::Close(Some(frame))).await?;
        }
        while let Some(heard) = socket.next().await {
            heard?;
        }
        Ok::<(), axum::Error>(())
    };
    let _whether_heard = timeout(CLOSE_WITHIN, closing).await;
}
