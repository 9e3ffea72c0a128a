//! What the server answers, and what is true of every answer.

use reqwest::header::HeaderMap;
use serde_json::Value;

/// An answer, read to its end.
#[derive(Debug)]
pub struct Answer {
    /// `METHOD path`, for complaints.
    pub request: String,
    /// The status.
    pub status: u16,
    /// The headers.
    pub headers: HeaderMap,
    /// The body.
    pub text: String,
}

impl Answer {
    /// The body, which must come with this status.
    #[track_caller]
    pub fn expect(&self, status: u16) -> Value {
        assert_eq!(self.status, status, "{}: {}", self.request, self.text);
        self.json()
    }

    /// The body; null when there is none.
    #[track_caller]
    #[must_use]
    pub fn json(&self) -> Value {
        if self.text.is_empty() {
            return Value::Null;
        }
        let body = serde_json::from_str(&self.text);
        body.unwrap_or_else(|error| panic!("{}: no JSON ({error}): {}", self.request, self.text))
    }

    /// The entries of a collection, which must have been answered with 200.
    #[track_caller]
    #[must_use]
    pub fn entries(&self) -> Vec<Value> {
        let body = self.expect(200);
        let value = body["value"].as_array();
        value.unwrap_or_else(|| panic!("{}: no collection: {}", self.request, self.text)).clone()
    }

    /// The id of what was created or read.
    #[track_caller]
    #[must_use]
    pub fn id(&self) -> String {
        assert!(self.status < 300, "{}: {} {}", self.request, self.status, self.text);
        let id = self.json()["id"].as_str().map(str::to_owned);
        id.unwrap_or_else(|| panic!("{}: no id: {}", self.request, self.text))
    }

    /// `error.innerError.code`, or nothing.
    #[must_use]
    pub fn reason(&self) -> String {
        self.json()["error"]["innerError"]["code"].as_str().unwrap_or_default().to_owned()
    }

    /// Status and reason in one line, as tables have them: `403 orgFederationOff`.
    #[must_use]
    pub fn line(&self) -> String {
        format!("{} {}", self.status, self.reason()).trim_end().to_owned()
    }

    /// A header as text, or nothing.
    #[must_use]
    pub fn header(&self, name: &str) -> &str {
        self.headers.get(name).and_then(|value| value.to_str().ok()).unwrap_or_default()
    }

    /// The body of a failure without what differs between any two answers.
    #[must_use]
    pub fn timeless(&self) -> Value {
        let mut body = self.json();
        let inner = body.pointer_mut("/error/innerError").and_then(Value::as_object_mut);
        if let Some(inner) = inner {
            for name in ["date", "request-id", "client-request-id"] {
                inner.remove(name);
            }
        }
        body
    }

    /// What holds for every answer: JSON says that it is JSON, requests have ids, failures wear
    /// the envelope, and the server never breaks.
    #[track_caller]
    pub(crate) fn check(&self) {
        let all = || format!("{}: {} {:?} {}", self.request, self.status, self.headers, self.text);
        assert!(!self.header("request-id").is_empty(), "no request-id: {}", all());
        let is_json = self.header("content-type").starts_with("application/json");
        let is_image = self.header("content-type").starts_with("image/");
        assert!(is_json || is_image || self.text.is_empty(), "not said to be JSON: {}", all());
        assert!(self.status != 204 || self.text.is_empty(), "204 with a body: {}", all());
        assert!(self.status < 500 || self.status == 501, "the server broke: {}", all());
        if self.status < 400 {
            return;
        }
        let body = self.json();
        let error = &body["error"];
        let inner = &error["innerError"];
        for text in [&error["code"], &error["message"], &inner["date"]] {
            assert!(text.as_str().is_some_and(|text| !text.is_empty()), "the envelope: {}", all());
        }
        assert_eq!(inner["request-id"], self.header("request-id"), "{}", all());
        assert!(inner["client-request-id"].is_string(), "{}", all());
        let expected = match self.status {
            400 => Some("BadRequest"),
            401 => Some("InvalidAuthenticationToken"),
            403 => Some("Forbidden"),
            409 => Some("Conflict"),
            410 => Some("Gone"),
            412 => Some("PreconditionFailed"),
            413 => Some("RequestEntityTooLarge"),
            _ => None,
        };
        assert!(expected.is_none_or(|code| error["code"] == code), "the code: {}", all());
        assert!(self.status != 401 || !self.header("www-authenticate").is_empty(), "{}", all());
    }
}
