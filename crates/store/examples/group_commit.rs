//! Measures what the store can take: durable sends per second, how long they take, how many bytes
//! they leave on the disk.
//!
//! `cargo run --release -p visavis-store --example group_commit [chats] [folder]`
#![expect(clippy::print_stdout, reason = "a measurement is there to be read")]

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use visavis_domain::event::Event;
use visavis_store::{Options, Store, StoreError};

#[path = "../tests/conformance/fixture.rs"]
#[expect(dead_code, reason = "the tests need more of it")]
mod fixture;

use fixture::Sender;

/// Chats over which the sends are spread evenly: the worst for an index.
const CHATS: u16 = 1_000;
/// How long each number of senders writes.
const MEASURED: Duration = Duration::from_secs(4);
/// Messages by which bytes are counted.
const SIZED: usize = 100_000;

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let mut arguments = std::env::args().skip(1);
    let chats = arguments.next().map_or(Ok(CHATS), |chats| chats.parse())?;
    let folder = arguments.next().map_or_else(std::env::temp_dir, PathBuf::from);
    let folder = folder.join(format!("visavis-group-commit-{}", std::process::id()));
    std::fs::create_dir_all(&folder)?;
    let result = measure(&folder, chats);
    std::fs::remove_dir_all(&folder)?;
    Ok(result?)
}

fn measure(folder: &Path, chats: u16) -> Result<(), StoreError> {
    let path = folder.join("visavis.db");
    let store = Store::open(Options { readers: 1, ..Options::new(&path) })?;
    let senders = Arc::new(prepare(&store, chats)?);
    size(&store, &path, &senders)?;
    cost(&store, &senders)?;
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .worker_threads(2)
        .enable_all()
        .build()
        .map_err(|_error| StoreError::Closed)?;
    println!("senders   msg/s  msg/commit  p50 ms  p99 ms  max ms  writer CPU µs/msg");
    for count in [1, 8, 64, 512] {
        let (before, cpu) = (store.stats(), writer_cpu_us());
        let (mut elapsed, seconds) = runtime.block_on(run(&store, &senders, count))?;
        let after = store.stats();
        elapsed.sort_unstable();
        let place = |part: usize| {
            let index = (elapsed.len() * part / 1_000).min(elapsed.len().saturating_sub(1));
            elapsed.get(index).map_or(0.0, Duration::as_secs_f64) * 1_000.0
        };
        let commands = (after.commands - before.commands) as f64;
        println!(
            "{count:7} {:7.0} {:11.1} {:7.2} {:7.2} {:7.2} {:18.1}",
            elapsed.len() as f64 / seconds,
            commands / (after.commits - before.commits) as f64,
            place(500),
            place(990),
            place(1_000),
            (writer_cpu_us() - cpu) / commands,
        );
    }
    println!("{:?}", store.stats());
    store.shutdown();
    verify(&path)
}

fn prepare(store: &Store, chats: u16) -> Result<Vec<Sender>, StoreError> {
    store.write_blocking(move |tx| {
        let (contoso, fabrikam) = fixture::found_organisations(tx)?;
        let mut senders = Vec::new();
        for number in 0..chats {
            let pair = (fixture::account_id(2 * number), fixture::account_id(2 * number + 1));
            let (ada, bob) = fixture::start_pair(tx, pair, &[contoso, fabrikam])?;
            senders.extend([ada, bob]);
        }
        Ok(senders)
    })
}

/// Counts what messages of 100 bytes add to the database, pages in the log included.
fn size(store: &Store, path: &Path, senders: &Arc<Vec<Sender>>) -> Result<(), StoreError> {
    let before = database_bytes(path);
    for first in (0..SIZED).step_by(1_000) {
        let senders = Arc::clone(senders);
        store.write_blocking(move |tx| {
            for number in first..first + 1_000 {
                spread(&senders, number).send(tx, &text())?;
            }
            Ok::<(), StoreError>(())
        })?;
    }
    println!(
        "{:.0} bytes on disk per message of 100 bytes, two trails included",
        (database_bytes(path) - before) as f64 / SIZED as f64
    );
    Ok(())
}

fn database_bytes(path: &Path) -> i64 {
    let pages = rusqlite::Connection::open(path)
        .and_then(|file| file.query_row("PRAGMA page_count", [], |row| row.get::<_, i64>(0)));
    pages.map_or(0, |pages| pages * 4_096)
}

/// Measures the writer alone: sends without a commit of their own.
fn cost(store: &Store, senders: &Arc<Vec<Sender>>) -> Result<(), StoreError> {
    let senders = Arc::clone(senders);
    let elapsed = store.write_blocking(move |tx| {
        let start = Instant::now();
        for number in 0..20_000 {
            spread(&senders, number).send(tx, &text())?;
        }
        Ok::<Duration, StoreError>(start.elapsed())
    })?;
    println!("{:.1} µs on the writer per send of ten statements", elapsed.as_secs_f64() * 50.0);
    Ok(())
}

async fn run(
    store: &Store,
    senders: &Arc<Vec<Sender>>,
    count: usize,
) -> Result<(Vec<Duration>, f64), StoreError> {
    let is_over = Arc::new(AtomicBool::new(false));
    let start = Instant::now();
    let mut tasks = Vec::new();
    for task in 0..count {
        let (store, senders) = (store.clone(), Arc::clone(senders));
        let is_over = Arc::clone(&is_over);
        tasks.push(tokio::spawn(async move {
            let mut elapsed = Vec::new();
            let mut number = task * 7_919;
            while !is_over.load(Ordering::Relaxed) {
                let sender = spread(&senders, number).clone();
                let start = Instant::now();
                let sent: Result<Event, StoreError> =
                    store.write(move |tx| sender.send(tx, &text())).await;
                sent?;
                elapsed.push(start.elapsed());
                number += 1;
            }
            Ok::<Vec<Duration>, StoreError>(elapsed)
        }));
    }
    tokio::time::sleep(MEASURED).await;
    is_over.store(true, Ordering::Relaxed);
    let mut all = Vec::new();
    for task in tasks {
        all.extend(task.await.map_err(|_panic| StoreError::Panicked)??);
    }
    Ok((all, start.elapsed().as_secs_f64()))
}

/// What the writer has spent on a processor; other work on the machine does not count. Linux only.
fn writer_cpu_us() -> f64 {
    let threads = std::fs::read_dir("/proc/self/task").into_iter().flatten().flatten();
    let read = |path: PathBuf| std::fs::read_to_string(path).unwrap_or_default();
    threads
        .filter(|thread| read(thread.path().join("comm")).trim() == "store-writer")
        .filter_map(|thread| {
            let times = read(thread.path().join("schedstat"));
            times.split(' ').next().and_then(|ns| ns.parse::<f64>().ok())
        })
        .sum::<f64>()
        / 1_000.0
}

/// A sender that is not the neighbour of the one before.
fn spread(senders: &[Sender], number: usize) -> &Sender {
    let place = number.wrapping_mul(0x9e37_79b9) % senders.len();
    senders.get(place).or(senders.first()).unwrap_or_else(|| std::process::exit(1))
}

fn text() -> String {
    "x".repeat(100)
}

fn verify(path: &Path) -> Result<(), StoreError> {
    let store = Store::open_read_only(path)?;
    let start = Instant::now();
    let report = store.read_blocking(|tx| tx.verify_audit(None, &mut |_entries| {}))?;
    println!("{report:?} proved in {:.1} s", start.elapsed().as_secs_f64());
    Ok(())
}
