//! What people do with each other.

use serde_json::{Value, json};

use crate::answer::Answer;
use crate::client::Client;
use crate::world::Person;

/// As `visibleHistoryStartDateTime`: everything.
pub const ALL_HISTORY: &str = "0001-01-01T00:00:00Z";

/// A member as a request names one: by id, address or telephone number.
#[must_use]
pub fn member(key: &str) -> Value {
    json!({
        "@odata.type": "#microsoft.graph.aadUserConversationMember",
        "roles": ["owner"],
        "user@odata.bind": format!("https://graph.microsoft.com/v1.0/users('{}')", key.replace('\'', "''")),
    })
}

impl Person {
    /// Starts a chat with whoever has this address or id.
    pub async fn start_with(&self, key: &str) -> Answer {
        let members = [member(&self.id), member(key)];
        self.post("chats", json!({"chatType": "oneOnOne", "members": members})).await
    }

    /// Starts a chat with somebody by address.
    pub async fn start(&self, other: &Self) -> Answer {
        self.start_with(&other.mail).await
    }

    /// Makes a group with these people.
    pub async fn group(&self, topic: &str, others: &[&Self]) -> Answer {
        let others = others.iter().map(|other| member(&other.mail));
        let members: Vec<Value> = std::iter::once(member(&self.id)).chain(others).collect();
        self.post("chats", json!({"chatType": "group", "topic": topic, "members": members})).await
    }

    /// Adds somebody to a group, with no history or from a moment on.
    pub async fn add(&self, chat: &str, other: &Self, since: Option<&str>) -> Answer {
        let mut body = member(&other.mail);
        if let Some(since) = since {
            body["visibleHistoryStartDateTime"] = json!(since);
        }
        self.post(&format!("chats/{chat}/members"), body).await
    }

    /// Removes somebody from a group.
    pub async fn remove(&self, chat: &str, other: &Self) -> Answer {
        self.delete(&format!("chats/{chat}/members/{}", other.id)).await
    }

    /// Asks for contact, and the other accepts. Answers with the chat.
    pub async fn befriend(&self, other: &Self) -> String {
        let chat = self.start(other).await.id();
        self.say(&chat, "Hello").await.expect(201);
        other.accept(&chat).await.expect(204);
        chat
    }

    /// How the contact request of a chat stands, as this person sees it.
    pub async fn request_of(&self, chat: &str) -> Value {
        self.get(&format!("chats/{chat}")).await.expect(200)["contactRequest"].clone()
    }

    /// Whether the chat is in this person's list.
    pub async fn lists(&self, chat: &str) -> bool {
        self.all("me/chats").await.iter().any(|entry| entry["id"] == chat)
    }

    /// Whether this person is a member of the chat, as they see it themselves.
    pub async fn is_in(&self, chat: &str) -> bool {
        let seen = self.get(&format!("chats/{chat}")).await;
        seen.status == 200 && seen.json()["viewpoint"]["isMember"] == true
    }
}

impl Client {
    /// Says something as plain text.
    pub async fn say(&self, chat: &str, text: &str) -> Answer {
        let body = json!({"body": {"contentType": "text", "content": text}});
        self.post(&format!("chats/{chat}/messages"), body).await
    }

    /// Pins a message.
    pub async fn pin(&self, chat: &str, message: &str) -> Answer {
        let named = format!("{}/v1.0/chats/{chat}/messages/{message}", self.base_url());
        let body = json!({"message@odata.bind": named});
        self.post(&format!("chats/{chat}/pinnedMessages"), body).await
    }

    /// The ids of the pinned messages of a chat, the one that was pinned last first.
    pub async fn pinned(&self, chat: &str) -> Vec<String> {
        let pins = self.get(&format!("chats/{chat}/pinnedMessages")).await.entries();
        pins.iter().map(|pin| pin["id"].as_str().expect("an id").to_owned()).collect()
    }

    /// What can be read in a chat, oldest first; system messages are left out.
    pub async fn read(&self, chat: &str) -> Vec<String> {
        let order = "createdDateTime desc";
        let messages = self.all(&format!("chats/{chat}/messages?$top=50&$orderby={order}")).await;
        let said = messages.iter().rev().filter(|message| message["messageType"] == "message");
        said.map(|message| text_of(message).to_owned()).collect()
    }

    /// An action on a chat without a body.
    pub async fn act(&self, chat: &str, action: &str) -> Answer {
        self.post(&format!("chats/{chat}/{action}"), Value::Null).await
    }

    /// Accepts a contact request.
    pub async fn accept(&self, chat: &str) -> Answer {
        self.post(&format!("chats/{chat}/acceptRequest"), json!({})).await
    }

    /// Declines a contact request.
    pub async fn decline(&self, chat: &str) -> Answer {
        self.post(&format!("chats/{chat}/declineRequest"), json!({})).await
    }

    /// Blocks who asked for contact.
    pub async fn block_request(&self, chat: &str) -> Answer {
        self.post(&format!("chats/{chat}/blockRequest"), json!({})).await
    }

    /// Blocks somebody.
    pub async fn block(&self, other: &Person) -> Answer {
        self.post("me/externalContacts/blocked", json!({"userId": other.id})).await
    }

    /// Unblocks somebody.
    pub async fn unblock(&self, other: &Person) -> Answer {
        self.delete(&format!("me/externalContacts/blocked/{}", other.id)).await
    }

    /// Looks somebody up by an exact address.
    pub async fn resolve(&self, address: &str) -> Value {
        let identity = if address.starts_with('+') {
            json!({"@odata.type": "#visavis.phoneIdentity", "phoneNumber": address})
        } else {
            json!({"@odata.type": "#microsoft.graph.emailIdentity", "email": address})
        };
        let body = json!({"identities": [identity]});
        let found = self.post("me/externalContacts/resolve", body).await.entries();
        found.into_iter().next().expect("one answer for one address")
    }
}

/// What a message says.
#[must_use]
pub fn text_of(message: &Value) -> &str {
    message["body"]["content"].as_str().unwrap_or_default()
}
