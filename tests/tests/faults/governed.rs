//! Governed at once (P3), over HTTP: nothing is committed after an administrator's change has been
//! answered.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};

use serde_json::json;
use tokio::task::JoinSet;

use crate::model::text_of;
use crate::person::{Person, message};
use crate::process::Server;
use crate::stored;

const TRIALS: usize = 30;
const SENDERS: usize = 8;
const CONFIGURATION: &str = "/admin/teams/externalAccess/configuration";

/// What the senders share.
#[derive(Default)]
struct Signs {
    stop: AtomicBool,
    sent: AtomicUsize,
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn nothing_is_committed_after_contact_was_turned_off() {
    let folder = tempfile::tempdir().unwrap();
    let server = Server::start(folder.path()).unwrap();
    let people = ["ben", "hana"].map(|name| server.person(name).unwrap());
    let admins = ["ada", "farah"].map(|name| server.person(name).unwrap());
    let chat = people[0].start("hana.sato@fabrikam.example").await.unwrap();
    let mut sent_in_all = 0;
    for trial in 0..TRIALS {
        let admin = &admins[trial % 2];
        let signs = Arc::new(Signs::default());
        let mut senders = JoinSet::new();
        for number in 0..SENDERS {
            let sender = people[number % 2].clone();
            senders.spawn(write(sender, chat.clone(), Arc::clone(&signs)));
        }
        while signs.sent.load(Ordering::SeqCst) < SENDERS {
            tokio::task::yield_now().await;
        }
        configure(admin, false).await;
        let answered = newest(&people, &chat).await;
        signs.stop.store(true, Ordering::SeqCst);
        let mut last = String::new();
        while let Some(sent) = senders.join_next().await {
            last = sent.unwrap().into_iter().fold(last, String::max);
        }
        assert_eq!(newest(&people, &chat).await, answered, "trial {trial}: written afterwards");
        assert!(last <= answered[0], "trial {trial}: {last} was answered, later than {answered:?}");
        sent_in_all += signs.sent.load(Ordering::SeqCst);
        configure(admin, true).await;
    }
    eprintln!("{sent_in_all} messages in {TRIALS} trials");
    stored::assert_consistent(folder.path());
    stored::assert_proved(folder.path());
}

async fn configure(admin: &Person, is_on: bool) {
    let answer = admin.patch(CONFIGURATION, &json!({"allowFederatedUsers": is_on})).await.unwrap();
    assert_eq!(answer.status.as_u16(), 200, "{answer:?}");
}

/// The newest message as each of the two sees it.
async fn newest(people: &[Person; 2], chat: &str) -> [String; 2] {
    let path = format!("/chats/{chat}/messages?$top=1");
    let [one, other] = people;
    let read = async |person: &Person| {
        let page = person.get(&path).await.unwrap().ok().unwrap();
        text_of(&page, "/value/0/id")
    };
    [read(one).await, read(other).await]
}

/// Writes as fast as it can; the ids that were answered. Refusals must be those of the change.
async fn write(me: Person, chat: String, signs: Arc<Signs>) -> Vec<String> {
    let path = format!("/chats/{chat}/messages");
    let mut sent = Vec::new();
    while !signs.stop.load(Ordering::SeqCst) {
        let answer = me.post(&path, &message("on")).await.unwrap();
        if answer.status.is_success() {
            sent.push(text_of(&answer.body, "id"));
            signs.sent.fetch_add(1, Ordering::SeqCst);
            continue;
        }
        let reason = answer.text("/error/innerError/code");
        assert!(["orgFederationOff", "notReachable"].contains(&reason), "{answer:?}");
    }
    sent
}
