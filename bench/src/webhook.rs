//! Change notifications at a steady rate: how long a message takes until a subscriber has it.

use std::cell::RefCell;
use std::collections::HashMap;
use std::net::SocketAddr;
use std::path::Path;
use std::rc::Rc;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, ensure};
use serde_json::{Value, json};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::mpsc;
use tokio::task::JoinSet;
use tokio::time::{sleep, timeout};

use crate::Arguments;
use crate::http::{self, Api, Http};
use crate::ledger::Run;
use crate::measured::{Measured, WARM_UP};
use crate::pairs::{self, Pair};
use crate::report::{Quantiles, Table, grouped, progress};
use crate::server::Server;

/// Messages of a pair that wait for their acknowledgement at the same time.
const IN_FLIGHT: usize = 8;
/// How long the last deliveries may take.
const SETTLE_WITHIN: Duration = Duration::from_secs(10);

/// A message by its chat and its id in it.
type Name = (String, String);

/// What was sent and what has arrived.
#[derive(Default)]
struct Book {
    sent: RefCell<HashMap<Name, Instant>>,
    arrived: RefCell<HashMap<Name, Instant>>,
    requests: RefCell<u64>,
    repeats: RefCell<u64>,
}

/// 500 messages a second over 20 pairs, of which each recipient has a subscription.
pub(crate) async fn webhook(arguments: &Arguments, folder: &Path) -> Result<Table> {
    let server = Server::start(&arguments.server, folder).await?;
    progress("making 20 pairs with a subscription each");
    let pairs = pairs::prepare(&server).await?;
    let book = Rc::new(Book::default());
    let receiver = receive(&book).await?;
    for pair in &pairs {
        subscribe(&server, pair, receiver).await?;
    }
    let run = Run::start();
    let (mut senders, mut queues) = (JoinSet::new(), Vec::new());
    for _ in 0..IN_FLIGHT {
        for pair in &pairs {
            let (due, times) = mpsc::unbounded_channel();
            queues.push(due);
            let http = Http::connect(server.address).await?;
            let sender = send(http, server.address, pair, times, &book, &run);
            senders.spawn_local(sender);
        }
    }
    progress("offering 500 messages a second");
    let length = WARM_UP + Duration::from_secs(arguments.seconds + 1);
    let pace = pairs::spawn_pace(queues, length);
    let measured = Measured::over(&server, &run, arguments.seconds).await?;
    tokio::task::spawn_blocking(move || pace.join()).await?.ok().context("the pace broke off")?;
    while let Some(done) = senders.join_next().await {
        done??;
    }
    let settled = async {
        while book.sent.borrow().keys().any(|name| !book.arrived.borrow().contains_key(name)) {
            sleep(Duration::from_millis(20)).await;
        }
    };
    timeout(SETTLE_WITHIN, settled).await.context("some messages were not delivered")?;
    let mut table = Table::new("Webhooks: 500 messages a second over 20 pairs, 20 subscriptions");
    describe(&book, &measured, &mut table);
    measured.describe_load(&server, &mut table)?;
    server.stop().await?;
    Ok(table)
}

fn describe(book: &Book, measured: &Measured, table: &mut Table) {
    let (sent, arrived) = (book.sent.borrow(), book.arrived.borrow());
    let delays = sent
        .iter()
        .filter_map(|(name, due)| Some(arrived.get(name)?.saturating_duration_since(*due)));
    let delays = Quantiles::of(delays.collect());
    let per_second = measured.completed / measured.window.seconds();
    table.row("messages a second, acknowledged", grouped(per_second));
    table.row("messages in all, each delivered", grouped(sent.len() as f64));
    table.row("requests to the receiver", grouped(*book.requests.borrow() as f64));
    table.row("delivered more than once", book.repeats.borrow().to_string());
    let p99 = delays.at(990);
    let is_met = p99 < Duration::from_millis(100);
    table.against(
        "delivered after, from when it was due",
        delays.show(),
        "p99 under 100 ms",
        is_met,
    );
    let cost = measured.server_cpu / measured.completed * 1_000.0;
    table.row("CPU-seconds of the server per 1,000 messages", format!("{cost:.3}"));
}

async fn subscribe(server: &Server, pair: &Pair, receiver: SocketAddr) -> Result<()> {
    let mut api = Api::connect(server.address).await?;
    let end = jiff::Timestamp::now() + jiff::SignedDuration::from_mins(50);
    let wish = json!({
        "changeType": "created",
        "resource": "/me/chats/getAllMessages",
        "notificationUrl": format!("http://{receiver}/"),
        "expirationDateTime": end.to_string(),
    });
    api.post(&pair.to.token, "/v1.0/subscriptions", &wish).await?;
    Ok(())
}

/// Sends a message at each of the times that it is given.
fn send(
    mut http: Http,
    server: SocketAddr,
    pair: &Pair,
    mut times: mpsc::UnboundedReceiver<Instant>,
    book: &Rc<Book>,
    run: &Rc<Run>,
) -> impl Future<Output = Result<()>> + use<> {
    let body = json!({"body": {"content": "x".repeat(100)}}).to_string();
    let path = format!("/v1.0/chats/{}/messages", pair.chat);
    let request = http::request("POST", &path, server, Some(&pair.from.token), Some(&body));
    let (chat, book, run) = (pair.chat.clone(), Rc::clone(book), Rc::clone(run));
    async move {
        while let Some(due) = times.recv().await {
            let status = http.exchange(&request).await?;
            ensure!(status == 201, "a message was answered {status}");
            let answer: Value = serde_json::from_slice(http.body())?;
            let id = answer.pointer("/id").and_then(Value::as_str).context("no id")?;
            book.sent.borrow_mut().insert((chat.clone(), id.to_owned()), due);
            run.completed.set(run.completed.get() + 1);
        }
        Ok(())
    }
}

/// A receiver that takes everything.
async fn receive(book: &Rc<Book>) -> Result<SocketAddr> {
    let listener = TcpListener::bind("127.0.0.1:0").await?;
    let address = listener.local_addr()?;
    let book = Rc::clone(book);
    tokio::task::spawn_local(async move {
        while let Ok((stream, _peer)) = listener.accept().await {
            tokio::task::spawn_local(serve(stream, Rc::clone(&book)));
        }
    });
    Ok(address)
}

async fn serve(stream: TcpStream, book: Rc<Book>) {
    if let Err(error) = take(stream, &book).await {
        progress(&format!("the receiver: {error:#}"));
    }
}

async fn take(mut stream: TcpStream, book: &Book) -> Result<()> {
    stream.set_nodelay(true)?;
    let mut bytes = Vec::new();
    loop {
        let Some((token, end)) = request(&bytes)? else {
            if stream.read_buf(&mut bytes).await? == 0 {
                return Ok(());
            }
            continue;
        };
        let (head_and_body, _rest) = bytes.split_at(end);
        let body = match token {
            Some(token) => token,
            None => {
                let start = http::find(head_and_body, b"\r\n\r\n").context("no head")? + 4;
                enter(book, head_and_body.get(start..).unwrap_or_default())?;
                String::new()
            }
        };
        let length = body.len();
        let answer = format!(
            "HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\nContent-Length: {length}\r\n\r\n{body}"
        );
        stream.write_all(answer.as_bytes()).await?;
        bytes.drain(..end);
    }
}

/// The token that a request wants to be repeated, if it is one of those, and where it ends; none
/// while it is not complete.
fn request(bytes: &[u8]) -> Result<Option<(Option<String>, usize)>> {
    let Some(end) = http::find(bytes, b"\r\n\r\n") else { return Ok(None) };
    let head = String::from_utf8_lossy(bytes.get(..end).unwrap_or_default()).into_owned();
    let lower = head.to_ascii_lowercase();
    let length = lower.split_once("content-length:").and_then(|(_, rest)| rest.lines().next());
    let length: usize = length.context("no length")?.trim().parse()?;
    let whole = end + 4 + length;
    if bytes.len() < whole {
        return Ok(None);
    }
    let token = head.split_once("validationToken=").and_then(|(_, rest)| rest.split(' ').next());
    let token = token.map(|token| token.replace("%3A", ":").replace("%20", " "));
    Ok(Some((token, whole)))
}

fn enter(book: &Book, body: &[u8]) -> Result<()> {
    let now = Instant::now();
    let body: Value = serde_json::from_slice(body)?;
    *book.requests.borrow_mut() += 1;
    for item in body.pointer("/value").and_then(Value::as_array).into_iter().flatten() {
        let resource = item.pointer("/resource").and_then(Value::as_str).unwrap_or_default();
        let parts: Vec<&str> = resource.split('\'').collect();
        let (Some(chat), Some(id)) = (parts.get(1), parts.get(3)) else { continue };
        let name = ((*chat).to_owned(), (*id).to_owned());
        if book.arrived.borrow_mut().insert(name, now).is_some() {
            *book.repeats.borrow_mut() += 1;
        }
    }
    Ok(())
}
