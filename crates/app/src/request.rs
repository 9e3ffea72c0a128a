//! Contact requests: ask, look, preview, accept, decline, block (7.1).

use std::sync::Arc;

use visavis_domain::audit::AuditKind;
use visavis_domain::chat::{ChatKind, Consent, Membership, MembershipState};
use visavis_domain::contact::RequestState;
use visavis_domain::event::EventKind;
use visavis_domain::id::{AccountId, ChatId};
use visavis_domain::limit::{PAGE_ENTRIES_MAX, PENDING_MESSAGES_MAX};
use visavis_domain::message::{Body, ContentType, Extras, Message, SystemEvent};
use visavis_domain::time::Timestamp;
use visavis_policy::facts::Accept;
use visavis_policy::reason::Reason;
use visavis_policy::risk::{Risk, RiskLevel, RiskReason};
use visavis_policy::verdict::authorise;
use visavis_store::{MessageOrder, MessageRange, Tx};

use crate::approach::between;
use crate::body;
use crate::contact;
use crate::context::Context;
use crate::failure::{Failure, Outcome};
use crate::report::{self, NewReport};
use crate::scene::Scene;
use crate::view::{MessageView, Request};

/// Makes a membership one that waits for an answer to the caller, or that only seems to: `consent`
/// is that of [`crate::approach::Between::asked_consent`].
pub fn ask(ctx: &Context<'_>, membership: &mut Membership, is_high_risk: bool, consent: Consent) {
    membership.consent = consent;
    membership.requested_by = Some(ctx.caller.account);
    membership.requested_at = Some(ctx.now);
    membership.is_high_risk = is_high_risk;
    membership.has_previewed = false;
}

/// The contact request of a chat as the caller sees it, if there ever was one. Former members see
/// none: it may be about people who came later.
///
/// # Errors
///
/// When the store fails.
pub fn seen(tx: &mut Tx<'_>, scene: &Scene) -> Outcome<Option<Request>> {
    if scene.me.state != MembershipState::Member {
        return Ok(None);
    }
    let viewer = scene.viewer()?;
    if let (Some(by), Some(at)) = (scene.me.requested_by, scene.me.requested_at) {
        let Some(requester) = scene.roster.member(by) else { return Ok(None) };
        let is_pair = scene.chat.kind == ChatKind::OneOnOne;
        let has_blocked = is_pair && tx.is_blocked(scene.me.account, by)?;
        let state = RequestState::to_asked_side(scene.me.consent, has_blocked);
        let risk = (state == RequestState::Pending).then(|| risk_of(&scene.me));
        return Ok(Some(Request {
            state,
            is_outbound: false,
            requested_by: viewer.see(&requester.subject),
            requested_at: at,
            messages: None,
            risk,
        }));
    }
    let mut asked: Vec<&Membership> = scene
        .roster
        .members
        .iter()
        .map(|member| &member.membership)
        .filter(|member| member.requested_by.is_some())
        .filter(|member| member.state == MembershipState::Member)
        .filter(|member| member.requested_by.is_some_and(|by| is_own_side(scene, by)))
        .collect();
    asked.sort_by_key(|member| (!member.consent.is_open(), member.requested_at));
    let Some(first) = asked.first() else { return Ok(None) };
    let state = RequestState::to_asking_side(first.consent);
    let (Some(by), Some(at)) = (first.requested_by, first.requested_at) else { return Ok(None) };
    let Some(requester) = scene.roster.member(by) else { return Ok(None) };
    let is_counted = state == RequestState::Pending && scene.roster.counts_messages_of(&scene.chat);
    Ok(Some(Request {
        state,
        is_outbound: true,
        requested_by: viewer.see(&requester.subject),
        requested_at: at,
        messages: is_counted.then_some((scene.chat.pending_sends, PENDING_MESSAGES_MAX)),
        risk: None,
    }))
}

/// Whether somebody who asked belongs to the caller's side: the caller or a colleague.
fn is_own_side(scene: &Scene, requester: AccountId) -> bool {
    let home = |account| scene.roster.member(account).map(|member| member.subject.home);
    requester == scene.me.account
        || match (home(scene.me.account), home(requester)) {
            (Some(mine), Some(theirs)) => !mine.is_external_to(theirs),
            _ => false,
        }
}

fn risk_of(membership: &Membership) -> Risk {
    if membership.is_high_risk {
        Risk { level: RiskLevel::High, reasons: vec![RiskReason::LookalikeDomain] }
    } else {
        Risk::default()
    }
}

/// The messages of a request that waits for the caller, as inert plain text, newest first. The
/// asking side cannot tell that it happened (U-25).
///
/// # Errors
///
/// [`Failure::NotFound`] when no request waits for the caller there.
pub fn preview(tx: &mut Tx<'_>, ctx: &Context<'_>, chat: &ChatId) -> Outcome<Vec<MessageView>> {
    let scene = Scene::enter(tx, ctx, chat)?;
    if !scene.me.is_pending() {
        return Err(Failure::NotFound);
    }
    let range = MessageRange {
        order: MessageOrder::ById,
        before: None,
        before_id: None,
        after: None,
        from: scene.me.visible_from,
        until: None,
    };
    let viewer = scene.viewer()?;
    let rows = tx.list_messages(scene.chat.key, &range, PAGE_ENTRIES_MAX)?;
    let views = rows
        .into_iter()
        .filter(|row| scene.me.is_in_view(row) && !row.is_system())
        .map(|row| crate::message::view(&scene, &viewer, Arc::new(inert(row))))
        .collect::<Outcome<Vec<_>>>()?;
    if !scene.me.has_previewed {
        let mut mine = scene.me.clone();
        mine.has_previewed = true;
        tx.put_membership(&mine)?;
    }
    Ok(views)
}

/// A message reduced to its words: no markup, links, mentions, quotes or reactions.
fn inert(message: Message) -> Message {
    let content = body::plain(&message.body);
    Message {
        body: Body { content_type: ContentType::Text, content },
        extras: Extras::default(),
        reactions: Vec::new(),
        ..message
    }
}

/// Accepts the request that waits for the caller. Accepting again, and accepting what needed no
/// consent, is fine.
///
/// # Errors
///
/// [`Failure::RiskNotAcknowledged`] when the risk is high and it was not previewed and
/// acknowledged; refusals when either side's terms no longer allow it.
pub fn accept(
    tx: &mut Tx<'_>,
    ctx: &Context<'_>,
    chat: &ChatId,
    acknowledge_risk: bool,
) -> Outcome<()> {
    let mut scene = Scene::enter(tx, ctx, chat)?;
    let requester = match scene.me.requested_by {
        _ if scene.me.is_active() => return Ok(()),
        Some(requester) if scene.me.is_pending() => requester,
        _ => return Err(Failure::NotFound),
    };
    let is_acknowledged = scene.me.has_previewed && acknowledge_risk;
    if scene.me.is_high_risk && !is_acknowledged {
        return Err(Failure::RiskNotAcknowledged);
    }
    permit_to_accept(tx, &scene, requester, is_acknowledged)?;
    scene.evict(tx, ctx)?;
    if scene.orphans().any(|waiting| waiting.account == scene.me.account) {
        return Err(Failure::NotFound);
    }
    give_consent(tx, ctx, &mut scene)
}

fn permit_to_accept(
    tx: &mut Tx<'_>,
    scene: &Scene,
    requester: AccountId,
    is_risk_acknowledged: bool,
) -> Outcome<()> {
    let me = scene.roster.member(scene.me.account).map(|member| &member.subject);
    let them = scene.roster.member(requester).map(|member| &member.subject);
    let (Some(me), Some(them)) = (me, them) else {
        return Err(Failure::Internal { code: "request-without-people" });
    };
    let relation = between(tx, them, me)?.relation;
    let (actor, requester) = (me.facts(), them.facts());
    let question = Accept { actor: &actor, requester: &requester, relation, is_risk_acknowledged };
    match authorise(&question) {
        Ok(_permit) => Ok(()),
        Err(refusal) if refusal.reason == Reason::RiskNotAcknowledged => {
            Err(Failure::RiskNotAcknowledged)
        }
        Err(refusal) => Err(refusal.into()),
    }
}

/// Puts a request that the caller had declined before the caller again, unseen. The asking side,
/// which sees it waiting all the while, learns nothing of it.
///
/// # Errors
///
/// When the store fails.
pub fn wait_again(tx: &mut Tx<'_>, ctx: &Context<'_>, scene: &mut Scene) -> Outcome<()> {
    let waiting =
        Membership { consent: Consent::Pending, has_previewed: false, ..scene.me.clone() };
    tx.put_membership(&waiting)?;
    let kind = EventKind::MemberUpdated(waiting.account);
    scene.tell(tx, kind, Some(waiting.account), None)?;
    scene.change_access(tx, ctx)
}

/// What becomes of a request when its block is taken back: it is accepted (7.1), unless it came
/// during the block, looks risky, or the terms do not allow it; then it waits again.
///
/// # Errors
///
/// When the store fails.
pub fn revive(
    tx: &mut Tx<'_>,
    ctx: &Context<'_>,
    scene: &mut Scene,
    blocked_at: Timestamp,
) -> Outcome<()> {
    let was_seen = scene.me.requested_at.is_some_and(|asked| asked <= blocked_at);
    let requester = scene.me.requested_by.filter(|_by| was_seen && !scene.me.is_high_risk);
    let is_allowed = match requester {
        None => false,
        Some(requester) => match permit_to_accept(tx, scene, requester, false) {
            Ok(()) => true,
            Err(Failure::Refused(_) | Failure::RiskNotAcknowledged) => false,
            Err(other) => return Err(other),
        },
    };
    if is_allowed { give_consent(tx, ctx, scene) } else { wait_again(tx, ctx, scene) }
}

/// Turns the caller's membership into one that takes part, and tells everybody.
///
/// # Errors
///
/// When the store fails.
fn give_consent(tx: &mut Tx<'_>, ctx: &Context<'_>, scene: &mut Scene) -> Outcome<()> {
    let account = ctx.caller.account;
    let was_flagged = scene.me.is_high_risk;
    let mine = Membership { consent: Consent::Accepted, is_hidden: false, ..scene.me.clone() };
    tx.put_membership(&mine)?;
    scene.chat.has_accepted_outsider = true;
    scene.change_members(tx, ctx)?;
    scene.tell(tx, EventKind::MemberUpdated(account), None, None)?;
    scene.tell(tx, EventKind::ChatUpdated, None, None)?;
    if scene.chat.kind == ChatKind::Group {
        scene.say(tx, ctx, SystemEvent::MembersJoined { members: vec![account] })?;
    }
    scene.save(tx)?;
    let detail = if was_flagged { r#"{"flagged":true}"# } else { "" };
    scene.record(tx, ctx, AuditKind::UserAccepted, None, detail)
}

/// Deletes the request that waits for the caller, and blocks who asked, if wanted. The asking
/// side goes on seeing it as waiting.
///
/// # Errors
///
/// [`Failure::NotFound`] when no request waits for the caller there.
pub fn decline(
    tx: &mut Tx<'_>,
    ctx: &Context<'_>,
    chat: &ChatId,
    block_requester: bool,
) -> Outcome<()> {
    let mut scene = Scene::enter(tx, ctx, chat)?;
    if !scene.me.is_pending() {
        return Err(Failure::NotFound);
    }
    withhold_consent(tx, ctx, &mut scene)?;
    scene.record_privately(tx, ctx, AuditKind::RequestDeclined, "")?;
    match scene.me.requested_by {
        Some(requester) if block_requester => contact::put_block(tx, ctx, requester, None),
        _ => Ok(()),
    }
}

/// Blocks who asked, and reports them if wanted. Possible after acceptance, too.
///
/// # Errors
///
/// [`Failure::NotFound`] when the chat does not exist for the caller or nobody asked there.
pub fn block(
    tx: &mut Tx<'_>,
    ctx: &Context<'_>,
    chat: &ChatId,
    report: Option<NewReport>,
) -> Outcome<()> {
    let mut scene = Scene::enter(tx, ctx, chat)?;
    let peer = match (scene.chat.kind, scene.me.requested_by) {
        (_, Some(requester)) => requester,
        (ChatKind::OneOnOne, None) => scene
            .roster
            .other(ctx.caller.account)
            .map(|other| other.membership.account)
            .ok_or(Failure::NotFound)?,
        (ChatKind::Group, None) => return Err(Failure::NotFound),
    };
    contact::check_blockable(&scene, peer)?;
    if scene.me.consent == Consent::Pending {
        withhold_consent(tx, ctx, &mut scene)?;
    }
    let reason = report.as_ref().map(|report| report.reason.as_str());
    // Whoever has reported too much blocks all the same: the block counts, and names the reason.
    if let Some(report) = report
        && ctx.limits.check_report(ctx.caller.account).is_ok()
    {
        report::keep(tx, ctx, &mut scene, None, Some(peer), report)?;
    }
    contact::put_block(tx, ctx, peer, reason)
}

/// Turns a waiting membership into a declined one, told to the caller alone.
///
/// # Errors
///
/// When the store fails.
pub fn withhold_consent(tx: &mut Tx<'_>, ctx: &Context<'_>, scene: &mut Scene) -> Outcome<()> {
    let mine = Membership { consent: Consent::Declined, is_pinned: false, ..scene.me.clone() };
    tx.put_membership(&mine)?;
    let kind = EventKind::MemberUpdated(mine.account);
    scene.tell(tx, kind, Some(mine.account), None)?;
    scene.change_access(tx, ctx)
}
