//! A WebSocket that is only read, with as little work a frame as possible.

use std::net::SocketAddr;
use std::ops::Range;
use std::time::Duration;

use anyhow::{Result, bail, ensure};
use tokio::io::AsyncWriteExt;
use tokio::net::TcpStream;
use tokio::time::timeout;

use crate::http::{self, Http};

/// How long the server may take to open a connection and say so.
const OPEN_WITHIN: Duration = Duration::from_secs(30);
/// Bytes that were read already are given up once there are so many.
const KEPT_BYTES_MAX: usize = 64 * 1024;

/// Bytes of a resume token, and what stands before it at the start of a frame.
const TOKEN_BYTES: usize = 22;
const BEFORE_TOKEN: &[u8] = b"{\"token\":\"";
/// The close code that says that the client should resume.
const RESUME: u16 = 4000;

const TEXT: u8 = 0x1;
const CLOSE: u8 = 0x8;
const PING: u8 = 0x9;

/// An open connection of one account.
#[derive(Debug)]
pub(crate) struct Live {
    stream: TcpStream,
    buffer: Vec<u8>,
    /// Where the first frame that was not looked at begins.
    next: usize,
    /// The newest token from which to resume.
    since: [u8; TOKEN_BYTES],
}

impl Live {
    /// Opens a connection and waits for the frame that says that nothing is missed from now on.
    pub(crate) async fn open(address: SocketAddr, token: &str) -> Result<Self> {
        let mut live = Self::handshake(address, token, "").await?;
        let first = timeout(OPEN_WITHIN, live.frame()).await??.unwrap_or_default();
        ensure!(http::find(live.text(&first), b"\"me\"").is_some(), "an unknown first frame");
        Ok(live)
    }

    /// Opens a connection that begins with what was missed after a token.
    pub(crate) async fn resume(address: SocketAddr, token: &str, since: &str) -> Result<Self> {
        Self::handshake(address, token, &format!("?since={since}")).await
    }

    async fn handshake(address: SocketAddr, token: &str, query: &str) -> Result<Self> {
        let mut http = Http::connect(address).await?;
        let request = format!(
            "GET /v1.0/me/notifications{query} HTTP/1.1\r\nHost: {address}\r\n\
             Authorization: Bearer {token}\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\
             Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n"
        );
        let status = timeout(OPEN_WITHIN, http.exchange(request.as_bytes())).await??;
        ensure!(status == 101, "the server answered {status} instead of opening a live connection");
        let (stream, buffer) = http.into_parts();
        Ok(Self { stream, buffer, next: 0, since: [0; TOKEN_BYTES] })
    }

    /// The newest token that was received.
    pub(crate) fn since(&self) -> &str {
        std::str::from_utf8(&self.since).unwrap_or_default()
    }

    /// The next frame of text; none when the server wants the client to resume.
    pub(crate) async fn frame(&mut self) -> Result<Option<Range<usize>>> {
        loop {
            let Some(Frame { kind, payload }) = self.buffered() else {
                self.forget();
                ensure!(
                    http::fill(&mut self.stream, &mut self.buffer).await? > 0,
                    "the server hung up on a live connection"
                );
                continue;
            };
            match kind {
                TEXT => {
                    self.remember(&payload);
                    return Ok(Some(payload));
                }
                PING => self.pong(&payload).await?,
                CLOSE => match closed(self.text(&payload)) {
                    (RESUME, _) => return Ok(None),
                    (code, why) => bail!("the server closed: {code} {why}"),
                },
                _ => {}
            }
        }
    }

    fn remember(&mut self, frame: &Range<usize>) {
        let text = self.buffer.get(frame.clone()).unwrap_or_default();
        let token = text.strip_prefix(BEFORE_TOKEN).and_then(|rest| rest.first_chunk());
        self.since = token.copied().unwrap_or(self.since);
    }

    /// The bytes of a frame that [`Live::frame`] has just named.
    pub(crate) fn text(&self, frame: &Range<usize>) -> &[u8] {
        self.buffer.get(frame.clone()).unwrap_or_default()
    }

    /// Steps over the next frame if all of it was received.
    fn buffered(&mut self) -> Option<Frame> {
        let frame = Frame::parse(self.buffer.get(self.next..)?, self.next)?;
        self.next = frame.payload.end;
        Some(frame)
    }

    /// Gives up what was looked at, when that costs little or there is too much.
    fn forget(&mut self) {
        if self.next == self.buffer.len() {
            self.buffer.clear();
            self.next = 0;
        } else if self.next > KEPT_BYTES_MAX {
            self.buffer.drain(..self.next);
            self.next = 0;
        }
    }

    /// Answers a ping. A mask of zeroes is a mask.
    async fn pong(&mut self, payload: &Range<usize>) -> Result<()> {
        let payload = self.buffer.get(payload.clone()).unwrap_or_default();
        let length = u8::try_from(payload.len())?;
        let mut pong = vec![0x8a, 0x80 | length, 0, 0, 0, 0];
        pong.extend_from_slice(payload);
        self.stream.write_all(&pong).await?;
        Ok(())
    }
}

#[derive(Debug, PartialEq, Eq)]
struct Frame {
    kind: u8,
    payload: Range<usize>,
}

impl Frame {
    /// The frame at the start of these bytes, which stand at `offset`; none unless it is whole.
    fn parse(bytes: &[u8], offset: usize) -> Option<Self> {
        let [first, second, rest @ ..] = bytes else { return None };
        let (head, length) = match second & 0x7f {
            126 => (4, usize::from(u16::from_be_bytes(*rest.first_chunk()?))),
            127 => (10, usize::try_from(u64::from_be_bytes(*rest.first_chunk()?)).ok()?),
            short => (2, usize::from(short)),
        };
        let end = head + length;
        (bytes.len() >= end)
            .then(|| Self { kind: first & 0x0f, payload: offset + head..offset + end })
    }
}

/// The code and the words of a close.
fn closed(payload: &[u8]) -> (u16, String) {
    match payload {
        [high, low, words @ ..] => {
            (u16::from_be_bytes([*high, *low]), String::from_utf8_lossy(words).into_owned())
        }
        _ => (0, "without a reason".to_owned()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn frames_are_read_once_they_are_complete() {
        for (length, head) in [
            (5, vec![0x81, 5]),
            (300, vec![0x81, 126, 1, 44]),
            (70_000, vec![0x81, 127, 0, 0, 0, 0, 0, 1, 0x11, 0x70]),
        ] {
            let mut bytes = head.clone();
            bytes.resize(head.len() + length, b'x');
            let frame = Frame { kind: TEXT, payload: 7 + head.len()..7 + bytes.len() };
            assert_eq!(Frame::parse(&bytes, 7), Some(frame));
            bytes.pop();
            assert_eq!(Frame::parse(&bytes, 7), None);
            assert_eq!(Frame::parse(&head[..1], 7), None);
        }
    }
}
