//! Twenty pairs of people of two organisations who write as fast as they are answered, or at a
//! given rate.

use std::path::Path;
use std::rc::Rc;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, ensure};
use tokio::sync::mpsc;
use tokio::time::sleep;

use crate::http;
use crate::ledger::{self, Ledger};
use crate::measured::{Measured, WARM_UP};
use crate::people::{Founder, Home, Person};
use crate::report::{Quantiles, Table, grouped, milliseconds, progress};
use crate::scene::Scene;
use crate::server::Server;
use crate::{Arguments, disk_sync};

/// Pairs of people.
const PAIRS: usize = 20;
/// Messages of a pair that wait for their acknowledgement at the same time.
const IN_FLIGHT: usize = 8;
/// Messages a second at which latency is measured.
const OFFERED_PER_SECOND: u64 = 500;

/// Two people with a chat that both have agreed to.
#[derive(Debug)]
pub(crate) struct Pair {
    pub(crate) chat: String,
    pub(crate) from: Person,
    pub(crate) to: Person,
}

/// Makes pairs of a person of Contoso and one of Fabrikam.
pub(crate) async fn prepare(server: &Server) -> Result<Vec<Pair>> {
    let mut founder = Founder::of(server).await?;
    let mut pairs = Vec::with_capacity(PAIRS);
    for _ in 0..PAIRS {
        let from = founder.person(Home::Contoso).await?;
        let to = founder.person(Home::Fabrikam).await?;
        let chat = founder.accepted_pair(&from, &to).await?;
        pairs.push(Pair { chat, from, to });
    }
    Ok(pairs)
}

/// Twenty pairs with eight messages in flight each.
pub(crate) async fn pairs(arguments: &Arguments, folder: &Path) -> Result<Table> {
    let server = Server::start(&arguments.server, folder).await?;
    progress("making 20 pairs");
    let pairs = prepare(&server).await?;
    let (scene, ledgers) = full_speed(&server, &pairs, arguments.keys).await?;
    progress("writing as fast as it is acknowledged");
    let measured = Measured::over(&server, &scene.run, arguments.seconds).await?;
    let keys = if arguments.keys { ", each with an idempotency key" } else { "" };
    let mut table = Table::new(format!("Pairs: 20 pairs, 8 messages in flight each{keys}"));
    describe(&server, &measured, &ledgers, &mut table)?;
    scene.finish(&ledgers).await?;
    progress("fetching everything that was acknowledged");
    check_by_fetching(&server, &pairs, &ledgers, &mut table).await?;
    server.stop().await?;
    Ok(table)
}

fn describe(
    server: &Server,
    measured: &Measured,
    ledgers: &[Rc<Ledger>],
    table: &mut Table,
) -> Result<()> {
    let per_second = measured.completed / measured.window.seconds();
    table.against(
        "durable messages a second, acknowledged and delivered",
        grouped(per_second),
        "at least 8,000",
        per_second >= 8_000.0,
    );
    let cost = measured.server_cpu / measured.completed * 1_000.0;
    table.against(
        "CPU-seconds of the server per 1,000 messages",
        format!("{cost:.3}"),
        "at most 0.15",
        cost <= 0.15,
    );
    let window = &measured.window;
    let acknowledged = ledgers.iter().flat_map(|ledger| ledger.acknowledgements(window));
    let delivered = ledgers.iter().flat_map(|ledger| ledger.deliveries(window));
    table.row("acknowledged after", Quantiles::of(acknowledged.collect()).show());
    table.row("delivered after", Quantiles::of(delivered.collect()).show());
    measured.describe_load(server, table)
}

/// Fetches every chat to its beginning and compares with what was acknowledged.
async fn check_by_fetching(
    server: &Server,
    pairs: &[Pair],
    ledgers: &[Rc<Ledger>],
    table: &mut Table,
) -> Result<()> {
    let (mut acknowledged, mut fetched) = (0, 0);
    for (pair, ledger) in pairs.iter().zip(ledgers) {
        let found = fetch(server, pair).await?;
        for number in ledger.acknowledged() {
            ensure!(
                found.get(number).copied() == Some(1),
                "message {number} was acknowledged and is fetched {:?} times",
                found.get(number)
            );
            acknowledged += 1;
        }
        fetched += found.iter().map(|count| u64::from(*count)).sum::<u64>();
    }
    let repeats: u64 = ledgers.iter().map(|ledger| ledger.repeats()).sum();
    table.row("acknowledged over the whole run", grouped(f64::from(acknowledged)));
    table.row("… each delivered, and fetched exactly once", "yes".to_owned());
    table.row("delivered more than once", repeats.to_string());
    table.row("fetched from the chats", grouped(fetched as f64));
    Ok(())
}

/// How often each numbered message is in a chat.
async fn fetch(server: &Server, pair: &Pair) -> Result<Vec<u8>> {
    let mut api = http::Api::connect(server.address).await?;
    let base = format!("http://{}", server.address);
    let mut found = Vec::new();
    let mut path = Some(format!("/v1.0/chats/{}/messages?$top=50", pair.chat));
    while let Some(at) = path {
        let page = api.get(&pair.to.token, &at).await?;
        let messages = page.pointer("/value").and_then(serde_json::Value::as_array);
        for message in messages.context("no messages in a page")? {
            let content = message.pointer("/body/content").and_then(serde_json::Value::as_str);
            let mut hint = 0;
            let Some(number) = ledger::number_in(content.unwrap_or_default().as_bytes(), &mut hint)
            else {
                continue;
            };
            if found.len() <= number {
                found.resize(number + 1, 0);
            }
            if let Some(count) = found.get_mut(number) {
                *count += 1;
            }
        }
        let next = page.pointer("/@odata.nextLink").and_then(serde_json::Value::as_str);
        path = next.and_then(|next| next.strip_prefix(&base)).map(str::to_owned);
    }
    Ok(found)
}

/// A steady offer of 500 messages a second: how long a message takes, from when it was due.
pub(crate) async fn latency(arguments: &Arguments, folder: &Path) -> Result<Table> {
    let sync = disk_sync::measure(folder)?;
    let server = Server::start(&arguments.server, folder).await?;
    progress("making 20 pairs");
    let pairs = prepare(&server).await?;
    let mut scene = Scene::new(&server);
    let (mut ledgers, mut queues) = (Vec::new(), Vec::new());
    for pair in &pairs {
        let ledger = Ledger::new(&scene.run, 1);
        scene.read(&pair.to, &ledger).await?;
        for _ in 0..IN_FLIGHT {
            queues.push(scene.write_when_due(&pair.from, &pair.chat, &ledger).await?);
        }
        ledgers.push(ledger);
    }
    // Neighbours in time are of different pairs.
    let order =
        (0..IN_FLIGHT).flat_map(|flight| (0..PAIRS).map(move |pair| pair * IN_FLIGHT + flight));
    let in_order: Vec<_> = order.filter_map(|place| queues.get(place).cloned()).collect();
    drop(queues);
    progress("offering 500 messages a second");
    let length = WARM_UP + Duration::from_secs(arguments.seconds + 1);
    let pace = spawn_pace(in_order, length);
    let measured = Measured::over(&server, &scene.run, arguments.seconds).await?;
    tokio::task::spawn_blocking(move || pace.join()).await?.ok().context("the pace broke off")?;
    let mut table = Table::new("Latency: 500 messages a second offered over 20 pairs");
    describe_latency(&sync, &measured, &ledgers, &mut table);
    measured.describe_load(&server, &mut table)?;
    scene.finish(&ledgers).await?;
    server.stop().await?;
    Ok(table)
}

/// Tells the senders when messages are due. On its own thread: the runtime's timers are too coarse.
pub(crate) fn spawn_pace(
    queues: Vec<mpsc::UnboundedSender<Instant>>,
    length: Duration,
) -> std::thread::JoinHandle<()> {
    std::thread::spawn(move || {
        let step = Duration::from_nanos(1_000_000_000 / OFFERED_PER_SECOND);
        let started = Instant::now();
        let mut due = started;
        for queue in queues.iter().cycle() {
            if due.duration_since(started) > length {
                return;
            }
            std::thread::sleep(due.saturating_duration_since(Instant::now()));
            if queue.send(due).is_err() {
                return;
            }
            due += step;
        }
    })
}

fn describe_latency(
    sync: &Quantiles,
    measured: &Measured,
    ledgers: &[Rc<Ledger>],
    table: &mut Table,
) {
    let window = &measured.window;
    let acknowledged = ledgers.iter().flat_map(|ledger| ledger.acknowledgements(window));
    let delivered =
        Quantiles::of(ledgers.iter().flat_map(|ledger| ledger.deliveries(window)).collect());
    let per_second = measured.completed / window.seconds();
    table.row("fdatasync of the disk after 4 KiB", sync.show());
    table.row("messages a second, acknowledged and delivered", grouped(per_second));
    table.row("acknowledged after", Quantiles::of(acknowledged.collect()).show());
    table.row("delivered after", delivered.show());
    // Strict: not the disk's own slowest are taken off, but what it usually takes.
    let over = |place: usize| delivered.at(place).saturating_sub(sync.at(500));
    let (median, p99) = (over(500), over(990));
    table.against(
        "delivery over the disk's own, p50",
        format!("{} ms", milliseconds(median)),
        "under 5 ms",
        median < Duration::from_millis(5),
    );
    table.against(
        "delivery over the disk's own, p99",
        format!("{} ms", milliseconds(p99)),
        "under 25 ms",
        p99 < Duration::from_millis(25),
    );
    let cost = measured.server_cpu / measured.completed * 1_000.0;
    table.row("CPU-seconds of the server per 1,000 messages", format!("{cost:.3}"));
}

/// Lets all pairs write as fast as they are answered.
async fn full_speed(
    server: &Server,
    pairs: &[Pair],
    has_keys: bool,
) -> Result<(Scene, Vec<Rc<Ledger>>)> {
    let mut scene = Scene::new(server);
    scene.use_keys(has_keys);
    let mut ledgers = Vec::new();
    for pair in pairs {
        let ledger = Ledger::new(&scene.run, 1);
        scene.read(&pair.to, &ledger).await?;
        for _ in 0..IN_FLIGHT {
            scene.write(&pair.from, &pair.chat, &ledger).await?;
        }
        ledgers.push(ledger);
    }
    Ok((scene, ledgers))
}

/// Writes at full speed for some time; answers how many messages were acknowledged.
pub(crate) async fn keep_busy(server: &Server, pairs: &[Pair], length: Duration) -> Result<f64> {
    let (scene, ledgers) = full_speed(server, pairs, false).await?;
    sleep(length).await;
    scene.finish(&ledgers).await?;
    Ok(ledgers.iter().map(|ledger| ledger.acknowledged().len()).sum::<usize>() as f64)
}
