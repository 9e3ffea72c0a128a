//! Notifications with resource data, which only the subscriber can read.

use std::collections::BTreeSet;

use reqwest::Method;
use serde_json::json;
use visavis_tests::receiver::Receiver;
use visavis_tests::sealed::{THUMBPRINT, open, rich_wish};
use visavis_tests::world::World;

#[tokio::test]
async fn a_subscriber_reads_what_a_fetch_shows() {
    let world = World::start();
    let [a, b] = world.people(["A", "B"]);
    let chat = a.befriend(b).await;
    let receiver = Receiver::start().await;
    for resource in
        [format!("/chats/{chat}/messages"), format!("/chats/{chat}/members"), "/chats".to_owned()]
    {
        let made = b.post("subscriptions", rich_wish(&resource, &receiver)).await.expect(201);
        assert_eq!(made["encryptionCertificateId"], "first");
        assert_eq!(made["encryptionCertificate"], json!(null));
    }
    let long = "x".repeat(20_000);
    let texts = ["Hello", "<b>\u{1F44B}</b>", long.as_str()];
    for text in texts {
        a.say(&chat, text).await.expect(201);
    }
    a.post(&format!("chats/{chat}/markChatReadForUser"), json!({"user": {"id": a.id}})).await;
    let told = receiver.wait_for(3, "/messages(").await;
    let mut keys = BTreeSet::new();
    for (item, text) in told.iter().zip(texts) {
        let content = &item["encryptedContent"];
        assert_eq!(content["encryptionCertificateThumbprint"], THUMBPRINT);
        assert_eq!(content["encryptionCertificateId"], "first");
        keys.insert(content["dataKey"].to_string());
        let data = open(item);
        assert_eq!(data["body"]["content"], text);
        let mut fetched = b.get(item["resource"].as_str().unwrap()).await.expect(200);
        fetched.as_object_mut().unwrap().remove("@odata.context");
        assert_eq!(data, fetched);
    }
    assert_eq!(keys.len(), 3, "a fresh key for each");
    for item in receiver.items() {
        assert!(!item.to_string().contains("Hello"), "in the clear: {item}");
        assert_eq!(open(&item)["id"], item["resourceData"]["id"]);
    }
}

#[tokio::test]
async fn a_certificate_can_be_changed_and_basic_notifications_have_no_data() {
    let world = World::start();
    let [a, a2] = world.people(["A", "A2"]);
    let chat = a.start(a2).await.id();
    let receiver = Receiver::start().await;
    let wish = rich_wish(&format!("/chats/{chat}/messages"), &receiver);
    let id = a2.post("subscriptions", wish.clone()).await.id();
    a.say(&chat, "One").await;
    receiver.wait_for(1, "first").await;
    let change = json!({
        "encryptionCertificate": wish["encryptionCertificate"],
        "encryptionCertificateId": "second",
    });
    let changed = a2.patch(&format!("subscriptions/{id}"), change).await.expect(200);
    assert_eq!(changed["encryptionCertificateId"], "second");
    a.say(&chat, "Two").await;
    assert_eq!(open(&receiver.wait_for(1, "second").await[0])["body"]["content"], "Two");
    let basic = Receiver::start().await;
    a2.subscribe(&format!("/chats/{chat}/messages"), &basic).await;
    a.say(&chat, "Three").await;
    let told = basic.wait_for(1, "created").await;
    assert_eq!(told[0].get("encryptedContent"), None);
    assert_eq!(told[0].get("validationTokens"), None);
}

/// Nobody asks when a notification is sent, so lines of the system have the type that every client
/// knows; whoever fetches the same line may ask for its own.
#[tokio::test]
async fn lines_are_told_with_the_type_that_every_client_knows() {
    let world = World::start();
    let [a, a2] = world.people(["A", "A2"]);
    let group = a.group("One", &[a2]).await.id();
    let receiver = Receiver::start().await;
    let wish = rich_wish(&format!("/chats/{group}/messages"), &receiver);
    let prefer = ("Prefer", "include-unknown-enum-members");
    let request = a2.request(Method::POST, "subscriptions").header(prefer.0, prefer.1);
    a2.send(request.json(&wish)).await.expect(201);
    a.patch(&format!("chats/{group}"), json!({"topic": "Two"})).await.expect(200);
    let item = receiver.wait_for(1, "/messages(").await.remove(0);
    let data = open(&item);
    assert_eq!(data["messageType"], "unknownFutureValue");
    let fetched = a2.request(Method::GET, item["resource"].as_str().unwrap());
    let fetched = a2.send(fetched.header(prefer.0, prefer.1)).await.expect(200);
    assert_eq!(fetched["messageType"], "systemEventMessage");
    assert_eq!(data["eventDetail"], fetched["eventDetail"]);
}
