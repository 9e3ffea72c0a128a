//! Answers: a status, a body of JSON, and the few headers that some have.

use axum::http::header::{CONTENT_TYPE, ETAG, HeaderMap, HeaderName, HeaderValue, LOCATION};
use axum::http::{StatusCode, Uri};
use axum::response::{IntoResponse, Response};
use serde::{Deserialize, Serialize};
use visavis_app::delta::DeltaNext;
use visavis_app::failure::{Failure, Outcome};
use visavis_app::view::{ChatView, MessageView, Page};

use crate::chat::{ChatWire, chat_wire_on};
use crate::message::{MessageWire, message_wire_on};
use crate::odata::{Collection, UnknownEnums};
use crate::page::{delta_link, next_link};
use crate::query::Options;

/// A finished answer. It can be kept under an idempotency key and given again.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Answer {
    status: StatusCode,
    body: Vec<u8>,
    headers: Vec<(HeaderName, HeaderValue)>,
}

/// The form in which an answer is kept.
#[derive(Serialize, Deserialize)]
struct Kept {
    status: u16,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    location: Option<String>,
    body: String,
}

impl Answer {
    /// Done, and nothing to say.
    pub(crate) const fn no_content() -> Self {
        Self::empty(StatusCode::NO_CONTENT)
    }

    /// A status that says it all.
    pub(crate) const fn empty(status: StatusCode) -> Self {
        Self { status, body: Vec::new(), headers: Vec::new() }
    }

    /// A body.
    pub(crate) fn json(status: StatusCode, value: &impl Serialize) -> Self {
        let mut body = Vec::with_capacity(1024);
        Self::written(status, serde_json::to_writer(&mut body, value), body)
    }

    /// A body that is an object, with its `@odata.context` before everything else.
    fn with_context(status: StatusCode, context: &str, value: &impl Serialize) -> Self {
        let mut body = Vec::with_capacity(1024);
        body.extend_from_slice(b"{\"@odata.context\":");
        let context = serde_json::to_writer(&mut body, context);
        let brace = body.len();
        let written = context.and_then(|()| serde_json::to_writer(&mut body, value));
        // The object's own brace becomes the comma after the context.
        if let Some(byte) = body.get_mut(brace) {
            *byte = b',';
        }
        Self::written(status, written, body)
    }

    fn written(status: StatusCode, result: serde_json::Result<()>, body: Vec<u8>) -> Self {
        match result {
            Ok(()) => Self { status, body, headers: Vec::new() },
            // INVARIANT: wire types have string keys and no fallible parts.
            Err(error) => {
                tracing::error!(%error, "could not write an answer as JSON");
                let status = StatusCode::INTERNAL_SERVER_ERROR;
                Self { status, body: Vec::new(), headers: Vec::new() }
            }
        }
    }

    /// With the address of what was created.
    pub(crate) fn at(self, location: &str) -> Self {
        self.with(LOCATION, location)
    }

    /// With the version of what is shown.
    pub(crate) fn tagged(self, etag: &str) -> Self {
        let quoted = if etag.starts_with('"') || etag.starts_with("W/") {
            etag.to_owned()
        } else {
            format!("\"{etag}\"")
        };
        self.with(ETAG, &quoted)
    }

    /// With a header; what cannot stand in one is left out.
    pub(crate) fn with(mut self, name: HeaderName, value: &str) -> Self {
        if let Ok(value) = HeaderValue::from_str(value) {
            self.headers.push((name, value));
        }
        self
    }

    /// The answer as text, to be kept.
    pub(crate) fn keep(self) -> Outcome<String> {
        let broken = |_error| Failure::Internal { code: "answer-keep" };
        let location = self.headers.iter().find(|(name, _value)| name == LOCATION);
        let kept = Kept {
            status: self.status.as_u16(),
            location: location.and_then(|(_name, value)| value.to_str().ok().map(str::to_owned)),
            body: String::from_utf8(self.body)
                .map_err(|_utf8| Failure::Internal { code: "answer-utf8" })?,
        };
        serde_json::to_string(&kept).map_err(broken)
    }

    /// An answer that was kept.
    pub(crate) fn again(text: &str) -> Outcome<Self> {
        let broken = |_error| Failure::Internal { code: "answer-again" };
        let kept: Kept = serde_json::from_str(text).map_err(broken)?;
        let status = StatusCode::from_u16(kept.status)
            .map_err(|_status| Failure::Internal { code: "answer-status" })?;
        let answer = Self { status, body: kept.body.into_bytes(), headers: Vec::new() };
        Ok(match kept.location {
            Some(location) => answer.at(&location),
            None => answer,
        })
    }
}

impl IntoResponse for Answer {
    fn into_response(self) -> Response {
        let mut headers = HeaderMap::with_capacity(2);
        if !self.body.is_empty() {
            headers.insert(CONTENT_TYPE, HeaderValue::from_static("application/json"));
        }
        for (name, value) in self.headers {
            headers.append(name, value);
        }
        (self.status, headers, self.body).into_response()
    }
}

/// How this caller wants to be answered.
#[derive(Debug, Clone)]
pub(crate) struct Shape {
    /// Scheme and host as the caller sees them.
    pub(crate) base: String,
    /// What the caller asked for, in the caller's own spelling.
    pub(crate) uri: Uri,
    /// Whether the caller knows later enumeration members.
    pub(crate) unknown_enums: UnknownEnums,
}

impl Shape {
    /// A message as this caller is shown it.
    pub(crate) fn message<'a>(&self, view: &'a MessageView) -> MessageWire<'a> {
        message_wire_on(view, self.unknown_enums, &self.base)
    }

    /// A chat as this caller is shown it, with its preview if that was asked for.
    pub(crate) fn chat<'a>(&self, view: &'a ChatView, expands_preview: bool) -> ChatWire<'a> {
        chat_wire_on(view, expands_preview, self.unknown_enums, &self.base)
    }

    /// One thing.
    pub(crate) fn entity(&self, status: StatusCode, set: &str, value: &impl Serialize) -> Answer {
        let context = format!("{}/v1.0/$metadata#{set}/$entity", self.base);
        Answer::with_context(status, &context, value)
    }

    /// One thing, reduced to what `$select` names and `$expand` asks for.
    pub(crate) fn selected(&self, set: &str, value: &impl Serialize, options: &Options) -> Answer {
        match &options.select {
            None => self.entity(StatusCode::OK, set, value),
            Some(names) => {
                let value = serde_json::to_value(value).unwrap_or_default();
                self.entity(StatusCode::OK, set, &reduced(value, names, &options.expand))
            }
        }
    }

    /// One page of things. It says how many it has, and where all that there are were to be counted,
    /// how many these are or nothing: nobody walks through all pages for that.
    pub(crate) fn page<T: Serialize>(&self, set: &str, page: Page<T>, options: &Options) -> Answer {
        let is_whole = page.next.is_none() && options.skip_token.is_none();
        let next_link = page.next.map(|token| next_link(&self.base, &self.uri, &token));
        let count = (is_whole || !options.count).then_some(page.items.len());
        let collection = Collection { count, next_link, delta_link: None, value: page.items };
        self.collection(set, collection, options)
    }

    /// One page of a delta walk.
    pub(crate) fn delta<T: Serialize>(
        &self,
        set: &str,
        value: Vec<T>,
        next: &DeltaNext,
        options: &Options,
    ) -> Answer {
        let link = |token: &str, name| delta_link(&self.base, &self.uri, name, token);
        let (next_link, delta_link) = match next {
            DeltaNext::Page(token) => (Some(link(token, "$skiptoken")), None),
            DeltaNext::Round(token) => (None, Some(link(token, "$deltatoken"))),
        };
        let collection = Collection { count: None, next_link, delta_link, value };
        self.collection(&format!("{set}/$delta"), collection, options)
    }

    /// A collection.
    pub(crate) fn collection<T: Serialize>(
        &self,
        set: &str,
        collection: Collection<T>,
        options: &Options,
    ) -> Answer {
        let context = format!("{}/v1.0/$metadata#{set}", self.base);
        let Some(names) = &options.select else {
            return Answer::with_context(StatusCode::OK, &context, &collection);
        };
        let Collection { count, next_link, delta_link, value } = collection;
        let value = value
            .iter()
            .map(|item| serde_json::to_value(item).unwrap_or_default())
            .map(|item| reduced(item, names, &options.expand))
            .collect();
        let collection = Collection { count, next_link, delta_link, value };
        Answer::with_context(StatusCode::OK, &context, &collection)
    }
}

/// The object with the named properties only; annotations, the id and what is expanded stay.
fn reduced(
    mut value: serde_json::Value,
    names: &[String],
    expanded: &[String],
) -> serde_json::Value {
    if let Some(object) = value.as_object_mut() {
        let wanted = names.iter().chain(expanded);
        let is_named = |key: &str| wanted.clone().any(|name| name.eq_ignore_ascii_case(key));
        object.retain(|key, _value| key == "id" || key.starts_with('@') || is_named(key));
    }
    value
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shape() -> Shape {
        Shape {
            base: "https://a.example".to_owned(),
            uri: "/v1.0/things?$top=1".parse().unwrap(),
            unknown_enums: UnknownEnums::Replaced,
        }
    }

    fn text(answer: &Answer) -> &str {
        std::str::from_utf8(&answer.body).unwrap()
    }

    #[test]
    fn the_context_comes_first() {
        let answer = shape().entity(StatusCode::OK, "things", &serde_json::json!({"id": "1"}));
        assert_eq!(
            text(&answer),
            r#"{"@odata.context":"https://a.example/v1.0/$metadata#things/$entity","id":"1"}"#
        );
    }

    #[test]
    fn pages_link_to_the_next_one_and_are_reduced() {
        let options = Options { select: Some(vec!["NAME".to_owned()]), ..Options::default() };
        let things = vec![serde_json::json!({"id": "1", "name": "n", "more": 2})];
        let page = Page { items: things, next: Some("t".to_owned()) };
        let answer = shape().page("things", page, &options);
        let body: serde_json::Value = serde_json::from_str(text(&answer)).unwrap();
        assert_eq!(body["@odata.nextLink"], "https://a.example/v1.0/things?$top=1&$skiptoken=t");
        assert_eq!(body["value"], serde_json::json!([{"id": "1", "name": "n"}]));
        let options = Options { expand: vec!["More".to_owned()], ..options };
        let things = vec![serde_json::json!({"id": "1", "name": "n", "more": 2, "most": 3})];
        let answer = shape().page("things", Page { items: things, next: None }, &options);
        let body: serde_json::Value = serde_json::from_str(text(&answer)).unwrap();
        assert_eq!(body["value"], serde_json::json!([{"id": "1", "name": "n", "more": 2}]));
    }

    #[test]
    fn a_count_that_was_asked_for_is_of_all_or_not_said() {
        let count = |options: Options, next: Option<&str>| {
            let page = Page { items: vec![1, 2], next: next.map(str::to_owned) };
            let answer = shape().page("things", page, &options);
            let body: serde_json::Value = serde_json::from_str(text(&answer)).unwrap();
            body.get("@odata.count").cloned()
        };
        let asked = || Options { count: true, ..Options::default() };
        assert_eq!(count(Options::default(), Some("t")), Some(2.into()));
        assert_eq!(count(asked(), None), Some(2.into()));
        assert_eq!(count(asked(), Some("t")), None);
        let last = Options { skip_token: Some("t".to_owned()), ..asked() };
        assert_eq!(count(last, None), None);
    }

    #[test]
    fn answers_can_be_kept_and_given_again() {
        let answer = shape()
            .entity(StatusCode::CREATED, "things", &serde_json::json!({"id": "\u{1F600}"}))
            .at("/v1.0/things/1");
        assert_eq!(Answer::again(&answer.clone().keep().unwrap()).unwrap(), answer);
        let empty = Answer::no_content();
        assert_eq!(Answer::again(&empty.clone().keep().unwrap()).unwrap(), empty);
    }
}
