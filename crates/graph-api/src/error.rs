//! What goes wrong, on the wire: one type that always writes the envelope.
//!
//! An [`ApiError`] travels in the extensions of an empty response; the edge writes the envelope
//! once the request's ids are known. Nobody else makes a body for a failure. What each kind is, and
//! what to do about it, is in the modules `kind` and `refusal`.

mod kind;
mod refusal;

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::sync::Arc;

use axum::http::StatusCode;
use axum::http::header::{CONTENT_TYPE, HeaderValue, RETRY_AFTER, WWW_AUTHENTICATE};
use axum::response::{IntoResponse, Response};
use serde::Serialize;
use utoipa::openapi::header::Header;
use utoipa::openapi::schema::{ObjectBuilder, Type};
use utoipa::openapi::{ContentBuilder, Ref, RefOr, ResponseBuilder};
use utoipa::{IntoResponses, ToSchema};
use visavis_app::StoreError;
use visavis_app::failure::Failure;
use visavis_domain::text::shown;
use visavis_policy::reason::{Exact, Reason, Refusal, Side, View};

use self::kind::{Kind, Known, Says};
use self::refusal::{sentence, status_of};

/// Seconds after which an overloaded server may be asked again.
const OVERLOAD_RETRY_S: u32 = 1;

/// Entries of a list that are named when they name nothing.
const PLACES_NAMED_MAX: usize = 50;

/// A failure as the caller is told of it.
#[derive(Debug, Clone)]
pub struct ApiError {
    status: StatusCode,
    code: &'static str,
    message: Cow<'static, str>,
    detail: Box<Detail>,
    retry_after_s: Option<u32>,
    /// What the operator is told, under the request's id.
    source: Option<Arc<Failure>>,
}

/// What is said beyond the code and the sentence.
#[derive(Debug, Clone, Default)]
struct Detail {
    reason: Option<&'static str>,
    target: Option<String>,
    rule: Option<&'static str>,
    side: Option<&'static str>,
    setting: Option<&'static str>,
}

impl ApiError {
    /// An error without particulars.
    fn of(kind: Kind) -> Self {
        let Known { status, code, inner, says } = kind.known();
        let message = match says {
            Says::Always(sentence) => sentence,
            Says::SuchAs(_) => "",
        };
        Self::new(status, code, inner, message)
    }

    /// What one's own side, or nobody's, refuses.
    fn of_reason(reason: Reason) -> Self {
        let (status, code) = status_of(reason);
        Self::new(status, code, Some(reason.code()), sentence(reason))
    }

    fn new(
        status: StatusCode,
        code: &'static str,
        inner: Option<&'static str>,
        message: &'static str,
    ) -> Self {
        let message = Cow::Borrowed(message);
        let detail = Box::new(Detail { reason: inner, ..Detail::default() });
        Self { status, code, message, detail, retry_after_s: None, source: None }
    }

    fn saying(mut self, message: impl Into<Cow<'static, str>>) -> Self {
        self.message = message.into();
        self
    }

    fn after_s(mut self, seconds: u32) -> Self {
        self.retry_after_s = Some(seconds);
        self
    }

    fn caused_by(mut self, failure: Failure) -> Self {
        self.source = Some(Arc::new(failure));
        self
    }

    /// A part of the request that makes no sense.
    #[must_use]
    pub fn invalid(target: impl Into<String>, message: impl Into<Cow<'static, str>>) -> Self {
        Self::of(Kind::Invalid).saying(message).about(target)
    }

    fn about(mut self, target: impl Into<String>) -> Self {
        // Names in it may be the caller's own, of any length.
        self.detail.target = Some(shown(&target.into()));
        self
    }

    /// A notification URL whose receiver did not repeat what it was asked to.
    pub(crate) fn validation_failed(target: &str) -> Self {
        let words = format!(
            "`{target}` was not validated: within 10 seconds it must answer 200 with text/plain \
             and the decoded validationToken, and nothing else."
        );
        Self::of(Kind::ValidationFailed).saying(words).about(target)
    }

    /// A query option that is not answered here.
    pub(crate) fn unsupported_option(name: &str) -> Self {
        let words = format!("`{}` is not supported here.", shown(name));
        Self::of(Kind::UnsupportedQueryOption).saying(words).about(name)
    }

    /// No such thing, or none that the caller may know of.
    #[must_use]
    pub fn not_found() -> Self {
        Self::of(Kind::NotFound)
    }

    /// Entries of a list that name what is not there: the first as the target, the others in words.
    pub(crate) fn not_found_at(first: &str, places: &[String]) -> Self {
        let mut named =
            places.iter().take(PLACES_NAMED_MAX).map(String::as_str).collect::<Vec<_>>();
        let more = places.len().saturating_sub(PLACES_NAMED_MAX);
        let rest = format!("{more} more");
        if more > 0 {
            named.push(&rest);
        }
        let words = format!("Not found: {}. Nothing was changed.", named.join(", "));
        Self::of(Kind::NotFound).saying(words).about(first)
    }

    /// The same, in the words that Graph has for users and groups.
    pub(crate) fn directory_object_not_found() -> Self {
        Self::of(Kind::DirectoryObjectNotFound)
    }

    /// Somebody has no picture.
    pub(crate) fn image_not_found() -> Self {
        Self::of(Kind::ImageNotFound)
    }

    /// The same failure, in the words that Graph has for users and groups.
    pub(crate) fn of_directory(self) -> Self {
        if self.is_plain_not_found() { Self::directory_object_not_found() } else { self }
    }

    /// No such address in the API.
    pub(crate) fn unknown_route() -> Self {
        Self::of(Kind::UnknownRoute)
    }

    /// Something that Graph has and this server does not.
    pub(crate) fn not_implemented() -> Self {
        Self::of(Kind::NotImplemented)
    }

    /// A part of a body that means what is left out.
    pub(crate) fn left_out(target: &str) -> Self {
        Self::not_implemented().about(target)
    }

    /// The address is there, but not for this method.
    pub(crate) fn method_not_allowed() -> Self {
        Self::of(Kind::MethodNotAllowed)
    }

    /// More than a request may carry.
    pub(crate) fn too_large(bytes_max: usize) -> Self {
        let words = format!("The body of a request may have {bytes_max} bytes at most.");
        Self::of(Kind::RequestTooLarge).saying(words)
    }

    /// A body that did not arrive in time.
    pub(crate) fn too_slow() -> Self {
        Self::of(Kind::RequestTimeout)
    }

    /// A request of a batch that can only be made by itself.
    pub(crate) fn not_in_a_batch() -> Self {
        Self::of(Kind::NotInABatch)
    }

    /// A request of a batch whose answer has no more room in that of the batch.
    pub(crate) fn batch_full(bytes_max: usize) -> Self {
        Self::of(Kind::BatchTooLarge).saying(format!(
            "The answers of a batch have {bytes_max} bytes at most: make this request by itself."
        ))
    }

    /// A request of a batch that was not made since another one failed.
    pub(crate) fn failed_dependency() -> Self {
        Self::of(Kind::FailedDependency)
    }

    /// A body that is not JSON.
    pub(crate) fn unsupported_media_type() -> Self {
        Self::of(Kind::UnsupportedMediaType)
    }

    /// A body that is compressed, or coded in another way (RFC 9110, 15.5.16).
    pub(crate) fn unsupported_coding() -> Self {
        Self::unsupported_media_type().saying("Send the body as it is, without Content-Encoding.")
    }

    /// No valid token.
    #[must_use]
    pub fn not_signed_in() -> Self {
        Self::of(Kind::NotSignedIn)
    }

    /// The account that is meant is not the one of any valid token or session of the request.
    pub(crate) fn not_signed_in_here() -> Self {
        Self::not_signed_in().saying("This account is not signed in here. Sign in again.")
    }

    /// Several accounts are signed in in the browser, and the request does not say which is meant.
    pub(crate) fn ambiguous_account() -> Self {
        Self::of(Kind::AccountAmbiguous).about("X-Visavis-Account")
    }

    /// Wrong or unknown: which of the two, nobody is told.
    pub(crate) fn wrong_credentials() -> Self {
        Self::of(Kind::InvalidCredentials)
    }

    /// What goes wrong while signing in.
    pub(crate) fn of_sign_in(failure: Failure) -> Self {
        match failure {
            Failure::NotSignedIn => Self::wrong_credentials(),
            other => other.into(),
        }
    }

    /// A request with a session cookie that another site may have caused.
    pub(crate) fn cross_origin() -> Self {
        Self::of(Kind::CrossOrigin)
    }

    /// What the product does not do (yet), said plainly.
    pub(crate) fn feature_off(target: &str, message: &'static str) -> Self {
        Self::of(Kind::FeatureOff).saying(message).about(target)
    }

    /// An invariant that does not hold.
    pub(crate) fn internal(code: &'static str) -> Self {
        Failure::Internal { code }.into()
    }

    /// What a bare status means; for answers that others made without an envelope.
    pub(crate) fn of_status(status: StatusCode) -> Self {
        match status {
            StatusCode::NOT_FOUND => Self::unknown_route(),
            StatusCode::METHOD_NOT_ALLOWED => Self::method_not_allowed(),
            StatusCode::REQUEST_TIMEOUT => Self::too_slow(),
            StatusCode::UNSUPPORTED_MEDIA_TYPE => Self::unsupported_media_type(),
            StatusCode::UNAUTHORIZED => Self::not_signed_in(),
            StatusCode::FORBIDDEN => Self::from(Failure::NoPermission),
            StatusCode::PAYLOAD_TOO_LARGE => {
                Self::too_large(visavis_domain::limit::REQUEST_BODY_BYTES_MAX)
            }
            StatusCode::SERVICE_UNAVAILABLE => Self::overloaded(),
            StatusCode::UPGRADE_REQUIRED => Self::of(Kind::NoWebSocket),
            other if other.is_server_error() => Self { status, ..Self::internal("bare-status") },
            _ => {
                Self { status, ..Self::of(Kind::Invalid).saying("The request was not understood.") }
            }
        }
    }

    fn overloaded() -> Self {
        Self::of(Kind::Overloaded).after_s(OVERLOAD_RETRY_S)
    }

    fn not_reachable() -> Self {
        Self::of(Kind::NotReachable)
    }

    /// The status of the answer.
    #[must_use]
    pub fn status(&self) -> StatusCode {
        self.status
    }

    /// What the caller is told in words.
    #[cfg(feature = "fuzzing")]
    pub(crate) fn words(&self) -> String {
        format!("{} {}", self.message, self.detail.target.as_deref().unwrap_or_default())
    }

    /// Whether the caller is told that there is no such thing, without a reason.
    fn is_plain_not_found(&self) -> bool {
        self.status == StatusCode::NOT_FOUND && self.detail.reason.is_none()
    }

    /// What only the operator is told.
    pub(crate) fn source(&self) -> Option<&Failure> {
        self.source.as_deref()
    }

    /// The answer, envelope included.
    pub(crate) fn render(
        &self,
        date: String,
        request_id: &str,
        client_request_id: &str,
    ) -> Response {
        let envelope = Envelope {
            error: EnvelopeError {
                code: self.code,
                message: &self.message,
                target: self.detail.target.as_deref(),
                inner_error: InnerError {
                    code: self.detail.reason,
                    rule_id: self.detail.rule,
                    side: self.detail.side,
                    setting: self.detail.setting,
                    target: self.detail.target.as_deref(),
                    date,
                    request_id,
                    client_request_id,
                },
            },
        };
        let body = serde_json::to_vec(&envelope).unwrap_or_default();
        let mut response = (self.status, body).into_response();
        let headers = response.headers_mut();
        headers.insert(CONTENT_TYPE, HeaderValue::from_static("application/json"));
        if let Some(seconds) = self.retry_after_s {
            headers.insert(RETRY_AFTER, HeaderValue::from(seconds));
        }
        if self.status == StatusCode::UNAUTHORIZED {
            headers.insert(WWW_AUTHENTICATE, HeaderValue::from_static("Bearer"));
        }
        response
    }
}

impl IntoResponse for ApiError {
    fn into_response(self) -> Response {
        let mut response = self.status.into_response();
        response.extensions_mut().insert(self);
        response
    }
}

impl From<&Failure> for ApiError {
    fn from(failure: &Failure) -> Self {
        copied(failure).into()
    }
}

/// The same failure again.
fn copied(failure: &Failure) -> Failure {
    match failure {
        Failure::Refused(refusal) => Failure::Refused(*refusal),
        Failure::NotReachable => Failure::NotReachable,
        Failure::NotFound => Failure::NotFound,
        Failure::NoPermission => Failure::NoPermission,
        Failure::Invalid { target, message } => Failure::invalid(target, message),
        Failure::DuplicateMember => Failure::DuplicateMember,
        Failure::TooLarge => Failure::TooLarge,
        Failure::RiskNotAcknowledged => Failure::RiskNotAcknowledged,
        Failure::Conflict(message) => Failure::Conflict(message.clone()),
        Failure::PreconditionFailed => Failure::PreconditionFailed,
        Failure::TokenUnknown => Failure::TokenUnknown,
        Failure::LimitReached(message) => Failure::LimitReached(message.clone()),
        Failure::FeatureOff(message) => Failure::FeatureOff(message.clone()),
        Failure::NotSignedIn => Failure::NotSignedIn,
        Failure::TooMany { retry_after_s } => Failure::TooMany { retry_after_s: *retry_after_s },
        Failure::Store(error) => Failure::Store(error.clone()),
        Failure::Internal { code } => Failure::Internal { code },
    }
}

/// What is wrong with a part of the request, with its name when the words only say "is …".
fn about(target: &str, words: String) -> String {
    let is_open = ["is ", "must ", "contains "].iter().any(|verb| words.starts_with(verb));
    if is_open { format!("`{target}` {words}") } else { words }
}

/// Words of the inner layers as people read them: with a capital and a full stop.
fn as_sentence(words: &str) -> String {
    let mut characters = words.chars();
    let first = characters.next().map(|first| first.to_ascii_uppercase());
    let end = if words.ends_with(['.', '!', '?']) { "" } else { "." };
    first.into_iter().chain(characters).chain(end.chars()).collect()
}

impl From<Failure> for ApiError {
    fn from(failure: Failure) -> Self {
        match failure {
            Failure::Refused(refusal) => refusal.into(),
            Failure::NotReachable => Self::not_reachable(),
            Failure::NotFound => Self::not_found(),
            Failure::NoPermission => Self::of(Kind::NoPermission),
            Failure::Invalid { target, message } => {
                let target = shown(&target);
                let message = as_sentence(&about(&target, message));
                Self::invalid(target, message)
            }
            Failure::DuplicateMember => Self::of_reason(Reason::DuplicateMember),
            Failure::TooLarge => Self::of(Kind::MessageTooLarge),
            Failure::RiskNotAcknowledged => Self::of_reason(Reason::RiskNotAcknowledged),
            Failure::Conflict(message) => Self::of(Kind::Conflict).saying(as_sentence(&message)),
            Failure::PreconditionFailed => Self::of(Kind::PreconditionFailed),
            Failure::TokenUnknown => Self::of(Kind::SyncStateNotFound),
            Failure::LimitReached(message) => {
                Self::of(Kind::LimitReached).saying(as_sentence(&message))
            }
            Failure::FeatureOff(message) => {
                Self::of(Kind::FeatureOff).saying(as_sentence(&message))
            }
            Failure::NotSignedIn => Self::not_signed_in(),
            Failure::TooMany { retry_after_s } => Self::of(Kind::TooMany).after_s(retry_after_s),
            Failure::Store(error) => Self::from_store(error),
            Failure::Internal { .. } => Self::of(Kind::Internal).caused_by(failure),
        }
    }
}

impl ApiError {
    fn from_store(error: StoreError) -> Self {
        let unavailable = |kind: Kind| Self::of(kind).after_s(OVERLOAD_RETRY_S);
        let conflict = |message: &'static str| Self::of(Kind::Conflict).saying(message);
        match error {
            StoreError::Overloaded => Self::overloaded(),
            StoreError::DiskFull => unavailable(Kind::StorageFull).caused_by(error.into()),
            StoreError::ReadOnly => unavailable(Kind::StorageReadOnly).caused_by(error.into()),
            StoreError::Closed => unavailable(Kind::ShuttingDown),
            StoreError::AddressTaken => conflict("The address belongs to an account already."),
            StoreError::PrincipalTaken => {
                conflict("The user principal name belongs to an account already.")
            }
            StoreError::DomainTaken => conflict("The domain belongs to an organisation already."),
            StoreError::Conflict(_) => {
                conflict("It exists already, or is in use.").caused_by(error.into())
            }
            StoreError::NewerSchema { .. }
            | StoreError::OlderSchema { .. }
            | StoreError::ChangedMigration { .. }
            | StoreError::Locked
            | StoreError::Corrupt { .. }
            | StoreError::Missing { .. }
            | StoreError::WrongPermit
            | StoreError::Panicked
            | StoreError::File(_)
            | StoreError::Engine(_) => Self::internal("store").caused_by(error.into()),
        }
    }
}

impl From<Refusal> for ApiError {
    fn from(refusal: Refusal) -> Self {
        refusal.for_actor().into()
    }
}

impl From<View> for ApiError {
    fn from(view: View) -> Self {
        let exact = match view {
            View::NotReachable => return Self::not_reachable(),
            View::Exact(exact) => exact,
        };
        let Exact { reason, rule, side, setting } = exact;
        let mut error = Self::of_reason(reason);
        error.detail.rule = Some(rule.as_str());
        error.detail.setting = setting.map(visavis_policy::reason::Setting::as_str);
        error.detail.side = match side {
            Side::Own => Some(side.as_str()),
            Side::Other | Side::Request => None,
        };
        error
    }
}

/// Why the caller cannot write in a chat now: what the error says that sending would get.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = sendRefusal)]
pub(crate) struct SendRefusal {
    /// The exact reason, as in `innerError`.
    code: &'static str,
    /// A sentence for the person.
    #[schema(value_type = String)]
    message: Cow<'static, str>,
    /// The rule that refused; not when the other side did.
    #[serde(skip_serializing_if = "Option::is_none")]
    rule_id: Option<&'static str>,
    /// `own` when one's own side refused.
    #[serde(skip_serializing_if = "Option::is_none")]
    side: Option<&'static str>,
    /// What an administrator of one's own organisation can change.
    #[serde(skip_serializing_if = "Option::is_none")]
    setting: Option<&'static str>,
}

impl From<View> for SendRefusal {
    fn from(view: View) -> Self {
        let ApiError { code, message, detail, .. } = view.into();
        let Detail { reason, rule, side, setting, target: _ } = *detail;
        Self { code: reason.unwrap_or(code), message, rule_id: rule, side, setting }
    }
}

#[derive(Serialize, ToSchema)]
#[schema(as = error)]
pub(crate) struct Envelope<'a> {
    error: EnvelopeError<'a>,
}

#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = publicError)]
pub(crate) struct EnvelopeError<'a> {
    /// Graph's code for the status.
    code: &'a str,
    /// A sentence for the person.
    message: &'a str,
    /// The part of the request that is meant.
    #[serde(skip_serializing_if = "Option::is_none")]
    target: Option<&'a str>,
    inner_error: InnerError<'a>,
}

#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = publicInnerError)]
pub(crate) struct InnerError<'a> {
    /// The exact reason.
    #[serde(skip_serializing_if = "Option::is_none")]
    code: Option<&'a str>,
    /// The rule that refused.
    #[serde(skip_serializing_if = "Option::is_none")]
    rule_id: Option<&'a str>,
    /// `own` when one's own side refused.
    #[serde(skip_serializing_if = "Option::is_none")]
    side: Option<&'a str>,
    /// What an administrator of one's own organisation can change.
    #[serde(skip_serializing_if = "Option::is_none")]
    setting: Option<&'a str>,
    /// The part of the request that is meant.
    #[serde(skip_serializing_if = "Option::is_none")]
    target: Option<&'a str>,
    /// When.
    date: String,
    #[serde(rename = "request-id")]
    request_id: &'a str,
    #[serde(rename = "client-request-id")]
    client_request_id: &'a str,
}

/// Which operations can have a failure.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Has {
    /// Any.
    Any,
    /// Those that take a body.
    Body,
    /// Those that do more than read.
    Change,
    /// Those with a parameter of this name.
    Parameter(&'static str),
    /// Where a body may ask for what is left out.
    LeftOut,
}

/// A failure that operations can answer with.
pub(crate) struct Described {
    pub(crate) status: &'static str,
    /// The name of the response in the description.
    name: &'static str,
    /// What it means.
    about: &'static str,
    /// Whose description it is in.
    pub(crate) of: Has,
}

const fn described(
    status: &'static str,
    name: &'static str,
    about: &'static str,
    of: Has,
) -> Described {
    Described { status, name, about, of }
}

/// The failures that operations can answer with.
pub(crate) const FAILURES: [Described; 14] = [
    described("400", "badRequest", "The request is malformed; `target` names the part.", Has::Any),
    described("401", "notSignedIn", "No valid token or session.", Has::Any),
    described(
        "403",
        "forbidden",
        "Refused by the caller's own side, by a limit, or for want of a permission.",
        Has::Any,
    ),
    described("404", "notFound", "No such thing, or none that the caller may know of.", Has::Any),
    described("408", "tooSlow", "The body did not arrive in time.", Has::Body),
    described("409", "conflict", "In conflict with what is there.", Has::Change),
    described(
        "410",
        "gone",
        "A token that this deployment did not give for it: begin again without one.",
        Has::Parameter("$deltatoken"),
    ),
    described(
        "412",
        "preconditionFailed",
        "Changed since it was read.",
        Has::Parameter("If-Match"),
    ),
    described("413", "tooLarge", "Too large.", Has::Body),
    described("415", "notJson", "Not JSON.", Has::Body),
    described("429", "tooMany", "Too many; `Retry-After` says how long to wait.", Has::Any),
    described("500", "internal", "A failure of the server.", Has::Any),
    described("501", "leftOut", "The body asks for what of Graph is left out.", Has::LeftOut),
    described("503", "unavailable", "Busy, or unable to write; nothing was changed.", Has::Any),
];

/// The failures, for the description of an operation.
pub(crate) struct Errors;

impl IntoResponses for Errors {
    fn responses() -> BTreeMap<String, RefOr<utoipa::openapi::Response>> {
        let refer = |name: &str| RefOr::Ref(Ref::from_response_name(name));
        FAILURES.iter().map(|one| (one.status.to_owned(), refer(one.name))).collect()
    }
}

/// The failures by their names, for the description.
pub(crate) fn failures() -> impl Iterator<Item = (&'static str, RefOr<utoipa::openapi::Response>)> {
    let header = |description: &'static str, kind: Type| {
        let mut header = Header::new(ObjectBuilder::new().schema_type(kind));
        header.description = Some(description.to_owned());
        header
    };
    FAILURES.iter().map(move |&Described { status, name, about, .. }| {
        let content = ContentBuilder::new().schema(Some(Ref::from_schema_name("error"))).build();
        let response =
            ResponseBuilder::new().description(about).content("application/json", content);
        let response = match status {
            "401" => {
                response.header("WWW-Authenticate", header("How to present a token.", Type::String))
            }
            "429" | "503" => response.header(
                "Retry-After",
                header("Seconds after which it may be tried again.", Type::Integer),
            ),
            _ => response,
        };
        (name, RefOr::T(response.build()))
    })
}

#[cfg(test)]
mod reference_tests;
#[cfg(test)]
mod tests;
