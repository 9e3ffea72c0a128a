//! Limits that show from outside (P9); more stand with the rows of the decision table.

use serde_json::{Value, json};
use visavis_tests::world::World;

#[tokio::test]
async fn twenty_addresses_at_once() {
    let world = World::start();
    let a = world.person("A");
    let ask = async |count: usize| {
        let one = json!({"@odata.type": "#microsoft.graph.emailIdentity", "email": "b@b.test"});
        a.post("me/externalContacts/resolve", json!({"identities": vec![one; count]})).await
    };
    assert_eq!(ask(20).await.entries().len(), 20);
    assert_eq!(ask(21).await.line(), "400 invalid");
    assert!(ask(0).await.entries().is_empty());
    // In the order that was asked for.
    let mixed = json!({"identities": [
        {"email": "nobody@mail.test"}, {"phoneNumber": "+4930901820"}, {"email": "b@b.test"},
    ]});
    let found = a.post("me/externalContacts/resolve", mixed).await.entries();
    let results: Vec<&Value> = found.iter().map(|one| &one["result"]).collect();
    assert_eq!(results, [&json!("notReachable"), &json!("found"), &json!("found")]);
}

#[tokio::test]
async fn bodies_count_before_and_after_cleaning() {
    let world = World::start();
    let [a, a2] = world.people(["A", "A2"]);
    let chat = a.start(a2).await.id();
    let path = format!("chats/{chat}/messages");
    let html = |content: String| json!({"body": {"contentType": "html", "content": content}});
    let removed = "<script>evil()</script>".repeat(1_000);
    a.post(&path, html(format!("<p>small</p>{removed}"))).await.expect(201);
    let removed = "<script>evil()</script>".repeat(2_000);
    let large = html(format!("<p>small</p>{removed}"));
    assert_eq!(a.post(&path, large).await.line(), "413 messageTooLarge");
    let large = html("<b>x</b>".repeat(28 * 1024 / 8 + 1));
    assert_eq!(a.post(&path, large).await.line(), "413 messageTooLarge");
    let sent = a.say(&chat, "short").await.id();
    let edit = json!({"body": {"content": "x".repeat(28 * 1024 + 1)}});
    assert_eq!(a.patch(&format!("{path}/{sent}"), edit).await.line(), "413 messageTooLarge");
    assert_eq!(a.read(&chat).await.last().map(String::as_str), Some("short"));
}

#[tokio::test]
async fn quotes_mentions_reactions_and_tokens() {
    let world = World::start();
    let [a, a2] = world.people(["A", "A2"]);
    let chat = a.start(a2).await.id();
    let id = a.say(&chat, "x").await.id();
    let path = format!("chats/{chat}/messages");
    let mut ids = Vec::new();
    for number in 0..11 {
        ids.push(a.say(&chat, &number.to_string()).await.id());
    }
    let reply =
        |ids: &[String]| json!({"messageIds": ids, "replyMessage": {"body": {"content": "x"}}});
    a.post(&format!("{path}/replyWithQuote"), reply(&ids[..10])).await.expect(201);
    let refused = a.post(&format!("{path}/replyWithQuote"), reply(&ids)).await;
    assert!([400, 403].contains(&refused.status), "{}", refused.text);
    let mentions: Vec<Value> = (0..51)
        .map(|id| json!({"id": id, "mentionText": "A2", "mentioned": {"user": {"id": a2.id}}}))
        .collect();
    let body = json!({"body": {"contentType": "html", "content": "x"}, "mentions": mentions});
    let refused = a.post(&path, body).await;
    assert!([400, 403].contains(&refused.status), "{}", refused.text);
    let react = async |number: u32| {
        let reaction = char::from_u32(0x1F600 + number).expect("a smiley").to_string();
        a.post(&format!("{path}/{id}/setReaction"), json!({"reactionType": reaction})).await
    };
    for number in 0..20 {
        react(number).await.expect(204);
    }
    assert_eq!(react(20).await.line(), "403 limitReached");
    let mut last = 0;
    for number in 0..=100 {
        last = a.post("me/tokens", json!({"name": format!("T{number}")})).await.status;
    }
    assert_eq!(last, 403);
    assert_eq!(a.get("me/tokens").await.entries().len(), 100);
}

#[tokio::test]
async fn versions_of_a_message_are_bounded() {
    let world = World::start();
    let [a, a2] = world.people(["A", "A2"]);
    let chat = a.start(a2).await.id();
    let id = a.say(&chat, "0").await.id();
    let path = format!("chats/{chat}/messages/{id}");
    for number in 1..=200 {
        a.patch(&path, json!({"body": {"content": number.to_string()}})).await.expect(204);
    }
    let refused = a.patch(&path, json!({"body": {"content": "201"}})).await;
    assert_eq!(refused.line(), "403 limitReached");
    assert_eq!(a.get(&format!("{path}/versions")).await.entries().len(), 200);
    assert_eq!(a2.read(&chat).await, ["200"]);
}
