//! The HTTP client of the command line.

use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
use reqwest::{Method, StatusCode};
use rustls::ClientConfig;
use serde_json::Value;

use crate::exit::{Complaint, Done, Exit};
use crate::tls;

/// How long one request may take.
const ANSWER_WITHIN: Duration = Duration::from_secs(30);
/// Pages that are followed before it is said that there is more.
const PAGES_MAX: usize = 200;
/// How often a request that is safe to repeat is sent when the server cannot be reached.
const TRIES_MAX: u32 = 3;

/// What stays as it is in one part of a path or in the value of a query.
const UNRESERVED: &AsciiSet =
    &NON_ALPHANUMERIC.remove(b'-').remove(b'.').remove(b'_').remove(b'~').remove(b'@');

/// Writes a text as one part of a path, or as the value of a query.
#[must_use]
pub(crate) fn part(text: &str) -> String {
    utf8_percent_encode(text, UNRESERVED).to_string()
}

/// A connection to one server as one person.
#[derive(Debug, Clone)]
pub(crate) struct Client {
    http: reqwest::Client,
    base: String,
    token: Option<String>,
    tls: Arc<ClientConfig>,
}

/// A request.
#[derive(Debug)]
pub(crate) struct Request<'a> {
    /// The method.
    pub method: Method,
    /// The path after the base URL, query included.
    pub path: &'a str,
    /// The body.
    pub body: Option<&'a Value>,
    /// Makes the request safe to repeat.
    pub idempotency_key: Option<String>,
}

impl Client {
    /// A client for a server, with a token unless nobody is signed in yet.
    ///
    /// # Errors
    ///
    /// [`Exit::Usage`] when the address of the server or `ca_file` makes no sense.
    pub(crate) fn new(server: &str, token: Option<String>, ca_file: Option<&Path>) -> Done<Self> {
        let base = server.trim_end_matches('/').to_owned();
        if !(base.starts_with("http://") || base.starts_with("https://")) {
            return Err(Complaint::usage(format!(
                "`{server}` is not the address of a server: it starts with http:// or https://"
            )));
        }
        let tls = tls::client_config(ca_file)
            .map_err(|error| Complaint::usage(format!("--ca-file: {error:#}")))?;
        let http = reqwest::Client::builder()
            .tls_backend_preconfigured(tls.clone())
            .timeout(ANSWER_WITHIN)
            .redirect(reqwest::redirect::Policy::none())
            .user_agent(concat!("visavis/", env!("CARGO_PKG_VERSION")))
            .build()
            .map_err(|error| Complaint::new(Exit::Failure, format!("no HTTP client: {error}")))?;
        Ok(Self { http, base, token, tls: Arc::new(tls) })
    }

    /// Where the server is.
    #[must_use]
    pub(crate) fn base(&self) -> &str {
        &self.base
    }

    /// The token, if there is one.
    #[must_use]
    pub(crate) fn token(&self) -> Option<&str> {
        self.token.as_deref()
    }

    /// Whom the client believes to be the server.
    #[must_use]
    pub(crate) fn tls(&self) -> Arc<ClientConfig> {
        Arc::clone(&self.tls)
    }

    /// Reads something.
    ///
    /// # Errors
    ///
    /// What the server complains about, or [`Exit::Unreachable`].
    pub(crate) async fn get(&self, path: &str) -> Done<Value> {
        self.plain(Method::GET, path, None).await
    }

    /// Sends something; a repetition of the request acts once.
    ///
    /// # Errors
    ///
    /// See [`Client::get`].
    pub(crate) async fn post(&self, path: &str, body: &Value) -> Done<Value> {
        self.plain(Method::POST, path, Some(body)).await
    }

    /// Changes something.
    ///
    /// # Errors
    ///
    /// See [`Client::get`].
    pub(crate) async fn patch(&self, path: &str, body: &Value) -> Done<Value> {
        self.plain(Method::PATCH, path, Some(body)).await
    }

    /// Removes something.
    ///
    /// # Errors
    ///
    /// See [`Client::get`].
    pub(crate) async fn delete(&self, path: &str) -> Done<Value> {
        self.plain(Method::DELETE, path, None).await
    }

    async fn plain(&self, method: Method, path: &str, body: Option<&Value>) -> Done<Value> {
        let idempotency_key = (method == Method::POST).then(fresh_key).transpose()?;
        let request = Request { method, path, body, idempotency_key };
        self.send(&request).await
    }

    /// Reads a whole collection, page after page.
    ///
    /// # Errors
    ///
    /// See [`Client::get`].
    pub(crate) async fn all(&self, path: &str) -> Done<Vec<Value>> {
        self.first(path, usize::MAX).await
    }

    /// Reads the first entries of a collection, page after page: a page may be shorter than asked for
    /// and still have a next one.
    ///
    /// # Errors
    ///
    /// See [`Client::get`].
    pub(crate) async fn first(&self, path: &str, count: usize) -> Done<Vec<Value>> {
        let mut entries = Vec::new();
        let mut next = Some(path.to_owned());
        for _ in 0..PAGES_MAX {
            let Some(path) = next else { break };
            let mut page = self.get(&path).await?;
            if let Some(Value::Array(some)) = page.get_mut("value").map(Value::take) {
                entries.extend(some);
            }
            if entries.len() >= count {
                entries.truncate(count);
                break;
            }
            let link = page.get("@odata.nextLink").and_then(Value::as_str);
            // Only on the same server: the token goes with the request.
            next = link.and_then(|link| link.strip_prefix(&self.base)).map(str::to_owned);
        }
        Ok(entries)
    }

    /// Sends a request. What may be repeated is repeated when the server cannot be reached.
    ///
    /// # Errors
    ///
    /// See [`Client::get`].
    pub(crate) async fn send(&self, request: &Request<'_>) -> Done<Value> {
        let is_repeatable =
            request.idempotency_key.is_some() || matches!(request.method, Method::GET);
        let tries_max = if is_repeatable { TRIES_MAX } else { 1 };
        let mut tries = 0;
        loop {
            tries += 1;
            match self.build(request).send().await {
                Ok(response) => return answer(response).await,
                // Refused at once means that nobody listens: waiting does not help a person.
                Err(error) if tries < tries_max && !error.is_connect() => {
                    tokio::time::sleep(Duration::from_millis(200) * tries).await;
                }
                Err(error) => return Err(self.unreachable(&error)),
            }
        }
    }

    fn build(&self, request: &Request<'_>) -> reqwest::RequestBuilder {
        let url = format!("{}{}", self.base, request.path);
        let mut builder = self.http.request(request.method.clone(), url);
        if let Some(token) = &self.token {
            builder = builder.bearer_auth(token);
        }
        if let Some(body) = request.body {
            builder = builder.json(body);
        }
        if let Some(key) = &request.idempotency_key {
            builder = builder.header("Idempotency-Key", key);
        }
        builder
    }

    fn unreachable(&self, error: &reqwest::Error) -> Complaint {
        let why = if error.is_timeout() {
            "no answer in time".to_owned()
        } else {
            let mut cause: &dyn std::error::Error = error;
            while let Some(deeper) = cause.source() {
                cause = deeper;
            }
            cause.to_string()
        };
        let message = format!("the server at {} cannot be reached: {why}", self.base);
        Complaint::new(Exit::Unreachable, message)
    }
}

/// A key that makes one request safe to repeat.
///
/// # Errors
///
/// When the system gives no randomness.
pub(crate) fn fresh_key() -> Done<String> {
    let mut bytes = [0_u8; 16];
    getrandom::fill(&mut bytes)
        .map_err(|error| Complaint::new(Exit::Failure, format!("no randomness: {error}")))?;
    Ok(uuid::Builder::from_random_bytes(bytes).into_uuid().to_string())
}

async fn answer(response: reqwest::Response) -> Done<Value> {
    let status = response.status();
    let text = response.text().await.map_err(|error| {
        Complaint::new(Exit::Unreachable, format!("the answer broke off: {error}"))
    })?;
    let body = serde_json::from_str(&text).unwrap_or(Value::Null);
    if status.is_success() { Ok(body) } else { Err(complaint(status, body)) }
}

/// What the server complains about, as a sentence.
fn complaint(status: StatusCode, body: Value) -> Complaint {
    let exit = match status {
        StatusCode::UNAUTHORIZED => Exit::SignInNeeded,
        StatusCode::FORBIDDEN => Exit::Refused,
        StatusCode::NOT_FOUND => Exit::NotFound,
        _ => Exit::Failure,
    };
    let text = |pointer: &str| body.pointer(pointer).and_then(Value::as_str);
    let message = text("/error/message").filter(|message| !message.is_empty());
    let mut message =
        message.map_or_else(|| format!("the server answered {status}"), str::to_owned);
    let details = [
        ("reason", text("/error/innerError/code")),
        ("rule", text("/error/innerError/ruleId")),
        ("setting", text("/error/innerError/setting")),
        ("in", text("/error/target").or_else(|| text("/error/innerError/target"))),
    ];
    let details: Vec<String> = details
        .iter()
        .filter_map(|(name, value)| value.map(|value| format!("{name} {value}")))
        .collect();
    if !details.is_empty() {
        message = format!("{message} ({})", details.join(", "));
    }
    if status == StatusCode::UNAUTHORIZED {
        message.push_str("\n  visavis sign-in you@your-organisation.example");
    }
    let answer = (!body.is_null()).then_some(body);
    Complaint { exit, message, answer }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn a_refusal_names_its_rule() {
        let body = json!({"error": {"code": "Forbidden", "message": "Off.", "innerError": {
            "code": "orgFederationOff", "ruleId": "A-01", "setting": "allowFederatedUsers"}}});
        let complaint = complaint(StatusCode::FORBIDDEN, body);
        assert_eq!(complaint.exit, Exit::Refused);
        assert_eq!(
            complaint.message,
            "Off. (reason orgFederationOff, rule A-01, setting allowFederatedUsers)"
        );
    }

    #[test]
    fn a_chat_id_is_one_part_of_a_path() {
        assert_eq!(part("19:a_b@thread.v2/x y"), "19%3Aa_b@thread.v2%2Fx%20y");
    }
}
