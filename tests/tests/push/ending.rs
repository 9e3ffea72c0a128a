//! How connections end, and that nothing is lost then.

use std::collections::BTreeSet;

use serde_json::{Value, json};
use tokio::net::TcpSocket;
use visavis_tests::server::Server;
use visavis_tests::socket::Socket;
use visavis_tests::world::World;

/// Messages that fit neither into the queue of a connection nor into the buffers of the system.
const MANY: usize = 900;
const BYTES: usize = 20_000;

#[tokio::test]
async fn a_revoked_token_ends_its_connections_at_once() {
    let world = World::start();
    let a = world.person("A");
    let made = a.post("me/tokens", json!({"name": "Script"})).await.expect(201);
    let secret = made["secret"].as_str().unwrap();
    let script = a.with_token(secret);
    let mut sockets = [Socket::open(&script).await.unwrap(), Socket::open(&script).await.unwrap()];
    let mut own = Socket::open(a).await.unwrap();
    a.delete(&format!("me/tokens/{}", made["id"].as_str().unwrap())).await.expect(204);
    for socket in &mut sockets {
        assert_eq!(socket.closed().await.unwrap(), Some(4003));
    }
    let refused = Socket::begin(&script, None).await.unwrap_err();
    assert!(refused.to_string().contains("401"), "{refused}");
    // Connections of another token go on.
    let chat = a.start(world.person("A2")).await.id();
    a.say(&chat, "Still there").await;
    own.frame_of("')").await.unwrap();
}

#[tokio::test]
async fn signing_out_ends_the_connection() {
    let world = World::start();
    let signed_in = world.anonymous().sign_in("a@a.test", "correct horse battery").await;
    let client = world.anonymous().with_token(signed_in.json()["token"].as_str().unwrap());
    let mut socket = Socket::open(&client).await.unwrap();
    client.post("auth/signOut", Value::Null).await.expect(204);
    assert_eq!(socket.closed().await.unwrap(), Some(4003));
}

#[tokio::test]
async fn a_token_that_this_deployment_did_not_make_is_too_old() {
    let world = World::start();
    let a = world.person("A");
    let elsewhere = Server::demonstration();
    let stranger = elsewhere
        .anonymous()
        .with_token(elsewhere.demo()["accounts"][0]["token"].as_str().unwrap());
    let foreign = Socket::open(&stranger).await.unwrap().token;
    let own = Socket::open(a).await.unwrap().token;
    let mut altered = own.clone();
    let first = altered.remove(0);
    altered.insert(0, if first == 'A' { 'B' } else { 'A' });
    let long = "x".repeat(4_000);
    for token in [&*foreign, "garbage", "0", "%00", "%F0%9F%91%8D", &long] {
        let mut socket = Socket::begin(a, Some(token)).await.unwrap();
        assert_eq!(socket.closed().await.unwrap(), Some(4001), "{token}");
    }
    let mut socket = Socket::begin(a, Some(&altered)).await.unwrap();
    let code = socket.closed().await.unwrap();
    assert_eq!(code, Some(4001), "altered from {own} to {altered}");
    let mut socket = Socket::begin(a, Some(&own)).await.unwrap();
    assert_eq!(socket.frame().await.unwrap()["resource"], "me");
}

/// A token is a point in time: in somebody else's hands it tells nothing of the one who had it.
#[tokio::test]
async fn a_token_of_somebody_else_tells_nothing_of_theirs() {
    let world = World::start();
    let [a, a2, b] = world.people(["A", "A2", "B"]);
    let token = Socket::open(a).await.unwrap().token;
    let chat = a.start(a2).await.id();
    a.say(&chat, "among us").await.expect(201);
    let mut socket = Socket::begin(b, Some(&token)).await.unwrap();
    let frame = socket.frame().await.unwrap();
    assert_eq!((&frame["resource"], &frame["resourceData"]["id"]), (&json!("me"), &json!(b.id)));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_client_that_does_not_read_is_cut_off_and_resumes_without_loss() {
    let world = World::start();
    let [a, a2] = world.people(["A", "A2"]);
    let chat = a.start(a2).await.id();
    let small = TcpSocket::new_v4().unwrap();
    small.set_recv_buffer_size(4_096).unwrap();
    let address = a.base_url().trim_start_matches("http://").parse().unwrap();
    let mut slow = Socket::over(small.connect(address).await.unwrap(), a2, None).await.unwrap();
    slow.frame().await.unwrap();
    let mut quick = Socket::open(a).await.unwrap();
    let text = "x".repeat(BYTES);
    let mut sent = BTreeSet::new();
    for _ in 0..MANY {
        let id = a.say(&chat, &text).await.id();
        quick.frame_of(&format!("messages('{id}')")).await.unwrap();
        sent.insert(id);
    }
    assert_eq!(slow.closed().await.unwrap(), Some(4000));
    let before = slow.texts.len();
    assert!(before < MANY, "everything was kept for it: {before}");
    let mut resumed = Socket::begin(a2, Some(&slow.token)).await.unwrap();
    while resumed.frame().await.unwrap()["resource"] != "me" {}
    let frames = slow.texts.iter().chain(&resumed.texts);
    let frames = frames.map(|text| serde_json::from_str::<Value>(text).unwrap());
    let told: Vec<String> = frames
        .filter(|frame| frame["resource"].as_str().unwrap().contains("/messages("))
        .map(|frame| frame["resourceData"]["id"].as_str().unwrap().to_owned())
        .collect();
    assert_eq!(told.iter().cloned().collect::<BTreeSet<_>>(), sent);
    assert!(told.is_sorted(), "in the order of the chat");
}
