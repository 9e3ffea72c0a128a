//! The list of chats with its filters and counts, and every documented way to make a chat.

use reqwest::Method;
use serde_json::{Value, json};
use visavis_tests::chat::member;
use visavis_tests::client::Client;
use visavis_tests::world::World;

const PREFER: (&str, &str) = ("Prefer", "include-unknown-enum-members");

async fn topics(who: &Client, filter: &str) -> Vec<String> {
    let listed = who.all(&format!("me/chats?$top=2&$filter={filter}")).await;
    assert!(listed.iter().all(|chat| chat.get("members").is_none()), "{filter}: not asked for");
    assert!(listed.iter().all(|chat| chat.get("lastMessagePreview").is_none()), "{filter}");
    listed.iter().map(|chat| chat["topic"].as_str().unwrap_or("pair").to_owned()).collect()
}

async fn unread(who: &Client, chat: &str) -> Value {
    let listed = who.all("me/chats").await;
    let entry = listed.into_iter().find(|entry| entry["id"] == chat).expect("it is listed");
    entry["viewpoint"]["unreadCount"].clone()
}

#[tokio::test]
async fn a_list_is_filtered_by_time_and_by_names() {
    let world = World::start();
    let [a, a2, a3] = world.people(["A", "A2", "A3"]);
    let mut moments = Vec::new();
    for (topic, other) in [("One", a2), ("Two", a3), ("Three", a2)] {
        let chat = a.group(topic, &[other]).await.id();
        let sent = a.say(&chat, "x").await.expect(201);
        moments.push(sent["createdDateTime"].as_str().expect("a moment").to_owned());
    }
    a.group("Nothing said", &[a2]).await.expect(201);
    let [one, two, three] = moments.as_slice() else { panic!("three") };
    let at = "lastMessagePreview/createdDateTime";
    for (filter, wanted) in [
        (format!("{at} gt {two}"), vec!["Three"]),
        (format!("{at} ge {two}"), vec!["Three", "Two"]),
        (format!("{at} lt {two}"), vec!["One"]),
        (format!("{at} le {two}"), vec!["Two", "One"]),
        (format!("{at} gt {one} and {at} lt {three}"), vec!["Two"]),
        (format!("{at} gt {three}"), vec![]),
        ("members/any(m: m/displayName eq 'A3')".to_owned(), vec!["Two"]),
        ("members/any(o: o/displayname eq 'a3')".to_owned(), vec!["Two"]),
        (format!("members/any(m:m/displayName eq 'A2') and {at} lt {two}"), vec!["One"]),
        ("members/any(m: m/displayName eq 'A')  and chatType eq 'oneOnOne'".to_owned(), vec![]),
        ("members/any(m: m/displayName eq 'Nobody')".to_owned(), vec![]),
    ] {
        assert_eq!(topics(a, &filter).await, wanted, "{filter}");
    }
    for filter in [
        "lastMessagePreview/createdDateTime eq 2026-01-01T00:00:00Z",
        "lastMessagePreview/createdDateTime gt yesterday",
        "lastMessagePreview/body gt 2026-01-01T00:00:00Z",
        "members/any(m: m/displayName ne 'A')",
        "members/any(m: m/email eq 'a@a.test')",
        "members/any(m: m/displayName eq 'A') and members/any(m: m/displayName eq 'A2')",
        "members/any(m: m/displayName eq 'A') or chatType eq 'group'",
    ] {
        let refused = a.get(&format!("me/chats?$filter={filter}")).await;
        assert_eq!(refused.status, 400, "{filter}: {}", refused.line());
    }
}

/// P5: while a request waits, neither when its sender wrote nor who else is there can be asked for.
#[tokio::test]
async fn p5_filters_find_nothing_in_what_waits() {
    let world = World::start();
    let [a, b] = world.people(["A", "B"]);
    let chat = a.start(b).await.id();
    a.say(&chat, "Hello").await.expect(201);
    for bound in ["gt 2000-01-01T00:00:00Z", "lt 2999-01-01T00:00:00Z"] {
        let filter = format!("lastMessagePreview/createdDateTime {bound}");
        assert!(topics(b, &filter).await.is_empty(), "{filter}");
        assert_eq!(topics(a, &filter).await, ["pair"], "{filter}");
    }
    assert_eq!(unread(b, &chat).await, Value::Null);
    b.accept(&chat).await.expect(204);
    assert_eq!(unread(b, &chat).await, 1);
}

#[tokio::test]
async fn what_is_unread_is_counted() {
    let world = World::start();
    let [a, a2] = world.people(["A", "A2"]);
    let chat = a.group("G", &[a2]).await.id();
    a.patch(&format!("chats/{chat}"), json!({"topic": "H"})).await.expect(200);
    assert_eq!(unread(a2, &chat).await, 0, "a line of the system is nothing to read");
    let mut last = String::new();
    for _ in 0..3 {
        last = a.say(&chat, "x").await.id();
    }
    a2.say(&chat, "y").await.expect(201);
    assert_eq!((unread(a, &chat).await, unread(a2, &chat).await), (json!(1), json!(3)));
    let me = format!("users/{}", a.id);
    a.post(&format!("{me}/chats/{chat}/messages/{last}/softDelete"), Value::Null).await.expect(204);
    assert_eq!(unread(a2, &chat).await, 2, "what was deleted");
    let user = json!({"user": {"id": a2.id}});
    a2.post(&format!("chats/{chat}/markChatReadForUser"), user).await.expect(204);
    assert_eq!(unread(a2, &chat).await, 0);
    for _ in 0..101 {
        a.say(&chat, "x").await.expect(201);
    }
    assert_eq!(unread(a2, &chat).await, 99, "up to a limit");
    let alone = a2.get(&format!("chats/{chat}")).await.expect(200);
    assert_eq!(alone["viewpoint"]["unreadCount"], 99, "alone as in the list: {alone}");
}

/// Section 1.3 of the specification: each documented form, and what comes of it.
#[tokio::test]
async fn every_documented_form_makes_a_chat() {
    let world = World::start();
    let [a, a2, a3, b] = world.people(["A", "A2", "A3", "B"]);
    let bound = |reference: String, roles: &str| {
        json!({"roles": [roles], "user@odata.bind": reference,
        "@odata.type": "#microsoft.graph.aadUserConversationMember"})
    };
    let graph = "https://graph.microsoft.com/v1.0";
    let me = || bound(format!("{graph}/users('{}')", a.id), "owner");
    let mut federated = bound(format!("{graph}/users('{}')", b.mail), "owner");
    federated["tenantId"] = json!(b.organisation);
    let guest = bound(format!("{graph}/users('{}')", a3.id), "guest");
    for (form, kind, members) in [
        ("by ids", "oneOnOne", vec![me(), bound(format!("{graph}/users('{}')", a2.id), "owner")]),
        (
            "by name",
            "oneOnOne",
            vec![me(), bound(format!("{graph}/users('{}')", a3.mail), "owner")],
        ),
        ("by segment", "oneOnOne", vec![me(), bound(format!("{graph}/users/{}", a2.id), "owner")]),
        (
            "by %-codes",
            "oneOnOne",
            vec![me(), bound(format!("{graph}/users/{}", a2.mail.replace('@', "%40")), "owner")],
        ),
        ("federated", "oneOnOne", vec![me(), federated.clone()]),
        ("group by ids", "group", vec![me(), member(&a2.id), member(&a3.id)]),
        ("group with a guest", "group", vec![me(), member(&a2.id), guest]),
        ("group with somebody federated", "group", vec![me(), member(&a2.id), federated]),
    ] {
        let mut body = json!({"chatType": kind, "members": members});
        if kind == "group" {
            body["topic"] = json!(form);
        }
        let made = a.post("chats", body).await;
        assert_eq!(made.status, 201, "{form}: {}", made.line());
        let chat = made.json();
        assert_eq!(chat["chatType"], kind, "{form}");
        assert_eq!(chat["topic"], if kind == "group" { json!(form) } else { Value::Null });
        assert_eq!(chat["tenantId"], json!(a.organisation), "{form}: where it was started");
        assert_eq!(chat["viewpoint"]["isHidden"], false, "{form}");
        let id = made.id();
        let wanted = if kind == "group" { "@thread.v2" } else { "@unq.gbl.spaces" };
        assert!(id.starts_with("19:") && id.ends_with(wanted), "{form}: {id}");
        let listed = a.get(&format!("chats/{id}/members")).await.entries();
        assert_eq!(listed.len(), members.len(), "{form}");
        // Nobody has a guest's account here: a role says nothing more than that (section 1.3).
        assert!(listed.iter().all(|one| one["roles"] == json!(["owner"])), "{form}: {listed:?}");
    }
}

#[tokio::test]
async fn unknown_members_of_enumerations_are_preferred_wherever_one_is() {
    let world = World::start();
    let [a, a2] = world.people(["A", "A2"]);
    let chat = a.group("G", &[a2]).await.id();
    a.patch(&format!("chats/{chat}"), json!({"topic": "H"})).await.expect(200);
    let line = a.get(&format!("chats/{chat}/messages")).await.entries()[0]["id"].clone();
    let line = line.as_str().expect("an id");
    for path in [
        "me/chats?$expand=lastMessagePreview".to_owned(),
        format!("chats/{chat}/messages"),
        format!("chats/{chat}/messages/{line}"),
        format!("chats/{chat}/messages/delta"),
    ] {
        let plain = a.get(&path).await.expect(200).to_string();
        assert!(plain.contains("\"messageType\":\"unknownFutureValue\""), "{path}: {plain}");
        assert!(!plain.contains("\"messageType\":\"systemEventMessage\""), "{path}: {plain}");
        let preferring = a.request(Method::GET, &path).header(PREFER.0, PREFER.1);
        let preferred = a.send(preferring).await.expect(200).to_string();
        assert!(preferred.contains("\"messageType\":\"systemEventMessage\""), "{path}");
        assert!(!preferred.contains("unknownFutureValue"), "{path}: {preferred}");
    }
}
