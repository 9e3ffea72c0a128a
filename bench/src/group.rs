//! One group of a hundred people of three homes, all of them connected.

use std::path::Path;
use std::rc::Rc;

use anyhow::{Context, Result};
use serde_json::json;

use crate::Arguments;
use crate::ledger::Ledger;
use crate::measured::Measured;
use crate::people::{Founder, Home, Person};
use crate::report::{Quantiles, Table, grouped, progress};
use crate::scene::Scene;
use crate::server::Server;

/// Members by home. The first founds the group.
const MEMBERS: [(Home, usize); 3] =
    [(Home::Contoso, 45), (Home::Fabrikam, 45), (Home::Personal, 10)];
/// Members who write.
const WRITERS: usize = 4;
/// Messages of a writer that wait for their acknowledgement at the same time.
const IN_FLIGHT: usize = 4;

/// Messages to everybody as fast as they are acknowledged.
pub(crate) async fn group(arguments: &Arguments, folder: &Path) -> Result<Table> {
    let server = Server::start(&arguments.server, folder).await?;
    progress("making a group of 100");
    let (chat, members) = prepare(&server).await?;
    let mut scene = Scene::new(&server);
    let ledger = Ledger::new(&scene.run, u32::try_from(members.len())?);
    for member in &members {
        scene.read(member, &ledger).await?;
    }
    for writer in spread(&members, WRITERS) {
        for _ in 0..IN_FLIGHT {
            scene.write(writer, &chat, &ledger).await?;
        }
    }
    progress("writing as fast as it is acknowledged");
    let measured = Measured::over(&server, &scene.run, arguments.seconds).await?;
    let mut table = Table::new(format!(
        "Group: {} members of three homes, {WRITERS} of them write with {IN_FLIGHT} in flight each",
        members.len()
    ));
    describe(&measured, &ledger, &mut table);
    measured.describe_load(&server, &mut table)?;
    let run = Rc::clone(&scene.run);
    scene.finish(&[ledger]).await?;
    table
        .row("connections cut because they were slow, over the run", run.resumes.get().to_string());
    server.stop().await?;
    Ok(table)
}

async fn prepare(server: &Server) -> Result<(String, Vec<Person>)> {
    let mut founder = Founder::of(server).await?;
    let mut members = Vec::new();
    for (home, count) in MEMBERS {
        members.extend(founder.people(home, count).await?);
    }
    let chat = founder.chat("group", &members.iter().collect::<Vec<_>>()).await?;
    let first = members.first().context("nobody")?;
    let path = format!("/v1.0/chats/{chat}");
    let hello = json!({"body": {"content": "Hello"}});
    founder.api.post(&first.token, &format!("{path}/messages"), &hello).await?;
    let (colleagues, outsiders) = members.split_at(MEMBERS.first().map_or(0, |(_, count)| *count));
    for outsider in outsiders {
        founder.api.post(&outsider.token, &format!("{path}/acceptRequest"), &json!({})).await?;
    }
    progress(&format!("{} colleagues, {} outsiders", colleagues.len(), outsiders.len()));
    Ok((chat, members))
}

/// Some of the members, of different homes.
fn spread(members: &[Person], count: usize) -> impl Iterator<Item = &Person> {
    members.iter().step_by(members.len().div_ceil(count).max(1))
}

fn describe(measured: &Measured, ledger: &Ledger, table: &mut Table) {
    let seconds = measured.window.seconds();
    let per_second = measured.deliveries / seconds;
    table.against(
        "deliveries a second",
        grouped(per_second),
        "at least 30,000",
        per_second >= 30_000.0,
    );
    table.row("messages a second, delivered to all", grouped(measured.completed / seconds));
    let window = &measured.window;
    table.row("acknowledged after", Quantiles::of(ledger.acknowledgements(window)).show());
    table.row("delivered after", Quantiles::of(ledger.deliveries(window)).show());
    let cost = measured.server_cpu / measured.deliveries * 1_000.0;
    table.row("CPU-seconds of the server per 1,000 deliveries", format!("{cost:.4}"));
}
