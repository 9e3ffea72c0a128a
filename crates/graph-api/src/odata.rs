//! What many resources share on the wire: moments, identities, bodies, collections.

use std::borrow::Cow;

use crate::error::ApiError;
use crate::open_api::words;
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use serde_json::{Map, Value};
use utoipa::ToSchema;
use visavis_app::view::Person;
use visavis_domain::home::Home;
use visavis_domain::id::{AccountId, MessageId, OrganisationId};
use visavis_domain::message::{Body, ContentType};
use visavis_domain::text::shown;
use visavis_domain::time::Timestamp;

/// What Graph calls the tenant of personal accounts.
pub const CONSUMER_TENANT_ID: &str = "9188040d-6c67-4c5b-b112-36a304b66dad";

/// A moment, written as `2021-03-28T20:48:29.832Z`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Moment(pub Timestamp);

impl Serialize for Moment {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(&self.0)
    }
}

impl From<MessageId> for Moment {
    fn from(id: MessageId) -> Self {
        if id.0 <= 0 { Self(Timestamp::MIN) } else { Self(Timestamp::from_ms(id.0)) }
    }
}

/// A number that Graph writes as text: message ids, etags.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Digits(pub(crate) i64);

impl Serialize for Digits {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(&self.0)
    }
}

/// Reads a property that is there, if only as null; with `#[serde(default)]` one that is not there is
/// none.
pub(crate) fn named<'de, T: Deserialize<'de>, D: Deserializer<'de>>(
    deserializer: D,
) -> Result<Option<Option<T>>, D::Error> {
    Option::deserialize(deserializer).map(Some)
}

/// Refuses properties that cannot be changed, unless they say what is so already, as something that was
/// read and is sent back does; what is shown of it, and what to do instead. Annotations are passed over.
pub(crate) fn must_be_as_shown(
    named: &Map<String, Value>,
    shown_of_it: &impl Serialize,
    instead: &str,
) -> Result<(), ApiError> {
    let is_so = serde_json::to_value(shown_of_it).unwrap_or_default();
    let changed = named.iter().find(|(name, value)| {
        let present = is_so.get(name.as_str()).unwrap_or(&Value::Null);
        !name.contains('@') && !is_same(present, value)
    });
    match changed {
        None => Ok(()),
        Some((name, _value)) => {
            let name = shown(name);
            let words = format!("`{name}` cannot be changed{instead}.");
            Err(ApiError::invalid(name, words))
        }
    }
}

/// Whether two values are the same; the case of letters makes no difference to addresses and ids.
fn is_same(one: &Value, other: &Value) -> bool {
    match (one, other) {
        (Value::String(one), Value::String(other)) => one.eq_ignore_ascii_case(other),
        (Value::Array(one), Value::Array(other)) => {
            one.len() == other.len()
                && one.iter().zip(other).all(|(one, other)| is_same(one, other))
        }
        _ => one == other,
    }
}

/// A property that is always null.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) struct Null;

impl Serialize for Null {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_unit()
    }
}

/// A home as Graph writes it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Tenant {
    /// An organisation.
    Organisation(OrganisationId),
    /// The personal realm.
    Consumer,
}

impl From<Home> for Tenant {
    fn from(home: Home) -> Self {
        match home {
            Home::Organisation(id) => Self::Organisation(id),
            Home::Personal => Self::Consumer,
        }
    }
}

impl std::fmt::Display for Tenant {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Organisation(id) => id.fmt(f),
            Self::Consumer => f.write_str(CONSUMER_TENANT_ID),
        }
    }
}

impl Serialize for Tenant {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

/// Whether enumeration members that came after `unknownFutureValue` are written as they are
/// (`Prefer: include-unknown-enum-members`) or as `unknownFutureValue`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum UnknownEnums {
    /// For callers that do not know them.
    #[default]
    Replaced,
    /// For callers that do.
    AsTheyAre,
}

/// How a person's account is called in an identity, as the viewer sees it.
pub(crate) fn identity_type(person: &Person) -> &'static str {
    match (person.card.home, person.is_external) {
        (Home::Personal, _) => "personalMicrosoftAccountUser",
        (Home::Organisation(_), true) => "federatedUser",
        (Home::Organisation(_), false) => "aadUser",
    }
}

/// A person: Graph's `teamworkUserIdentity`, with how the viewer's side knows them.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = teamworkUserIdentity)]
pub struct UserIdentity<'a> {
    #[serde(rename = "@odata.type")]
    odata_type: &'static str,
    /// The account.
    #[schema(value_type = String, format = "uuid")]
    id: AccountId,
    /// What people call the person.
    display_name: &'a str,
    /// `aadUser`, `federatedUser` or `personalMicrosoftAccountUser`, as the caller sees them.
    #[schema(value_type = words::UserIdentityType)]
    user_identity_type: &'static str,
    /// The organisation, or the one that stands for personal accounts.
    #[schema(value_type = String, format = "uuid")]
    tenant_id: Tenant,
    /// Whether their home is another than the caller's.
    is_external: bool,
    /// `colleague`, `familiar`, `unfamiliar`, `personal` or `unverified`.
    #[schema(value_type = words::Trust)]
    trust: &'static str,
    /// What their organisation is called.
    #[serde(skip_serializing_if = "Option::is_none")]
    organisation_name: Option<&'a str>,
}

impl<'a> UserIdentity<'a> {
    /// The person as they are.
    #[must_use]
    pub fn of(person: &'a Person) -> Self {
        Self {
            odata_type: "#microsoft.graph.teamworkUserIdentity",
            id: person.card.id,
            display_name: &person.card.display_name,
            user_identity_type: identity_type(person),
            tenant_id: person.card.home.into(),
            is_external: person.is_external,
            trust: person.trust.as_str(),
            organisation_name: person.card.organisation_name.as_deref(),
        }
    }
}

/// A person in Graph's `identitySet`.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = identitySet)]
pub(crate) struct IdentitySet<'a> {
    #[schema(required, value_type = Option<String>)]
    application: Null,
    #[schema(required, value_type = Option<String>)]
    device: Null,
    /// The person.
    #[schema(required)]
    user: Option<UserIdentity<'a>>,
}

impl<'a> IdentitySet<'a> {
    /// The set with this person, or with nobody when they are not known to the viewer.
    pub(crate) fn of(person: Option<&'a Person>) -> Self {
        Self { application: Null, device: Null, user: person.map(UserIdentity::of) }
    }
}

/// What a message says: Graph's `itemBody`.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = itemBody)]
pub(crate) struct ItemBody<'a> {
    /// `text` or `html`.
    #[schema(value_type = words::BodyType)]
    content_type: &'static str,
    /// What it says.
    content: Cow<'a, str>,
}

impl<'a> ItemBody<'a> {
    /// The body as it is.
    pub(crate) fn of(body: &'a Body) -> Self {
        let content_type = match body.content_type {
            ContentType::Text => "text",
            ContentType::Html => "html",
        };
        Self { content_type, content: Cow::Borrowed(&body.content) }
    }

    /// An HTML body.
    pub(crate) fn html(content: impl Into<Cow<'a, str>>) -> Self {
        Self { content_type: "html", content: content.into() }
    }
}

/// One page of a collection.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Collection<T> {
    /// How many entries this page has, or, where `$count` was asked for, there are in all; not there
    /// where that cannot be told.
    #[serde(rename = "@odata.count", skip_serializing_if = "Option::is_none")]
    pub(crate) count: Option<usize>,
    /// Where the next page is.
    #[serde(rename = "@odata.nextLink", skip_serializing_if = "Option::is_none")]
    pub(crate) next_link: Option<String>,
    /// At the end of a delta walk: where to ask for what happens after it.
    #[serde(rename = "@odata.deltaLink", skip_serializing_if = "Option::is_none")]
    pub(crate) delta_link: Option<String>,
    /// The entries.
    pub(crate) value: Vec<T>,
}

impl<T> Collection<T> {
    /// All there is, on one page.
    pub(crate) fn all(value: Vec<T>) -> Self {
        Self { count: Some(value.len()), next_link: None, delta_link: None, value }
    }
}

/// The body of an action that takes none; whatever is in it is ignored.
#[derive(Debug, Default, Deserialize)]
pub(crate) struct Nothing {}
