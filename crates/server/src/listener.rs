//! Connections: accepted, encrypted where there is a certificate, and served until they end.

use std::convert::Infallible;
use std::io;
use std::net::SocketAddr;
use std::pin::pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use axum::Router;
use axum::extract::ConnectInfo;
use axum::http::{HeaderValue, Request, header};
use axum::response::Response;
use hyper::body::Incoming;
use hyper::service::service_fn;
use hyper_util::rt::{TokioExecutor, TokioIo, TokioTimer};
use hyper_util::server::conn::auto;
use hyper_util::server::graceful::{GracefulShutdown, Watcher};
use rustls::ServerConfig;
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::{TcpListener, TcpStream};
use tokio::time::{sleep, timeout};
use tokio_rustls::TlsAcceptor;
use tower::ServiceExt;
use visavis_domain::limit::REQUEST_HEAD_BYTES_MAX;

use crate::tls::Tls;

/// How long a client has to agree on the encryption.
const HANDSHAKE_WITHIN: Duration = Duration::from_secs(10);
/// How long a new connection has for the whole head of its first request.
const FIRST_REQUEST_WITHIN: Duration = Duration::from_secs(20);
/// How long a connection may wait between an answer and the end of the next head: longer than
/// proxies keep theirs, so that it is they who close.
const NEXT_REQUEST_WITHIN: Duration = Duration::from_secs(75);
/// How often an HTTP/2 client is asked whether it is there, and how long it has to say so.
const PING_EVERY: Duration = Duration::from_secs(30);
const PONG_WITHIN: Duration = Duration::from_secs(20);
/// How long nothing is accepted when the system has no room for another connection.
const FULL_PAUSE: Duration = Duration::from_millis(200);

/// Serves until `stop` completes; then finishes what was begun.
pub(crate) async fn serve(
    listener: TcpListener,
    tls: Option<Arc<Tls>>,
    routes: Router,
    stop: impl Future<Output = ()>,
) {
    let open = GracefulShutdown::new();
    let mut stop = pin!(stop);
    loop {
        let accepted = tokio::select! {
            accepted = listener.accept() => accepted,
            () = &mut stop => break,
        };
        match accepted {
            Ok((stream, peer)) => {
                let connection =
                    Connection { peer, routes: routes.clone(), watcher: open.watcher() };
                let config = tls.as_ref().map(|tls| tls.config());
                tokio::spawn(connection.open(stream, config));
            }
            Err(error) => after(&error).await,
        }
    }
    drop(listener);
    open.shutdown().await;
}

/// Waits where waiting helps: a client that went away concerns nobody, a full system everybody.
async fn after(error: &io::Error) {
    use io::ErrorKind::{ConnectionAborted, ConnectionRefused, ConnectionReset};
    if !matches!(error.kind(), ConnectionAborted | ConnectionRefused | ConnectionReset) {
        tracing::error!(%error, "a connection cannot be accepted");
        sleep(FULL_PAUSE).await;
    }
}

/// One connection.
struct Connection {
    peer: SocketAddr,
    routes: Router,
    watcher: Watcher,
}

impl Connection {
    async fn open(self, stream: TcpStream, tls: Option<Arc<ServerConfig>>) {
        // An answer is one write: waiting for more to send would only delay it.
        if let Err(error) = stream.set_nodelay(true) {
            tracing::debug!(%error, "a connection waits before it sends");
        }
        let Some(tls) = tls else { return self.speak(stream).await };
        match timeout(HANDSHAKE_WITHIN, TlsAcceptor::from(tls).accept(stream)).await {
            Ok(Ok(stream)) => Box::pin(self.speak(stream)).await,
            Ok(Err(error)) => tracing::debug!(%error, "a client does not agree on the encryption"),
            Err(_late) => tracing::debug!("a client does not agree on the encryption in time"),
        }
    }

    async fn speak(self, stream: impl AsyncRead + AsyncWrite + Unpin + Send + 'static) {
        let has_asked = Arc::new(AtomicBool::new(false));
        let asked = Arc::clone(&has_asked);
        let Self { peer, routes, watcher } = self;
        let service = service_fn(move |request| {
            asked.store(true, Ordering::Relaxed);
            answer(routes.clone(), request, peer)
        });
        let builder = protocols();
        let connection = builder.serve_connection_with_upgrades(TokioIo::new(stream), service);
        let mut served = pin!(watcher.watch(connection));
        let ended = tokio::select! {
            ended = &mut served => ended,
            () = sleep(FIRST_REQUEST_WITHIN) => {
                if !has_asked.load(Ordering::Relaxed) {
                    tracing::debug!("a connection asked nothing in time");
                    return;
                }
                served.await
            }
        };
        if let Err(error) = ended {
            tracing::debug!(%error, "a connection broke off");
        }
    }
}

/// HTTP/1.1 and HTTP/2, with an end to every wait for a head; bodies have none yet.
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
