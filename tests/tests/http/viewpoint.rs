//! Mute and pin a chat for oneself: kept by the server, on all of one's devices, told to nobody else.

use std::time::Duration;

use serde_json::{Value, json};
use visavis_tests::socket::Socket;
use visavis_tests::world::{Person, World};

/// So long nothing must come before everything has come.
const QUIET: Duration = Duration::from_millis(400);

/// Whether somebody has muted and pinned a chat: by itself, and in the list.
async fn kept(who: &Person, chat: &str) -> [bool; 2] {
    let fetched = who.get(&format!("chats/{chat}")).await.expect(200)["viewpoint"].clone();
    let chats = who.all("me/chats").await;
    let listed = chats.iter().find(|entry| entry["id"] == chat).expect("it is listed");
    assert_eq!(listed["viewpoint"], fetched);
    ["isMuted", "isPinned"].map(|name| fetched[name].as_bool().expect("a boolean"))
}

#[tokio::test]
async fn two_devices_agree_and_nobody_else_is_told() {
    let world = World::start();
    let [a, b, aa, bb] = world.people(["A", "B", "AA", "BB"]);
    let chat = a.befriend(b).await;
    let before = a.get(&format!("chats/{chat}?$expand=members")).await.expect(200);
    let trails = [aa.trail().await.len(), bb.trail().await.len()];
    let mut other_device = Socket::open(b).await.unwrap();
    let mut other_side = Socket::open(a).await.unwrap();
    assert_eq!(kept(b, &chat).await, [false, false]);
    for (act, expected) in [
        ("muteForUser", [true, false]),
        ("pinForUser", [true, true]),
        ("unmuteForUser", [false, true]),
        ("unpinForUser", [false, false]),
    ] {
        let body = json!({"user": {"id": b.id, "tenantId": b.organisation}});
        b.post(&format!("chats/{chat}/{act}"), body).await.expect(204);
        let frame = other_device.frame_of(&format!("chats('{chat}')")).await.unwrap();
        let viewpoint = &frame["resourceData"]["viewpoint"];
        assert_eq!(
            [&viewpoint["isMuted"], &viewpoint["isPinned"]],
            expected.map(Value::from).each_ref()
        );
        assert_eq!(kept(b, &chat).await, expected, "{act}");
        // Without a body, and again: harmless, and no news.
        b.act(&chat, act).await.expect(204);
        let again = other_device.drain(QUIET).await.unwrap();
        assert!(again.is_empty(), "{act}: {again:?}");
    }
    let heard = other_side.drain(QUIET).await.unwrap();
    assert!(heard.is_empty(), "{heard:?}");
    assert_eq!(kept(a, &chat).await, [false, false]);
    assert_eq!(a.get(&format!("chats/{chat}?$expand=members")).await.expect(200), before);
    assert_eq!([aa.trail().await.len(), bb.trail().await.len()], trails);
}

#[tokio::test]
async fn fifteen_chats_are_pinned_and_what_is_gone_takes_no_place() {
    let world = World::start();
    let [a, a2, b] = world.people(["A", "A2", "B"]);
    let waiting = b.start(a).await.id();
    a.act(&waiting, "pinForUser").await.expect(204);
    a.act(&waiting, "muteForUser").await.expect(204);
    assert_eq!(kept(a, &waiting).await, [true, true], "a request that waits, too");
    let mut groups = Vec::new();
    for number in 0..15 {
        let group = a.group(&format!("{number}"), &[a2]).await.id();
        let expected = if number < 14 { "204" } else { "403 limitReached" };
        assert_eq!(a.act(&group, "pinForUser").await.line(), expected, "{number}");
        groups.push(group);
    }
    a.act(&groups[0], "pinForUser").await.expect(204);
    // What was declined is out of the list and takes no place.
    a.decline(&waiting).await.expect(204);
    a.act(&groups[14], "pinForUser").await.expect(204);
    // What one has left is still there, and takes one.
    a.act(&groups[0], "leave").await.expect(204);
    assert_eq!(kept(a, &groups[0]).await, [false, true]);
    let more = a.group("more", &[a2]).await.id();
    assert_eq!(a.act(&more, "pinForUser").await.line(), "403 limitReached");
    a.act(&groups[0], "unpinForUser").await.expect(204);
    a.act(&more, "pinForUser").await.expect(204);
    // Others have their own.
    a2.act(&groups[1], "pinForUser").await.expect(204);
}

#[tokio::test]
async fn whoever_is_taken_out_keeps_what_was_theirs() {
    let world = World::start();
    let [a, a2] = world.people(["A", "A2"]);
    let group = a.group("Plans", &[a2]).await.id();
    a.say(&group, "Hello").await.expect(201);
    a2.act(&group, "muteForUser").await.expect(204);
    a2.act(&group, "markChatReadForUser").await.expect(204);
    let read = a2.get(&format!("chats/{group}")).await.expect(200)["viewpoint"].clone();
    a.remove(&group, a2).await.expect(204);
    let now = a2.get(&format!("chats/{group}")).await.expect(200)["viewpoint"].clone();
    assert_eq!(now["isMuted"], true);
    assert_eq!(now["lastMessageReadDateTime"], read["lastMessageReadDateTime"]);
}

#[tokio::test]
async fn nobody_keeps_a_chat_that_is_not_theirs_or_for_somebody_else() {
    let world = World::start();
    let [a, b, c] = world.people(["A", "B", "C"]);
    let chat = a.befriend(b).await;
    for act in ["muteForUser", "unmuteForUser", "pinForUser", "unpinForUser"] {
        let path = format!("chats/{chat}/{act}");
        c.act(&chat, act).await.expect(404);
        a.post(&path, json!({"user": {"id": b.id}})).await.expect(404);
        a.post(&path, json!({"user": {"id": "nobody"}})).await.expect(400);
        a.post(&path, json!({"user": 5})).await.expect(400);
        a.post(&path, json!([])).await.expect(400);
        a.anonymous().act(&chat, act).await.expect(401);
    }
    assert_eq!(kept(b, &chat).await, [false, false]);
}
