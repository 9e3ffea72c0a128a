//! The process is killed while subscribers are told: what was acknowledged is told after the
//! restart, at least once and in order (P1, P2).

use std::collections::BTreeMap;
use std::time::{Duration, Instant};

use serde_json::{Value, json};
use visavis_tests::receiver::{Delivery, Receiver, wish};

use crate::person::Person;
use crate::process::Server;
use crate::seed::Seed;

const ROUNDS: usize = 5;

/// The ids of the messages that were taken, in the order in which they came, by chat.
fn taken(receiver: &Receiver) -> BTreeMap<String, Vec<i64>> {
    let mut chats: BTreeMap<String, Vec<i64>> = BTreeMap::new();
    for item in receiver.items_with("/messages(") {
        let resource = item["resource"].as_str().unwrap();
        let (chat, _message) = resource.split_once('/').unwrap();
        let id = item["resourceData"]["id"].as_str().unwrap().parse().unwrap();
        chats.entry(chat.to_owned()).or_default().push(id);
    }
    chats
}

/// Each first arrival is newer than every arrival before it: order, repeats aside.
fn assert_in_order(chats: &BTreeMap<String, Vec<i64>>) {
    for (chat, ids) in chats {
        let mut newest = 0;
        let mut seen = std::collections::BTreeSet::new();
        for id in ids {
            if seen.insert(*id) {
                assert!(*id > newest, "{chat}: {id} came after {newest}: {ids:?}");
                newest = *id;
            }
        }
    }
}

/// Waits until all of these are told.
async fn until_told(receiver: &Receiver, chat: &str, acknowledged: &[i64]) {
    let deadline = Instant::now() + Duration::from_secs(60);
    let missing = || {
        let told = taken(receiver).remove(chat).unwrap_or_default();
        acknowledged.iter().filter(|id| !told.contains(id)).count()
    };
    while missing() > 0 {
        let (missing, count) = (missing(), acknowledged.len());
        assert!(Instant::now() < deadline, "{missing} of {count} are not told: {chat}");
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
}

async fn write(person: Person, chat: String) -> Vec<i64> {
    let mut acknowledged = Vec::new();
    let body = json!({"body": {"content": "Hello"}});
    while let Ok(answer) = person.post(&format!("/chats/{chat}/messages"), &body).await {
        if let Ok(id) = answer.text("/id").parse() {
            acknowledged.push(id);
        }
    }
    acknowledged
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn subscribers_are_told_after_a_crash_what_was_acknowledged_before_it() {
    let folder = tempfile::tempdir().unwrap();
    let mut server = Server::start(folder.path()).unwrap();
    let (receiver, other) = (Receiver::start().await, Receiver::start().await);
    let people = |server: &Server| {
        ["ben", "hana", "jonas", "farah"].map(|name| server.person(name).unwrap())
    };
    let [ben, _hana, jonas, farah] = people(&server);
    let first = ben.start("hana.sato@fabrikam.example").await.unwrap();
    let second = jonas.start("farah.haddad@fabrikam.example").await.unwrap();
    for (who, to) in [(&ben, &receiver), (&farah, &other)] {
        let made = who.post("/subscriptions", &wish("/me/chats/getAllMessages", to)).await.unwrap();
        made.ok().unwrap();
    }
    let mut acknowledged: BTreeMap<String, Vec<i64>> = BTreeMap::new();
    let mut seed = Seed(0x5eed_0009);
    for round in 0..ROUNDS {
        let [ben, hana, jonas, farah] = people(&server);
        // Some are killed while the receiver refuses, so that there is something to try again.
        let delivery = if round % 2 == 1 { Delivery::Refuse(503) } else { Delivery::Accept };
        receiver.takes(delivery);
        let tasks = [
            (&first, tokio::spawn(write(ben, first.clone()))),
            (&first, tokio::spawn(write(hana, first.clone()))),
            (&second, tokio::spawn(write(jonas, second.clone()))),
            (&second, tokio::spawn(write(farah, second.clone()))),
        ];
        let after = Duration::from_millis(seed.between(200, 900));
        eprintln!("round {round}: SIGKILL after {after:?}");
        tokio::time::sleep(after).await;
        server.kill().unwrap();
        for (chat, task) in tasks {
            let ids = task.await.unwrap();
            acknowledged.entry(format!("chats('{chat}')")).or_default().extend(ids);
        }
        receiver.takes(Delivery::Accept);
        server = Server::start(folder.path()).unwrap();
    }
    let count: usize = acknowledged.values().map(Vec::len).sum();
    eprintln!("{count} messages were acknowledged");
    assert!(count > 20, "nearly nothing was acknowledged: {count}");
    for (receiver, chat) in [(&receiver, &first), (&other, &second)] {
        let name = format!("chats('{chat}')");
        until_told(receiver, &name, &acknowledged[&name]).await;
        assert_in_order(&taken(receiver));
    }
    // The subscriptions are still there, and what is new is told.
    let [ben, _, _, farah] = people(&server);
    for who in [ben, farah] {
        let listed = who.all("/subscriptions").await.unwrap();
        assert_eq!(
            listed.len(),
            1,
            "{:?}",
            listed.iter().map(Value::to_string).collect::<Vec<_>>()
        );
    }
}
