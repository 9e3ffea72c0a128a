//! A data folder with many messages: how fast a server starts on it, how fast it answers the
//! newest page of a chat, and how large it is.
//!
//! The folder is filled through the use cases, in this process and a thousand to a commit: the
//! same verdicts, statements and audit entries as over HTTP, only without HTTP and with fewer
//! syncs. What is measured afterwards is the release binary.

use std::path::Path;
use std::process::Command;
use std::sync::Arc;
use std::time::Duration;

use anyhow::{Context as _, Result, ensure};
use visavis_app::account::{self, NewAccount};
use visavis_app::chat::{self, NewChat, NewMember};
use visavis_app::context::{Caller, Clock, Context, Random};
use visavis_app::message::{self, Draft};
use visavis_app::rate::RateLimits;
use visavis_app::subject::UserKey;
use visavis_app::{App, AppOptions, StoreOptions, request};
use visavis_bus::InProcess;
use visavis_domain::account::{Profile, Roles};
use visavis_domain::chat::{ChatKind, HistoryChoice};
use visavis_domain::id::ChatId;
use visavis_domain::message::{Body, ContentType, Importance};
use visavis_domain::time::Timestamp;

use crate::http::{self, Http};
use crate::report::{Quantiles, Table, grouped, milliseconds, progress};
use crate::server::{Server, folder_bytes};
use crate::{Arguments, ledger, pairs};

/// Accounts on each of the two sides.
const SIDE: usize = 250;
/// Chats that each account of one side has with the other.
const CHATS_EACH: usize = 4;
/// Messages in one commit while the folder is filled.
const BATCH: u64 = 1_000;
/// Starts of each kind that are measured.
const STARTS: usize = 5;
/// Pages that are asked for.
const PAGES: usize = 4_000;
/// How long messages are written for counting bytes.
const WRITTEN: Duration = Duration::from_secs(5);
const DATABASE: &str = "visavis.db";

struct SystemClock;

impl Clock for SystemClock {
    fn now(&self) -> Timestamp {
        Timestamp::from_ms(jiff::Timestamp::now().as_millisecond())
    }
}

struct SystemRandom;

impl Random for SystemRandom {
    fn fill(&self, buffer: &mut [u8]) {
        if getrandom::fill(buffer).is_err() {
            std::process::abort();
        }
    }
}

/// A chat of the filled folder, with somebody who may read it.
struct FilledChat {
    id: ChatId,
    people: [Caller; 2],
}

/// What [`fill`] leaves behind.
pub(crate) struct Filled {
    pub(crate) messages: u64,
    bytes: u64,
    /// Tokens of some readers, each with a chat.
    pub(crate) readers: Vec<(String, ChatId)>,
}

/// Who has chats with whom in a filled folder.
#[derive(Debug, Clone, Copy)]
struct Cast {
    /// Accounts of each side.
    sides: [usize; 2],
    /// Chats that each account of the first side has with the second.
    chats_each: usize,
}

/// Fills a new data folder: many people with a few chats each.
pub(crate) async fn fill(arguments: &Arguments, folder: &Path) -> Result<Filled> {
    let cast = Cast { sides: [SIDE, SIDE], chats_each: CHATS_EACH };
    fill_with(arguments, folder, cast, arguments.messages).await
}

/// Fills a new data folder: one person, the only reader, has a chat with each of the others.
pub(crate) async fn fill_for_one(arguments: &Arguments, folder: &Path) -> Result<Filled> {
    let cast = Cast { sides: [1, SIDE], chats_each: SIDE };
    fill_with(arguments, folder, cast, arguments.messages).await
}

/// Fills a new data folder: one person has so many chats, and two messages or more in each.
pub(crate) async fn fill_chats(
    arguments: &Arguments,
    folder: &Path,
    chats: usize,
) -> Result<Filled> {
    let messages = (chats as u64 * 2).next_multiple_of(BATCH);
    fill_with(arguments, folder, Cast { sides: [1, chats], chats_each: chats }, messages).await
}

async fn fill_with(
    arguments: &Arguments,
    folder: &Path,
    cast: Cast,
    messages: u64,
) -> Result<Filled> {
    // The server makes the demonstration, whose organisations the new accounts belong to.
    Server::start(&arguments.server, folder).await?.stop().await?;
    let limits = RateLimits { messages: u32::MAX, ..RateLimits::generous() };
    let options = AppOptions {
        store: StoreOptions::new(folder.join(DATABASE)),
        bus: Arc::new(InProcess::default()),
        clock: Arc::new(SystemClock),
        random: Arc::new(SystemRandom),
        limits,
    };
    let app = tokio::task::spawn_blocking(|| App::open(options)).await??;
    let (chats, readers) = prepare(&app, cast).await?;
    let chats = Arc::new(chats);
    let before = folder_bytes(folder)?;
    let messages = messages - messages % BATCH;
    for first in (0..messages).step_by(usize::try_from(BATCH)?) {
        if first % 100_000 == 0 {
            progress(&format!(
                "{} of {} messages",
                grouped(first as f64),
                grouped(messages as f64)
            ));
        }
        send_batch(&app, &chats, first).await?;
    }
    tokio::task::spawn_blocking(move || app.shutdown()).await?;
    let bytes = folder_bytes(folder)?.saturating_sub(before);
    Ok(Filled { messages, bytes, readers })
}

async fn prepare(app: &App, cast: Cast) -> Result<(Vec<FilledChat>, Vec<(String, ChatId)>)> {
    progress("making accounts and chats");
    let inner = app.clone();
    let operator = tokio::task::spawn_blocking(move || inner.operator()).await??;
    let mut sides = [Vec::new(), Vec::new()];
    let domains = ["contoso.example", "fabrikam.example"];
    for ((side, domain), count) in sides.iter_mut().zip(domains).zip(cast.sides) {
        for number in 0..count {
            let new = new_account(&format!("stored{number}@{domain}"))?;
            let user = account::create(app, operator.clone(), new).await?;
            let id = user.person.card.id;
            side.push(app.caller_of(id).await?.context("an account that was just made")?);
        }
    }
    let [ours, theirs] = sides;
    let mut chats = Vec::new();
    let mut readers = Vec::new();
    for (number, one) in ours.iter().enumerate() {
        for step in 0..cast.chats_each {
            let other = theirs.get((number + step * 7) % theirs.len()).context("nobody")?;
            let id = accepted_pair(app, one, other).await?;
            chats.push(FilledChat { id, people: [one.clone(), other.clone()] });
        }
        let newest = chats.last().context("no chat")?.id.clone();
        let account = one.account;
        let token = app
            .write(operator.clone(), move |tx, ctx| account::issue_token(tx, ctx, account, "bench"))
            .await?;
        readers.push((token, newest));
    }
    Ok((chats, readers))
}

fn new_account(address: &str) -> Result<NewAccount> {
    Ok(NewAccount {
        display_name: address.to_owned(),
        user_principal_name: address.parse()?,
        phone: None,
        password: None,
        is_enabled: true,
        profile: Profile::default(),
        roles: Roles::default(),
        is_personal: false,
        further_addresses: Vec::new(),
        is_minor: false,
    })
}

async fn accepted_pair(app: &App, one: &Caller, other: &Caller) -> Result<ChatId> {
    let member = |caller: &Caller| NewMember {
        key: UserKey::Id(caller.account),
        home: None,
        history: HistoryChoice::All,
    };
    let members = vec![member(one), member(other)];
    let new = NewChat { kind: ChatKind::OneOnOne, topic: None, members };
    let chat = app.write(one.clone(), move |tx, ctx| chat::create(tx, ctx, new)).await?;
    let id = chat.chat.id.clone();
    let wanted = id.clone();
    app.write(other.clone(), move |tx, ctx| request::accept(tx, ctx, &wanted, false)).await?;
    Ok(id)
}

/// Sends the next messages, each in another chat than the one before.
async fn send_batch(app: &App, chats: &Arc<Vec<FilledChat>>, first: u64) -> Result<()> {
    let chats = Arc::clone(chats);
    let anybody = chats.first().context("no chats")?.people.clone();
    let [caller, _other] = anybody;
    app.write(caller, move |tx, ctx| {
        for number in first..first + BATCH {
            let number = usize::try_from(number).unwrap_or_default();
            let Some(chat) = chats.get(number % chats.len()) else { continue };
            let [one, other] = &chat.people;
            let caller = if (number / chats.len()).is_multiple_of(3) { other } else { one };
            let ctx = Context { caller, ..*ctx };
            message::send(tx, &ctx, &chat.id, draft(number))?;
        }
        Ok(())
    })
    .await?;
    Ok(())
}

fn draft(number: usize) -> Draft {
    Draft {
        body: Body { content_type: ContentType::Text, content: ledger::text(number) },
        importance: Importance::Normal,
        subject: None,
        mentions: Vec::new(),
        quotes: Vec::new(),
        images: Vec::new(),
    }
}

/// From the start of the process to the first answer.
pub(crate) async fn start(arguments: &Arguments, folder: &Path, filled: &Filled) -> Result<Table> {
    let stored = grouped(filled.messages as f64);
    let mut table = Table::new(format!("Start with {stored} messages stored"));
    let warm = starts(arguments, folder, |_folder| Ok(())).await?;
    let cold = starts(arguments, folder, forget_cached).await?;
    progress("ending a busy server as a power cut would");
    let server = Server::start(&arguments.server, folder).await?;
    let pairs = pairs::prepare(&server).await?;
    server.stop().await?;
    let mut broken = Vec::new();
    for _ in 0..STARTS {
        let server = Server::start(&arguments.server, folder).await?;
        pairs::keep_busy(&server, &pairs, Duration::from_secs(1)).await?;
        server.kill()?;
        let server = Server::start(&arguments.server, folder).await?;
        broken.push(server.started_within);
        server.stop().await?;
    }
    let warm = Quantiles::of(warm);
    table.against(
        "from the start of the process to the first answer",
        shown(&warm),
        "under 1 s",
        warm.at(1_000) < Duration::from_secs(1),
    );
    table.row("… with nothing of the database in memory", shown(&Quantiles::of(cold)));
    table.row("… after the process was killed while it wrote", shown(&Quantiles::of(broken)));
    Ok(table)
}

fn shown(times: &Quantiles) -> String {
    let [median, longest] = [500, 1_000].map(|place| milliseconds(times.at(place)));
    format!("median {median} ms, longest {longest} ms of {STARTS}")
}

async fn starts(
    arguments: &Arguments,
    folder: &Path,
    before: impl Fn(&Path) -> Result<()>,
) -> Result<Vec<Duration>> {
    let mut times = Vec::new();
    for _ in 0..STARTS {
        before(folder)?;
        let server = Server::start(&arguments.server, folder).await?;
        times.push(server.started_within);
        server.stop().await?;
    }
    Ok(times)
}

/// Has the kernel forget what it keeps of the database, without touching anybody else's files.
fn forget_cached(folder: &Path) -> Result<()> {
    let file = folder.join(DATABASE);
    let mut command = Command::new("dd");
    command.arg(format!("if={}", file.display())).args(["iflag=nocache", "count=0"]);
    let output = command.output().context("dd cannot be started")?;
    ensure!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    Ok(())
}

/// The last fifty messages of a chat.
pub(crate) async fn page(arguments: &Arguments, folder: &Path, filled: &Filled) -> Result<Table> {
    let server = Server::start(&arguments.server, folder).await?;
    let mut http = Http::connect(server.address).await?;
    let health = http::request("GET", "/health", server.address, None, None);
    let (mut trivial, mut me, mut pages) = (Vec::new(), Vec::new(), Vec::new());
    let mut bytes = 0;
    for (token, chat) in filled.readers.iter().cycle().take(PAGES) {
        let get = |path: &str| http::request("GET", path, server.address, Some(token), None);
        trivial.push(timed(&mut http, &health).await?);
        me.push(timed(&mut http, &get("/v1.0/me")).await?);
        pages.push(timed(&mut http, &get(&format!("/v1.0/chats/{chat}/messages?$top=50"))).await?);
        bytes = http.body().len();
    }
    server.stop().await?;
    // The first round warms the caches; it is in the longest only.
    let (trivial, me, pages) = (Quantiles::of(trivial), Quantiles::of(me), Quantiles::of(pages));
    let stored = grouped(filled.messages as f64);
    let mut table = Table::new(format!("Page: the last 50 messages of a chat, {stored} stored"));
    let at_server = pages.at(500).saturating_sub(trivial.at(500));
    table.against(
        "at the server: the page's median less that of a trivial answer",
        format!("{} ms", milliseconds(at_server)),
        "under 1 ms",
        at_server < Duration::from_millis(1),
    );
    table.row(format!("the page, {bytes} bytes of JSON, one after the other"), pages.show());
    table.row("a trivial answer (`/health`)", trivial.show());
    table.row("a small answer to somebody who is signed in (`/v1.0/me`)", me.show());
    Ok(table)
}

pub(crate) async fn timed(http: &mut Http, request: &[u8]) -> Result<Duration> {
    let started = std::time::Instant::now();
    let status = http.exchange(request).await?;
    ensure!(status == 200, "answered {status}: {}", String::from_utf8_lossy(http.body()));
    Ok(started.elapsed())
}

/// Bytes that a message leaves on the disk.
pub(crate) async fn disk(
    arguments: &Arguments,
    folder: &Path,
    filled: Option<&Filled>,
) -> Result<Table> {
    let server = Server::start(&arguments.server, folder).await?;
    let pairs = pairs::prepare(&server).await?;
    server.stop().await?;
    let before = folder_bytes(folder)?;
    let server = Server::start(&arguments.server, folder).await?;
    progress("writing to measure bytes");
    let messages = pairs::keep_busy(&server, &pairs, WRITTEN).await?;
    server.stop().await?;
    let each = folder_bytes(folder)?.saturating_sub(before) as f64 / messages;
    let mut table =
        Table::new("Disk: bytes of a message of 100 bytes, audit of both sides included");
    table.against(
        format!("growth of the data folder per message, {} of them", grouped(messages)),
        format!("{each:.0} bytes"),
        "at most 500",
        each <= 500.0,
    );
    if let Some(filled) = filled {
        let each = filled.bytes as f64 / filled.messages as f64;
        let stored = grouped(filled.messages as f64);
        table
            .row(format!("the same in 1,000 chats, {stored} messages"), format!("{each:.0} bytes"));
    }
    Ok(table)
}
