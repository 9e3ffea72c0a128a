//! Subscriptions: who is told of which changes at which address, and until when.

use serde::{Deserialize, Serialize};

use crate::chat::{Membership, MembershipState};
use crate::event::EventKind;
use crate::id::{AccountId, ChatId, OrganisationId, SubscriptionId, TokenId};
use crate::limit::{
    SUBSCRIPTION_AGE_MS_MAX, SUBSCRIPTION_AGE_MS_MIN, SUBSCRIPTION_AGE_WITHOUT_LIFECYCLE_MS_MAX,
};
use crate::time::Timestamp;

/// What a subscription watches. Whatever it is, its subscriber is told only of what a fetch by the
/// subscriber shows.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum Watched {
    /// Every chat of the subscriber.
    Chats,
    /// One chat.
    Chat(ChatId),
    /// The messages of every chat of the subscriber.
    AllMessages,
    /// The messages of one chat.
    Messages(ChatId),
    /// The members of every chat of the subscriber.
    AllMembers,
    /// The members of one chat.
    Members(ChatId),
    /// The contact requests from and to the subscriber.
    Requests,
    /// The presence of these people.
    Presence(Vec<AccountId>),
    /// Administrative changes in the subscriber's organisation.
    ExternalAccess,
}

impl Watched {
    /// The one chat that is watched, if it is one.
    #[must_use]
    pub const fn chat(&self) -> Option<&ChatId> {
        match self {
            Self::Chat(chat) | Self::Messages(chat) | Self::Members(chat) => Some(chat),
            _ => None,
        }
    }

    /// Whether an event of this kind can be about it at all.
    #[must_use]
    pub const fn may_concern(&self, kind: EventKind) -> bool {
        match self {
            Self::AllMessages | Self::Messages(_) => {
                kind.message().is_some() && !matches!(kind, EventKind::PinChanged(_))
            }
            Self::AllMembers | Self::Members(_) => kind.member().is_some(),
            Self::Requests => !matches!(kind, EventKind::PinChanged(_)),
            Self::Chats | Self::Chat(_) => true,
            Self::Presence(_) | Self::ExternalAccess => false,
        }
    }

    /// How long a subscription to it may last, in milliseconds.
    #[must_use]
    pub const fn age_ms_max(&self, has_lifecycle_url: bool) -> i64 {
        match self {
            Self::Presence(_) => SUBSCRIPTION_AGE_WITHOUT_LIFECYCLE_MS_MAX,
            _ if has_lifecycle_url => SUBSCRIPTION_AGE_MS_MAX,
            _ => SUBSCRIPTION_AGE_WITHOUT_LIFECYCLE_MS_MAX,
        }
    }
}

/// When a subscription ends that is wanted until a moment: what is shorter than 45 minutes becomes
/// that. None when the moment is past, or later than the limit.
#[must_use]
pub fn expiry(wanted: Timestamp, now: Timestamp, age_ms_max: i64) -> Option<Timestamp> {
    let is_possible = wanted > now && wanted <= now.plus_ms(age_ms_max);
    is_possible.then(|| wanted.max(now.plus_ms(SUBSCRIPTION_AGE_MS_MIN)))
}

/// Whether somebody with this membership can still be told of new things in the chat.
#[must_use]
pub fn is_open_to(membership: &Membership) -> bool {
    membership.state == MembershipState::Member && membership.can_see_chat()
}

/// Which kinds of change a subscriber is told of.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct ChangeTypes {
    /// New things.
    pub is_created: bool,
    /// Things that changed.
    pub is_updated: bool,
    /// Things that are gone.
    pub is_deleted: bool,
}

/// The certificate with whose key resource data is encrypted for the subscriber.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Certificate {
    /// The certificate as the subscriber sent it: base64 of its DER form.
    pub base64: String,
    /// The subscriber's own name for it.
    pub id: String,
    /// The public key in it: base64 of a `SubjectPublicKeyInfo`, RFC 5280 section 4.1.2.7.
    pub public_key: String,
    /// SHA-1 over the DER form, in capital hexadecimal digits: what the subscriber knows it by.
    pub thumbprint: String,
}

/// What a subscriber asked for.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Terms {
    /// The resource in the subscriber's own spelling.
    pub resource: String,
    /// What that means.
    pub watched: Watched,
    /// Which changes.
    pub changes: ChangeTypes,
    /// Where notifications go.
    pub notification_url: String,
    /// Where those about the subscription itself go.
    pub lifecycle_url: Option<String>,
    /// What every notification repeats, so that the receiver knows it is meant.
    pub client_state: Option<String>,
    /// With what resource data is encrypted; without one there is none in notifications.
    pub certificate: Option<Certificate>,
    /// Whether notifications carry resource data.
    pub includes_data: bool,
}

/// A subscription.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Subscription {
    /// Its id.
    pub id: SubscriptionId,
    /// Who is told.
    pub account: AccountId,
    /// The organisation of that account, if it is a managed one.
    pub organisation: Option<OrganisationId>,
    /// The token or session by which it was made or last renewed; it ends with that.
    pub token: TokenId,
    /// What was asked for.
    pub terms: Terms,
    /// When it was made.
    pub created_at: Timestamp,
    /// When it ends by itself.
    pub expires_at: Timestamp,
    /// Up to where everything was delivered: a watermark, or for administrative changes a place in
    /// the organisation's chain of them.
    pub cursor: i64,
    /// Since when deliveries fail.
    pub failing_since: Option<Timestamp>,
    /// Whether the subscriber was told that it is about to expire.
    pub is_expiry_told: bool,
}

/// What a subscriber is told about the subscription itself.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum LifecycleEvent {
    /// Notifications were given up: fetch afresh.
    Missed,
    /// It is about to expire.
    ReauthorizationRequired,
    /// It ended, and not because the subscriber wanted it.
    SubscriptionRemoved,
}

impl LifecycleEvent {
    /// Every one.
    pub const ALL: [Self; 3] =
        [Self::Missed, Self::ReauthorizationRequired, Self::SubscriptionRemoved];

    /// The name in the API and in the store.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Missed => "missed",
            Self::ReauthorizationRequired => "reauthorizationRequired",
            Self::SubscriptionRemoved => "subscriptionRemoved",
        }
    }

    /// Reads the name.
    #[must_use]
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|event| event.as_str() == name)
    }
}

/// A lifecycle notification that waits to be delivered. It outlives its subscription.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Lifecycle {
    /// Where it stands in the order of what waits.
    pub entry: i64,
    /// About which subscription.
    pub subscription: SubscriptionId,
    /// Whose that is or was.
    pub account: AccountId,
    /// The organisation of that account, if it is a managed one.
    pub organisation: Option<OrganisationId>,
    /// What happened.
    pub event: LifecycleEvent,
    /// Where it goes.
    pub url: String,
    /// What it repeats.
    pub client_state: Option<String>,
    /// When the subscription ends or would have ended.
    pub expires_at: Timestamp,
    /// Since when it waits.
    pub at: Timestamp,
}

#[cfg(test)]
mod tests {
    use super::*;

    const MINUTE_MS: i64 = 60_000;

    #[test]
    fn what_is_too_short_lasts_45_minutes_and_what_is_too_long_is_refused() {
        let now = Timestamp::from_ms(1_000_000);
        let at = |minutes: i64| now.plus_ms(minutes * MINUTE_MS);
        let hour = Watched::Chats.age_ms_max(false);
        assert_eq!(expiry(at(1), now, hour), Some(at(45)));
        assert_eq!(expiry(at(50), now, hour), Some(at(50)));
        assert_eq!(expiry(at(60), now, hour), Some(at(60)));
        assert_eq!(expiry(at(61), now, hour), None);
        assert_eq!(expiry(now, now, hour), None);
        let days = Watched::Chats.age_ms_max(true);
        assert_eq!(expiry(at(4_320), now, days), Some(at(4_320)));
        assert_eq!(expiry(at(4_321), now, days), None);
        assert_eq!(Watched::Presence(Vec::new()).age_ms_max(true), hour);
    }

    #[test]
    fn lifecycle_events_are_read_as_written() {
        for event in LifecycleEvent::ALL {
            assert_eq!(LifecycleEvent::from_name(event.as_str()), Some(event));
        }
        assert_eq!(LifecycleEvent::from_name("other"), None);
    }
}
