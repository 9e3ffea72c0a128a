//! Clients that send garbage are refused cleanly, and nobody else notices.

use serde_json::{Value, json};
use visavis_tests::client::Client;
use visavis_tests::socket::Socket;
use visavis_tests::world::{PASSWORD, World};

use crate::raw::{Raw, authorization, close_code, frame, request, upgrade};

/// Somebody else's connection still delivers, and the server still answers.
async fn assert_lives(world: &World, bystander: &mut Socket) {
    let [a, a2] = world.people(["A", "A2"]);
    let chat = a.start(a2).await.id();
    let id = a2.say(&chat, "Undisturbed").await.id();
    bystander.frame_of(&format!("messages('{id}')")).await.unwrap();
    assert!(!world.server.log().contains("panicked"), "{}", world.server.log());
}

#[tokio::test]
async fn frames_that_no_client_should_send_end_the_connection() {
    let world = World::start();
    let [a, a2] = world.people(["A", "A2"]);
    let mut bystander = Socket::open(a).await.unwrap();
    let huge = vec![b'x'; 100_000];
    let mut promised = frame(0x81, b"x");
    promised.splice(1..2, [0x80 | 127, 0x7f, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff]);
    let cases: [(&str, Vec<u8>, &[u16]); 12] = [
        ("text", frame(0x81, b"{\"hello\": 1}"), &[1008]),
        ("binary", frame(0x82, &[0, 1, 2]), &[1003]),
        ("invalid UTF-8", frame(0x81, &[0xff, 0xfe]), &[1002, 1007]),
        ("without a mask", vec![0x81, 2, b'h', b'i'], &[1002]),
        ("a reserved opcode", frame(0x83, b"x"), &[1002]),
        ("reserved bits", frame(0xf1, b"x"), &[1002]),
        ("a continuation of nothing", frame(0x80, b"x"), &[1002]),
        ("a ping that is too long", frame(0x89, &[b'x'; 126]), &[1002]),
        ("a ping in pieces", frame(0x09, b"x"), &[1002]),
        ("a huge frame", frame(0x81, &huge), &[1002, 1009]),
        ("the promise of an endless frame", promised, &[1002, 1009]),
        ("noise", (0..=255).rev().cycle().take(4_096).collect(), &[1002]),
    ];
    for (what, bytes, codes) in cases {
        let mut raw = Raw::upgraded(a2).await;
        raw.write(&bytes).await;
        let code = close_code(&raw.rest().await);
        assert!(code.is_some_and(|code| codes.contains(&code)), "{what}: {code:?}");
    }
    assert_lives(&world, &mut bystander).await;
}

#[tokio::test]
async fn connections_that_break_off_anywhere_harm_nobody() {
    let world = World::start();
    let [a, a2] = world.people(["A", "A2"]);
    let mut bystander = Socket::open(a).await.unwrap();
    let whole = upgrade(&authorization(a2));
    for end in (1..whole.len()).step_by(7) {
        let mut raw = Raw::connect(a2).await;
        raw.write(&whole.as_bytes()[..end]).await;
    }
    for bytes in [&[0x81][..], &[0x81, 0xff], &frame(0x81, b"half of it")[..8]] {
        let mut raw = Raw::upgraded(a2).await;
        raw.write(bytes).await;
    }
    let mut raw = Raw::connect(a2).await;
    raw.write(b"\x16\x03\x01\x02\x00\x01\x00 not HTTP at all \r\n\r\n").await;
    assert!(raw.rest().await.starts_with(b"HTTP/1.1 400"));
    assert_lives(&world, &mut bystander).await;
}

#[tokio::test]
async fn requests_that_open_nothing_are_refused_with_the_envelope() {
    let world = World::start();
    let a = world.person("A");
    let who = authorization(a);
    let without_key = format!("{who}Connection: Upgrade\r\nUpgrade: websocket\r\n");
    let old = format!(
        "{who}Connection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 8\r\n\
         Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n"
    );
    let other = format!("{who}Connection: Upgrade\r\nUpgrade: h2c\r\n");
    for (what, request, status) in [
        ("no upgrade", request(&who), "426"),
        ("another protocol", request(&other), "426"),
        ("no key", request(&without_key), "400"),
        ("an old version", request(&old), "426"),
        ("nobody", upgrade(""), "401"),
        ("a wrong token", upgrade("Authorization: Bearer vv_nonsense\r\n"), "401"),
        ("no bearer", upgrade("Authorization: Basic YTpi\r\n"), "401"),
    ] {
        let mut raw = Raw::connect(a).await;
        let head = raw.ask(&request.replacen("\r\n\r\n", "\r\nConnection: close\r\n\r\n", 1)).await;
        assert!(head.starts_with(&format!("HTTP/1.1 {status}")), "{what}: {head}");
        let head = head.to_ascii_lowercase();
        for line in ["upgrade: websocket", "sec-websocket-version: 13"] {
            assert_eq!(
                head.contains(&format!("\r\n{line}\r\n")),
                status == "426",
                "{what}: {head}"
            );
        }
        let body: Value = serde_json::from_slice(&raw.rest().await).unwrap();
        let sentence = body["error"]["message"].as_str().unwrap();
        assert!(sentence.ends_with('.'), "{what}: {body}");
        assert!(body["error"]["innerError"]["request-id"].is_string(), "{what}: {body}");
    }
    a.get("me/notifications").await.expect(426);
}

#[tokio::test]
async fn a_cookie_opens_a_connection_for_pages_of_the_server_only() {
    let world = World::start();
    let cookie = cookie(world.anonymous()).await;
    for (origin, status) in [
        ("Origin: http://visavis.test\r\n", "101"),
        ("Origin: https://evil.test\r\n", "403"),
        ("Origin: http://visavis.test.evil.test\r\n", "403"),
        ("Origin: http://visavis.test:81\r\n", "403"),
        ("Origin: null\r\n", "403"),
        ("", "403"),
    ] {
        let mut raw = Raw::connect(world.anonymous()).await;
        let head = raw.ask(&upgrade(&format!("Cookie: {cookie}\r\n{origin}"))).await;
        assert!(head.starts_with(&format!("HTTP/1.1 {status}")), "{origin}: {head}");
    }
}

#[tokio::test]
async fn a_browser_with_two_accounts_says_whose_connection_it_opens() {
    let world = World::start();
    let [a, b, c] = world.people(["A", "B", "C"]);
    let client = world.anonymous();
    let both = format!("{}; {}", cookie(client).await, cookie_of(client, "b@b.test").await);
    for (query, status) in [
        (format!("?account={}", a.id), "101"),
        (format!("?account={}", b.id), "101"),
        (String::new(), "400"),
        (format!("?account={}", c.id), "401"),
        ("?account=nobody".to_owned(), "400"),
        ("?account=%FF".to_owned(), "400"),
    ] {
        let mut raw = Raw::connect(client).await;
        let head = upgrade(&format!("Cookie: {both}\r\nOrigin: http://visavis.test\r\n"));
        let head = head.replacen("/notifications", &format!("/notifications{query}"), 1);
        let head = raw.ask(&head).await;
        assert!(head.starts_with(&format!("HTTP/1.1 {status}")), "{query}: {head}");
    }
}

/// The session cookie, as a browser sends it back.
async fn cookie(client: &Client) -> String {
    cookie_of(client, "a@a.test").await
}

async fn cookie_of(client: &Client, address: &str) -> String {
    let body = json!({"address": address, "password": PASSWORD});
    let answer = client.post("auth/signIn", body).await;
    assert_eq!(answer.status, 200, "{answer:?}");
    let cookie = answer.header("set-cookie");
    cookie.split(';').next().unwrap().to_owned()
}
