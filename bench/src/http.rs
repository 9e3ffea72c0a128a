//! HTTP/1.1 as cheap as it gets: the load generator shares its cores with the server.
//!
//! Requests are bytes that were put together before; of an answer only the status and the length
//! are looked at.

use std::net::SocketAddr;
use std::ops::Range;
use std::time::Duration;

use anyhow::{Context, Result, bail, ensure};
use serde_json::Value;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio::time::timeout;

/// How long one answer may take before the run counts as broken.
const ANSWER_WITHIN: Duration = Duration::from_secs(30);
/// Room that is made for each read.
const READ_BYTES: usize = 4 * 1024;

/// A connection that is kept.
#[derive(Debug)]
pub(crate) struct Http {
    stream: TcpStream,
    buffer: Vec<u8>,
    body: Range<usize>,
}

impl Http {
    pub(crate) async fn connect(address: SocketAddr) -> Result<Self> {
        let stream = TcpStream::connect(address).await.context("the server takes no connection")?;
        stream.set_nodelay(true)?;
        Ok(Self { stream, buffer: Vec::with_capacity(READ_BYTES), body: 0..0 })
    }

    /// Sends a whole request and reads the whole answer; returns its status.
    pub(crate) async fn exchange(&mut self, request: &[u8]) -> Result<u16> {
        self.stream.write_all(request).await?;
        self.buffer.clear();
        loop {
            ensure!(self.fill().await? > 0, "the server closed the connection");
            let Some(head) = Head::parse(&self.buffer)? else { continue };
            let end = head.bytes + head.body_bytes;
            while self.buffer.len() < end {
                ensure!(self.fill().await? > 0, "the server closed in the middle of an answer");
            }
            self.body = head.bytes..end;
            return Ok(head.status);
        }
    }

    /// The body of the last answer.
    pub(crate) fn body(&self) -> &[u8] {
        self.buffer.get(self.body.clone()).unwrap_or_default()
    }

    /// The connection itself with what was read beyond the head, for another protocol.
    pub(crate) fn into_parts(self) -> (TcpStream, Vec<u8>) {
        let rest = self.buffer.get(self.body.start..).unwrap_or_default().to_vec();
        (self.stream, rest)
    }

    async fn fill(&mut self) -> Result<usize> {
        fill(&mut self.stream, &mut self.buffer).await
    }
}

/// Reads once, at least a few kilobytes at a time.
pub(crate) async fn fill(stream: &mut TcpStream, buffer: &mut Vec<u8>) -> Result<usize> {
    if buffer.capacity() - buffer.len() < READ_BYTES / 2 {
        buffer.reserve(READ_BYTES.max(buffer.len()));
    }
    Ok(stream.read_buf(buffer).await?)
}

#[derive(Debug, PartialEq, Eq)]
struct Head {
    status: u16,
    bytes: usize,
    body_bytes: usize,
}

impl Head {
    /// The head of an answer once it is there as a whole.
    fn parse(buffer: &[u8]) -> Result<Option<Self>> {
        let Some(end) = find(buffer, b"\r\n\r\n") else { return Ok(None) };
        let head = std::str::from_utf8(buffer.get(..end).unwrap_or_default())?;
        let mut lines = head.split("\r\n");
        let status = lines
            .next()
            .and_then(|line| line.strip_prefix("HTTP/1.1 "))
            .and_then(|line| line.get(..3))
            .and_then(|status| status.parse().ok())
            .context("the answer is no HTTP/1.1")?;
        let mut body_bytes = 0;
        for line in lines {
            let Some((name, value)) = line.split_once(": ") else { continue };
            if name.eq_ignore_ascii_case("content-length") {
                body_bytes = value.parse().context("a length that is no number")?;
            } else if name.eq_ignore_ascii_case("transfer-encoding") {
                bail!("the answer comes in chunks, which is not measured here");
            }
        }
        Ok(Some(Self { status, bytes: end + 4, body_bytes }))
    }
}

/// Adds a header to a request.
pub(crate) fn with_header(request: Vec<u8>, name: &str, value: &str) -> Vec<u8> {
    let Some(end) = find(&request, b"\r\n") else { return request };
    let (first_line, rest) = request.split_at(end);
    [first_line, format!("\r\n{name}: {value}").as_bytes(), rest].concat()
}

/// Where a text begins in a longer one.
pub(crate) fn find(text: &[u8], wanted: &[u8]) -> Option<usize> {
    let first = wanted.first()?;
    let mut from = 0;
    loop {
        let rest = text.get(from..)?;
        let at = from + rest.iter().position(|byte| byte == first)?;
        if text.get(at..)?.starts_with(wanted) {
            return Some(at);
        }
        from = at + 1;
    }
}

/// How often a text stands in another.
pub(crate) fn count(text: &[u8], wanted: &[u8]) -> usize {
    let (mut rest, mut count) = (text, 0);
    while let Some(at) = find(rest, wanted) {
        count += 1;
        rest = rest.get(at + wanted.len()..).unwrap_or_default();
    }
    count
}

/// The bytes of a request.
pub(crate) fn request(
    method: &str,
    path: &str,
    address: SocketAddr,
    token: Option<&str>,
    body: Option<&str>,
) -> Vec<u8> {
    let mut text = format!("{method} {path} HTTP/1.1\r\nHost: {address}\r\n");
    if let Some(token) = token {
        text.push_str(&format!("Authorization: Bearer {token}\r\n"));
    }
    if let Some(body) = body {
        let length = body.len();
        text.push_str("Content-Type: application/json\r\n");
        text.push_str(&format!("Content-Length: {length}\r\n\r\n{body}"));
    } else {
        text.push_str("\r\n");
    }
    text.into_bytes()
}

/// Calls with JSON, for what is prepared before a measurement.
#[derive(Debug)]
pub(crate) struct Api {
    http: Http,
    address: SocketAddr,
}

impl Api {
    pub(crate) async fn connect(address: SocketAddr) -> Result<Self> {
        Ok(Self { http: Http::connect(address).await?, address })
    }

    pub(crate) async fn post(&mut self, token: &str, path: &str, body: &Value) -> Result<Value> {
        self.call("POST", path, Some(token), Some(body)).await
    }

    pub(crate) async fn get(&mut self, token: &str, path: &str) -> Result<Value> {
        self.call("GET", path, Some(token), None).await
    }

    pub(crate) async fn call(
        &mut self,
        method: &str,
        path: &str,
        token: Option<&str>,
        body: Option<&Value>,
    ) -> Result<Value> {
        let text = body.map(ToString::to_string);
        let request = request(method, path, self.address, token, text.as_deref());
        let status = timeout(ANSWER_WITHIN, self.http.exchange(&request))
            .await
            .with_context(|| format!("no answer in time: {method} {path}"))??;
        let answer = self.http.body();
        ensure!(
            (200..300).contains(&status),
            "{method} {path} was answered {status}: {}",
            String::from_utf8_lossy(answer)
        );
        if answer.is_empty() { Ok(Value::Null) } else { Ok(serde_json::from_slice(answer)?) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn heads_are_read_once_they_are_complete() {
        let text = b"HTTP/1.1 201 Created\r\nContent-Length: 3\r\nx: y\r\n\r\n{}\n";
        for end in 0..text.len() - 3 {
            assert_eq!(Head::parse(&text[..end]).unwrap(), None, "{end}");
        }
        let head = Head { status: 201, bytes: text.len() - 3, body_bytes: 3 };
        assert_eq!(Head::parse(text).unwrap(), Some(head));
        assert!(Head::parse(b"HTTP/2 200\r\n\r\n").is_err());
        assert!(Head::parse(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n").is_err());
    }
}
