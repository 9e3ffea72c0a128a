//! Somebody who talks to a server that may fail or be gone.

use std::time::Duration;

use anyhow::{Context, ensure};
use reqwest::{Method, StatusCode};
use serde_json::{Value, json};

/// How long one request may take.
const ANSWER_WITHIN: Duration = Duration::from_secs(30);

/// Somebody with a token.
#[derive(Debug, Clone)]
pub(crate) struct Person {
    /// The account.
    pub(crate) id: String,
    /// The bearer token.
    pub(crate) token: String,
    base: String,
    http: reqwest::Client,
}

/// What a server answered.
#[derive(Debug, Clone)]
pub(crate) struct Answer {
    /// The status.
    pub(crate) status: StatusCode,
    /// The body; null when there is none.
    pub(crate) body: Value,
}

impl Answer {
    /// A text of the body, by JSON pointer; empty when there is none.
    pub(crate) fn text(&self, pointer: &str) -> &str {
        self.body.pointer(pointer).and_then(Value::as_str).unwrap_or_default()
    }

    /// The body of a success.
    pub(crate) fn ok(self) -> anyhow::Result<Value> {
        ensure!(self.status.is_success(), "{}: {}", self.status, self.body);
        Ok(self.body)
    }
}

impl Person {
    /// Somebody who shares the connections of others.
    pub(crate) fn new(http: &reqwest::Client, base: &str, id: String, token: String) -> Self {
        Self { id, token, base: base.to_owned(), http: http.clone() }
    }

    /// Sends a request. The path begins behind `/v1.0`.
    pub(crate) async fn request(
        &self,
        method: Method,
        path: &str,
        body: Option<&Value>,
        key: Option<&str>,
    ) -> anyhow::Result<Answer> {
        let url = format!("{}/v1.0{path}", self.base);
        let mut request =
            self.http.request(method, url).bearer_auth(&self.token).timeout(ANSWER_WITHIN);
        if let Some(body) = body {
            request = request.json(body);
        }
        if let Some(key) = key {
            request = request.header("Idempotency-Key", key);
        }
        let response = request.send().await.context("no answer")?;
        let status = response.status();
        let bytes = response.bytes().await.context("half an answer")?;
        let body = match bytes.is_empty() {
            true => Value::Null,
            false => serde_json::from_slice(&bytes).context("an answer that is not JSON")?,
        };
        Ok(Answer { status, body })
    }

    /// Reads something.
    pub(crate) async fn get(&self, path: &str) -> anyhow::Result<Answer> {
        self.request(Method::GET, path, None, None).await
    }

    /// Does something.
    pub(crate) async fn post(&self, path: &str, body: &Value) -> anyhow::Result<Answer> {
        self.request(Method::POST, path, Some(body), None).await
    }

    /// Does something that a repetition with the same key does not do again.
    pub(crate) async fn post_once(
        &self,
        path: &str,
        body: &Value,
        key: &str,
    ) -> anyhow::Result<Answer> {
        self.request(Method::POST, path, Some(body), Some(key)).await
    }

    /// Changes something.
    pub(crate) async fn patch(&self, path: &str, body: &Value) -> anyhow::Result<Answer> {
        self.request(Method::PATCH, path, Some(body), None).await
    }

    /// Reads a whole collection, page after page.
    pub(crate) async fn all(&self, path: &str) -> anyhow::Result<Vec<Value>> {
        let mut entries = Vec::new();
        let mut next = Some(path.to_owned());
        while let Some(path) = next {
            let mut page = self.get(&path).await?.ok().with_context(|| path.clone())?;
            if let Some(Value::Array(some)) = page.get_mut("value").map(Value::take) {
                entries.extend(some);
            }
            let prefix = format!("{}/v1.0", self.base);
            let link = page["@odata.nextLink"].as_str();
            next = link.and_then(|link| link.strip_prefix(&prefix)).map(str::to_owned);
        }
        Ok(entries)
    }

    /// The chat with one other person, made if it is not there; its id.
    pub(crate) async fn start(&self, other: &str) -> anyhow::Result<String> {
        let chat = self.post("/chats", &self.new_chat("oneOnOne", None, &[other])).await?.ok()?;
        Ok(chat["id"].as_str().context("the id of the chat")?.to_owned())
    }

    /// The body of a request for a chat with oneself and others.
    pub(crate) fn new_chat(&self, kind: &str, topic: Option<&str>, others: &[&str]) -> Value {
        let members = std::iter::once(&*self.id).chain(others.iter().copied());
        let members: Vec<Value> = members.map(|key| self.member(key)).collect();
        match topic {
            Some(topic) => json!({"chatType": kind, "topic": topic, "members": members}),
            None => json!({"chatType": kind, "members": members}),
        }
    }

    /// A person as the member of a chat, by id or address.
    pub(crate) fn member(&self, key: &str) -> Value {
        json!({
            "@odata.type": "#microsoft.graph.aadUserConversationMember",
            "roles": ["owner"],
            "user@odata.bind": format!("{}/v1.0/users('{key}')", self.base),
        })
    }

    /// The messages of people in a chat, oldest first.
    pub(crate) async fn messages(&self, chat: &str) -> anyhow::Result<Vec<Value>> {
        let mut all = self.all(&format!("/chats/{chat}/messages?$top=50")).await?;
        all.retain(|message| message["messageType"] == "message");
        all.reverse();
        Ok(all)
    }
}

/// The body of a message.
pub(crate) fn message(text: &str) -> Value {
    json!({"body": {"contentType": "text", "content": text}})
}
