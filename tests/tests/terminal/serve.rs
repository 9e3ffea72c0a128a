//! Starting a server.

use serde_json::{Value, json};
use tempfile::tempdir;
use visavis_tests::client::Client;
use visavis_tests::server::Server;

/// Somebody of the demonstration, by the beginning of the address.
fn person(server: &Server, name: &str) -> Client {
    let demo = server.demo();
    let accounts = demo["accounts"].as_array().unwrap();
    let is_meant = |one: &&Value| one["mail"].as_str().unwrap().starts_with(name);
    let token = accounts.iter().find(is_meant).unwrap()["token"].as_str().unwrap();
    server.anonymous().with_token(token)
}

/// The last lines of everybody's chats.
async fn last_lines(server: &Server) -> Vec<Vec<String>> {
    let mut all = Vec::new();
    for name in ["ada", "ben", "hana", "kim", "luca"] {
        let chats = person(server, name).all("me/chats?$expand=lastMessagePreview").await;
        let line = |chat: &Value| chat["lastMessagePreview"]["body"]["content"].to_string();
        let mut lines: Vec<String> = chats.iter().map(line).collect();
        lines.sort();
        all.push(lines);
    }
    all
}

#[tokio::test]
async fn limits_to_try_do_not_hinder_the_demonstration_itself() {
    let limits = ["lookupsPerMinute=1", "messagesPerSecond=1", "newAccountsPerMinute=1"];
    let mut arguments = vec!["serve", "--demo", "--listen", "127.0.0.1:0"];
    arguments.extend(limits.iter().flat_map(|limit| ["--limit", limit]));
    let folder = tempdir().unwrap();
    let few = Server::with(folder.path(), &arguments);
    let usual = Server::demonstration();
    let lines = last_lines(&usual).await;
    assert!(lines.iter().all(|of_one| !of_one.is_empty()), "{lines:?}");
    assert_eq!(last_lines(&few).await, lines);
    let identities = json!({"identities": [{"email": "nobody@mail.example"}]});
    let ben = person(&few, "ben");
    ben.post("me/externalContacts/resolve", identities.clone()).await.expect(200);
    let refused = ben.post("me/externalContacts/resolve", identities).await;
    assert_eq!(refused.line(), "429 tooMany");
}
