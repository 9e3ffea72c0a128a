//! A client that drops out at any moment and resumes sees everything, in order: what it shows after
//! applying frames is what a fresh fetch shows (P2).

use std::collections::BTreeMap;
use std::time::Duration;

use proptest::prelude::*;
use proptest::test_runner::{Config, TestRunner};
use serde_json::{Value, json};
use tokio::time::Instant;
use visavis_tests::client::Client;
use visavis_tests::external_access::CONFIGURATION;
use visavis_tests::socket::{Heard, SOON, Socket};
use visavis_tests::world::{Person, World};

use crate::fetched::fetch;

#[tokio::test]
async fn whoever_resumes_gets_every_event_after_the_token_in_order() {
    let world = World::start();
    let [a, b] = world.people(["A", "B"]);
    let chat = a.befriend(b).await;
    let mut socket = Socket::open(b).await.unwrap();
    let mut tokens = vec![socket.token.clone()];
    let mut sent = Vec::new();
    for number in 0..12 {
        let message = a.say(&chat, &format!("message {number}")).await.id();
        // What came of becoming acquainted may be told again first.
        while socket.frame().await.unwrap()["resourceData"]["id"] != message {}
        sent.push(message);
        tokens.push(socket.token.clone());
    }
    drop(socket);
    for number in 12..30 {
        sent.push(a.say(&chat, &format!("message {number}")).await.id());
    }
    for (place, token) in tokens.iter().enumerate() {
        let mut socket = Socket::begin(b, Some(token)).await.unwrap();
        let mut told = Vec::new();
        let mut frame = socket.frame().await.unwrap();
        while frame["resource"] != "me" {
            told.push(frame["resourceData"]["id"].as_str().unwrap_or_default().to_owned());
            frame = socket.frame().await.unwrap();
        }
        told.retain(|id| sent.contains(id));
        assert_eq!(told, &sent[place..], "after {place}");
    }
}

/// The deployment's watermark moves with everybody's acts: two tokens of one client must not tell
/// whether it did (P5).
#[tokio::test]
async fn the_first_token_is_no_clock_of_what_others_do() {
    let world = World::start();
    let [a, a2, b, c] = world.people(["A", "A2", "B", "C"]);
    let chat = a.start(a2).await.id();
    let mut tokens = Vec::new();
    for number in 0..6 {
        // Nothing happens before every other one.
        if number % 2 == 0 {
            a.say(&chat, "among us").await.expect(201);
        }
        for who in [b, c] {
            tokens.push(Socket::open(who).await.unwrap().token.clone());
        }
    }
    let lengths: BTreeMap<usize, usize> = tokens.iter().map(|token| (token.len(), 1)).collect();
    assert_eq!(lengths.len(), 1, "{tokens:?}");
    let distinct: BTreeMap<&str, ()> = tokens.iter().map(|token| (token.as_str(), ())).collect();
    assert_eq!(distinct.len(), tokens.len(), "{tokens:?}");
    // Each of them is good, and what a frame about an event says is the same for both who see it.
    let shared = b.befriend(c).await;
    let mut heard = Vec::new();
    for who in [b, c] {
        let mut socket = Socket::begin(who, tokens.last().map(String::as_str)).await.unwrap();
        let mut frame = socket.frame().await.unwrap();
        let mut told = BTreeMap::new();
        while frame["resource"] != "me" {
            told.insert(frame["resource"].to_string(), frame["token"].clone());
            frame = socket.frame().await.unwrap();
        }
        heard.push(told);
    }
    let messages = format!("chats('{shared}')/messages");
    let of_messages = |told: &BTreeMap<String, Value>| {
        let mut told = told.clone();
        told.retain(|resource, _token| resource.contains(&messages));
        told
    };
    assert!(!of_messages(&heard[0]).is_empty(), "{heard:?}");
    assert_eq!(of_messages(&heard[0]), of_messages(&heard[1]));
}

/// Everything that a client shows, by the name of the resource.
type State = BTreeMap<String, Value>;

/// A client that shows what it was told.
struct Viewer<'a> {
    who: &'a Client,
    state: State,
    socket: Option<Socket>,
    token: String,
}

impl<'a> Viewer<'a> {
    async fn open(who: &'a Client, chats: &[String]) -> Self {
        let socket = Socket::open(who).await.unwrap();
        let token = socket.token.clone();
        Self { who, state: fetch_all(who, chats).await, socket: Some(socket), token }
    }

    /// Applies what comes: so many frames, or until nothing comes for a while.
    async fn hear(&mut self, frames_max: usize, quiet: Duration) {
        for _ in 0..frames_max {
            let Some(socket) = &mut self.socket else { return };
            match socket.heard(quiet).await {
                Ok(Heard::Frame(frame)) => self.apply(&frame).await,
                Ok(Heard::Pong(_)) => {}
                Ok(Heard::Closed(code)) => {
                    assert_eq!(code, Some(4000));
                    self.socket = None;
                }
                Err(_nothing_came) => return,
            }
        }
    }

    async fn resume(&mut self) {
        if self.socket.is_none() {
            self.socket = Some(Socket::begin(self.who, Some(&self.token)).await.unwrap());
        }
    }

    async fn apply(&mut self, frame: &Value) {
        let resource = frame["resource"].as_str().unwrap().to_owned();
        let data = frame["resourceData"].clone();
        let Some(token) = frame["token"].as_str() else { return };
        token.clone_into(&mut self.token);
        let chat = resource.split('/').next().unwrap().to_owned();
        if resource == "me" {
        } else if data.is_null() {
            self.state.retain(|name, _| !name.starts_with(&resource));
        } else if chat == resource {
            // The contract: after a notification of a chat the client fetches what is in it.
            self.state.retain(|name, _| !name.starts_with(&chat));
            fetch_chat(self.who, &chat, &mut self.state).await;
            if self.state.contains_key(&chat) {
                self.state.insert(chat, timeless(data));
            }
        } else if self.state.contains_key(&chat) {
            self.state.insert(resource, data);
        }
    }

    /// Waits until it shows what a fresh fetch shows.
    async fn assert_current(&mut self, chats: &[String]) -> Result<(), TestCaseError> {
        self.resume().await;
        let deadline = Instant::now() + SOON;
        loop {
            self.hear(1_000, Duration::from_millis(60)).await;
            self.resume().await;
            let fresh = fetch_all(self.who, chats).await;
            if self.state == fresh {
                return Ok(());
            }
            if Instant::now() > deadline {
                prop_assert_eq!(&self.state, &fresh);
            }
        }
    }
}

/// Every chat counts as changed when something is said in it; only the chat's frames say so.
fn timeless(mut chat: Value) -> Value {
    chat.as_object_mut().unwrap().remove("lastUpdatedDateTime");
    chat
}

async fn fetch_all(who: &Client, chats: &[String]) -> State {
    let mut state = State::new();
    for chat in chats {
        fetch_chat(who, &format!("chats('{chat}')"), &mut state).await;
    }
    state
}

async fn fetch_chat(who: &Client, chat: &str, state: &mut State) {
    let seen = fetch(who, chat).await;
    if seen.is_null() {
        return;
    }
    state.insert(chat.to_owned(), timeless(seen));
    for part in ["members", "messages"] {
        let path = format!("{}/{part}?$top=50", crate::fetched::path_of(chat));
        if who.get(&path).await.status != 200 {
            continue;
        }
        for entry in who.all(&path).await {
            let id = entry["id"].as_str().unwrap();
            state.insert(format!("{chat}/{part}('{id}')"), entry.clone());
        }
    }
}

#[derive(Debug, Clone)]
enum Step {
    Say(usize, usize),
    Edit(usize, usize),
    React(usize, usize),
    Delete(usize, usize),
    Rename(usize),
    Accept(usize, usize),
    Add,
    Remove,
    /// Reads so many frames, then breaks off.
    Drop(usize, usize),
    Resume(usize),
}

fn step() -> impl Strategy<Value = Step> {
    let (who, chat, viewer) = (0..3_usize, 0..2_usize, 0..3_usize);
    prop_oneof![
        6 => (who.clone(), chat.clone()).prop_map(|(who, chat)| Step::Say(who, chat)),
        2 => (who.clone(), chat.clone()).prop_map(|(who, chat)| Step::Edit(who, chat)),
        2 => (who.clone(), chat.clone()).prop_map(|(who, chat)| Step::React(who, chat)),
        1 => (who.clone(), chat.clone()).prop_map(|(who, chat)| Step::Delete(who, chat)),
        1 => chat.clone().prop_map(Step::Rename),
        2 => (who, chat).prop_map(|(who, chat)| Step::Accept(who, chat)),
        1 => Just(Step::Add),
        1 => Just(Step::Remove),
        3 => (viewer.clone(), 0..6_usize).prop_map(|(viewer, frames)| Step::Drop(viewer, frames)),
        3 => viewer.prop_map(Step::Resume),
    ]
}

#[test]
fn a_client_that_drops_out_and_resumes_shows_what_a_fetch_shows() {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    let world = runtime.block_on(open_world());
    let config = Config { cases: 14, failure_persistence: None, ..Config::default() };
    let mut runner = TestRunner::new(config);
    let strategy = prop::collection::vec(step(), 5..30);
    let result = runner.run(&strategy, |steps| runtime.block_on(play(&world, &steps)));
    result.unwrap();
}

async fn open_world() -> World {
    let world = World::start();
    for administrator in ["AA", "BB", "CC"] {
        let off = json!({"enableMutualFederationForChatParticipants": false});
        world.person(administrator).patch(CONFIGURATION, off).await;
    }
    world
}

async fn play(world: &World, steps: &[Step]) -> Result<(), TestCaseError> {
    let people = world.people(["A", "B", "C"]);
    let [a, b, _] = people;
    let chats =
        [a.group("First", &people[1..]).await.id(), b.group("Second", &people[..1]).await.id()];
    let mut viewers = Vec::new();
    for person in people {
        viewers.push(Viewer::open(person, &chats).await);
    }
    for (number, step) in steps.iter().enumerate() {
        match *step {
            Step::Drop(viewer, frames) => {
                viewers[viewer].hear(frames, Duration::from_millis(30)).await;
                viewers[viewer].socket = None;
            }
            Step::Resume(viewer) => viewers[viewer].resume().await,
            ref act => do_one(&people, &chats, number, act).await,
        }
    }
    for viewer in &mut viewers {
        viewer.assert_current(&chats).await?;
    }
    Ok(())
}

/// Does one thing; what the rules refuse simply does not happen.
async fn do_one(people: &[&Person; 3], chats: &[String; 2], number: usize, step: &Step) {
    let text = json!({"body": {"contentType": "text", "content": format!("text {number}")}});
    match *step {
        Step::Say(who, chat) => drop(people[who].say(&chats[chat], &format!("{number}")).await),
        Step::Edit(who, chat) => {
            if let Some(message) = newest(people[who], &chats[chat]).await {
                people[who].patch(&message, text).await;
            }
        }
        Step::React(who, chat) => {
            if let Some(message) = newest(people[who], &chats[chat]).await {
                let body = json!({"reactionType": "👍"});
                people[who].post(&format!("{message}/setReaction"), body).await;
            }
        }
        Step::Delete(who, chat) => {
            if let Some(message) = newest(people[who], &chats[chat]).await {
                people[who].post(&format!("{message}/softDelete"), Value::Null).await;
            }
        }
        Step::Rename(chat) => {
            let topic = json!({"topic": format!("topic {number}")});
            people[chat].patch(&format!("chats/{}", chats[chat]), topic).await;
        }
        Step::Accept(who, chat) => drop(people[who].accept(&chats[chat]).await),
        Step::Add => drop(people[1].add(&chats[1], people[2], None).await),
        Step::Remove => drop(people[1].remove(&chats[1], people[2]).await),
        Step::Drop(..) | Step::Resume(_) => {}
    }
}

/// The path of the newest message of a chat.
async fn newest(who: &Client, chat: &str) -> Option<String> {
    let page = who.get(&format!("chats/{chat}/messages?$top=1")).await;
    let page = page.json();
    let id = page["value"][0]["id"].as_str()?;
    Some(format!("chats/{chat}/messages/{id}"))
}
