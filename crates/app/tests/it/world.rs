//! A small world: Contoso, Fabrikam and the personal realm, over a store in a temporary folder.

use std::sync::Arc;
use std::sync::atomic::{AtomicI64, AtomicU64, Ordering};

use tempfile::TempDir;
use visavis_app::account::NewAccount;
use visavis_app::chat::{NewChat, NewMember};
use visavis_app::context::{Caller, Clock, Context, Grant, Random};
use visavis_app::failure::{Failure, Outcome};
use visavis_app::message::Draft;
use visavis_app::page::PageRequest;
use visavis_app::rate::RateLimits;
use visavis_app::subject::UserKey;
use visavis_app::view::{ChatView, MessageView};
use visavis_app::{App, AppOptions, StoreOptions, Tx};
use visavis_bus::InProcess;
use visavis_domain::account::{Profile, Role, Roles};
use visavis_domain::chat::{ChatKind, HistoryChoice};
use visavis_domain::home::Home;
use visavis_domain::id::{AccountId, ChatId, OrganisationId, TokenId};
use visavis_domain::message::{Body, ContentType, Importance};
use visavis_domain::organisation::TrustClass;
use visavis_domain::time::Timestamp;

/// A clock that moves a millisecond at every look.
#[derive(Default)]
struct Ticking(AtomicI64);

impl Clock for Ticking {
    fn now(&self) -> Timestamp {
        Timestamp::from_ms(1_800_000_000_000 + self.0.fetch_add(1, Ordering::SeqCst))
    }
}

/// Numbers that never repeat; unpredictable they need not be here.
#[derive(Default)]
struct Counting(AtomicU64);

impl Random for Counting {
    fn fill(&self, buffer: &mut [u8]) {
        let mut state = self.0.fetch_add(1, Ordering::SeqCst).wrapping_mul(0x9E37_79B9_7F4A_7C15);
        for byte in buffer {
            state ^= state << 13;
            state ^= state >> 7;
            state ^= state << 17;
            *byte = state as u8;
        }
    }
}

/// The world.
pub(crate) struct World {
    pub(crate) app: App,
    pub(crate) operator: Caller,
    clock: Arc<Ticking>,
    _folder: TempDir,
}

/// Everybody in it.
pub(crate) struct People {
    pub(crate) ada: Caller,
    pub(crate) bob: Caller,
    pub(crate) carl: Caller,
    pub(crate) fay: Caller,
    pub(crate) finn: Caller,
    pub(crate) pia: Caller,
}

impl World {
    pub(crate) fn new() -> (Self, People) {
        let folder = tempfile::tempdir().unwrap();
        let clock = Arc::new(Ticking::default());
        let app = App::open(AppOptions {
            store: StoreOptions::new(folder.path().join("visavis.db")),
            bus: Arc::new(InProcess::default()),
            clock: Arc::clone(&clock) as Arc<dyn Clock>,
            random: Arc::new(Counting::default()),
            limits: RateLimits::generous(),
        })
        .unwrap();
        let operator = app.operator().unwrap();
        let world = Self { app, operator, clock, _folder: folder };
        world.organisation("Contoso", "contoso.example");
        world.organisation("Fabrikam", "fabrikam.example");
        let admin = Roles::from_iter([Role::OrganisationAdministrator]);
        let people = People {
            ada: world.person("Ada", "ada@contoso.example", admin),
            bob: world.person("Bob", "bob@contoso.example", Roles::default()),
            carl: world.person("Carl", "carl@contoso.example", Roles::default()),
            fay: world.person("Fay", "fay@fabrikam.example", admin),
            finn: world.person("Finn", "finn@fabrikam.example", Roles::default()),
            pia: world.person("Pia", "pia@outlook.example", Roles::default()),
        };
        (world, people)
    }

    /// Lets time pass, in milliseconds.
    pub(crate) fn forward(&self, ms: i64) {
        self.clock.0.fetch_add(ms, Ordering::SeqCst);
    }

    pub(crate) fn organisation(&self, name: &str, domain: &str) -> OrganisationId {
        let (name, domain) = (name.to_owned(), domain.parse().unwrap());
        self.write(&self.operator, move |tx, ctx| {
            let class = TrustClass::Standard;
            visavis_app::organisation::create(tx, ctx, &name, &[domain], class)
        })
        .unwrap()
        .id
    }

    pub(crate) fn person(&self, name: &str, mail: &str, roles: Roles) -> Caller {
        let is_personal = mail.ends_with("outlook.example");
        let new = NewAccount {
            display_name: name.to_owned(),
            user_principal_name: mail.parse().unwrap(),
            phone: None,
            password: None,
            is_enabled: true,
            profile: Profile::default(),
            roles,
            is_personal,
            further_addresses: Vec::new(),
            is_minor: false,
        };
        let user = self
            .write(&self.operator, move |tx, ctx| visavis_app::account::insert(tx, ctx, new, None))
            .unwrap();
        let id = user.person.card.id;
        let home = user.person.card.home;
        let home_key = self
            .app
            .store()
            .read_blocking(move |tx| {
                let account = tx.find_account(id)?.unwrap();
                visavis_app::token::home_key(tx, &account)
            })
            .unwrap();
        let token = TokenId::from_bytes([0; 16]);
        let grant = Grant::Inherent;
        Caller { account: id, home, home_key, roles, token, grant, client: None }
    }

    pub(crate) fn write<T: Send + 'static>(
        &self,
        caller: &Caller,
        run: impl FnOnce(&mut Tx<'_>, &Context<'_>) -> Outcome<T> + Send + 'static,
    ) -> Outcome<T> {
        self.app.write_blocking(caller.clone(), run)
    }

    pub(crate) fn read<T: Send + 'static>(
        &self,
        caller: &Caller,
        run: impl FnOnce(&mut Tx<'_>, &Context<'_>) -> Outcome<T> + Send + 'static,
    ) -> Outcome<T> {
        self.app.read_blocking(caller.clone(), run)
    }

    pub(crate) fn start(&self, who: &Caller, address: &str) -> Outcome<ChatView> {
        self.create(who, ChatKind::OneOnOne, None, &[address])
    }

    pub(crate) fn group(&self, who: &Caller, addresses: &[&str]) -> Outcome<ChatView> {
        self.create(who, ChatKind::Group, Some("Project".to_owned()), addresses)
    }

    fn create(
        &self,
        who: &Caller,
        kind: ChatKind,
        topic: Option<String>,
        addresses: &[&str],
    ) -> Outcome<ChatView> {
        let mut members = vec![member(UserKey::Id(who.account))];
        members.extend(addresses.iter().map(|address| member(address.parse().unwrap())));
        let new = NewChat { kind, topic, members };
        self.write(who, move |tx, ctx| visavis_app::chat::create(tx, ctx, new))
    }

    pub(crate) fn add(&self, who: &Caller, chat: &ChatId, addresses: &[&str]) -> Outcome<usize> {
        let wanted = addresses.iter().map(|address| member(address.parse().unwrap())).collect();
        let chat = chat.clone();
        self.write(who, move |tx, ctx| visavis_app::member::add(tx, ctx, &chat, wanted))
            .map(|added| added.len())
    }

    pub(crate) fn remove(&self, who: &Caller, chat: &ChatId, whom: &Caller) -> Outcome<()> {
        let (chat, whom) = (chat.clone(), whom.account);
        self.write(who, move |tx, ctx| visavis_app::member::remove(tx, ctx, &chat, whom))
    }

    pub(crate) fn accept(&self, who: &Caller, chat: &ChatId) -> Outcome<()> {
        let chat = chat.clone();
        self.write(who, move |tx, ctx| visavis_app::request::accept(tx, ctx, &chat, false))
    }

    pub(crate) fn decline(&self, who: &Caller, chat: &ChatId, block: bool) -> Outcome<()> {
        let chat = chat.clone();
        self.write(who, move |tx, ctx| visavis_app::request::decline(tx, ctx, &chat, block))
    }

    pub(crate) fn preview(&self, who: &Caller, chat: &ChatId) -> Outcome<Vec<String>> {
        let chat = chat.clone();
        let views =
            self.write(who, move |tx, ctx| visavis_app::request::preview(tx, ctx, &chat))?;
        Ok(views.iter().map(|view| view.message.body.content.clone()).collect())
    }

    pub(crate) fn block(&self, who: &Caller, whom: &Caller) -> Outcome<()> {
        let key = UserKey::Id(whom.account);
        self.write(who, move |tx, ctx| visavis_app::contact::block(tx, ctx, &key)).map(|_| ())
    }

    pub(crate) fn unblock(&self, who: &Caller, whom: &Caller) -> Outcome<()> {
        let whom = whom.account;
        self.write(who, move |tx, ctx| visavis_app::contact::unblock(tx, ctx, whom))
    }

    pub(crate) fn send(&self, who: &Caller, chat: &ChatId, text: &str) -> Outcome<MessageView> {
        let (chat, draft) = (chat.clone(), draft(text));
        self.write(who, move |tx, ctx| visavis_app::message::send(tx, ctx, &chat, draft))
    }

    pub(crate) fn messages(&self, who: &Caller, chat: &ChatId) -> Outcome<Vec<String>> {
        let chat = chat.clone();
        let page = self.read(who, move |tx, ctx| {
            let query = visavis_app::message::MessageQuery {
                order: visavis_app::MessageOrder::ById,
                after: None,
                before: None,
                page: PageRequest::small(None, None),
            };
            visavis_app::message::list(tx, ctx, &chat, query)
        })?;
        let texts = page.items.into_iter().filter(|view| !view.message.is_system());
        let mut texts: Vec<_> = texts.map(|view| view.message.body.content.clone()).collect();
        texts.reverse();
        Ok(texts)
    }

    pub(crate) fn chat(&self, who: &Caller, chat: &ChatId) -> Outcome<ChatView> {
        let chat = chat.clone();
        self.read(who, move |tx, ctx| visavis_app::chat::get(tx, ctx, &chat, true))
    }

    pub(crate) fn configure(&self, admin: &Caller, patch: serde_json::Value) {
        let serde_json::Value::Object(patch) = patch else { panic!("not an object") };
        self.write(admin, move |tx, ctx| {
            visavis_app::external_access::change_configuration(tx, ctx, &patch, None)
        })
        .unwrap();
    }

    pub(crate) fn verify_trails(&self) -> usize {
        let report =
            self.app.store().read_blocking(|tx| tx.verify_audit(None, &mut |_| ())).unwrap();
        assert!(report.first_broken.is_none(), "{report:?}");
        usize::try_from(report.entries).unwrap()
    }
}

pub(crate) fn member(key: UserKey) -> NewMember {
    NewMember { key, home: None, history: HistoryChoice::All }
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

/// The code of a refusal, as the caller's own side would name it.
pub(crate) fn code<T: std::fmt::Debug>(outcome: Outcome<T>) -> String {
    match outcome {
        Ok(value) => format!("done: {value:?}"),
        Err(Failure::Refused(refusal)) => refusal.for_actor().code().to_owned(),
        Err(Failure::NotReachable) => "notReachable".to_owned(),
        Err(other) => format!("{other}"),
    }
}

pub(crate) fn ids(view: &ChatView) -> Vec<AccountId> {
    let members = view.members.as_ref().unwrap();
    members.iter().map(|member| member.person.card.id).collect()
}

pub(crate) fn is_personal(caller: &Caller) -> bool {
    caller.home == Home::Personal
}
