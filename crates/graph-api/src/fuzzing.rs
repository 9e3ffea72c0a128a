//! The parsers of outside input, as the targets in `fuzz/` reach them. No part of the interface.

use axum::body::Body;
use axum::http::request::Parts;
use axum::http::{HeaderMap, Request, Uri};
use serde::de::DeserializeOwned;
use visavis_app::subject::UserKey;
use visavis_domain::hosted_content::ImageType;
use visavis_domain::id::{AccountId, ChatId, MessageId};

use crate::bind::{MemberKey, last_key, message_of_bind, user_of_bind};
use crate::error::ApiError;
use crate::extract::{PathKey, entity_tag, idempotency_key, parse};
use crate::normalise::normalise;
use crate::page::next_link;
use crate::query::Options;
use crate::session::bearer;

/// What a caller is told.
#[must_use]
pub fn told(error: ApiError) -> String {
    error.words()
}

/// The router's spelling of an address, and whose chats it names; none when it is that already.
#[must_use]
pub fn path(uri: &Uri) -> Option<(Option<Uri>, Option<String>)> {
    let normal = normalise(uri.path())?;
    let user = normal.user.as_ref().map(|user| user.0.clone());
    Some((normal.apply(uri), user))
}

/// Reads all query options; answers how they were understood.
///
/// # Errors
///
/// What the caller is told.
pub fn query(query: &str) -> Result<String, ApiError> {
    let options = Options::read(query)?;
    options.top(20, 50)?;
    Ok(format!("{options:?}"))
}

/// The link to the next page.
#[must_use]
pub fn link(base: &str, uri: &Uri, token: &str) -> String {
    next_link(base, uri, token)
}

/// The person that a reference means.
///
/// # Errors
///
/// What the caller is told.
pub fn bind(reference: &str) -> Result<UserKey, ApiError> {
    user_of_bind("members[0]", reference)
}

/// The person that the tail of a reference means.
///
/// # Errors
///
/// What the caller is told.
pub fn tail(reference: &str) -> Result<UserKey, ApiError> {
    last_key("@odata.id", reference)
}

/// The message that a reference means.
///
/// # Errors
///
/// What the caller is told.
pub fn message(reference: &str) -> Result<(ChatId, MessageId), ApiError> {
    message_of_bind("message@odata.bind", reference)
}

/// What a subscription watches; answers how it was understood.
///
/// # Errors
///
/// What the caller is told.
pub fn resource(text: &str) -> Result<String, ApiError> {
    let resource = crate::subscription::resource::read(text)?;
    Ok(format!("{resource:?}"))
}

/// For how long, in milliseconds.
///
/// # Errors
///
/// What the caller is told.
pub fn duration(text: &str) -> Result<Option<i64>, ApiError> {
    crate::presence::duration("expirationDuration", Some(text))
}

/// The bytes of an image that comes in a message, and what kind they say it is.
///
/// # Errors
///
/// What the caller is told.
pub fn image(base64: &str) -> Result<(Vec<u8>, Option<ImageType>), ApiError> {
    let bytes = crate::hosted_content::bytes_of(0, base64)?;
    let kind = ImageType::of(&bytes);
    Ok((bytes, kind))
}

/// The account that a membership id means.
#[must_use]
pub fn member(segment: &str) -> Option<AccountId> {
    let key = MemberKey::from_segment(segment).ok()?;
    Some(key.account)
}

/// The bearer token of a request.
#[must_use]
pub fn secret(headers: &HeaderMap) -> Option<&str> {
    bearer(headers)
}

/// The version in `If-Match`.
#[must_use]
pub fn version(header: &str) -> Option<String> {
    entity_tag(header)
}

/// The idempotency key of a request.
///
/// # Errors
///
/// What the caller is told.
pub fn once(request: Request<Body>, body: &[u8]) -> Result<Option<String>, ApiError> {
    let (parts, _body): (Parts, Body) = request.into_parts();
    Ok(idempotency_key(&parts, body)?.map(|once| once.key))
}

type Reader = fn(&[u8]) -> Result<(), ApiError>;

/// Reads the body of one of the calls that have one.
///
/// # Errors
///
/// What the caller is told.
pub fn body(call: usize, bytes: &[u8]) -> Result<(), ApiError> {
    fn reader<T: DeserializeOwned>(bytes: &[u8]) -> Result<(), ApiError> {
        parse::<T>(bytes).map(drop)
    }
    let readers: [Reader; 41] = [
        reader::<crate::chat::ChatBody>,
        reader::<crate::chat::ChatChange>,
        reader::<crate::chat::ForUser>,
        reader::<crate::chat::Acceptance>,
        reader::<crate::chat::Refusal>,
        reader::<crate::chat::Blocking>,
        reader::<crate::member::MemberBody>,
        reader::<crate::member::MembersBody>,
        reader::<crate::message::NewMessage>,
        reader::<crate::message::MessageChange>,
        reader::<crate::message::NewReply>,
        reader::<crate::message::ReactionBody>,
        reader::<crate::contact::ResolveBody>,
        reader::<crate::contact::BlockBody>,
        reader::<crate::presence::IdsBody>,
        reader::<crate::presence::PresenceBody>,
        reader::<crate::presence::StatusChange>,
        reader::<crate::group::GroupBody>,
        reader::<crate::group::ReferenceBody>,
        reader::<crate::organisation::OrganisationBody>,
        reader::<crate::organisation::OrganisationChange>,
        reader::<crate::organisation::DomainBody>,
        reader::<crate::external_access::AssignBody>,
        reader::<crate::external_access::UserAssignmentsBody>,
        reader::<crate::settings::SettingsBody>,
        reader::<crate::sign_in::SignInBody>,
        reader::<crate::sign_in::SetupBody>,
        reader::<crate::token::TokenBody>,
        reader::<crate::user::UserBody>,
        reader::<crate::user::UserChange>,
        reader::<crate::odata::Nothing>,
        reader::<serde_json::Map<String, serde_json::Value>>,
        reader::<crate::subscription::SubscriptionBody>,
        reader::<crate::subscription::RenewalBody>,
        reader::<crate::batch::BatchBody>,
        reader::<crate::pinned_message::NewPinnedMessage>,
        reader::<crate::explain::ExplainBody>,
        reader::<crate::simulation::SimulationBody>,
        reader::<crate::interaction::InteractionBody>,
        reader::<crate::report::MessageReport>,
        reader::<crate::report::ChatReport>,
    ];
    readers.get(call % readers.len()).map_or(Ok(()), |read| read(bytes))
}
