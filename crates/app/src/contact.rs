//! People outside: finding them by exact address, and blocking them.

use visavis_domain::address::Address;
use visavis_domain::audit::AuditKind;
use visavis_domain::chat::{ChatKind, Consent};
use visavis_domain::contact::Block;
use visavis_domain::event::EventKind;
use visavis_domain::id::{AccountId, ChatId};
use visavis_domain::limit::{BLOCKED_CONTACTS_MAX, PAGE_ENTRIES_MAX, RESOLVE_IDENTITIES_MAX};
use visavis_domain::time::Timestamp;
use visavis_policy::reason::{Refusal, Side};
use visavis_store::{ChatFilter, ListedChat, Tx};

use crate::approach::{approach, knows};
use crate::context::Context;
use crate::failure::{Failure, Outcome};
use crate::request;
use crate::roster::Roster;
use crate::scene::{Scene, act};
use crate::subject::{Subject, UserKey, Viewer};
use crate::trail;
use crate::view::Person;

/// Chats of two people that are looked through when one blocks the other.
const SHARED_CHATS_MAX: usize = 1_000;

/// What came of looking for one address.
#[derive(Debug, Clone)]
pub struct Resolution {
    /// The address as asked.
    pub address: Address,
    /// What came of it.
    pub result: Found,
}

/// Whether a person was found.
#[derive(Debug, Clone)]
pub enum Found {
    /// This one.
    Person(Box<Person>),
    /// Unknown, undiscoverable, or refused by the other side: all the same (P6).
    NotReachable,
    /// Refused by the caller's own side.
    Refused(Refusal),
}

/// Looks for people by their exact addresses.
///
/// # Errors
///
/// [`Failure::LimitReached`] for more than 20 at once.
pub fn resolve(
    tx: &mut Tx<'_>,
    ctx: &Context<'_>,
    addresses: Vec<Address>,
) -> Outcome<Vec<Resolution>> {
    if addresses.len() > RESOLVE_IDENTITIES_MAX {
        return Err(Failure::LimitReached(format!(
            "at most {RESOLVE_IDENTITIES_MAX} addresses can be looked up at once"
        )));
    }
    ctx.limits.check_lookups(ctx.caller, addresses.len())?;
    let me = Subject::caller(tx, ctx)?;
    let viewer = Viewer { account: ctx.caller.account, home: me.home, terms: me.terms.clone() };
    let mut found = Vec::with_capacity(addresses.len());
    for address in addresses {
        let key = UserKey::Address(address.clone());
        let result = match approach(tx, ctx, &me, &key) {
            Ok(target) if target.account.is_some() => Found::Person(Box::new(viewer.see(&target))),
            Ok(_nobody) => Found::NotReachable,
            Err(Failure::Refused(refusal)) if refusal.side == Side::Own => Found::Refused(refusal),
            Err(other) => return Err(other),
        };
        found.push(Resolution { address, result });
    }
    Ok(found)
}

/// Whether two people have accepted each other, are not blocked and may still talk: what seeing
/// presence needs.
///
/// # Errors
///
/// When the store fails.
pub fn may_see_each_other(tx: &mut Tx<'_>, ctx: &Context<'_>, peer: AccountId) -> Outcome<bool> {
    let id = ChatId::one_on_one(ctx.caller.account, peer);
    let scene = match Scene::enter(tx, ctx, &id) {
        Ok(scene) => scene,
        Err(Failure::NotFound) => return Ok(false),
        Err(other) => return Err(other),
    };
    let both_active = scene.me.is_active()
        && scene.roster.other(ctx.caller.account).is_some_and(|o| o.membership.is_active());
    Ok(both_active && scene.permit_to_write(ctx).is_ok())
}

/// The people of the caller's newest one-to-one chats who take part in them and whom the caller may
/// write to, the newest first. Who was asked and has not accepted is not among them (P5).
///
/// # Errors
///
/// When the store fails.
pub fn people(tx: &mut Tx<'_>, ctx: &Context<'_>, top: usize) -> Outcome<Vec<Person>> {
    let viewer = Viewer::caller(tx, ctx)?;
    let filter = ChatFilter { kind: Some(ChatKind::OneOnOne), ..ChatFilter::default() };
    let mut people = Vec::new();
    for listed in tx.list_chats_of(ctx.caller.account, &filter, PAGE_ENTRIES_MAX)? {
        let ListedChat { chat, mine, .. } = listed;
        let homes = tx.chat_homes(chat.key)?;
        let roster = Roster::of(tx, ctx, &chat, &homes)?;
        let scene = Scene::of(chat, mine, homes, roster);
        let other = scene.roster.other(ctx.caller.account);
        let is_mutual =
            scene.me.is_active() && other.is_some_and(|other| other.membership.is_active());
        if is_mutual && scene.permit_to_write(ctx).is_ok() {
            people.extend(other.map(|other| viewer.see(&other.subject)));
        }
        if people.len() >= top {
            break;
        }
    }
    Ok(people)
}

/// Somebody whom the caller has blocked.
#[derive(Debug, Clone)]
pub struct BlockedContact {
    /// Who.
    pub person: Person,
    /// Since when.
    pub blocked_at: Timestamp,
}

/// Blocks somebody outside. They are not told.
///
/// # Errors
///
/// [`Failure::NotReachable`] when the caller can neither find them nor shares a chat with them;
/// [`Failure::Invalid`] for colleagues and for oneself.
pub fn block(tx: &mut Tx<'_>, ctx: &Context<'_>, key: &UserKey) -> Outcome<BlockedContact> {
    ctx.limits.check_lookups(ctx.caller, 1)?;
    let me = Subject::caller(tx, ctx)?;
    let viewer = Viewer { account: ctx.caller.account, home: me.home, terms: me.terms.clone() };
    let target = approach(tx, ctx, &me, key)?;
    let peer = target.id_or_nobody();
    if peer == ctx.caller.account || !me.home.is_external_to(target.home) {
        return Err(not_blockable());
    }
    // By its address somebody was found already; an id has to be known from a chat.
    let is_known = knows(tx, ctx, peer)? || matches!(key, UserKey::Address(_));
    if !is_known || target.account.is_none() {
        return Err(Failure::NotReachable);
    }
    put_block(tx, ctx, peer, None)?;
    let blocked_at =
        tx.find_block(ctx.caller.account, peer)?.map_or(ctx.now, |block| block.blocked_at);
    Ok(BlockedContact { person: viewer.see(&target), blocked_at })
}

/// Writes a block and all that follows from it: requests that wait are declined, what was decided
/// about the chat of the two is void, and the own side's trail says so, with the report of why if
/// there is one.
///
/// # Errors
///
/// [`Failure::LimitReached`].
pub fn put_block(
    tx: &mut Tx<'_>,
    ctx: &Context<'_>,
    peer: AccountId,
    report: Option<&str>,
) -> Outcome<()> {
    check_block_count(tx, ctx)?;
    let block = Block { owner: ctx.caller.account, peer, blocked_at: ctx.now };
    tx.put_block(&block)?;
    tx.bump_account_epoch(ctx.caller.account)?;
    refuse_group_requests(tx, ctx, peer)?;
    let detail = serde_json::json!({ "person": peer, "report": report }).to_string();
    void_chat(tx, ctx, &block, AuditKind::ContactBlocked, &detail)
}

/// Takes a block back. Who had asked before is accepted from then on (7.1).
///
/// # Errors
///
/// [`Failure::NotFound`] when they are not blocked.
pub fn unblock(tx: &mut Tx<'_>, ctx: &Context<'_>, peer: AccountId) -> Outcome<()> {
    let block = tx.find_block(ctx.caller.account, peer)?.ok_or(Failure::NotFound)?;
    tx.delete_block(ctx.caller.account, peer)?;
    tx.bump_account_epoch(ctx.caller.account)?;
    let detail = serde_json::json!({ "person": peer }).to_string();
    void_chat(tx, ctx, &block, AuditKind::ContactUnblocked, &detail)
}

/// Makes what was decided about the chat of two people void, moves a request on, and records it
/// in the own side's trail only.
fn void_chat(
    tx: &mut Tx<'_>,
    ctx: &Context<'_>,
    block: &Block,
    kind: AuditKind,
    detail: &str,
) -> Outcome<()> {
    let id = ChatId::one_on_one(ctx.caller.account, block.peer);
    let Some((chat, Some(mine))) = tx.find_chat_with_membership(&id, ctx.caller.account)? else {
        return record_alone(tx, ctx, kind, detail);
    };
    let homes = tx.chat_homes(chat.key)?;
    let roster = Roster::of(tx, ctx, &chat, &homes)?;
    let mut scene = Scene::of(chat, mine, homes, roster);
    match (kind, scene.me.consent) {
        (AuditKind::ContactBlocked, Consent::Pending) => {
            request::withhold_consent(tx, ctx, &mut scene)?;
        }
        (AuditKind::ContactUnblocked, Consent::Declined) => {
            request::revive(tx, ctx, &mut scene, block.blocked_at)?;
        }
        _ => {
            scene.tell(tx, EventKind::ChatUpdated, Some(ctx.caller.account), None)?;
            scene.change_access(tx, ctx)?;
        }
    }
    scene.record_privately(tx, ctx, kind, detail)
}

/// Declines every request into a group that waits for the caller and came from somebody whom the
/// caller blocks now.
fn refuse_group_requests(tx: &mut Tx<'_>, ctx: &Context<'_>, peer: AccountId) -> Outcome<()> {
    for key in tx.list_shared_chats(ctx.caller.account, peer, SHARED_CHATS_MAX)? {
        let Some(mine) = tx.find_membership(key, ctx.caller.account)? else { continue };
        let chat = tx.get_chat(key)?.filter(|chat| chat.kind == ChatKind::Group);
        let is_due = mine.is_pending() && mine.requested_by == Some(peer);
        if let Some(chat) = chat.filter(|_group| is_due) {
            let homes = tx.chat_homes(key)?;
            let roster = Roster::of(tx, ctx, &chat, &homes)?;
            let mut scene = Scene::of(chat, mine, homes, roster);
            request::withhold_consent(tx, ctx, &mut scene)?;
            scene.record_privately(tx, ctx, AuditKind::RequestDeclined, "")?;
        }
    }
    Ok(())
}

fn record_alone(tx: &mut Tx<'_>, ctx: &Context<'_>, kind: AuditKind, detail: &str) -> Outcome<()> {
    if let Some(organisation) = ctx.caller.home.organisation() {
        let record = act(ctx, Some(ctx.caller.account), kind, detail);
        tx.append_audit((ctx.caller.home_key, organisation), None, None, &record, None)?;
        trail::tell(tx, ctx, ctx.caller.home_key);
    }
    Ok(())
}

/// Everybody whom the caller has blocked.
///
/// # Errors
///
/// When the store fails.
pub fn blocked(tx: &mut Tx<'_>, ctx: &Context<'_>) -> Outcome<Vec<BlockedContact>> {
    let viewer = Viewer::caller(tx, ctx)?;
    let mut contacts = Vec::new();
    for block in tx.list_blocks(ctx.caller.account, BLOCKED_CONTACTS_MAX)? {
        if let Some(target) = Subject::find(tx, ctx, block.peer)? {
            let person = viewer.see(&target);
            contacts.push(BlockedContact { person, blocked_at: block.blocked_at });
        }
    }
    Ok(contacts)
}

/// Makes sure that one more block is possible.
///
/// # Errors
///
/// [`Failure::LimitReached`].
fn check_block_count(tx: &mut Tx<'_>, ctx: &Context<'_>) -> Outcome<()> {
    let count = tx.list_blocks(ctx.caller.account, BLOCKED_CONTACTS_MAX)?.len();
    if count < BLOCKED_CONTACTS_MAX {
        Ok(())
    } else {
        Err(Failure::LimitReached(format!("{BLOCKED_CONTACTS_MAX} people can be blocked")))
    }
}

/// Makes sure that somebody in a chat is no colleague of the caller (U-40).
///
/// # Errors
///
/// [`Failure::Invalid`].
pub fn check_blockable(scene: &Scene, peer: AccountId) -> Outcome<()> {
    let mine = scene.roster.member(scene.me.account).map(|member| member.subject.home);
    let theirs = scene.roster.member(peer).map(|member| member.subject.home);
    match (mine, theirs) {
        (Some(mine), Some(theirs)) if mine.is_external_to(theirs) => Ok(()),
        _ => Err(not_blockable()),
    }
}

fn not_blockable() -> Failure {
    Failure::invalid("user", "Only people outside the organisation can be blocked.")
}
