//! How chats and messages look in a terminal.

use serde_json::Value;

use crate::output::{harmless, text};

/// What a chat is called by somebody: its topic, or the names of the others.
#[must_use]
pub(crate) fn title(chat: &Value, me: &str) -> String {
    let topic = text(chat, "/topic");
    if !topic.is_empty() {
        return harmless(topic);
    }
    let names: Vec<String> = others(chat, me).map(person).collect();
    match names.is_empty() {
        false => names.join(", "),
        true => "(nobody else)".to_owned(),
    }
}

/// The members of a chat but for oneself.
pub(crate) fn others<'a>(chat: &'a Value, me: &'a str) -> impl Iterator<Item = &'a Value> {
    let members = chat.get("members").and_then(Value::as_array).into_iter().flatten();
    members.filter(move |member| text(member, "/userId") != me)
}

/// A person with what the viewer must know about them.
#[must_use]
pub(crate) fn person(person: &Value) -> String {
    let name = harmless(text(person, "/displayName"));
    let name = if name.is_empty() { harmless(text(person, "/email")) } else { name };
    match mark(person) {
        Some(mark) => format!("{name} [{mark}]"),
        None => name,
    }
}

/// The badge of somebody outside.
fn mark(person: &Value) -> Option<String> {
    if !person.get("isExternal").and_then(Value::as_bool).unwrap_or(false) {
        return None;
    }
    let organisation = harmless(text(person, "/organisationName"));
    Some(match (organisation.is_empty(), text(person, "/trust")) {
        (false, "" | "familiar") => format!("external: {organisation}"),
        (false, trust) => format!("external: {organisation}, {trust}"),
        (true, "") => "external".to_owned(),
        (true, trust) => format!("external: {trust}"),
    })
}

/// Why one cannot write in a chat now, for a reason that the state of its request does not tell.
#[must_use]
pub(crate) fn refusal(chat: &Value) -> Option<String> {
    let is_told = ["", "requestPending", "pendingCap"].contains(&text(chat, "/sendRefusal/code"));
    (!is_told).then(|| harmless(text(chat, "/sendRefusal/message")))
}

/// What is special about a chat: that one cannot write in it, or the state of its contact request.
#[must_use]
pub(crate) fn state(chat: &Value) -> String {
    if refusal(chat).is_some() {
        return "closed".to_owned();
    }
    let inbound = text(chat, "/contactRequest/direction") == "inbound";
    match (text(chat, "/contactRequest/state"), inbound) {
        ("pending", true) => "asks you".to_owned(),
        ("pending", false) => match chat.pointer("/contactRequest/messagesSent") {
            Some(sent) => format!(
                "waiting, {sent} of {} sent",
                chat.pointer("/contactRequest/messagesAllowed").unwrap_or(&Value::Null)
            ),
            None => "waiting".to_owned(),
        },
        (state, _) => state.to_owned(),
    }
}

/// One message on one or more lines.
#[must_use]
pub(crate) fn message(message: &Value) -> String {
    let time = clock(text(message, "/createdDateTime"));
    let sender = message.pointer("/from/user").unwrap_or(&Value::Null);
    let is_event = text(message, "/messageType") != "message" || sender.is_null();
    if is_event {
        return format!("{time}  * {}", event(message));
    }
    let is_deleted = !text(message, "/deletedDateTime").is_empty();
    let content = if is_deleted { "(deleted)".to_owned() } else { body(message) };
    let edited = if text(message, "/lastEditedDateTime").is_empty() { "" } else { " (edited)" };
    let mut lines = content.lines();
    let first = lines.next().unwrap_or_default();
    let mut shown = format!("{time}  {}: {first}{edited}", person(sender));
    for line in lines {
        shown.push_str("\n         ");
        shown.push_str(line);
    }
    shown
}

/// The text of a message's body, without markup.
#[must_use]
pub(crate) fn body(message: &Value) -> String {
    let content = text(message, "/body/content");
    match text(message, "/body/contentType") {
        "html" => harmless(&plain(content)),
        _ => harmless(content),
    }
}

fn event(message: &Value) -> String {
    let kind = text(message, "/eventDetail/@odata.type");
    let kind = kind.rsplit('.').next().unwrap_or_default();
    let kind = kind.trim_end_matches("EventMessageDetail");
    let names: Vec<String> = message
        .pointer("/eventDetail/members")
        .and_then(Value::as_array)
        .into_iter()
        .flatten()
        .map(person)
        .collect();
    match (kind, names.is_empty()) {
        ("", _) => "something happened in the chat".to_owned(),
        (kind, true) => words(kind),
        (kind, false) => format!("{}: {}", words(kind), names.join(", ")),
    }
}

/// `membersAdded` becomes `members added`.
fn words(name: &str) -> String {
    let mut words = String::new();
    for c in name.trim_start_matches('#').chars() {
        if c.is_ascii_uppercase() {
            words.push(' ');
        }
        words.push(c.to_ascii_lowercase());
    }
    harmless(words.trim())
}

/// Hours and minutes of a time, in UTC as it came.
fn clock(time: &str) -> &str {
    time.get(11..16).unwrap_or("--:--")
}

/// The text of HTML: paragraphs and breaks become lines, markup goes, entities are resolved.
fn plain(html: &str) -> String {
    let mut text = String::new();
    let mut rest = html;
    while let Some((before, after)) = rest.split_once('<') {
        text.push_str(before);
        let Some((tag, behind)) = after.split_once('>') else {
            rest = "";
            break;
        };
        let name = tag.trim_start_matches('/').split([' ', '/']).next().unwrap_or_default();
        let is_line = matches!(name, "br" | "p" | "div" | "li" | "tr" | "blockquote" | "pre");
        if is_line && !text.is_empty() && !text.ends_with('\n') {
            text.push('\n');
        }
        rest = behind;
    }
    text.push_str(rest);
    let entities =
        [("&lt;", "<"), ("&gt;", ">"), ("&quot;", "\""), ("&#39;", "'"), ("&nbsp;", " ")];
    for (entity, character) in entities {
        text = text.replace(entity, character);
    }
    text.replace("&amp;", "&").trim().to_owned()
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn markup_becomes_lines() {
        assert_eq!(plain("<p>a &amp;lt; b</p><p>c<br/>d &lt;e&gt;</p>"), "a &lt; b\nc\nd <e>");
        assert_eq!(plain("a <broken"), "a");
    }

    #[test]
    fn an_outsider_is_marked() {
        let megan = json!({"displayName": "Megan", "isExternal": true, "trust": "unfamiliar",
            "organisationName": "Fabrikam"});
        assert_eq!(person(&megan), "Megan [external: Fabrikam, unfamiliar]");
        assert_eq!(person(&json!({"displayName": "Adele", "isExternal": false})), "Adele");
    }

    #[test]
    fn a_message_shows_who_and_when() {
        let sent = json!({"messageType": "message", "createdDateTime": "2026-11-22T08:15:00.000Z",
            "from": {"user": {"displayName": "Adele"}},
            "body": {"contentType": "text", "content": "one\n<two>"}});
        assert_eq!(message(&sent), "08:15  Adele: one\n         <two>");
    }
}
