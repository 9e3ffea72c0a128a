//! A request whose body is still on its way.

use reqwest::header::{HeaderMap, HeaderName, HeaderValue};
use serde_json::Value;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

use crate::answer::Answer;
use crate::client::Client;
use crate::socket::connect;

/// A request of which the server has the head and the first byte of the body.
#[derive(Debug)]
pub struct Begun {
    stream: TcpStream,
    request: String,
    rest: Vec<u8>,
}

impl Client {
    /// Begins a request with a body, below `/v1.0`. The server has asked for the body when this
    /// returns (RFC 9110, section 10.1.1), so it has looked at what comes before it.
    pub async fn begin(&self, method: &str, path: &str, body: &Value) -> Begun {
        let request = format!("{method} /v1.0/{path}");
        let body = body.to_string().into_bytes();
        let mut stream = connect(self.base_url()).await.expect("a connection");
        let host = self.base_url().trim_start_matches("http://");
        let head = format!(
            "{request} HTTP/1.1\r\nHost: {host}\r\nAuthorization: Bearer {}\r\n\
            Content-Type: application/json\r\nContent-Length: {}\r\nConnection: close\r\n\
            Expect: 100-continue\r\n\r\n",
            self.token(),
            body.len(),
        );
        stream.write_all(head.as_bytes()).await.expect("the head is sent");
        let mut asked = Vec::new();
        while !asked.ends_with(b"\r\n\r\n") {
            let count = stream.read_buf(&mut asked).await.expect("the server asks for the body");
            assert!(count > 0, "{request}: {}", String::from_utf8_lossy(&asked));
        }
        let asked = String::from_utf8_lossy(&asked).into_owned();
        assert!(asked.starts_with("HTTP/1.1 100 "), "{request}: {asked}");
        stream.write_all(&body[..1]).await.expect("the first byte is sent");
        Begun { stream, request, rest: body[1..].to_vec() }
    }
}

impl Begun {
    /// Sends the rest.
    pub async fn finish(mut self) -> Answer {
        self.stream.write_all(&self.rest).await.expect("the rest is sent");
        let mut bytes = Vec::new();
        self.stream.read_to_end(&mut bytes).await.expect("an answer");
        let text = String::from_utf8(bytes).expect("UTF-8");
        let (head, body) = text.split_once("\r\n\r\n").expect("a head and a body");
        let mut lines = head.lines();
        let status = lines.next().and_then(|line| line.split(' ').nth(1)).unwrap_or_default();
        let headers = lines.filter_map(|line| line.split_once(": ")).map(|(name, value)| {
            let name: HeaderName = name.parse().expect("the name of a header");
            (name, HeaderValue::from_str(value).expect("the value of a header"))
        });
        let answer = Answer {
            request: self.request,
            status: status.parse().expect("a status"),
            headers: HeaderMap::from_iter(headers),
            text: body.to_owned(),
        };
        answer.check();
        answer
    }
}
