//! Several people at work, until the server is gone.

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

use serde_json::json;
use tokio::task::JoinSet;

use crate::model::{Act, People, blocking, text_of};
use crate::person::{Answer, Person, message};
use crate::seed::Seed;

/// The chats between two people in which is sent, by who sends.
pub(crate) type Pairs = BTreeMap<&'static str, String>;

/// Groups whose request waits for an answer.
type Waiting = Arc<Mutex<Vec<String>>>;

/// How many acts of everybody were answered so far.
pub(crate) type Answered = Arc<AtomicUsize>;

/// One person at work.
struct Worker {
    me: Person,
    name: &'static str,
    /// Begins every text and key, so that nothing is ever said twice.
    prefix: String,
    seed: Seed,
    count: usize,
    acts: Vec<Act>,
    answered: Answered,
}

/// The server is gone.
struct Gone;

fn gone(_why: anyhow::Error) -> Gone {
    Gone
}

/// Sets everybody to work. The tasks end when the server does, each with what it did.
pub(crate) fn begin(
    people: &People,
    pairs: &Pairs,
    round: usize,
    seed: &mut Seed,
    answered: &Answered,
) -> JoinSet<Vec<Act>> {
    let waiting = Waiting::default();
    let mut tasks = JoinSet::new();
    let mut worker = |name: &'static str, task: &str| Worker {
        me: people[name].clone(),
        name,
        prefix: format!("round {round} {name} {task}"),
        seed: Seed(seed.next()),
        count: 0,
        acts: Vec::new(),
        answered: Arc::clone(answered),
    };
    for (name, chat) in pairs {
        let chat = chat.clone();
        let one = worker(name, "sends");
        tasks.spawn(one.work(async move |one| one.talk(&chat).await));
    }
    let made = Arc::clone(&waiting);
    let one = worker("chiara", "groups");
    tasks.spawn(one.work(async move |one| one.group(&made).await));
    let one = worker("isaac", "accepts");
    tasks.spawn(one.work(async move |one| one.accept(&waiting).await));
    let one = worker("ada", "governs");
    tasks.spawn(one.work(async move |one| one.configure().await));
    tasks
}

impl Worker {
    async fn work(mut self, mut step: impl AsyncFnMut(&mut Self) -> Result<(), Gone>) -> Vec<Act> {
        while step(&mut self).await.is_ok() {
            self.count += 1;
        }
        self.acts
    }

    /// Sends, and now and then edits or reacts.
    async fn talk(&mut self, chat: &str) -> Result<(), Gone> {
        let id = self.send(chat).await?;
        match self.seed.between(0, 4) {
            0 => {
                let text = format!("{} {} edited", self.prefix, self.count);
                let path = format!("/chats/{chat}/messages/{id}");
                let answer = self.me.patch(&path, &message(&text)).await.map_err(gone);
                let is_acked = self.acked(&answer);
                self.acts.push(Act::Edited { chat: chat.to_owned(), id, text, is_acked });
                answer.map(drop)
            }
            1 => {
                let path = format!("/chats/{chat}/messages/{id}/setReaction");
                let body = json!({"reactionType": "👍"});
                let answer = self.me.post(&path, &body).await.map_err(gone);
                let is_acked = self.acked(&answer);
                self.acts.push(Act::Reacted { chat: chat.to_owned(), id, is_acked });
                answer.map(drop)
            }
            _ => Ok(()),
        }
    }

    async fn send(&mut self, chat: &str) -> Result<String, Gone> {
        let text = format!("{} {}", self.prefix, self.acts.len());
        let key = text.replace(' ', "-");
        let path = format!("/chats/{chat}/messages");
        let answer = self.me.post_once(&path, &message(&text), &key).await.map_err(gone);
        let id = self.acked(&answer).then(|| id_of(&answer));
        let (by, chat) = (self.name, chat.to_owned());
        self.acts.push(Act::Sent { by, chat, text, key, id: id.clone() });
        id.ok_or(Gone)
    }

    /// Makes a group with a colleague and somebody outside, and says something in it.
    async fn group(&mut self, waiting: &Waiting) -> Result<(), Gone> {
        let topic = format!("{} {}", self.prefix, self.acts.len());
        let key = topic.replace(' ', "-");
        let others = ["daniel.weiss@contoso.example", "isaac.mensah@fabrikam.example"];
        let body = self.me.new_chat("group", Some(&topic), &others);
        let answer = self.me.post_once("/chats", &body, &key).await.map_err(gone);
        let id = self.acked(&answer).then(|| id_of(&answer));
        self.acts.push(Act::Grouped { topic, body, key, id: id.clone() });
        let chat = id.ok_or(Gone)?;
        waiting.lock().unwrap_or_else(PoisonError::into_inner).push(chat.clone());
        self.send(&chat).await?;
        self.send(&chat).await.map(drop)
    }

    async fn accept(&mut self, waiting: &Waiting) -> Result<(), Gone> {
        let next = waiting.lock().unwrap_or_else(PoisonError::into_inner).pop();
        let Some(chat) = next else {
            // Nothing waits: asking who one is tells whether the server is still there.
            return self.me.get("/me").await.map_err(gone).map(drop);
        };
        let path = format!("/chats/{chat}/acceptRequest");
        let answer = self.me.post(&path, &json!({})).await.map_err(gone);
        self.acts.push(Act::Accepted { chat, is_acked: self.acked(&answer) });
        answer.map(drop)
    }

    async fn configure(&mut self) -> Result<(), Gone> {
        let domain = format!("{}-{}.example", self.prefix.replace(' ', "-"), self.count);
        let path = "/admin/teams/externalAccess/configuration";
        let answer = self.me.patch(path, &blocking(&domain)).await.map_err(gone);
        self.acts.push(Act::Configured { domain, is_acked: self.acked(&answer) });
        answer.map(drop)
    }

    /// Whether the server answered; then it must have done what it was asked.
    fn acked(&self, answer: &Result<Answer, Gone>) -> bool {
        if let Ok(answer) = answer {
            assert!(answer.status.is_success(), "refused: {answer:?}");
            self.answered.fetch_add(1, Ordering::SeqCst);
        }
        answer.is_ok()
    }
}

fn id_of(answer: &Result<Answer, Gone>) -> String {
    answer.as_ref().map(|answer| text_of(&answer.body, "id")).unwrap_or_default()
}
