//! A server with two organisations in one process, and a client that listens.

use std::net::{IpAddr, SocketAddr};
use std::sync::Arc;
use std::time::Duration;

use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse, Response};
use futures_util::{SinkExt, StreamExt};
use serde_json::value::{RawValue, to_raw_value};
use serde_json::{Value, json};
use tempfile::TempDir;
use tokio::net::TcpStream;
use tokio::time::timeout;
use tokio_tungstenite::tungstenite::client::IntoClientRequest;
use tokio_tungstenite::tungstenite::{self, Message};
use tokio_tungstenite::{MaybeTlsStream, WebSocketStream};
use visavis_app::account::{self, NewAccount};
use visavis_app::chat::{self, NewChat, NewMember};
use visavis_app::context::{Caller, Clock, Random};
use visavis_app::failure::{Failure, Outcome};
use visavis_app::message::{self, Draft};
use visavis_app::presence::PresenceView;
use visavis_app::rate::RateLimits;
use visavis_app::view::{ChatView, Member, MessageView, Person};
use visavis_app::{App, AppOptions, StoreOptions, organisation};
use visavis_bus::InProcess;
use visavis_domain::account::{Profile, Roles};
use visavis_domain::chat::{ChatKind, HistoryChoice};
use visavis_domain::home::Home;
use visavis_domain::id::{AccountId, ChatId, MessageId};
use visavis_domain::message::{Body, ContentType, Importance};
use visavis_domain::organisation::TrustClass;
use visavis_domain::time::Timestamp;
use visavis_push::{Knock, Push, SignIn, Wire, router};

/// Nothing here takes longer on any machine.
pub(crate) const SOON: Duration = Duration::from_secs(20);

struct RealClock;

impl Clock for RealClock {
    fn now(&self) -> Timestamp {
        Timestamp::from_ms(jiff::Timestamp::now().as_millisecond())
    }
}

struct RealRandom;

impl Random for RealRandom {
    fn fill(&self, buffer: &mut [u8]) {
        getrandom::fill(buffer).unwrap();
    }
}

/// Shows everything that matters of a thing, in any form.
struct PlainWire;

fn raw(value: &Value) -> Option<Box<RawValue>> {
    to_raw_value(value).ok()
}

pub(crate) fn message_json(view: &MessageView) -> Value {
    let message = &view.message;
    let reactions: Vec<&str> = message.reactions.iter().map(|one| one.kind.as_str()).collect();
    json!({
        "id": message.id.to_string(),
        "content": message.body.content,
        "etag": message.etag.to_string(),
        "isDeleted": message.deleted_at.is_some(),
        "reactions": reactions,
    })
}

impl Wire for PlainWire {
    fn chat(&self, view: &ChatView) -> Option<Box<RawValue>> {
        let state = view.request.as_ref().map(|request| request.state.as_str());
        raw(&json!({"id": view.chat.id, "topic": view.chat.topic, "state": state}))
    }

    fn message(&self, view: &MessageView) -> Option<Box<RawValue>> {
        raw(&message_json(view))
    }

    fn member(&self, view: &Member) -> Option<Box<RawValue>> {
        raw(&json!({"userId": view.person.card.id}))
    }

    fn typist(&self, person: &Person) -> Option<Box<RawValue>> {
        raw(&json!({"id": person.card.id}))
    }

    fn presence(&self, view: &PresenceView) -> Option<Box<RawValue>> {
        raw(&json!({"id": view.id, "availability": view.availability}))
    }

    fn member_id(&self, _chat: &ChatId, account: AccountId, _home: Home) -> String {
        account.to_string()
    }

    fn refuse(&self, failure: Failure) -> Response {
        match failure {
            Failure::NotSignedIn => StatusCode::UNAUTHORIZED,
            Failure::TooMany { .. } => StatusCode::TOO_MANY_REQUESTS,
            Failure::Store(_) => StatusCode::SERVICE_UNAVAILABLE,
            _ => StatusCode::BAD_REQUEST,
        }
        .into_response()
    }
}

/// Somebody with an account.
#[derive(Clone)]
pub(crate) struct Somebody {
    pub(crate) caller: Caller,
    pub(crate) token: String,
    pub(crate) mail: String,
}

pub(crate) struct Server {
    pub(crate) app: App,
    pub(crate) push: Push,
    pub(crate) address: SocketAddr,
    operator: Caller,
    _folder: TempDir,
}

impl Server {
    /// A server with `a.example` and `b.example`.
    pub(crate) async fn start() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("visavis.db");
        let (app, operator) = tokio::task::spawn_blocking(move || {
            let app = App::open(AppOptions {
                store: StoreOptions::new(path),
                bus: Arc::new(InProcess::default()),
                clock: Arc::new(RealClock),
                random: Arc::new(RealRandom),
                limits: RateLimits::generous(),
            })
            .unwrap();
            let operator = app.operator().unwrap();
            (app, operator)
        })
        .await
        .unwrap();
        for (name, domain) in [("A", "a.example"), ("B", "b.example")] {
            let domains = [domain.parse().unwrap()];
            app.write(operator.clone(), move |tx, ctx| {
                organisation::create(tx, ctx, name, &domains, TrustClass::Standard)
            })
            .await
            .unwrap();
        }
        let authenticating = app.clone();
        let authenticate = move |knock: Knock| {
            let app = authenticating.clone();
            Box::pin(async move {
                let refuse = |failure| Box::new(PlainWire.refuse(failure));
                sign_in(&app, &knock.headers, knock.client).await.map_err(refuse)
            }) as _
        };
        let push = Push::start(app.clone(), Arc::new(PlainWire), Arc::new(authenticate));
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let service = router(&push).into_make_service_with_connect_info::<SocketAddr>();
        tokio::spawn(async move { axum::serve(listener, service).await });
        Self { app, push, address, operator, _folder: folder }
    }

    /// Somebody new.
    pub(crate) async fn person(&self, mail: &str) -> Somebody {
        let new = NewAccount {
            display_name: mail.to_owned(),
            user_principal_name: mail.parse().unwrap(),
            phone: None,
            password: None,
            is_enabled: true,
            profile: Profile::default(),
            roles: Roles::default(),
            is_personal: false,
            further_addresses: Vec::new(),
            is_minor: false,
        };
        let user = account::create(&self.app, self.operator.clone(), new).await.unwrap();
        let id = user.person.card.id;
        let token = self
            .app
            .write(self.operator.clone(), move |tx, ctx| account::issue_token(tx, ctx, id, "test"))
            .await
            .unwrap();
        let caller = self.app.authenticate(&token, None).await.unwrap();
        Somebody { caller, token, mail: mail.to_owned() }
    }

    /// A chat of these people, of whom the first starts it.
    pub(crate) async fn chat(&self, people: &[&Somebody]) -> ChatId {
        let kind = if people.len() > 2 { ChatKind::Group } else { ChatKind::OneOnOne };
        let members = people.iter().map(|somebody| NewMember {
            key: somebody.mail.parse().unwrap(),
            home: None,
            history: HistoryChoice::All,
        });
        let new = NewChat { kind, topic: None, members: members.collect() };
        let first = people[0].caller.clone();
        let view = self.app.write(first, move |tx, ctx| chat::create(tx, ctx, new)).await.unwrap();
        view.chat.id
    }

    pub(crate) async fn say(&self, who: &Somebody, chat: &ChatId, text: &str) -> MessageId {
        let (chat, draft) = (chat.clone(), draft(text));
        let sent = self
            .app
            .write(who.caller.clone(), move |tx, ctx| message::send(tx, ctx, &chat, draft))
            .await
            .unwrap();
        sent.message.id
    }

    pub(crate) async fn listen(&self, who: &Somebody, since: Option<&str>) -> Listener {
        self.try_listen(Some(&who.token), since).await.unwrap()
    }

    pub(crate) async fn try_listen(
        &self,
        token: Option<&str>,
        since: Option<&str>,
    ) -> Result<Listener, tungstenite::Error> {
        let query = since.map(|since| format!("?since={since}")).unwrap_or_default();
        let url = format!("ws://{}/v1.0/me/notifications{query}", self.address);
        let mut request = url.into_client_request().unwrap();
        if let Some(token) = token {
            let value = format!("Bearer {token}").parse().unwrap();
            request.headers_mut().insert(header::AUTHORIZATION, value);
        }
        let (socket, _response) = tokio_tungstenite::connect_async(request).await?;
        Ok(Listener { socket, token: None })
    }
}

pub(crate) fn draft(text: &str) -> Draft {
    Draft {
        body: Body { content_type: ContentType::Text, content: text.to_owned() },
        importance: Importance::Normal,
        subject: None,
        mentions: Vec::new(),
        quotes: Vec::new(),
        images: Vec::new(),
    }
}

async fn sign_in(app: &App, headers: &HeaderMap, client: Option<IpAddr>) -> Outcome<SignIn> {
    let secret = headers
        .get(header::AUTHORIZATION)
        .and_then(|value| value.to_str().ok()?.strip_prefix("Bearer "))
        .ok_or(Failure::NotSignedIn)?;
    let caller = app.authenticate(secret, client).await?;
    Ok(SignIn { caller, secret: secret.to_owned() })
}

/// A client.
pub(crate) struct Listener {
    pub(crate) socket: WebSocketStream<MaybeTlsStream<TcpStream>>,
    /// The newest token.
    pub(crate) token: Option<String>,
}

impl Listener {
    /// The next notification, or the close code.
    pub(crate) async fn hear(&mut self) -> Result<Value, u16> {
        loop {
            match timeout(SOON, self.socket.next()).await.expect("heard in time") {
                Some(Ok(Message::Text(text))) => {
                    let frame: Value = serde_json::from_str(&text).unwrap();
                    let token = frame["token"].as_str().map(str::to_owned);
                    self.token = token.or(self.token.take());
                    return Ok(frame);
                }
                Some(Ok(Message::Close(Some(close)))) => return Err(close.code.into()),
                Some(Ok(_)) => {}
                Some(Err(_)) | None => return Err(0),
            }
        }
    }

    /// Everything until nothing is missing.
    pub(crate) async fn until_current(&mut self) -> Vec<Value> {
        let mut frames = Vec::new();
        loop {
            let frame = self.hear().await.expect("not closed");
            if frame["resource"] == "me" {
                return frames;
            }
            frames.push(frame);
        }
    }

    /// The contents of the next messages.
    pub(crate) async fn messages(&mut self, count: usize) -> Vec<String> {
        let mut contents = Vec::new();
        while contents.len() < count {
            let frame = self.hear().await.expect("not closed");
            if let Some(content) = frame["resourceData"]["content"].as_str() {
                contents.push(content.to_owned());
            }
        }
        contents
    }

    pub(crate) async fn send(&mut self, message: Message) {
        self.socket.send(message).await.unwrap();
    }

    /// The close code, whatever comes before.
    pub(crate) async fn closed(&mut self) -> u16 {
        loop {
            if let Err(code) = self.hear().await {
                return code;
            }
        }
    }
}
