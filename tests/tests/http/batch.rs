//! `$batch`: several requests in one.

use reqwest::Method;
use serde_json::{Value, json};
use visavis_tests::chat::text_of;
use visavis_tests::client::Client;
use visavis_tests::world::World;

async fn batch(who: &Client, requests: Value) -> Vec<Value> {
    let answer = who.post("$batch", json!({"requests": requests})).await.expect(200);
    answer["responses"].as_array().expect("answers").clone()
}

/// Each answer's id and status.
fn statuses(answers: &[Value]) -> Vec<String> {
    answers
        .iter()
        .map(|a| format!("{} {}", a["id"].as_str().expect("an id"), a["status"]))
        .collect()
}

fn reason(answer: &Value) -> &str {
    answer["body"]["error"]["innerError"]["code"].as_str().unwrap_or_default()
}

#[tokio::test]
async fn requests_are_answered_as_by_themselves_in_their_order() {
    let world = World::start();
    let [a, a2] = world.people(["A", "A2"]);
    let chat = a.start(a2).await.id();
    let text = |text: &str| json!({"body": {"content": text}});
    let answers = batch(
        a,
        json!([
            {"id": "me", "method": "GET", "url": "/me"},
            {"id": "send", "method": "post", "url": format!("/chats/{chat}/messages"),
                "headers": {"Content-Type": "application/json"}, "body": text("hello")},
            {"id": "list", "method": "GET", "dependsOn": ["send"],
                "url": format!("/chats('{chat}')/messages?$top=1&$filter=createdDateTime gt 2020-01-01T00:00:00Z")},
            {"id": "hide", "method": "POST", "url": format!("/me/chats/{chat}/typing")},
            {"id": "none", "method": "GET", "url": "chats/19:none@thread.v2"},
            {"id": "route", "method": "GET", "url": "/nothing/here"},
            {"id": "method", "method": "DELETE", "url": "/me"},
        ]),
    )
    .await;
    let expected =
        ["me 200", "send 201", "list 200", "hide 204", "none 404", "route 404", "method 405"];
    assert_eq!(statuses(&answers), expected);
    let alone = a.get("me").await.expect(200);
    assert_eq!(answers[0]["body"], alone);
    assert_eq!(answers[0]["headers"]["Content-Type"], "application/json");
    assert_eq!(text_of(&answers[2]["body"]["value"][0]), "hello");
    assert!(answers[3].get("body").is_none());
    assert_eq!(answers[4]["body"]["error"]["code"], "NotFound");
    assert_eq!(reason(&answers[5]), "unknownRoute");
    // Each has an id of its own, which its envelope repeats.
    let id = |answer: &Value| answer["headers"]["Request-Id"].as_str().expect("an id").to_owned();
    assert_ne!(id(&answers[4]), id(&answers[5]));
    assert_eq!(answers[4]["body"]["error"]["innerError"]["request-id"], id(&answers[4]).as_str());
}

#[tokio::test]
async fn links_lead_on_under_the_version_that_was_used() {
    let world = World::start();
    let a = world.person("A");
    for (path, version) in
        [("$batch", "v1.0"), ("/beta/$batch", "beta"), ("/v1.0/%24batch", "v1.0")]
    {
        let requests = json!([{"id": "1", "method": "GET", "url": "/users?$top=1"}]);
        let answer = a.post(path, json!({"requests": requests})).await.expect(200);
        let next = answer["responses"][0]["body"]["@odata.nextLink"].as_str().expect("a link");
        assert!(next.starts_with(&format!("{}/{version}/users", a.base_url())), "{next}");
        assert_eq!(a.get(next).await.entries().len(), 1);
    }
}

#[tokio::test]
async fn requests_wait_for_those_they_depend_on_and_fail_with_them() {
    let world = World::start();
    let [a, a2] = world.people(["A", "A2"]);
    let chat = a.start(a2).await.id();
    let say = |id: &str, text: &str, after: &[&str]| {
        json!({"id": id, "method": "POST", "url": format!("/chats/{chat}/messages"),
            "body": {"body": {"content": text}}, "dependsOn": after})
    };
    let answers = batch(
        a,
        json!([
            say("third", "3", &["second"]),
            say("second", "2", &["first"]),
            say("first", "1", &[]),
            {"id": "bad", "method": "GET", "url": "/chats/none"},
            say("lost", "never", &["first", "bad"]),
            say("lost too", "never", &["lost"]),
        ]),
    )
    .await;
    let expected = ["third 201", "second 201", "first 201", "bad 404", "lost 424", "lost too 424"];
    assert_eq!(statuses(&answers), expected);
    assert_eq!(answers[4]["body"]["error"]["code"], "FailedDependency");
    assert_eq!(reason(&answers[5]), "failedDependency");
    assert_eq!(a.read(&chat).await, ["1", "2", "3"]);
}

#[tokio::test]
async fn what_can_only_be_asked_by_itself_is_refused_alone() {
    let world = World::start();
    let a = world.person("A");
    let inner = json!({"requests": [{"id": "1", "method": "GET", "url": "/me"}]});
    for (url, code) in [
        ("/$batch", "notInABatch"),
        ("/%24batch", "notInABatch"),
        ("/v1.0/$batch", "notInABatch"),
        ("/auth/signIn", "notInABatch"),
        ("/me/notifications", "notInABatch"),
        ("/setup", "notInABatch"),
        ("https://elsewhere.example/v1.0/me", "invalid"),
        ("//elsewhere.example/v1.0/me", "invalid"),
        ("http://127.0.0.1/", "invalid"),
        ("/me#there", "invalid"),
    ] {
        let answers = batch(
            a,
            json!([{"id": "x", "method": "POST", "url": url, "body": inner},
                {"id": "y", "method": "GET", "url": "/me"}]),
        )
        .await;
        assert_eq!(statuses(&answers), ["x 400", "y 200"], "{url}");
        assert_eq!(reason(&answers[0]), code, "{url}");
    }
    for (step, target) in [
        (json!({"method": "TRACE", "url": "/me"}), "method"),
        (json!({"method": "GET", "url": "/me", "body": {}}), "body"),
        (
            json!({"method": "GET", "url": "/me", "headers": {"Authorization": "Bearer x"}}),
            "headers",
        ),
        (
            json!({"method": "GET", "url": "/me", "headers": {"X-Forwarded-For": "1.1.1.1"}}),
            "headers",
        ),
        (json!({"method": "GET", "url": "/me", "headers": {"a b": "x"}}), "headers"),
    ] {
        let mut step = step;
        step["id"] = json!("x");
        let answers = batch(a, json!([step])).await;
        assert_eq!(answers[0]["body"]["error"]["target"], target, "{answers:?}");
        assert_eq!(answers[0]["status"], 400);
    }
}

#[tokio::test]
async fn bad_batches_are_refused_as_a_whole_and_nothing_happens() {
    let world = World::start();
    let [a, a2] = world.people(["A", "A2"]);
    let chat = a.start(a2).await.id();
    let say = |id: &str, after: Value| {
        json!({"id": id, "method": "POST", "url": format!("/chats/{chat}/messages"),
            "body": {"body": {"content": "no"}}, "dependsOn": after})
    };
    let many: Vec<Value> = (0..21).map(|number| say(&number.to_string(), json!([]))).collect();
    for (requests, target) in [
        (json!([]), "requests"),
        (json!(many), "requests"),
        (json!([say("1", json!([])), say("1", json!([]))]), "requests[1].id"),
        (json!([say("", json!([]))]), "requests[0].id"),
        (json!([say("1", json!(["1"]))]), "dependsOn"),
        (json!([say("1", json!(["2"])), say("2", json!(["1"]))]), "dependsOn"),
        (json!([say("1", json!(["none"]))]), "requests[0].dependsOn"),
        (json!([say("1", json!([])), {"id": "2"}]), "requests[1]"),
        (json!("none"), "requests"),
    ] {
        let answer = a.post("$batch", json!({"requests": requests})).await;
        assert_eq!(answer.line(), "400 invalid", "{target}");
        assert_eq!(answer.json()["error"]["target"], target);
    }
    assert!(a.read(&chat).await.is_empty());
    assert_eq!(world.anonymous().post("$batch", json!({"requests": many})).await.status, 401);
    let deep = format!(r#"{{"requests":{}{}}}"#, "[".repeat(500), "]".repeat(500));
    let request = a.request("POST".parse().expect("a method"), "$batch");
    let request = request.header("content-type", "application/json").body(deep);
    assert_eq!(a.send(request).await.line(), "400 invalid");
    let a_long_one = json!({"requests": [], "more": "x".repeat(3_000_000)});
    assert_eq!(a.post("$batch", a_long_one).await.line(), "413 requestTooLarge");
}

#[tokio::test]
async fn p8_keys_and_permissions_hold_for_each_request() {
    let world = World::start();
    let [a, a2, b] = world.people(["A", "A2", "B"]);
    let chat = a.start(a2).await.id();
    let say = |id: &str| {
        json!({"id": id, "method": "POST", "url": format!("/chats/{chat}/messages"),
            "headers": {"Idempotency-Key": "the one"}, "body": {"body": {"content": "once"}}})
    };
    let answers = batch(a, json!([say("1"), say("2")])).await;
    assert_eq!(statuses(&answers), ["1 201", "2 201"]);
    assert_eq!(answers[0]["body"], answers[1]["body"]);
    assert_eq!(a.read(&chat).await, ["once"]);
    // A key of the whole batch would promise what nobody keeps.
    let request = a.request(Method::POST, "$batch").header("Idempotency-Key", "all");
    let request = request.json(&json!({"requests": [say("1")]}));
    assert_eq!(a.send(request).await.line(), "400 invalid");
    let mut tangled = say("1");
    tangled["dependsOn"] = Value::from(vec!["1"; 21]);
    let body = json!({"requests": [tangled]});
    assert_eq!(a.post("$batch", body).await.line(), "400 invalid");
    let answers = batch(
        b,
        json!([{"id": "1", "method": "GET", "url": format!("/chats/{chat}")},
            {"id": "2", "method": "GET", "url": "/admin/teams/externalAccess/configuration"},
            {"id": "3", "method": "GET", "url": format!("/users/{}/chats", a.id)}]),
    )
    .await;
    assert_eq!(statuses(&answers), ["1 404", "2 403", "3 404"]);
}

/// What a query compares with may look like an address of its own.
#[tokio::test]
async fn a_filter_may_say_anything() {
    let world = World::start();
    let a = world.person("A");
    let of = |text: &str| format!("/users?$filter=startswith(displayName,'{text}')");
    for text in ["https://elsewhere.example", "//", "a\\b", "a?b://c"] {
        let answers = batch(a, json!([{"id": "x", "method": "GET", "url": of(text)}])).await;
        assert_eq!(statuses(&answers), ["x 200"], "{text}: {answers:?}");
        assert_eq!(answers[0]["body"]["value"], json!([]), "{text}");
    }
    for url in ["/me\\there?x=1", "https://elsewhere.example/v1.0/me?a=b", "//elsewhere/me?a=b"] {
        let answers = batch(a, json!([{"id": "x", "method": "GET", "url": url}])).await;
        assert_eq!(reason(&answers[0]), "invalid", "{url}");
    }
}
