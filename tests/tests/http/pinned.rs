//! Pinned messages: pin, list, unpin; who sees which; bad input.

use serde_json::{Value, json};
use visavis_tests::chat::{ALL_HISTORY, text_of};
use visavis_tests::world::World;

/// The system lines of a chat about pins, oldest first: what, and who did it.
async fn lines(who: &visavis_tests::client::Client, chat: &str) -> Vec<(String, String)> {
    let messages = who.all(&format!("chats/{chat}/messages?$orderby=createdDateTime desc")).await;
    let line = |message: &Value| {
        let detail = &message["eventDetail"];
        let kind = detail["@odata.type"].as_str()?;
        let kind = kind.strip_prefix("#microsoft.graph.message")?;
        assert_eq!(detail["eventDateTime"], message["createdDateTime"], "{detail}");
        let who = detail["initiator"]["user"]["id"].as_str()?;
        Some((kind.strip_suffix("EventMessageDetail")?.to_owned(), who.to_owned()))
    };
    messages.iter().rev().filter_map(line).collect()
}

#[tokio::test]
async fn pins_are_listed_expanded_and_taken_away_by_anybody() {
    let world = World::start();
    let [a, b] = world.people(["A", "B"]);
    let chat = a.befriend(b).await;
    let first = a.say(&chat, "first").await.id();
    let second = a.say(&chat, "second").await.id();
    let path = format!("chats/{chat}/pinnedMessages");
    let pinned = b.pin(&chat, &first).await.expect(201);
    assert_eq!(pinned["@odata.type"], "#microsoft.graph.pinnedChatMessageInfo");
    assert_eq!(pinned["id"], first.as_str());
    for reference in [
        format!("https://graph.microsoft.com/v1.0/chats/{chat}/messages/{second}"),
        format!("chats('{chat}')/messages('{second}')"),
        format!("/me/chats/{}/messages/{second}", chat.replace(':', "%3A").replace('@', "%40")),
    ] {
        // Pinning twice is harmless, however the message is named.
        let body = json!({"message@odata.bind": reference});
        assert_eq!(a.post(&path, body).await.expect(201)["id"], second.as_str(), "{reference}");
    }
    assert_eq!(b.pinned(&chat).await, [second.as_str(), &first]);

    let plain = a.get(&path).await.entries();
    assert!(plain.iter().all(|pin| pin.get("message").is_none()), "{plain:?}");
    let whole = a.get(&format!("me/{path}?$expand=message")).await.entries();
    assert_eq!(
        whole.iter().map(|pin| text_of(&pin["message"])).collect::<Vec<_>>(),
        ["second", "first"]
    );
    let mut fetched = a.get(&format!("chats/{chat}/messages/{first}")).await.expect(200);
    fetched.as_object_mut().expect("a message").remove("@odata.context");
    assert_eq!(whole[1]["message"], fetched);

    a.delete(&format!("{path}/{first}")).await.expect(204);
    a.delete(&format!("{path}/{first}")).await.expect(404);
    assert_eq!(a.pinned(&chat).await, [second.as_str()]);
    let acts = [("Pinned", &b.id), ("Pinned", &a.id), ("Unpinned", &a.id)];
    let acts: Vec<_> = acts.iter().map(|(act, who)| ((*act).to_owned(), (*who).clone())).collect();
    assert_eq!(lines(b, &chat).await, acts);
}

#[tokio::test]
async fn a_repeated_request_gets_the_first_answer() {
    let world = World::start();
    let [a, b] = world.people(["A", "B"]);
    let chat = a.befriend(b).await;
    let id = a.say(&chat, "text").await.id();
    let path = format!("chats/{chat}/pinnedMessages");
    let body = json!({"message@odata.bind": format!("/chats/{chat}/messages/{id}")});
    let send = || {
        let request = a.request(reqwest::Method::POST, &path).header("Idempotency-Key", "pin-1");
        a.send(request.json(&body))
    };
    let first = send().await.expect(201);
    b.delete(&format!("{path}/{id}")).await.expect(204);
    assert_eq!(send().await.expect(201), first);
    assert!(a.pinned(&chat).await.is_empty(), "it was not pinned again");
}

#[tokio::test]
async fn whoever_joined_later_or_left_sees_no_pin_that_is_not_theirs() {
    let world = World::start();
    let [a, b, c] = world.people(["A", "B", "C"]);
    a.befriend(b).await;
    a.befriend(c).await;
    let chat = a.group("Plans", &[b]).await.id();
    b.act(&chat, "acceptRequest").await;
    let old = a.say(&chat, "old").await.id();
    a.pin(&chat, &old).await.expect(201);
    a.add(&chat, c, None).await.expect(201);
    c.act(&chat, "acceptRequest").await;
    assert!(c.pinned(&chat).await.is_empty());
    let path = format!("chats/{chat}/pinnedMessages");
    c.pin(&chat, &old).await.expect(404);
    c.delete(&format!("{path}/{old}")).await.expect(404);
    let new = a.say(&chat, "new").await.id();
    c.pin(&chat, &new).await.expect(201);
    assert_eq!(c.pinned(&chat).await, [new.as_str()]);
    assert_eq!(b.pinned(&chat).await, [new.as_str(), &old]);

    a.remove(&chat, c).await.expect(204);
    assert!(c.pinned(&chat).await.is_empty());
    assert_eq!(c.pin(&chat, &new).await.status, 403);
    assert_eq!(c.delete(&format!("{path}/{new}")).await.status, 403);
    a.add(&chat, c, Some(ALL_HISTORY)).await.expect(201);
    c.act(&chat, "acceptRequest").await;
    assert_eq!(c.pinned(&chat).await, [new.as_str(), &old]);
}

#[tokio::test]
async fn p5_s_20_nothing_is_pinned_before_the_first_answer() {
    let world = World::start();
    let [a, b] = world.people(["A", "B"]);
    let chat = a.start(b).await.id();
    let id = a.say(&chat, "Hello").await.id();
    let path = format!("chats/{chat}/pinnedMessages");
    // Each act writes a line, which would go past the cap of what may be sent meanwhile.
    assert_eq!(a.pin(&chat, &id).await.line(), "403 limitReached");
    assert_eq!(a.delete(&format!("{path}/{id}")).await.line(), "403 limitReached");
    b.get(&path).await.expect(404);
    assert!([403, 404].contains(&b.pin(&chat, &id).await.status));
    assert!([403, 404].contains(&b.delete(&format!("{path}/{id}")).await.status));
    b.accept(&chat).await.expect(204);
    a.pin(&chat, &id).await.expect(201);
    assert_eq!(b.pinned(&chat).await, [id]);
}

#[tokio::test]
async fn what_cannot_be_pinned_is_refused_and_changes_nothing() {
    let world = World::start();
    let [a, b, c] = world.people(["A", "B", "C"]);
    let chat = a.befriend(b).await;
    let other = a.befriend(c).await;
    let id = a.say(&chat, "text").await.id();
    let there = a.say(&other, "text").await.id();
    let path = format!("chats/{chat}/pinnedMessages");
    for body in [
        json!({}),
        json!([]),
        json!({"message@odata.bind": 5}),
        json!({"message@odata.bind": null}),
        json!({"message@odata.bind": ""}),
        json!({"message@odata.bind": id}),
        json!({"message@odata.bind": format!("/chats/{chat}/messages/x")}),
        json!({"message@odata.bind": format!("/chats/{chat}/messages/{id}/replies/1")}),
        json!({"message@odata.bind": format!("/users/{id}")}),
        json!({"message@odata.bind": format!("/chats/{other}/messages/{there}")}),
    ] {
        a.post(&path, body).await.expect(400);
    }
    a.pin(&chat, "17").await.expect(404);
    a.pin(&chat, &there).await.expect(404);
    a.delete(&format!("{path}/{id}")).await.expect(404);
    a.delete(&format!("{path}/nothing")).await.expect(404);
    a.get(&format!("{path}?$expand=chat")).await.expect(400);
    a.get(&format!("{path}?$filter=id eq '1'")).await.expect(400);

    // A system line and a tombstone are no messages.
    a.pin(&chat, &id).await.expect(201);
    let all = a.all(&format!("chats/{chat}/messages")).await;
    let line = all.iter().find(|message| message["messageType"] != "message").expect("a line");
    a.pin(&chat, line["id"].as_str().expect("an id")).await.expect(400);
    a.post(&format!("chats/{chat}/messages/{id}/softDelete"), Value::Null).await.expect(204);
    a.pin(&chat, &id).await.expect(400);
    assert!(a.pinned(&chat).await.is_empty());
}

#[tokio::test]
async fn ten_messages_are_pinned_and_no_more() {
    let world = World::start();
    let [a, b] = world.people(["A", "B"]);
    let chat = a.befriend(b).await;
    let mut ids = Vec::new();
    for number in 0..11 {
        ids.push(a.say(&chat, &format!("{number}")).await.id());
    }
    for id in &ids[..10] {
        b.pin(&chat, id).await.expect(201);
    }
    let refused = a.pin(&chat, &ids[10]).await;
    assert_eq!(refused.status, 403, "{}", refused.text);
    a.pin(&chat, &ids[0]).await.expect(201);
    a.delete(&format!("chats/{chat}/pinnedMessages/{}", ids[0])).await.expect(204);
    a.pin(&chat, &ids[10]).await.expect(201);
    assert_eq!(a.pinned(&chat).await.len(), 10);
}

#[tokio::test]
async fn p7_both_trails_have_what_was_pinned() {
    let world = World::start();
    let [a, b, aa, bb] = world.people(["A", "B", "AA", "BB"]);
    let chat = a.befriend(b).await;
    let id = a.say(&chat, "text").await.id();
    b.pin(&chat, &id).await.expect(201);
    b.pin(&chat, &id).await.expect(201);
    a.delete(&format!("chats/{chat}/pinnedMessages/{id}")).await.expect(204);
    for admin in [aa, bb] {
        for (kind, actor) in [("MessagePinned", b), ("MessageUnpinned", a)] {
            let path =
                format!("admin/teams/externalAccess/auditEvents?$filter=kind%20eq%20'{kind}'");
            let entries = admin.get(&path).await.entries();
            assert_eq!(entries.len(), 1, "{kind} {entries:?}");
            assert!(entries[0].to_string().contains(&id), "{}", entries[0]);
            assert!(entries[0].to_string().contains(&actor.id), "{}", entries[0]);
        }
    }
}
