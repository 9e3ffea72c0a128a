//! A connection on which anything can be said.

use std::time::Duration;

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio::time::timeout;
use visavis_tests::client::Client;
use visavis_tests::socket;

const WITHIN: Duration = Duration::from_secs(20);

/// Bytes to and from the server.
pub(crate) struct Raw {
    stream: TcpStream,
}

impl Raw {
    pub(crate) async fn connect(client: &Client) -> Self {
        Self { stream: socket::connect(client.base_url()).await.unwrap() }
    }

    /// A connection that is open for frames.
    pub(crate) async fn upgraded(client: &Client) -> Self {
        let mut raw = Self::connect(client).await;
        let head = raw.ask(&upgrade(&authorization(client))).await;
        assert!(head.starts_with("HTTP/1.1 101"), "{head}");
        raw
    }

    pub(crate) async fn write(&mut self, bytes: &[u8]) {
        // The server may have hung up already; what it said is read afterwards.
        let _written = timeout(WITHIN, self.stream.write_all(bytes)).await.unwrap();
    }

    /// Sends a request and reads the head of the answer.
    pub(crate) async fn ask(&mut self, request: &str) -> String {
        self.write(request.as_bytes()).await;
        let mut head = Vec::new();
        while !head.ends_with(b"\r\n\r\n") {
            let mut byte = [0];
            let read = timeout(WITHIN, self.stream.read(&mut byte)).await.unwrap();
            if !read.is_ok_and(|count| count == 1) {
                break;
            }
            head.extend(byte);
        }
        String::from_utf8_lossy(&head).into_owned()
    }

    /// Everything until the server hangs up.
    pub(crate) async fn rest(&mut self) -> Vec<u8> {
        let mut bytes = Vec::new();
        // A connection that is reset has ended, too.
        let _ended = timeout(WITHIN, self.stream.read_to_end(&mut bytes)).await.unwrap();
        bytes
    }
}

/// The close code of the last frame, if it is a close frame.
pub(crate) fn close_code(bytes: &[u8]) -> Option<u16> {
    let mut rest = bytes;
    loop {
        let (first, length) = (*rest.first()?, usize::from(*rest.get(1)?));
        let (start, length) = match length {
            126 => (4, usize::from(u16::from_be_bytes([*rest.get(2)?, *rest.get(3)?]))),
            length => (2, length),
        };
        if first & 0x0f == 8 {
            return Some(u16::from_be_bytes([*rest.get(start)?, *rest.get(start + 1)?]));
        }
        rest = rest.get(start + length..)?;
    }
}

/// A header that says who asks.
pub(crate) fn authorization(client: &Client) -> String {
    format!("Authorization: Bearer {}\r\n", client.token())
}

/// A request that opens a connection, with further headers.
pub(crate) fn upgrade(headers: &str) -> String {
    request(&format!(
        "Connection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\n\
         Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n{headers}"
    ))
}

/// A request for the live connection with these headers only.
pub(crate) fn request(headers: &str) -> String {
    format!("GET /v1.0/me/notifications HTTP/1.1\r\nHost: visavis.test\r\n{headers}\r\n")
}

/// A masked frame of a client.
pub(crate) fn frame(first: u8, payload: &[u8]) -> Vec<u8> {
    let mask = [1, 2, 3, 4];
    let mut bytes = vec![first];
    match u16::try_from(payload.len()) {
        Ok(length) if length < 126 => bytes.push(0x80 | length.to_be_bytes()[1]),
        Ok(length) => {
            bytes.push(0x80 | 126);
            bytes.extend(length.to_be_bytes());
        }
        Err(_longer) => {
            bytes.push(0x80 | 127);
            bytes.extend((payload.len() as u64).to_be_bytes());
        }
    }
    bytes.extend(mask);
    bytes.extend(payload.iter().zip(mask.iter().cycle()).map(|(byte, mask)| byte ^ mask));
    bytes
}
