//! A server of somebody who subscribed: it validates its address, takes notifications, and can be
//! told to misbehave.

use std::net::SocketAddr;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use serde_json::{Value, json};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};

use crate::answer::Answer;
use crate::client::Client;

/// How long a notification may take that must come.
const SOON: Duration = Duration::from_secs(20);

/// What the receiver does when it is asked to repeat a token.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Validation {
    /// Repeats it.
    Repeat,
    /// Answers 200 with this type and body instead.
    Say(&'static str, String),
    /// Repeats it with another status.
    RepeatWith(u16),
    /// Repeats it as it came, without decoding.
    RepeatEncoded,
    /// Sends the caller elsewhere.
    Redirect(String),
    /// Repeats it once it is told to validate in another way.
    RepeatWhenTold,
    /// Never answers.
    Hang,
}

/// What the receiver does with a notification.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Delivery {
    /// Takes it.
    Accept,
    /// Takes it after a while.
    AcceptAfter(Duration),
    /// Answers with this status.
    Refuse(u16),
    /// Sends the caller elsewhere.
    Redirect(String),
    /// Never answers.
    Hang,
}

/// A request that arrived.
#[derive(Debug, Clone)]
pub struct Arrival {
    /// When.
    pub at: Instant,
    /// Method, path and query.
    pub line: String,
    /// The headers, in lower case.
    pub headers: Vec<(String, String)>,
    /// What it says; null when that is no JSON.
    pub body: Value,
    /// Whether it was taken.
    pub is_taken: bool,
}

impl Arrival {
    /// A header; empty when there is none.
    #[must_use]
    pub fn header(&self, name: &str) -> &str {
        let found = self.headers.iter().find(|(known, _value)| known == name);
        found.map_or("", |(_name, value)| value.as_str())
    }
}

#[derive(Debug)]
struct State {
    validation: Validation,
    delivery: Delivery,
    arrivals: Vec<Arrival>,
}

/// A running receiver.
#[derive(Debug, Clone)]
pub struct Receiver {
    address: SocketAddr,
    state: Arc<Mutex<State>>,
}

impl Receiver {
    /// Starts one that behaves well, on a free port.
    pub async fn start() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a free port");
        let address = listener.local_addr().expect("an address");
        let state = State {
            validation: Validation::Repeat,
            delivery: Delivery::Accept,
            arrivals: Vec::new(),
        };
        let receiver = Self { address, state: Arc::new(Mutex::new(state)) };
        tokio::spawn(receiver.clone().listen(listener));
        receiver
    }

    async fn listen(self, listener: TcpListener) {
        while let Ok((stream, _peer)) = listener.accept().await {
            tokio::spawn(self.clone().serve(stream));
        }
    }

    /// Its address, with something behind it.
    #[must_use]
    pub fn url(&self, path: &str) -> String {
        format!("http://{}/{path}", self.address)
    }

    /// From now on it validates like this.
    pub fn validates(&self, validation: Validation) {
        self.lock().validation = validation;
    }

    /// From now on it takes notifications like this.
    pub fn takes(&self, delivery: Delivery) {
        self.lock().delivery = delivery;
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Everything that arrived, validations and what was refused included.
    #[must_use]
    pub fn arrivals(&self) -> Vec<Arrival> {
        self.lock().arrivals.clone()
    }

    /// The notifications that were taken, in their order.
    #[must_use]
    pub fn items(&self) -> Vec<Value> {
        let arrivals = self.arrivals();
        let taken = arrivals.iter().filter(|arrival| arrival.is_taken);
        taken
            .flat_map(|arrival| arrival.body["value"].as_array().cloned().unwrap_or_default())
            .collect()
    }

    /// Those about one resource or kind: what contains this text.
    #[must_use]
    pub fn items_with(&self, text: &str) -> Vec<Value> {
        let mut items = self.items();
        items.retain(|item| item.to_string().contains(text));
        items
    }

    /// Waits until there are so many notifications that contain a text.
    ///
    /// # Panics
    ///
    /// When they do not come.
    pub async fn wait_for(&self, count: usize, text: &str) -> Vec<Value> {
        let deadline = Instant::now() + SOON;
        loop {
            let items = self.items_with(text);
            if items.len() >= count {
                return items;
            }
            assert!(
                Instant::now() < deadline,
                "{} of {count} notifications with {text}: {:#?}",
                items.len(),
                self.items()
            );
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
    }

    /// Waits until so many requests have arrived.
    ///
    /// # Panics
    ///
    /// When they do not come.
    pub async fn wait_for_arrivals(&self, count: usize) {
        let deadline = Instant::now() + SOON;
        while self.arrivals().len() < count {
            assert!(Instant::now() < deadline, "{:#?}", self.arrivals());
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
    }

    async fn serve(self, mut stream: TcpStream) {
        let mut bytes = Vec::new();
        // A caller that hangs up has nothing more to say.
        while let Ok(Some((line, headers, body))) = read(&mut stream, &mut bytes).await {
            let arrival = Arrival {
                at: Instant::now(),
                body: serde_json::from_slice(&body).unwrap_or_default(),
                is_taken: false,
                line,
                headers,
            };
            let Some(answer) = self.answer(arrival).await else {
                // Whoever waits for an answer gives up.
                tokio::time::sleep(SOON).await;
                return;
            };
            if stream.write_all(answer.as_bytes()).await.is_err() {
                return;
            }
        }
    }

    async fn answer(&self, mut arrival: Arrival) -> Option<String> {
        let token = arrival
            .line
            .split_once("validationToken=")
            .map(|(_, rest)| rest.split([' ', '&']).next().unwrap_or_default().to_owned());
        let (validation, delivery) = {
            let state = self.lock();
            (state.validation.clone(), state.delivery.clone())
        };
        if let Some(token) = token {
            self.lock().arrivals.push(arrival);
            while self.lock().validation == Validation::RepeatWhenTold {
                tokio::time::sleep(Duration::from_millis(5)).await;
            }
            return match validation {
                Validation::Repeat | Validation::RepeatWhenTold => {
                    Some(said(200, "text/plain", &decoded(&token), ""))
                }
                Validation::RepeatWith(status) => {
                    Some(said(status, "text/plain", &decoded(&token), ""))
                }
                Validation::RepeatEncoded => Some(said(200, "text/plain", &token, "")),
                Validation::Say(kind, text) => Some(said(200, kind, &text, "")),
                Validation::Redirect(to) => Some(redirect(&to)),
                Validation::Hang => None,
            };
        }
        if let Delivery::AcceptAfter(pause) = delivery {
            tokio::time::sleep(pause).await;
        }
        arrival.is_taken = matches!(delivery, Delivery::Accept | Delivery::AcceptAfter(_));
        self.lock().arrivals.push(arrival);
        match delivery {
            Delivery::Accept | Delivery::AcceptAfter(_) => Some(said(202, "text/plain", "", "")),
            Delivery::Refuse(status) => Some(said(status, "text/plain", "no", "")),
            Delivery::Redirect(to) => Some(redirect(&to)),
            Delivery::Hang => None,
        }
    }
}

fn said(status: u16, kind: &str, body: &str, more: &str) -> String {
    let length = body.len();
    format!(
        "HTTP/1.1 {status} Said\r\nContent-Type: {kind}\r\nContent-Length: {length}\r\n{more}\r\n{body}"
    )
}

fn redirect(to: &str) -> String {
    said(307, "text/plain", "", &format!("Location: {to}\r\n"))
}

fn decoded(text: &str) -> String {
    let mut bytes = Vec::new();
    let mut rest = text.bytes();
    while let Some(byte) = rest.next() {
        let digits: Option<Vec<u8>> =
            (byte == b'%').then(|| rest.by_ref().take(2).collect::<Vec<u8>>());
        bytes.push(match digits {
            Some(digits) => {
                let digits = String::from_utf8(digits).expect("two digits");
                u8::from_str_radix(&digits, 16).expect("two digits")
            }
            None => byte,
        });
    }
    String::from_utf8(bytes).expect("UTF-8")
}

type Request = (String, Vec<(String, String)>, Vec<u8>);

/// The next request of a connection; none when it ends.
async fn read(stream: &mut TcpStream, bytes: &mut Vec<u8>) -> std::io::Result<Option<Request>> {
    let end = loop {
        if let Some(end) = bytes.windows(4).position(|four| four == b"\r\n\r\n") {
            break end;
        }
        if stream.read_buf(bytes).await? == 0 {
            return Ok(None);
        }
    };
    let head = String::from_utf8_lossy(&bytes[..end]).into_owned();
    let mut lines = head.lines();
    let line = lines.next().unwrap_or_default().to_owned();
    let headers: Vec<(String, String)> = lines
        .filter_map(|line| line.split_once(':'))
        .map(|(name, value)| (name.to_ascii_lowercase(), value.trim().to_owned()))
        .collect();
    let length = headers.iter().find(|(name, _)| name == "content-length");
    let length: usize = length.and_then(|(_, value)| value.parse().ok()).unwrap_or_default();
    while bytes.len() < end + 4 + length {
        if stream.read_buf(bytes).await? == 0 {
            return Ok(None);
        }
    }
    let body = bytes[end + 4..end + 4 + length].to_vec();
    bytes.drain(..end + 4 + length);
    Ok(Some((line, headers, body)))
}

/// So many minutes from now, as the API writes it.
#[must_use]
pub fn in_minutes(minutes: i64) -> String {
    let output = std::process::Command::new("date")
        .args(["-u", "-d", &format!("{minutes} minutes"), "+%Y-%m-%dT%H:%M:%S.000Z"])
        .output()
        .expect("date can be run");
    String::from_utf8(output.stdout).expect("a date").trim().to_owned()
}

impl Client {
    /// Asks for a subscription to everything that becomes of a resource, for 50 minutes.
    pub async fn try_subscribe(&self, resource: &str, receiver: &Receiver) -> Answer {
        self.post("subscriptions", wish(resource, receiver)).await
    }

    /// The same, which must succeed. Answers with the subscription's id.
    pub async fn subscribe(&self, resource: &str, receiver: &Receiver) -> String {
        self.try_subscribe(resource, receiver).await.id()
    }
}

/// What is asked for: everything that becomes of a resource, with lifecycle notifications.
#[must_use]
pub fn wish(resource: &str, receiver: &Receiver) -> Value {
    json!({
        "changeType": "created,updated,deleted",
        "resource": resource,
        "notificationUrl": receiver.url("changes"),
        "lifecycleNotificationUrl": receiver.url("life?of=it"),
        "expirationDateTime": in_minutes(50),
        "clientState": "sesame",
    })
}
