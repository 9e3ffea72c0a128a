//! Which chat somebody means who writes a number, an address, a name or an id.

use serde_json::Value;

use crate::client::{Client, part};
use crate::exit::{Complaint, Done};
use crate::output::text;
use crate::shown;

/// The chats of the signed-in person, newest first, with members and last message.
///
/// # Errors
///
/// What the server complains about.
pub(crate) async fn list(client: &Client) -> Done<Vec<Value>> {
    client.all("/v1.0/me/chats?$expand=members,lastMessagePreview&$top=50").await
}

/// The signed-in person's own id.
///
/// # Errors
///
/// What the server complains about.
pub(crate) async fn my_id(client: &Client) -> Done<String> {
    Ok(text(&client.get("/v1.0/me").await?, "/id").to_owned())
}

/// Finds a chat by its id, its place in `visavis chat list`, the e-mail address of the other
/// person, the topic, or the name of the other person.
///
/// # Errors
///
/// When there is no such chat, or more than one.
pub(crate) async fn find(client: &Client, me: &str, reference: &str) -> Done<Value> {
    if reference.starts_with("19:") {
        return client.get(&format!("/v1.0/chats/{}?$expand=members", part(reference))).await;
    }
    choose(list(client).await?, me, reference)
}

fn choose(chats: Vec<Value>, me: &str, reference: &str) -> Done<Value> {
    if let Ok(number) = reference.parse::<usize>() {
        let chat = number.checked_sub(1).and_then(|place| chats.into_iter().nth(place));
        return chat.ok_or_else(|| {
            Complaint::not_found(format!("there is no chat number {number}; see visavis chat list"))
        });
    }
    let mut found: Vec<Value> =
        chats.into_iter().filter(|chat| is_meant(chat, me, reference)).collect();
    match found.len() {
        0 => Err(Complaint::not_found(format!(
            "there is no chat `{reference}`; see visavis chat list, or begin one:\n  \
             visavis chat start {reference} --message 'Hello'"
        ))),
        1 => Ok(found.remove(0)),
        several => Err(Complaint::usage(format!(
            "{several} chats are called `{reference}`; take the number or the id of visavis chat list"
        ))),
    }
}

fn is_meant(chat: &Value, me: &str, reference: &str) -> bool {
    let same = |text: &str| text.to_lowercase() == reference.to_lowercase();
    if same(text(chat, "/topic")) {
        return true;
    }
    let is_pair = text(chat, "/chatType") == "oneOnOne";
    is_pair
        && shown::others(chat, me)
            .any(|member| same(text(member, "/email")) || same(text(member, "/displayName")))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::exit::Exit;

    #[test]
    fn a_chat_is_found_by_what_a_person_remembers() {
        let chat = |id: &str, topic: Value, email: &str| {
            json!({"id": id, "chatType": "oneOnOne", "topic": topic, "members": [
                {"userId": "me", "email": "me@a.example", "displayName": "Me"},
                {"userId": "x", "email": email, "displayName": email.split('@').next()}]})
        };
        let chats = || {
            vec![
                chat("one", Value::Null, "ada@a.example"),
                chat("two", json!("Launch"), "ben@a.example"),
                chat("three", Value::Null, "ben@b.example"),
            ]
        };
        let find = |reference: &str| {
            choose(chats(), "me", reference)
                .map(|chat| text(&chat, "/id").to_owned())
                .map_err(|complaint| complaint.exit)
        };
        for (reference, id) in [
            ("1", "one"),
            ("3", "three"),
            ("LAUNCH", "two"),
            ("Ada@A.example", "one"),
            ("ada", "one"),
        ] {
            assert_eq!(find(reference).as_deref(), Ok(id), "{reference}");
        }
        assert_eq!(find("0"), Err(Exit::NotFound));
        assert_eq!(find("4"), Err(Exit::NotFound));
        assert_eq!(find("me@a.example"), Err(Exit::NotFound));
        assert_eq!(find("ben"), Err(Exit::Usage));
    }
}
