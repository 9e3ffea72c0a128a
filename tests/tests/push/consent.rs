//! Before a request is accepted nothing of either side leaks into a frame (P5).

use std::time::Duration;

use serde_json::{Value, json};
use visavis_tests::client::Client;
use visavis_tests::socket::Socket;
use visavis_tests::world::World;

const SECRET: &str = "quicksilver";
const QUIET: Duration = Duration::from_millis(500);

#[tokio::test]
async fn what_was_written_before_acceptance_is_in_no_frame() {
    let world = World::start();
    let [a, b] = world.people(["A", "B"]);
    let mut early = Socket::open(b).await.unwrap();
    let start = early.token.clone();
    let chat = a.start(b).await.id();
    let mut asker = Socket::open(a).await.unwrap();
    let id = a.say(&chat, &format!("the {SECRET} is here")).await.id();
    let html =
        json!({"body": {"contentType": "html", "content": format!("<b>{SECRET}</b> again")}});
    a.patch(&format!("chats/{chat}/messages/{id}"), html).await;
    a.post(&format!("chats/{chat}/messages/{id}/setReaction"), json!({"reactionType": "👍"})).await;
    a.say(&chat, &format!("{SECRET} for ever")).await.expect(201);
    a.act(&chat, "typing").await;
    set_presence(a, "Busy").await;
    b.get(&format!("chats/{chat}/requestPreview")).await.expect(200);
    set_presence(b, "Busy").await;
    b.act(&chat, "typing").await;
    let mut resumed = Socket::begin(b, Some(&start)).await.unwrap();
    let mut fresh = Socket::open(b).await.unwrap();
    for socket in [&mut early, &mut resumed, &mut fresh] {
        socket.drain(QUIET).await.unwrap();
        for text in &socket.texts {
            assert!(!text.contains(SECRET), "{text}");
            assert!(!text.contains("/typing"), "{text}");
            assert!(!text.contains("/presence") || text.contains(&b.id), "{text}");
        }
    }
    assert!(early.texts.iter().any(|text| text.contains(&chat)), "the request is told");
    asker.drain(QUIET).await.unwrap();
    for text in &asker.texts {
        let is_about_b = text.contains("/typing") || text.contains(&format!("users('{}')", b.id));
        assert!(!is_about_b, "the one who asks learns of the other: {text}");
    }
    // From then on everything is told.
    b.accept(&chat).await.expect(204);
    early.frame_of(&format!("chats('{chat}')")).await.unwrap();
    a.say(&chat, SECRET).await;
    early.frame_of("')").await.unwrap();
    early.drain(QUIET).await.unwrap();
    assert!(early.texts.iter().any(|text| text.contains(SECRET)));
}

#[tokio::test]
async fn typing_and_presence_are_told_once_there_is_consent() {
    let world = World::start();
    let [a, b] = world.people(["A", "B"]);
    let chat = a.befriend(b).await;
    let mut socket = Socket::open(b).await.unwrap();
    // Across a boundary both must want it.
    a.act(&chat, "typing").await.expect(204);
    let early = socket.drain(QUIET).await.unwrap();
    assert!(early.iter().all(|frame| !frame.to_string().contains("/typing")), "{early:?}");
    for person in [a, b] {
        let both = json!({"sendReadReceiptsToExternal": true, "showPresenceToExternal": true});
        person.patch("me/settings/externalChat", both).await.expect(200);
    }
    a.act(&chat, "typing").await.expect(204);
    let frame = socket.frame_of("/typing").await.unwrap();
    assert_eq!(frame["resource"], format!("chats('{chat}')/typing"));
    assert!(frame.get("token").is_none(), "what passes has no token: {frame}");
    assert_eq!(frame["resourceData"]["id"], a.id, "{frame}");
    set_presence(a, "DoNotDisturb").await;
    let frame = socket.frame_of("/presence").await.unwrap();
    assert_eq!(frame["resource"], format!("users('{}')/presence", a.id));
    assert!(frame.get("token").is_none(), "what passes has no token: {frame}");
    let mut fetched = b.get(&format!("users/{}/presence", a.id)).await.expect(200);
    fetched.as_object_mut().unwrap().remove("@odata.context");
    assert_eq!(frame["resourceData"], fetched);
    // Blocking takes consent back.
    b.block(a).await;
    let mut blocked = Socket::open(a).await.unwrap();
    set_presence(b, "Busy").await;
    b.act(&chat, "typing").await;
    for frame in blocked.drain(QUIET).await.unwrap() {
        assert!(!frame.to_string().contains(&format!("users('{}')", b.id)), "{frame}");
    }
}

#[tokio::test]
async fn typing_is_told_to_twenty_and_not_to_more() {
    let world = World::start();
    let [a, a2] = world.people(["A", "A2"]);
    let crowd = world.crowd("a.test", 19).await;
    for (others, said, told) in [(18, "204", 1), (19, "403 featureOff", 0)] {
        let keys = crowd.iter().take(others).map(String::as_str).chain([&*a.id, &*a2.id]);
        let members: Vec<Value> = keys.map(visavis_tests::chat::member).collect();
        let size = members.len();
        let body = json!({"chatType": "group", "topic": "Crowd", "members": members});
        let chat = a.post("chats", body).await.id();
        let mut socket = Socket::open(a2).await.unwrap();
        assert_eq!(a.act(&chat, "typing").await.line(), said, "{size} people");
        let frames = socket.drain(QUIET).await.unwrap();
        let typing = frames.iter().filter(|frame| frame.to_string().contains("/typing"));
        assert_eq!(typing.count(), told, "{size} people: {frames:?}");
    }
}

async fn set_presence(client: &Client, availability: &str) {
    let body = json!({
        "availability": availability,
        "activity": availability,
        "expirationDuration": "PT1H",
    });
    client.post("me/presence/setUserPreferredPresence", body).await;
}
