//! Members of a chat: who they are, adding and removing them.

use visavis_domain::audit::AuditKind;
use visavis_domain::chat::{Chat, ChatKind, Consent, Membership, MembershipState};
use visavis_domain::event::EventKind;
use visavis_domain::id::{AccountId, ChatId, MessageId};
use visavis_domain::limit::LIVE_SIGNALS_MEMBERS_MAX;
use visavis_domain::message::SystemEvent;
use visavis_policy::facts::{AddToGroup, Remove};
use visavis_policy::permit::{self, Permit};
use visavis_policy::standing::{ChatFacts, SendRequest};
use visavis_policy::verdict::authorise;
use visavis_store::Tx;

use crate::approach::{approach_at, between};
use crate::chat::NewMember;
use crate::context::Context;
use crate::failure::{Failure, Outcome};
use crate::request;
use crate::roster::RosterMember;
use crate::scene::{Scene, act};
use crate::subject::{Subject, Viewer};
use crate::view::Member;

/// The members of a chat as the caller sees them; while a request waits for the caller, only the
/// two whom it concerns.
///
/// # Errors
///
/// [`Failure::NotFound`].
pub fn list(tx: &mut Tx<'_>, ctx: &Context<'_>, chat: &ChatId) -> Outcome<Vec<Member>> {
    let scene = Scene::enter(tx, ctx, chat)?;
    all(tx, ctx, &scene)
}

/// One member as the caller sees them.
///
/// # Errors
///
/// [`Failure::NotFound`].
pub fn get(
    tx: &mut Tx<'_>,
    ctx: &Context<'_>,
    chat: &ChatId,
    account: AccountId,
) -> Outcome<Member> {
    list(tx, ctx, chat)?
        .into_iter()
        .find(|member| member.person.card.id == account)
        .ok_or(Failure::NotFound)
}

/// The members of a chat that was entered already.
///
/// # Errors
///
/// When the store fails.
pub fn all(tx: &mut Tx<'_>, ctx: &Context<'_>, scene: &Scene) -> Outcome<Vec<Member>> {
    let viewer = scene.viewer()?;
    let mut shown: Vec<&RosterMember> =
        scene.roster.members.iter().filter(|member| is_shown(scene, &member.membership)).collect();
    shown.sort_by_key(|member| (member.membership.joined_at, member.membership.account));
    let reads = read_marks(tx, ctx, scene)?;
    Ok(shown
        .into_iter()
        .map(|member| {
            let account = member.membership.account;
            let read = reads.iter().find(|(of, _up_to)| *of == account);
            see(scene, &viewer, member, read.map(|(_of, up_to)| *up_to))
        })
        .collect())
}

fn is_shown(scene: &Scene, member: &Membership) -> bool {
    if member.account == scene.me.account {
        return true;
    }
    if scene.me.is_pending() {
        return Some(member.account) == scene.me.requested_by;
    }
    match scene.me.visible_until {
        None => {
            let is_due = scene.roster.standing.is_evicted(member.account);
            member.state == MembershipState::Member && !is_due
        }
        // A former member goes on seeing those who were there at the end.
        Some(end) => {
            member.joined_at <= end && member.visible_until.is_none_or(|until| until >= end)
        }
    }
}

fn see(
    scene: &Scene,
    viewer: &Viewer,
    member: &RosterMember,
    read_up_to: Option<MessageId>,
) -> Member {
    Member {
        chat: scene.chat.id.clone(),
        person: viewer.see(&member.subject),
        visible_from: member.membership.visible_from,
        read_up_to,
        // What became of a request after the end, a former member does not learn.
        is_pending: scene.me.visible_until.is_none() && member.membership.consent.is_open(),
    }
}

/// How far members have read, as far as the caller may know.
fn read_marks(
    tx: &mut Tx<'_>,
    ctx: &Context<'_>,
    scene: &Scene,
) -> Outcome<Vec<(AccountId, MessageId)>> {
    if is_crowded(scene) {
        // Only the caller's own, which came with the chat.
        let account = scene.me.account;
        return Ok(scene.me.read_up_to.map(|read| (account, read)).into_iter().collect());
    }
    let memberships = tx.list_memberships(scene.chat.key)?;
    let mut marks = Vec::new();
    for membership in memberships {
        let Some(read) = membership.read_up_to else { continue };
        if shares_signals(tx, scene, membership.account, ctx.caller.account)? {
            marks.push((membership.account, read));
        }
    }
    Ok(marks)
}

fn is_crowded(scene: &Scene) -> bool {
    scene.roster.present().count() > LIVE_SIGNALS_MEMBERS_MAX
}

/// Whether somebody of a chat shows another what they read and that they type: themselves always;
/// colleagues; outsiders when both want it, may write to each other, and neither has
/// blocked the other. Only up to 20 people, only among those who take part.
///
/// # Errors
///
/// When the store fails.
pub fn shares_signals(
    tx: &mut Tx<'_>,
    scene: &Scene,
    whose: AccountId,
    to: AccountId,
) -> Outcome<bool> {
    let (Some(one), Some(other)) = (scene.roster.member(whose), scene.roster.member(to)) else {
        return Ok(false);
    };
    if whose == to {
        return Ok(true);
    }
    let take_part = one.membership.is_active() && other.membership.is_active();
    if is_crowded(scene) || !take_part {
        return Ok(false);
    }
    if !one.subject.home.is_external_to(other.subject.home) {
        return Ok(true);
    }
    let want_it = one.subject.settings.send_read_receipts_to_external
        && other.subject.settings.send_read_receipts_to_external;
    let may_write = |account| scene.roster.standing.send(account, SendRequest::default()).is_ok();
    Ok(want_it
        && may_write(whose)
        && may_write(to)
        && !tx.is_blocked(whose, to)?
        && !tx.is_blocked(to, whose)?)
}

/// Adds people to a group. All or nothing; somebody whose answer is awaited is not asked twice.
///
/// # Errors
///
/// The refusal of one's own side; [`Failure::NotReachable`]; [`Failure::DuplicateMember`].
pub fn add(
    tx: &mut Tx<'_>,
    ctx: &Context<'_>,
    chat: &ChatId,
    wanted: Vec<NewMember>,
) -> Outcome<Vec<Member>> {
    ctx.limits.check_lookups(ctx.caller, wanted.len())?;
    let mut scene = Scene::enter_as_member(tx, ctx, chat)?;
    if scene.chat.kind != ChatKind::Group {
        return Err(Failure::invalid(
            "chat",
            "Nobody can be added to a one-to-one chat; create a group with everybody instead.",
        ));
    }
    let _permit = scene.permit_to_write(ctx)?;
    let me = scene
        .roster
        .member(ctx.caller.account)
        .map(|member| member.subject.clone())
        .ok_or(Failure::Internal { code: "adder-not-in-roster" })?;
    let mut subjects: Vec<Subject> =
        scene.roster.present().map(|member| member.subject.clone()).collect();
    let mut named = Vec::new();
    let mut added = Vec::new();
    for one in &wanted {
        let joiner = approach_at(tx, ctx, &me, &one.key, one.home)?;
        if let Some(account) = joiner.account {
            if named.contains(&account) {
                return Err(Failure::DuplicateMember);
            }
            named.push(account);
            match present_consent(&scene, account) {
                Some(consent) if consent.is_open() => continue,
                Some(_takes_part) => return Err(Failure::DuplicateMember),
                None => {}
            }
        }
        let adding = Adding {
            chat: &scene.chat,
            adder: &me,
            members: &subjects,
            in_call: wanted.len(),
            has_left: joiner.account.is_some_and(|id| scene.roster.member(id).is_some()),
        };
        let (permit, asked) = permit_to_add(tx, &adding, &joiner)?;
        let how = Joining { wanted: one, permit, asked };
        added.push(join(tx, ctx, &mut scene, &joiner, &how)?);
        subjects.push(joiner);
    }
    finish_adding(tx, ctx, &mut scene, &added)?;
    let members = all(tx, ctx, &scene)?;
    Ok(members.into_iter().filter(|member| named.contains(&member.person.card.id)).collect())
}

fn present_consent(scene: &Scene, account: AccountId) -> Option<Consent> {
    scene
        .roster
        .member(account)
        .filter(|member| member.membership.state == MembershipState::Member)
        .map(|member| member.membership.consent)
}

/// How somebody comes into a group.
struct Joining<'a> {
    wanted: &'a NewMember,
    permit: Permit<permit::AddToGroup>,
    asked: Consent,
}

impl Joining<'_> {
    /// The first message that the joiner sees: what the adder chose, but nothing from before for
    /// somebody whom an administrator of their own had taken out.
    fn visible_from(&self, scene: &Scene, ctx: &Context<'_>, account: AccountId) -> MessageId {
        let next = scene.next_message_id(ctx);
        let before = scene.roster.member(account).map(|member| member.membership.state);
        match before {
            Some(MembershipState::RemovedByAdministrator) => next,
            _ => self.wanted.history.visible_from(next),
        }
    }
}

fn join(
    tx: &mut Tx<'_>,
    ctx: &Context<'_>,
    scene: &mut Scene,
    joiner: &Subject,
    how: &Joining<'_>,
) -> Outcome<Membership> {
    let account = joiner.id()?;
    let mut membership = Membership {
        chat: scene.chat.key,
        account,
        state: MembershipState::Member,
        consent: Consent::NotNeeded,
        requested_by: None,
        requested_at: None,
        is_high_risk: false,
        has_previewed: false,
        joined_at: scene.chat.last_position.next(),
        visible_from: how.visible_from(scene, ctx, account),
        visible_until: None,
        ended_at: None,
        ended_topic: None,
        is_hidden: false,
        is_muted: false,
        is_pinned: false,
        read_up_to: None,
    };
    if let Some(gate) = how.permit.gate() {
        request::ask(ctx, &mut membership, gate.risk.is_high(), how.asked);
    } else if joiner.home.is_external_to(scene.chat.initiator_home) {
        scene.chat.has_accepted_outsider = true;
    }
    tx.put_membership(&membership)?;
    scene.tell(tx, EventKind::MemberAdded(account), None, None)?;
    Ok(membership)
}

fn finish_adding(
    tx: &mut Tx<'_>,
    ctx: &Context<'_>,
    scene: &mut Scene,
    added: &[Membership],
) -> Outcome<()> {
    let Some(first) = added.first() else { return Ok(()) };
    if !scene.roster.has_open_request() {
        scene.chat.pending_sends = 0;
    }
    let members = added.iter().map(|membership| membership.account).collect();
    let visible_from = first.visible_from;
    scene.change_members(tx, ctx)?;
    scene.say(tx, ctx, SystemEvent::MembersAdded { members, visible_from })?;
    scene.save(tx)?;
    for membership in added {
        record_added(tx, ctx, scene, membership)?;
    }
    Ok(())
}

/// Writes that somebody was added, and, into the recipient's trail only, that the first contact
/// looked like an impersonation (P-14).
///
/// # Errors
///
/// When the store fails.
pub fn record_added(
    tx: &mut Tx<'_>,
    ctx: &Context<'_>,
    scene: &mut Scene,
    membership: &Membership,
) -> Outcome<()> {
    let detail = serde_json::json!({ "member": membership.account }).to_string();
    scene.record(tx, ctx, AuditKind::MemberAdded, None, &detail)?;
    if membership.is_high_risk {
        let sender = scene.roster.member(ctx.caller.account).map(|member| &member.subject.card);
        let detail = serde_json::json!({
            "senderName": sender.map(|card| &card.display_name),
            "senderAddress": sender.and_then(|card| card.mail.as_ref()),
            "impersonation": ["lookalikeDomain"],
            "targetUser": membership.account,
        })
        .to_string();
        let record = act(ctx, None, AuditKind::TeamsImpersonationDetected, &detail);
        scene.record_for(tx, ctx, membership.account, &record)?;
    }
    Ok(())
}

/// A group to which somebody is being added.
#[derive(Debug, Clone, Copy)]
pub struct Adding<'a> {
    /// The group.
    pub chat: &'a Chat,
    /// Who adds.
    pub adder: &'a Subject,
    /// Who is in it, those included who were added before in the same call.
    pub members: &'a [Subject],
    /// How many the call adds.
    pub in_call: usize,
    /// Whether the joiner was in it before.
    pub has_left: bool,
}

/// Whether somebody may be added to a group, and with which consent they begin if they are asked.
///
/// # Errors
///
/// The refusal.
pub fn permit_to_add(
    tx: &mut Tx<'_>,
    adding: &Adding<'_>,
    joiner: &Subject,
) -> Outcome<(Permit<permit::AddToGroup>, Consent)> {
    let between = between(tx, adding.adder, joiner)?;
    let members: Vec<_> = adding.members.iter().map(Subject::facts).collect();
    let (adder, joiner_facts) = (adding.adder.facts(), joiner.facts());
    let permit = authorise(&AddToGroup {
        adder: &adder,
        joiner: &joiner_facts,
        by: joiner.by,
        relation: between.relation,
        group: &group_facts(adding.chat, &members),
        added_in_call: adding.in_call,
        has_left: adding.has_left,
        adder_has_unanswered_request: false,
    })?;
    Ok((permit, between.asked_consent()))
}

fn group_facts<'a>(chat: &Chat, members: &'a [visavis_policy::facts::Person<'a>]) -> ChatFacts<'a> {
    ChatFacts {
        kind: chat.kind,
        initiator: chat.initiator,
        initiator_home: chat.initiator_home,
        members,
        relation: None,
        barriers: &[],
    }
}

/// Removes somebody from a group; removing oneself is leaving.
///
/// # Errors
///
/// [`Failure::NotFound`] when the person is not in it; [`Failure::Refused`] with `no_permission`.
pub fn remove(
    tx: &mut Tx<'_>,
    ctx: &Context<'_>,
    chat: &ChatId,
    account: AccountId,
) -> Outcome<()> {
    if account == ctx.caller.account {
        return crate::chat::leave(tx, ctx, chat);
    }
    let mut scene = Scene::enter_as_member(tx, ctx, chat)?;
    if scene.chat.kind != ChatKind::Group {
        return Err(Failure::invalid("chat", "Nobody can be removed from a one-to-one chat."));
    }
    let target = scene
        .roster
        .member(account)
        .filter(|member| member.membership.state == MembershipState::Member)
        .cloned()
        .ok_or(Failure::NotFound)?;
    let me = scene
        .roster
        .member(ctx.caller.account)
        .map(|member| member.subject.clone())
        .ok_or(Failure::Internal { code: "remover-not-in-roster" })?;
    let (actor_facts, target_facts) = (me.facts(), target.subject.facts());
    let members: Vec<_> = scene.roster.present().map(|member| member.subject.facts()).collect();
    let group = group_facts(&scene.chat, &members);
    let _permit = authorise(&Remove { actor: &actor_facts, target: &target_facts, group: &group })?;
    let removed = scene.stored(tx, account)?;
    let removed = removed.ended(MembershipState::Removed, &scene.chat, ctx.now);
    tx.put_membership(&removed)?;
    let detail = serde_json::json!({ "member": account }).to_string();
    scene.record(tx, ctx, AuditKind::MemberRemoved, None, &detail)?;
    scene.tell(tx, EventKind::MemberRemoved(account), None, None)?;
    let members = vec![account];
    scene.say(tx, ctx, SystemEvent::MembersDeleted { members, by_policy: false })?;
    scene.change_members(tx, ctx)
}
