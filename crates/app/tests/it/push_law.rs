//! The law of push (P2): old state + events = what a fresh fetch shows, over random histories with
//! drops, repeats and reconnects at any moment.

use std::collections::BTreeMap;

use proptest::prelude::*;
use tokio::sync::mpsc::Receiver;
use visavis_app::chat::ChatQuery;
use visavis_app::context::Caller;
use visavis_app::delivery::{self, Change, Notification, Replay, Resource};
use visavis_app::failure::Outcome;
use visavis_app::message::MessageQuery;
use visavis_app::page::PageRequest;
use visavis_app::pinned_message;
use visavis_app::view::{ChatView, Member, MessageView};
use visavis_bus::Notice;
use visavis_domain::id::{ChatId, MessageId, Watermark};

use crate::world::{People, World, draft};

/// What a client shows: each resource as a line of text, by its name.
type State = BTreeMap<String, String>;

fn chat_name(id: &ChatId) -> String {
    format!("chat {id}")
}

fn shown_chat(view: &ChatView) -> String {
    format!(
        "{:?} {:?} {:?} {:?} {:?} {:?} {:?} {:?} {:?}",
        view.chat.kind,
        view.chat.topic,
        view.chat.created_at,
        view.chat.updated_at,
        view.membership.is_hidden,
        view.membership.is_muted,
        view.membership.is_pinned,
        view.membership.read_up_to,
        view.request,
    )
}

fn shown_member(view: &Member) -> String {
    format!("{:?} {:?} {:?} {:?}", view.person, view.visible_from, view.read_up_to, view.is_pending)
}

fn shown_message(view: &MessageView) -> String {
    let message = &view.message;
    format!(
        "{:?} {} {:?} {:?} {:?} {:?} {:?}",
        message.sender,
        message.body.content,
        message.etag,
        message.edited_at,
        message.deleted_at,
        message.reactions,
        view.people,
    )
}

/// Everything that a client fetches of one chat.
fn fetch_chat(world: &World, who: &Caller, id: &ChatId, state: &mut State) {
    let prefix = chat_name(id);
    state.retain(|name, _| !name.starts_with(&prefix));
    let Ok(view) = world.chat(who, id) else { return };
    state.insert(prefix.clone(), shown_chat(&view));
    for member in view.members.iter().flatten() {
        let name = format!("{prefix} member {}", member.person.card.id);
        state.insert(name, shown_member(member));
    }
    let (chat, page) = (id.clone(), PageRequest::small(None, None));
    let query = MessageQuery {
        order: visavis_app::MessageOrder::ById,
        after: None,
        before: None,
        page: PageRequest { top: 10_000, ..page },
    };
    let list = world.read(who, move |tx, ctx| visavis_app::message::list(tx, ctx, &chat, query));
    let pinned = id.clone();
    let pins = world.read(who, move |tx, ctx| pinned_message::list(tx, ctx, &pinned));
    for pin in pins.into_iter().flatten() {
        state.insert(format!("{prefix} pin {}", pin.message.id), String::new());
    }
    for message in list.into_iter().flat_map(|page| page.items) {
        let name = format!("{prefix} message {}", message.message.id);
        state.insert(name, shown_message(&message));
    }
}

/// Everything that a client that starts afresh shows.
fn fetch(world: &World, who: &Caller) -> State {
    let query = ChatQuery::of(PageRequest { top: 10_000, cursor: None });
    let chats = world.read(who, move |tx, ctx| visavis_app::chat::list(tx, ctx, &query)).unwrap();
    let mut state = State::new();
    for chat in chats.items {
        fetch_chat(world, who, &chat.chat.id, &mut state);
    }
    state
}

/// A client: what it shows, and from where it can resume.
pub(crate) struct Client {
    who: Caller,
    state: State,
    token: Watermark,
    is_connected: bool,
}

impl Client {
    fn new(world: &World, who: &Caller) -> Self {
        let token = world.app.store().read_blocking(|tx| tx.last_watermark()).unwrap();
        Self { who: who.clone(), state: fetch(world, who), token, is_connected: true }
    }

    fn apply(&mut self, world: &World, notification: Notification) {
        self.token = self.token.max(notification.watermark);
        match notification.resource {
            Resource::Chat { id, view: None } => {
                assert_eq!(notification.change, Change::Deleted);
                let prefix = chat_name(&id);
                self.state.retain(|name, _| !name.starts_with(&prefix));
            }
            // The contract: after a notification of a chat the client fetches what is in it.
            Resource::Chat { id, view: Some(_) } => {
                fetch_chat(world, &self.who, &id, &mut self.state);
            }
            Resource::Message { chat, id, view } => {
                let name = format!("{} message {id}", chat_name(&chat));
                self.put(&chat, name, view.as_deref().map(shown_message));
            }
            Resource::Member { chat, account, view } => {
                let name = format!("{} member {account}", chat_name(&chat));
                self.put(&chat, name, view.as_deref().map(shown_member));
            }
        }
    }

    fn put(&mut self, chat: &ChatId, name: String, shown: Option<String>) {
        match shown {
            Some(shown) if self.state.contains_key(&chat_name(chat)) => {
                self.state.insert(name, shown);
            }
            _ => {
                self.state.remove(&name);
            }
        }
    }

    fn hear(&mut self, world: &World, one: &visavis_bus::Committed) {
        for notification in told(world, self, one) {
            self.apply(world, notification);
        }
    }

    /// Connects again, from a token that may be older than the newest one it has seen.
    fn resume(&mut self, world: &World, repeated: i64) {
        let since = Watermark((self.token.0 - repeated).max(0));
        let replay =
            world.read(&self.who, move |tx, ctx| delivery::replay(tx, ctx, since)).unwrap();
        let Replay::Complete { notifications, upto } = replay else { panic!("too old") };
        for notification in notifications {
            self.apply(world, notification);
        }
        self.token = self.token.max(upto);
        self.is_connected = true;
    }
}

/// Hands what was committed since the last time to everybody who is connected.
fn deliver(world: &World, notices: &mut Receiver<Notice>, clients: &mut [Client]) {
    while let Ok(notice) = notices.try_recv() {
        let Notice::Committed(committed) = notice else { continue };
        for one in committed.iter() {
            let connected = clients.iter_mut().filter(|client| client.is_connected);
            connected.for_each(|client| client.hear(world, one));
        }
    }
}

fn told(world: &World, client: &Client, one: &visavis_bus::Committed) -> Vec<Notification> {
    if let Some(groups) = delivery::broadcast(one) {
        return groups
            .into_iter()
            .filter(|group| group.accounts.contains(&client.who.account))
            .map(|group| group.notification)
            .collect();
    }
    let event = one.event;
    world.read(&client.who, move |tx, ctx| delivery::notifications(tx, ctx, &event)).unwrap()
}

#[derive(Debug, Clone)]
pub(crate) enum Step {
    Start(usize, usize),
    Group(usize, usize, usize),
    Send(usize, usize),
    Edit(usize, usize, usize),
    Delete(usize, usize, usize),
    Undelete(usize, usize, usize),
    React(usize, usize, usize),
    Unreact(usize, usize, usize),
    Pin(usize, usize, usize),
    Unpin(usize, usize, usize),
    Read(usize, usize),
    Unread(usize, usize),
    Hide(usize, usize, bool),
    Mute(usize, usize, bool),
    Front(usize, usize, bool),
    Rename(usize, usize),
    Accept(usize, usize),
    Decline(usize, usize, bool),
    Add(usize, usize, usize),
    Remove(usize, usize, usize),
    Leave(usize, usize),
    Block(usize, usize),
    Unblock(usize, usize),
    Consumer(bool),
    Disconnect(usize),
    Resume(usize, i64),
}

pub(crate) fn step() -> impl Strategy<Value = Step> {
    let (p, c, m) = (0..5_usize, 0..6_usize, 0..8_usize);
    prop_oneof![
        3 => (p.clone(), p.clone()).prop_map(|(a, b)| Step::Start(a, b)),
        2 => (p.clone(), p.clone(), p.clone()).prop_map(|(a, b, c)| Step::Group(a, b, c)),
        9 => (p.clone(), c.clone()).prop_map(|(a, b)| Step::Send(a, b)),
        3 => (p.clone(), c.clone(), m.clone()).prop_map(|(a, b, c)| Step::Edit(a, b, c)),
        2 => (p.clone(), c.clone(), m.clone()).prop_map(|(a, b, c)| Step::Delete(a, b, c)),
        1 => (p.clone(), c.clone(), m.clone()).prop_map(|(a, b, c)| Step::Undelete(a, b, c)),
        3 => (p.clone(), c.clone(), m.clone()).prop_map(|(a, b, c)| Step::React(a, b, c)),
        1 => (p.clone(), c.clone(), m.clone()).prop_map(|(a, b, c)| Step::Unreact(a, b, c)),
        3 => (p.clone(), c.clone(), m.clone()).prop_map(|(a, b, c)| Step::Pin(a, b, c)),
        1 => (p.clone(), c.clone(), m).prop_map(|(a, b, c)| Step::Unpin(a, b, c)),
        2 => (p.clone(), c.clone()).prop_map(|(a, b)| Step::Read(a, b)),
        1 => (p.clone(), c.clone()).prop_map(|(a, b)| Step::Unread(a, b)),
        1 => (p.clone(), c.clone(), any::<bool>()).prop_map(|(a, b, c)| Step::Hide(a, b, c)),
        1 => (p.clone(), c.clone(), any::<bool>()).prop_map(|(a, b, c)| Step::Mute(a, b, c)),
        1 => (p.clone(), c.clone(), any::<bool>()).prop_map(|(a, b, c)| Step::Front(a, b, c)),
        1 => (p.clone(), c.clone()).prop_map(|(a, b)| Step::Rename(a, b)),
        5 => (p.clone(), c.clone()).prop_map(|(a, b)| Step::Accept(a, b)),
        1 => (p.clone(), c.clone(), any::<bool>()).prop_map(|(a, b, c)| Step::Decline(a, b, c)),
        2 => (p.clone(), c.clone(), p.clone()).prop_map(|(a, b, c)| Step::Add(a, b, c)),
        2 => (p.clone(), c.clone(), p.clone()).prop_map(|(a, b, c)| Step::Remove(a, b, c)),
        1 => (p.clone(), c).prop_map(|(a, b)| Step::Leave(a, b)),
        1 => (p.clone(), p.clone()).prop_map(|(a, b)| Step::Block(a, b)),
        1 => (p.clone(), p.clone()).prop_map(|(a, b)| Step::Unblock(a, b)),
        1 => any::<bool>().prop_map(Step::Consumer),
        3 => p.clone().prop_map(Step::Disconnect),
        4 => (p, 0..40_i64).prop_map(|(a, b)| Step::Resume(a, b)),
    ]
}

/// The people who act, and what they have made so far.
pub(crate) struct Stage {
    pub(crate) world: World,
    admin: Caller,
    /// The administrator of Fabrikam.
    pub(crate) fay: Caller,
    pub(crate) people: Vec<(Caller, &'static str)>,
    pub(crate) chats: Vec<ChatId>,
    messages: BTreeMap<ChatId, Vec<MessageId>>,
    count: usize,
}

impl Stage {
    pub(crate) fn new() -> Self {
        let (world, people) = World::new();
        let People { ada, bob, carl, fay, finn, pia } = people;
        let admin = ada.clone();
        let people = vec![
            (ada, "ada@contoso.example"),
            (bob, "bob@contoso.example"),
            (carl, "carl@contoso.example"),
            (finn, "finn@fabrikam.example"),
            (pia, "pia@outlook.example"),
        ];
        Self { world, admin, fay, people, chats: Vec::new(), messages: BTreeMap::new(), count: 0 }
    }

    fn chat(&self, index: usize) -> Option<ChatId> {
        let index = index.checked_rem(self.chats.len())?;
        self.chats.get(index).cloned()
    }

    fn message(&self, chat: &ChatId, index: usize) -> Option<MessageId> {
        let messages = self.messages.get(chat)?;
        messages.get(index.checked_rem(messages.len())?).copied()
    }

    fn made(&mut self, chat: Outcome<ChatView>) {
        if let Ok(view) = chat
            && !self.chats.contains(&view.chat.id)
        {
            self.chats.push(view.chat.id);
        }
    }

    /// Does a step; what the rules refuse simply does not happen.
    pub(crate) fn run(&mut self, step: &Step, clients: &mut [Client]) -> Option<()> {
        self.count += 1;
        let text = format!("text {}", self.count);
        match *step {
            Step::Start(a, b) => {
                let chat = self.world.start(&self.people[a].0, self.people[b].1);
                self.made(chat);
            }
            Step::Group(a, b, c) => {
                let members = [self.people[b].1, self.people[c].1];
                let chat = self.world.group(&self.people[a].0, &members);
                self.made(chat);
            }
            Step::Send(a, c) => {
                let chat = self.chat(c)?;
                let sent = self.world.send(&self.people[a].0, &chat, &text).ok()?;
                self.messages.entry(chat).or_default().push(sent.message.id);
            }
            Step::Edit(a, c, m) => self.change(a, c, m, Act::Edit(text))?,
            Step::Delete(a, c, m) => self.change(a, c, m, Act::Delete)?,
            Step::Undelete(a, c, m) => self.change(a, c, m, Act::Undelete)?,
            Step::React(a, c, m) => self.change(a, c, m, Act::React)?,
            Step::Unreact(a, c, m) => self.change(a, c, m, Act::Unreact)?,
            Step::Pin(a, c, m) => self.change(a, c, m, Act::Pin)?,
            Step::Unpin(a, c, m) => self.change(a, c, m, Act::Unpin)?,
            Step::Disconnect(a) => clients[a].is_connected = false,
            Step::Resume(a, repeated) => clients[a].resume(&self.world, repeated),
            Step::Consumer(is_on) => {
                self.world
                    .configure(&self.admin, serde_json::json!({ "allowTeamsConsumer": is_on }));
                let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
                runtime.block_on(self.world.app.sweep(&mut Default::default())).unwrap();
            }
            ref other => self.run_in_chat(other)?,
        }
        Some(())
    }

    fn run_in_chat(&self, step: &Step) -> Option<()> {
        use visavis_app::{chat, request, viewpoint};
        let world = &self.world;
        match *step {
            Step::Read(a, c) => {
                let id = self.chat(c)?;
                world.write(&self.people[a].0, move |tx, ctx| chat::mark_read(tx, ctx, &id, None))
            }
            Step::Unread(a, c) => {
                let id = self.chat(c)?;
                world.write(&self.people[a].0, move |tx, ctx| chat::mark_unread(tx, ctx, &id, None))
            }
            Step::Hide(a, c, hide) => {
                let id = self.chat(c)?;
                world.write(&self.people[a].0, move |tx, ctx| chat::set_hidden(tx, ctx, &id, hide))
            }
            Step::Mute(a, c, is_on) => {
                let id = self.chat(c)?;
                let who = &self.people[a].0;
                world.write(who, move |tx, ctx| viewpoint::set_muted(tx, ctx, &id, is_on))
            }
            Step::Front(a, c, is_on) => {
                let id = self.chat(c)?;
                let who = &self.people[a].0;
                world.write(who, move |tx, ctx| viewpoint::set_pinned(tx, ctx, &id, is_on))
            }
            Step::Rename(a, c) => {
                let (id, topic) = (self.chat(c)?, format!("topic {}", self.count));
                world
                    .write(&self.people[a].0, move |tx, ctx| {
                        chat::rename(tx, ctx, &id, Some(topic))
                    })
                    .map(|_| ())
            }
            Step::Accept(a, c) => world.accept(&self.people[a].0, &self.chat(c)?),
            Step::Decline(a, c, block) => {
                let id = self.chat(c)?;
                world.write(&self.people[a].0, move |tx, ctx| request::decline(tx, ctx, &id, block))
            }
            Step::Add(a, c, b) => {
                world.add(&self.people[a].0, &self.chat(c)?, &[self.people[b].1]).map(|_| ())
            }
            Step::Remove(a, c, b) => {
                world.remove(&self.people[a].0, &self.chat(c)?, &self.people[b].0)
            }
            Step::Leave(a, c) => {
                let id = self.chat(c)?;
                world.write(&self.people[a].0, move |tx, ctx| chat::leave(tx, ctx, &id))
            }
            Step::Block(a, b) => world.block(&self.people[a].0, &self.people[b].0),
            Step::Unblock(a, b) => world.unblock(&self.people[a].0, &self.people[b].0),
            _ => return None,
        }
        .ok()
    }

    fn change(&self, a: usize, c: usize, m: usize, act: Act) -> Option<()> {
        use visavis_app::message;
        let chat = self.chat(c)?;
        let id = self.message(&chat, m)?;
        self.world
            .write(&self.people[a].0, move |tx, ctx| match act {
                Act::Edit(text) => {
                    message::edit(tx, ctx, &chat, id, draft(&text), None).map(|_| ())
                }
                Act::Delete => message::delete(tx, ctx, &chat, id),
                Act::Undelete => message::undelete(tx, ctx, &chat, id),
                Act::React => message::react(tx, ctx, &chat, id, "👍"),
                Act::Unreact => message::unreact(tx, ctx, &chat, id, "👍"),
                Act::Pin => pinned_message::pin(tx, ctx, &chat, id).map(|_| ()),
                Act::Unpin => pinned_message::unpin(tx, ctx, &chat, id),
            })
            .ok()
    }
}

enum Act {
    Edit(String),
    Delete,
    Undelete,
    React,
    Unreact,
    Pin,
    Unpin,
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 120, ..ProptestConfig::default() })]

    #[test]
    fn pushed_view_equals_fetched_view(
        before in prop::collection::vec(step(), 0..25),
        after in prop::collection::vec(step(), 0..60),
    ) {
        let mut stage = Stage::new();
        let mut notices = stage.world.app.bus().subscribe();
        for step in &before {
            stage.run(step, &mut connected(&stage));
        }
        while notices.try_recv().is_ok() {}
        let mut clients = connected(&stage);
        for step in &after {
            stage.run(step, &mut clients);
            deliver(&stage.world, &mut notices, &mut clients);
        }
        for client in &mut clients {
            if !client.is_connected {
                client.resume(&stage.world, 0);
            }
            let fresh = fetch(&stage.world, &client.who);
            prop_assert_eq!(&client.state, &fresh);
        }
        stage.world.verify_trails();
    }
}

fn connected(stage: &Stage) -> Vec<Client> {
    stage.people.iter().map(|(who, _)| Client::new(&stage.world, who)).collect()
}
