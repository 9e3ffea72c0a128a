//! What an administrator changes is seen at once by those whom it concerns, on both sides, and by
//! nobody else (P3, P4).

use std::time::Duration;

use serde_json::{Value, json};
use tokio::time::timeout;
use visavis_tests::external_access::{ASSIGN_USERS, POLICIES, assignment};
use visavis_tests::socket::Socket;
use visavis_tests::world::{Person, World};

use crate::fetched::fetch;

/// So long nothing must come before everything has come.
const QUIET: Duration = Duration::from_millis(500);
/// Less than the sweeper's rhythm: what comes by then came by itself.
const AT_ONCE: Duration = Duration::from_secs(4);

/// Two people and their connections.
struct Pair<'a> {
    chat: String,
    people: [&'a Person; 2],
    sockets: [Socket; 2],
}

impl<'a> Pair<'a> {
    async fn of(one: &'a Person, other: &'a Person) -> Self {
        let chat = one.befriend(other).await;
        let mut sockets = [Socket::open(one).await.unwrap(), Socket::open(other).await.unwrap()];
        for socket in &mut sockets {
            // What was on its way may be told once more.
            socket.drain(QUIET).await.unwrap();
        }
        Self { chat, people: [one, other], sockets }
    }

    /// Both are shown the chat again, as a fetch shows it, outside the order of events; these are
    /// the reasons that they find in it.
    async fn are_told(&mut self, act: &str) -> [String; 2] {
        let mut codes = Vec::new();
        for (person, socket) in self.people.iter().zip(&mut self.sockets) {
            let resource = format!("chats('{}')", self.chat);
            let frame = timeout(AT_ONCE, socket.frame_of(&resource)).await;
            let frame = frame.unwrap_or_else(|_| panic!("{act}: {} hears nothing", person.name));
            let frame = frame.unwrap();
            assert_eq!(frame["changeType"], "updated", "{act}: {frame}");
            assert!(frame.get("token").is_none(), "{act}: {frame}");
            assert_eq!(frame["resourceData"], fetch(person, &resource).await, "{act}");
            let refusal = &frame["resourceData"]["sendRefusal"];
            codes.push(refusal["code"].as_str().unwrap_or("may").to_owned());
            if codes.last().is_some_and(|code| code == "notReachable") {
                let names: Vec<&String> = refusal.as_object().unwrap().keys().collect();
                assert_eq!(names, ["code", "message"], "{act}: the other side says no more");
            }
        }
        codes.try_into().unwrap()
    }

    async fn hear_nothing(&mut self, act: &str) {
        for (person, socket) in self.people.iter().zip(&mut self.sockets) {
            let frames = socket.drain(QUIET).await.unwrap();
            assert!(frames.is_empty(), "{act}: {} hears {frames:?}", person.name);
        }
    }
}

#[tokio::test]
async fn p3_contact_switched_off_and_on_is_seen_at_once_on_both_sides() {
    let world = World::of_rows().await;
    let [aa, bb, a, b, c] = world.people(["AA", "BB", "A", "B", "C"]);
    let mut pair = Pair::of(a, b).await;
    let mut others = Pair::of(c, b).await;
    aa.configure(json!({"allowFederatedUsers": false})).await;
    assert_eq!(pair.are_told("off").await, ["orgFederationOff", "notReachable"]);
    aa.configure(json!({"allowFederatedUsers": true})).await;
    assert_eq!(pair.are_told("on").await, ["may", "may"]);
    bb.configure(json!({"blockedDomains": ["a.test"]})).await;
    assert_eq!(pair.are_told("a blocked domain").await, ["notReachable", "domainBlocked"]);
    bb.configure(json!({"blockedDomains": []})).await;
    assert_eq!(pair.are_told("allowed again").await, ["may", "may"]);
    pair.hear_nothing("the end").await;
    // The chat of others is another one; its people were told of none but their own.
    let frames = others.sockets[0].drain(QUIET).await.unwrap();
    assert!(frames.is_empty(), "{frames:?}");
}

#[tokio::test]
async fn p3_policies_assignments_and_groups_are_seen_at_once() {
    let world = World::of_rows().await;
    let [aa, a, b] = world.people(["AA", "A", "B"]);
    let closed = json!({"enableFederationAccess": false});
    aa.give_policy("Closed", closed.clone(), &[]).await;
    let group = aa.account_group("Careful", &[]).await;
    let to_group = json!({"groupId": group, "rank": 1});
    let assign = format!("{POLICIES}/Closed/assign");
    aa.post(&assign, to_group).await.expect(204);
    let mut pair = Pair::of(a, b).await;
    let (off, on) = (["userFederationOff", "notReachable"], ["may", "may"]);

    aa.configure_everybody(closed).await;
    assert_eq!(pair.are_told("the Global policy").await, off);
    aa.configure_everybody(json!({"enableFederationAccess": true})).await;
    assert_eq!(pair.are_told("the Global policy back").await, on);
    for (name, expected) in [("Closed", off), ("", on)] {
        let value = json!({"value": [assignment(&a.id, name)]});
        aa.post(ASSIGN_USERS, value).await.expect(204);
        assert_eq!(pair.are_told("a direct assignment").await, expected, "{name}");
    }
    aa.join_account_group(&group, a).await.expect(204);
    assert_eq!(pair.are_told("joining a group").await, off);
    let member = format!("groups/{group}/members/{}/$ref", a.id);
    aa.delete(&member).await.expect(204);
    assert_eq!(pair.are_told("leaving it").await, on);
}

#[tokio::test]
async fn p4_what_alters_nothing_for_them_is_told_to_nobody() {
    let world = World::of_rows().await;
    let [aa, a, a2, b] = world.people(["AA", "A", "A2", "B"]);
    let mut pair = Pair::of(a, b).await;
    aa.configure(json!({"blockedDomains": ["elsewhere.test"]})).await;
    aa.give_policy("Closed", json!({"enableFederationAccess": false}), &[a2]).await;
    let body = json!({"displayName": "New", "userPrincipalName": "new@a.test"});
    world.operator().post("deployment/accounts", body).await.expect(201);
    aa.configure(json!({"allowTeamsConsumer": false})).await;
    pair.hear_nothing("changes about others").await;

    // Both sides refuse: what one of them does then is seen by its own people only.
    let mut both_off = async |expected: [&str; 2]| {
        assert_eq!(pair.are_told("off").await, expected);
    };
    aa.configure(json!({"allowFederatedUsers": false})).await;
    both_off(["orgFederationOff", "notReachable"]).await;
    let bb = world.person("BB");
    bb.configure(json!({"blockedDomains": ["a.test"]})).await;
    let frame = pair.sockets[1].frame_of(&format!("chats('{}')", pair.chat)).await.unwrap();
    assert_eq!(frame["resourceData"]["sendRefusal"]["code"], "domainBlocked");
    pair.hear_nothing("a second reason on the other side").await;
}

#[tokio::test]
async fn p5_a_persons_own_block_is_shown_to_nobody_else() {
    let world = World::of_rows().await;
    let [aa, a, b] = world.people(["AA", "A", "B"]);
    let mut pair = Pair::of(a, b).await;
    b.block(a).await.expect(201);
    pair.sockets[1].drain(QUIET).await.unwrap();
    pair.hear_nothing("a block").await;
    // Nor later, when something else changes.
    aa.configure(json!({"blockedDomains": ["elsewhere.test"]})).await;
    pair.hear_nothing("another change after a block").await;
    aa.configure(json!({"allowFederatedUsers": false})).await;
    let frame = pair.sockets[0].frame_of(&format!("chats('{}')", pair.chat)).await.unwrap();
    assert_eq!(frame["resourceData"]["sendRefusal"]["code"], "orgFederationOff");
    pair.hear_nothing("the one who blocked has that reason still").await;
}

#[tokio::test]
async fn p5_while_a_request_waits_nothing_more_is_told() {
    const SECRET: &str = "quicksilver";
    let world = World::of_rows().await;
    let [bb, a, b, b2] = world.people(["BB", "A", "B", "B2"]);
    let waiting = a.start(b).await.id();
    let declined = a.start(b2).await.id();
    for chat in [&waiting, &declined] {
        a.say(chat, SECRET).await.expect(201);
    }
    b2.decline(&declined).await.expect(204);
    let mut sockets = Vec::new();
    for person in [a, b, b2] {
        let mut socket = Socket::open(person).await.unwrap();
        socket.drain(QUIET).await.unwrap();
        sockets.push(socket);
    }
    bb.configure(json!({"allowFederatedUsers": false})).await;
    let mut told = Vec::new();
    for socket in &mut sockets {
        told.push(socket.drain(QUIET).await.unwrap());
    }
    let refusals = |frames: &[Value]| -> Vec<String> {
        let code = |frame: &Value| frame["resourceData"]["sendRefusal"]["code"].to_string();
        frames.iter().map(code).collect()
    };
    // Who asked hears the same of both; who declined hears nothing; nobody reads what was written.
    assert_eq!(refusals(&told[0]), ["\"notReachable\"", "\"notReachable\""]);
    assert_eq!(refusals(&told[1]), ["\"orgFederationOff\""]);
    assert!(told[2].is_empty(), "{:?}", told[2]);
    for text in sockets[1..].iter().flat_map(|socket| &socket.texts) {
        assert!(!text.contains(SECRET), "{text}");
    }
}

#[tokio::test]
async fn p3_a_group_loses_people_at_once() {
    let world = World::of_rows().await;
    let [aa, a, b] = world.people(["AA", "A", "B"]);
    a.befriend(b).await;
    let group = a.group("Plans", &[b]).await.id();
    b.accept(&group).await;
    let mut sockets = [Socket::open(a).await.unwrap(), Socket::open(b).await.unwrap()];
    aa.configure(json!({"allowFederatedUsers": false})).await;
    for socket in &mut sockets {
        let gone = hears_who_is_gone(socket, &group);
        timeout(AT_ONCE, gone).await.expect("the group is told at once");
    }
}

/// Waits for the event that somebody is not in the group any more. It has a token: it is more than
/// how the group looks.
async fn hears_who_is_gone(socket: &mut Socket, group: &str) {
    let members = format!("chats('{group}')/members");
    loop {
        let frame = socket.frame().await.unwrap();
        let is_member = frame["resource"].as_str().unwrap().starts_with(&members);
        let is_me = frame["resourceData"]["viewpoint"]["isMember"] == false;
        if (is_member || is_me) && frame["token"].is_string() {
            return;
        }
    }
}

#[tokio::test]
async fn p3_who_was_gone_meanwhile_finds_it_on_return() {
    let world = World::of_rows().await;
    let [aa, a, b] = world.people(["AA", "A", "B"]);
    let pair = Pair::of(a, b).await;
    let (chat, [_, socket]) = (pair.chat, pair.sockets);
    let token = socket.token.clone();
    drop(socket);
    aa.configure(json!({"allowFederatedUsers": false})).await;
    let mut resumed = Socket::begin(b, Some(&token)).await.unwrap();
    assert_eq!(resumed.frame().await.unwrap()["resource"], "me", "it is no event");
    let shown = b.get(&format!("chats/{chat}")).await.expect(200);
    assert_eq!(shown["sendRefusal"]["code"], "notReachable");
    // Having looked, they hear of the next change.
    aa.configure(json!({"allowFederatedUsers": true})).await;
    loop {
        // What was on its way when they came back may come first.
        let frame = resumed.frame_of(&format!("chats('{chat}')")).await.unwrap();
        match frame["resourceData"].get("sendRefusal") {
            Some(refusal) => assert_eq!(refusal["code"], "notReachable", "{frame}"),
            None => return,
        }
    }
}
