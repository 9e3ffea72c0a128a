//! Benchmarks: a load generator that starts the release binary, drives it over HTTP and
//! WebSockets from the same machine, and prints what it measured.
//!
//! One thread does all of it, since it shares the cores with the server.

mod chats;
mod disk_sync;
mod export;
mod group;
mod http;
mod idle;
mod ledger;
mod live;
mod machine;
mod measured;
mod pages;
mod pairs;
mod people;
mod process;
mod profile;
mod report;
mod scene;
mod server;
mod spread;
mod stored;
mod webhook;

use std::path::{Path, PathBuf};
use std::process::{Command, ExitCode, Stdio};

use anyhow::{Context, Result, bail, ensure};
use clap::{Parser, ValueEnum};
use tempfile::TempDir;
use tokio::signal::unix::{SignalKind, signal};
use tokio::task::LocalSet;

use crate::report::progress;

/// Measures a release build of Visavis.
#[derive(Debug, Parser)]
struct Arguments {
    /// What is measured
    #[arg(value_enum)]
    scenario: Scenario,
    /// The binary
    #[arg(long, default_value = "target/release/visavis")]
    server: PathBuf,
    /// Where data folders are made; on the disk that is to be measured
    #[arg(long, default_value = "target")]
    folder: PathBuf,
    /// How long each load is measured, after a warm-up of two seconds
    #[arg(long, default_value_t = 10)]
    seconds: u64,
    /// Send an idempotency key with every message of `pairs`
    #[arg(long)]
    keys: bool,
    /// How many messages are stored for `start`, `page`, `pages` and `export`
    #[arg(long, default_value_t = 1_000_000)]
    messages: u64,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Scenario {
    /// Everything but the profile
    All,
    /// 20 pairs of two organisations, 8 messages in flight each
    Pairs,
    /// As many in flight, over 1,000 chats
    Spread,
    /// Delivery times at 500 messages a second
    Latency,
    /// Change notifications at 500 messages a second
    Webhook,
    /// One group of 100
    Group,
    /// 10,000 connections on which nothing happens
    Idle,
    /// Start with a million messages stored
    Start,
    /// The last 50 messages of a chat
    Page,
    /// Pages of messages that are read in a second
    Pages,
    /// The 50 newest chats of somebody who has 2,000
    Chats,
    /// All messages of one person, page by page
    Export,
    /// Bytes on the disk per message
    Disk,
    /// What a verdict costs: the example of the policy crate
    Verdict,
    /// What the store can take: the example of the store crate
    Store,
    /// Where the server's time goes, by perf
    Profile,
}

fn main() -> ExitCode {
    match measure(Arguments::parse()) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            progress(&format!("{error:#}"));
            ExitCode::FAILURE
        }
    }
}

fn measure(mut arguments: Arguments) -> Result<()> {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    arguments.server = arguments.server.canonicalize().with_context(|| {
        let server = arguments.server.display();
        format!("{server} is not there: cargo build --release -p visavis-server")
    })?;
    let result = LocalSet::new().block_on(&runtime, async {
        let mut terminated = signal(SignalKind::terminate())?;
        tokio::select! {
            result = run(&arguments) => result,
            // What is dropped ends the server and removes its data.
            _ = tokio::signal::ctrl_c() => bail!("interrupted"),
            _ = terminated.recv() => bail!("terminated"),
        }
    });
    runtime.shutdown_background();
    result
}

async fn run(arguments: &Arguments) -> Result<()> {
    use Scenario::{
        All, Chats, Disk, Export, Group, Idle, Latency, Page, Pages, Pairs, Profile, Spread, Start,
        Store, Verdict, Webhook,
    };
    let is_wanted = |one: Scenario| arguments.scenario == one || arguments.scenario == All;
    let folder = || data_folder(&arguments.folder);
    machine::describe(folder()?.path())?.print();
    if is_wanted(Pairs) {
        pairs::pairs(arguments, folder()?.path()).await?.print();
    }
    if is_wanted(Spread) {
        spread::spread(arguments, folder()?.path()).await?.print();
    }
    if is_wanted(Latency) {
        pairs::latency(arguments, folder()?.path()).await?.print();
    }
    if is_wanted(Webhook) {
        webhook::webhook(arguments, folder()?.path()).await?.print();
    }
    if is_wanted(Group) {
        group::group(arguments, folder()?.path()).await?.print();
    }
    if is_wanted(Idle) {
        idle::idle(arguments, folder()?.path()).await?.print();
    }
    let mut filled = None;
    if is_wanted(Start) || is_wanted(Page) || is_wanted(Pages) {
        let folder = folder()?;
        let found = filled.insert(stored::fill(arguments, folder.path()).await?);
        if is_wanted(Page) {
            stored::page(arguments, folder.path(), found).await?.print();
        }
        if is_wanted(Pages) {
            pages::pages(arguments, folder.path(), found).await?.print();
        }
        if is_wanted(Start) {
            stored::start(arguments, folder.path(), found).await?.print();
        }
    }
    if is_wanted(Chats) {
        chats::chats(arguments, folder()?.path()).await?.print();
    }
    if is_wanted(Export) {
        export::export(arguments, folder()?.path()).await?.print();
    }
    if is_wanted(Disk) {
        stored::disk(arguments, folder()?.path(), filled.as_ref()).await?.print();
    }
    if is_wanted(Verdict) {
        example("visavis-policy", "verdict_cost", arguments)?;
    }
    if is_wanted(Store) {
        example("visavis-store", "group_commit", arguments)?;
    }
    if arguments.scenario == Profile {
        profile::profile(arguments, folder()?.path()).await?;
    }
    Ok(())
}

/// A new folder, which is gone when it is dropped.
fn data_folder(inside: &Path) -> Result<TempDir> {
    let made = tempfile::Builder::new().prefix("bench-data-").tempdir_in(inside);
    made.with_context(|| format!("no folder can be made in {}", inside.display()))
}

/// Runs a benchmark that a crate has as an example.
fn example(package: &str, name: &str, arguments: &Arguments) -> Result<()> {
    progress(&format!("{name} of {package}"));
    let mut command = Command::new(env!("CARGO"));
    command.args(["run", "--release", "--quiet", "-p", package, "--example", name]);
    if name == "group_commit" {
        command.args(["--", "1000"]).arg(&arguments.folder);
    }
    let output = command.stderr(Stdio::inherit()).output().context("cargo cannot be started")?;
    ensure!(output.status.success(), "{name} ended with {}", output.status);
    let text = String::from_utf8_lossy(&output.stdout);
    report::text(&format!("### `{name}` of `{package}`\n\n```text\n{}\n```\n", text.trim_end()));
    Ok(())
}
