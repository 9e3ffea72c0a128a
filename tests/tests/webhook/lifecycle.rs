//! What becomes of subscriptions when those who made them lose what they need.

use std::time::Duration;

use serde_json::{Value, json};
use visavis_tests::client::Client;
use visavis_tests::receiver::{Receiver, in_minutes};
use visavis_tests::world::{PASSWORD, World};

const QUIET: Duration = Duration::from_millis(500);

async fn new_token(client: &Client) -> (String, Client) {
    let made = client.post("me/tokens", json!({"name": "script"})).await.expect(201);
    let id = made["id"].as_str().unwrap().to_owned();
    (id, client.with_token(made["secret"].as_str().unwrap()))
}

#[tokio::test]
async fn a_subscription_ends_with_its_token() {
    let world = World::start();
    let [a, a2] = world.people(["A", "A2"]);
    let chat = a.start(a2).await.id();
    let (receiver, kept) = (Receiver::start().await, Receiver::start().await);
    let (token, script) = new_token(a2).await;
    let id = script.subscribe("/me/chats/getAllMessages", &receiver).await;
    let renewed = script.subscribe("/me/chats/getAllMessages", &kept).await;
    // Confirmed under another token, it lives on.
    a2.post(&format!("subscriptions/{renewed}/reauthorize"), Value::Null).await.expect(204);
    a.say(&chat, "One").await;
    receiver.wait_for(1, "created").await;
    kept.wait_for(1, "created").await;
    a2.delete(&format!("me/tokens/{token}")).await.expect(204);
    let removed = receiver.wait_for(1, "subscriptionRemoved").await;
    assert_eq!(removed[0]["subscriptionId"], id);
    a.say(&chat, "Two").await;
    kept.wait_for(2, "created").await;
    tokio::time::sleep(QUIET).await;
    assert_eq!(receiver.items_with("created").len(), 1, "{:#?}", receiver.items());
    let left: Vec<Value> = a2.all("subscriptions").await;
    assert_eq!(left.len(), 1, "{left:#?}");
    assert_eq!(left[0]["id"], renewed);
}

#[tokio::test]
async fn a_disabled_account_is_told_of_nothing_more() {
    let world = World::start();
    let [a, admin] = world.people(["A", "AA"]);
    let receiver = Receiver::start().await;
    let body = json!({"displayName": "X", "userPrincipalName": "x@a.test",
        "passwordProfile": {"password": PASSWORD}});
    let x = admin.post("users", body).await.id();
    let token = world.anonymous().sign_in("x@a.test", PASSWORD).await.expect(200);
    let script = world.anonymous().with_token(token["token"].as_str().unwrap());
    let chat = a.start_with("x@a.test").await.id();
    script.subscribe("/me/chats/getAllMessages", &receiver).await;
    a.say(&chat, "One").await;
    receiver.wait_for(1, "created").await;
    admin.patch(&format!("users/{x}"), json!({"accountEnabled": false})).await;
    receiver.wait_for(1, "subscriptionRemoved").await;
    a.say(&chat, "Two").await;
    tokio::time::sleep(QUIET).await;
    assert_eq!(receiver.items_with("created").len(), 1, "{:#?}", receiver.items());
}

#[tokio::test]
async fn somebody_without_the_role_is_told_of_no_administrative_change() {
    let world = World::start();
    let admin = world.person("AA");
    let body = json!({"displayName": "Y", "userPrincipalName": "y@a.test",
        "roles": ["securityAdministrator"], "passwordProfile": {"password": PASSWORD}});
    let y = admin.post("users", body).await.id();
    let token = world.anonymous().sign_in("y@a.test", PASSWORD).await.expect(200);
    let script = world.anonymous().with_token(token["token"].as_str().unwrap());
    let receiver = Receiver::start().await;
    script.subscribe("/admin/teams/externalAccess", &receiver).await;
    admin.configure(json!({"blockedDomains": {"add": ["one.test"]}})).await;
    receiver.wait_for(1, "auditEvents").await;
    admin.patch(&format!("users/{y}"), json!({"roles": []})).await.expect(204);
    admin.configure(json!({"blockedDomains": {"add": ["two.test"]}})).await;
    receiver.wait_for(1, "subscriptionRemoved").await;
    assert_eq!(receiver.items_with("auditEvents").len(), 1, "{:#?}", receiver.items());
}

#[tokio::test]
async fn renewing_moves_the_end_and_deleting_is_told_to_nobody() {
    let world = World::start();
    let [a, a2] = world.people(["A", "A2"]);
    let chat = a.start(a2).await.id();
    let receiver = Receiver::start().await;
    let id = a2.subscribe("/me/chats/getAllMessages", &receiver).await;
    let path = format!("subscriptions/{id}");
    // What is too short lasts 45 minutes.
    let short = a2.patch(&path, json!({"expirationDateTime": in_minutes(1)})).await.expect(200);
    let end = short["expirationDateTime"].as_str().unwrap().to_owned();
    assert!(end > in_minutes(43) && end < in_minutes(46), "{end}");
    let long = a2.patch(&path, json!({"expirationDateTime": in_minutes(3_000)})).await.expect(200);
    assert!(long["expirationDateTime"].as_str().unwrap() > in_minutes(2_998).as_str());
    a.say(&chat, "One").await;
    let told = receiver.wait_for(1, "created").await;
    assert_eq!(told[0]["subscriptionExpirationDateTime"], long["expirationDateTime"]);
    a2.delete(&path).await.expect(204);
    a.say(&chat, "Two").await;
    tokio::time::sleep(QUIET).await;
    assert_eq!(receiver.items().len(), 1, "{:#?}", receiver.items());
}
