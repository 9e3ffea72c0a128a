//! The export of a person with very many messages, as an archive would take it: one connection, one
//! page after the other.

use std::path::Path;
use std::time::Instant;

use anyhow::{Context as _, Result, ensure};

use crate::http::{self, Http};
use crate::report::{Quantiles, Table, grouped, progress};
use crate::server::Server;
use crate::{Arguments, stored};

/// Messages of a page.
const TOP: usize = 1_000;
/// What stands once in each message.
const MARK: &[u8] = b"\"etag\":";
const NEXT_LINK: &[u8] = b"\"@odata.nextLink\":\"";
/// Memory that the server may take for it: a few pages and the caches of its readers.
const GROWTH_KIB_MAX: f64 = 64.0 * 1024.0;

/// Exports everything that a filled folder has.
pub(crate) async fn export(arguments: &Arguments, folder: &Path) -> Result<Table> {
    let filled = stored::fill_for_one(arguments, folder).await?;
    let (token, _chat) = filled.readers.first().context("nobody has messages")?;
    let server = Server::start(&arguments.server, folder).await?;
    let mut http = Http::connect(server.address).await?;
    progress("exporting");
    let mut next = Some(format!("/v1.0/me/chats/getAllMessages?$top={TOP}"));
    let (mut messages, mut bytes, mut times) = (0_usize, 0_usize, Vec::new());
    let (before, mut highest) = (server.resident_kib()?, 0.0_f64);
    let cpu_before = server.cpu_seconds()?;
    let started = Instant::now();
    while let Some(path) = next {
        let request = http::request("GET", &path, server.address, Some(token), None);
        let asked = Instant::now();
        let status = http.exchange(&request).await?;
        times.push(asked.elapsed());
        let body = http.body();
        ensure!(status == 200, "answered {status}: {}", String::from_utf8_lossy(body));
        bytes += body.len();
        messages += http::count(body, MARK);
        highest = highest.max(server.resident_kib()?);
        next = next_path(body)?;
    }
    let seconds = started.elapsed().as_secs_f64();
    let cpu = server.cpu_seconds()? - cpu_before;
    server.stop().await?;
    ensure!(
        messages as u64 >= filled.messages,
        "{messages} of {} messages were exported",
        filled.messages
    );
    let (rate, growth) = (messages as f64 / seconds, highest - before);
    let stored = grouped(messages as f64);
    let mut table = Table::new(format!("Export: {stored} messages of one person in one walk"));
    table.against("messages a second", grouped(rate), "at least 20,000", rate >= 20_000.0);
    table.against(
        "memory that the server took for it, at most",
        format!("{:.1} MiB", growth / 1024.0),
        "constant: at most 64 MiB",
        growth <= GROWTH_KIB_MAX,
    );
    table.row("processor time of the server per 1,000", {
        format!("{:.4} s", cpu * 1_000.0 / messages as f64)
    });
    table.row(
        "JSON",
        format!("{:.0} MB, {} a message", bytes as f64 / 1e6, bytes / messages.max(1)),
    );
    table.row(format!("a page of {TOP}"), Quantiles::of(times).show());
    Ok(table)
}

/// Path and query of the next page, if there is one.
fn next_path(body: &[u8]) -> Result<Option<String>> {
    // The link stands before the messages.
    let head = body.get(..body.len().min(4 * 1024)).unwrap_or_default();
    let Some(at) = http::find(head, NEXT_LINK) else { return Ok(None) };
    let link = head.get(at + NEXT_LINK.len()..).unwrap_or_default();
    let end = link.iter().position(|byte| *byte == b'"').context("a link without an end")?;
    let link = std::str::from_utf8(link.get(..end).unwrap_or_default())?;
    let (_scheme, rest) = link.split_once("://").context("a link that is not absolute")?;
    let path = rest.find('/').and_then(|at| rest.get(at..)).context("a link without a path")?;
    Ok(Some(path.to_owned()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pages_are_counted_and_followed() {
        let body = br#"{"@odata.nextLink":"http://a:1/v1.0/x?$top=2&$skiptoken=t","value":[{"etag":"1"},{"etag":"2"}]}"#;
        assert_eq!(http::count(body, MARK), 2);
        assert_eq!(next_path(body).unwrap().as_deref(), Some("/v1.0/x?$top=2&$skiptoken=t"));
        assert_eq!(next_path(b"{\"value\":[]}").unwrap(), None);
        assert!(next_path(b"{\"@odata.nextLink\":\"http://a").is_err());
    }
}
