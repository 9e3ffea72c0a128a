//! A thousand chats instead of twenty: every message is in another one than the message before.
//!
//! Messages of one commit then share hardly any page of the database, so that each costs more.

use std::path::Path;
use std::rc::Rc;

use anyhow::Result;

use crate::Arguments;
use crate::ledger::Ledger;
use crate::measured::Measured;
use crate::people::{Founder, Home, Person};
use crate::report::{Quantiles, Table, grouped, progress};
use crate::scene::Scene;
use crate::server::Server;

/// People who write.
const WRITERS: usize = 20;
/// People who read; each has a chat with each writer.
const READERS: usize = 50;
/// Messages of a writer that wait for their acknowledgement at the same time.
const IN_FLIGHT: usize = 8;

/// As many messages in flight as for pairs, spread evenly over a thousand chats.
pub(crate) async fn spread(arguments: &Arguments, folder: &Path) -> Result<Table> {
    let server = Server::start(&arguments.server, folder).await?;
    progress("making 1,000 chats");
    let mut founder = Founder::of(&server).await?;
    let writers = founder.people(Home::Contoso, WRITERS).await?;
    let readers = founder.people(Home::Fabrikam, READERS).await?;
    let mut scene = Scene::new(&server);
    let ledger = Ledger::new(&scene.run, 1);
    for reader in &readers {
        scene.read(reader, &ledger).await?;
    }
    let mut chats = Vec::new();
    for writer in &writers {
        chats.push(chats_of(&mut founder, writer, &readers).await?);
    }
    for (writer, chats) in writers.iter().zip(&mut chats) {
        for _ in 0..IN_FLIGHT {
            // Connections of one writer are in different chats at any time.
            chats.rotate_left(READERS / IN_FLIGHT);
            scene.write_in_turn(writer, chats, &ledger).await?;
        }
    }
    progress("writing as fast as it is acknowledged");
    let measured = Measured::over(&server, &scene.run, arguments.seconds).await?;
    let mut table = Table::new("Spread: as many messages in flight, over 1,000 chats");
    describe(&measured, &ledger, &mut table);
    measured.describe_load(&server, &mut table)?;
    scene.finish(&[Rc::clone(&ledger)]).await?;
    table.row("delivered more than once", ledger.repeats().to_string());
    server.stop().await?;
    Ok(table)
}

async fn chats_of(
    founder: &mut Founder,
    writer: &Person,
    readers: &[Person],
) -> Result<Vec<String>> {
    let mut chats = Vec::with_capacity(readers.len());
    for reader in readers {
        chats.push(founder.accepted_pair(writer, reader).await?);
    }
    Ok(chats)
}

fn describe(measured: &Measured, ledger: &Ledger, table: &mut Table) {
    let per_second = measured.completed / measured.window.seconds();
    table.row("durable messages a second, acknowledged and delivered", grouped(per_second));
    let cost = measured.server_cpu / measured.completed * 1_000.0;
    table.row("CPU-seconds of the server per 1,000 messages", format!("{cost:.3}"));
    let window = &measured.window;
    table.row("acknowledged after", Quantiles::of(ledger.acknowledgements(window)).show());
    table.row("delivered after", Quantiles::of(ledger.deliveries(window)).show());
}
