//! Connections in a time that is set, and over pipes where that is enough.

use std::sync::atomic::{AtomicUsize, Ordering};

use axum::body::{Body, Bytes};
use axum::response::IntoResponse;
use axum::routing::get;
use futures_util::{StreamExt, stream};
use hyper::client::conn::http2::{self, SendRequest};
use tokio::io::{AsyncReadExt, AsyncWriteExt, DuplexStream, duplex};
use tokio::sync::Notify;
use tokio::task::JoinHandle;

use super::*;

/// More than anything here sends at once.
const ROOM: usize = 1 << 20;
const SLACK: Duration = Duration::from_secs(2);

fn routes() -> Router {
    Router::new()
        .route("/", get(|| async { "here" }))
        .route("/slow", get(|| async { sleep(Duration::from_secs(600)).await }))
        .route("/large", get(|| async { "x".repeat(100_000) }))
        .route("/upgrade", get(upgrade))
}

/// Says something a day after the upgrade.
async fn upgrade(mut request: Request<Body>) -> Response {
    let upgraded = hyper::upgrade::on(&mut request);
    tokio::spawn(async move {
        let mut line = TokioIo::new(upgraded.await.unwrap());
        sleep(Duration::from_secs(24 * 60 * 60)).await;
        line.write_all(b"still here").await.unwrap();
    });
    let headers = [(header::CONNECTION, "upgrade"), (header::UPGRADE, "test")];
    (axum::http::StatusCode::SWITCHING_PROTOCOLS, headers).into_response()
}

/// A connection over a pipe with so much room, and the task that serves it.
fn connect(routes: Router, room: usize) -> (DuplexStream, JoinHandle<()>) {
    let (ours, theirs) = duplex(room);
    let (stopping, stopped) = watch::channel(());
    let connection =
        Connection { peer: SocketAddr::from(([127, 0, 0, 1], 9)), routes, stopping: stopped };
    let place = Arc::new(Semaphore::new(1)).try_acquire_owned().unwrap();
    let served = tokio::spawn(async move {
        let _nobody_stops = stopping;
        connection.speak(Line::new(theirs, place)).await;
    });
    (ours, served)
}

/// The same for HTTP/2.
async fn connect_http2(
    routes: Router,
) -> (SendRequest<Body>, JoinHandle<hyper::Result<()>>, JoinHandle<()>) {
    connect_http2_with(&http2::Builder::new(TokioExecutor::new()), routes).await
}

async fn connect_http2_with(
    client: &http2::Builder<TokioExecutor>,
    routes: Router,
) -> (SendRequest<Body>, JoinHandle<hyper::Result<()>>, JoinHandle<()>) {
    let (ours, served) = connect(routes, ROOM);
    let (sender, connection) = client.handshake(TokioIo::new(ours)).await.unwrap();
    (sender, tokio::spawn(connection), served)
}

/// A client that is sent so many bytes of an answer before it reads any.
fn client_with_window(bytes: u32) -> http2::Builder<TokioExecutor> {
    let mut client = http2::Builder::new(TokioExecutor::new());
    client.initial_stream_window_size(bytes);
    client
}

fn ask(path: &str) -> Request<Body> {
    Request::get(format!("http://a.test{path}")).body(Body::empty()).unwrap()
}

async fn say(line: &mut DuplexStream, path: &str) {
    let request = format!("GET {path} HTTP/1.1\r\nHost: a.test\r\n\r\n");
    line.write_all(request.as_bytes()).await.unwrap();
}

/// Reads until what was said ends like this.
async fn hear(line: &mut DuplexStream, end: &str) -> String {
    let mut heard = Vec::new();
    while !heard.ends_with(end.as_bytes()) {
        assert!(line.read_buf(&mut heard).await.unwrap() > 0, "the connection ended");
    }
    String::from_utf8(heard).unwrap()
}

/// Whether it is so long ago that this began, give or take a little.
fn is_after(began: Instant, within: Duration) -> bool {
    (within..within + SLACK).contains(&began.elapsed())
}

#[tokio::test(start_paused = true)]
async fn connections_of_both_versions_wait_for_the_next_request_and_then_end() {
    let (mut sender, ours, served) = connect_http2(routes()).await;
    for _ in 0..3 {
        assert!(sender.send_request(ask("/")).await.unwrap().status().is_success());
        // Less than the connection may wait; pings are no requests.
        sleep(NEXT_REQUEST_WITHIN - SLACK).await;
    }
    let began = Instant::now();
    assert!(sender.send_request(ask("/")).await.unwrap().status().is_success());
    served.await.unwrap();
    assert!(is_after(began, NEXT_REQUEST_WITHIN), "{:?}", began.elapsed());
    ours.await.unwrap().expect("a clean end");

    let (mut line, served) = connect(routes(), ROOM);
    let began = Instant::now();
    say(&mut line, "/").await;
    assert!(hear(&mut line, "here").await.starts_with("HTTP/1.1 200"));
    served.await.unwrap();
    assert!(is_after(began, NEXT_REQUEST_WITHIN), "{:?}", began.elapsed());
}

#[tokio::test(start_paused = true)]
async fn a_new_connection_asks_in_time_or_ends() {
    for said in ["", "GET / HTTP/1.1\r\nHost: a", "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"] {
        let (mut line, served) = connect(routes(), ROOM);
        let began = Instant::now();
        line.write_all(said.as_bytes()).await.unwrap();
        served.await.unwrap();
        assert!(is_after(began, FIRST_REQUEST_WITHIN), "{said}: {:?}", began.elapsed());
    }
}

#[tokio::test(start_paused = true)]
async fn an_answer_may_take_its_time() {
    let (mut sender, _ours, _served) = connect_http2(routes()).await;
    assert!(sender.send_request(ask("/slow")).await.unwrap().status().is_success());
    let (mut line, _served) = connect(routes(), ROOM);
    say(&mut line, "/slow").await;
    assert!(hear(&mut line, "\r\n\r\n").await.starts_with("HTTP/1.1 200"));
}

#[tokio::test(start_paused = true)]
async fn what_was_upgraded_waits_as_long_as_it_likes() {
    let (mut line, served) = connect(routes(), ROOM);
    let upgrade =
        "GET /upgrade HTTP/1.1\r\nHost: a\r\nConnection: upgrade\r\nUpgrade: test\r\n\r\n";
    line.write_all(upgrade.as_bytes()).await.unwrap();
    assert!(hear(&mut line, "\r\n\r\n").await.starts_with("HTTP/1.1 101"));
    served.await.unwrap();
    hear(&mut line, "still here").await;
}

#[tokio::test(start_paused = true)]
async fn a_client_that_takes_nothing_of_its_answer_is_given_up() {
    let (mut line, served) = connect(routes(), 1_000);
    let began = Instant::now();
    say(&mut line, "/large").await;
    served.await.unwrap();
    assert!(is_after(began, TAKEN_WITHIN), "{:?}", began.elapsed());
    // One that takes it slowly gets all of it.
    let (mut line, _served) = connect(routes(), 10_000);
    say(&mut line, "/large").await;
    let (mut taken, mut piece) = (0, [0; 10_000]);
    while taken < 100_000 {
        sleep(TAKEN_WITHIN / 2).await;
        let count = line.read(&mut piece).await.unwrap();
        assert!(count > 0, "it ended after {taken}");
        taken += count;
    }
}

/// An answer that shows whether it is still held.
struct Held(Arc<[u8]>);

impl AsRef<[u8]> for Held {
    fn as_ref(&self) -> &[u8] {
        &self.0
    }
}

#[tokio::test(start_paused = true)]
async fn a_client_whose_window_is_closed_is_given_up_whatever_else_it_asks() {
    for window in [0, 1_000] {
        let held: Arc<[u8]> = vec![b'x'; 100_000].into();
        let holding = Arc::clone(&held);
        let page = get(async move || Body::from(Bytes::from_owner(Held(holding))));
        let routes = routes().route("/held", page);
        let (mut sender, _ours, served) =
            connect_http2_with(&client_with_window(window), routes).await;
        let began = Instant::now();
        let mut untaken = Vec::new();
        for _ in 0..10 {
            untaken.push(sender.send_request(ask("/held")).await.unwrap());
        }
        assert!(Arc::strong_count(&held) > 10);
        while began.elapsed() < ENDED_WITHIN && sender.send_request(ask("/")).await.is_ok() {
            sleep(TAKEN_WITHIN / 4).await;
        }
        let refused = began.elapsed();
        let latest = TAKEN_WITHIN + TAKEN_WITHIN / 4;
        assert!((TAKEN_WITHIN..latest + SLACK).contains(&refused), "{window}: {refused:?}");
        served.await.unwrap();
        assert!(is_after(began, TAKEN_WITHIN + ENDED_WITHIN), "{window}: {:?}", began.elapsed());
        sleep(SLACK).await;
        assert_eq!(Arc::strong_count(&held), 1, "{window}");
    }
}

#[tokio::test(start_paused = true)]
async fn a_client_that_takes_its_answer_slowly_gets_all_of_it_over_http2() {
    let (mut sender, _ours, _served) =
        connect_http2_with(&client_with_window(5_000), routes()).await;
    let began = Instant::now();
    let answer = sender.send_request(ask("/large")).await.unwrap();
    let mut body = Body::new(answer.into_body()).into_data_stream();
    let mut taken = 0;
    while let Some(piece) = body.next().await {
        taken += piece.unwrap().len();
        sleep(TAKEN_WITHIN - SLACK).await;
    }
    assert_eq!(taken, 100_000);
    assert!(began.elapsed() > NEXT_REQUEST_WITHIN + ENDED_WITHIN, "{:?}", began.elapsed());
}

#[tokio::test(start_paused = true)]
async fn a_client_that_waits_for_the_rest_of_its_answer_is_not_given_up() {
    let hourly = get(async || {
        Body::from_stream(stream::iter(0..3).then(async |hour| {
            sleep(Duration::from_secs(hour * 60 * 60)).await;
            Ok::<_, Infallible>("x".repeat(1_000))
        }))
    });
    let routes = Router::new().route("/", hourly);
    let (mut sender, _ours, _served) = connect_http2(routes.clone()).await;
    let answer = sender.send_request(ask("/")).await.unwrap();
    let body = axum::body::to_bytes(Body::new(answer.into_body()), ROOM).await.unwrap();
    assert_eq!(body.len(), 3_000);
    let (mut line, _served) = connect(routes, ROOM);
    say(&mut line, "/").await;
    hear(&mut line, "0\r\n\r\n").await;
}

#[tokio::test]
async fn a_connection_answers_so_many_requests_at_once() {
    let (running, go) = (Arc::new(AtomicUsize::new(0)), Arc::new(Notify::new()));
    let (counting, going) = (Arc::clone(&running), Arc::clone(&go));
    let wait = get(move || async move {
        counting.fetch_add(1, Ordering::SeqCst);
        going.notified().await;
    });
    let (sender, _ours, _served) = connect_http2(Router::new().route("/", wait)).await;
    let max = usize::try_from(STREAMS_PER_CONNECTION_MAX).unwrap();
    let asked: Vec<_> = (0..max + 6)
        .map(|_| {
            let mut sender = sender.clone();
            tokio::spawn(async move { sender.send_request(ask("/")).await.unwrap().status() })
        })
        .collect();
    while running.load(Ordering::SeqCst) < max {
        tokio::task::yield_now().await;
    }
    assert_eq!(running.load(Ordering::SeqCst), max);
    while running.load(Ordering::SeqCst) < max + 6 {
        go.notify_one();
        tokio::task::yield_now().await;
    }
    go.notify_waiters();
    for one in asked {
        go.notify_waiters();
        assert!(one.await.unwrap().is_success());
    }
}

#[tokio::test]
async fn connections_past_the_limit_wait_for_a_place() {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    let stop = Arc::new(Notify::new());
    let stopping = Arc::clone(&stop);
    let served = tokio::spawn(serve(listener, None, routes(), 2, async move {
        stopping.notified().await;
    }));
    let ask = async || {
        let mut line = TcpStream::connect(address).await.unwrap();
        line.write_all(b"GET / HTTP/1.1\r\nHost: a.test\r\n\r\n").await.unwrap();
        line
    };
    let answered = async |line: &mut TcpStream| {
        let mut said = [0; 12];
        line.read_exact(&mut said).await.unwrap();
        assert_eq!(&said, b"HTTP/1.1 200");
    };
    let [mut first, mut second, mut third] = [ask().await, ask().await, ask().await];
    answered(&mut first).await;
    answered(&mut second).await;
    let mut said = [0];
    let waited = timeout(Duration::from_millis(300), third.read(&mut said)).await;
    assert!(waited.is_err(), "{waited:?}");
    drop(first);
    answered(&mut third).await;
    stop.notify_one();
    served.await.unwrap();
}
