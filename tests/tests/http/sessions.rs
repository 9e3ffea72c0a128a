//! Several accounts signed in at once in one browser.

use std::collections::BTreeMap;

use reqwest::Method;
use reqwest::header::{COOKIE, ORIGIN, SET_COOKIE};
use serde_json::{Value, json};
use visavis_domain::limit::SESSIONS_PER_BROWSER_MAX;
use visavis_tests::answer::Answer;
use visavis_tests::client::Client;
use visavis_tests::world::{PASSWORD, World};

/// What a browser does with cookies, as far as it matters here.
struct Browser {
    client: Client,
    jar: BTreeMap<String, String>,
}

impl Browser {
    fn new(world: &World) -> Self {
        Self { client: world.anonymous().clone(), jar: BTreeMap::new() }
    }

    /// A call from the server's own page, for an account or for none in particular.
    async fn call(&mut self, method: Method, path: &str, account: Option<&str>) -> Answer {
        let body = (method == Method::POST).then(|| json!({"name": "from a browser"}));
        self.call_with(method, path, account, body).await
    }

    async fn call_with(
        &mut self,
        method: Method,
        path: &str,
        account: Option<&str>,
        body: Option<Value>,
    ) -> Answer {
        let cookies: Vec<String> =
            self.jar.iter().map(|(name, value)| format!("{name}={value}")).collect();
        let mut request = self.client.request(method, path).header(ORIGIN, self.client.base_url());
        if !cookies.is_empty() {
            request = request.header(COOKIE, cookies.join("; "));
        }
        if let Some(account) = account {
            request = request.header("X-Visavis-Account", account);
        }
        if let Some(body) = body {
            request = request.json(&body);
        }
        let answer = self.client.send(request).await;
        for set in answer.headers.get_all(SET_COOKIE) {
            let set = set.to_str().expect("a cookie of ASCII");
            let (name, rest) = set.split_once('=').expect("a name");
            let value = rest.split(';').next().unwrap_or_default();
            if set.contains("Max-Age=0") {
                self.jar.remove(name);
            } else {
                self.jar.insert(name.to_owned(), value.to_owned());
            }
        }
        answer
    }

    async fn sign_in(&mut self, address: &str) -> Answer {
        let body = json!({"address": address, "password": PASSWORD});
        self.call_with(Method::POST, "auth/signIn", None, Some(body)).await
    }

    /// The addresses of those who are signed in, in the order of the answer.
    async fn signed_in(&mut self) -> Vec<String> {
        let list = self.call(Method::GET, "auth/sessions", None).await;
        let mail = |one: &Value| one["account"]["mail"].as_str().expect("an address").to_owned();
        list.entries().iter().map(mail).collect()
    }
}

#[tokio::test]
async fn two_accounts_are_signed_in_side_by_side() {
    let world = World::start();
    let [a, p] = world.people(["A", "P"]);
    let mut browser = Browser::new(&world);
    assert!(browser.signed_in().await.is_empty(), "nobody is no failure");
    browser.sign_in("a@a.test").await.expect(200);
    let me = browser.call(Method::GET, "me", None).await;
    assert_eq!(me.expect(200)["mail"], "a@a.test", "one session needs no name");
    browser.sign_in("p@mail.test").await.expect(200);
    assert_eq!(browser.signed_in().await, ["a@a.test", "p@mail.test"]);
    for (who, mail) in [(a, "a@a.test"), (p, "p@mail.test")] {
        let me = browser.call(Method::GET, "me", Some(&who.id)).await;
        assert_eq!(me.expect(200)["mail"], mail);
        browser.call(Method::POST, "me/tokens", Some(&who.id)).await.expect(201);
    }
}

#[tokio::test]
async fn nobody_acts_for_an_account_that_was_not_named() {
    let world = World::start();
    let [a, b, p] = world.people(["A", "B", "P"]);
    let mut browser = Browser::new(&world);
    browser.sign_in("a@a.test").await.expect(200);
    browser.sign_in("p@mail.test").await.expect(200);
    for (method, path) in [
        (Method::POST, "me/tokens"),
        (Method::POST, "auth/signOut"),
        (Method::GET, "me"),
        (Method::GET, "me/chats"),
    ] {
        let answer = browser.call(method, path, None).await;
        assert_eq!(answer.line(), "400 accountAmbiguous", "{path}");
        assert_eq!(answer.json()["error"]["target"], "X-Visavis-Account");
    }
    for (account, expected) in
        [(b.id.as_str(), "401 notSignedIn"), ("ada", "400 invalid"), ("", "400 invalid")]
    {
        let answer = browser.call(Method::POST, "me/tokens", Some(account)).await;
        assert_eq!(answer.line(), expected, "{account}");
    }
    // A session that has ended does not make the other one the meant one.
    let revoked = browser.call(Method::GET, "me/tokens", Some(&p.id)).await.entries();
    let session = revoked.iter().find(|one| one["isCurrent"] == true).expect("this session");
    let path = format!("me/tokens/{}", session["id"].as_str().expect("an id"));
    p.delete(&path).await.expect(204);
    let answer = browser.call(Method::POST, "me/tokens", None).await;
    assert_eq!(answer.line(), "400 accountAmbiguous");
    assert_eq!(browser.signed_in().await, ["a@a.test"], "the list forgets what has ended");
    browser.call(Method::POST, "me/tokens", None).await.expect(201);
    assert_eq!(a.get("me/tokens").await.entries().iter().filter(named).count(), 1);
    assert_eq!(p.get("me/tokens").await.entries().iter().filter(named).count(), 0);
}

fn named(token: &&Value) -> bool {
    token["name"] == "from a browser"
}

/// A cookie that was put under somebody else's name is nobody's session.
#[tokio::test]
async fn a_cookie_under_a_wrong_name_is_no_session() {
    let world = World::start();
    let [a, b] = world.people(["A", "B"]);
    let mut browser = Browser::new(&world);
    browser.sign_in("a@a.test").await.expect(200);
    let secret = browser.jar.pop_first().expect("a session").1;
    browser.jar.insert(format!("visavis_session_{}", b.id), secret.clone());
    for account in [None, Some(a.id.as_str()), Some(b.id.as_str())] {
        assert_eq!(browser.call(Method::GET, "me", account).await.line(), "401 notSignedIn");
    }
    assert!(browser.signed_in().await.is_empty());
    // The name without an account is a session of whoever it is.
    browser.jar.insert("visavis_session".to_owned(), secret);
    for account in [None, Some(a.id.as_str())] {
        browser.call(Method::GET, "me", account).await.expect(200);
    }
    assert_eq!(browser.call(Method::GET, "me", Some(&b.id)).await.line(), "401 notSignedIn");
}

#[tokio::test]
async fn signing_out_ends_one_session_or_all() {
    let world = World::start();
    let [a, p] = world.people(["A", "P"]);
    let mut browser = Browser::new(&world);
    for address in ["a@a.test", "p@mail.test", "b@b.test"] {
        browser.sign_in(address).await.expect(200);
    }
    let before = browser.jar.clone();
    browser.call_with(Method::POST, "auth/signOut", Some(&a.id), None).await.expect(204);
    assert_eq!(browser.signed_in().await, ["p@mail.test", "b@b.test"]);
    let evil = browser.client.request(Method::DELETE, "auth/sessions");
    let cookies = before.iter().map(|(name, value)| format!("{name}={value}"));
    let cookies = cookies.collect::<Vec<_>>().join("; ");
    let evil = evil.header(COOKIE, &cookies).header(ORIGIN, "https://evil.test");
    assert_eq!(browser.client.send(evil).await.line(), "403 crossOrigin");
    browser.call(Method::DELETE, "auth/sessions", None).await.expect(204);
    assert!(browser.jar.is_empty(), "{:?}", browser.jar);
    browser.jar = before;
    for who in [a, p] {
        let answer = browser.call(Method::GET, "me", Some(&who.id)).await;
        assert_eq!(answer.line(), "401 notSignedIn", "the sessions themselves have ended");
    }
    assert!(browser.signed_in().await.is_empty());
    assert_eq!(browser.call(Method::DELETE, "auth/sessions", None).await.line(), "401 notSignedIn");
}

#[tokio::test]
async fn signing_in_again_ends_the_earlier_session_of_the_browser() {
    let world = World::start();
    let a = world.person("A");
    let mut browser = Browser::new(&world);
    browser.sign_in("a@a.test").await.expect(200);
    let earlier = browser.jar.clone();
    browser.sign_in("a@a.test").await.expect(200);
    assert_eq!(browser.jar.len(), 1);
    browser.call(Method::GET, "me", None).await.expect(200);
    browser.jar = earlier;
    assert_eq!(browser.call(Method::GET, "me", Some(&a.id)).await.line(), "401 notSignedIn");
}

#[tokio::test]
async fn a_browser_has_a_bounded_number_of_sessions() {
    let world = World::start();
    let people = [
        "a@a.test",
        "a2@a.test",
        "a3@a.test",
        "b@b.test",
        "b2@b.test",
        "c@c.test",
        "p@mail.test",
        "q@mail.test",
        "r@outlook.test",
    ];
    assert_eq!(people.len(), SESSIONS_PER_BROWSER_MAX + 1);
    let mut browser = Browser::new(&world);
    let [last, rest @ ..] = people;
    for address in rest {
        browser.sign_in(address).await.expect(200);
    }
    assert_eq!(browser.sign_in(last).await.line(), "403 limitReached");
    assert_eq!(browser.signed_in().await.len(), SESSIONS_PER_BROWSER_MAX);
    let sessions = world.person("A").get("me/tokens").await.entries();
    assert!(sessions.iter().all(|one| one["kind"] != "session"), "the refused one has ended");
    browser.sign_in("b@b.test").await.expect(200);
    assert_eq!(browser.signed_in().await.len(), SESSIONS_PER_BROWSER_MAX, "again is not one more");
}

#[tokio::test]
async fn a_bearer_token_acts_for_its_own_account_only() {
    let world = World::start();
    let [a, b] = world.people(["A", "B"]);
    let naming = |id: &str| a.request(Method::GET, "me").header("X-Visavis-Account", id);
    a.send(naming(&a.id)).await.expect(200);
    assert_eq!(a.send(naming(&b.id)).await.line(), "401 notSignedIn");
    let twice = naming(&a.id).header("X-Visavis-Account", &b.id);
    assert_eq!(a.send(twice).await.line(), "400 invalid");
    let list = a.get("auth/sessions").await.entries();
    assert_eq!(list.len(), 1);
    assert_eq!(list[0]["account"]["id"], json!(a.id));
}
