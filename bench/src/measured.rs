//! What a run did within its window, and what that cost.

use std::collections::BTreeMap;
use std::time::Duration;

use anyhow::Result;
use tokio::time::sleep;

use crate::ledger::{Run, Window};
use crate::process;
use crate::report::Table;
use crate::server::Server;

/// How long is written before it is measured.
pub(crate) const WARM_UP: Duration = Duration::from_secs(2);

/// What a run used and did within its window.
pub(crate) struct Measured {
    pub(crate) window: Window,
    pub(crate) completed: f64,
    pub(crate) deliveries: f64,
    pub(crate) server_cpu: f64,
    own_cpu: f64,
    threads: BTreeMap<String, f64>,
}

impl Measured {
    /// Waits for the warm-up, then measures for so many seconds.
    pub(crate) async fn over(server: &Server, run: &Run, seconds: u64) -> Result<Self> {
        sleep(WARM_UP).await;
        let own = std::process::id();
        let threads_before = process::cpu_seconds_by_thread(server.pid())?;
        let (cpu, own_cpu) = (server.cpu_seconds()?, process::cpu_seconds(own)?);
        let (from, completed, deliveries) = (run.now(), run.completed.get(), run.deliveries.get());
        sleep(Duration::from_secs(seconds)).await;
        let window = Window { from, until: run.now() };
        let mut threads = BTreeMap::new();
        for (thread, used) in process::cpu_seconds_by_thread(server.pid())? {
            let before = threads_before.get(&thread).copied().unwrap_or(0.0);
            let (_number, kind) = thread;
            *threads.entry(kind).or_insert(0.0) += (used - before) / window.seconds();
        }
        Ok(Self {
            window,
            completed: (run.completed.get() - completed) as f64,
            deliveries: (run.deliveries.get() - deliveries) as f64,
            server_cpu: server.cpu_seconds()? - cpu,
            own_cpu: process::cpu_seconds(own)? - own_cpu,
            threads,
        })
    }

    /// Adds how busy the server's threads and the load generator were.
    pub(crate) fn describe_load(&self, server: &Server, table: &mut Table) -> Result<()> {
        let seconds = self.window.seconds();
        let mut threads: Vec<_> = self.threads.iter().collect();
        threads.sort_by(|(_, one), (_, other)| other.total_cmp(one));
        let busy = threads.iter().filter(|(_, share)| **share >= 0.01);
        let busy: Vec<String> = busy.map(|(name, share)| format!("{name} {share:.2}")).collect();
        table.row("cores used by the server", format!("{:.2}", self.server_cpu / seconds));
        table.row("… by its threads", busy.join(", "));
        table.row("cores used by the load generator", format!("{:.2}", self.own_cpu / seconds));
        table.row("memory of the server", format!("{:.0} MiB", server.resident_kib()? / 1024.0));
        Ok(())
    }
}
