//! What a handler is given: who calls, which ids the path names, what the body says.

use std::net::{IpAddr, SocketAddr};
use std::sync::Arc;
use std::time::Duration;

use axum::body::{Body, BodyDataStream};
use axum::extract::{ConnectInfo, FromRequest, FromRequestParts, RawPathParams, Request};
use axum::http::header::{
    CONTENT_ENCODING, CONTENT_LENGTH, CONTENT_TYPE, HOST, HeaderMap, IF_MATCH, ORIGIN,
};
use axum::http::request::Parts;
use axum::http::uri::Authority;
use axum::http::{HeaderName, Uri};
use bytes::Bytes;
use futures_util::StreamExt;
use serde::de::DeserializeOwned;
use tokio::time::{Instant, timeout, timeout_at};
use visavis_app::context::{Caller, Context};
use visavis_app::failure::Outcome;
use visavis_app::organisation::Named;
use visavis_app::subject::{self, UserKey};
use visavis_app::{App, IdempotencyKey, Tx};
use visavis_domain::audit::Hash;
use visavis_domain::hosted_content::ImageNumber;
use visavis_domain::id::{
    AccountId, ChatId, GroupId, MessageId, OrganisationId, SubscriptionId, TokenId,
};
use visavis_domain::limit::{
    IDEMPOTENCY_KEY_BYTES_MAX, JSON_DEPTH_MAX, REQUEST_BODY_BYTES_MAX,
    REQUEST_BODY_BYTES_PER_S_MIN, REQUEST_BODY_WITHIN_MS,
};
use visavis_policy::name::PolicyName;

use crate::ApiState;
use crate::answer::{Answer, Shape};
use crate::edge::{CallerUri, Trace};
use crate::error::ApiError;
use crate::normalise::NamedUser;
use crate::odata::UnknownEnums;
use crate::session::{ACCOUNT_HEADER, SignedIn, bearer, signed_in};

const IDEMPOTENCY_KEY: HeaderName = HeaderName::from_static("idempotency-key");
const PREFER: HeaderName = HeaderName::from_static("prefer");
const SEC_FETCH_SITE: HeaderName = HeaderName::from_static("sec-fetch-site");
const FORWARDED_FOR: HeaderName = HeaderName::from_static("x-forwarded-for");
const FORWARDED_HOST: HeaderName = HeaderName::from_static("x-forwarded-host");
const FORWARDED_PROTO: HeaderName = HeaderName::from_static("x-forwarded-proto");

/// Bytes of a body that is too large which are read before the answer.
const DISCARDED_BYTES_MAX: usize = 8 * REQUEST_BODY_BYTES_MAX;
/// Characters of a parser's own words that are repeated to the caller.
const COMPLAINT_CHARACTERS_MAX: usize = 200;

/// The caller of a request, by bearer token. Cookies are not looked at.
///
/// # Errors
///
/// An answer of 401 when there is none, or no valid one.
pub async fn authenticate(
    app: &App,
    headers: &HeaderMap,
    client: Option<IpAddr>,
) -> Result<Caller, ApiError> {
    let secret = bearer(headers).ok_or_else(ApiError::not_signed_in)?;
    Ok(app.authenticate(secret, client).await?)
}

/// Whether a browser says that the request comes from the server's own pages.
///
/// What acts under a session cookie must; a browser sends `Origin` or `Sec-Fetch-Site` with it.
#[must_use]
pub(crate) fn is_same_origin(state: &ApiState, headers: &HeaderMap) -> bool {
    if let Some(origin) = text(headers, &ORIGIN) {
        return origin.eq_ignore_ascii_case(&base_of(state, headers, None))
            // Without a configured address a proxy may have ended the encryption unseen. When it ends
            // here, a page that came unencrypted is somebody else's.
            || state.public_url.is_none()
                && !state.is_encrypted
                && authority_of(origin) == text(headers, &HOST);
    }
    text(headers, &SEC_FETCH_SITE).is_some_and(|site| site == "same-origin")
}

/// Whether a browser says that the request comes from another site. Scripts say nothing.
pub(crate) fn is_cross_origin(state: &ApiState, headers: &HeaderMap) -> bool {
    let is_browser = headers.contains_key(ORIGIN) || headers.contains_key(SEC_FETCH_SITE);
    is_browser && !is_same_origin(state, headers)
}

/// From where a request comes.
pub(crate) fn client_of(parts: &Parts) -> Option<IpAddr> {
    parts.extensions.get::<ConnectInfo<SocketAddr>>().map(|ConnectInfo(peer)| peer.ip())
}

/// From where a trusted proxy says that a request comes.
pub(crate) fn forwarded_for(headers: &HeaderMap) -> Option<SocketAddr> {
    let entry = last_text(headers, &FORWARDED_FOR)?.rsplit(',').next()?.trim();
    // Some proxies write the port as well.
    let address = entry.parse::<IpAddr>().ok().map(|ip| SocketAddr::new(ip, 0));
    address.or_else(|| entry.parse().ok())
}

pub(crate) fn text<'a>(headers: &'a HeaderMap, name: &HeaderName) -> Option<&'a str> {
    headers.get(name).and_then(|value| value.to_str().ok())
}

/// The last header of a name: what a proxy appended rather than what the client sent to it.
fn last_text<'a>(headers: &'a HeaderMap, name: &HeaderName) -> Option<&'a str> {
    headers.get_all(name).iter().next_back().and_then(|value| value.to_str().ok())
}

/// The account that a request names, if it does.
fn account_of(headers: &HeaderMap) -> Result<Option<&str>, ApiError> {
    let mut named = headers.get_all(ACCOUNT_HEADER).iter();
    let first = named.next();
    if named.next().is_some() {
        return Err(ApiError::invalid("X-Visavis-Account", "One account at a time is meant."));
    }
    // What is no text is no id: it is refused where ids are read.
    Ok(first.map(|value| value.to_str().unwrap_or_default()))
}

fn authority_of(origin: &str) -> Option<&str> {
    origin.split_once("://").map(|(_scheme, authority)| authority)
}

/// Scheme and host as the caller sees them.
#[must_use]
pub fn base_of(state: &ApiState, headers: &HeaderMap, uri: Option<&Uri>) -> String {
    if let Some(url) = &state.public_url {
        return url.trim_end_matches('/').to_owned();
    }
    let forwarded =
        |name: &HeaderName| last_text(headers, name).filter(|_text| state.trusts_forwarded_headers);
    let host = forwarded(&FORWARDED_HOST)
        .or_else(|| text(headers, &HOST))
        .or_else(|| uri.and_then(|uri| uri.authority().map(|authority| authority.as_str())))
        .filter(|host| is_host(host))
        .unwrap_or("localhost");
    let is_https = forwarded(&FORWARDED_PROTO).map_or(state.is_encrypted, |proto| proto == "https");
    format!("{}://{host}", if is_https { "https" } else { "http" })
}

/// Whether a link can be made with it, whoever wrote it.
fn is_host(text: &str) -> bool {
    text.bytes().all(is_host_byte) && text.parse::<Authority>().is_ok()
}

fn is_host_byte(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || matches!(byte, b'.' | b'-' | b'_' | b':' | b'[' | b']')
}

/// A call of somebody who is signed in.
#[derive(Debug)]
pub(crate) struct Call {
    pub(crate) state: Arc<ApiState>,
    pub(crate) caller: Caller,
    pub(crate) shape: Shape,
    pub(crate) if_match: Option<String>,
}

impl Call {
    /// Runs a use case that reads.
    pub(crate) async fn read<T: Send + 'static>(
        &self,
        f: impl FnOnce(&mut Tx<'_>, &Context<'_>) -> Outcome<T> + Send + 'static,
    ) -> Result<T, ApiError> {
        let caller = self.state.app.renewed(self.caller.clone()).await?;
        Ok(self.state.app.read_in_turn(caller, f).await?)
    }

    /// Runs a use case that writes.
    pub(crate) async fn write<T: Send + 'static>(
        &self,
        f: impl FnOnce(&mut Tx<'_>, &Context<'_>) -> Outcome<T> + Send + 'static,
    ) -> Result<T, ApiError> {
        Ok(self.state.app.write(self.caller.clone(), f).await?)
    }

    /// Runs a use case that creates. Under an idempotency key the finished answer is kept with
    /// what was created, and a repeated request gets it again (P8).
    pub(crate) async fn create<T: Send + 'static>(
        &self,
        once: Option<IdempotencyKey>,
        f: impl FnOnce(&mut Tx<'_>, &Context<'_>) -> Outcome<T> + Send + 'static,
        render: impl FnOnce(&Shape, &T) -> Answer + Send + 'static,
    ) -> Result<Answer, ApiError> {
        if once.is_none() {
            return Ok(render(&self.shape, &self.write(f).await?));
        }
        let shape = self.shape.clone();
        let finished = move |tx: &mut Tx<'_>, ctx: &Context<'_>| {
            let created = f(tx, ctx)?;
            render(&shape, &created).keep()
        };
        let kept = self.state.app.write_once(self.caller.clone(), once, finished).await?;
        Ok(Answer::again(&kept)?)
    }
}

impl FromRequestParts<Arc<ApiState>> for Call {
    type Rejection = ApiError;

    async fn from_request_parts(
        parts: &mut Parts,
        state: &Arc<ApiState>,
    ) -> Result<Self, ApiError> {
        let SignedIn { caller, secret: _ } = signed_in(
            state,
            &parts.headers,
            account_of(&parts.headers)?,
            client_of(parts),
            !parts.method.is_safe(),
        )
        .await?;
        if let Some(trace) = parts.extensions.get::<Arc<Trace>>() {
            trace.set_actor(&caller);
        }
        let call = Self {
            state: Arc::clone(state),
            caller,
            shape: shape_of(state, parts),
            if_match: text(&parts.headers, &IF_MATCH).and_then(entity_tag),
        };
        if let Some(NamedUser(key)) = parts.extensions.get() {
            call.must_be(key.clone()).await?;
        }
        Ok(call)
    }
}

impl Call {
    /// Makes sure that the path means the caller: other people's chats do not exist.
    pub(crate) async fn must_be(&self, key: String) -> Result<(), ApiError> {
        let key = key.parse().map_err(|_nobody| ApiError::not_found())?;
        self.must_mean_me(key).await
    }

    /// Makes sure that a person is the caller, by whatever address.
    pub(crate) async fn must_mean_me(&self, key: UserKey) -> Result<(), ApiError> {
        let is_caller = match key {
            UserKey::Id(id) => id == self.caller.account,
            key @ UserKey::Address(_) => {
                self.read(move |tx, ctx| subject::is_caller(tx, ctx, &key)).await?
            }
        };
        if is_caller { Ok(()) } else { Err(ApiError::not_found()) }
    }
}

/// How the caller wants to be answered.
fn shape_of(state: &ApiState, parts: &Parts) -> Shape {
    let uri = match parts.extensions.get::<CallerUri>() {
        Some(CallerUri(uri)) => uri.clone(),
        None => parts.uri.clone(),
    };
    let knows_all = prefers(&parts.headers, "include-unknown-enum-members");
    let unknown_enums = if knows_all { UnknownEnums::AsTheyAre } else { UnknownEnums::Replaced };
    Shape { base: base_of(state, &parts.headers, Some(&uri)), uri, unknown_enums }
}

/// Whether the caller prefers something that one wants or does not (RFC 7240): the name counts in any
/// case, of several the first, without a value or with `true`.
fn prefers(headers: &HeaderMap, name: &str) -> bool {
    let values = headers.get_all(PREFER).iter().filter_map(|value| value.to_str().ok());
    values
        .flat_map(|value| parts_of(value, ','))
        .filter_map(|preference| parts_of(preference, ';').next())
        .map(|preference| preference.split_once('=').unwrap_or((preference, "")))
        .find(|(token, _value)| token.trim().eq_ignore_ascii_case(name))
        .map(|(_token, value)| value.trim().trim_matches('"'))
        .is_some_and(|value| value.is_empty() || value.eq_ignore_ascii_case("true"))
}

/// The parts of a header's value; what is quoted is not taken apart.
fn parts_of(value: &str, separator: char) -> impl Iterator<Item = &str> {
    let (mut is_quoted, mut is_escaped) = (false, false);
    value.split(move |c| {
        if is_escaped {
            is_escaped = false;
        } else if is_quoted && c == '\\' {
            is_escaped = true;
        } else if c == '"' {
            is_quoted = !is_quoted;
        } else {
            return c == separator && !is_quoted;
        }
        false
    })
}

/// The version in `If-Match`; none for `*`, which matches whatever is there.
pub(crate) fn entity_tag(header: &str) -> Option<String> {
    let tag = header.trim();
    let tag = tag.strip_prefix("W/").unwrap_or(tag).trim_matches('"');
    (tag != "*").then(|| tag.to_owned())
}

/// Something that a path segment names.
pub(crate) trait PathKey: Sized {
    /// Reads it; what cannot be one does not exist.
    fn from_segment(text: &str) -> Result<Self, ApiError>;
}

macro_rules! path_keys {
    ($($name:ty => $missing:expr,)*) => {
        $(impl PathKey for $name {
            fn from_segment(text: &str) -> Result<Self, ApiError> {
                text.parse().map_err(|_invalid| $missing)
            }
        })*
    };
}

path_keys! {
    ChatId => ApiError::not_found(),
    MessageId => ApiError::not_found(),
    ImageNumber => ApiError::not_found(),
    TokenId => ApiError::not_found(),
    SubscriptionId => ApiError::not_found(),
    AccountId => ApiError::not_found(),
    OrganisationId => ApiError::not_found(),
    Named => ApiError::not_found(),
    PolicyName => ApiError::not_found(),
    GroupId => ApiError::directory_object_not_found(),
    UserKey => ApiError::directory_object_not_found(),
}

/// The one key in the path.
pub(crate) struct Key<T>(pub(crate) T);

/// The two keys in the path.
pub(crate) struct Keys<A, B>(pub(crate) A, pub(crate) B);

/// The three keys in the path.
pub(crate) struct KeysOfThree<A, B, C>(pub(crate) A, pub(crate) B, pub(crate) C);

impl<T: PathKey, S: Send + Sync> FromRequestParts<S> for Key<T> {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, ApiError> {
        let segments = path_segments(parts, state).await?;
        let mut values = segments.iter().map(|(_name, value)| value);
        T::from_segment(values.next().unwrap_or_default()).map(Self)
    }
}

impl<A: PathKey, B: PathKey, S: Send + Sync> FromRequestParts<S> for Keys<A, B> {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, ApiError> {
        let segments = path_segments(parts, state).await?;
        let mut values = segments.iter().map(|(_name, value)| value);
        let first = A::from_segment(values.next().unwrap_or_default())?;
        Ok(Self(first, B::from_segment(values.next().unwrap_or_default())?))
    }
}

impl<A: PathKey, B: PathKey, C: PathKey, S: Send + Sync> FromRequestParts<S>
    for KeysOfThree<A, B, C>
{
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, ApiError> {
        let segments = path_segments(parts, state).await?;
        let mut values = segments.iter().map(|(_name, value)| value);
        let first = A::from_segment(values.next().unwrap_or_default())?;
        let second = B::from_segment(values.next().unwrap_or_default())?;
        Ok(Self(first, second, C::from_segment(values.next().unwrap_or_default())?))
    }
}

async fn path_segments<S: Send + Sync>(
    parts: &mut Parts,
    state: &S,
) -> Result<RawPathParams, ApiError> {
    RawPathParams::from_request_parts(parts, state)
        .await
        .map_err(|_rejection| ApiError::invalid("path", "The path is not valid UTF-8."))
}

/// A body of JSON. Nothing at all counts as `{}`, since clients send actions that way.
#[derive(Debug)]
pub(crate) struct Payload<T> {
    /// What it says.
    pub(crate) value: T,
    /// The idempotency key that came with it.
    pub(crate) once: Option<IdempotencyKey>,
}

impl<T: DeserializeOwned, S: Send + Sync> FromRequest<S> for Payload<T> {
    type Rejection = ApiError;

    async fn from_request(request: Request, _state: &S) -> Result<Self, ApiError> {
        let (parts, body) = request.into_parts();
        let bytes = bytes_of(body, &parts.headers).await?;
        let is_empty = bytes.iter().all(u8::is_ascii_whitespace);
        if !is_empty {
            must_be_json(&parts.headers)?;
        }
        let value = parse(if is_empty { b"{}" } else { &bytes })?;
        Ok(Self { value, once: idempotency_key(&parts, &bytes)? })
    }
}

/// A body as it came, for routes beside those of this interface.
#[derive(Debug)]
pub struct RawBody(pub Vec<u8>);

impl<S: Send + Sync> FromRequest<S> for RawBody {
    type Rejection = ApiError;

    async fn from_request(request: Request, _state: &S) -> Result<Self, ApiError> {
        let (parts, body) = request.into_parts();
        bytes_of(body, &parts.headers).await.map(Self)
    }
}

async fn bytes_of(body: Body, headers: &HeaderMap) -> Result<Vec<u8>, ApiError> {
    let announced = text(headers, &CONTENT_LENGTH)
        .and_then(|length| length.parse::<usize>().ok())
        .unwrap_or_default();
    let mut arriving = Arriving::new(body);
    if announced > REQUEST_BODY_BYTES_MAX {
        arriving.discard(0).await;
        return Err(ApiError::too_large(REQUEST_BODY_BYTES_MAX));
    }
    let mut bytes = Vec::with_capacity(announced);
    while let Some(chunk) = arriving.next().await? {
        if bytes.len() + chunk.len() > REQUEST_BODY_BYTES_MAX {
            arriving.discard(bytes.len()).await;
            return Err(ApiError::too_large(REQUEST_BODY_BYTES_MAX));
        }
        bytes.extend_from_slice(&chunk);
    }
    Ok(bytes)
}

/// A body on its way, and until when it may be. The time grows with what has come, so that a slow
/// line is no hindrance and a trickle ends.
struct Arriving {
    chunks: BodyDataStream,
    until: Instant,
}

impl Arriving {
    fn new(body: Body) -> Self {
        Self { chunks: body.into_data_stream(), until: Instant::now() + body_within() }
    }

    /// The next piece; none at the end.
    async fn next(&mut self) -> Result<Option<Bytes>, ApiError> {
        match timeout_at(self.until, self.chunks.next()).await {
            Ok(None) => Ok(None),
            Ok(Some(Ok(chunk))) => {
                let ms = chunk.len().saturating_mul(1_000) / REQUEST_BODY_BYTES_PER_S_MIN;
                self.until += Duration::from_millis(u64::try_from(ms).unwrap_or(u64::MAX));
                Ok(Some(chunk))
            }
            Ok(Some(Err(_transport))) => {
                Err(ApiError::invalid("body", "The body of the request ended too early."))
            }
            Err(_late) => Err(ApiError::too_slow()),
        }
    }

    /// Reads on for a while without keeping anything: many clients see an answer only once they
    /// have sent all.
    async fn discard(mut self, read: usize) {
        let mut left = DISCARDED_BYTES_MAX.saturating_sub(read);
        let reading = async {
            while left > 0
                && let Some(Ok(chunk)) = self.chunks.next().await
            {
                left = left.saturating_sub(chunk.len());
            }
        };
        // What is left after that is the client's loss.
        let _is_late = timeout(body_within(), reading).await.is_err();
    }
}

fn body_within() -> Duration {
    Duration::from_millis(u64::try_from(REQUEST_BODY_WITHIN_MS).unwrap_or_default())
}

fn must_be_json(headers: &HeaderMap) -> Result<(), ApiError> {
    let is_plain = |coding: &str| coding.trim().eq_ignore_ascii_case("identity");
    let mut codings = headers.get_all(CONTENT_ENCODING).iter();
    if !codings.all(|coding| coding.to_str().is_ok_and(is_plain)) {
        return Err(ApiError::unsupported_coding());
    }
    let Some(content_type) = text(headers, &CONTENT_TYPE) else { return Ok(()) };
    let essence = content_type.split(';').next().unwrap_or_default().trim().to_ascii_lowercase();
    let is_json = essence == "application/json"
        || (essence.starts_with("application/") && essence.ends_with("+json"));
    if is_json { Ok(()) } else { Err(ApiError::unsupported_media_type()) }
}

/// Reads a body, or says what is wrong and where.
pub(crate) fn parse<T: DeserializeOwned>(bytes: &[u8]) -> Result<T, ApiError> {
    if std::str::from_utf8(bytes).is_err() {
        return Err(ApiError::invalid("body", "The body is not valid UTF-8."));
    }
    if bytes.trim_ascii_start().first() != Some(&b'{') {
        return Err(ApiError::invalid("body", "The body must be a JSON object."));
    }
    if depth(bytes) > JSON_DEPTH_MAX {
        let words = format!("The body nests objects and lists more than {JSON_DEPTH_MAX} deep.");
        return Err(ApiError::invalid("body", words));
    }
    if has_nul(bytes) {
        return Err(ApiError::invalid("body", "The body contains a NUL character."));
    }
    serde_json::from_slice(bytes).map_err(|_first| complaint::<T>(bytes))
}

/// What is wrong, with the path to it: read again, slowly.
fn complaint<T: DeserializeOwned>(bytes: &[u8]) -> ApiError {
    let mut deserializer = serde_json::Deserializer::from_slice(bytes);
    match serde_path_to_error::deserialize::<_, T>(&mut deserializer) {
        Err(error) => {
            let path = error.path().to_string();
            let is_nowhere = path == "." || path == "?";
            let target = if is_nowhere { "body".to_owned() } else { path };
            let words = plain_words(&error.inner().to_string());
            ApiError::invalid(target, format!("The body cannot be read: {words}."))
        }
        Ok(_value) => ApiError::invalid("body", "The body has more after its end."),
    }
}

/// A parser's words without the names of our types.
fn plain_words(words: &str) -> String {
    let mut plain = words.chars().take(COMPLAINT_CHARACTERS_MAX).collect::<String>();
    if let Some((before, after)) = plain.split_once("struct ") {
        let rest = after.split_once(' ').map_or("", |(_name, rest)| rest);
        plain = format!("{before}an object {rest}");
    }
    plain.trim_end().to_owned()
}

/// How deep objects and lists are in each other, before anybody builds them: brackets in texts do
/// not count.
fn depth(bytes: &[u8]) -> usize {
    let (mut depth, mut deepest) = (0_usize, 0);
    let (mut is_text, mut is_escaped) = (false, false);
    for byte in bytes {
        match byte {
            _ if is_escaped => is_escaped = false,
            b'\\' if is_text => is_escaped = true,
            b'"' => is_text = !is_text,
            _ if is_text => {}
            b'{' | b'[' => {
                depth += 1;
                deepest = deepest.max(depth);
            }
            b'}' | b']' => depth = depth.saturating_sub(1),
            _ => {}
        }
    }
    deepest
}

/// Whether some text in the JSON has a NUL: `\u0000` after an even number of backslashes.
fn has_nul(bytes: &[u8]) -> bool {
    const ESCAPE: &[u8] = b"\\u0000";
    bytes.contains(&0)
        || bytes.windows(ESCAPE.len()).enumerate().any(|(at, window)| {
            let before = || bytes.iter().take(at).rev().take_while(|&&byte| byte == b'\\').count();
            window == ESCAPE && before() % 2 == 0
        })
}

pub(crate) fn idempotency_key(
    parts: &Parts,
    body: &[u8],
) -> Result<Option<IdempotencyKey>, ApiError> {
    let Some(value) = parts.headers.get(IDEMPOTENCY_KEY) else { return Ok(None) };
    let key = value.to_str().ok().filter(|key| {
        (1..=IDEMPOTENCY_KEY_BYTES_MAX).contains(&key.len())
            && key.bytes().all(|byte| byte.is_ascii_graphic() || byte == b' ')
    });
    let Some(key) = key else {
        return Err(ApiError::invalid(
            "Idempotency-Key",
            format!("The key must be 1 to {IDEMPOTENCY_KEY_BYTES_MAX} visible ASCII characters."),
        ));
    };
    let mut request = format!("{}\n{}\n", parts.method, parts.uri.path()).into_bytes();
    request.extend_from_slice(body);
    Ok(Some(IdempotencyKey { key: key.to_owned(), fingerprint: Hash::of(&request) }))
}

#[cfg(test)]
mod tests {
    use super::*;
    use axum::http::header::AUTHORIZATION;
    use serde::Deserialize;

    #[derive(Debug, Deserialize)]
    #[serde(rename_all = "camelCase")]
    struct Thing {
        name: Option<String>,
        parts: Option<Vec<Thing>>,
    }

    fn complaint_of(bytes: &[u8]) -> String {
        format!("{:?}", parse::<Thing>(bytes).unwrap_err())
    }

    /// Reads a body that comes in these many pieces of so many bytes, one a second, and then goes on
    /// without an end; answers the status, and after how many seconds.
    async fn read_of(pieces: u64, bytes: usize, announced: Option<usize>) -> (u16, u64) {
        let began = Instant::now();
        let arriving = futures_util::stream::unfold(0, move |count| async move {
            tokio::time::sleep(Duration::from_secs(if count < pieces { 1 } else { 1_000_000 }))
                .await;
            Some((Ok::<_, std::io::Error>(Bytes::from(vec![b' '; bytes])), count + 1))
        });
        let mut request = Request::new(Body::from_stream(arriving));
        if let Some(length) = announced {
            request.headers_mut().insert(CONTENT_LENGTH, length.into());
        }
        let read = Payload::<Thing>::from_request(request, &()).await;
        (read.unwrap_err().status().as_u16(), began.elapsed().as_secs())
    }

    #[tokio::test(start_paused = true)]
    async fn a_body_that_stalls_or_trickles_ends_in_time() {
        for (pieces, bytes, announced, ended) in [
            (0, 1, None, (408, 30)),
            (0, 1, Some(100), (408, 30)),
            (1_000, 1, None, (408, 30)),
            // What is fast enough may take its time, and then it stops.
            (100, REQUEST_BODY_BYTES_PER_S_MIN, None, (408, 130)),
            (1_000, REQUEST_BODY_BYTES_PER_S_MIN, None, (413, 128 + 1 + 30)),
            // What is too large is read for a while, and never for ever.
            (0, 1, Some(REQUEST_BODY_BYTES_MAX + 1), (413, 30)),
            (1_000, 1, Some(REQUEST_BODY_BYTES_MAX + 1), (413, 30)),
            (1_000, 4 * REQUEST_BODY_BYTES_MAX, None, (413, 3)),
        ] {
            assert_eq!(read_of(pieces, bytes, announced).await, ended, "{pieces} of {bytes}");
        }
    }

    #[test]
    fn the_last_entry_of_the_last_header_is_what_a_proxy_appended() {
        for (lines, address) in [
            (&["203.0.113.1"][..], Some("203.0.113.1:0")),
            (&["6.6.6.6, 203.0.113.1"], Some("203.0.113.1:0")),
            (&["6.6.6.6", "203.0.113.1"], Some("203.0.113.1:0")),
            (&["6.6.6.6", "7.7.7.7,203.0.113.1 "], Some("203.0.113.1:0")),
            (&["203.0.113.1:5000"], Some("203.0.113.1:5000")),
            (&["2001:db8::1"], Some("[2001:db8::1]:0")),
            (&["[2001:db8::1]:443"], Some("[2001:db8::1]:443")),
            (&["203.0.113.1", "unknown"], None),
            (&["203.0.113.1,"], None),
            (&[], None),
        ] {
            let mut headers = HeaderMap::new();
            for line in lines {
                headers.append(FORWARDED_FOR, line.parse().unwrap());
            }
            let found = forwarded_for(&headers).map(|found| found.to_string());
            assert_eq!(found.as_deref(), address, "{lines:?}");
        }
    }

    #[test]
    fn bodies_are_read_tolerantly() {
        let thing: Thing = parse(br#" {"name":"a\\u0000","unknown":[1],"parts":[{}]}"#).unwrap();
        assert_eq!(thing.name.as_deref(), Some("a\\u0000"));
        assert_eq!(thing.parts.unwrap().len(), 1);
        assert!(parse::<Thing>(b"{}").unwrap().name.is_none());
    }

    #[test]
    fn bad_bodies_are_explained() {
        for (bytes, words) in [
            (&b"\xFF"[..], "UTF-8"),
            (b"[]", "must be a JSON object"),
            (b"null", "must be a JSON object"),
            (b"{", "EOF"),
            (b"{} {}", "more after its end"),
            (br#"{"name":"a\u0000"}"#, "NUL"),
            (b"{\"name\":\"a\0\"}", "NUL"),
            (br#"{"parts":[{"name":5}]}"#, "parts[0].name"),
            (br#"{"parts":[5]}"#, "expected an object at line 1"),
        ] {
            let complaint = complaint_of(bytes);
            assert!(complaint.contains(words), "{complaint} lacks {words}");
        }
        let nested = |depth: usize| {
            let (open, close) = ("{\"x\":[".repeat(depth / 2), "]}".repeat(depth / 2));
            format!("{open}{close}").into_bytes()
        };
        assert!(parse::<Thing>(&nested(JSON_DEPTH_MAX)).is_ok());
        for deep in [nested(JSON_DEPTH_MAX + 2), b"{\"parts\":".repeat(100_000)] {
            assert!(complaint_of(&deep).contains("more than 32 deep"));
        }
        assert!(
            parse::<Thing>(br#"{"name":"[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[\"{{{{"}"#).is_ok()
        );
    }

    #[test]
    fn bearer_tokens_come_from_the_header() {
        let mut headers = HeaderMap::new();
        assert_eq!(bearer(&headers), None);
        headers.insert(AUTHORIZATION, "bearer t1".parse().unwrap());
        assert_eq!(bearer(&headers), Some("t1"));
        headers.insert(AUTHORIZATION, "Basic dXNlcg==".parse().unwrap());
        assert_eq!(bearer(&headers), None);
    }

    #[test]
    fn preferences_are_read_as_the_standard_says() {
        let prefers = |lines: &[&str]| {
            let mut headers = HeaderMap::new();
            for line in lines {
                headers.append(PREFER, line.parse().unwrap());
            }
            prefers(&headers, "include-it")
        };
        for lines in [
            &["include-it"][..],
            &["Include-IT"],
            &["respond-async, include-it"],
            &["respond-async,include-it;foo=bar"],
            &["x=\"a\\\",b\" , include-it = \"\""],
            &["include-it=true"],
            &["wait=5", "include-it"],
        ] {
            assert!(prefers(lines), "{lines:?}");
        }
        for lines in [
            &[][..],
            &[""],
            &["xinclude-itx"],
            &["x=include-it"],
            &["x; include-it"],
            &["x=\"a, include-it\""],
            &["include-it=false"],
            &["include-it=false, include-it"],
            &["include-it x"],
        ] {
            assert!(!prefers(lines), "{lines:?}");
        }
    }

    #[test]
    fn links_are_made_with_hosts_only() {
        for host in ["a.example", "a.example:8443", "127.0.0.1:80", "[::1]:80"] {
            assert!(is_host(host), "{host}");
        }
        for host in ["a].example", "a/b", "a@b", "a b", "[", "a:b:c", ""] {
            assert!(!is_host(host), "{host}");
        }
    }

    #[test]
    fn entity_tags_lose_their_quotes() {
        assert_eq!(entity_tag("\"7\"").as_deref(), Some("7"));
        assert_eq!(entity_tag("W/\"7\"").as_deref(), Some("7"));
        assert_eq!(entity_tag("7").as_deref(), Some("7"));
        assert_eq!(entity_tag("*"), None);
    }
}
