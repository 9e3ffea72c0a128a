//! Live delivery over real connections: what arrives, in which order, and how connections end.
#![cfg(test)]

mod law;
mod server;

use tokio_tungstenite::tungstenite::{Error, Message};
use visavis_app::chat;
use visavis_app::{request, token};
use visavis_domain::limit::PUSH_CONNECTIONS_PER_ACCOUNT_MAX;

use crate::server::Server;

#[tokio::test(flavor = "multi_thread")]
async fn what_is_committed_arrives_and_a_resume_misses_nothing() {
    let server = Server::start().await;
    let (ada, ben) = (server.person("ada@a.example").await, server.person("ben@a.example").await);
    let id = server.chat(&[&ada, &ben]).await;
    let mut listener = server.listen(&ben, None).await;
    assert!(listener.until_current().await.is_empty());
    server.say(&ada, &id, "one").await;
    let frame = listener.hear().await.unwrap();
    assert_eq!(frame["changeType"], "created");
    assert_eq!(frame["resourceData"]["content"], "one");
    let message = frame["resourceData"]["id"].as_str().unwrap();
    assert_eq!(frame["resource"], format!("chats('{id}')/messages('{message}')"));

    let seen = listener.token.clone();
    drop(listener);
    let missed: Vec<String> = (0..20).map(|number| format!("missed {number}")).collect();
    for text in &missed {
        server.say(&ada, &id, text).await;
    }
    let mut listener = server.listen(&ben, seen.as_deref()).await;
    let replayed = listener.until_current().await;
    let contents: Vec<&str> =
        replayed.iter().filter_map(|frame| frame["resourceData"]["content"].as_str()).collect();
    assert_eq!(contents, missed);
    server.say(&ada, &id, "live again").await;
    assert_eq!(listener.messages(1).await, ["live again"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn every_token_on_the_way_is_good_to_resume_from() {
    let server = Server::start().await;
    let (ada, ben) = (server.person("ada@a.example").await, server.person("ben@a.example").await);
    let hana = server.person("hana@b.example").await;
    let (first, second) = (server.chat(&[&ada, &ben]).await, server.chat(&[&hana, &ben]).await);
    let mut listener = server.listen(&ben, None).await;
    listener.until_current().await;
    let start = listener.token.clone();
    for number in 0..5 {
        server.say(&ada, &first, &format!("a{number}")).await;
        server.say(&hana, &second, &format!("b{number}")).await;
    }
    let mut whole = server.listen(&ben, start.as_deref()).await;
    let all = whole.until_current().await;
    for (place, frame) in all.iter().enumerate() {
        let mut resumed = server.listen(&ben, frame["token"].as_str()).await;
        let rest = resumed.until_current().await;
        let expected: Vec<_> = all[place + 1..].iter().map(|frame| &frame["resource"]).collect();
        let got: Vec<_> = rest.iter().map(|frame| &frame["resource"]).collect();
        assert!(got.ends_with(&expected), "after {place}: {got:?} lacks {expected:?}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_waits_for_an_answer_is_in_no_frame() {
    let server = Server::start().await;
    let (ada, hana) = (server.person("ada@a.example").await, server.person("hana@b.example").await);
    let ilse = server.person("ilse@b.example").await;
    let colleagues = server.chat(&[&ilse, &hana]).await;
    let mut listener = server.listen(&hana, None).await;
    listener.until_current().await;
    let id = server.chat(&[&ada, &hana]).await;
    server.say(&ada, &id, "secret").await;
    // What is heard before this was sent while the request waits.
    server.say(&ilse, &colleagues, "since then").await;
    let mut said = String::new();
    while !said.contains("since then") {
        said += &listener.hear().await.unwrap().to_string();
    }
    assert!(said.contains(id.as_str()) && !said.contains("secret"), "{said}");
    let chat_id = id.clone();
    server
        .app
        .write(hana.caller.clone(), move |tx, ctx| request::accept(tx, ctx, &chat_id, false))
        .await
        .unwrap();
    server.say(&ada, &id, "public").await;
    assert_eq!(listener.messages(1).await, ["public"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn tokens_that_nobody_gave_are_too_old() {
    let server = Server::start().await;
    let ada = server.person("ada@a.example").await;
    let other = Server::start().await;
    let stranger = other.person("ada@a.example").await;
    let mut listener = other.listen(&stranger, None).await;
    listener.until_current().await;
    let foreign = listener.token.unwrap();
    for since in [foreign.as_str(), "garbage", "AAAA", "%00", "%F0%9F%98%80"] {
        let mut listener = server.listen(&ada, Some(since)).await;
        assert_eq!(listener.closed().await, 4001, "{since}");
    }
    let mut listener = server.listen(&ada, Some("")).await;
    listener.until_current().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn signing_out_closes_at_once() {
    let server = Server::start().await;
    let ada = server.person("ada@a.example").await;
    let mut listener = server.listen(&ada, None).await;
    listener.until_current().await;
    server.app.write(ada.caller.clone(), token::sign_out).await.unwrap();
    assert_eq!(listener.closed().await, 4003);
    let refused = server.try_listen(Some(&ada.token), None).await;
    assert!(matches!(refused, Err(Error::Http(response)) if response.status() == 401));
    let refused = server.try_listen(None, None).await;
    assert!(matches!(refused, Err(Error::Http(response)) if response.status() == 401));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_server_that_stops_tells_clients_to_resume() {
    let server = Server::start().await;
    let ada = server.person("ada@a.example").await;
    let mut listener = server.listen(&ada, None).await;
    listener.until_current().await;
    let drained = server.push.drain(server::SOON);
    let (code, ()) = tokio::join!(listener.closed(), drained);
    assert_eq!(code, 4000);
    assert_eq!(server.push.connections(), 0);
    let refused = server.try_listen(Some(&ada.token), None).await;
    assert!(matches!(refused, Err(Error::Http(response)) if response.status() == 503));
}

#[tokio::test(flavor = "multi_thread")]
async fn clients_that_talk_are_closed_with_a_reason() {
    let server = Server::start().await;
    let ada = server.person("ada@a.example").await;
    for (sent, code) in [
        (Message::text("{\"hello\":1}"), 1008),
        (Message::text(""), 1008),
        (Message::binary(vec![0_u8, 255]), 1003),
        (Message::text("x".repeat(5_000)), 1002),
    ] {
        let mut listener = server.listen(&ada, None).await;
        listener.until_current().await;
        listener.send(sent.clone()).await;
        assert_eq!(listener.closed().await, code, "{sent:?}");
    }
    let mut listener = server.listen(&ada, None).await;
    listener.until_current().await;
    listener.send(Message::Ping(vec![1, 2].into())).await;
    listener.send(Message::Pong(vec![3].into())).await;
    let (ben, mail) = (server.person("ben@a.example").await, "still here");
    let id = server.chat(&[&ben, &ada]).await;
    server.say(&ben, &id, mail).await;
    assert_eq!(listener.messages(1).await, [mail]);
}

#[tokio::test(flavor = "multi_thread")]
async fn bytes_that_are_no_frames_end_the_connection_and_nothing_else() {
    use tokio::io::{AsyncReadExt, AsyncWriteExt};
    let server = Server::start().await;
    let ada = server.person("ada@a.example").await;
    for garbage in [&[0xFF_u8; 64][..], b"GET / HTTP/1.1\r\n\r\n", &[0x81, 0x85, 0, 0, 0, 0, 0xC3]]
    {
        let mut listener = server.listen(&ada, None).await;
        listener.until_current().await;
        let tokio_tungstenite::MaybeTlsStream::Plain(stream) = listener.socket.get_mut() else {
            panic!("a plain connection");
        };
        stream.write_all(garbage).await.unwrap();
        let mut rest = Vec::new();
        let end = tokio::time::timeout(server::SOON, async {
            let _closed = stream.shutdown().await;
            stream.read_to_end(&mut rest).await
        });
        // Closed or reset: either way the connection is over.
        let _whichever = end.await.expect("ended in time");
    }
    let mut listener = server.listen(&ada, None).await;
    listener.until_current().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_slow_client_is_told_to_resume_and_then_has_everything() {
    let server = Server::start().await;
    let (ada, ben) = (server.person("ada@a.example").await, server.person("ben@a.example").await);
    let id = server.chat(&[&ada, &ben]).await;
    let mut slow = server.listen(&ben, None).await;
    slow.until_current().await;
    let large = "x".repeat(24_000);
    let mut sent = 0;
    // More than the buffers of any socket, and more than the queue holds.
    while server.push.is_connected(ben.caller.account) && sent < 3_000 {
        server.say(&ada, &id, &large).await;
        sent += 1;
    }
    let mut received = 0;
    let mut connections = 1;
    while received < sent {
        match slow.hear().await {
            Ok(frame) if frame["resourceData"]["content"].is_string() => received += 1,
            Ok(_) => {}
            Err(code) => {
                assert!(code == 4000 || code == 0, "{code}");
                let token = slow.token.clone();
                slow = server.listen(&ben, token.as_deref()).await;
                connections += 1;
            }
        }
    }
    assert!(connections > 1, "the slow client was cut off");
}

#[tokio::test(flavor = "multi_thread")]
async fn an_account_has_a_limited_number_of_connections() {
    let server = Server::start().await;
    let ada = server.person("ada@a.example").await;
    let mut listeners = Vec::new();
    for _ in 0..PUSH_CONNECTIONS_PER_ACCOUNT_MAX {
        let mut listener = server.listen(&ada, None).await;
        listener.until_current().await;
        listeners.push(listener);
    }
    let refused = server.try_listen(Some(&ada.token), None).await;
    assert!(matches!(refused, Err(Error::Http(response)) if response.status() == 429));
}

#[tokio::test(flavor = "multi_thread")]
async fn typing_reaches_the_others_without_a_token() {
    let server = Server::start().await;
    let (ada, ben) = (server.person("ada@a.example").await, server.person("ben@a.example").await);
    let id = server.chat(&[&ada, &ben]).await;
    let mut listener = server.listen(&ben, None).await;
    listener.until_current().await;
    server.app.typing(ada.caller.clone(), id.clone()).await.unwrap();
    let frame = listener.hear().await.unwrap();
    assert_eq!(frame["resource"], format!("chats('{id}')/typing"));
    assert_eq!(frame["resourceData"]["id"], ada.caller.account.to_string());
    assert!(frame.get("token").is_none());
}

#[tokio::test(flavor = "multi_thread")]
async fn what_concerns_one_account_is_told_to_it_alone() {
    let server = Server::start().await;
    let (ada, ben) = (server.person("ada@a.example").await, server.person("ben@a.example").await);
    let id = server.chat(&[&ada, &ben]).await;
    let (mut hers, mut his) = (server.listen(&ada, None).await, server.listen(&ben, None).await);
    hers.until_current().await;
    his.until_current().await;
    let chat_id = id.clone();
    server
        .app
        .write(ada.caller.clone(), move |tx, ctx| chat::set_hidden(tx, ctx, &chat_id, true))
        .await
        .unwrap();
    assert_eq!(hers.hear().await.unwrap()["resource"], format!("chats('{id}')"));
    server.say(&ada, &id, "next").await;
    assert_eq!(his.hear().await.unwrap()["resourceData"]["content"], "next");
}
