//! How one person comes to another: who is meant, and what stands between the two.
//!
//! The own side's rules answer from the address alone, whether or not somebody has it; only then
//! come existence, the other side and consent ("Who is meant" of the API's contract). So nothing
//! that the own organisation forbids tells whether an account exists, and an address by which a
//! person is not to be found names nobody (P6).

use visavis_domain::chat::{ChatKind, Consent, Membership, MembershipState};
use visavis_domain::home::Home;
use visavis_domain::id::{AccountId, ChatId};
use visavis_policy::facts::{Consent as Stance, Find, Relation};
use visavis_policy::reason::{Reason, Side};
use visavis_policy::verdict::{Verdict, decide};
use visavis_store::Tx;

use crate::context::Context;
use crate::failure::{Failure, Outcome};
use crate::subject::{Subject, UserKey};

/// Chats of two people that are looked through for what they share.
const SHARED_CHATS_MAX: usize = 200;

/// What stands between an actor and a target.
#[derive(Debug, Clone, Copy, Default)]
pub struct Between {
    /// As the actor may know it: a block that must look like a request that waits is not in it.
    pub relation: Relation,
    /// Whether there is such a block: what the actor asks then never arrives (P5).
    pub is_lost: bool,
}

impl Between {
    /// What a new membership of the target begins with, when consent has to be asked for.
    #[must_use]
    pub const fn asked_consent(&self) -> Consent {
        if self.is_lost { Consent::Declined } else { Consent::Pending }
    }
}

/// Whoever a key means to the caller. An address of somebody whom the caller may not find by it
/// means what an address that nobody has means: a subject without account.
///
/// # Errors
///
/// The refusal of the caller's own side; an unknown id is
/// [`Failure::NotReachable`].
pub fn approach(
    tx: &mut Tx<'_>,
    ctx: &Context<'_>,
    me: &Subject,
    key: &UserKey,
) -> Outcome<Subject> {
    approach_at(tx, ctx, me, key, None)
}

/// Whoever a key means to the caller, if that person belongs to this home: a key of somebody of
/// another home means what a key means that nobody has (P6).
///
/// # Errors
///
/// As [`approach`].
pub fn approach_at(
    tx: &mut Tx<'_>,
    ctx: &Context<'_>,
    me: &Subject,
    key: &UserKey,
    home: Option<Home>,
) -> Outcome<Subject> {
    let subject = Subject::named(tx, ctx, key)?;
    let is_meant = home.is_none_or(|home| home == subject.home);
    let UserKey::Address(address) = key else {
        return if is_meant { Ok(subject) } else { Err(Failure::NotReachable) };
    };
    let nobody = Subject::of_class(tx, ctx, address)?;
    let subject = if is_meant { subject } else { nobody.clone() };
    if subject.account == me.account {
        return Ok(subject);
    }
    if let Verdict::Deny(refusal) = find(me, &nobody, Relation::default())
        && refusal.side == Side::Own
    {
        return Err(refusal.into());
    }
    let between = between(tx, me, &subject)?;
    match find(me, &subject, between.relation) {
        Verdict::Allow | Verdict::Gate(_) => Ok(subject),
        // Whom one has blocked oneself, or one's organisation, is known to exist, but not by each of
        // their addresses: a block must not tell which ones a person has (P6).
        Verdict::Deny(refusal) if refusal.side == Side::Own && is_block(refusal.reason) => {
            if is_findable(me, &subject, between.relation) {
                Err(refusal.into())
            } else {
                Ok(nobody)
            }
        }
        Verdict::Deny(_) => Ok(nobody),
    }
}

const fn is_block(reason: Reason) -> bool {
    matches!(reason, Reason::PersonBlocked | Reason::OrgBlockedUser)
}

fn find(me: &Subject, target: &Subject, relation: Relation) -> Verdict {
    let (actor, person) = (me.facts(), target.facts());
    decide(&Find { actor: &actor, target: &person, by: target.by, relation })
}

fn is_findable(me: &Subject, target: &Subject, relation: Relation) -> bool {
    let (actor, person) = (me.facts(), target.facts());
    Find { actor: &actor, target: &person, by: target.by, relation }.is_findable()
}

/// What stands between somebody and a target. Without an account of the target the same reads are
/// made (P6).
///
/// # Errors
///
/// When the store fails.
pub fn between(tx: &mut Tx<'_>, actor: &Subject, target: &Subject) -> Outcome<Between> {
    let (actor, peer) = (actor.id_or_nobody(), target.id_or_nobody());
    let id = ChatId::one_on_one(actor, peer);
    let mine = tx.find_chat_with_membership(&id, actor)?;
    let theirs = match &mine {
        Some((chat, _)) => tx.find_membership(chat.key, peer)?,
        None => None,
    };
    let sent = mine.as_ref().map_or(0, |(chat, _)| chat.pending_sends);
    // An administrator who took one of the two out has ended what they had agreed.
    let is_ended = |of: &Membership| of.state == MembershipState::RemovedByAdministrator;
    let my_membership = mine.and_then(|(_, membership)| membership);
    let is_over =
        my_membership.as_ref().is_some_and(is_ended) || theirs.as_ref().is_some_and(is_ended);
    let theirs = theirs.filter(|_theirs| !is_over);
    let my_membership = my_membership.filter(|_mine| !is_over);
    let shared = shared(tx, actor, peer)?;
    let consent = match theirs.as_ref().map(|membership| membership.consent) {
        Some(Consent::NotNeeded | Consent::Accepted) => Stance::Accepted,
        Some(Consent::Pending | Consent::Declined) => Stance::Requested { sent },
        None if shared.has_open_request => Stance::Requested { sent: 0 },
        None => Stance::None,
    };
    let are_contacts = my_membership.is_some_and(|membership| membership.consent.is_given())
        && theirs.as_ref().is_some_and(|membership| membership.consent.is_given());
    let is_open = theirs.is_some_and(|membership| membership.consent.is_open());
    let is_hidden =
        !are_contacts && consent != Stance::Accepted && (is_open || shared.has_open_request);
    let actor_blocked_target = tx.is_blocked(actor, peer)?;
    let is_blocked = tx.is_blocked(peer, actor)?;
    let relation = Relation {
        actor_blocked_target,
        target_blocked_actor: is_blocked && !is_hidden,
        consent,
        are_contacts,
        share_a_group: shared.see_each_other,
        is_barred: false,
    };
    Ok(Between { relation, is_lost: is_blocked && is_hidden })
}

/// What the groups of two people say about them.
#[derive(Debug, Default)]
struct Shared {
    /// Both take part in one, so that they see each other there (U-89).
    see_each_other: bool,
    /// The actor has asked the peer into one, and for all the actor may know there is no answer.
    has_open_request: bool,
}

fn shared(tx: &mut Tx<'_>, actor: AccountId, peer: AccountId) -> Outcome<Shared> {
    let mut shared = Shared::default();
    for key in tx.list_shared_chats(actor, peer, SHARED_CHATS_MAX)? {
        let is_group = tx.get_chat(key)?.is_some_and(|chat| chat.kind == ChatKind::Group);
        let mine = tx.find_membership(key, actor)?.filter(|_mine| is_group);
        let theirs = tx.find_membership(key, peer)?;
        let (Some(mine), Some(theirs)) = (mine, theirs) else { continue };
        shared.see_each_other |= mine.is_active() && theirs.is_active();
        shared.has_open_request |= theirs.consent.is_open() && theirs.requested_by == Some(actor);
    }
    Ok(shared)
}

/// Whether the caller knows of somebody from a chat: the one of the two, or a group in which the
/// caller takes part and sees them.
///
/// # Errors
///
/// When the store fails.
pub fn knows(tx: &mut Tx<'_>, ctx: &Context<'_>, peer: AccountId) -> Outcome<bool> {
    let me = ctx.caller.account;
    for key in tx.list_shared_chats(me, peer, SHARED_CHATS_MAX)? {
        let Some(chat) = tx.get_chat(key)? else { continue };
        let mine = tx.find_membership(key, me)?;
        let theirs = tx.find_membership(key, peer)?;
        let (Some(mine), Some(theirs)) = (mine, theirs) else { continue };
        let is_requester = mine.requested_by == Some(peer);
        let is_seen = match chat.kind {
            ChatKind::OneOnOne => mine.can_see_chat(),
            ChatKind::Group if is_requester => mine.can_see_chat(),
            ChatKind::Group => mine.is_active() && theirs.state == MembershipState::Member,
        };
        if is_seen {
            return Ok(true);
        }
    }
    Ok(false)
}
