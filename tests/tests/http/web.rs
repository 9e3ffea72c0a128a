//! The pages and files that the server sends to browsers, and how it hardens them.

use reqwest::header::{ACCEPT, ACCEPT_ENCODING, ETAG, HeaderMap, IF_NONE_MATCH};
use reqwest::{Method, StatusCode};
use serde_json::json;
use visavis_tests::server::Server;

/// What a browser sends when somebody opens an address.
const OPENING: &str = "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8";

struct Got {
    status: StatusCode,
    headers: HeaderMap,
    text: String,
}

impl Got {
    fn header(&self, name: &str) -> &str {
        self.headers.get(name).and_then(|value| value.to_str().ok()).unwrap_or_default()
    }
}

async fn ask(server: &Server, method: Method, path: &str, more: &[(&str, &str)]) -> Got {
    let http = reqwest::Client::builder().redirect(reqwest::redirect::Policy::none()).build();
    let mut request =
        http.expect("a client").request(method, format!("{}{path}", server.base_url()));
    for (name, value) in more {
        request = request.header(*name, *value);
    }
    let response = request.send().await.expect("an answer");
    let (status, headers) = (response.status(), response.headers().clone());
    let bytes = response.bytes().await.expect("a body");
    Got { status, headers, text: String::from_utf8_lossy(&bytes).into_owned() }
}

async fn open(server: &Server, path: &str) -> Got {
    ask(server, Method::GET, path, &[(ACCEPT.as_str(), OPENING)]).await
}

/// The files that the page of the client loads.
fn loaded(page: &str) -> Vec<String> {
    if !page.contains("csp-nonce") {
        return Vec::new();
    }
    let quoted = page.split('"').skip(1).step_by(2);
    let files = quoted.filter(|text| text.starts_with('/') && text.contains('.'));
    files.map(str::to_owned).collect()
}

fn nonce(page: &str) -> &str {
    let after = page.split_once("name=\"csp-nonce\" content=\"").expect("a place for the nonce").1;
    after.split('"').next().unwrap_or_default()
}

/// What holds for whatever a browser may show.
fn check_hardened(path: &str, got: &Got) {
    for (name, value) in [
        ("x-content-type-options", "nosniff"),
        ("referrer-policy", "no-referrer"),
        ("cross-origin-opener-policy", "same-origin"),
        ("cross-origin-resource-policy", "same-origin"),
        ("x-frame-options", "DENY"),
    ] {
        assert_eq!(got.header(name), value, "{path}: {name}");
    }
    assert!(got.header("permissions-policy").contains("camera=()"), "{path}");
    assert!(!got.header("cache-control").is_empty(), "{path}");
    let policy = got.header("content-security-policy");
    assert!(policy.starts_with("default-src 'none'"), "{path}: {policy}");
    assert!(policy.contains("frame-ancestors 'none'"), "{path}: {policy}");
    assert!(!policy.contains("unsafe") && !policy.contains('*'), "{path}: {policy}");
    // Plain http: a browser would be told to come back by https, where nobody answers.
    assert_eq!(got.header("strict-transport-security"), "", "{path}");
}

#[tokio::test]
async fn every_page_and_file_is_hardened() {
    let server = Server::demonstration();
    let page = open(&server, "/").await;
    let mut paths: Vec<String> =
        ["/", "/demo", "/found", "/u/1/chats", "/openapi.json", "/health", "/v1.0/me", "/nothing"]
            .map(str::to_owned)
            .to_vec();
    paths.extend(loaded(&page.text));
    for path in &paths {
        check_hardened(path, &open(&server, path).await);
    }
    let secure = [(ACCEPT.as_str(), OPENING), ("x-forwarded-proto", "https")];
    let got = ask(&server, Method::GET, "/", &secure).await;
    assert_eq!(got.header("strict-transport-security"), "", "nobody may just claim https");
}

#[tokio::test]
async fn https_is_insisted_on_behind_a_proxy_that_speaks_it() {
    let data = tempfile::tempdir().expect("a folder");
    let arguments = ["serve", "--listen", "127.0.0.1:0", "--public-url", "https://chat.example"];
    let server = Server::with(data.path(), &arguments).owning(data);
    for path in ["/", "/found", "/v1.0/setup"] {
        let got = open(&server, path).await;
        assert!(got.header("strict-transport-security").starts_with("max-age=31536000"), "{path}");
    }
}

#[tokio::test]
async fn the_page_is_there_or_says_what_to_do() {
    let server = Server::demonstration();
    let page = open(&server, "/").await;
    assert_eq!(page.status, 200);
    assert_eq!(page.header("content-type"), "text/html; charset=utf-8");
    if !page.text.contains("csp-nonce") {
        assert!(page.text.contains("make run") && page.text.contains("20.19"), "{}", page.text);
        assert!(page.text.contains("visavis-demo"), "the demonstration can be tried all the same");
        assert_eq!(open(&server, "/sign-in").await.status, 404);
        return;
    }
    for path in ["/sign-in", "/u/1/chats/19:0@thread.v2", "/settings"] {
        let screen = open(&server, path).await;
        assert_eq!(screen.status, 200, "{path}");
        assert!(screen.text.contains("csp-nonce"), "{path}");
    }
    for path in ["/v1.0/nothing", "/v1.0", "/beta/nothing", "/assets/nothing.js", "/openapi.json/x"]
    {
        let got = open(&server, path).await;
        assert!(!got.text.contains("csp-nonce") && got.status.as_u16() >= 400, "{path}");
        assert_eq!(got.header("content-type"), "application/json", "{path}");
    }
    let script = ask(&server, Method::GET, "/sign-in", &[(ACCEPT.as_str(), "*/*")]).await;
    assert_eq!(script.status, 404, "a program with a wrong address gets no page");
    let post = ask(&server, Method::POST, "/sign-in", &[(ACCEPT.as_str(), OPENING)]).await;
    assert_eq!(post.status, 404);
    for path in ["/assets/../index.html", "/..%2f..%2fetc/passwd", "/assets/%2e%2e/Cargo.toml"] {
        let got = open(&server, path).await;
        assert!(!got.text.contains("root:") && !got.text.contains("[workspace]"), "{path}");
    }
    let head = ask(&server, Method::HEAD, "/", &[(ACCEPT.as_str(), OPENING)]).await;
    assert_eq!((head.status.as_u16(), head.text.as_str()), (200, ""));
    assert_eq!(head.header("content-length"), page.text.len().to_string());
}

#[tokio::test]
async fn the_nonce_is_new_in_every_answer() {
    let server = Server::demonstration();
    let (one, other) = (open(&server, "/").await, open(&server, "/").await);
    let policy = one.header("content-security-policy");
    assert!(policy.contains("script-src 'self';"), "{policy}");
    assert!(policy.contains("'nonce-"), "{policy}");
    assert_ne!(policy, other.header("content-security-policy"));
    if one.text.contains("csp-nonce") {
        assert!(policy.contains(&format!("'nonce-{}'", nonce(&one.text))));
        assert_eq!(one.header("cache-control"), "no-cache");
        let known = [(ACCEPT.as_str(), OPENING), (IF_NONE_MATCH.as_str(), one.header("etag"))];
        let again = ask(&server, Method::GET, "/", &known).await;
        assert_eq!(again.status, 200, "an old page with a new policy would have no styles");
        assert_eq!(again.header("etag"), one.header("etag"));
    }
}

#[tokio::test]
async fn files_are_compressed_and_kept() {
    let server = Server::demonstration();
    let page = open(&server, "/").await;
    for path in loaded(&page.text) {
        let with = async |coding: &str| {
            ask(&server, Method::GET, &path, &[(ACCEPT_ENCODING.as_str(), coding)]).await
        };
        let plain = with("identity").await;
        assert_eq!(plain.status, 200, "{path}");
        assert_eq!(plain.header("content-encoding"), "");
        let kind = plain.header("content-type");
        let expected = match path.rsplit('.').next() {
            Some("js") => "text/javascript; charset=utf-8",
            Some("css") => "text/css; charset=utf-8",
            Some("svg") => "image/svg+xml",
            Some("png") => "image/png",
            Some("webmanifest") => "application/manifest+json",
            other => panic!("{path}: what is {other:?}?"),
        };
        assert_eq!(kind, expected, "{path}");
        let is_hashed = path.starts_with("/assets/");
        let caching = plain.header("cache-control");
        assert_eq!(caching.contains("immutable"), is_hashed, "{path}: {caching}");
        for coding in ["br", "gzip"].into_iter().filter(|_coding| is_hashed) {
            // What is too small to gain from it is sent as it is.
            let small = with(coding).await;
            let is_tiny = plain.text.len() < 256;
            assert_eq!(small.header("content-encoding") == coding, !is_tiny, "{path}");
            assert_eq!(small.header("vary") == "Accept-Encoding", !is_tiny, "{path}");
            assert_eq!(small.header("etag") != plain.header("etag"), !is_tiny, "{path}");
        }
        let tag = plain.headers[ETAG].to_str().expect("a tag");
        let again = ask(&server, Method::GET, &path, &[(IF_NONE_MATCH.as_str(), tag)]).await;
        assert_eq!((again.status.as_u16(), again.text.as_str()), (304, ""), "{path}");
        check_hardened(&path, &again);
        let head = ask(&server, Method::HEAD, &path, &[]).await;
        let length = plain.header("content-length");
        assert_eq!(head.header("content-length"), length, "{path}");
        assert_ne!(length.parse(), Ok(0), "{path}");
    }
}

#[tokio::test]
async fn the_people_of_the_demonstration_are_shown_there_only() {
    let server = Server::demonstration();
    let shown = server.anonymous().get("/demonstration").await;
    let homes = shown.expect(200)["homes"].as_array().expect("homes").clone();
    assert_eq!(homes.len(), 3);
    assert!(homes[2]["organisationName"].is_null());
    let people: Vec<_> =
        homes.iter().flat_map(|home| home["people"].as_array().expect("people")).collect();
    assert!(people.len() > 8);
    assert!(!shown.text.contains("vv_"), "no token is among them");
    let person = people[0];
    let body = json!({"address": person["address"], "password": person["password"]});
    server.anonymous().post("auth/signIn", body).await.expect(200);
    assert!(open(&server, "/demo").await.text.contains("Who can sign in"));

    let data = tempfile::tempdir().expect("a folder");
    let arguments = ["serve", "--listen", "127.0.0.1:0"];
    let server = Server::with(data.path(), &arguments).owning(data);
    assert_eq!(server.anonymous().get("/demonstration").await.line(), "404 unknownRoute");
    assert!(!open(&server, "/demo").await.text.contains("Who can sign in"));
}
