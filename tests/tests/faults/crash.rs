//! The process is killed at any moment: what was answered is there, and nothing is half there (P1).

use std::path::Path;
use std::sync::atomic::Ordering;
use std::time::Duration;

use crate::load::{self, Answered, Pairs};
use crate::model::{self, Act, FIRST_DOMAIN, Model, People};
use crate::process::{Begun, Server, serve};
use crate::seed::Seed;
use crate::stored;

/// Crashes of each of the two folders.
const ROUNDS: usize = 26;
/// Crashes while the demonstration is being made.
const FIRST_STARTS: usize = 4;

const NAMES: [&str; 12] = [
    "ada", "ben", "chiara", "daniel", "elif", "farah", "goran", "hana", "isaac", "jonas", "kim",
    "luca",
];

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_was_answered_survives_a_crash() {
    crash_again_and_again(0x5eed_0001).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_was_answered_survives_a_crash_with_another_seed() {
    crash_again_and_again(0x5eed_0002).await;
}

async fn crash_again_and_again(number: u64) {
    let folder = tempfile::tempdir().unwrap();
    let data = folder.path();
    let mut seed = Seed(number);
    let mut server = Server::start(data).unwrap();
    let tokens = tokens(&server);
    let mut model = Model::default();
    let pairs = begin(&server, &mut model).await;
    let mut awaited_in_all = 0;
    for round in 0..ROUNDS {
        let people = people(&server);
        let after = Duration::from_millis(seed.between(3, 150));
        // By what was answered and not by the clock alone: a slow machine is tested as much.
        let awaited = usize::try_from(seed.between(0, 16)).unwrap();
        eprintln!("seed {number:#x}, round {round}: SIGKILL {after:?} after {awaited} answers");
        let answered = Answered::default();
        let mut tasks = load::begin(&people, &pairs, round, &mut seed, &answered);
        until(&answered, awaited).await;
        awaited_in_all += awaited;
        tokio::time::sleep(after).await;
        let said = server.kill().unwrap();
        let mut acts = Vec::new();
        while let Some(done) = tasks.join_next().await {
            acts.extend(done.unwrap_or_else(|error| panic!("{error}; the server said: {said}")));
        }
        server = Server::start(data).unwrap();
        assert_eq!(self::tokens(&server), tokens, "the tokens of the demonstration");
        assert_whole(&server, &mut model, acts).await;
    }
    eprintln!("{} acts were answered, {} were under way", model.acked, model.unanswered);
    assert!(model.acked >= awaited_in_all, "{} answers were forgotten", model.acked);
    assert!(model.unanswered > ROUNDS, "nothing was under way: {}", model.unanswered);
}

/// Waits until so many acts were answered.
async fn until(answered: &Answered, count: usize) {
    let enough = async {
        while answered.load(Ordering::SeqCst) < count {
            tokio::time::sleep(Duration::from_millis(1)).await;
        }
    };
    tokio::time::timeout(Duration::from_secs(60), enough).await.expect("people at work");
}

/// Everything that holds after a crash.
async fn assert_whole(server: &Server, model: &mut Model, acts: Vec<Act>) {
    let people = people(server);
    stored::assert_consistent(server.data());
    for person in people.values() {
        assert_eq!(person.get("/me").await.unwrap().text("/id"), person.id);
    }
    model.learn(&people, acts).await;
    model.assert_all_there(&people).await;
    stored::assert_consistent(server.data());
    stored::assert_proved(server.data());
}

/// Prepares the chats in which is sent.
async fn begin(server: &Server, model: &mut Model) -> Pairs {
    let people = people(server);
    let mut pairs = Pairs::new();
    for (one, other, address) in [
        ("ben", "hana", "hana.sato@fabrikam.example"),
        ("ada", "elif", "elif.kaya@contoso.example"),
        ("jonas", "farah", "farah.haddad@fabrikam.example"),
    ] {
        let chat = people[one].start(address).await.unwrap();
        model.begin(&people, one, &chat).await;
        pairs.insert(one, chat.clone());
        pairs.insert(other, chat);
    }
    let group = people["ben"].all("/me/chats").await.unwrap();
    let group = group.iter().find(|chat| chat["topic"] == "Spring catalogue").unwrap();
    let group = model::text_of(group, "id");
    model.begin(&people, "kim", &group).await;
    pairs.insert("kim", group);
    let path = "/admin/teams/externalAccess/configuration";
    let first = people["ada"].patch(path, &model::blocking(FIRST_DOMAIN)).await;
    first.unwrap().ok().unwrap();
    pairs
}

fn people(server: &Server) -> People {
    NAMES.into_iter().map(|name| (name, server.person(name).unwrap())).collect()
}

fn tokens(server: &Server) -> Vec<String> {
    NAMES.into_iter().map(|name| server.person(name).unwrap().token).collect()
}

/// A first start that was broken off is taken up where it ended.
#[tokio::test]
async fn a_first_start_may_be_broken_off() {
    let mut seed = Seed(0x5eed_0003);
    for folder in 0..2 {
        let temporary = tempfile::tempdir().unwrap();
        let data = temporary.path().join("data");
        for start in 0..FIRST_STARTS {
            let after = Duration::from_millis(seed.between(5, 400));
            eprintln!("folder {folder}, start {start}: SIGKILL after {after:?}");
            begin_and_kill(&data, after);
        }
        let server = Server::start(&data).unwrap();
        stored::assert_consistent(&data);
        stored::assert_proved(&data);
        assert_demonstration_is_complete(&server).await;
    }
}

fn begin_and_kill(data: &Path, after: Duration) {
    let mut begun = Begun::spawn(&mut serve(data)).unwrap();
    // Neither how far it has come nor that it listens already matters.
    let _how_far = begun.listening(after);
    begun.kill().unwrap();
}

async fn assert_demonstration_is_complete(server: &Server) {
    let people = people(server);
    let mut counts = Vec::new();
    for name in ["ada", "ben", "chiara", "daniel", "goran", "hana", "kim", "luca"] {
        let chats = people[name].all("/me/chats").await.unwrap();
        counts.push((name, chats.len()));
    }
    let folder = tempfile::tempdir().unwrap();
    let complete = Server::start(folder.path()).unwrap();
    let complete_people = self::people(&complete);
    for (name, count) in counts {
        let chats = complete_people[name].all("/me/chats").await.unwrap();
        assert_eq!(count, chats.len(), "chats of {name}");
    }
    let group = people["ben"].all("/me/chats").await.unwrap();
    let group = group.iter().find(|chat| chat["topic"] == "Spring catalogue").unwrap();
    let said = people["kim"].messages(&model::text_of(group, "id")).await.unwrap();
    assert_eq!(said.len(), 5, "everything is said once: {said:?}");
}
