//! What a subscriber is to be told next: exactly what live delivery would tell, read at the moment
//! of the attempt, so that nothing flows that a fetch would not show then (P5).

use std::collections::HashSet;

use visavis_bus::Committed;
use visavis_domain::audit::AuditKind;
use visavis_domain::chat::ChatKind;
use visavis_domain::contact::RequestState;
use visavis_domain::event::{Event, EventKind};
use visavis_domain::home::Home;
use visavis_domain::id::{AccountId, ChatKey, Position, SubscriptionId, Watermark};
use visavis_domain::limit::WEBHOOK_BATCH_MAX;
use visavis_domain::subscription::{ChangeTypes, Subscription, Watched, is_open_to};
use visavis_store::{AuditEntry, Tx};

use super::subscriber;
use crate::App;
use crate::context::{Caller, Context};
use crate::delivery::{self, Attachment, Change, Notification, Resource};
use crate::failure::{Failure, Outcome};
use crate::presence::PresenceView;
use crate::scene::Scene;
use crate::sweep::nobody;
use crate::trail;

/// Events that one look reads; those that do not concern the subscription count too.
const EVENTS_LOOKED_AT_MAX: usize = 500;

/// Where something stands in what a subscription delivers: a watermark, or a place in the chain of
/// administrative acts.
pub type Place = i64;

/// One thing that a subscriber is told.
#[derive(Debug, Clone)]
pub enum Told {
    /// What became of something in a chat, and the home of the member that it is about.
    Change(Box<Notification>, Home),
    /// An administrative act.
    Act(Box<AuditEntry>),
    /// Somebody's presence.
    Presence(PresenceView),
}

impl Told {
    /// What became of it.
    #[must_use]
    pub fn change(&self) -> Change {
        match self {
            Self::Change(notification, _home) => notification.change,
            Self::Act(_) => Change::Created,
            Self::Presence(_) => Change::Updated,
        }
    }

    /// Up to where everything was delivered once this one and all before it were.
    #[must_use]
    pub fn place(&self) -> Option<Place> {
        match self {
            Self::Change(notification, _home) => Some(notification.watermark.0),
            Self::Act(entry) => Some(entry.seq),
            Self::Presence(_) => None,
        }
    }
}

/// How a subscription stands.
#[derive(Debug)]
pub enum Due {
    /// It is not there any more, or has expired.
    Gone,
    /// Its subscriber has lost what it needs: it must be ended.
    Lost,
    /// It stands.
    Stands(Box<Standing>),
}

/// What a subscription that stands has to deliver.
#[derive(Debug)]
pub struct Standing {
    /// The subscription.
    pub subscription: Subscription,
    /// Its subscriber.
    pub caller: Caller,
    /// What is told, in order.
    pub told: Vec<Told>,
    /// Up to where everything was delivered once all of that was.
    pub upto: Place,
    /// Whether more waits already.
    pub has_more: bool,
    /// Whether it must be ended once all of that was delivered.
    pub is_last: bool,
}

impl App {
    /// What a subscription has to deliver after a place.
    ///
    /// # Errors
    ///
    /// When the store fails.
    pub async fn due(&self, id: SubscriptionId, after: Place) -> Outcome<Due> {
        self.read(nobody(), move |tx, ctx| due(tx, ctx, id, after)).await
    }

    /// The presence of people as a subscriber may see it, without those of whom nothing may be
    /// known.
    ///
    /// # Errors
    ///
    /// As [`App::presences`].
    pub async fn due_presences(&self, of: Caller, ids: Vec<AccountId>) -> Outcome<Vec<Told>> {
        let seen = self.presences(of, ids).await?;
        let known = seen.into_iter().filter(|view| !view.is_unknown());
        Ok(known.map(Told::Presence).collect())
    }

    /// Everybody who has or had to do with these chats: who could have to be told something.
    ///
    /// # Errors
    ///
    /// When the store fails.
    pub async fn people_of(
        &self,
        chats: HashSet<ChatKey>,
    ) -> Outcome<Vec<(ChatKey, Vec<AccountId>)>> {
        self.read(nobody(), move |tx, _ctx| {
            let mut people = Vec::with_capacity(chats.len());
            for chat in chats {
                let memberships = tx.list_memberships(chat)?;
                people.push((chat, memberships.into_iter().map(|one| one.account).collect()));
            }
            Ok(people)
        })
        .await
    }
}

/// Everybody whom a committed event may concern, where that is known without reading.
#[must_use]
pub fn known_audience(committed: &Committed) -> Option<Vec<AccountId>> {
    if let Some(only) = committed.event.only_for {
        return Some(vec![only]);
    }
    let attachment = committed.payload.as_ref()?.downcast_ref::<Attachment>()?;
    Some(attachment.roster.present().map(|member| member.membership.account).collect())
}

fn due(tx: &mut Tx<'_>, ctx: &Context<'_>, id: SubscriptionId, after: Place) -> Outcome<Due> {
    let Some(subscription) = tx.find_subscription(id)? else { return Ok(Due::Gone) };
    if subscription.expires_at <= ctx.now {
        return Ok(Due::Gone);
    }
    let Some(caller) = subscriber(tx, ctx, &subscription)? else { return Ok(Due::Lost) };
    let ctx = &Context { caller: &caller, ..*ctx };
    let found = match subscription.terms.watched.clone() {
        Watched::Presence(_) => {
            Some(Found { told: Vec::new(), upto: after, has_more: false, is_last: false })
        }
        Watched::ExternalAccess => acts(tx, ctx, &subscription, after)?,
        watched => changes(tx, ctx, &watched, subscription.terms.changes, after)?,
    };
    let Some(Found { told, upto, has_more, is_last }) = found else { return Ok(Due::Lost) };
    let is_last = is_last && !has_more;
    let standing = Standing { subscription, caller: caller.clone(), told, upto, has_more, is_last };
    Ok(Due::Stands(Box::new(standing)))
}

struct Found {
    told: Vec<Told>,
    upto: Place,
    has_more: bool,
    is_last: bool,
}

/// Administrative acts, for those who may read the trail; none for everybody else.
fn acts(
    tx: &mut Tx<'_>,
    ctx: &Context<'_>,
    subscription: &Subscription,
    after: Place,
) -> Outcome<Option<Found>> {
    let organisation = match trail::reader(tx, ctx) {
        Ok((organisation, _id)) => organisation,
        Err(Failure::NoPermission) => return Ok(None),
        Err(other) => return Err(other),
    };
    let entries = tx.administration_after(organisation, after, WEBHOOK_BATCH_MAX)?;
    let has_more = entries.len() >= WEBHOOK_BATCH_MAX;
    let upto = entries.last().map_or(after, |last| last.seq);
    let is_wanted = |entry: &AuditEntry| {
        subscription.terms.changes.is_created && entry.record.kind != AuditKind::Checkpoint
    };
    let told = entries.into_iter().filter(is_wanted).map(|entry| Told::Act(Box::new(entry)));
    Ok(Some(Found { told: told.collect(), upto, has_more, is_last: false }))
}

/// Changes in chats; none when the one chat that is watched does not exist for the subscriber.
fn changes(
    tx: &mut Tx<'_>,
    ctx: &Context<'_>,
    watched: &Watched,
    wanted: ChangeTypes,
    after: Place,
) -> Outcome<Option<Found>> {
    let account = ctx.caller.account;
    let limit = EVENTS_LOOKED_AT_MAX + 1;
    let mut is_last = false;
    let events = match watched.chat() {
        None => tx.events_for(account, Watermark(after), limit)?,
        Some(id) => {
            is_last = match Scene::enter(tx, ctx, id) {
                Ok(scene) => !is_open_to(&scene.me),
                Err(Failure::NotFound) => true,
                Err(other) => return Err(other),
            };
            let Some((chat, _mine)) = tx.find_chat_with_membership(id, account)? else {
                return Ok(None);
            };
            tx.events_in(chat.key, account, Watermark(after), limit)?
        }
    };
    // Read in the same snapshot as the events: none of them is newer.
    let mut upto = tx.last_watermark()?.0;
    let mut told = Vec::new();
    let mut looked_at = 0;
    let has_more_events = events.len() > EVENTS_LOOKED_AT_MAX;
    for event in events.iter().take(EVENTS_LOOKED_AT_MAX) {
        if told.len() >= WEBHOOK_BATCH_MAX {
            break;
        }
        looked_at += 1;
        if watched.may_concern(event.kind) {
            told.extend(told_of(tx, ctx, watched, event)?.into_iter().filter(|one| {
                match one.change() {
                    Change::Created => wanted.is_created,
                    Change::Updated => wanted.is_updated,
                    Change::Deleted => wanted.is_deleted,
                }
            }));
        }
    }
    let has_more = has_more_events || looked_at < events.len();
    if has_more {
        let last = looked_at.checked_sub(1).and_then(|place| events.get(place));
        upto = last.map_or(after, |event| event.watermark.0);
    }
    Ok(Some(Found { told, upto, has_more, is_last }))
}

/// What an event means to the subscriber now, as far as it is watched.
fn told_of(
    tx: &mut Tx<'_>,
    ctx: &Context<'_>,
    watched: &Watched,
    event: &Event,
) -> Outcome<Vec<Told>> {
    let mut told = Vec::new();
    for notification in delivery::notifications(tx, ctx, event)? {
        let change = match (watched, &notification.resource) {
            (Watched::Chats | Watched::Chat(_), Resource::Chat { .. })
            | (Watched::AllMessages | Watched::Messages(_), Resource::Message { .. })
            | (Watched::AllMembers | Watched::Members(_), Resource::Member { .. }) => {
                Some(notification.change)
            }
            (Watched::Requests, Resource::Chat { .. }) => {
                request_change(tx, ctx, event, &notification)?
            }
            _ => None,
        };
        let Some(change) = change else { continue };
        let home = home_of(tx, &notification.resource)?;
        let notification = Notification { change, ..notification };
        told.push(Told::Change(Box::new(notification), home));
    }
    Ok(told)
}

/// What a change of a chat means to those who watch contact requests: a request that waits is
/// created and updated; accepting updates it; declining, which only the one who was asked learns
/// of, deletes it.
fn request_change(
    tx: &mut Tx<'_>,
    ctx: &Context<'_>,
    event: &Event,
    notification: &Notification,
) -> Outcome<Option<Change>> {
    let Resource::Chat { view, .. } = &notification.resource else { return Ok(None) };
    let Some(view) = view else {
        let is_own = event.kind == EventKind::MemberUpdated(ctx.caller.account);
        return Ok(is_own.then_some(Change::Deleted));
    };
    let Some(request) = &view.request else { return Ok(None) };
    if request.state == RequestState::Pending {
        let is_new = match event.kind {
            EventKind::ChatCreated => true,
            EventKind::MemberAdded(_) => view.chat.kind == ChatKind::Group || !request.is_outbound,
            _ => false,
        };
        return Ok(Some(if is_new { Change::Created } else { Change::Updated }));
    }
    // Accepting tells everybody of the member first and of the chat right after; later changes of
    // the chat have nothing to do with the request.
    let before = Position(event.position.0 - 1);
    let follows_a_member = event.kind == EventKind::ChatUpdated
        && event.only_for.is_none()
        && tx.event_at(event.chat, before)?.is_some_and(|before| {
            matches!(before.kind, EventKind::MemberUpdated(_)) && before.only_for.is_none()
        });
    Ok(follows_a_member.then_some(Change::Updated))
}

/// The home of the member that is told about. Of one who is gone only the id is known, and the
/// public id of a member has the home in it.
fn home_of(tx: &mut Tx<'_>, resource: &Resource) -> Outcome<Home> {
    match resource {
        Resource::Member { view: Some(view), .. } => Ok(view.person.card.home),
        Resource::Member { account, view: None, .. } => {
            Ok(tx.find_account(*account)?.map_or(Home::Personal, |account| account.home))
        }
        Resource::Chat { .. } | Resource::Message { .. } => Ok(Home::Personal),
    }
}
