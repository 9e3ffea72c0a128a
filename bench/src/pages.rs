//! How many pages of messages are read in a second, by many readers at once.

use std::cell::Cell;
use std::path::Path;
use std::rc::Rc;
use std::time::{Duration, Instant};

use anyhow::{Context as _, Result};
use tokio::task::JoinSet;
use tokio::time::sleep;

use crate::Arguments;
use crate::http::{self, Http};
use crate::report::{Quantiles, Table, grouped};
use crate::server::Server;
use crate::stored::{Filled, timed};

/// Connections that read at the same time, one request after the other on each.
const READERS: usize = 16;
/// How long they read before it counts.
const WARM_UP: Duration = Duration::from_secs(2);

/// Reads pages of 50 messages for a while, each of another chat than the one before.
pub(crate) async fn pages(arguments: &Arguments, folder: &Path, filled: &Filled) -> Result<Table> {
    let server = Server::start(&arguments.server, folder).await?;
    let requests: Rc<Vec<Vec<u8>>> = Rc::new(
        filled
            .readers
            .iter()
            .map(|(token, chat)| {
                let path = format!("/v1.0/chats/{chat}/messages?$top=50");
                http::request("GET", &path, server.address, Some(token), None)
            })
            .collect(),
    );
    let is_over = Rc::new(Cell::new(false));
    let counted_from = Instant::now() + WARM_UP;
    let mut readers = JoinSet::new();
    for number in 0..READERS {
        let http = Http::connect(server.address).await?;
        let first = number * requests.len() / READERS;
        let reading = Reading { requests: Rc::clone(&requests), is_over: Rc::clone(&is_over) };
        readers.spawn_local(reading.read_on(http, first, counted_from));
    }
    sleep(WARM_UP).await;
    let (cpu_before, started) = (server.cpu_seconds()?, Instant::now());
    sleep(Duration::from_secs(arguments.seconds)).await;
    is_over.set(true);
    let (cpu, seconds) = (server.cpu_seconds()? - cpu_before, started.elapsed().as_secs_f64());
    let mut times = Vec::new();
    while let Some(read) = readers.join_next().await {
        times.extend(read.context("a reader ended")??);
    }
    server.stop().await?;
    let read = times.len() as f64;
    let rate = read / seconds;
    let stored = grouped(filled.messages as f64);
    let mut table = Table::new(format!("Pages: reads of the last 50 messages, {stored} stored"));
    table.against(
        format!("pages a second, {READERS} at the same time"),
        grouped(rate),
        "at least 3,000",
        rate >= 3_000.0,
    );
    table.row("a page", Quantiles::of(times).show());
    table.row("processor time of the server per 1,000", format!("{:.3} s", cpu * 1_000.0 / read));
    Ok(table)
}

/// What every reader has.
struct Reading {
    requests: Rc<Vec<Vec<u8>>>,
    is_over: Rc<Cell<bool>>,
}

impl Reading {
    /// Reads one page after the other until it is over. Answers how long those took that count.
    async fn read_on(
        self,
        mut http: Http,
        first: usize,
        counted_from: Instant,
    ) -> Result<Vec<Duration>> {
        let mut times = Vec::new();
        for request in self.requests.iter().cycle().skip(first) {
            let took = timed(&mut http, request).await?;
            if self.is_over.get() {
                break;
            }
            if Instant::now() >= counted_from {
                times.push(took);
            }
        }
        Ok(times)
    }
}
