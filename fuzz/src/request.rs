//! Whole requests against the whole interface, over a small world in a temporary folder.
//!
//! The first line is `WHO METHOD ADDRESS`, then headers, an empty line, a body. `WHO` is one digit: an
//! administrator, a member, a personal account, the operator, or nobody. `{1}` to `{9}` in the address
//! the headers and the body stand for ids of the world, `{a}` to `{d}` for secrets, `{p}` to `{s}` for the
//! accounts that these are of.

use std::pin::Pin;
use std::sync::OnceLock;

use axum::Router;
use axum::body::{Body, to_bytes};
use axum::http::header::{AUTHORIZATION, CONTENT_TYPE, LOCATION};
use axum::http::{HeaderValue, Method, Request, StatusCode, Uri};
use serde_json::{Value, json};
use tempfile::TempDir;
use tokio::runtime::Runtime;
use tower::ServiceExt;
use visavis_app::rate::RateLimits;
use visavis_app::{App, AppOptions, StoreOptions};
use visavis_domain::home::Home;
use visavis_domain::id::AccountId;
use visavis_domain::subscription::Certificate;
use visavis_graph_api::{ApiState, Receivers};
use visavis_webhook::{Reach, read_certificate};

use crate::header::headers;
use crate::request::ambience::{Counting, Ticking};

mod ambience;

/// Bytes of the largest answer: a page of messages of the largest size, and their surroundings.
const ANSWER_BYTES_MAX: usize = 8 * 1024 * 1024;
const PASSWORD: &str = "correct horse battery";

/// Addresses are read as always; whoever answers there wants what is sent.
#[derive(Debug)]
struct Willing;

impl Receivers for Willing {
    fn check(&self, url: &str) -> Result<(), String> {
        Reach::Public.read(url).map(drop)
    }

    fn certificate(&self, base64: &str, id: &str) -> Result<Certificate, String> {
        read_certificate(base64, id)
    }

    fn validate(
        &self,
        _account: AccountId,
        _home: Home,
        _url: String,
    ) -> Pin<Box<dyn Future<Output = Option<bool>> + Send + '_>> {
        Box::pin(std::future::ready(Some(true)))
    }
}

pub struct World {
    runtime: Runtime,
    router: Router,
    /// Secrets, and the accounts they are of: an administrator, a member, a personal account.
    pub tokens: Vec<String>,
    pub accounts: Vec<String>,
    ids: Vec<String>,
    _folder: TempDir,
}

pub fn world() -> &'static World {
    static WORLD: OnceLock<World> = OnceLock::new();
    WORLD.get_or_init(World::new)
}

impl World {
    fn new() -> Self {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let app = App::open(AppOptions {
            store: StoreOptions::new(folder.path().join("visavis.db")),
            bus: std::sync::Arc::new(visavis_bus::InProcess::default()),
            clock: std::sync::Arc::new(Ticking::default()),
            random: std::sync::Arc::new(Counting::default()),
            limits: RateLimits::generous(),
        })
        .expect("a store");
        let operator = app.operator_token().expect("the operator's token");
        let router = visavis_graph_api::router(ApiState {
            app,
            public_url: None,
            trusts_forwarded_headers: true,
            is_encrypted: false,
            demonstration: None,
            receivers: std::sync::Arc::new(Willing),
        });
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
        let mut world = Self {
            runtime: runtime.expect("a runtime"),
            router,
            tokens: Vec::new(),
            accounts: Vec::new(),
            ids: Vec::new(),
            _folder: folder,
        };
        world.people(&operator);
        world
    }

    /// An administrator and a member of one organisation, one of another, and a personal account.
    fn people(&mut self, operator: &str) {
        for (name, domain) in [("Contoso", "contoso.example"), ("Fabrikam", "fabrikam.example")] {
            let body = json!({"displayName": name, "domains": [domain]});
            self.created(operator, "/v1.0/deployment/organisations", &body);
        }
        let admin = json!({
            "displayName": "Ada", "userPrincipalName": "ada@contoso.example", "mailNickname": "ada",
            "accountEnabled": true, "passwordProfile": {"password": PASSWORD},
            "roles": ["organisationAdministrator"],
        });
        self.created(operator, "/v1.0/users", &admin);
        let ada = self.signed_in("ada@contoso.example");
        for (name, address) in [("Ben", "ben@contoso.example")] {
            let body = json!({
                "displayName": name, "userPrincipalName": address, "mailNickname": name,
                "accountEnabled": true, "passwordProfile": {"password": PASSWORD},
            });
            self.created(&ada, "/v1.0/users", &body);
        }
        let kim = json!({
            "displayName": "Kim", "mail": "kim@outlook.example", "mobilePhone": "+442079460958",
            "passwordProfile": {"password": PASSWORD},
        });
        self.created(operator, "/v1.0/deployment/accounts", &kim);
        let ben = self.signed_in("ben@contoso.example");
        let kim = self.signed_in("kim@outlook.example");
        self.chats(&ben);
        self.tokens = vec![ada, ben, kim, operator.to_owned()];
        self.accounts = self.tokens.iter().map(|token| self.account_of(token)).collect();
    }

    fn account_of(&self, token: &str) -> String {
        let request = Request::get("/v1.0/me").header(AUTHORIZATION, format!("Bearer {token}"));
        let (_, _, body) = self.ask(request.body(Body::empty()).expect("a request"));
        let me: Value = serde_json::from_slice(&body).unwrap_or_default();
        me["id"].as_str().unwrap_or_default().to_owned()
    }

    fn chats(&mut self, ben: &str) {
        let bind = |address: &str| {
            json!({"roles": ["owner"], "user@odata.bind": format!("/users('{address}')")})
        };
        for (kind, other) in [("oneOnOne", "ada@contoso.example"), ("oneOnOne", "kim@outlook.example"), ("group", "ada@contoso.example")] {
            let body = json!({"chatType": kind, "members": [bind("ben@contoso.example"), bind(other)]});
            let chat = self.created(ben, "/v1.0/chats", &body);
            let path = format!("/v1.0/chats/{chat}/messages");
            self.created(ben, &path, &json!({"body": {"content": "Hello"}}));
        }
    }

    /// Creates something and keeps its id.
    fn created(&mut self, token: &str, path: &str, body: &Value) -> String {
        let made = self.post(token, path, body);
        let id = made["id"].as_str().unwrap_or_else(|| panic!("{path}: {made}")).to_owned();
        self.ids.push(id.clone());
        id
    }

    fn signed_in(&self, address: &str) -> String {
        let body = json!({"address": address, "password": PASSWORD, "tokenName": "Fuzz"});
        let answer = self.post("", "/v1.0/auth/signIn", &body);
        answer["token"].as_str().unwrap_or_else(|| panic!("{answer}")).to_owned()
    }

    fn post(&self, token: &str, path: &str, body: &Value) -> Value {
        let mut request = Request::post(path).header(CONTENT_TYPE, "application/json");
        if !token.is_empty() {
            request = request.header(AUTHORIZATION, format!("Bearer {token}"));
        }
        let (_, _, body) = self.ask(request.body(Body::from(body.to_string())).expect("a request"));
        serde_json::from_slice(&body).unwrap_or_default()
    }

    pub fn ask(&self, request: Request<Body>) -> (StatusCode, axum::http::HeaderMap, Vec<u8>) {
        self.runtime.block_on(async {
            let answer = self.router.clone().oneshot(request).await.expect("an answer");
            let (parts, body) = answer.into_parts();
            let body = to_bytes(body, ANSWER_BYTES_MAX).await.expect("an answer that ends");
            (parts.status, parts.headers, body.to_vec())
        })
    }

    /// The bytes with ids in the place of `{1}` and so on.
    pub fn filled(&self, bytes: &[u8]) -> Vec<u8> {
        let mut filled = Vec::with_capacity(bytes.len());
        let mut rest = bytes;
        while let Some((&byte, after)) = rest.split_first() {
            let meant = match rest {
                [b'{', letter, b'}', ..] => self.meant(*letter),
                _ => None,
            };
            if let (Some(meant), Some(tail)) = (meant, rest.get(3..)) {
                filled.extend_from_slice(meant.as_bytes());
                rest = tail;
            } else {
                filled.push(byte);
                rest = after;
            }
        }
        filled
    }

    fn meant(&self, letter: u8) -> Option<&str> {
        let (all, first) = match letter {
            b'1'..=b'9' => (&self.ids, b'1'),
            b'a'..=b'd' => (&self.tokens, b'a'),
            b'p'..=b's' => (&self.accounts, b'p'),
            _ => return None,
        };
        all.get(usize::from(letter - first) % all.len()).map(String::as_str)
    }

    /// The request that some bytes mean; none for what is left out.
    fn request(&self, bytes: &[u8]) -> Option<Request<Body>> {
        let at = bytes.iter().position(|byte| *byte == b'\n')?;
        let line = self.filled(&bytes[..at]);
        let mut words = std::str::from_utf8(&line).ok()?.splitn(3, ' ');
        let (who, method, address) = (words.next()?, words.next()?, words.next()?);
        let rest = self.filled(&bytes[at + 1..]);
        let (mut fields, body) = headers(&rest);
        if is_left_out(method, address) || has_left_out(body) {
            return None;
        }
        let token = who.parse().ok().and_then(|index: usize| self.tokens.get(index));
        if let Some(token) = token {
            fields.insert(AUTHORIZATION, HeaderValue::from_str(&format!("Bearer {token}")).ok()?);
        }
        let mut request = Request::new(Body::from(body.to_vec()));
        *request.method_mut() = Method::from_bytes(method.as_bytes()).ok()?;
        *request.uri_mut() = address.parse::<Uri>().ok().filter(|uri| uri.path().starts_with('/'))?;
        *request.headers_mut() = fields;
        Some(request)
    }
}

/// What would take the world's people away, or takes long on purpose.
fn is_left_out(method: &str, address: &str) -> bool {
    let path = address.split('?').next().unwrap_or_default().to_ascii_lowercase();
    ["auth", "tokens", "deployment", "setup", "%"].iter().any(|word| path.contains(word))
        || (path.contains("/users") && !method.eq_ignore_ascii_case("GET"))
}

/// The same for the requests of a batch.
fn has_left_out(body: &[u8]) -> bool {
    let read: Value = serde_json::from_slice(body).unwrap_or_default();
    let text = |request: &Value, name: &str| request[name].as_str().unwrap_or_default().to_owned();
    let inner = read["requests"].as_array();
    inner.into_iter().flatten().any(|one| is_left_out(&text(one, "method"), &format!("/{}", text(one, "url"))))
}

pub fn target(bytes: &[u8]) {
    let world = world();
    let Some(request) = world.request(bytes) else { return };
    let said = format!("{} {}", request.method(), request.uri());
    let is_head = request.method() == Method::HEAD;
    let (status, headers, body) = world.ask(request);
    assert!(!status.is_server_error() || status == StatusCode::NOT_IMPLEMENTED, "{said}: {status}");
    assert!(headers.contains_key("request-id"), "{said}: no id");
    if let Some(location) = headers.get(LOCATION) {
        assert!(location.to_str().is_ok_and(|to| to.starts_with('/') || to.starts_with("http")), "{said}");
    }
    if status.is_client_error() || status.is_server_error() {
        let envelope: Value = serde_json::from_slice(&body).unwrap_or_default();
        let code = &envelope["error"]["code"];
        assert!(is_head || code.is_string(), "{said}: {status} without the envelope");
        assert!(body.len() < 8_192, "{said}: a complaint of {} bytes", body.len());
    } else if !body.is_empty() && headers[CONTENT_TYPE] == "application/json" {
        let answer: Value = serde_json::from_slice(&body).expect("JSON");
        if let Some(link) = answer["@odata.nextLink"].as_str() {
            assert!(link.parse::<Uri>().is_ok_and(|link| link.host().is_some()), "{said}: {link}");
        }
    }
}
