//! Ten thousand connections on which nothing happens, and then something.

use std::path::Path;
use std::rc::Rc;
use std::time::Duration;

use anyhow::{Context, Result};
use tokio::time::{Instant, sleep, timeout};

use crate::ledger::Ledger;
use crate::people::{Founder, Home, Person};
use crate::report::{Quantiles, Table, grouped, milliseconds, progress};
use crate::scene::Scene;
use crate::server::Server;
use crate::{Arguments, process};

/// Connections that are wanted.
const CONNECTIONS: usize = 10_000;
/// Accounts that hold them; each may have 64.
const ACCOUNTS: usize = 160;
/// Files that a process has open beside its connections.
const OTHER_FILES: u64 = 1_100;
/// How long memory may take to settle.
const REST: Duration = Duration::from_secs(3);
/// How long idleness is watched; the server asks every 30 seconds who is still there.
const WATCHED: Duration = Duration::from_secs(35);
/// Messages to everybody.
const MESSAGES: usize = 9;
/// How long one of them may take.
const DELIVERED_WITHIN: Duration = Duration::from_secs(30);

/// Memory of an idle connection, and how fast all are reached.
pub(crate) async fn idle(arguments: &Arguments, folder: &Path) -> Result<Table> {
    let open_files = process::raise_open_files().saturating_sub(OTHER_FILES);
    let count = CONNECTIONS.min(usize::try_from(open_files)?);
    let server = Server::start(&arguments.server, folder).await?;
    progress(&format!("making {ACCOUNTS} accounts and their group"));
    let mut founder = Founder::of(&server).await?;
    let people = founder.people(Home::Contoso, ACCOUNTS).await?;
    let chat = founder.chat("group", &people.iter().collect::<Vec<_>>()).await?;
    sleep(REST).await;

    let before = server.resident_kib()?;
    progress(&format!("opening {count} connections"));
    let mut scene = Scene::new(&server);
    let ledger = Ledger::new(&scene.run, u32::try_from(count)?);
    let started = Instant::now();
    for person in people.iter().cycle().take(count) {
        scene.read(person, &ledger).await?;
    }
    let opened_within = started.elapsed();
    sleep(REST).await;
    let each = (server.resident_kib()? - before) / count as f64;

    let mut table = Table::new(format!("Idle: {} connections", grouped(count as f64)));
    table.against(
        "memory of the server per connection",
        format!("{each:.1} KiB"),
        "at most 16 KiB",
        each <= 16.0,
    );
    table.row("memory of the server before", format!("{:.0} MiB", before / 1024.0));
    table.row("opened within", format!("{:.1} s", opened_within.as_secs_f64()));
    progress("watching them do nothing");
    let cpu = server.cpu_seconds()?;
    sleep(WATCHED).await;
    let share = (server.cpu_seconds()? - cpu) / WATCHED.as_secs_f64();
    table.row("cores used while nothing happens", format!("{share:.3}"));
    progress("writing to all of them");
    let writer = people.first().context("nobody")?;
    let reached = reach_all(&scene, (writer, &chat), &ledger).await?;
    let [median, longest] = [500, 1_000].map(|place| milliseconds(reached.at(place)));
    table.row(
        format!("a message to all {}, until the last has it", grouped(count as f64)),
        format!("median {median} ms, longest {longest} ms of {MESSAGES}"),
    );
    let after = (server.resident_kib()? - before) / count as f64;
    table.row("memory per connection after that", format!("{after:.1} KiB"));
    scene.finish(&[ledger]).await?;
    server.stop().await?;
    Ok(table)
}

/// How long messages take until everybody has them, one after the other.
async fn reach_all(
    scene: &Scene,
    (writer, chat): (&Person, &str),
    ledger: &Rc<Ledger>,
) -> Result<Quantiles> {
    let mut sender = scene.sender(writer, chat).await?;
    let mut times = Vec::with_capacity(MESSAGES);
    for _ in 0..MESSAGES {
        let started = Instant::now();
        sender.send(ledger, scene.run.now()).await?;
        let everybody = async {
            while !ledger.is_settled() {
                sleep(Duration::from_millis(1)).await;
            }
        };
        timeout(DELIVERED_WITHIN, everybody).await.context("not everybody was reached")?;
        times.push(started.elapsed());
    }
    Ok(Quantiles::of(times))
}
