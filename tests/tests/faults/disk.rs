//! The disk is full: the server says so, loses nothing, reads on, and goes on when there is room.

use std::collections::BTreeSet;
use std::fs::File;
use std::os::fd::AsRawFd;
use std::path::Path;
use std::time::Duration;

use serde_json::Value;

use crate::model::{body_of, text_of};
use crate::person::{Answer, Person, message};
use crate::process::Server;
use crate::small_disk::SmallDisk;
use crate::stored;

/// Refusals that are awaited before there is room again.
const REFUSALS: usize = 20;
/// More sends than this fit on no disk that is full.
const SENDS_MAX: usize = 5_000;

#[tokio::test]
async fn a_full_disk_loses_nothing() {
    a_disk_fills_and_has_space_again(SmallDisk::interposed()).await;
}

#[tokio::test]
async fn a_full_disk_that_is_a_real_one_loses_nothing() {
    match SmallDisk::mounted() {
        Some(disk) => a_disk_fills_and_has_space_again(disk).await,
        // The same scenario runs with the disk that needs no permission.
        None => eprintln!("mounting a small disk is not permitted here: not tried with a real one"),
    }
}

async fn a_disk_fills_and_has_space_again(disk: SmallDisk) {
    let server = &disk.server;
    let ben = server.person("ben").unwrap();
    let chat = ben.start("hana.sato@fabrikam.example").await.unwrap();
    let mut sent = BTreeSet::new();
    for number in 0..20 {
        let answer = send(&ben, &chat, &format!("before {number}")).await;
        sent.insert(text_of(&answer.ok().unwrap(), "id"));
    }
    for turn in 0..2 {
        disk.fill();
        let refused = until_refused(&ben, &chat, turn, &mut sent).await;
        assert_read_on(&ben, &chat, &sent).await;
        disk.free();
        // What was refused works with the same key now, once.
        for text in refused {
            let answer = send(&ben, &chat, &text).await;
            sent.insert(text_of(&answer.ok().unwrap(), "id"));
        }
        let answer = send(&ben, &chat, &format!("after {turn}")).await;
        sent.insert(text_of(&answer.ok().unwrap(), "id"));
        assert_read_on(&ben, &chat, &sent).await;
        stored::assert_copy_consistent(server.data());
    }
    stop(disk, &chat, &sent).await;
}

/// Sends until so many are refused; tells their texts.
async fn until_refused(
    ben: &Person,
    chat: &str,
    turn: usize,
    sent: &mut BTreeSet<String>,
) -> Vec<String> {
    let mut refused = Vec::new();
    for number in 0..SENDS_MAX {
        let text = format!("full {turn} {number} {}", "x".repeat(2_000));
        let answer = send(ben, chat, &text).await;
        if answer.status.is_success() {
            sent.insert(text_of(&answer.body, "id"));
            continue;
        }
        assert_is_said(&answer);
        refused.push(text);
        if refused.len() == REFUSALS {
            break;
        }
    }
    assert_eq!(refused.len(), REFUSALS, "the disk is never full");
    refused
}

fn assert_is_said(answer: &Answer) {
    assert_eq!(answer.status.as_u16(), 503, "{answer:?}");
    assert_eq!(answer.text("/error/code"), "ServiceUnavailable", "{answer:?}");
    assert_eq!(answer.text("/error/innerError/code"), "storageFull", "{answer:?}");
    let sentence = answer.text("/error/message");
    assert!(sentence.contains("disk is full") && sentence.ends_with('.'), "{sentence}");
}

/// Everything that was answered can be read, and nothing else is there.
async fn assert_read_on(ben: &Person, chat: &str, sent: &BTreeSet<String>) {
    let read = ben.messages(chat).await.unwrap();
    let texts: BTreeSet<String> = read.iter().map(body_of).collect();
    assert_eq!(texts.len(), read.len(), "something was sent twice");
    let ids = |message: &Value| text_of(message, "id");
    // The demonstration has said six things in this chat.
    let there: BTreeSet<String> = read.iter().map(ids).collect();
    assert!(sent.is_subset(&there), "lost: {:?}", sent.difference(&there));
    assert_eq!(there.len(), sent.len() + 6);
}

/// Stops on a full disk within seconds; everything is there after the next start.
async fn stop(disk: SmallDisk, chat: &str, sent: &BTreeSet<String>) {
    disk.fill();
    let SmallDisk { server, .. } = disk;
    // A mounted disk goes with the process, unless somebody holds it.
    let held = File::open(server.data()).unwrap();
    server.terminate().unwrap();
    let (status, said) = server.wait(Duration::from_secs(20)).unwrap();
    assert!(status.success(), "{status}: {said}");
    let copy = stored::copy(Path::new(&format!("/proc/self/fd/{}", held.as_raw_fd())));
    let server = Server::start(copy.path()).unwrap();
    let ben = server.person("ben").unwrap();
    assert_read_on(&ben, chat, sent).await;
    stored::assert_consistent(copy.path());
    stored::assert_proved(copy.path());
}

async fn send(by: &Person, chat: &str, text: &str) -> Answer {
    let key: String = text.chars().take(40).filter(|c| c.is_ascii_alphanumeric()).collect();
    by.post_once(&format!("/chats/{chat}/messages"), &message(text), &key).await.unwrap()
}
