//! What surrounds every request: ids, one spelling of the path, the envelope of failures, one
//! line of the access log.

use std::fmt::Write;
use std::hash::{BuildHasher, Hasher, RandomState};
use std::panic::AssertUnwindSafe;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, OnceLock};
use std::time::Instant;

use axum::Router;
use axum::extract::{ConnectInfo, MatchedPath, Request};
use axum::http::header::{
    ALLOW, CONNECTION, CONTENT_TYPE, HeaderMap, HeaderName, HeaderValue, SEC_WEBSOCKET_VERSION,
    UPGRADE,
};
use axum::http::{Method, Uri};
use axum::response::{IntoResponse, Response};
use futures_util::FutureExt;
use tower::ServiceExt;
use uuid::Uuid;
use visavis_app::App;
use visavis_app::context::Caller;
use visavis_domain::home::Home;
use visavis_domain::time::Timestamp;

use crate::batch;
use crate::error::ApiError;
use crate::extract::{forwarded_for, text};
use crate::normalise::normalise;

const REQUEST_ID: HeaderName = HeaderName::from_static("request-id");
const CLIENT_REQUEST_ID: HeaderName = HeaderName::from_static("client-request-id");
/// Bytes of a caller's own id of a request; longer ones are ignored.
const CLIENT_REQUEST_ID_BYTES_MAX: usize = 128;

/// What the caller asked for, before the path was rewritten.
#[derive(Debug, Clone)]
pub(crate) struct CallerUri(pub(crate) Uri);

/// What is learnt about a request on its way, for the log.
#[derive(Debug)]
pub(crate) struct Trace {
    route: OnceLock<MatchedPath>,
    actor: OnceLock<Home>,
}

impl Trace {
    /// Notes who calls.
    pub(crate) fn set_actor(&self, caller: &Caller) {
        self.actor.get_or_init(|| caller.home);
    }

    /// Notes which route answers; called within the router.
    pub(crate) fn note_route(request: Request) -> Request {
        if let (Some(route), Some(trace)) =
            (request.extensions().get::<MatchedPath>(), request.extensions().get::<Arc<Self>>())
        {
            trace.route.get_or_init(|| route.clone());
        }
        request
    }
}

/// The outermost part of the server's HTTP side.
#[derive(Debug)]
pub(crate) struct Edge {
    inner: Router,
    app: App,
    trusts_forwarded_headers: bool,
    seed: u64,
    count: AtomicU64,
}

impl Edge {
    pub(crate) fn new(app: App, inner: Router, trusts_forwarded_headers: bool) -> Self {
        // Request ids must be unique, not unpredictable: the standard library's seed will do.
        let seed = RandomState::new().build_hasher().finish();
        Self { inner, app, trusts_forwarded_headers, seed, count: AtomicU64::new(0) }
    }

    /// Answers a request, whatever happens.
    pub(crate) async fn serve(self: Arc<Self>, mut request: Request) -> Response {
        // Whoever asks for the peer from here on means whom a proxy speaks for.
        if let Some(client) =
            forwarded_for(request.headers()).filter(|_| self.trusts_forwarded_headers)
        {
            request.extensions_mut().insert(ConnectInfo(client));
        }
        self.answer(Ok(request), Some(&self)).await
    }

    /// Answers one request of a batch, or tells why it is none. It does not get at the edge itself,
    /// so it cannot be a batch.
    pub(crate) async fn serve_in_batch(&self, request: Result<Request, ApiError>) -> Response {
        self.answer(request, None).await
    }

    async fn answer(
        &self,
        request: Result<Request, ApiError>,
        for_batches: Option<&Arc<Self>>,
    ) -> Response {
        let started = Instant::now();
        let now = self.app.now();
        let request_id = self.fresh_id(now);
        let trace = Arc::new(Trace { route: OnceLock::new(), actor: OnceLock::new() });
        let (method, client_request_id, response) = match request {
            Ok(mut request) => {
                let client_request_id = client_request_id(request.headers());
                let method = request.method().clone();
                self.prepare(&mut request, &trace);
                if let Some(edge) = for_batches.filter(|_| request.uri().path() == batch::PATH) {
                    request.extensions_mut().insert(Arc::clone(edge));
                }
                (method, client_request_id, self.answer_of_router(request).await)
            }
            Err(failure) => (Method::default(), None, failure.into_response()),
        };
        let ids = Ids { request_id: &request_id, client_request_id: client_request_id.as_ref() };
        let response = finished(response, now, &ids);
        log(&method, &response, &trace, &request_id, started);
        response
    }

    async fn answer_of_router(&self, request: Request) -> Response {
        match AssertUnwindSafe(self.inner.clone().oneshot(request)).catch_unwind().await {
            Ok(Ok(response)) => response,
            Ok(Err(never)) => match never {},
            Err(_panic) => ApiError::internal("panic").into_response(),
        }
    }

    fn prepare(&self, request: &mut Request, trace: &Arc<Trace>) {
        let asked = request.uri().clone();
        if let Some(normal) = normalise(asked.path()) {
            if let Some(uri) = normal.apply(&asked) {
                *request.uri_mut() = uri;
            }
            if let Some(user) = normal.user {
                request.extensions_mut().insert(user);
            }
        }
        request.extensions_mut().insert(CallerUri(asked));
        request.extensions_mut().insert(Arc::clone(trace));
    }

    fn fresh_id(&self, now: Timestamp) -> String {
        let count = self.count.fetch_add(1, Ordering::Relaxed);
        let mut bytes = [0_u8; 10];
        let (seed, counted) = bytes.split_at_mut(4);
        seed.copy_from_slice(self.seed.to_be_bytes().first_chunk::<4>().unwrap_or(&[0; 4]));
        counted.copy_from_slice(count.to_be_bytes().last_chunk::<6>().unwrap_or(&[0; 6]));
        let ms = u64::try_from(now.as_ms()).unwrap_or_default();
        let id: Uuid = uuid::Builder::from_unix_timestamp_millis(ms, &bytes).into_uuid();
        id.to_string()
    }
}

/// What belongs to the status of a failure, whoever wrote it: 405 and 426.
const OF_STATUS: [HeaderName; 4] = [ALLOW, UPGRADE, CONNECTION, SEC_WEBSOCKET_VERSION];

struct Ids<'a> {
    request_id: &'a str,
    client_request_id: Option<&'a HeaderValue>,
}

/// The caller's own id of the request, if it is fit to be repeated.
fn client_request_id(headers: &HeaderMap) -> Option<HeaderValue> {
    headers
        .get(CLIENT_REQUEST_ID)
        .filter(|value| value.len() <= CLIENT_REQUEST_ID_BYTES_MAX && value.to_str().is_ok())
        .cloned()
}

/// The answer with its ids, and with the envelope when it is a failure.
fn finished(mut response: Response, now: Timestamp, ids: &Ids<'_>) -> Response {
    let status = response.status();
    let failure = response.extensions_mut().remove::<ApiError>();
    let is_bare = (status.is_client_error() || status.is_server_error()) && !is_json(&response);
    let failure = failure.or_else(|| is_bare.then(|| ApiError::of_status(status)));
    if let Some(failure) = failure {
        if let Some(source) = failure.source() {
            tracing::error!(request.id = ids.request_id, "a request failed: {}", chain(source),);
        }
        let kept = OF_STATUS.map(|name| (response.headers_mut().remove(&name), name));
        let client = ids.client_request_id.and_then(|value| value.to_str().ok());
        let date: String = now.to_string().chars().take(19).collect();
        response = failure.render(date, ids.request_id, client.unwrap_or(ids.request_id));
        for (value, name) in kept {
            value.and_then(|value| response.headers_mut().insert(name, value));
        }
    }
    let headers = response.headers_mut();
    if let Ok(id) = HeaderValue::from_str(ids.request_id) {
        headers.insert(REQUEST_ID, id);
    }
    if let Some(id) = ids.client_request_id {
        headers.insert(CLIENT_REQUEST_ID, id.clone());
    }
    response
}

fn is_json(response: &Response) -> bool {
    text(response.headers(), &CONTENT_TYPE).is_some_and(|kind| kind.starts_with("application/json"))
}

/// An error and everything that caused it.
fn chain(error: &dyn std::error::Error) -> String {
    let mut text = error.to_string();
    let mut source = error.source();
    while let Some(cause) = source {
        let _infallible: std::fmt::Result = write!(text, ": {cause}");
        source = cause.source();
    }
    text
}

fn log(method: &Method, response: &Response, trace: &Trace, request_id: &str, started: Instant) {
    let route = trace.route.get().map_or("(none)", MatchedPath::as_str);
    let status = response.status().as_u16();
    let elapsed_ms = started.elapsed().as_secs_f64() * 1000.0;
    let (actor, tenant) = match trace.actor.get() {
        Some(Home::Organisation(id)) => ("managed", Some(tracing::field::display(id))),
        Some(Home::Personal) => ("personal", None),
        None => ("anonymous", None),
    };
    tracing::info!(
        target: "visavis::access",
        {
            request.id = request_id,
            request.method = %method,
            request.route = route,
            response.status = status,
            actor.kind = actor,
            tenant.id = tenant,
            elapsed_ms,
        },
        "{method} {route} answered {status}"
    );
}
