//! Notifications arrive at least once, in the order of each chat, whatever other subscribers do.

use std::collections::BTreeMap;
use std::time::{Duration, Instant};

use serde_json::Value;
use visavis_tests::receiver::{Delivery, Receiver};
use visavis_tests::world::{Person, World};

fn resources(items: &[Value]) -> Vec<String> {
    items.iter().map(|item| item["resource"].as_str().unwrap().to_owned()).collect()
}

/// Each chat's messages in the order in which they were told.
fn by_chat(items: &[Value]) -> BTreeMap<String, Vec<String>> {
    let mut chats: BTreeMap<String, Vec<String>> = BTreeMap::new();
    for resource in resources(items) {
        let (chat, message) = resource.split_once('/').unwrap();
        chats.entry(chat.to_owned()).or_default().push(message.to_owned());
    }
    chats
}

async fn say_sixty(who: &Person, chat: String) -> (String, Vec<String>) {
    let mut ids = Vec::new();
    for number in 0..60 {
        ids.push(format!("messages('{}')", who.say(&chat, &number.to_string()).await.id()));
    }
    (format!("chats('{chat}')"), ids)
}

#[tokio::test]
async fn under_load_nothing_is_missing_and_every_chat_is_in_order() {
    let world = World::start();
    let [a, a2, b, c] = world.people(["A", "A2", "B", "C"]);
    let receiver = Receiver::start().await;
    a.subscribe("/me/chats/getAllMessages", &receiver).await;
    let mut sent: BTreeMap<String, Vec<String>> = BTreeMap::new();
    let chats = [a2.start(a).await.id(), b.befriend(a).await, c.befriend(a).await];
    let before = receiver.items().len();
    let senders = [a2, b, c].into_iter().zip(chats).map(|(who, chat)| say_sixty(who, chat));
    sent.extend(futures_util::future::join_all(senders).await);
    receiver.wait_for(180 + before, "/messages(").await;
    tokio::time::sleep(Duration::from_millis(300)).await;
    let told = by_chat(&receiver.items());
    for (chat, ids) in sent {
        let told: Vec<&String> = told[&chat].iter().filter(|id| ids.contains(id)).collect();
        assert_eq!(told, ids.iter().collect::<Vec<_>>(), "{chat}");
    }
    let posts = receiver.arrivals().iter().filter(|arrival| arrival.is_taken).count();
    assert!(posts < 180, "what gathers goes together: {posts} requests");
}

#[tokio::test]
async fn what_was_refused_or_not_answered_comes_again_in_order() {
    let world = World::start();
    let [a, a2] = world.people(["A", "A2"]);
    let chat = a.start(a2).await.id();
    let receiver = Receiver::start().await;
    a2.subscribe(&format!("/chats/{chat}/messages"), &receiver).await;
    let mut sent = Vec::new();
    for delivery in [
        Delivery::Refuse(500),
        Delivery::Refuse(404),
        Delivery::Refuse(429),
        Delivery::Hang,
        Delivery::AcceptAfter(Duration::from_secs(4)),
    ] {
        let is_slow = !matches!(delivery, Delivery::Refuse(_));
        receiver.takes(delivery);
        let id = a.say(&chat, "Hello").await.id();
        sent.push(format!("chats('{chat}')/messages('{id}')"));
        let pause = if is_slow { Duration::from_secs(4) } else { Duration::from_millis(200) };
        tokio::time::sleep(pause).await;
        receiver.takes(Delivery::Accept);
        receiver.wait_for(1, &id).await;
    }
    // Once is not enough for what was taken too late to count; twice is no harm.
    let mut told = resources(&receiver.items());
    told.dedup();
    assert_eq!(told, sent);
    let refused = receiver.arrivals();
    let refused: Vec<_> = refused.iter().filter(|arrival| !arrival.is_taken).collect();
    assert!(refused.len() >= 5, "{refused:#?}");
    for arrival in &refused {
        if !arrival.line.contains("validationToken") {
            assert_eq!(arrival.header("content-type"), "application/json; charset=utf-8");
        }
    }
}

#[tokio::test]
async fn a_dead_or_slow_subscriber_slows_nobody() {
    let world = World::start();
    let [a, a2, a3] = world.people(["A", "A2", "A3"]);
    let group = a.group("Plans", &[a2, a3]).await.id();
    let (quick, slow, dead) =
        (Receiver::start().await, Receiver::start().await, Receiver::start().await);
    // Twice as many as have places at the same time, of two people.
    for who in [a2, a3] {
        for _ in 0..16 {
            who.subscribe("/me/chats/getAllMessages", &dead).await;
        }
        who.subscribe("/me/chats/getAllMessages", &slow).await;
    }
    a.subscribe("/me/chats/getAllMessages", &quick).await;
    dead.takes(Delivery::Hang);
    slow.takes(Delivery::AcceptAfter(Duration::from_secs(2)));
    let begun = Instant::now();
    for number in 1..=20 {
        a2.say(&group, "Hello").await.expect(201);
        quick.wait_for(number, "created").await;
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
    let elapsed = begun.elapsed();
    assert!(elapsed < Duration::from_secs(15), "20 messages took {elapsed:?}");
    assert_eq!(dead.items().len(), 0);
    slow.wait_for(40, "created").await;
}

#[tokio::test]
async fn sending_and_stopping_wait_for_no_subscriber() {
    let mut world = World::start();
    let dead = Receiver::start().await;
    let chat = {
        let [a, a2] = world.people(["A", "A2"]);
        let chat = a.start(a2).await.id();
        a2.subscribe("/me/chats/getAllMessages", &dead).await;
        dead.takes(Delivery::Hang);
        let begun = Instant::now();
        for _ in 0..20 {
            a.say(&chat, "Hello").await.expect(201);
        }
        assert!(begun.elapsed() < Duration::from_secs(3), "{:?}", begun.elapsed());
        chat
    };
    let begun = Instant::now();
    assert!(world.server.stop().success());
    assert!(begun.elapsed() < Duration::from_secs(8), "{:?}", begun.elapsed());
    assert!(!world.server.log().contains(&chat));
}
