//! A live connection of a client.

use std::time::Duration;

use anyhow::{Context, bail};
use futures_util::StreamExt;
use serde_json::Value;
use tokio::net::TcpStream;
use tokio::time::{Instant, timeout_at};
use tokio_tungstenite::tungstenite::client::IntoClientRequest;
use tokio_tungstenite::tungstenite::http::HeaderValue;
use tokio_tungstenite::tungstenite::http::header::AUTHORIZATION;
use tokio_tungstenite::tungstenite::{Error, Message};
use tokio_tungstenite::{WebSocketStream, client_async};

use crate::client::Client;

/// How long something that must come may take.
pub const SOON: Duration = Duration::from_secs(20);

/// A live connection.
#[derive(Debug)]
pub struct Socket {
    stream: WebSocketStream<TcpStream>,
    /// The token of the newest frame that had one.
    pub token: String,
    /// Every text that came, in order.
    pub texts: Vec<String>,
}

/// What comes over a connection.
#[derive(Debug, Clone, PartialEq)]
pub enum Heard {
    /// A frame.
    Frame(Value),
    /// The answer to a ping.
    Pong(Vec<u8>),
    /// The end, with its code; none when the network ended it.
    Closed(Option<u16>),
}

/// The path of the live connection.
#[must_use]
pub fn path(since: Option<&str>) -> String {
    let query = since.map(|token| format!("?since={token}")).unwrap_or_default();
    format!("/v1.0/me/notifications{query}")
}

/// A connection to the server of a base URL.
///
/// # Errors
///
/// When nobody listens.
pub async fn connect(base: &str) -> anyhow::Result<TcpStream> {
    let address = base.trim_start_matches("http://");
    Ok(TcpStream::connect(address).await?)
}

impl Socket {
    /// Opens a connection and waits until nothing is missing.
    ///
    /// # Errors
    ///
    /// When the server refuses or closes it.
    pub async fn open(client: &Client) -> anyhow::Result<Self> {
        let mut socket = Self::begin(client, None).await?;
        let current = socket.frame().await?;
        anyhow::ensure!(current["resource"] == "me", "the first frame is {current}");
        Ok(socket)
    }

    /// Opens a connection after a token; nothing is awaited.
    ///
    /// # Errors
    ///
    /// When the server refuses.
    pub async fn begin(client: &Client, since: Option<&str>) -> anyhow::Result<Self> {
        let stream = connect(client.base_url()).await?;
        Self::over(stream, client, since).await
    }

    /// The same over a given connection.
    ///
    /// # Errors
    ///
    /// When the server refuses.
    pub async fn over(
        stream: TcpStream,
        client: &Client,
        since: Option<&str>,
    ) -> anyhow::Result<Self> {
        let url = format!("{}{}", client.base_url().replacen("http", "ws", 1), path(since));
        let mut request = url.into_client_request()?;
        let bearer = HeaderValue::from_str(&format!("Bearer {}", client.token()))?;
        request.headers_mut().insert(AUTHORIZATION, bearer);
        let (stream, _response) = client_async(request, stream).await.map_err(describe)?;
        Ok(Self { stream, token: String::new(), texts: Vec::new() })
    }

    /// What comes next.
    ///
    /// # Errors
    ///
    /// When nothing comes within `within`.
    pub async fn heard(&mut self, within: Duration) -> anyhow::Result<Heard> {
        let deadline = Instant::now() + within;
        loop {
            let message = timeout_at(deadline, self.stream.next()).await.context("nothing came")?;
            return Ok(match message {
                Some(Ok(Message::Text(text))) => Heard::Frame(self.read(text.as_str())?),
                Some(Ok(Message::Pong(bytes))) => Heard::Pong(bytes.to_vec()),
                Some(Ok(Message::Close(close))) => {
                    // Sends the answer to it, as every client does.
                    let _ended = timeout_at(deadline, self.stream.next()).await;
                    Heard::Closed(close.map(|close| close.code.into()))
                }
                Some(Ok(_)) => continue,
                Some(Err(_)) | None => Heard::Closed(None),
            });
        }
    }

    fn read(&mut self, text: &str) -> anyhow::Result<Value> {
        self.texts.push(text.to_owned());
        let frame: Value = serde_json::from_str(text).context("not JSON")?;
        if let Some(token) = frame["token"].as_str() {
            token.clone_into(&mut self.token);
        }
        Ok(frame)
    }

    /// The next frame.
    ///
    /// # Errors
    ///
    /// When none comes soon, or the connection ends.
    pub async fn frame(&mut self) -> anyhow::Result<Value> {
        match self.heard(SOON).await? {
            Heard::Frame(frame) => Ok(frame),
            other => bail!("no frame but {other:?}"),
        }
    }

    /// The next frame about a resource whose name ends like this; others are passed over.
    ///
    /// # Errors
    ///
    /// When none comes soon, or the connection ends.
    pub async fn frame_of(&mut self, resource: &str) -> anyhow::Result<Value> {
        loop {
            let frame = self.frame().await.with_context(|| format!("waiting for {resource}"))?;
            if frame["resource"].as_str().is_some_and(|name| name.ends_with(resource)) {
                return Ok(frame);
            }
        }
    }

    /// Whatever comes until nothing has come for a while.
    ///
    /// # Errors
    ///
    /// When a frame is not JSON.
    pub async fn drain(&mut self, quiet: Duration) -> anyhow::Result<Vec<Value>> {
        let mut frames = Vec::new();
        while let Ok(heard) = self.heard(quiet).await {
            match heard {
                Heard::Frame(frame) => frames.push(frame),
                Heard::Pong(_) => {}
                Heard::Closed(_) => break,
            }
        }
        Ok(frames)
    }

    /// The code with which the server ends the connection; frames before are passed over.
    ///
    /// # Errors
    ///
    /// When it does not end soon.
    pub async fn closed(&mut self) -> anyhow::Result<Option<u16>> {
        loop {
            if let Heard::Closed(code) = self.heard(SOON).await? {
                return Ok(code);
            }
        }
    }

    /// Sends something that clients usually do not.
    ///
    /// # Errors
    ///
    /// When the connection is gone.
    pub async fn say(&mut self, message: Message) -> anyhow::Result<()> {
        use futures_util::SinkExt;
        Ok(self.stream.send(message).await?)
    }
}

fn describe(error: Error) -> anyhow::Error {
    match error {
        Error::Http(response) => anyhow::anyhow!("refused with {}", response.status()),
        other => other.into(),
    }
}
