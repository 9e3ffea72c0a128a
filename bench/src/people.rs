//! The accounts and chats that a measurement needs, made through the API as anybody would.

use anyhow::{Context, Result};
use serde_json::{Value, json};

use crate::http::Api;
use crate::server::Server;

const PASSWORD: &str = "a password of the bench";

/// Where an account belongs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Home {
    Contoso,
    Fabrikam,
    Personal,
}

/// An account with which requests can be made.
#[derive(Debug, Clone)]
pub(crate) struct Person {
    pub(crate) id: String,
    pub(crate) token: String,
}

/// Makes accounts and chats.
#[derive(Debug)]
pub(crate) struct Founder {
    pub(crate) api: Api,
    contoso: String,
    fabrikam: String,
    operator: String,
    count: usize,
}

impl Founder {
    pub(crate) async fn of(server: &Server) -> Result<Self> {
        let demo = server.file("demo.json")?;
        let operator = server.file("operator.json")?;
        Ok(Self {
            api: Api::connect(server.address).await?,
            contoso: administrator(&demo, "contoso.example")?,
            fabrikam: administrator(&demo, "fabrikam.example")?,
            operator: text(&operator, "/token")?,
            count: 0,
        })
    }

    /// Makes an account and signs it in.
    pub(crate) async fn person(&mut self, home: Home) -> Result<Person> {
        self.count += 1;
        let name = format!("bench{}", self.count);
        let (by, path, domain) = match home {
            Home::Contoso => (&self.contoso, "/v1.0/users", "contoso.example"),
            Home::Fabrikam => (&self.fabrikam, "/v1.0/users", "fabrikam.example"),
            Home::Personal => (&self.operator, "/v1.0/deployment/accounts", "outlook.example"),
        };
        let address = format!("{name}@{domain}");
        let mut new = json!({
            "displayName": format!("Bench {}", self.count),
            "passwordProfile": {"password": PASSWORD},
        });
        if let Some(new) = new.as_object_mut() {
            let key = if home == Home::Personal { "mail" } else { "userPrincipalName" };
            new.insert(key.to_owned(), json!(address));
            new.insert("mailNickname".to_owned(), json!(name));
            new.insert("accountEnabled".to_owned(), json!(true));
        }
        let by = by.clone();
        let user = self.api.post(&by, path, &new).await?;
        let sign_in = json!({"address": address, "password": PASSWORD, "tokenName": "bench"});
        let signed_in = self.api.call("POST", "/v1.0/auth/signIn", None, Some(&sign_in)).await?;
        Ok(Person { id: text(&user, "/id")?, token: text(&signed_in, "/token")? })
    }

    pub(crate) async fn people(&mut self, home: Home, count: usize) -> Result<Vec<Person>> {
        let mut people = Vec::with_capacity(count);
        for _ in 0..count {
            people.push(self.person(home).await?);
        }
        Ok(people)
    }

    /// Starts a chat between two people of different homes, and has the request accepted.
    pub(crate) async fn accepted_pair(&mut self, from: &Person, to: &Person) -> Result<String> {
        let chat = self.chat("oneOnOne", &[from, to]).await?;
        let path = format!("/v1.0/chats/{chat}");
        let hello = json!({"body": {"content": "Hello"}});
        self.api.post(&from.token, &format!("{path}/messages"), &hello).await?;
        self.api.post(&to.token, &format!("{path}/acceptRequest"), &json!({})).await?;
        Ok(chat)
    }

    /// Starts a chat of the first with the others.
    pub(crate) async fn chat(&mut self, kind: &str, people: &[&Person]) -> Result<String> {
        let members: Vec<Value> = people.iter().map(|person| member(&person.id)).collect();
        let new = json!({"chatType": kind, "members": members});
        let first = people.first().context("a chat of nobody")?;
        let chat = self.api.post(&first.token, "/v1.0/chats", &new).await?;
        text(&chat, "/id")
    }
}

fn member(id: &str) -> Value {
    json!({
        "@odata.type": "#microsoft.graph.aadUserConversationMember",
        "roles": ["owner"],
        "user@odata.bind": format!("https://graph.example/v1.0/users('{id}')"),
    })
}

/// The token of an organisation's administrator.
fn administrator(demo: &Value, domain: &str) -> Result<String> {
    let accounts = demo.pointer("/accounts").and_then(Value::as_array);
    let found = accounts.into_iter().flatten().find(|account| {
        let mail = account.pointer("/mail").and_then(Value::as_str).unwrap_or_default();
        let roles = account.pointer("/roles").and_then(Value::as_array);
        mail.ends_with(&format!("@{domain}")) && roles.is_some_and(|roles| !roles.is_empty())
    });
    text(found.with_context(|| format!("demo.json has no administrator of {domain}"))?, "/token")
}

/// A text inside JSON.
pub(crate) fn text(value: &Value, pointer: &str) -> Result<String> {
    let found = value.pointer(pointer).and_then(Value::as_str);
    found.map(str::to_owned).with_context(|| format!("{pointer} is missing in {value}"))
}
