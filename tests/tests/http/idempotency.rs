//! Retries are safe (P8): a repeated request under a key is answered again, and nothing is done
//! twice.

use reqwest::Method;
use serde_json::{Value, json};
use visavis_tests::answer::Answer;
use visavis_tests::chat::member;
use visavis_tests::client::Client;
use visavis_tests::external_access::POLICIES;
use visavis_tests::world::{PASSWORD, World};

async fn keyed(who: &Client, path: &str, key: &str, body: &Value) -> Answer {
    let request = who.request(Method::POST, path).header("Idempotency-Key", key);
    who.send(request.json(body)).await
}

#[tokio::test]
async fn the_same_request_is_answered_again() {
    let world = World::start();
    let [admin, a, a2, b] = world.people(["AA", "A", "A2", "B"]);
    let [admin, a] = [admin, a].map(|person| Client::clone(person));
    let (admin, a, operator) = (&admin, &a, world.operator());
    let me = a.get("me").await.id();
    let chat = world.person("A").group("Team", &[a2]).await.id();
    let text = json!({"body": {"content": "once"}});
    let message = a.say(&chat, "quoted").await.id();
    let group =
        json!({"chatType": "group", "topic": "Once", "members": [member(&me), member(&b.id)]});
    let reply = json!({"messageIds": [message], "replyMessage": {"body": {"content": "re"}}});
    for (who, path, body, collection) in [
        (a, format!("chats/{chat}/messages"), text, format!("chats/{chat}/messages")),
        (
            a,
            format!("chats/{chat}/messages/replyWithQuote"),
            reply,
            format!("chats/{chat}/messages"),
        ),
        (a, "chats".to_owned(), group, "me/chats".to_owned()),
        (a, format!("chats/{chat}/members"), member(&b.id), format!("chats/{chat}/members")),
        (
            a,
            "me/externalContacts/blocked".to_owned(),
            json!({"email": "c@c.test"}),
            "me/externalContacts/blocked".to_owned(),
        ),
        (admin, "groups".to_owned(), json!({"displayName": "G"}), "groups".to_owned()),
        (
            admin,
            "users".to_owned(),
            json!({"displayName": "X", "userPrincipalName": "x@a.test"}),
            "users?$top=999".to_owned(),
        ),
        (
            &operator,
            "deployment/organisations".to_owned(),
            json!({"displayName": "X", "domains": ["x.test"]}),
            "deployment/organisations".to_owned(),
        ),
        (admin, POLICIES.to_owned(), json!({"identity": "Tag:X"}), POLICIES.to_owned()),
    ] {
        // Any characters that can be seen will do.
        let key = format!("my key for {}", path.replace(':', "~"));
        let before = who.all(&collection).await.len();
        let first = keyed(who, &path, &key, &body).await;
        assert_eq!(first.status, 201, "{path}: {}", first.text);
        let count = who.all(&collection).await.len();
        assert!(count > before, "{path}");
        let again = keyed(who, &path, &key, &body).await;
        assert_eq!((again.status, &again.text), (201, &first.text), "{path}");
        assert_eq!(again.header("location"), first.header("location"), "{path}");
        assert_eq!(who.all(&collection).await.len(), count, "{path}");
        let mut other = body.clone();
        other["more"] = json!(true);
        if let Some(name) = other.get_mut("displayName") {
            *name = json!("Another");
        }
        let conflict = keyed(who, &path, &key, &other).await;
        assert_eq!(conflict.status, 409, "{path}: {}", conflict.text);
        assert_eq!(who.all(&collection).await.len(), count, "{path}");
    }
}

#[tokio::test]
async fn in_parallel_too() {
    let world = World::start();
    let [a, a2] = world.people(["A", "A2"]);
    let chat = a.start(a2).await.id();
    let body = json!({"body": {"content": "once"}});
    let path = format!("chats/{chat}/messages");
    let mut tasks = tokio::task::JoinSet::new();
    for _ in 0..32 {
        let (who, path, body) = (Client::clone(a), path.clone(), body.clone());
        tasks.spawn(async move {
            let answer = keyed(&who, &path, "parallel", &body).await;
            (answer.status, answer.text)
        });
    }
    let answers = tasks.join_all().await;
    assert!(answers.iter().all(|answer| *answer == answers[0] && answer.0 == 201), "{answers:?}");
    assert_eq!(a2.read(&chat).await, ["once"]);
}

#[tokio::test]
async fn keys_are_each_accounts_own() {
    let world = World::start();
    let [a, a2] = world.people(["A", "A2"]);
    let chat = a.start(a2).await.id();
    let path = format!("chats/{chat}/messages");
    let body = json!({"body": {"content": "mine"}});
    let one = keyed(a, &path, "shared", &body).await.id();
    let other = keyed(a2, &path, "shared", &body).await.id();
    assert_ne!(one, other);
    assert_eq!(a.read(&chat).await, ["mine", "mine"]);
}

#[tokio::test]
async fn a_refusal_is_not_kept() {
    let world = World::start();
    let [admin, a, b] = world.people(["AA", "A", "B"]);
    let chat = a.befriend(b).await;
    let path = format!("chats/{chat}/messages");
    let body = json!({"body": {"content": "later"}});
    admin.configure(json!({"allowFederatedUsers": false})).await;
    assert_eq!(keyed(a, &path, "retry", &body).await.line(), "403 orgFederationOff");
    admin.configure(json!({"allowFederatedUsers": true})).await;
    assert_eq!(keyed(a, &path, "retry", &body).await.status, 201);
    assert_eq!(b.read(&chat).await, ["Hello", "later"]);
}

#[tokio::test]
async fn the_secret_of_a_token_is_not_kept() {
    let world = World::start();
    let a = world.person("A");
    let body = json!({"name": "Script"});
    let first = keyed(a, "me/tokens", "token", &body).await.expect(201);
    let again = keyed(a, "me/tokens", "token", &body).await.expect(201);
    assert_eq!(first["id"], again["id"]);
    assert!(first["secret"].is_string() && again["secret"].is_null(), "{again}");
}

#[tokio::test]
async fn keys_that_cannot_be() {
    let world = World::start();
    let [a, a2] = world.people(["A", "A2"]);
    let chat = a.start(a2).await.id();
    let path = format!("chats/{chat}/messages");
    let body = json!({"body": {"content": "x"}});
    for key in ["", &"x".repeat(129), "tab\tinside"] {
        assert_eq!(keyed(a, &path, key, &body).await.status, 400, "{key:?}");
    }
    assert_eq!(a.read(&chat).await, [""; 0]);
    keyed(a, &path, &"x".repeat(128), &body).await.expect(201);
}

/// What is kept of a new account tells every other one from it, and its password from others.
#[tokio::test]
async fn p8_another_account_under_the_same_key_is_refused_whatever_differs() {
    let world = World::start();
    let admin = world.person("AA");
    let body = json!({"displayName": "X", "userPrincipalName": "x@a.test", "jobTitle": "One",
        "roles": ["complianceOfficer"], "accountEnabled": true,
        "passwordProfile": {"password": PASSWORD}});
    let first = keyed(admin, "users", "new", &body).await;
    first.expect(201);
    for (name, other) in [
        ("displayName", json!("Y")),
        ("userPrincipalName", json!("y@a.test")),
        ("jobTitle", json!("Two")),
        ("mobilePhone", json!("+4930901826")),
        ("otherMails", json!(["z@a.test"])),
        ("ageGroup", json!("minor")),
        ("accountEnabled", json!(false)),
        ("roles", json!([])),
        ("passwordProfile", json!({"password": "another password"})),
        ("passwordProfile", Value::Null),
    ] {
        let mut changed = body.clone();
        changed[name] = other;
        let refused = keyed(admin, "users", "new", &changed).await;
        assert_eq!(refused.status, 409, "{name}: {}", refused.text);
        assert!(refused.text.contains("used for another request"), "{name}: {}", refused.text);
    }
    let short = json!({"displayName": "X", "userPrincipalName": "x@a.test",
        "passwordProfile": {"password": "short"}});
    assert_eq!(keyed(admin, "users", "short", &short).await.line(), "400 invalid");
    let again = keyed(admin, "users", "new", &body).await;
    assert_eq!((again.status, &again.text), (201, &first.text));
    world.anonymous().sign_in("x@a.test", PASSWORD).await.expect(200);
}
