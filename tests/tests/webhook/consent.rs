//! Nothing flows that a fetch by the subscriber would not show at that moment (P3, P5).

use std::time::Duration;

use serde_json::{Value, json};
use visavis_tests::receiver::{Delivery, Receiver};
use visavis_tests::sealed::{open, rich_wish};
use visavis_tests::world::{Person, World};

const SECRET: &str = "quicksilver";
const QUIET: Duration = Duration::from_millis(500);

async fn rich(who: &Person, resource: &str, receiver: &Receiver) -> String {
    who.post("subscriptions", rich_wish(resource, receiver)).await.id()
}

/// Everything that a receiver was told, with what was encrypted.
fn told(receiver: &Receiver) -> String {
    let items = receiver.items();
    let opened =
        |item: &Value| if item["encryptedContent"].is_null() { json!(null) } else { open(item) };
    items.iter().map(|item| format!("{item} {}\n", opened(item))).collect()
}

#[tokio::test]
async fn before_acceptance_nothing_of_either_side_reaches_a_subscriber() {
    let world = World::start();
    let [a, b] = world.people(["A", "B"]);
    let (asking, asked) = (Receiver::start().await, Receiver::start().await);
    for resource in
        ["/me/chats", "/me/chats/getAllMessages", "/chats/getAllMembers", "/me/chats/requests"]
    {
        rich(a, resource, &asking).await;
        rich(b, resource, &asked).await;
    }
    let chat = a.start(b).await.id();
    let answer =
        b.post("subscriptions", rich_wish(&format!("/chats/{chat}/messages"), &asked)).await;
    assert_eq!(answer.line(), "404", "as a fetch says");
    assert_eq!(b.get(&format!("chats/{chat}/messages")).await.line(), "404");
    rich(b, &format!("/chats/{chat}"), &asked).await;
    rich(b, &format!("/chats/{chat}/members"), &asked).await;
    let id = a.say(&chat, &format!("the {SECRET} is here")).await.id();
    let html =
        json!({"body": {"contentType": "html", "content": format!("<b>{SECRET}</b> again")}});
    a.patch(&format!("chats/{chat}/messages/{id}"), html).await;
    a.say(&chat, &format!("{SECRET} for ever")).await.expect(201);
    asked.wait_for(1, &chat).await;
    asking.wait_for(2, "/messages(").await;
    b.get(&format!("chats/{chat}/requestPreview")).await.expect(200);
    tokio::time::sleep(QUIET).await;
    assert!(!told(&asked).contains(SECRET), "{}", told(&asked));
    assert!(!told(&asked).contains("/messages("), "{}", told(&asked));
    assert!(told(&asking).contains(SECRET), "one's own words are told");
    // A refusal is not told to the other side.
    let before = asking.items().len();
    b.decline(&chat).await.expect(204);
    tokio::time::sleep(QUIET).await;
    assert_eq!(asking.items().len(), before, "{}", told(&asking));
    // The subscriptions to the chat that does not exist for B any more are ended.
    asked.wait_for(2, "subscriptionRemoved").await;
    let left = b.all("subscriptions").await;
    assert_eq!(left.len(), 4, "{left:#?}");
    // From acceptance on everything flows.
    let again = Receiver::start().await;
    rich(b, "/me/chats/getAllMessages", &again).await;
    let other = world.person("C").befriend(b).await;
    world.person("C").say(&other, SECRET).await.expect(201);
    again.wait_for(1, "/messages(").await;
    tokio::time::sleep(QUIET).await;
    assert!(told(&again).contains(SECRET));
}

#[tokio::test]
async fn chats_of_others_cannot_be_watched() {
    let world = World::start();
    let [a, a2, b, c] = world.people(["A", "A2", "B", "C"]);
    let receiver = Receiver::start().await;
    let chat = a.start(a2).await.id();
    let group = a.group("Plans", &[a2, b]).await.id();
    b.accept(&group).await;
    let unknown = "19:00000000000000000000000000000000@thread.v2";
    for who in [b, c, world.person("AA")] {
        for resource in ["/chats/{}", "/chats/{}/messages", "/chats/{}/members"] {
            let [theirs, made_up] = [&*chat, unknown].map(|id| resource.replace("{}", id));
            let answer = who.try_subscribe(&theirs, &receiver).await;
            assert_eq!(answer.line(), "404", "{} {theirs}", who.name);
            let made_up = who.try_subscribe(&made_up, &receiver).await;
            assert_eq!(answer.timeless(), made_up.timeless(), "what there is looks like nothing");
        }
    }
    for resource in ["users/{}/chats", "users/{}/chats/getAllMessages"] {
        let theirs = resource.replace("{}", &a.id);
        assert_eq!(b.try_subscribe(&theirs, &receiver).await.line(), "404");
        assert_eq!(
            a2.try_subscribe(&resource.replace("{}", &a.mail), &receiver).await.line(),
            "404"
        );
        a.subscribe(&theirs, &receiver).await;
    }
    // Whoever has left may still read, and is told of nothing.
    b.post(&format!("chats/{group}/leave"), json!({})).await.expect(204);
    for below in ["", "/messages", "/members"] {
        let answer = b.try_subscribe(&format!("/chats/{group}{below}"), &receiver).await;
        assert_eq!(answer.line(), "403 notMember", "{below}");
    }
}

#[tokio::test]
async fn whoever_leaves_is_told_so_and_then_nothing_more() {
    let world = World::start();
    let [a, a2, b] = world.people(["A", "A2", "B"]);
    let receiver = Receiver::start().await;
    let group = a.group("Plans", &[a2, b]).await.id();
    b.accept(&group).await;
    let id = rich(b, &format!("/chats/{group}/messages"), &receiver).await;
    let all = Receiver::start().await;
    rich(b, "/me/chats/getAllMessages", &all).await;
    a.say(&group, "before").await.expect(201);
    receiver.wait_for(1, "/messages(").await;
    // What was said before the end is delivered even when it has to wait; what comes after is not.
    receiver.takes(Delivery::Refuse(503));
    all.takes(Delivery::Refuse(503));
    a.say(&group, "at the end").await.expect(201);
    a.remove(&group, b).await.expect(204);
    a.say(&group, SECRET).await.expect(201);
    tokio::time::sleep(QUIET).await;
    receiver.takes(Delivery::Accept);
    all.takes(Delivery::Accept);
    let removed = receiver.wait_for(1, "lifecycleEvent").await;
    assert_eq!(removed[0]["lifecycleEvent"], "subscriptionRemoved");
    assert_eq!(removed[0]["subscriptionId"], id);
    assert_eq!(removed[0]["clientState"], "sesame");
    assert_eq!(removed[0]["tenantId"].as_str(), b.organisation.as_deref());
    all.wait_for(2, "/messages(").await;
    tokio::time::sleep(QUIET).await;
    for one in [&receiver, &all] {
        assert!(told(one).contains("at the end"), "{}", told(one));
        assert!(!told(one).contains(SECRET), "{}", told(one));
    }
    assert_eq!(b.get(&format!("subscriptions/{id}")).await.line(), "404");
}

#[tokio::test]
async fn what_waits_is_sent_as_it_is_when_it_is_sent() {
    let world = World::start();
    let [a, a2] = world.people(["A", "A2"]);
    let chat = a.start(a2).await.id();
    let receiver = Receiver::start().await;
    rich(a2, &format!("/chats/{chat}/messages"), &receiver).await;
    receiver.takes(Delivery::Refuse(500));
    let id = a.say(&chat, SECRET).await.id();
    tokio::time::sleep(QUIET).await;
    a.post(&format!("chats/{chat}/messages/{id}/softDelete"), json!({})).await.expect(204);
    receiver.takes(Delivery::Accept);
    receiver.wait_for(2, &id).await;
    let told = told(&receiver);
    assert!(!told.contains(SECRET), "deleted meanwhile: {told}");
}

#[tokio::test]
async fn once_an_administrator_ended_contact_nothing_more_flows() {
    let world = World::start();
    let [a, a2, b, admin] = world.people(["A", "A2", "B", "BB"]);
    let chat = a.befriend(b).await;
    let group = a.group("Plans", &[a2, b]).await.id();
    b.accept(&group).await;
    let (pair, of_group, all) =
        (Receiver::start().await, Receiver::start().await, Receiver::start().await);
    rich(b, &format!("/chats/{chat}/messages"), &pair).await;
    let id = rich(b, &format!("/chats/{group}/messages"), &of_group).await;
    rich(b, "/me/chats/getAllMessages", &all).await;
    a.say(&chat, "before").await.expect(201);
    a.say(&group, "before").await.expect(201);
    pair.wait_for(1, "/messages(").await;
    of_group.wait_for(1, "/messages(").await;
    all.wait_for(2, "/messages(").await;
    admin.configure(json!({"allowFederatedUsers": false})).await;
    let refused = a.say(&chat, SECRET).await;
    assert!(refused.status >= 400, "{}", refused.text);
    a.say(&group, SECRET).await.expect(201);
    // Whoever is taken out of a group is told so; a pair keeps its chat, in which nobody can write.
    let removed = of_group.wait_for(1, "subscriptionRemoved").await;
    assert_eq!(removed[0]["subscriptionId"], id);
    tokio::time::sleep(QUIET).await;
    for receiver in [&pair, &of_group, &all] {
        assert!(!told(receiver).contains(SECRET), "{}", told(receiver));
    }
}
