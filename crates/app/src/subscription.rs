//! Subscriptions to change notifications: make, list, renew, end.
//!
//! What is delivered is in `subscription/due.rs`. A subscription acts for its subscriber and lives
//! no longer than the token by which it was made or last renewed.

mod due;

use std::sync::Arc;

use visavis_bus::Notice;
use visavis_domain::audit::AuditKind;
use visavis_domain::id::{AccountId, ChatKey, OrganisationKey, SubscriptionId};
use visavis_domain::limit::{
    CLIENT_STATE_CHARACTERS_MAX, LIFECYCLE_WAITING_PER_ACCOUNT_MAX, SUBSCRIBED_PRESENCES_MAX,
    SUBSCRIPTION_EXPIRY_TOLD_BEFORE_MS, SUBSCRIPTIONS_PER_ACCOUNT_MAX,
    SUBSCRIPTIONS_PER_ORGANISATION_MAX,
};
use visavis_domain::subscription::{
    Certificate, Lifecycle, LifecycleEvent, Subscription, Terms, Watched, expiry,
};
use visavis_domain::time::Timestamp;
use visavis_store::Tx;

pub use crate::subscription::due::{Due, Place, Standing, Told, known_audience};

use crate::App;
use crate::context::{Caller, Context};
use crate::failure::{Failure, Outcome};
use crate::page::PageRequest;
use crate::scene::{Scene, act as act_of};
use crate::sweep::nobody;
use crate::token::{home_key, inherent};
use crate::trail;
use crate::view::Page;

/// Subscriptions that one turn of the background job looks at.
const TENDED_AT_ONCE: usize = 500;

/// A subscription that somebody wants to make.
#[derive(Debug, Clone)]
pub struct NewSubscription {
    /// What is asked for.
    pub terms: Terms,
    /// Until when.
    pub expires_at: Timestamp,
}

/// What a subscriber may change.
#[derive(Debug, Clone, Default)]
pub struct Renewal {
    /// Until when it lasts from now on.
    pub expires_at: Option<Timestamp>,
    /// With which certificate resource data is encrypted from now on.
    pub certificate: Option<Certificate>,
}

/// Makes sure that the caller may make a subscription, before its addresses are validated. The same
/// is asked again when it is made.
///
/// # Errors
///
/// As [`create`]; [`Failure::TooMany`].
pub fn check(tx: &mut Tx<'_>, ctx: &Context<'_>, new: &NewSubscription) -> Outcome<()> {
    ctx.limits.check_subscription(ctx.caller.account)?;
    permit(tx, ctx, new).map(|_expires_at| ())
}

/// Makes a subscription whose addresses were validated. Everything that is committed from now on
/// is delivered.
///
/// # Errors
///
/// [`Failure::NotFound`] and refusals where a fetch of the resource is refused, or would show
/// nothing new; [`Failure::Invalid`]; [`Failure::LimitReached`].
pub fn create(tx: &mut Tx<'_>, ctx: &Context<'_>, new: NewSubscription) -> Outcome<Subscription> {
    let expires_at = permit(tx, ctx, &new)?;
    let mut subscription = Subscription {
        id: SubscriptionId::new(ctx.fresh_id()),
        account: ctx.caller.account,
        organisation: ctx.caller.home.organisation(),
        token: ctx.caller.token,
        cursor: 0,
        terms: new.terms,
        created_at: ctx.now,
        expires_at,
        failing_since: None,
        is_expiry_told: false,
    };
    record(tx, ctx, &subscription, Act::Made)?;
    // After its own entry in the trail, which it is not told of.
    subscription.cursor = newest(tx, ctx, &subscription.terms.watched)?;
    tx.insert_subscription(&subscription)?;
    tell(tx, ctx, subscription.account);
    Ok(subscription)
}

fn permit(tx: &mut Tx<'_>, ctx: &Context<'_>, new: &NewSubscription) -> Outcome<Timestamp> {
    let is_too_long = |text: &String| text.chars().count() > CLIENT_STATE_CHARACTERS_MAX;
    if new.terms.client_state.as_ref().is_some_and(is_too_long) {
        let message = format!("At most {CLIENT_STATE_CHARACTERS_MAX} characters.");
        return Err(Failure::invalid("clientState", message));
    }
    let expires_at = expiry_of(ctx, &new.terms, new.expires_at)?;
    may_watch(tx, ctx, &new.terms.watched)?;
    let is_full = |count: i64, max: usize| usize::try_from(count).is_ok_and(|count| count >= max);
    if is_full(tx.count_subscriptions_of(ctx.caller.account)?, SUBSCRIPTIONS_PER_ACCOUNT_MAX) {
        let max = SUBSCRIPTIONS_PER_ACCOUNT_MAX;
        return Err(Failure::LimitReached(format!("an account may have {max} subscriptions")));
    }
    if let Some(organisation) = ctx.caller.home.organisation()
        && is_full(tx.count_subscriptions_in(organisation)?, SUBSCRIPTIONS_PER_ORGANISATION_MAX)
    {
        let max = SUBSCRIPTIONS_PER_ORGANISATION_MAX;
        return Err(Failure::LimitReached(format!("an organisation may have {max} subscriptions")));
    }
    Ok(expires_at)
}

fn expiry_of(ctx: &Context<'_>, terms: &Terms, wanted: Timestamp) -> Outcome<Timestamp> {
    let age_ms_max = terms.watched.age_ms_max(terms.lifecycle_url.is_some());
    expiry(wanted, ctx.now, age_ms_max).ok_or_else(|| {
        let minutes = age_ms_max / 60_000;
        let message = format!(
            "It must lie in the future, and at most {minutes} minutes from now; presence lasts an \
             hour, anything else three days with a lifecycleNotificationUrl and an hour without."
        );
        Failure::invalid("expirationDateTime", message)
    })
}

/// Makes sure that the caller may see what is watched, as a fetch would have it. Whoever is no
/// member any more would be told of nothing.
fn may_watch(tx: &mut Tx<'_>, ctx: &Context<'_>, watched: &Watched) -> Outcome<()> {
    match watched {
        Watched::Chats | Watched::AllMessages | Watched::AllMembers | Watched::Requests => Ok(()),
        Watched::ExternalAccess => trail::reader(tx, ctx).map(|_organisation| ()),
        Watched::Presence(ids) if (1..=SUBSCRIBED_PRESENCES_MAX).contains(&ids.len()) => Ok(()),
        Watched::Presence(_) => Err(Failure::invalid(
            "resource",
            format!("Name 1 to {SUBSCRIBED_PRESENCES_MAX} people whose presence you want."),
        )),
        Watched::Chat(chat) | Watched::Members(chat) | Watched::Messages(chat) => {
            let scene = Scene::enter(tx, ctx, chat)?;
            let needs_messages = matches!(watched, Watched::Messages(_));
            if needs_messages && !scene.me.can_see_messages() {
                return Err(Failure::NotFound);
            }
            let is_open = visavis_domain::subscription::is_open_to(&scene.me);
            if is_open { Ok(()) } else { scene.permit_to_write(ctx).map(|_permit| ()) }
        }
    }
}

/// Where delivery begins.
fn newest(tx: &mut Tx<'_>, ctx: &Context<'_>, watched: &Watched) -> Outcome<i64> {
    match watched {
        Watched::ExternalAccess => Ok(tx.last_administration(ctx.caller.home_key)?),
        _ => Ok(tx.last_watermark()?.0),
    }
}

/// The caller's subscriptions, oldest first.
///
/// # Errors
///
/// [`Failure::Invalid`] for a cursor that is not ours.
pub fn list(tx: &mut Tx<'_>, ctx: &Context<'_>, page: &PageRequest) -> Outcome<Page<Subscription>> {
    let after = page.cursor.as_deref().map(str::parse::<SubscriptionId>).transpose();
    let after = after
        .map_err(|_id| Failure::invalid("$skiptoken", "Follow @odata.nextLink as it was given."))?;
    let mut items = tx.list_subscriptions_of(ctx.caller.account, after, page.top + 1)?;
    let has_more = items.len() > page.top;
    items.truncate(page.top);
    items.retain(|subscription| subscription.expires_at > ctx.now);
    let next = items.last().filter(|_last| has_more).map(|last| last.id.to_string());
    Ok(Page { items, next })
}

/// One of the caller's subscriptions.
///
/// # Errors
///
/// [`Failure::NotFound`].
pub fn get(tx: &mut Tx<'_>, ctx: &Context<'_>, id: SubscriptionId) -> Outcome<Subscription> {
    tx.find_subscription(id)?
        .filter(|found| found.account == ctx.caller.account && found.expires_at > ctx.now)
        .ok_or(Failure::NotFound)
}

/// Renews a subscription, under the token by which the caller came.
///
/// # Errors
///
/// [`Failure::NotFound`]; as [`create`].
pub fn update(
    tx: &mut Tx<'_>,
    ctx: &Context<'_>,
    id: SubscriptionId,
    renewal: Renewal,
) -> Outcome<Subscription> {
    let mut subscription = get(tx, ctx, id)?;
    may_watch(tx, ctx, &subscription.terms.watched)?;
    if let Some(wanted) = renewal.expires_at {
        subscription.expires_at = expiry_of(ctx, &subscription.terms, wanted)?;
        subscription.is_expiry_told = false;
    }
    if let Some(certificate) = renewal.certificate
        && subscription.terms.certificate.as_ref() != Some(&certificate)
    {
        let was = subscription.terms.certificate.replace(certificate);
        record(tx, ctx, &subscription, Act::Certificate { was: was.as_ref() })?;
    }
    subscription.token = ctx.caller.token;
    tx.update_subscription(&subscription)?;
    tell(tx, ctx, subscription.account);
    Ok(subscription)
}

/// Confirms that the subscriber still wants it, under the token by which the caller came.
///
/// # Errors
///
/// As [`update`].
pub fn reauthorize(tx: &mut Tx<'_>, ctx: &Context<'_>, id: SubscriptionId) -> Outcome<()> {
    update(tx, ctx, id, Renewal::default()).map(|_subscription| ())
}

/// Why a subscription is there no more.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Removal {
    /// Its subscriber wanted that.
    BySubscriber,
    /// Its time was over.
    Expired,
    /// Its token, or what it watched, was no longer the subscriber's.
    Ended,
}

impl Removal {
    const fn as_str(self) -> &'static str {
        match self {
            Self::BySubscriber => "bySubscriber",
            Self::Expired => "expired",
            Self::Ended => "ended",
        }
    }
}

/// What was done to a subscription.
#[derive(Debug, Clone, Copy)]
enum Act<'a> {
    Made,
    /// What is sent is readable by whoever has the key of another certificate from now on.
    Certificate {
        was: Option<&'a Certificate>,
    },
    Removed(Removal),
}

impl Act<'_> {
    const fn as_str(self) -> &'static str {
        match self {
            Self::Made => "subscriptionMade",
            Self::Certificate { .. } => "subscriptionChanged",
            Self::Removed(_why) => "subscriptionRemoved",
        }
    }
}

/// How the trail names a certificate.
fn named(certificate: Option<&Certificate>) -> serde_json::Value {
    certificate.map_or(serde_json::Value::Null, |certificate| {
        serde_json::json!({ "id": certificate.id, "thumbprint": certificate.thumbprint })
    })
}

/// Records that a subscription was made, that its certificate was changed, or why it was removed, in
/// the trail of the subscriber's organisation (P7): what flows out to which host, and who can read it.
/// Paths and queries of the addresses are left out, since many receivers know their senders by them,
/// and so is the client state.
fn record(
    tx: &mut Tx<'_>,
    ctx: &Context<'_>,
    subscription: &Subscription,
    act: Act<'_>,
) -> Outcome<()> {
    let Some(organisation) = subscription.organisation else { return Ok(()) };
    let terms = &subscription.terms;
    let (watched, people) = match &terms.watched {
        Watched::Chats | Watched::Chat(_) => ("chats", None),
        Watched::AllMessages | Watched::Messages(_) => ("messages", None),
        Watched::AllMembers | Watched::Members(_) => ("members", None),
        Watched::Requests => ("requests", None),
        Watched::Presence(people) => ("presence", Some(people.len())),
        Watched::ExternalAccess => ("externalAccess", None),
    };
    let removal = match act {
        Act::Removed(why) => Some(why),
        Act::Made | Act::Certificate { .. } => None,
    };
    let mut detail = serde_json::json!({
        act.as_str(): subscription.id,
        "why": removal.map(Removal::as_str),
        "subscriber": subscription.account,
        "watched": watched,
        "chat": terms.watched.chat(),
        "people": people,
        "includesResourceData": terms.includes_data,
        "notificationHost": origin_of(&terms.notification_url),
        "lifecycleNotificationHost": terms.lifecycle_url.as_deref().map(origin_of),
        "expiresAt": subscription.expires_at.to_string(),
    });
    if let (Act::Certificate { was }, Some(facts)) = (act, detail.as_object_mut()) {
        let (old, new) = (named(was), named(terms.certificate.as_ref()));
        let change = serde_json::json!({ "encryptionCertificate": { "old": old, "new": new } });
        facts.insert("modifiedProperties".to_owned(), change);
    }
    let actor = match removal {
        None | Some(Removal::BySubscriber) => Some(ctx.caller.account),
        Some(Removal::Expired | Removal::Ended) => None,
    };
    let record = act_of(ctx, actor, AuditKind::SubscriptionChanged, &detail.to_string());
    let key = tx
        .find_organisation(organisation)?
        .ok_or(Failure::Internal { code: "audit-without-organisation" })?
        .key;
    tx.append_audit((key, organisation), None, None, &record, None)?;
    trail::tell(tx, ctx, key);
    Ok(())
}

/// The scheme, host and port of an address, without whatever stands before or after them.
fn origin_of(url: &str) -> String {
    let (scheme, rest) = url.split_once("://").unwrap_or(("https", url));
    let authority = rest.split(['/', '?', '#', '\\']).next().unwrap_or_default();
    let host = authority.rsplit('@').next().unwrap_or_default();
    format!("{scheme}://{host}")
}

/// Ends one of the caller's subscriptions. Nothing is told of that.
///
/// # Errors
///
/// [`Failure::NotFound`].
pub fn delete(tx: &mut Tx<'_>, ctx: &Context<'_>, id: SubscriptionId) -> Outcome<()> {
    let subscription = get(tx, ctx, id)?;
    tx.delete_subscription(id)?;
    record(tx, ctx, &subscription, Act::Removed(Removal::BySubscriber))?;
    tell(tx, ctx, subscription.account);
    Ok(())
}

/// Has those who deliver told, after the commit.
fn tell(tx: &mut Tx<'_>, ctx: &Context<'_>, account: AccountId) {
    let bus = Arc::clone(ctx.bus);
    tx.after_commit(Box::new(move || bus.publish(Notice::Subscribed { account })));
}

/// Puts a lifecycle notification among those that wait, if the subscriber wants any. One of its kind
/// that waits gives way to it, and past the limit the oldest do.
fn tell_lifecycle(
    tx: &mut Tx<'_>,
    ctx: &Context<'_>,
    subscription: &Subscription,
    event: LifecycleEvent,
) -> Outcome<()> {
    if let Some(url) = &subscription.terms.lifecycle_url {
        tx.insert_lifecycle(&Lifecycle {
            entry: 0,
            subscription: subscription.id,
            account: subscription.account,
            organisation: subscription.organisation,
            event,
            url: url.clone(),
            client_state: subscription.terms.client_state.clone(),
            expires_at: subscription.expires_at,
            at: ctx.now,
        })?;
        let kept_max = LIFECYCLE_WAITING_PER_ACCOUNT_MAX;
        let dropped = tx.drop_lifecycle_past(subscription.account, kept_max)?;
        if dropped > 0 {
            tracing::warn!(dropped, "an account has too many lifecycle notifications waiting");
        }
        tell(tx, ctx, subscription.account);
    }
    Ok(())
}

/// The subscriber as a caller; none when the account is switched off or the token of the
/// subscription is gone.
fn subscriber(
    tx: &mut Tx<'_>,
    ctx: &Context<'_>,
    subscription: &Subscription,
) -> Outcome<Option<Caller>> {
    let (account, token) = (subscription.account, subscription.token);
    let is_signed_in =
        tx.find_token_of(account, token)?.is_some_and(|token| token.expires_at > ctx.now);
    match tx.find_account(account)?.filter(|account| is_signed_in && account.is_enabled) {
        None => Ok(None),
        Some(account) => Ok(Some(inherent(tx, &account, token)?)),
    }
}

/// How far deliveries to a subscriber have come.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Progress {
    /// Of which subscription.
    pub id: SubscriptionId,
    /// Up to where everything was delivered.
    pub cursor: i64,
    /// Since when deliveries fail.
    pub failing_since: Option<Timestamp>,
}

/// A subscription as those who deliver know it.
#[derive(Debug, Clone)]
pub struct Known {
    /// The subscription.
    pub subscription: Subscription,
    /// The store's short name of the one chat that it watches, if it is one.
    pub chat: Option<ChatKey>,
    /// The store's short name of the subscriber's home.
    pub home: OrganisationKey,
}

fn known(tx: &mut Tx<'_>, subscription: Subscription) -> Outcome<Option<Known>> {
    let account = subscription.account;
    let Some(subscriber) = tx.find_account(account)? else { return Ok(None) };
    let chat = match subscription.terms.watched.chat() {
        None => None,
        Some(id) => tx.find_chat_with_membership(id, account)?.map(|(chat, _mine)| chat.key),
    };
    Ok(Some(Known { chat, home: home_key(tx, &subscriber)?, subscription }))
}

impl App {
    /// Everybody's subscriptions after an id, for those who deliver.
    ///
    /// # Errors
    ///
    /// When the store fails.
    pub async fn subscriptions(
        &self,
        after: Option<SubscriptionId>,
        limit: usize,
    ) -> Outcome<Vec<Known>> {
        self.read(nobody(), move |tx, _ctx| {
            let found = tx.list_subscriptions(after, limit)?;
            found.into_iter().filter_map(|one| known(tx, one).transpose()).collect()
        })
        .await
    }

    /// The subscriptions of an account, for those who deliver.
    ///
    /// # Errors
    ///
    /// When the store fails.
    pub async fn subscriptions_of(&self, account: AccountId) -> Outcome<Vec<Known>> {
        self.read(nobody(), move |tx, _ctx| {
            let found = tx.list_subscriptions_of(account, None, SUBSCRIPTIONS_PER_ACCOUNT_MAX)?;
            found.into_iter().filter_map(|one| known(tx, one).transpose()).collect()
        })
        .await
    }

    /// Notes how far deliveries have come, for a later start of the server.
    ///
    /// # Errors
    ///
    /// When the store fails.
    pub async fn note_progress(&self, progress: Vec<Progress>) -> Outcome<()> {
        self.write(nobody(), move |tx, _ctx| {
            for one in progress {
                tx.set_subscription_progress(one.id, one.cursor, one.failing_since)?;
            }
            Ok(())
        })
        .await
    }

    /// Ends a subscription that its subscriber did not end, and says so.
    ///
    /// # Errors
    ///
    /// When the store fails.
    pub async fn end_subscription(&self, id: SubscriptionId) -> Outcome<()> {
        self.write(nobody(), move |tx, ctx| {
            let Some(subscription) = tx.find_subscription(id)? else { return Ok(()) };
            tx.delete_subscription(id)?;
            record(tx, ctx, &subscription, Act::Removed(Removal::Ended))?;
            tell(tx, ctx, subscription.account);
            tell_lifecycle(tx, ctx, &subscription, LifecycleEvent::SubscriptionRemoved)
        })
        .await
    }

    /// Gives up what a subscriber could not be told, and says so. Answers where delivery goes on.
    ///
    /// # Errors
    ///
    /// When the store fails.
    pub async fn give_up(&self, id: SubscriptionId) -> Outcome<Option<i64>> {
        self.write(nobody(), move |tx, ctx| {
            let Some(subscription) = tx.find_subscription(id)? else { return Ok(None) };
            let Some(account) = tx.find_account(subscription.account)? else { return Ok(None) };
            let caller = inherent(tx, &account, subscription.token)?;
            let theirs = Context { caller: &caller, ..*ctx };
            let cursor = newest(tx, &theirs, &subscription.terms.watched)?;
            tx.set_subscription_progress(id, cursor, None)?;
            tell_lifecycle(tx, ctx, &subscription, LifecycleEvent::Missed)?;
            Ok(Some(cursor))
        })
        .await
    }

    /// Removes subscriptions that have expired, and tells subscribers whose are about to.
    ///
    /// # Errors
    ///
    /// When the store fails; what was not done is next time.
    pub async fn tend_subscriptions(&self) -> Outcome<()> {
        let soon = |now: Timestamp| now.plus_ms(SUBSCRIPTION_EXPIRY_TOLD_BEFORE_MS);
        let is_any = self
            .read(nobody(), move |tx, ctx| {
                Ok(!tx.list_expiring_subscriptions(ctx.now, 1)?.is_empty()
                    || !tx.list_untold_subscriptions(soon(ctx.now), 1)?.is_empty())
            })
            .await?;
        if !is_any {
            return Ok(());
        }
        self.write(nobody(), move |tx, ctx| {
            for expired in tx.list_expiring_subscriptions(ctx.now, TENDED_AT_ONCE)? {
                tx.delete_subscription(expired.id)?;
                record(tx, ctx, &expired, Act::Removed(Removal::Expired))?;
                tell(tx, ctx, expired.account);
            }
            for mut untold in tx.list_untold_subscriptions(soon(ctx.now), TENDED_AT_ONCE)? {
                untold.is_expiry_told = true;
                tx.update_subscription(&untold)?;
                tell_lifecycle(tx, ctx, &untold, LifecycleEvent::ReauthorizationRequired)?;
            }
            Ok(())
        })
        .await
    }

    /// Lifecycle notifications that wait, after an entry, the oldest first.
    ///
    /// # Errors
    ///
    /// When the store fails.
    pub async fn waiting_lifecycle(&self, after: i64, limit: usize) -> Outcome<Vec<Lifecycle>> {
        self.read(nobody(), move |tx, _ctx| Ok(tx.list_lifecycle(after, limit)?)).await
    }

    /// Whether a lifecycle notification still waits: a newer one may have taken its place.
    ///
    /// # Errors
    ///
    /// When the store fails.
    pub async fn is_lifecycle_waiting(&self, entry: i64) -> Outcome<bool> {
        self.read(nobody(), move |tx, _ctx| Ok(tx.has_lifecycle(entry)?)).await
    }

    /// Forgets a lifecycle notification that was delivered or given up.
    ///
    /// # Errors
    ///
    /// When the store fails.
    pub async fn forget_lifecycle(&self, entry: i64) -> Outcome<()> {
        self.write(nobody(), move |tx, _ctx| Ok(tx.delete_lifecycle(entry)?)).await
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn of_an_address_only_the_host_is_recorded() {
        for (url, origin) in [
            ("https://hooks.test/T0/B1/secret", "https://hooks.test"),
            ("https://hooks.test:8443?code=secret", "https://hooks.test:8443"),
            ("https://secret:secret@hooks.test/x", "https://hooks.test"),
            ("http://[::1]:80#secret", "http://[::1]:80"),
            ("https://hooks.test\\@secret", "https://hooks.test"),
        ] {
            assert_eq!(origin_of(url), origin);
        }
    }
}
