//! An address gets notifications only when whoever answers there wants them.

use std::time::Duration;

use serde_json::json;
use visavis_tests::receiver::{Delivery, Receiver, Validation, in_minutes, wish};
use visavis_tests::world::World;

#[tokio::test]
async fn both_addresses_are_asked_to_repeat_a_token() {
    let world = World::start();
    let a = world.person("A");
    let receiver = Receiver::start().await;
    let made = a.try_subscribe("/me/chats", &receiver).await.expect(201);
    let asked = receiver.arrivals();
    let lines: Vec<&str> = asked.iter().map(|arrival| arrival.line.as_str()).collect();
    assert_eq!(lines.len(), 2, "{lines:?}");
    assert!(lines[0].starts_with("POST /changes?validationToken=Validation%3A%20"), "{lines:?}");
    assert!(lines[1].starts_with("POST /life?of=it&validationToken=Validation%3A%20"), "{lines:?}");
    assert_ne!(lines[0].rsplit('=').next(), lines[1].rsplit('=').next(), "a token for each");
    for arrival in &asked {
        assert_eq!(arrival.header("content-type"), "text/plain; charset=utf-8");
        assert_eq!(arrival.header("content-length"), "0");
        assert_eq!(arrival.header("authorization"), "");
    }
    assert_eq!(made["clientState"], "sesame");
    assert_eq!(made["resource"], "/me/chats");
    assert_eq!(made["changeType"], "created,updated,deleted");
    assert_eq!(made["creatorId"], a.id);
    assert_eq!(made["includeResourceData"], false);
    // What the receiver knows its notifications by is shown once.
    let id = made["id"].as_str().unwrap();
    let read = a.get(&format!("subscriptions/{id}")).await.expect(200);
    assert_eq!(read["clientState"], json!(null));
    let listed = a.all("subscriptions").await;
    assert_eq!(listed.len(), 1);
    assert_eq!(listed[0]["id"], id);
    assert_eq!(listed[0]["clientState"], json!(null));
    // Nobody else sees, changes or ends it.
    let other = world.person("A2");
    let path = format!("subscriptions/{id}");
    assert_eq!(other.get(&path).await.line(), "404");
    assert_eq!(other.delete(&path).await.line(), "404");
    let renewal = json!({"expirationDateTime": in_minutes(55)});
    assert_eq!(other.patch(&path, renewal).await.line(), "404");
    assert_eq!(other.post(&format!("{path}/reauthorize"), json!(null)).await.line(), "404");
    assert_eq!(other.all("subscriptions").await.len(), 0);
    a.delete(&path).await.expect(204);
    assert_eq!(a.get(&path).await.line(), "404");
    assert_eq!(a.delete(&path).await.line(), "404");
}

#[tokio::test]
async fn whoever_does_not_repeat_the_token_gets_nothing() {
    let world = World::start();
    let a = world.person("A");
    let receiver = Receiver::start().await;
    let elsewhere = Receiver::start().await;
    let mut answers = Vec::new();
    for validation in [
        Validation::Say("text/plain", "something else".to_owned()),
        Validation::Say("text/plain", String::new()),
        Validation::Say("text/plain", "x".repeat(100_000)),
        Validation::RepeatEncoded,
        Validation::RepeatWith(202),
        Validation::RepeatWith(500),
        Validation::Redirect(elsewhere.url("changes")),
        Validation::Hang,
    ] {
        receiver.validates(validation.clone());
        let answer = a.try_subscribe("/me/chats", &receiver).await;
        assert_eq!(answer.line(), "400 validationFailed", "{validation:?}");
        assert_eq!(answer.json()["error"]["target"], "notificationUrl", "{validation:?}");
        answers.push(answer.timeless());
    }
    assert!(elsewhere.arrivals().is_empty(), "a redirect was followed");
    // Nobody listens there, and that is the same answer: it tells nothing of what is around.
    let mut nobody = wish("/me/chats", &receiver);
    nobody["notificationUrl"] = json!("http://127.0.0.1:9/");
    answers.push(a.post("subscriptions", nobody.clone()).await.timeless());
    nobody["notificationUrl"] = json!("http://no-such-host.invalid/");
    answers.push(a.post("subscriptions", nobody).await.timeless());
    assert!(answers.iter().all(|answer| *answer == answers[0]), "{answers:#?}");
    assert!(a.all("subscriptions").await.is_empty());
    // HTML is no text, even when it repeats the token; and the second address counts, too.
    receiver.validates(Validation::Repeat);
    elsewhere.validates(Validation::Say("text/html", "no".to_owned()));
    let mut mixed = wish("/me/chats", &receiver);
    mixed["lifecycleNotificationUrl"] = json!(elsewhere.url("life"));
    let answer = a.post("subscriptions", mixed).await;
    assert_eq!(answer.line(), "400 validationFailed");
    assert_eq!(answer.json()["error"]["target"], "lifecycleNotificationUrl");
    assert!(a.all("subscriptions").await.is_empty());
}

#[tokio::test]
async fn a_repeated_request_makes_one_subscription_and_asks_once() {
    let world = World::start();
    let a = world.person("A");
    let receiver = Receiver::start().await;
    let body = wish("/me/chats", &receiver);
    let ask = |body: serde_json::Value| {
        let request = a.request(reqwest::Method::POST, "subscriptions");
        a.send(request.header("idempotency-key", "once").json(&body))
    };
    let first = ask(body.clone()).await.expect(201);
    // The receiver may be gone by then.
    receiver.validates(Validation::RepeatWith(500));
    assert_eq!(ask(body.clone()).await.expect(201), first);
    assert_eq!(receiver.arrivals().len(), 2);
    assert_eq!(a.all("subscriptions").await.len(), 1);
    let other = wish("/me/chats/requests", &receiver);
    assert_eq!(ask(other).await.line(), "409 conflict");
}

#[tokio::test]
async fn a_redirect_of_a_notification_is_a_failure() {
    let world = World::start();
    let [a, a2] = world.people(["A", "A2"]);
    let chat = a.start(a2).await.id();
    let (receiver, elsewhere) = (Receiver::start().await, Receiver::start().await);
    a2.subscribe(&format!("/chats/{chat}/messages"), &receiver).await;
    receiver.takes(Delivery::Redirect(elsewhere.url("stolen")));
    let message = a.say(&chat, "Hello").await.id();
    tokio::time::sleep(Duration::from_millis(300)).await;
    receiver.takes(Delivery::Accept);
    receiver.wait_for(1, &message).await;
    assert!(elsewhere.arrivals().is_empty(), "a redirect was followed");
}
