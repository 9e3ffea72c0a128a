//! The law of push: old state + events = what a fresh fetch shows, whatever happens between.

use std::cell::Cell;
use std::collections::BTreeMap;
use std::time::Duration;

use proptest::prelude::*;
use serde_json::Value;
use tokio::time::timeout;
use visavis_app::MessageOrder;
use visavis_app::message::{self, MessageQuery};
use visavis_app::page::PageRequest;
use visavis_domain::id::{ChatId, MessageId};

use crate::server::{Listener, Server, Somebody, draft, message_json};

/// One thing that happens. Numbers choose among what is there.
#[derive(Debug, Clone)]
enum Act {
    Send,
    Edit(usize),
    Delete(usize),
    Restore(usize),
    React(usize),
    /// The connection is lost; the client resumes.
    Drop,
    /// The client hears some of what waits.
    Hear(usize),
    /// The client resumes from a token that it had before.
    Again(usize),
}

fn act() -> impl Strategy<Value = Act> {
    prop_oneof![
        4 => Just(Act::Send),
        2 => (0..99_usize).prop_map(Act::Edit),
        1 => (0..99_usize).prop_map(Act::Delete),
        1 => (0..99_usize).prop_map(Act::Restore),
        2 => (0..99_usize).prop_map(Act::React),
        2 => Just(Act::Drop),
        3 => (1..4_usize).prop_map(Act::Hear),
        1 => (0..99_usize).prop_map(Act::Again),
    ]
}

/// What a client believes, and the tokens that it has had.
#[derive(Default)]
struct View {
    messages: BTreeMap<String, Value>,
    tokens: Vec<String>,
}

impl View {
    fn apply(&mut self, frame: &Value) {
        if let Some(token) = frame["token"].as_str() {
            self.tokens.push(token.to_owned());
        }
        let resource = frame["resource"].as_str().unwrap();
        let Some((_, id)) = resource.split_once("/messages('") else { return };
        let id = id.trim_end_matches("')").to_owned();
        match &frame["resourceData"] {
            Value::Null => self.messages.remove(&id),
            shown => self.messages.insert(id, shown.clone()),
        };
    }
}

struct Run<'a> {
    server: &'a Server,
    people: [&'a Somebody; 2],
    chat: ChatId,
    said: Vec<MessageId>,
    listener: Listener,
    view: View,
}

impl Run<'_> {
    async fn act(&mut self, number: usize, act: &Act) {
        match act {
            Act::Send => {
                let speaker = self.people[number % 2];
                let text = format!("message {number}");
                self.said.push(self.server.say(speaker, &self.chat, &text).await);
            }
            Act::Edit(which) => self.change(*which, number, Change::Edit).await,
            Act::Delete(which) => self.change(*which, number, Change::Delete).await,
            Act::Restore(which) => self.change(*which, number, Change::Restore).await,
            Act::React(which) => self.change(*which, number, Change::React).await,
            Act::Hear(count) => self.hear(*count).await,
            Act::Drop => self.resume(self.view.tokens.last().cloned()).await,
            Act::Again(which) => {
                let tokens = &self.view.tokens;
                self.resume(tokens.get(which % tokens.len().max(1)).cloned()).await;
            }
        }
    }

    /// Whoever may not do it is refused, which changes nothing.
    async fn change(&self, which: usize, number: usize, change: Change) {
        let Some(id) = self.said.get(which % self.said.len().max(1)).copied() else { return };
        let (chat, who) = (self.chat.clone(), self.people[number % 2].caller.clone());
        let _refused = self
            .server
            .app
            .write(who, move |tx, ctx| match change {
                Change::Edit => {
                    let draft = draft(&format!("edited {number}"));
                    message::edit(tx, ctx, &chat, id, draft, None).map(drop)
                }
                Change::Delete => message::delete(tx, ctx, &chat, id),
                Change::Restore => message::undelete(tx, ctx, &chat, id),
                Change::React => message::react(tx, ctx, &chat, id, "like"),
            })
            .await;
    }

    async fn hear(&mut self, count: usize) {
        for _ in 0..count {
            // Nothing may be waiting; then there is nothing to hear.
            let heard = timeout(Duration::from_millis(20), self.listener.hear()).await;
            let Ok(frame) = heard else { return };
            self.view.apply(&frame.expect("not closed"));
        }
    }

    async fn resume(&mut self, token: Option<String>) {
        self.listener = self.server.listen(self.people[1], token.as_deref()).await;
    }

    /// Hears everything, and compares.
    async fn settle(mut self) {
        self.resume(self.view.tokens.last().cloned()).await;
        for frame in self.listener.until_current().await {
            self.view.apply(&frame);
        }
        assert_eq!(self.view.messages, fetched(self.server, self.people[1], &self.chat).await);
    }
}

#[derive(Clone, Copy)]
enum Change {
    Edit,
    Delete,
    Restore,
    React,
}

async fn fetched(server: &Server, who: &Somebody, chat: &ChatId) -> BTreeMap<String, Value> {
    let mut all = BTreeMap::new();
    let mut cursor = None;
    loop {
        let (chat, page) = (chat.clone(), PageRequest::small(None, cursor));
        let query = MessageQuery { order: MessageOrder::ById, after: None, before: None, page };
        let page = server
            .app
            .read(who.caller.clone(), move |tx, ctx| message::list(tx, ctx, &chat, query))
            .await
            .unwrap();
        all.extend(page.items.iter().map(|view| (view.message.id.to_string(), message_json(view))));
        cursor = page.next;
        if cursor.is_none() {
            return all;
        }
    }
}

#[test]
fn pushed_view_equals_fetched_view() {
    let runtime = tokio::runtime::Runtime::new().unwrap();
    let server = runtime.block_on(Server::start());
    let count = Cell::new(0);
    let cases = ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(24) };
    let mut runner = proptest::test_runner::TestRunner::new(cases);
    runner
        .run(&prop::collection::vec(act(), 1..40), |acts| {
            count.set(count.get() + 1);
            runtime.block_on(history(&server, count.get(), &acts));
            Ok(())
        })
        .unwrap();
}

/// One random history in a chat of its own.
async fn history(server: &Server, count: usize, acts: &[Act]) {
    let ada = server.person(&format!("ada{count}@a.example")).await;
    let ben = server.person(&format!("ben{count}@a.example")).await;
    let chat = server.chat(&[&ada, &ben]).await;
    let mut listener = server.listen(&ben, None).await;
    let mut view = View::default();
    view.apply(&listener.hear().await.unwrap());
    let mut run = Run { server, people: [&ada, &ben], chat, said: Vec::new(), listener, view };
    for (number, act) in acts.iter().enumerate() {
        run.act(number, act).await;
    }
    run.settle().await;
}
