//! What happens appears at once, on both sides and on every connection.

use std::collections::BTreeMap;
use std::time::Duration;

use serde_json::{Value, json};
use tokio_tungstenite::tungstenite::Message;
use visavis_tests::client::Client;
use visavis_tests::external_access::CONFIGURATION;
use visavis_tests::socket::{Heard, SOON, Socket};
use visavis_tests::world::World;

use crate::fetched::assert_as_fetched;

/// So long nothing must come before everything has come.
const QUIET: Duration = Duration::from_millis(400);

#[tokio::test]
async fn a_message_appears_on_both_sides_and_on_every_connection() {
    let world = World::start();
    let [a, b] = world.people(["A", "B"]);
    let chat = a.befriend(b).await;
    let mut sockets = Vec::new();
    for person in [a, a, b, b, b] {
        sockets.push((person, Socket::open(person).await.unwrap()));
    }
    let id = a.say(&chat, "Hello, everywhere").await.id();
    for (person, socket) in &mut sockets {
        let frame = socket.frame().await.unwrap();
        assert_eq!(frame["changeType"], "created");
        assert_eq!(frame["resource"], format!("chats('{chat}')/messages('{id}')"));
        assert_eq!(frame["resourceData"]["body"]["content"], "Hello, everywhere");
        assert_as_fetched(person, &frame).await;
    }
}

/// After each act the newest frame of each resource shows what a fetch shows, on both sides.
#[tokio::test]
async fn frames_show_what_a_fetch_shows() {
    let world = World::start();
    let [a, b, c, a2] = world.people(["A", "B", "C", "A2"]);
    for administrator in ["AA", "BB", "CC"] {
        let off = json!({"enableMutualFederationForChatParticipants": false});
        world.person(administrator).patch(CONFIGURATION, off).await;
    }
    let chat = a.group("Launch", &[b, a2]).await.id();
    let mut viewers: Vec<(&Client, Socket)> = Vec::new();
    for person in [a, b, c, a2] {
        viewers.push((person, Socket::open(person).await.unwrap()));
    }
    b.accept(&chat).await.expect(204);
    assert_all_as_fetched("accept", &mut viewers).await;
    let id = b.say(&chat, "One").await.id();
    assert_all_as_fetched("send", &mut viewers).await;
    let message = format!("chats/{chat}/messages/{id}");
    let html = json!({"body": {"contentType": "html", "content": "<p>Two <b>bold</b></p>"}});
    b.patch(&message, html).await;
    assert_all_as_fetched("edit", &mut viewers).await;
    for act in ["setReaction", "unsetReaction"] {
        a.post(&format!("{message}/{act}"), json!({"reactionType": "👍"})).await.expect(204);
        assert_all_as_fetched(act, &mut viewers).await;
    }
    for act in ["softDelete", "undoSoftDelete"] {
        b.post(&format!("{message}/{act}"), Value::Null).await.expect(204);
        assert_all_as_fetched(act, &mut viewers).await;
    }
    a.patch(&format!("chats/{chat}"), json!({"topic": "Landing"})).await.expect(200);
    assert_all_as_fetched("rename", &mut viewers).await;
    let added = a.add(&chat, c, Some("0001-01-01T00:00:00Z")).await;
    assert_eq!(added.status, 201, "{added:?}");
    c.accept(&chat).await;
    assert_all_as_fetched("add", &mut viewers).await;
    let user = json!({"user": {"id": a2.id, "tenantId": a2.organisation}});
    a2.post(&format!("chats/{chat}/markChatReadForUser"), user.clone()).await.expect(204);
    assert_all_as_fetched("read", &mut viewers).await;
    a2.post(&format!("chats/{chat}/hideForUser"), user).await.expect(204);
    assert_all_as_fetched("hide", &mut viewers).await;
    a.remove(&chat, c).await.expect(204);
    assert_all_as_fetched("remove", &mut viewers).await;
    b.act(&chat, "leave").await.expect(204);
    assert_all_as_fetched("leave", &mut viewers).await;
}

/// Whatever was told after an act is what a fetch shows now; somebody must have been told.
async fn assert_all_as_fetched(act: &str, viewers: &mut [(&Client, Socket)]) {
    let mut count = 0;
    let drained = viewers.iter_mut().map(|(_, socket)| socket.drain(QUIET));
    let drained = futures_util::future::join_all(drained).await;
    for ((viewer, _), frames) in viewers.iter().zip(drained) {
        let frames = frames.unwrap();
        let stored = frames.iter().filter(|frame| !frame["token"].is_null());
        let newest: BTreeMap<&str, &Value> =
            stored.map(|frame| (frame["resource"].as_str().unwrap(), frame)).collect();
        count += newest.len();
        for frame in newest.into_values() {
            assert_as_fetched(viewer, frame).await;
        }
    }
    assert!(count > 0, "{act}: nobody was told");
}

#[tokio::test]
async fn a_ping_is_answered() {
    let world = World::start();
    let mut socket = Socket::open(world.person("A")).await.unwrap();
    socket.say(Message::Ping(b"still there?".to_vec().into())).await.unwrap();
    assert_eq!(socket.heard(SOON).await.unwrap(), Heard::Pong(b"still there?".to_vec()));
    // A pong that nobody asked for harms nothing.
    socket.say(Message::Pong(b"".to_vec().into())).await.unwrap();
    let chat = world.person("A").start(world.person("A2")).await.id();
    world.person("A2").say(&chat, "Hello").await;
    socket.frame_of("')").await.unwrap();
}
