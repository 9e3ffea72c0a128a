//! A small client. Each answer is checked against the description of the API.

use std::sync::Arc;

use reqwest::header::{AUTHORIZATION, HeaderMap};
use reqwest::{Method, RequestBuilder};
use serde_json::{Value, json};
use tokio::sync::OnceCell;

use crate::answer::Answer;
use crate::description::Description;

/// Somebody who calls the server, or nobody in particular.
#[derive(Debug, Clone)]
pub struct Client {
    http: reqwest::Client,
    base_url: String,
    token: Option<String>,
    description: Arc<OnceCell<Description>>,
}

impl Client {
    /// A client without a token.
    #[must_use]
    pub fn new(base_url: &str) -> Self {
        Self::over(base_url, reqwest::Client::builder())
    }

    /// A client without a token that connects in its own way.
    #[must_use]
    pub fn over(base_url: &str, http: reqwest::ClientBuilder) -> Self {
        let http = http.redirect(reqwest::redirect::Policy::none()).build();
        Self {
            http: http.expect("an HTTP client"),
            base_url: base_url.to_owned(),
            token: None,
            description: Arc::default(),
        }
    }

    /// The same client with a bearer token.
    #[must_use]
    pub fn with_token(&self, token: &str) -> Self {
        Self { token: Some(token.to_owned()), ..self.clone() }
    }

    /// The same client without a token.
    #[must_use]
    pub fn anonymous(&self) -> Self {
        Self { token: None, ..self.clone() }
    }

    /// The bearer token, if there is one.
    #[must_use]
    pub fn token(&self) -> &str {
        self.token.as_deref().unwrap_or_default()
    }

    /// Scheme, host and port.
    #[must_use]
    pub fn base_url(&self) -> &str {
        &self.base_url
    }

    /// A request that can still be changed; see [`Client::send`]. What does not begin with a
    /// version or a slash of its own is below `/v1.0`: `me/chats`.
    pub fn request(&self, method: Method, path: &str) -> RequestBuilder {
        let url = if path.starts_with("http://") || path.starts_with("https://") {
            path.to_owned()
        } else if path.starts_with('/') {
            format!("{}{path}", self.base_url)
        } else {
            format!("{}/v1.0/{path}", self.base_url)
        };
        let request = self.http.request(method, url);
        match &self.token {
            Some(token) => request.header(AUTHORIZATION, format!("Bearer {token}")),
            None => request,
        }
    }

    /// Sends a request and checks the answer.
    ///
    /// # Panics
    ///
    /// When the answer breaks a rule of all answers, or has a status that is not described.
    pub async fn send(&self, request: RequestBuilder) -> Answer {
        let request = request.build().expect("a request");
        let (method, url) = (request.method().clone(), request.url().clone());
        let sent = request.body().and_then(|body| body.as_bytes()).unwrap_or_default().to_vec();
        let answer = answer(&self.http, request).await;
        answer.check();
        let description = self.description().await;
        description.check(&method, &url, &sent, &answer);
        answer
    }

    /// The description of the API that the server serves.
    pub async fn description(&self) -> &Description {
        let fetch = async || {
            let url = format!("{}/openapi.json", self.base_url);
            let request = self.http.get(url).build().expect("a request");
            Description::new(&answer(&self.http, request).await.expect(200))
        };
        self.description.get_or_init(fetch).await
    }

    /// GET.
    pub async fn get(&self, path: &str) -> Answer {
        self.send(self.request(Method::GET, path)).await
    }

    /// GET of what is no JSON: the bytes as they come.
    ///
    /// # Panics
    ///
    /// When there is no answer.
    pub async fn bytes(&self, path: &str) -> Bytes {
        let response = self.request(Method::GET, path).send().await.expect("an answer");
        let (status, headers) = (response.status().as_u16(), response.headers().clone());
        let bytes = response.bytes().await.expect("the body of an answer").to_vec();
        Bytes { status, headers, bytes }
    }

    /// POST with a body of JSON; none for null.
    pub async fn post(&self, path: &str, body: Value) -> Answer {
        self.call("POST", path, &body).await
    }

    /// PATCH with a body of JSON.
    pub async fn patch(&self, path: &str, body: Value) -> Answer {
        self.send(self.request(Method::PATCH, path).json(&body)).await
    }

    /// DELETE.
    pub async fn delete(&self, path: &str) -> Answer {
        self.send(self.request(Method::DELETE, path)).await
    }

    /// Any method, with a body of JSON; none for null.
    pub async fn call(&self, method: &str, path: &str, body: &Value) -> Answer {
        let method = method.parse().expect("a method");
        let request = self.request(method, path);
        self.send(if body.is_null() { request } else { request.json(body) }).await
    }

    /// All entries of a collection, page by page. The links must stay on the caller's host.
    pub async fn all(&self, path: &str) -> Vec<Value> {
        let mut entries = Vec::new();
        let mut next = Some(path.to_owned());
        while let Some(path) = next.take() {
            let page = self.get(&path).await.expect(200);
            entries.extend(page["value"].as_array().into_iter().flatten().cloned());
            next = page["@odata.nextLink"].as_str().map(str::to_owned);
            if let Some(next) = &next {
                assert!(next.starts_with(&self.base_url), "another host: {next}");
            }
        }
        entries
    }

    /// Signs in for a bearer token.
    pub async fn sign_in(&self, address: &str, password: &str) -> Answer {
        let body = json!({"address": address, "password": password, "tokenName": "Test"});
        self.anonymous().post("auth/signIn", body).await
    }
}

/// An answer that is no JSON.
#[derive(Debug)]
pub struct Bytes {
    /// The status.
    pub status: u16,
    /// The body.
    pub bytes: Vec<u8>,
    headers: HeaderMap,
}

impl Bytes {
    /// A header as text, or nothing.
    #[must_use]
    pub fn header(&self, name: &str) -> &str {
        self.headers.get(name).and_then(|value| value.to_str().ok()).unwrap_or_default()
    }
}

async fn answer(http: &reqwest::Client, request: reqwest::Request) -> Answer {
    let said = format!("{} {}", request.method(), request.url());
    let response = http.execute(request).await;
    let response = response.unwrap_or_else(|error| panic!("{said}: no answer: {error:?}"));
    let (status, headers) = (response.status().as_u16(), response.headers().clone());
    let bytes = response.bytes().await.expect("the body of an answer");
    let text = String::from_utf8(bytes.to_vec()).expect("an answer in UTF-8");
    Answer { request: said, status, headers, text }
}
