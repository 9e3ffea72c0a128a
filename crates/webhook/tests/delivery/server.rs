//! An application with one organisation, a clock that can be set, and a receiver.

use std::collections::HashMap;
use std::sync::atomic::{AtomicI64, Ordering};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use serde_json::value::{RawValue, to_raw_value};
use serde_json::{Value, json};
use tempfile::TempDir;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::watch;
use visavis_app::account::{self, NewAccount};
use visavis_app::chat::{self, NewChat, NewMember};
use visavis_app::context::{Caller, Clock, Random};
use visavis_app::message::{self, Draft};
use visavis_app::presence::PresenceView;
use visavis_app::rate::RateLimits;
use visavis_app::subscription::{self, NewSubscription, Renewal};
use visavis_app::view::{ChatView, Member, MessageView};
use visavis_app::{App, AppOptions, AuditEntry, StoreOptions, organisation};
use visavis_bus::InProcess;
use visavis_domain::account::{Profile, Roles};
use visavis_domain::chat::{ChatKind, HistoryChoice};
use visavis_domain::home::Home;
use visavis_domain::id::{AccountId, ChatId, MessageId, SubscriptionId};
use visavis_domain::message::{Body, ContentType, Importance};
use visavis_domain::organisation::TrustClass;
use visavis_domain::subscription::{ChangeTypes, Terms, Watched};
use visavis_domain::time::Timestamp;
use visavis_webhook::{Asker, Options, Pauses, Reach, Webhooks, Wire};

pub(crate) const MINUTE_MS: i64 = 60_000;
pub(crate) const HOUR_MS: i64 = 60 * MINUTE_MS;
/// Nothing here takes longer on any machine.
pub(crate) const SOON: Duration = Duration::from_secs(20);

/// The real time, and what was added to it.
#[derive(Clone, Default)]
struct SetClock(Arc<AtomicI64>);

impl Clock for SetClock {
    fn now(&self) -> Timestamp {
        let real = jiff::Timestamp::now().as_millisecond();
        Timestamp::from_ms(real + self.0.load(Ordering::SeqCst))
    }
}

struct RealRandom;

impl Random for RealRandom {
    fn fill(&self, buffer: &mut [u8]) {
        getrandom::fill(buffer).unwrap();
    }
}

struct PlainWire;

fn raw(value: &Value) -> Option<Box<RawValue>> {
    to_raw_value(value).ok()
}

impl Wire for PlainWire {
    fn chat(&self, view: &ChatView) -> Option<Box<RawValue>> {
        raw(&json!({"id": view.chat.id}))
    }

    fn message(&self, view: &MessageView) -> Option<Box<RawValue>> {
        raw(&json!({"id": view.message.id.to_string()}))
    }

    fn member(&self, view: &Member) -> Option<Box<RawValue>> {
        raw(&json!({"userId": view.person.card.id}))
    }

    fn presence(&self, view: &PresenceView) -> Option<Box<RawValue>> {
        raw(&json!({"id": view.id}))
    }

    fn act(&self, entry: &AuditEntry) -> Option<Box<RawValue>> {
        raw(&json!({"id": entry.id().to_string()}))
    }

    fn member_id(&self, _chat: &ChatId, account: AccountId, _home: Home) -> String {
        account.to_string()
    }

    fn home_id(&self, _home: Home) -> String {
        "home".to_owned()
    }
}

#[derive(Default)]
struct Path {
    is_refusing: bool,
    refusals: usize,
    /// How many requests hang there now.
    hanging: usize,
    taken: Vec<Value>,
}

type Paths = Arc<Mutex<HashMap<String, Path>>>;

/// Everything, with what it stands on.
pub(crate) struct Server {
    pub(crate) app: App,
    pub(crate) webhooks: Webhooks,
    clock: SetClock,
    operator: Caller,
    receiver: String,
    paths: Paths,
    /// Where nothing is answered until it is dropped.
    hang: String,
    _let_go: watch::Sender<()>,
    tend_every: Duration,
    _folder: TempDir,
}

impl Server {
    pub(crate) async fn start() -> Self {
        Self::tending_every(Duration::from_millis(50)).await
    }

    pub(crate) async fn tending_every(tend_every: Duration) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let clock = SetClock::default();
        let options = AppOptions {
            store: StoreOptions::new(folder.path().join("visavis.db")),
            bus: Arc::new(InProcess::default()),
            clock: Arc::new(clock.clone()),
            random: Arc::new(RealRandom),
            limits: RateLimits::generous(),
        };
        let (app, operator) = tokio::task::spawn_blocking(move || {
            let app = App::open(options).unwrap();
            let operator = app.operator().unwrap();
            (app, operator)
        })
        .await
        .unwrap();
        app.write(operator.clone(), |tx, ctx| {
            let domain = "a.example".parse().unwrap();
            organisation::create(tx, ctx, "A", &[domain], TrustClass::Standard)
        })
        .await
        .unwrap();
        let paths = Paths::default();
        let receiver = receive(Arc::clone(&paths), None).await;
        let (let_go, hangs) = watch::channel(());
        let hang = receive(Arc::clone(&paths), Some(hangs)).await;
        let webhooks = deliver(&app, tend_every);
        Self {
            app,
            webhooks,
            clock,
            operator,
            receiver,
            paths,
            hang,
            _let_go: let_go,
            tend_every,
            _folder: folder,
        }
    }

    /// Delivers anew, as after a start.
    pub(crate) fn deliver_again(&self) -> Webhooks {
        deliver(&self.app, self.tend_every)
    }

    pub(crate) fn advance(&self, ms: i64) {
        self.clock.0.fetch_add(ms, Ordering::SeqCst);
    }

    pub(crate) async fn person(&self, mail: &str) -> Caller {
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
        self.app.authenticate(&token, None).await.unwrap()
    }

    pub(crate) async fn chat(&self, one: &Caller, other: &Caller) -> ChatId {
        let members = [one, other].map(|caller| NewMember {
            key: caller.account.to_string().parse().unwrap(),
            home: None,
            history: HistoryChoice::All,
        });
        let new = NewChat { kind: ChatKind::OneOnOne, topic: None, members: members.to_vec() };
        let made = self.app.write(one.clone(), move |tx, ctx| chat::create(tx, ctx, new)).await;
        made.unwrap().chat.id
    }

    pub(crate) async fn say(&self, who: &Caller, chat: &ChatId, text: &str) -> MessageId {
        let draft = Draft {
            body: Body { content_type: ContentType::Text, content: text.to_owned() },
            importance: Importance::Normal,
            subject: None,
            mentions: Vec::new(),
            quotes: Vec::new(),
            images: Vec::new(),
        };
        let chat = chat.clone();
        let sent =
            self.app.write(who.clone(), move |tx, ctx| message::send(tx, ctx, &chat, draft)).await;
        sent.unwrap().message.id
    }

    pub(crate) async fn subscribe(
        &self,
        who: &Caller,
        watched: Watched,
        minutes: i64,
    ) -> SubscriptionId {
        self.subscribe_at(who, watched, minutes, &format!("{}/changes", self.receiver)).await
    }

    /// Subscribes with a receiver that answers nothing, on a path of its own.
    pub(crate) async fn subscribe_hanging(&self, who: &Caller, path: &str) {
        let url = format!("{}{path}", self.hang);
        self.subscribe_at(who, Watched::AllMessages, 60, &url).await;
    }

    /// Whether the receiver wants what comes on this path.
    pub(crate) async fn validate(&self, who: &Caller, path: &str, hangs: bool) -> Option<bool> {
        let host = if hangs { &self.hang } else { &self.receiver };
        let asker = Asker { account: who.account, organisation: who.home.organisation() };
        self.webhooks.validate(asker, &format!("{host}{path}")).await
    }

    /// How many requests hang.
    pub(crate) fn hanging_anywhere(&self) -> usize {
        self.paths.lock().unwrap().values().map(|path| path.hanging).sum()
    }

    pub(crate) async fn wait_until(&self, what: &str, is_so: impl Fn() -> bool) {
        let deadline = Instant::now() + SOON;
        while !is_so() {
            assert!(Instant::now() < deadline, "{what}");
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
    }

    async fn subscribe_at(
        &self,
        who: &Caller,
        watched: Watched,
        minutes: i64,
        url: &str,
    ) -> SubscriptionId {
        let terms = Terms {
            resource: "watched".to_owned(),
            watched,
            changes: ChangeTypes { is_created: true, is_updated: true, is_deleted: true },
            notification_url: url.to_owned(),
            lifecycle_url: Some(format!("{}/life", self.receiver)),
            client_state: Some("sesame".to_owned()),
            certificate: None,
            includes_data: false,
        };
        let expires_at = self.app.now().plus_ms(minutes * MINUTE_MS);
        let new = NewSubscription { terms, expires_at };
        let made =
            self.app.write(who.clone(), move |tx, ctx| subscription::create(tx, ctx, new)).await;
        made.unwrap().id
    }

    pub(crate) async fn renew(&self, who: &Caller, id: SubscriptionId, minutes: i64) {
        let expires_at = Some(self.app.now().plus_ms(minutes * MINUTE_MS));
        let renewal = Renewal { expires_at, certificate: None };
        let renewed = self
            .app
            .write(who.clone(), move |tx, ctx| subscription::update(tx, ctx, id, renewal))
            .await;
        renewed.unwrap();
    }

    /// Whether the receiver refuses what comes on this path.
    pub(crate) fn refuse(&self, path: &str, is_refusing: bool) {
        let mut paths = self.paths.lock().unwrap();
        paths.entry(path.to_owned()).or_default().is_refusing = is_refusing;
    }

    pub(crate) fn refusals(&self, path: &str) -> usize {
        self.paths.lock().unwrap().get(path).map_or(0, |path| path.refusals)
    }

    /// The notifications that were taken on this path.
    pub(crate) fn taken(&self, path: &str) -> Vec<Value> {
        let paths = self.paths.lock().unwrap();
        paths.get(path).map(|path| path.taken.clone()).unwrap_or_default()
    }

    pub(crate) async fn wait_for(&self, path: &str, count: usize) -> Vec<Value> {
        let deadline = Instant::now() + SOON;
        while self.taken(path).len() < count {
            assert!(Instant::now() < deadline, "{path}: {:?} of {count}", self.taken(path));
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
        self.taken(path)
    }

    pub(crate) async fn wait_for_refusals(&self, path: &str, count: usize) {
        let deadline = Instant::now() + SOON;
        while self.refusals(path) < count {
            assert!(Instant::now() < deadline, "{path}: {} of {count}", self.refusals(path));
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
    }
}

fn deliver(app: &App, tend_every: Duration) -> Webhooks {
    let pauses = Pauses { first: Duration::from_millis(20), longest: Duration::from_millis(50) };
    let validation_waits = Duration::from_millis(300);
    let options = Options { pauses, tend_every, validation_waits, ..Options::new(Reach::Anywhere) };
    Webhooks::start(app.clone(), Arc::new(PlainWire), options).unwrap()
}

/// A receiver. One that hangs answers once it is let go, and notes only what hangs.
async fn receive(paths: Paths, hangs: Option<watch::Receiver<()>>) -> String {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let base = format!("http://{}", listener.local_addr().unwrap());
    tokio::spawn(async move {
        while let Ok((stream, _peer)) = listener.accept().await {
            let (paths, hangs) = (Arc::clone(&paths), hangs.clone());
            tokio::spawn(async move { serve(stream, &paths, hangs).await });
        }
    });
    base
}

/// A request that hangs, until whoever made it gives up or it is let go.
async fn hang(stream: &mut TcpStream, paths: &Paths, path: &str, mut let_go: watch::Receiver<()>) {
    let count = |change: isize| {
        let mut paths = paths.lock().unwrap();
        let hanging = &mut paths.entry(path.to_owned()).or_default().hanging;
        *hanging = hanging.saturating_add_signed(change);
    };
    count(1);
    let mut nothing = [0; 64];
    tokio::select! {
        _gone = stream.read(&mut nothing) => {}
        _dropped = let_go.changed() => {}
    }
    count(-1);
}

async fn serve(mut stream: TcpStream, paths: &Paths, hangs: Option<watch::Receiver<()>>) {
    let mut bytes = Vec::new();
    loop {
        let end = bytes.windows(4).position(|four| four == b"\r\n\r\n");
        let head = end.map(|end| String::from_utf8_lossy(&bytes[..end]).to_ascii_lowercase());
        let length = head.as_ref().and_then(|head| {
            let rest = head.split_once("content-length:")?.1;
            rest.lines().next()?.trim().parse::<usize>().ok()
        });
        let (Some(end), Some(head), Some(length)) = (end, head, length) else {
            if stream.read_buf(&mut bytes).await.unwrap_or_default() == 0 {
                return;
            }
            continue;
        };
        if bytes.len() < end + 4 + length {
            if stream.read_buf(&mut bytes).await.unwrap_or_default() == 0 {
                return;
            }
            continue;
        }
        let path = head.split(' ').nth(1).unwrap_or_default().to_owned();
        if let Some(hangs) = hangs {
            return hang(&mut stream, paths, &path, hangs).await;
        }
        let body: Value =
            serde_json::from_slice(&bytes[end + 4..end + 4 + length]).unwrap_or_default();
        bytes.drain(..end + 4 + length);
        let status = {
            let mut paths = paths.lock().unwrap();
            let path = paths.entry(path).or_default();
            if path.is_refusing {
                path.refusals += 1;
                503
            } else {
                path.taken.extend(body["value"].as_array().into_iter().flatten().cloned());
                202
            }
        };
        let answer = format!("HTTP/1.1 {status} Said\r\nContent-Length: 0\r\n\r\n");
        if stream.write_all(answer.as_bytes()).await.is_err() {
            return;
        }
    }
}
