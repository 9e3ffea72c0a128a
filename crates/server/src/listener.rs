//! Connections: accepted while there is a place, encrypted where there is a certificate, and served
//! until they end. Every wait for a client ends: for the encryption, a request's head, the next
//! request, and for the client to take its answer; bodies are timed where they are read. What was
//! upgraded to a WebSocket waits as long as it likes.

use std::convert::Infallible;
use std::io;
use std::net::SocketAddr;
use std::pin::{Pin, pin};
use std::sync::Arc;
use std::task::{Context, Poll};
use std::time::Duration;

use axum::Router;
use axum::extract::ConnectInfo;
use axum::http::{HeaderValue, Request, header};
use axum::response::Response;
use hyper::body::Incoming;
use hyper::service::service_fn;
use hyper_util::rt::{TokioExecutor, TokioIo, TokioTimer};
use hyper_util::server::conn::auto;
use rustls::ServerConfig;
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::{OwnedSemaphorePermit, Semaphore, watch};
use tokio::time::{Instant, Sleep, sleep, timeout};
use tokio_rustls::TlsAcceptor;
use tower::ServiceExt;
use visavis_domain::limit::{REQUEST_HEAD_BYTES_MAX, STREAMS_PER_CONNECTION_MAX};

use self::asked::{Asked, Told};
use crate::tls::Tls;

mod asked;

/// How long a client has to agree on the encryption.
const HANDSHAKE_WITHIN: Duration = Duration::from_secs(10);
/// How long a new connection has for the whole head of its first request.
const FIRST_REQUEST_WITHIN: Duration = Duration::from_secs(20);
/// How long a connection may wait between an answer and the end of the next head: longer than
/// proxies keep theirs, so that it is they who close.
const NEXT_REQUEST_WITHIN: Duration = Duration::from_secs(75);
/// How long a connection has to end once it is asked to: the time to receive the last answers.
const ENDED_WITHIN: Duration = Duration::from_secs(5 * 60);
/// How long a client may take nothing of an answer, or of anything else that is sent to it.
const TAKEN_WITHIN: Duration = Duration::from_secs(60);
/// How often an HTTP/2 client is asked whether it is there, and how long it has to say so.
const PING_EVERY: Duration = Duration::from_secs(30);
const PONG_WITHIN: Duration = Duration::from_secs(20);
/// How long nothing is accepted when the system has no room for another connection.
const FULL_PAUSE: Duration = Duration::from_millis(200);
/// How often the log says at most that there is no place for another connection.
const FULL_TOLD_EVERY: Duration = Duration::from_secs(60);

/// Serves until `stop` completes, so many connections at once; then finishes what was begun.
pub(crate) async fn serve(
    listener: TcpListener,
    tls: Option<Arc<Tls>>,
    routes: Router,
    connections_max: usize,
    stop: impl Future<Output = ()>,
) {
    let stopping = watch::Sender::new(());
    let mut door = Door::new(listener, connections_max);
    let mut stop = pin!(stop);
    loop {
        let accepted = tokio::select! {
            accepted = door.accept() => accepted,
            () = &mut stop => break,
        };
        match accepted {
            Ok((line, peer)) => {
                let connection =
                    Connection { peer, routes: routes.clone(), stopping: stopping.subscribe() };
                let config = tls.as_ref().map(|tls| tls.config());
                tokio::spawn(connection.open(line, config));
            }
            Err(error) => after(&error).await,
        }
    }
    drop(door);
    stopping.send_replace(());
    stopping.closed().await;
}

/// Where connections come in.
struct Door {
    listener: TcpListener,
    places: Arc<Semaphore>,
    told_at: Option<Instant>,
}

impl Door {
    fn new(listener: TcpListener, places: usize) -> Self {
        let places = Arc::new(Semaphore::new(places.min(Semaphore::MAX_PERMITS)));
        Self { listener, places, told_at: None }
    }

    /// The next connection, once there is a place for it. Until then those who come wait in the
    /// system's queue.
    async fn accept(&mut self) -> io::Result<(Line<TcpStream>, SocketAddr)> {
        let places = Arc::clone(&self.places);
        let place = match Arc::clone(&places).try_acquire_owned() {
            Ok(place) => place,
            Err(_full) => {
                self.tell_that_it_is_full();
                places.acquire_owned().await.map_err(io::Error::other)?
            }
        };
        let (stream, peer) = self.listener.accept().await?;
        // An answer is one write: waiting for more to send would only delay it.
        if let Err(error) = stream.set_nodelay(true) {
            tracing::debug!(%error, "a connection waits before it sends");
        }
        Ok((Line::new(stream, place), peer))
    }

    fn tell_that_it_is_full(&mut self) {
        let was_told = self.told_at.is_some_and(|told_at| told_at.elapsed() < FULL_TOLD_EVERY);
        if !was_told {
            self.told_at = Some(Instant::now());
            tracing::warn!("no more connections may be open: the next wait until one ends");
        }
    }
}

/// Waits where waiting helps: a client that went away concerns nobody, a full system everybody.
async fn after(error: &io::Error) {
    use io::ErrorKind::{ConnectionAborted, ConnectionRefused, ConnectionReset};
    if !matches!(error.kind(), ConnectionAborted | ConnectionRefused | ConnectionReset) {
        tracing::error!(%error, "a connection cannot be accepted");
        sleep(FULL_PAUSE).await;
    }
}

/// What bytes go over, with the place of the connection, which is free when this is dropped. A
/// client that takes nothing of what is sent to it breaks it.
struct Line<S> {
    stream: S,
    untaken: Option<Pin<Box<Sleep>>>,
    _place: OwnedSemaphorePermit,
}

impl<S: AsyncRead + AsyncWrite + Unpin> Line<S> {
    fn new(stream: S, place: OwnedSemaphorePermit) -> Self {
        Self { stream, untaken: None, _place: place }
    }

    /// What came of an attempt to send: nothing, for too long, is an error.
    fn sent<T>(
        &mut self,
        context: &mut Context<'_>,
        sent: Poll<io::Result<T>>,
    ) -> Poll<io::Result<T>> {
        if sent.is_ready() {
            self.untaken = None;
            return sent;
        }
        let untaken = self.untaken.get_or_insert_with(|| Box::pin(sleep(TAKEN_WITHIN)));
        untaken.as_mut().poll(context).map(|()| Err(io::ErrorKind::TimedOut.into()))
    }
}

impl<S: AsyncRead + AsyncWrite + Unpin> AsyncRead for Line<S> {
    fn poll_read(
        self: Pin<&mut Self>,
        context: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        Pin::new(&mut self.get_mut().stream).poll_read(context, buffer)
    }
}

impl<S: AsyncRead + AsyncWrite + Unpin> AsyncWrite for Line<S> {
    fn poll_write(
        self: Pin<&mut Self>,
        context: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<io::Result<usize>> {
        let line = self.get_mut();
        let sent = Pin::new(&mut line.stream).poll_write(context, bytes);
        line.sent(context, sent)
    }

    fn poll_write_vectored(
        self: Pin<&mut Self>,
        context: &mut Context<'_>,
        parts: &[io::IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        let line = self.get_mut();
        let sent = Pin::new(&mut line.stream).poll_write_vectored(context, parts);
        line.sent(context, sent)
    }

    fn is_write_vectored(&self) -> bool {
        self.stream.is_write_vectored()
    }

    fn poll_flush(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.get_mut().stream).poll_flush(context)
    }

    fn poll_shutdown(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.get_mut().stream).poll_shutdown(context)
    }
}

/// One connection.
struct Connection {
    peer: SocketAddr,
    routes: Router,
    stopping: watch::Receiver<()>,
}

impl Connection {
    async fn open(self, line: Line<TcpStream>, tls: Option<Arc<ServerConfig>>) {
        let Some(tls) = tls else { return self.speak(line).await };
        match timeout(HANDSHAKE_WITHIN, TlsAcceptor::from(tls).accept(line)).await {
            Ok(Ok(stream)) => Box::pin(self.speak(stream)).await,
            Ok(Err(error)) => tracing::debug!(%error, "a client does not agree on the encryption"),
            Err(_late) => tracing::debug!("a client does not agree on the encryption in time"),
        }
    }

    async fn speak(self, stream: impl AsyncRead + AsyncWrite + Unpin + Send + 'static) {
        let Self { peer, routes, mut stopping } = self;
        let asked = Arc::new(Asked::new());
        let asking = Arc::clone(&asked);
        let service = service_fn(move |request| {
            let answering = asking.begin();
            let answer = answer(routes.clone(), request, peer);
            async move { Ok::<_, Infallible>(answer.await?.map(|body| Told::new(body, answering))) }
        });
        let builder = protocols();
        let mut served =
            pin!(builder.serve_connection_with_upgrades(TokioIo::new(stream), service));
        loop {
            let left = asked.left();
            if left.is_zero() {
                break;
            }
            tokio::select! {
                ended = &mut served => return tell_of(ended),
                () = sleep(left) => {}
                _ = stopping.changed() => break,
            }
        }
        if asked.is_new() {
            tracing::debug!("a connection asked nothing in time");
            return;
        }
        served.as_mut().graceful_shutdown();
        match timeout(ENDED_WITHIN, served).await {
            Ok(ended) => tell_of(ended),
            Err(_late) => tracing::debug!("a connection did not end in time"),
        }
    }
}

fn tell_of(ended: Result<(), Box<dyn std::error::Error + Send + Sync>>) {
    if let Err(error) = ended {
        tracing::debug!(%error, "a connection broke off");
    }
}

/// HTTP/1.1 and HTTP/2. A head comes in time or the connection ends; HTTP/2 clients that are not
/// there any more are found by pings.
fn protocols() -> auto::Builder<TokioExecutor> {
    let mut builder = auto::Builder::new(TokioExecutor::new());
    builder
        .http1()
        .timer(TokioTimer::new())
        .header_read_timeout(NEXT_REQUEST_WITHIN)
        .max_buf_size(REQUEST_HEAD_BYTES_MAX);
    builder
        .http2()
        .timer(TokioTimer::new())
        .keep_alive_interval(PING_EVERY)
        .keep_alive_timeout(PONG_WITHIN)
        .max_concurrent_streams(STREAMS_PER_CONNECTION_MAX)
        .max_header_list_size(u32::try_from(REQUEST_HEAD_BYTES_MAX).unwrap_or(u32::MAX));
    builder
}

async fn answer(
    routes: Router,
    mut request: Request<Incoming>,
    peer: SocketAddr,
) -> Result<Response, Infallible> {
    request.extensions_mut().insert(ConnectInfo(peer));
    name_host(&mut request);
    routes.oneshot(request).await
}

/// HTTP/2 names the host in a pseudo-header (RFC 9113 section 8.3.1); whoever reads a request looks
/// for it in one place only.
fn name_host<B>(request: &mut Request<B>) {
    if request.headers().contains_key(header::HOST) {
        return;
    }
    let authority = request.uri().authority().map(|authority| authority.as_str());
    if let Some(host) = authority.and_then(|host| HeaderValue::from_str(host).ok()) {
        request.headers_mut().insert(header::HOST, host);
    }
}

#[cfg(test)]
mod tests;
