//! The list of chats of somebody who has very many of them, as a client asks for it when it starts.

use std::path::Path;
use std::time::Duration;

use anyhow::{Context as _, Result, ensure};

use crate::Arguments;
use crate::http::{self, Http};
use crate::report::{Quantiles, Table, milliseconds, progress};
use crate::server::Server;
use crate::stored::{fill_chats, timed};

/// Chats that the person has.
const CHATS: usize = 2_000;
/// Chats of a list.
const TOP: usize = 50;
/// Lists that are asked for.
const LISTS: usize = 1_000;
/// What stands once in each chat.
const MARK: &[u8] = b"\"chatType\":";

/// The 50 newest chats with members and last messages.
pub(crate) async fn chats(arguments: &Arguments, folder: &Path) -> Result<Table> {
    let filled = fill_chats(arguments, folder, CHATS).await?;
    let (token, _chat) = filled.readers.first().context("nobody has chats")?;
    let server = Server::start(&arguments.server, folder).await?;
    let mut http = Http::connect(server.address).await?;
    let path = format!(
        "/v1.0/me/chats?$top={TOP}&$expand=members,lastMessagePreview\
         &$orderby=lastMessagePreview/createdDateTime%20desc"
    );
    let list = http::request("GET", &path, server.address, Some(token), None);
    let health = http::request("GET", "/health", server.address, None, None);
    progress("listing chats");
    // A server that has just started has nothing of them in its caches.
    let first = timed(&mut http, &list).await?;
    let (found, bytes) = (http::count(http.body(), MARK), http.body().len());
    ensure!(found == TOP, "{found} chats were listed");
    let (mut trivial, mut lists) = (Vec::new(), Vec::new());
    for _ in 0..LISTS {
        trivial.push(timed(&mut http, &health).await?);
        lists.push(timed(&mut http, &list).await?);
    }
    server.stop().await?;
    let (trivial, lists) = (Quantiles::of(trivial), Quantiles::of(lists));
    let at_server = |place| lists.at(place).saturating_sub(trivial.at(500));
    let mut table = Table::new("Chats: the 50 newest of 2,000, with members and last messages");
    for (what, place) in [("median", 500), ("99th percentile", 990)] {
        table.against(
            format!("at the server: the list's {what} less a trivial answer"),
            format!("{} ms", milliseconds(at_server(place))),
            "under 10 ms",
            at_server(place) < Duration::from_millis(10),
        );
    }
    table.row(format!("the list, {bytes} bytes of JSON, one after the other"), lists.show());
    table.row("the first after a start", format!("{} ms", milliseconds(first)));
    Ok(table)
}
