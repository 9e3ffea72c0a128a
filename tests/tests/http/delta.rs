//! The delta of a chat's messages: pages, rounds, tombstones, and tokens that are not the caller's.

use serde_json::{Value, json};
use visavis_tests::chat::{ALL_HISTORY, text_of};
use visavis_tests::client::Client;
use visavis_tests::world::World;

/// Follows a walk to the end of its round: the entries, and the link to the next round.
async fn round(who: &Client, from: &str) -> (Vec<Value>, String) {
    let mut entries = Vec::new();
    let mut next = from.to_owned();
    loop {
        let page = who.get(&next).await.expect(200);
        entries.extend(page["value"].as_array().expect("a page").iter().cloned());
        if let Some(link) = page["@odata.deltaLink"].as_str() {
            assert!(page["@odata.nextLink"].is_null(), "{page}");
            assert!(link.contains("$deltatoken="), "{link}");
            return (entries, link.to_owned());
        }
        next = page["@odata.nextLink"].as_str().expect("a link").to_owned();
        assert!(next.contains("$skiptoken="), "{next}");
    }
}

fn texts(entries: &[Value]) -> Vec<&str> {
    let said = entries.iter().filter(|entry| entry["messageType"] == "message");
    said.map(text_of).collect()
}

#[tokio::test]
async fn rounds_show_what_happened_since() {
    let world = World::start();
    let [a, b] = world.people(["A", "B"]);
    let chat = a.befriend(b).await;
    let mut ids = Vec::new();
    for number in 0..7 {
        ids.push(a.say(&chat, &format!("{number}")).await.id());
    }
    let path = format!("chats/{chat}/messages/delta");
    for start in [
        path.clone(),
        format!("{path}()?$top=2"),
        format!("me/chats('{chat}')/messages/microsoft.graph.delta()?$top=3"),
        format!("/beta/chats/{chat}/messages/delta?$top=50"),
    ] {
        let (entries, next) = round(b, &start).await;
        assert_eq!(texts(&entries), ["Hello", "0", "1", "2", "3", "4", "5", "6"], "{start}");
        let (entries, next) = round(b, &next).await;
        assert!(entries.is_empty(), "{start}");
        // The same link again is the same question.
        assert!(round(b, &next).await.0.is_empty());
    }

    let (_all, link) = round(b, &path).await;
    let message = |at: usize| format!("chats/{chat}/messages/{}", ids[at]);
    let edited = json!({"body": {"content": "edited"}});
    a.patch(&message(1), edited).await.expect(204);
    a.post(&format!("{}/softDelete", message(2)), Value::Null).await.expect(204);
    b.post(&format!("{}/setReaction", message(3)), json!({"reactionType": "❤️"})).await.expect(204);
    b.post(&format!("{}/setReaction", message(1)), json!({"reactionType": "👍"})).await.expect(204);
    a.say(&chat, "new").await.expect(201);
    let (entries, next) = round(b, &link).await;
    let seen: Vec<&str> = entries.iter().map(|entry| entry["id"].as_str().expect("id")).collect();
    assert_eq!(seen[..3], [&ids[2], &ids[3], &ids[1]]);
    assert_eq!(entries.len(), 4);
    assert!(entries[0]["deletedDateTime"].is_string() && text_of(&entries[0]).is_empty());
    assert_eq!(entries[1]["reactions"].as_array().map(Vec::len), Some(1));
    assert_eq!(text_of(&entries[2]), "edited");
    assert_eq!(text_of(&entries[3]), "new");
    for entry in &entries {
        let path = format!("chats/{chat}/messages/{}", entry["id"].as_str().expect("id"));
        let mut fetched = b.get(&path).await.expect(200);
        fetched.as_object_mut().expect("a message").remove("@odata.context");
        assert_eq!(*entry, fetched);
    }
    assert!(round(b, &next).await.0.is_empty());
}

#[tokio::test]
async fn a_filter_holds_in_every_round_and_select_reduces() {
    let world = World::start();
    let [a, b] = world.people(["A", "B"]);
    let chat = a.befriend(b).await;
    let old = a.say(&chat, "old").await.id();
    let message = a.get(&format!("chats/{chat}/messages/{old}")).await.expect(200);
    let moment = message["lastModifiedDateTime"].as_str().expect("a time");
    let newer = a.say(&chat, "newer").await.id();
    let path = format!(
        "chats/{chat}/messages/delta?$filter=lastModifiedDateTime gt {moment}&$select=body&$top=1"
    );
    let (entries, link) = round(b, &path).await;
    assert_eq!(entries.len(), 1);
    assert_eq!(entries[0]["id"], newer);
    assert!(entries[0]["importance"].is_null(), "{}", entries[0]);
    assert!(!link.contains("filter") && link.contains("$select=body"), "{link}");
    let edited = json!({"body": {"content": "edited"}});
    a.patch(&format!("chats/{chat}/messages/{old}"), edited).await.expect(204);
    assert_eq!(round(b, &link).await.0[0]["body"]["content"], "edited");
}

#[tokio::test]
async fn former_members_and_those_who_return() {
    let world = World::start();
    let [a, a2, b] = world.people(["A", "A2", "B"]);
    let chat = a.group("Topic", &[a2, b]).await.id();
    b.accept(&chat).await.expect(204);
    let first = a.say(&chat, "first").await.id();
    let path = format!("chats/{chat}/messages/delta?$top=2");
    let (_entries, link) = round(a2, &path).await;
    a.remove(&chat, a2).await.expect(204);
    let missed = a.say(&chat, "missed").await.id();
    let edited = json!({"body": {"content": "edited after the end"}});
    a.patch(&format!("chats/{chat}/messages/{first}"), edited.clone()).await.expect(204);
    a.patch(&format!("chats/{chat}/messages/{missed}"), edited).await.expect(204);
    let (entries, link) = round(a2, &link).await;
    // U-47: an edit takes the message from whoever is not there any more.
    assert_eq!(entries, [json!({"id": first, "@removed": {"reason": "changed"}})]);
    let (again, link) = round(a2, &link).await;
    assert!(again.is_empty(), "{again:?}");

    a.add(&chat, a2, Some(ALL_HISTORY)).await.expect(201);
    let (entries, _link) = round(a2, &link).await;
    assert_eq!(texts(&entries), ["edited after the end", "edited after the end"]);
}

#[tokio::test]
async fn what_a_request_holds_back_is_in_no_walk() {
    let world = World::start();
    let [a, b, c] = world.people(["A", "B", "C"]);
    let chat = a.start(b).await.id();
    a.say(&chat, "Secret").await.expect(201);
    let path = format!("chats/{chat}/messages/delta");
    let (_entries, link) = round(a, &path).await;
    let nothing = c.get(&path).await;
    for who in [b, c] {
        for link in [path.clone(), link.clone(), format!("{path}?$deltatoken=x")] {
            let answer = who.get(&link).await;
            assert_eq!(answer.line(), "404", "{link}");
            assert_eq!(answer.timeless(), nothing.timeless());
        }
    }
    b.accept(&chat).await.expect(204);
    assert_eq!(texts(&round(b, &path).await.0), ["Secret"]);
    assert_eq!(b.get(&link).await.line(), "410 syncStateNotFound", "somebody else's token");
}

#[tokio::test]
async fn tokens_that_are_not_for_it() {
    let world = World::start();
    let [a, a2, b] = world.people(["A", "A2", "B"]);
    let chat = a.start(a2).await.id();
    let other = a.befriend(b).await;
    a.say(&chat, "1").await.expect(201);
    let path = format!("chats/{chat}/messages/delta");
    let (_entries, link) = round(a, &path).await;
    let token =
        link.split("$deltatoken=").nth(1).expect("a token").replace("%5F", "_").replace("%2D", "-");
    let mut altered = token.clone();
    let last = if altered.ends_with('A') { 'B' } else { 'A' };
    altered.pop();
    altered.push(last);
    a.get(&format!("{path}?$deltatoken={token}")).await.expect(200);
    let gone = "410 syncStateNotFound";
    for (query, line) in [
        (format!("{path}?$deltatoken={altered}"), gone),
        (format!("{path}?$skiptoken={}", altered.get(1..).unwrap_or_default()), gone),
        (format!("{path}?$deltatoken="), gone),
        (format!("{path}?$deltatoken=latest"), gone),
        (format!("chats/{other}/messages/delta?$deltatoken={token}"), gone),
        (format!("{path}?$deltatoken={token}&$skiptoken={token}"), "400 invalid"),
        (
            format!("{path}?$deltatoken={token}&$filter=lastModifiedDateTime gt 2026-01-01"),
            "400 invalid",
        ),
        (format!("{path}?$filter=createdDateTime gt 2026-01-01T00:00:00Z"), "400 invalid"),
        (format!("{path}?$filter=lastModifiedDateTime lt 2026-01-01T00:00:00Z"), "400 invalid"),
        (format!("{path}?$top=51"), "400 invalid"),
        (format!("{path}?$orderby=createdDateTime desc"), "400 unsupportedQueryOption"),
        (format!("{path}?$expand=replies"), "400 unsupportedQueryOption"),
        (format!("chats/{chat}/messages?$deltatoken={token}"), "400 unsupportedQueryOption"),
    ] {
        assert_eq!(a.get(&query).await.line(), line, "{query}");
    }
}
