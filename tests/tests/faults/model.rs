//! What must be there: everything that was answered, and for what was not, either of two.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Value, json};

use crate::person::{Person, message};

/// Somebody did something; `is_acked` says whether the server answered.
#[derive(Debug, Clone)]
pub(crate) enum Act {
    /// Sent a message with an idempotency key; the id when answered.
    Sent { by: &'static str, chat: String, text: String, key: String, id: Option<String> },
    /// Changed the text of a message of their own.
    Edited { chat: String, id: String, text: String, is_acked: bool },
    /// Reacted to a message of their own.
    Reacted { chat: String, id: String, is_acked: bool },
    /// Made a group with an idempotency key; the id when answered.
    Grouped { topic: String, body: Value, key: String, id: Option<String> },
    /// Accepted a request.
    Accepted { chat: String, is_acked: bool },
    /// Blocked one domain instead of the one before.
    Configured { domain: String, is_acked: bool },
}

/// A message as it must be read.
#[derive(Debug, Clone, Default)]
struct Expected {
    /// What it may say; more than one only until somebody looks.
    texts: Vec<String>,
    /// Whether it must, must not, or may have a reaction.
    has_reaction: Option<bool>,
}

/// Everything that must be there.
#[derive(Debug, Default)]
pub(crate) struct Model {
    /// By chat, then by id.
    messages: BTreeMap<String, BTreeMap<String, Expected>>,
    /// Who reads a chat.
    readers: BTreeMap<String, &'static str>,
    /// By topic.
    groups: BTreeMap<String, String>,
    accepted: BTreeSet<String>,
    domains: Vec<String>,
    /// What was answered, and what was under way at a crash.
    pub(crate) acked: usize,
    pub(crate) unanswered: usize,
}

/// The people of the demonstration, by the first part of their address.
pub(crate) type People = BTreeMap<&'static str, Person>;

/// The domain that the administrator blocks before anything happens.
pub(crate) const FIRST_DOMAIN: &str = "first.example";

impl Model {
    /// Takes in a chat as it is now.
    pub(crate) async fn begin(&mut self, people: &People, reader: &'static str, chat: &str) {
        self.readers.insert(chat.to_owned(), reader);
        let messages = people[reader].messages(chat).await.unwrap();
        let known = messages.iter().map(|message| {
            (text_of(message, "id"), Expected { texts: vec![body_of(message)], has_reaction: None })
        });
        self.messages.insert(chat.to_owned(), known.collect());
        self.domains = vec![FIRST_DOMAIN.to_owned()];
    }

    /// Takes in what was done before a crash, repeating what got no answer.
    pub(crate) async fn learn(&mut self, people: &People, acts: Vec<Act>) {
        for act in acts {
            let is_acked = match &act {
                Act::Sent { id, .. } | Act::Grouped { id, .. } => id.is_some(),
                Act::Edited { is_acked, .. }
                | Act::Reacted { is_acked, .. }
                | Act::Accepted { is_acked, .. }
                | Act::Configured { is_acked, .. } => *is_acked,
            };
            self.acked += usize::from(is_acked);
            self.unanswered += usize::from(!is_acked);
            self.learn_one(people, act).await;
        }
    }

    async fn learn_one(&mut self, people: &People, act: Act) {
        match act {
            Act::Sent { by, chat, text, key, id } => {
                let repeated = send(&people[by], &chat, &text, &key).await;
                if let Some(id) = id {
                    assert_eq!(repeated, id, "the key {key} sent a second message");
                }
                let expected = Expected { texts: vec![text], has_reaction: Some(false) };
                self.messages.entry(chat).or_default().insert(repeated, expected);
            }
            Act::Edited { chat, id, text, is_acked } => {
                let expected = self.expected(&chat, &id);
                if is_acked {
                    expected.texts.clear();
                }
                expected.texts.push(text);
            }
            Act::Reacted { chat, id, is_acked } => {
                self.expected(&chat, &id).has_reaction = is_acked.then_some(true);
            }
            Act::Grouped { topic, body, key, id } => {
                let made = people["chiara"].post_once("/chats", &body, &key).await.unwrap();
                let made = text_of(&made.ok().unwrap(), "id");
                if let Some(id) = id {
                    assert_eq!(made, id, "the key {key} made a second group");
                }
                self.groups.insert(topic, made.clone());
                self.readers.insert(made.clone(), "chiara");
                self.messages.entry(made).or_default();
            }
            Act::Accepted { chat, is_acked } => {
                if is_acked {
                    self.accepted.insert(chat);
                }
            }
            Act::Configured { domain, is_acked } => {
                if is_acked {
                    self.domains.clear();
                }
                self.domains.push(domain);
            }
        }
    }

    fn expected(&mut self, chat: &str, id: &str) -> &mut Expected {
        self.messages.entry(chat.to_owned()).or_default().entry(id.to_owned()).or_default()
    }

    /// Everything that must be there is, and nothing else.
    pub(crate) async fn assert_all_there(&mut self, people: &People) {
        for (chat, expected) in &mut self.messages {
            let read = people[self.readers[chat]].messages(chat).await.unwrap();
            let ids: BTreeSet<String> = read.iter().map(|message| text_of(message, "id")).collect();
            assert_eq!(ids.len(), read.len(), "{chat} lists a message twice");
            let wanted: BTreeSet<String> = expected.keys().cloned().collect();
            assert_eq!(ids, wanted, "messages of {chat}");
            for message in &read {
                expected.get_mut(&text_of(message, "id")).unwrap().settle(message);
            }
        }
        self.assert_groups(people).await;
        for chat in &self.accepted {
            let seen = people["isaac"].get(&format!("/chats/{chat}")).await.unwrap();
            assert_eq!(seen.text("/contactRequest/state"), "accepted", "{chat}: {seen:?}");
        }
        let path = "/admin/teams/externalAccess/configuration";
        let configuration = people["ada"].get(path).await.unwrap().ok().unwrap();
        let blocked = text_of(&configuration["blockedDomains"], "/0");
        assert!(self.domains.contains(&blocked), "{blocked:?} is none of {:?}", self.domains);
        self.domains = vec![blocked];
    }

    async fn assert_groups(&self, people: &People) {
        let chats = people["chiara"].all("/me/chats?$top=50&$expand=members").await.unwrap();
        for (topic, id) in &self.groups {
            let found: Vec<&Value> = chats.iter().filter(|chat| chat["topic"] == **topic).collect();
            let [chat] = found.as_slice() else {
                panic!("{} groups are called {topic}", found.len())
            };
            assert_eq!(text_of(chat, "id"), *id);
            let members = chat["members"].as_array().unwrap();
            let there: BTreeSet<String> =
                members.iter().map(|member| text_of(member, "userId")).collect();
            let wanted = ["chiara", "daniel", "isaac"].map(|name| people[name].id.clone());
            assert_eq!(there, BTreeSet::from(wanted), "members of {topic}");
        }
        let made = chats.iter().filter(|chat| text_of(chat, "topic").starts_with("round"));
        assert_eq!(made.count(), self.groups.len(), "groups that nobody made");
    }
}

impl Expected {
    /// Compares, and from now on holds the message to what it says.
    fn settle(&mut self, message: &Value) {
        let said = body_of(message);
        assert!(self.texts.contains(&said), "{message} says none of {:?}", self.texts);
        self.texts = vec![said];
        let has_reaction = !message["reactions"].as_array().unwrap().is_empty();
        assert!(self.has_reaction.is_none_or(|wanted| wanted == has_reaction), "{message}");
        self.has_reaction = Some(has_reaction);
    }
}

/// Sends with a key, which may have been used; the id.
async fn send(by: &Person, chat: &str, text: &str, key: &str) -> String {
    let path = format!("/chats/{chat}/messages");
    let sent = by.post_once(&path, &message(text), key).await.unwrap();
    text_of(&sent.ok().unwrap(), "id")
}

pub(crate) fn body_of(message: &Value) -> String {
    message["body"]["content"].as_str().unwrap_or_default().to_owned()
}

/// A text by name, or by JSON pointer.
pub(crate) fn text_of(value: &Value, name: &str) -> String {
    let found = if name.starts_with('/') { value.pointer(name) } else { value.get(name) };
    found.and_then(Value::as_str).unwrap_or_default().to_owned()
}

/// The change of the configuration that blocks this domain and no other.
pub(crate) fn blocking(domain: &str) -> Value {
    json!({"blockedDomains": [domain]})
}
