//! What another deployment gave: its tokens, cookies and places in lists are nothing here, and change
//! nothing.

use reqwest::Method;
use reqwest::header::{AUTHORIZATION, COOKIE, ORIGIN, SET_COOKIE};
use serde_json::{Value, json};
use visavis_tests::chat::member;
use visavis_tests::client::Client;
use visavis_tests::server::Server;
use visavis_tests::world::World;

/// The token in a link of a page.
fn token_in(page: &Value, link: &str, name: &str) -> String {
    let link = page[link].as_str().unwrap_or_else(|| panic!("no {link}: {page}"));
    link.split_once(&format!("${name}=")).expect("a token").1.to_owned()
}

/// Somebody of the demonstration on another server.
fn somebody(elsewhere: &Server) -> Client {
    let demo = elsewhere.demo();
    elsewhere.anonymous().with_token(demo["accounts"][0]["token"].as_str().expect("a token"))
}

/// Three chats with themselves and others, and some messages in the first.
async fn talk(there: &Client, others: &[String]) -> String {
    let me = there.get("me").await.id();
    let mut chats = Vec::new();
    for other in others {
        let members = json!([member(&me), member(other)]);
        let chat = json!({"chatType": "group", "topic": other, "members": members});
        chats.push(there.post("chats", chat).await.id());
    }
    let chat = chats.pop().expect("a chat");
    for text in ["one", "two", "three"] {
        let body = json!({"body": {"content": text}});
        there.post(&format!("chats/{chat}/messages"), body).await.expect(201);
    }
    chat
}

#[tokio::test]
async fn what_another_deployment_gave_opens_nothing_here() {
    let world = World::start();
    let [a, b] = world.people(["A", "B"]);
    let chat = a.befriend(b).await;
    let elsewhere = Server::demonstration();
    let there = somebody(&elsewhere);
    let colleague = there.get("users?$top=3").await.entries();
    let others: Vec<String> =
        colleague.iter().map(|one| one["id"].as_str().expect("an id").to_owned()).collect();
    let me = there.get("me").await.id();
    let others: Vec<String> = others.into_iter().filter(|other| *other != me).collect();
    let their_chat = talk(&there, &others).await;

    let before = json!([
        a.all("me/chats?$expand=members,lastMessagePreview").await,
        a.all(&format!("chats/{chat}/messages")).await,
        a.all("me/tokens").await,
    ]);

    // Their bearer token, and their session.
    let stranger = world.anonymous().with_token(there.token());
    for (method, path, body) in [
        ("GET", "me", Value::Null),
        ("GET", "me/chats", Value::Null),
        ("POST", "chats", json!({"chatType": "group", "members": [member(&a.id)]})),
        ("POST", "auth/signOut", Value::Null),
    ] {
        let refused = stranger.call(method, path, &body).await;
        assert_eq!(refused.line(), "401 notSignedIn", "{method} {path}");
        assert_eq!(refused.header("www-authenticate"), "Bearer");
    }
    let demo = elsewhere.demo();
    let account = &demo["accounts"][0];
    let sign_in = json!({"address": account["mail"], "password": account["password"]});
    let signed_in = elsewhere.anonymous().post("auth/signIn", sign_in).await;
    signed_in.expect(200);
    let cookies: Vec<&str> = signed_in
        .headers
        .get_all(SET_COOKIE)
        .iter()
        .filter_map(|set| set.to_str().ok()?.split(';').next())
        .collect();
    assert!(!cookies.is_empty(), "a session elsewhere");
    let client = world.anonymous();
    for (method, path) in [(Method::GET, "me"), (Method::POST, "me/tokens")] {
        let request = client.request(method, path).header(ORIGIN, client.base_url());
        let request = request.header(COOKIE, cookies.join("; ")).json(&json!({"name": "x"}));
        assert_eq!(client.send(request).await.line(), "401 notSignedIn", "{path}");
    }

    // Places in their lists, with a token of ours.
    let chats = there.get("me/chats?$top=1").await.expect(200);
    let export = there.get("me/chats/getAllMessages?$top=1").await.expect(200);
    let delta = format!("chats/{their_chat}/messages/delta");
    let walk = there.get(&format!("{delta}?$top=1")).await.expect(200);
    let round = there.get(&format!("{delta}?$top=50")).await.expect(200);
    let skip = |page: &Value| token_in(page, "@odata.nextLink", "skiptoken");
    let ours = format!("chats/{chat}/messages/delta");
    for (path, answer) in [
        (format!("me/chats?$skiptoken={}", skip(&chats)), "400 invalid"),
        (format!("me/chats/getAllMessages?$skiptoken={}", skip(&export)), "400 invalid"),
        (format!("{ours}?$skiptoken={}", skip(&walk)), "410 syncStateNotFound"),
        (
            format!("{ours}?$deltatoken={}", token_in(&round, "@odata.deltaLink", "deltatoken")),
            "410 syncStateNotFound",
        ),
        (format!("chats/{their_chat}"), "404"),
    ] {
        assert_eq!(a.get(&path).await.line(), answer, "{path}");
    }
    assert_eq!(
        json!([
            a.all("me/chats?$expand=members,lastMessagePreview").await,
            a.all(&format!("chats/{chat}/messages")).await,
            a.all("me/tokens").await,
        ]),
        before
    );
    // Ours beside theirs is ours: a browser may have both.
    let request = client.request(Method::GET, "me").header(COOKIE, cookies.join("; "));
    let request = request.header(AUTHORIZATION, format!("Bearer {}", a.token()));
    assert_eq!(client.send(request).await.expect(200)["id"], a.id.as_str());
}
