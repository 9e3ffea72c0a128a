//! The live connection of the command line: what happens, as it happens, across disconnects.

use std::time::Duration;

use futures_util::StreamExt;
use serde_json::Value;
use tokio::net::TcpStream;
use tokio::time::{sleep, timeout};
use tokio_tungstenite::tungstenite::client::IntoClientRequest;
use tokio_tungstenite::tungstenite::http::{HeaderValue, StatusCode, header};
use tokio_tungstenite::tungstenite::{Error, Message};
use tokio_tungstenite::{
    Connector, MaybeTlsStream, WebSocketStream, connect_async_tls_with_config,
};

use crate::client::{Client, part};
use crate::exit::{Complaint, Done, Exit};

/// The server pings every 30 seconds; after this long without a sign of life it counts as gone.
const SILENCE_MAX: Duration = Duration::from_secs(100);
/// The first and the longest pause before another attempt.
const PAUSE_MIN: Duration = Duration::from_millis(250);
const PAUSE_MAX: Duration = Duration::from_secs(10);

/// What was heard.
#[derive(Debug)]
pub(crate) enum Heard {
    /// A notification.
    Frame(Value),
    /// Something may have been missed: fetch afresh.
    Afresh,
}

/// A connection that is opened again whenever it is lost.
pub(crate) struct Live {
    client: Client,
    socket: Option<WebSocketStream<MaybeTlsStream<TcpStream>>>,
    token: Option<String>,
    pause: Duration,
}

impl std::fmt::Debug for Live {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Live").field("is_open", &self.socket.is_some()).finish_non_exhaustive()
    }
}

impl Live {
    /// Opens the connection, after `since` if there is such a token.
    ///
    /// # Errors
    ///
    /// When nobody is signed in, or the server cannot be reached.
    pub(crate) async fn open(client: Client, since: Option<String>) -> Done<Self> {
        let mut live = Self { client, socket: None, token: since, pause: PAUSE_MIN };
        live.connect().await?;
        Ok(live)
    }

    /// Waits for the next notification. Reconnects as often as needed and misses nothing.
    ///
    /// May be dropped while it waits.
    ///
    /// # Errors
    ///
    /// When the sign-in is over.
    pub(crate) async fn next(&mut self) -> Done<Heard> {
        loop {
            let Some(socket) = self.socket.as_mut() else {
                self.reconnect().await?;
                continue;
            };
            let heard = match timeout(SILENCE_MAX, socket.next()).await {
                Ok(Some(Ok(Message::Text(text)))) => self.frame(&text),
                Ok(Some(Ok(Message::Close(Some(close))))) => self.closed(close.code.into())?,
                Ok(Some(Ok(_))) => None,
                Ok(None | Some(Err(_))) | Err(_) => {
                    self.socket = None;
                    None
                }
            };
            if let Some(heard) = heard {
                return Ok(heard);
            }
        }
    }

    fn frame(&mut self, text: &str) -> Option<Heard> {
        let frame: Value = serde_json::from_str(text).ok()?;
        if let Some(token) = frame.get("token").and_then(Value::as_str) {
            self.token = Some(token.to_owned());
        }
        self.pause = PAUSE_MIN;
        Some(Heard::Frame(frame))
    }

    /// What a close code of the server means.
    fn closed(&mut self, code: u16) -> Done<Option<Heard>> {
        self.socket = None;
        match code {
            4001 => {
                self.token = None;
                Ok(Some(Heard::Afresh))
            }
            4003 => Err(signed_out()),
            _ => Ok(None),
        }
    }

    async fn reconnect(&mut self) -> Done {
        loop {
            sleep(self.pause).await;
            self.pause = (self.pause * 2).min(PAUSE_MAX);
            match self.connect().await {
                Err(complaint) if complaint.exit == Exit::Unreachable => {}
                other => return other,
            }
        }
    }

    async fn connect(&mut self) -> Done {
        let base = self.client.base();
        let mut url = format!("ws{}/v1.0/me/notifications", base.trim_start_matches("http"));
        if let Some(token) = &self.token {
            url = format!("{url}?since={}", part(token));
        }
        let unreachable = |why: String| {
            Complaint::new(Exit::Unreachable, format!("no live connection to {base}: {why}"))
        };
        let mut request =
            url.into_client_request().map_err(|error| Complaint::usage(error.to_string()))?;
        if let Some(token) = self.client.token() {
            let value = HeaderValue::from_str(&format!("Bearer {token}")).map_err(|_invalid| {
                Complaint::usage("the token has characters that no token has")
            })?;
            request.headers_mut().insert(header::AUTHORIZATION, value);
        }
        let connector = Connector::Rustls(self.client.tls());
        match connect_async_tls_with_config(request, None, true, Some(connector)).await {
            Ok((socket, _response)) => {
                self.socket = Some(socket);
                Ok(())
            }
            Err(Error::Http(response)) if response.status() == StatusCode::UNAUTHORIZED => {
                Err(signed_out())
            }
            Err(Error::Http(response)) => {
                Err(unreachable(format!("the server answered {}", response.status())))
            }
            Err(error) => Err(unreachable(error.to_string())),
        }
    }
}

fn signed_out() -> Complaint {
    Complaint::new(Exit::SignInNeeded, "signed out: the token is no longer valid")
}
