//! `$batch`: several requests in one, as Graph has it.
//!
//! Each of them goes through the same edge as a request of its own: ids, spelling of the path, sign-in,
//! limits, envelope, access log. They run one after the other, so a batch never takes more of the
//! server at once than one request. A batch within a batch does not exist.

use std::collections::{BTreeMap, BTreeSet};
use std::net::SocketAddr;
use std::sync::Arc;

use axum::body::{Body, to_bytes};
use axum::extract::{ConnectInfo, FromRequestParts, Request};
use axum::http::header::{
    CONTENT_LENGTH, CONTENT_TYPE, HeaderMap, HeaderName, HeaderValue, SET_COOKIE,
};
use axum::http::request::Parts;
use axum::http::{Method, StatusCode, Uri};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use percent_encoding::{AsciiSet, CONTROLS, utf8_percent_encode};
use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;
use visavis_domain::limit::{BATCH_ANSWER_BYTES_MAX, BATCH_ID_BYTES_MAX, BATCH_REQUESTS_MAX};

use crate::Routes;
use crate::answer::Answer;
use crate::bind::shown;
use crate::edge::Edge;
use crate::error::{ApiError, Errors};
use crate::extract::{Call, Payload};
use crate::normalise::normalise;

/// The one path whose requests get at the edge.
pub(crate) const PATH: &str = "/v1.0/$batch";

/// What a request of a batch has from the batch: who calls, and from where.
const CARRIED: [&str; 10] = [
    "authorization",
    "cookie",
    "host",
    "origin",
    "user-agent",
    "x-visavis-account",
    "sec-fetch-site",
    "x-forwarded-for",
    "x-forwarded-host",
    "x-forwarded-proto",
];
/// Further headers that a request of a batch cannot have: they are about a connection.
const OF_CONNECTIONS: [&str; 7] =
    ["connection", "content-length", "expect", "te", "trailer", "transfer-encoding", "upgrade"];
/// What can only be called by itself: it makes or ends sessions, or takes the connection over.
const ALONE: [&str; 4] = [PATH, "/v1.0/auth/", "/v1.0/setup", "/v1.0/me/notifications"];

/// What callers write into an address as it is, and a request cannot have so.
const ADDRESS: &AsciiSet = &CONTROLS
    .add(b' ')
    .add(b'"')
    .add(b'<')
    .add(b'>')
    .add(b'\\')
    .add(b'^')
    .add(b'`')
    .add(b'{')
    .add(b'|')
    .add(b'}');

pub(crate) fn routes() -> Routes {
    OpenApiRouter::default().routes(routes!(batch))
}

/// Several requests: Graph's `batchRequestContent`.
#[derive(Debug, Deserialize, ToSchema)]
#[schema(as = batchRequestContent)]
pub(crate) struct BatchBody {
    /// At most 20.
    requests: Vec<BatchRequest>,
}

/// One of them.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = batchRequestStep)]
struct BatchRequest {
    /// Names it within the batch.
    id: String,
    /// `GET`, `POST`, `PATCH`, `PUT` or `DELETE`.
    method: String,
    /// Below the version, with the query: `/me/chats?$top=5`.
    url: String,
    #[schema(value_type = Option<Object>)]
    headers: Option<BTreeMap<String, String>>,
    #[schema(value_type = Option<Object>)]
    body: Option<serde_json::Value>,
    /// Those that must have succeeded before.
    depends_on: Option<Vec<String>>,
}

/// The answers, in the order of the requests: Graph's `batchResponseContent`.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = batchResponseContent)]
struct BatchAnswers {
    responses: Vec<BatchAnswer>,
}

/// One of them.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = batchResponseStep)]
struct BatchAnswer {
    id: String,
    status: u16,
    #[schema(value_type = Object)]
    headers: BTreeMap<String, String>,
    /// JSON, or the bytes of anything else in base64.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<Object>)]
    body: Option<Box<RawValue>>,
}

/// Where a batch was sent: what its requests have in common.
struct Outside {
    edge: Arc<Edge>,
    carried: HeaderMap,
    peer: Option<ConnectInfo<SocketAddr>>,
}

impl<S: Sync> FromRequestParts<S> for Outside {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, _state: &S) -> Result<Self, ApiError> {
        let edge =
            parts.extensions.get::<Arc<Edge>>().cloned().ok_or_else(ApiError::not_in_a_batch)?;
        let carried =
            parts.headers.iter().filter(|(name, _value)| CARRIED.contains(&name.as_str()));
        Ok(Self {
            edge,
            carried: carried.map(|(name, value)| (name.clone(), value.clone())).collect(),
            peer: parts.extensions.get().copied(),
        })
    }
}

/// Several requests in one. Each is answered for itself, with its own status.
///
/// They run one after the other, a request after those it depends on; when one of those failed it is
/// answered 424 without having run. Who calls is said by the headers of the batch.
#[utoipa::path(post, path = "/v1.0/$batch", tag = "batch", request_body = BatchBody,
    responses((status = 200, body = BatchAnswers), Errors))]
async fn batch(
    call: Call,
    outside: Outside,
    payload: Payload<BatchBody>,
) -> Result<Answer, ApiError> {
    if payload.once.is_some() {
        let words = "Give each request of the batch a key of its own.";
        return Err(ApiError::invalid("Idempotency-Key", words));
    }
    let version = if call.shape.uri.path().starts_with("/beta") { "/beta" } else { "/v1.0" };
    let order = order(&payload.value.requests)?;
    let mut steps: Vec<Option<BatchRequest>> =
        payload.value.requests.into_iter().map(Some).collect();
    let mut answers: Vec<Option<BatchAnswer>> = steps.iter().map(|_step| None).collect();
    let mut failed = BTreeSet::new();
    let mut bytes_left = BATCH_ANSWER_BYTES_MAX;
    for place in order {
        let Some(step) = steps.get_mut(place).and_then(Option::take) else { continue };
        let id = step.id.clone();
        let depends_on = step.depends_on.iter().flatten();
        let request = match depends_on.clone().find(|other| failed.contains(other.as_str())) {
            Some(_failed) => Err(ApiError::failed_dependency()),
            None if bytes_left == 0 => Err(ApiError::batch_full(BATCH_ANSWER_BYTES_MAX)),
            None => step.request(&outside, version),
        };
        let answer = outside.answer(id, request, &mut bytes_left).await;
        if answer.status >= 400 {
            failed.insert(answer.id.clone());
        }
        if let Some(to) = answers.get_mut(place) {
            *to = Some(answer);
        }
    }
    let responses = answers.into_iter().flatten().collect();
    Ok(call.shape.entity(StatusCode::OK, "batch", &BatchAnswers { responses }))
}

/// In which order the requests run: that of the batch, but each after those it depends on.
fn order(steps: &[BatchRequest]) -> Result<Vec<usize>, ApiError> {
    if !(1..=BATCH_REQUESTS_MAX).contains(&steps.len()) {
        let words = format!("A batch has 1 to {BATCH_REQUESTS_MAX} requests.");
        return Err(ApiError::invalid("requests", words));
    }
    let mut places = BTreeMap::new();
    for (place, step) in steps.iter().enumerate() {
        if !(1..=BATCH_ID_BYTES_MAX).contains(&step.id.len()) {
            let words = format!("An id has 1 to {BATCH_ID_BYTES_MAX} bytes.");
            return Err(ApiError::invalid(format!("requests[{place}].id"), words));
        }
        if places.insert(step.id.as_str(), place).is_some() {
            let words = format!("The id `{}` is there twice.", shown(&step.id));
            return Err(ApiError::invalid(format!("requests[{place}].id"), words));
        }
    }
    for (place, step) in steps.iter().enumerate() {
        let target = || format!("requests[{place}].dependsOn");
        if step.depends_on.as_ref().is_some_and(|ids| ids.len() > BATCH_REQUESTS_MAX) {
            let words = "It names more requests than a batch may have.";
            return Err(ApiError::invalid(target(), words));
        }
        if let Some(other) =
            step.depends_on.iter().flatten().find(|id| !places.contains_key(id.as_str()))
        {
            let words = format!("There is no request `{}` in the batch.", shown(other));
            return Err(ApiError::invalid(target(), words));
        }
    }
    let mut order: Vec<usize> = Vec::with_capacity(steps.len());
    while order.len() < steps.len() {
        let is_done =
            |id: &String| places.get(id.as_str()).is_some_and(|place| order.contains(place));
        let next = steps.iter().enumerate().position(|(place, step)| {
            !order.contains(&place) && step.depends_on.iter().flatten().all(is_done)
        });
        match next {
            Some(place) => order.push(place),
            None => {
                let words = "Requests of the batch depend on each other in a circle.";
                return Err(ApiError::invalid("dependsOn", words));
            }
        }
    }
    Ok(order)
}

impl BatchRequest {
    /// The request as one that came by itself.
    fn request(self, outside: &Outside, version: &str) -> Result<Request, ApiError> {
        let method = method(&self.method)?;
        let uri = address(&self.url, version)?;
        let mut headers = outside.carried.clone();
        for (name, value) in self.headers.unwrap_or_default() {
            let (name, value) = header(&name, &value)?;
            headers.insert(name, value);
        }
        let body = match self.body.filter(|body| !body.is_null()) {
            None => Body::empty(),
            Some(body) if method == Method::GET || method == Method::DELETE => {
                drop(body);
                let words = "A request of this method has no body.";
                return Err(ApiError::invalid("body", words));
            }
            Some(body) => {
                headers.entry(CONTENT_TYPE).or_insert(HeaderValue::from_static("application/json"));
                Body::from(body.to_string())
            }
        };
        let mut request = Request::new(body);
        *request.method_mut() = method;
        *request.uri_mut() = uri;
        *request.headers_mut() = headers;
        if let Some(peer) = outside.peer {
            request.extensions_mut().insert(peer);
        }
        Ok(request)
    }
}

fn method(name: &str) -> Result<Method, ApiError> {
    [Method::GET, Method::POST, Method::PATCH, Method::PUT, Method::DELETE]
        .into_iter()
        .find(|method| method.as_str().eq_ignore_ascii_case(name))
        .ok_or_else(|| {
            ApiError::invalid("method", "The method is `GET`, `POST`, `PATCH`, `PUT` or `DELETE`.")
        })
}

/// The address of a request, which is relative to the version.
fn address(url: &str, version: &str) -> Result<Uri, ApiError> {
    // What a query says may look like an address; what comes before it may not.
    let (location, _query) = url.split_once('?').unwrap_or((url, ""));
    let is_relative = !location.starts_with("//")
        && !location.contains("://")
        && !location.contains('\\')
        && !url.contains('#');
    let below = url.strip_prefix('/').unwrap_or(url);
    let is_versioned = ["v1.0/", "beta/"].iter().any(|version| below.starts_with(version));
    let path = if is_versioned { format!("/{below}") } else { format!("{version}/{below}") };
    let uri: Option<Uri> = utf8_percent_encode(&path, ADDRESS).to_string().parse().ok();
    let uri = uri.filter(|uri: &Uri| is_relative && uri.host().is_none()).ok_or_else(|| {
        ApiError::invalid("url", "An address in a batch is relative: `/me/chats?$top=5`.")
    })?;
    let normal = normalise(uri.path()).and_then(|normal| normal.apply(&uri));
    let path = normal.as_ref().unwrap_or(&uri).path();
    let is_alone = ALONE.iter().any(|alone| {
        path.starts_with(alone)
            && (alone.ends_with('/')
                || matches!(path.as_bytes().get(alone.len()), None | Some(b'/')))
    });
    if is_alone { Err(ApiError::not_in_a_batch()) } else { Ok(uri) }
}

fn header(name: &str, value: &str) -> Result<(HeaderName, HeaderValue), ApiError> {
    let refused = |words: String| Err(ApiError::invalid("headers", words));
    let (Ok(name), Ok(value)) = (name.parse::<HeaderName>(), value.parse::<HeaderValue>()) else {
        return refused(format!("`{}` is no header.", shown(name)));
    };
    let is_of_the_batch = CARRIED.contains(&name.as_str())
        || OF_CONNECTIONS.contains(&name.as_str())
        || ["proxy-", "sec-", "forwarded", "x-forwarded"]
            .iter()
            .any(|prefix| name.as_str().starts_with(prefix));
    if is_of_the_batch {
        return refused(format!("`{name}` is a header of the batch, not of a request in it."));
    }
    Ok((name, value))
}

impl Outside {
    /// Has the edge answer a request, and takes the answer down.
    async fn answer(
        &self,
        id: String,
        request: Result<Request, ApiError>,
        bytes_left: &mut usize,
    ) -> BatchAnswer {
        let is_read = request.as_ref().is_ok_and(|request| request.method().is_safe());
        let response = Arc::clone(&self.edge).serve_in_batch(request).await;
        // What was done must be told; what was only read can be read again by itself.
        let bytes_max = if is_read { *bytes_left } else { usize::MAX };
        let (parts, body) = response.into_parts();
        let (parts, bytes) = match to_bytes(body, bytes_max).await {
            Ok(bytes) => (parts, bytes),
            Err(_too_long) => {
                *bytes_left = 0;
                let full = ApiError::batch_full(BATCH_ANSWER_BYTES_MAX);
                let response = Arc::clone(&self.edge).serve_in_batch(Err(full)).await;
                let (parts, body) = response.into_parts();
                (parts, to_bytes(body, usize::MAX).await.unwrap_or_default())
            }
        };
        *bytes_left = bytes_left.saturating_sub(bytes.len());
        let headers = parts
            .headers
            .iter()
            .filter(|(name, _value)| ![CONTENT_LENGTH, SET_COOKIE].contains(name))
            .filter(|(name, _value)| !bytes.is_empty() || *name != CONTENT_TYPE);
        BatchAnswer {
            id,
            status: parts.status.as_u16(),
            headers: headers
                .filter_map(|(name, value)| {
                    Some((capitalised(name), value.to_str().ok()?.to_owned()))
                })
                .collect(),
            body: written(&bytes),
        }
    }
}

/// A header's name as Graph writes it in batches, where clients look for `Content-Type` exactly.
fn capitalised(name: &HeaderName) -> String {
    let words = name.as_str().split('-').map(|word| match word.split_at_checked(1) {
        Some((first, rest)) => first.to_ascii_uppercase() + rest,
        None => word.to_owned(),
    });
    words.collect::<Vec<_>>().join("-")
}

/// A body within the answer of the batch: JSON as it is, anything else in base64.
fn written(bytes: &[u8]) -> Option<Box<RawValue>> {
    if bytes.is_empty() {
        return None;
    }
    let json = std::str::from_utf8(bytes).ok().map(str::to_owned).map(RawValue::from_string);
    match json {
        Some(Ok(json)) => Some(json),
        _ => RawValue::from_string(format!("\"{}\"", STANDARD.encode(bytes))).ok(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn step(id: &str, depends_on: &[&str]) -> BatchRequest {
        BatchRequest {
            id: id.to_owned(),
            method: "GET".to_owned(),
            url: "/me".to_owned(),
            headers: None,
            body: None,
            depends_on: Some(depends_on.iter().map(|&id| id.to_owned()).collect()),
        }
    }

    #[test]
    fn requests_run_after_those_they_depend_on() {
        let steps = [step("c", &["a", "b"]), step("a", &[]), step("b", &["a"]), step("d", &[])];
        assert_eq!(order(&steps).unwrap(), [1, 2, 0, 3]);
        for steps in [
            vec![],
            vec![step("a", &["a"])],
            vec![step("a", &["b"]), step("b", &["a"])],
            vec![step("a", &["z"])],
            vec![step("a", &[]), step("a", &[])],
            vec![step("", &[])],
            vec![step(&"x".repeat(BATCH_ID_BYTES_MAX + 1), &[])],
            (0..=BATCH_REQUESTS_MAX).map(|number| step(&number.to_string(), &[])).collect(),
        ] {
            assert!(order(&steps).is_err(), "{steps:?}");
        }
    }

    #[test]
    fn addresses_are_relative_to_the_version() {
        for (url, uri) in [
            ("/me", "/v1.0/me"),
            ("me/chats?$top=5", "/v1.0/me/chats?$top=5"),
            (
                "/users?$filter=mail eq 'a@b.example'",
                "/v1.0/users?$filter=mail%20eq%20'a@b.example'",
            ),
            ("/beta/me", "/beta/me"),
            ("/v1.0/me", "/v1.0/me"),
            ("/users/\u{e9}", "/v1.0/users/%C3%A9"),
            ("/me/presence?x=a%20b", "/v1.0/me/presence?x=a%20b"),
        ] {
            assert_eq!(address(url, "/v1.0").unwrap().to_string(), uri, "{url}");
        }
        assert_eq!(address("/me", "/beta").unwrap().to_string(), "/beta/me");
        for url in [
            "https://a.example/v1.0/me",
            "//a.example/v1.0/me",
            "/me#x",
            "\\\\a.example\\me",
            "$batch",
            "/$batch",
            "/%24batch",
            "/v1.0/$batch",
            "//$batch",
            "/$batch?x=1",
            "/$batch/",
            "/auth/signIn",
            "/auth('signIn')",
            "/setup",
            "/me/notifications",
            "/me('notifications')",
        ] {
            assert!(address(url, "/v1.0").is_err(), "{url}");
        }
    }

    #[test]
    fn who_calls_is_said_by_the_batch_alone() {
        for name in [
            "Authorization",
            "cookie",
            "Host",
            "X-Visavis-Account",
            "Origin",
            "Sec-Fetch-Site",
            "X-Forwarded-For",
            "Forwarded",
            "Content-Length",
            "Transfer-Encoding",
            "Upgrade",
            "Connection",
            "Proxy-Authorization",
            "no header",
        ] {
            assert!(header(name, "x").is_err(), "{name}");
        }
        assert!(header("Prefer", "a\nb").is_err());
        for name in ["Content-Type", "If-Match", "Prefer", "ConsistencyLevel", "Idempotency-Key"] {
            assert!(header(name, "x").is_ok(), "{name}");
        }
    }

    #[test]
    fn headers_are_written_as_clients_look_for_them() {
        assert_eq!(capitalised(&CONTENT_TYPE), "Content-Type");
        assert_eq!(capitalised(&HeaderName::from_static("x--a-")), "X--A-");
    }

    #[test]
    fn bodies_that_are_no_json_are_written_in_base64() {
        assert_eq!(written(b"").map(|body| body.to_string()), None);
        assert_eq!(written(b"{\"a\":1}").unwrap().get(), "{\"a\":1}");
        assert_eq!(written(&[0xFF, 0xD8]).unwrap().get(), "\"/9g=\"");
    }
}
