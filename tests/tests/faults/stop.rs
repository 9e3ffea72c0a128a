//! The server is asked to stop: clients are told to resume, and what was answered is there.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use tokio::task::JoinSet;
use visavis_tests::client::Client;
use visavis_tests::socket::Socket;

use crate::model::text_of;
use crate::person::{Person, message};
use crate::process::Server;
use crate::stored;

/// Within this the process is gone.
const STOP_WITHIN: Duration = Duration::from_secs(8);

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_server_that_is_asked_to_stop_loses_nothing() {
    let folder = tempfile::tempdir().unwrap();
    let server = Server::start(folder.path()).unwrap();
    let (ben, hana) = (server.person("ben").unwrap(), server.person("hana").unwrap());
    let chat = ben.start("hana.sato@fabrikam.example").await.unwrap();
    let mut sockets = Vec::new();
    for person in [&ben, &hana, &hana] {
        let client = Client::new(server.base()).with_token(&person.token);
        sockets.push(Socket::open(&client).await.unwrap());
    }
    let stop = Arc::new(AtomicBool::new(false));
    let count = Arc::new(AtomicUsize::new(0));
    let mut senders = JoinSet::new();
    for number in 0..8 {
        let sender = if number % 2 == 0 { ben.clone() } else { hana.clone() };
        let signs = (Arc::clone(&stop), Arc::clone(&count));
        senders.spawn(send_until(sender, chat.clone(), number, signs));
    }
    while count.load(Ordering::SeqCst) < 100 {
        tokio::task::yield_now().await;
    }
    for socket in &mut sockets {
        socket.frame_of("')").await.unwrap();
    }
    server.terminate().unwrap();
    let asked = Instant::now();
    for socket in &mut sockets {
        assert_eq!(socket.closed().await.unwrap(), Some(4000));
    }
    let (status, said) = server.wait(STOP_WITHIN).unwrap();
    assert_eq!(status.code(), Some(0), "{said}");
    assert!(asked.elapsed() < STOP_WITHIN);
    stop.store(true, Ordering::SeqCst);
    let mut acked = Vec::new();
    while let Some(sent) = senders.join_next().await {
        acked.extend(sent.unwrap());
    }
    stored::assert_proved(folder.path());
    assert_nothing_is_lost(folder.path(), &chat, &acked, &sockets).await;
}

async fn assert_nothing_is_lost(
    data: &std::path::Path,
    chat: &str,
    acked: &[String],
    sockets: &[Socket],
) {
    let server = Server::start(data).unwrap();
    let ben = server.person("ben").unwrap();
    let read = ben.messages(chat).await.unwrap();
    let there: Vec<String> = read.iter().map(|message| text_of(message, "id")).collect();
    for id in acked {
        assert!(there.contains(id), "{id} was answered and is gone");
    }
    stored::assert_consistent(data);
    // The token of the connection that was closed is good at the next server.
    let client = Client::new(server.base()).with_token(&ben.token);
    let mut socket = Socket::begin(&client, Some(&sockets[0].token)).await.unwrap();
    let mut seen: Vec<String> = sockets[0].texts.clone();
    while socket.frame().await.unwrap()["resource"] != "me" {}
    seen.extend(socket.texts);
    for id in acked {
        assert!(seen.iter().any(|frame| frame.contains(id)), "{id} was in no frame");
    }
}

/// Sends until the server is gone; the ids that were answered.
async fn send_until(
    me: Person,
    chat: String,
    number: usize,
    (stop, count): (Arc<AtomicBool>, Arc<AtomicUsize>),
) -> Vec<String> {
    let mut acked = Vec::new();
    let path = format!("/chats/{chat}/messages");
    while !stop.load(Ordering::SeqCst) {
        let text = message(&format!("sender {number}, {}", acked.len()));
        match me.post(&path, &text).await {
            Ok(answer) if answer.status.is_success() => {
                acked.push(text_of(&answer.body, "id"));
                count.fetch_add(1, Ordering::SeqCst);
            }
            Ok(answer) => assert_eq!(answer.status.as_u16(), 503, "{answer:?}"),
            Err(_) => break,
        }
    }
    acked
}
