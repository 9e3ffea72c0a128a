//! What the web client's reducer is tested with: a story as three people are told of it, with what
//! each of them fetches after each act. Ids and moments are put in order, so that only a change of
//! the wire changes the files.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::Path;
use std::time::Duration;

use serde_json::{Value, json};
use visavis_domain::time::Timestamp;
use visavis_tests::chat::ALL_HISTORY;
use visavis_tests::client::Client;
use visavis_tests::socket::Socket;
use visavis_tests::world::{Person, World};

/// So long nothing must come before everything has come.
const QUIET: Duration = Duration::from_millis(400);
const FOLDER: &str = "web/src/live/fixtures";
/// Where the first moment of a story is put, in milliseconds: the beginning of 2026.
const FIRST_MS: i64 = 1_767_225_600_000;
const LIST: &str = "chats?$top=50&$expand=members,lastMessagePreview\
     &$orderby=lastMessagePreview/createdDateTime desc";

/// One person's part of the story.
struct Part<'a> {
    person: &'a Person,
    socket: Socket,
    before: Value,
    steps: Vec<Value>,
}

impl<'a> Part<'a> {
    async fn begin(person: &'a Person) -> Self {
        let socket = Socket::open(person).await.unwrap();
        Self { person, socket, before: snapshot(person).await, steps: Vec::new() }
    }

    /// What came of an act: the frames that are stored, and what is there now.
    async fn note(&mut self, act: &str) {
        let mut frames = self.socket.drain(QUIET).await.unwrap();
        frames.retain(|frame| frame["token"].is_string());
        for frame in &mut frames {
            frame["token"] = json!("token");
        }
        let after = snapshot(self.person).await;
        self.steps.push(json!({"act": act, "frames": frames, "after": after}));
    }
}

/// Everything that a client of this person fetches.
async fn snapshot(client: &Client) -> Value {
    let chats = client.all(LIST).await;
    let mut messages = serde_json::Map::new();
    for chat in &chats {
        let id = chat["id"].as_str().unwrap();
        let order = "createdDateTime desc";
        let answer = client.get(&format!("chats/{id}/messages?$top=50&$orderby={order}")).await;
        let listed = if answer.status == 200 { answer.entries() } else { Vec::new() };
        messages.insert(id.to_owned(), Value::Array(listed));
    }
    json!({"chats": chats, "messages": messages})
}

/// Somebody of Alpha, somebody of Beta and a personal account, from the first contact to the end.
#[tokio::test]
async fn the_fixtures_of_the_web_client_are_what_the_server_pushes() {
    let world = World::of_rows().await;
    let [a, b, p, a2] = world.people(["A", "B", "P", "A2"]);
    let mut parts = Vec::new();
    for person in [a, b, p] {
        parts.push(Part::begin(person).await);
    }
    let chat = a.start(b).await.id();
    note(&mut parts, "start").await;
    a.say(&chat, "Hello, may I ask something?").await.expect(201);
    note(&mut parts, "say while waiting").await;
    b.accept(&chat).await.expect(204);
    note(&mut parts, "accept").await;
    let id = b.say(&chat, "Of course").await.id();
    note(&mut parts, "answer").await;
    let message = format!("chats/{chat}/messages/{id}");
    let html = json!({"body": {"contentType": "html", "content": "<p>Of <b>course</b></p>"}});
    b.patch(&message, html).await.expect(204);
    note(&mut parts, "edit").await;
    a.post(&format!("{message}/setReaction"), json!({"reactionType": "👍"})).await.expect(204);
    note(&mut parts, "react").await;
    a.post(&format!("{message}/unsetReaction"), json!({"reactionType": "👍"})).await.expect(204);
    note(&mut parts, "take the reaction back").await;
    let reader = json!({"user": {"id": a.id}});
    a.post(&format!("chats/{chat}/markChatReadForUser"), reader.clone()).await.expect(204);
    note(&mut parts, "read").await;
    a.post(&format!("chats/{chat}/hideForUser"), reader.clone()).await.expect(204);
    note(&mut parts, "hide").await;
    b.say(&chat, "Are you there?").await.expect(201);
    note(&mut parts, "say to somebody who has hidden the chat").await;
    b.post(&format!("{message}/softDelete"), Value::Null).await.expect(204);
    note(&mut parts, "delete").await;
    b.post(&format!("{message}/undoSoftDelete"), Value::Null).await.expect(204);
    note(&mut parts, "restore").await;
    let group = a.group("Plans", &[a2]).await.id();
    note(&mut parts, "make a group").await;
    a.add(&group, b, Some(ALL_HISTORY)).await.expect(201);
    note(&mut parts, "add a contact").await;
    a.add(&group, p, None).await.expect(201);
    note(&mut parts, "add a stranger").await;
    a2.say(&group, "Welcome").await.expect(201);
    note(&mut parts, "say in the group").await;
    p.accept(&group).await.expect(204);
    note(&mut parts, "accept the group").await;
    a2.say(&group, "Now everybody is here").await.expect(201);
    note(&mut parts, "say to everybody").await;
    a.patch(&format!("chats/{group}"), json!({"topic": "Great plans"})).await.expect(200);
    note(&mut parts, "rename").await;
    a.remove(&group, p).await.expect(204);
    note(&mut parts, "remove").await;
    b.act(&group, "leave").await.expect(204);
    note(&mut parts, "leave").await;
    let mut stale = Vec::new();
    for part in parts {
        let story = json!({"me": part.person.id, "before": part.before, "steps": part.steps});
        let name = part.person.name.to_lowercase();
        stale.extend(copy_if_changed(&format!("{name}.json"), &ordered(story, &world)));
    }
    assert!(
        stale.is_empty(),
        "{FOLDER} is not what the server pushes. If that is wanted: {}",
        stale.join(" && ")
    );
}

async fn note(parts: &mut [Part<'_>], act: &str) {
    for part in parts {
        part.note(act).await;
    }
}

/// The story with ids that are names and moments that are a second apart, as text.
fn ordered(story: Value, world: &World) -> String {
    let mut text = serde_json::to_string(&story).unwrap();
    for (from, to) in names(&story, world) {
        text = text.replace(&from, &to);
    }
    let mut found = BTreeSet::new();
    moments(&story, &mut found);
    let ranks: BTreeMap<i64, i64> = found.into_iter().zip(0..).collect();
    let mut named: Value = serde_json::from_str(&text).unwrap();
    put_in_order(&mut named, &ranks);
    lines(&named)
}

/// The story as JSON with a line for each step, so that a difference shows where it is.
fn lines(story: &Value) -> String {
    let steps = story["steps"].as_array().unwrap().iter().map(Value::to_string);
    let steps = steps.collect::<Vec<_>>().join(",\n");
    let (me, before) = (&story["me"], &story["before"]);
    format!("{{\"me\":{me},\n\"before\":{before},\n\"steps\":[\n{steps}\n]}}\n")
}

/// What each id is called; longer ids first, since some contain others.
fn names(story: &Value, world: &World) -> Vec<(String, String)> {
    let mut names = BTreeMap::new();
    for name in ["A", "A2", "B", "P"] {
        names.insert(world.person(name).id.clone(), format!("person-{}", name.to_lowercase()));
    }
    for domain in ["a.test", "b.test"] {
        names.insert(world.organisation(domain).to_owned(), format!("organisation-{domain}"));
    }
    let mut chats = Vec::new();
    each(story, &mut |value| {
        if let (Some(id), Some(_)) = (value["id"].as_str(), value["chatType"].as_str())
            && !chats.iter().any(|known| known == id)
        {
            chats.push(id.to_owned());
        }
    });
    for (chat, number) in chats.iter().zip(1..) {
        names.insert(chat.clone(), format!("chat-{number}"));
    }
    each(story, &mut |value| {
        if let (Some(id), Some(user)) = (value["id"].as_str(), value["userId"].as_str()) {
            let number = names.len();
            let name = names.get(user).cloned().unwrap_or_default();
            names.entry(id.to_owned()).or_insert_with(|| format!("member-{number}-{name}"));
        }
    });
    let mut names: Vec<_> = names.into_iter().collect();
    names.sort_by_key(|(id, _name)| std::cmp::Reverse(id.len()));
    names
}

fn each<'a>(value: &'a Value, visit: &mut impl FnMut(&'a Value)) {
    visit(value);
    match value {
        Value::Array(values) => values.iter().for_each(|value| each(value, visit)),
        Value::Object(map) => map.values().for_each(|value| each(value, visit)),
        _ => {}
    }
}

/// The moment that a text is: a message id, an etag, or a date with a time.
fn moment(text: &str) -> Option<i64> {
    if text.len() == 13 && text.bytes().all(|byte| byte.is_ascii_digit()) {
        return text.parse().ok();
    }
    let parsed: Timestamp = text.parse().ok()?;
    (parsed != Timestamp::MIN).then(|| parsed.as_ms())
}

fn moments(story: &Value, found: &mut BTreeSet<i64>) {
    each(story, &mut |value| found.extend(value.as_str().and_then(moment)));
}

fn put_in_order(value: &mut Value, ranks: &BTreeMap<i64, i64>) {
    match value {
        Value::Array(values) => values.iter_mut().for_each(|value| put_in_order(value, ranks)),
        Value::Object(map) => map.values_mut().for_each(|value| put_in_order(value, ranks)),
        Value::String(text) => *text = in_order(text, ranks),
        _ => {}
    }
}

/// The text with its moment put in order; a resource has that of the message that it names.
fn in_order(text: &str, ranks: &BTreeMap<i64, i64>) -> String {
    let put = |text: &str| {
        let rank = ranks.get(&moment(text)?)?;
        let at = FIRST_MS + rank * 1000;
        Some(if text.contains(':') { Timestamp::from_ms(at).to_string() } else { at.to_string() })
    };
    let named = text.split_once("/messages('").and_then(|(chat, rest)| {
        Some(format!("{chat}/messages('{}')", put(rest.strip_suffix("')")?)?))
    });
    named.or_else(|| put(text)).unwrap_or_else(|| text.to_owned())
}

/// Compares with the file of the repository. What is here now is left where it can be copied from,
/// and the answer is the command that does it.
fn copy_if_changed(name: &str, now: &str) -> Option<String> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap();
    let kept = root.join(FOLDER).join(name);
    if fs::read_to_string(&kept).is_ok_and(|kept| kept == now) {
        return None;
    }
    let new = Path::new(env!("CARGO_TARGET_TMPDIR")).join(name);
    fs::write(&new, now).unwrap();
    Some(format!("cp {} {}", new.display(), kept.display()))
}
