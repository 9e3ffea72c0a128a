//! Export of all messages of one person (issue: C-71), over HTTP.

use std::collections::BTreeSet;

use reqwest::Method;
use serde_json::{Value, json};
use visavis_tests::chat::text_of;
use visavis_tests::client::Client;
use visavis_tests::external_access::TRAIL;
use visavis_tests::world::{PASSWORD, Person, World};

/// Somebody of Alpha whose role it is.
async fn officer(world: &World) -> Client {
    let body = json!({"displayName": "Olga", "userPrincipalName": "olga@a.test",
        "passwordProfile": {"password": PASSWORD}, "roles": ["complianceOfficer"]});
    world.person("AA").post("users", body).await.expect(201);
    let signed_in = world.anonymous().sign_in("olga@a.test", PASSWORD).await.expect(200);
    world.anonymous().with_token(signed_in["token"].as_str().expect("a token"))
}

fn said(messages: &[Value]) -> Vec<&str> {
    let said = messages.iter().filter(|message| message["messageType"] == "message");
    said.map(text_of).collect()
}

async fn export_of(who: &Client, whom: &Person) -> Vec<Value> {
    who.all(&format!("users/{}/chats/getAllMessages?$top=2", whom.id)).await
}

#[tokio::test]
async fn c_71_all_messages_of_a_person_come_over_every_spelling() {
    let world = World::start();
    let [a, a2, b] = world.people(["A", "A2", "B"]);
    let inside = a.start(a2).await.id();
    a.say(&inside, "one").await.expect(201);
    let outside = a.befriend(b).await;
    let gone = b.say(&outside, "two").await.id();
    b.act(&format!("{outside}/messages/{gone}"), "softDelete").await.expect(204);
    b.say(&outside, "three").await.expect(201);

    let all = a.all("me/chats/getAllMessages").await;
    assert_eq!(said(&all), ["one", "Hello", "", "three"]);
    let deleted: Vec<&Value> =
        all.iter().filter(|message| !message["deletedDateTime"].is_null()).collect();
    assert_eq!(deleted.len(), 1);
    assert_eq!(deleted[0]["id"], gone.as_str());
    // Identity kinds, and the same as a fetch.
    let theirs = all.last().expect("a message");
    assert_eq!(theirs["from"]["user"]["userIdentityType"], "federatedUser");
    let path = format!("chats/{outside}/messages/{}", theirs["id"].as_str().expect("an id"));
    let mut fetched = a.get(&path).await.expect(200);
    fetched.as_object_mut().expect("an object").remove("@odata.context");
    assert_eq!(*theirs, fetched);
    for path in [
        "chats/getAllMessages".to_owned(),
        "chats/getAllMessages()".to_owned(),
        "me/chats/getAllMessages()?$top=1".to_owned(),
        "/beta/me/chats/getAllMessages?model=A".to_owned(),
        format!("users/{}/chats/getAllMessages()", a.id),
        format!("users/{}/chats/getAllMessages", a.mail),
        format!("users('{}')/chats/microsoft.graph.getAllMessages()?$top=3", a.id),
    ] {
        assert_eq!(a.all(&path).await, all, "{path}");
    }
    let few = a.get("me/chats/getAllMessages?$select=body&$top=1").await.entries();
    assert_eq!(few[0].as_object().expect("an object").len(), 2, "{few:?}");
}

/// Lines of the system have a type that not every client knows: it is named to whoever says so.
#[tokio::test]
async fn types_of_lines_are_named_to_whoever_knows_them() {
    let world = World::start();
    let [a, a2] = world.people(["A", "A2"]);
    let group = a.group("One", &[a2]).await.id();
    a.patch(&format!("chats/{group}"), json!({"topic": "Two"})).await.expect(200);
    let lines = async |prefer: Option<&str>, path: &str| {
        let mut request = a.request(Method::GET, path);
        if let Some(prefer) = prefer {
            request = request.header("Prefer", prefer);
        }
        let entries = a.send(request).await.entries();
        let kind = |entry: &Value| entry["messageType"].as_str().expect("a type").to_owned();
        entries.iter().map(kind).collect::<Vec<_>>()
    };
    for path in ["me/chats/getAllMessages".to_owned(), format!("chats/{group}/messages/delta")] {
        let plain = lines(None, &path).await;
        assert!(
            !plain.is_empty() && plain.iter().all(|kind| kind == "unknownFutureValue"),
            "{path}"
        );
        for prefer in ["include-unknown-enum-members", "a=b, include-unknown-enum-members"] {
            let named = lines(Some(prefer), &path).await;
            assert_eq!(named.len(), plain.len());
            assert!(named.iter().all(|kind| kind == "systemEventMessage"), "{path}: {named:?}");
        }
        assert_eq!(lines(Some("return=minimal"), &path).await, plain);
    }
}

#[tokio::test]
async fn c_71_only_what_was_changed_in_a_window_of_time() {
    let world = World::start();
    let [a, a2] = world.people(["A", "A2"]);
    let chat = a.start(a2).await.id();
    let mut made = Vec::new();
    for text in ["one", "two", "three"] {
        made.push(a.say(&chat, text).await.expect(201));
    }
    let time =
        |message: &Value| message["lastModifiedDateTime"].as_str().expect("a time").to_owned();
    let (first, second) = (time(&made[0]), time(&made[1]));
    let name = "lastModifiedDateTime";
    for (filter, expected) in [
        (format!("{name} gt {first}"), vec!["two", "three"]),
        (format!("{name} ge {first} and {name} lt {second}"), vec!["one"]),
        (format!("{name} le {second}"), vec!["one", "two"]),
        (format!("{name} gt 2999-01-01T00:00:00Z"), vec![]),
    ] {
        let path = format!("me/chats/getAllMessages?$top=1&$filter={}", filter.replace(' ', "%20"));
        assert_eq!(said(&a.all(&path).await), expected, "{filter}");
    }
    // An old message that was changed belongs to the new window.
    let old = made[0]["id"].as_str().expect("an id");
    let change = json!({"body": {"content": "one, edited"}});
    a.patch(&format!("chats/{chat}/messages/{old}"), change).await.expect(204);
    let filter = format!("me/chats/getAllMessages?$filter={name}%20gt%20{}", time(&made[2]));
    assert_eq!(said(&a.all(&filter).await), ["one, edited"]);
}

#[tokio::test]
async fn p10_an_officer_exports_what_a_colleague_sees() {
    let world = World::start();
    let olga = officer(&world).await;
    let [a, aa, a2, b, bb, p] = world.people(["A", "AA", "A2", "B", "BB", "P"]);
    let chat = a.befriend(b).await;
    b.say(&chat, "for A").await.expect(201);
    let waiting = p.start(a).await.id();
    p.say(&waiting, "secret until accepted").await.expect(201);
    let exported = export_of(&olga, a).await;
    assert_eq!(said(&exported), ["Hello", "for A"]);
    assert!(!json!(exported).to_string().contains("secret"), "P5");
    assert_eq!(exported, a.all("me/chats/getAllMessages").await);

    let path = |whom: &Person| format!("users/{}/chats/getAllMessages", whom.id);
    for who in [aa, a2] {
        assert_eq!(who.get(&path(a)).await.line(), "403 noPermission", "{}", who.name);
    }
    let unknown = olga.get("users/00000000-0000-7000-8000-000000000000/chats/getAllMessages").await;
    for (who, whom) in [(&olga, b), (&olga, p), (bb, a), (b, a), (p, a)] as [(&Client, &Person); 5]
    {
        let refused = who.get(&path(whom)).await;
        assert_eq!(refused.timeless(), unknown.timeless(), "{}", whom.name);
    }
    assert_eq!(olga.get("users/nobody/chats/getAllMessages").await.status, 404);

    let trail = aa.get(&format!("{TRAIL}?$filter=kind%20eq%20'MessagesExported'")).await.entries();
    assert_eq!(trail.len(), 1, "{trail:?}");
    assert_eq!(trail[0]["detail"]["exported"], a.id.as_str());
    assert_eq!(aa.get(&format!("{TRAIL}/verification")).await.expect(200)["isIntact"], true);
    let theirs = bb.get(&format!("{TRAIL}?$filter=kind%20eq%20'MessagesExported'")).await;
    assert!(theirs.entries().is_empty(), "what one side archives is its own business");
}

#[tokio::test]
async fn bad_exports_are_told_what_is_wrong() {
    let world = World::start();
    let [a, a2] = world.people(["A", "A2"]);
    let chat = a.start(a2).await.id();
    for number in 0..3 {
        a.say(&chat, &format!("{number}")).await.expect(201);
    }
    for (query, reason, target) in [
        ("$top=0", "invalid", "$top"),
        ("$top=1001", "invalid", "$top"),
        ("$skiptoken=1_2", "invalid", "$skiptoken"),
        ("$orderby=createdDateTime", "unsupportedQueryOption", "$orderby"),
        ("$expand=replies", "unsupportedQueryOption", "$expand"),
        ("$search=x", "unsupportedQueryOption", "$search"),
        ("$filter=from/user/id%20eq%20'x'", "invalid", "$filter"),
        ("$filter=lastModifiedDateTime%20gt%20yesterday", "invalid", "$filter"),
    ] {
        let answer = a.get(&format!("me/chats/getAllMessages?{query}")).await;
        assert_eq!(answer.line(), format!("400 {reason}"), "{query}");
        assert_eq!(answer.json()["error"]["target"], target, "{query}");
    }
    let page = a.get("me/chats/getAllMessages?$top=1").await.expect(200);
    let next = page["@odata.nextLink"].as_str().expect("a next page").to_owned();
    // A token is for whoever began, and for what was asked.
    let other = a2.send(a2.request("GET".parse().expect("a method"), &next)).await;
    assert_eq!(other.line(), "400 invalid");
    let filtered =
        next.replace("$top=1", "$filter=lastModifiedDateTime%20gt%202020-01-01T00:00:00Z");
    assert_eq!(a.get(&filtered).await.line(), "400 invalid");
    assert_eq!(a.post("me/chats/getAllMessages", json!({})).await.status, 405);
    let pages: BTreeSet<String> = a
        .all("me/chats/getAllMessages?$top=1")
        .await
        .iter()
        .map(|message| message["id"].to_string())
        .collect();
    assert_eq!(pages.len(), 3);
}
