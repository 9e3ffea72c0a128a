//! Chats: create, list, look, rename, hide, mark, leave.

use visavis_domain::audit::AuditKind;
use visavis_domain::chat::{Chat, ChatKind, Consent, HistoryChoice, Membership, MembershipState};
use visavis_domain::event::EventKind;
use visavis_domain::home::Home;
use visavis_domain::id::{AccountId, ChatId, ChatKey, MessageId, Position};
use visavis_domain::message::SystemEvent;
use visavis_domain::text;
use visavis_domain::time::Timestamp;
use visavis_policy::facts::Start;
use visavis_policy::start_group::StartGroup;
use visavis_policy::verdict::authorise;
use visavis_store::Tx;

use crate::approach::{approach_at, between};
use crate::context::Context;
use crate::failure::{Failure, Outcome};
use crate::member::{self, Adding};
use crate::message;
use crate::request;
use crate::scene::{Scene, act};
use crate::subject::{Subject, UserKey};
use crate::view::ChatView;

mod listing;

pub use listing::{ChatQuery, list};

/// Somebody who is to be in a chat.
#[derive(Debug, Clone)]
pub struct NewMember {
    /// Who.
    pub key: UserKey,
    /// Where they belong, if the caller says so; somebody of another home is not meant.
    pub home: Option<Home>,
    /// How much history they may see.
    pub history: HistoryChoice,
}

impl NewMember {
    /// Whether somebody of this home may be meant.
    fn may_be_of(&self, home: Home) -> bool {
        self.home.is_none_or(|wanted| wanted == home)
    }
}

/// A chat that somebody wants to create.
#[derive(Debug, Clone)]
pub struct NewChat {
    /// One-to-one or group.
    pub kind: ChatKind,
    /// What a group is about.
    pub topic: Option<String>,
    /// Everybody in it, the caller included.
    pub members: Vec<NewMember>,
}

/// Creates a chat, or answers the one that two people already have.
///
/// # Errors
///
/// The refusal of one's own side; [`Failure::NotReachable`] when anybody cannot be reached, and
/// then nothing is created; [`Failure::DuplicateMember`], compared after resolution.
pub fn create(tx: &mut Tx<'_>, ctx: &Context<'_>, new: NewChat) -> Outcome<ChatView> {
    ctx.limits.check_lookups(ctx.caller, new.members.len().saturating_sub(1))?;
    let me = Subject::caller(tx, ctx)?;
    let mut others = Vec::new();
    let mut has_caller = false;
    for wanted in &new.members {
        if named_caller(&me, wanted) {
            if has_caller {
                return Err(Failure::DuplicateMember);
            }
            has_caller = true;
        } else {
            others.push(wanted);
        }
    }
    if !has_caller {
        return Err(Failure::invalid("members", "The members must include yourself."));
    }
    match new.kind {
        ChatKind::OneOnOne => {
            let [other] = others.as_slice() else {
                return Err(Failure::invalid(
                    "members",
                    "A one-to-one chat has two members: yourself and one other person.",
                ));
            };
            if new.topic.is_some() {
                return Err(Failure::invalid("topic", "Only a group has a topic."));
            }
            start(tx, ctx, &me, other)
        }
        ChatKind::Group => start_group(tx, ctx, &me, new.topic, &others),
    }
}

fn named_caller(me: &Subject, wanted: &NewMember) -> bool {
    if !wanted.may_be_of(me.home) {
        return false;
    }
    match &wanted.key {
        UserKey::Id(id) => me.account == Some(*id),
        UserKey::Address(address) => me.addresses.contains(address),
    }
}

fn start(
    tx: &mut Tx<'_>,
    ctx: &Context<'_>,
    me: &Subject,
    wanted: &NewMember,
) -> Outcome<ChatView> {
    let NewMember { key, home, history: _ } = wanted;
    // An address without account goes the same way with the same reads, up to the verdict (P6).
    let named = Subject::named(tx, ctx, key)?;
    let is_meant = wanted.may_be_of(named.home) && named.is_shown_as(key);
    let is_in_a_chat = is_meant && find_pair(tx, ctx, &named)?.is_some();
    let other = if is_in_a_chat { named } else { approach_at(tx, ctx, me, key, *home)? };
    if let Some((chat, mine)) = find_pair(tx, ctx, &other)? {
        let theirs = tx
            .find_membership(chat.key, other.id()?)?
            .ok_or(Failure::Internal { code: "one-on-one-without-other" })?;
        return resume(tx, ctx, chat, mine, theirs, &other);
    }
    let id = ChatId::one_on_one(ctx.caller.account, other.id_or_nobody());
    let between = between(tx, me, &other)?;
    let (actor, target) = (me.facts(), other.facts());
    let relation = between.relation;
    let permit = authorise(&Start { actor: &actor, target: &target, by: other.by, relation })?;
    let other_id = other.id()?;
    let mut chat = fresh(ctx, me, ChatKind::OneOnOne, id, None);
    chat.key = tx.insert_chat(&permit, &chat)?;
    let mine = membership(chat.key, ctx.caller.account, Consent::NotNeeded);
    let mut theirs = membership(chat.key, other_id, Consent::NotNeeded);
    if let Some(gate) = permit.gate() {
        request::ask(ctx, &mut theirs, gate.risk.is_high(), between.asked_consent());
    }
    settle(tx, ctx, chat, vec![mine, theirs])
}

/// The chat that the caller and somebody already have.
fn find_pair(
    tx: &mut Tx<'_>,
    ctx: &Context<'_>,
    other: &Subject,
) -> Outcome<Option<(Chat, Membership)>> {
    let id = ChatId::one_on_one(ctx.caller.account, other.id_or_nobody());
    let found = tx.find_chat_with_membership(&id, ctx.caller.account)?;
    Ok(found.and_then(|(chat, mine)| Some((chat, mine?))))
}

/// Takes up the chat that two people already have. Somebody who had declined finds the request
/// again; whoever is not in it any more is asked back.
fn resume(
    tx: &mut Tx<'_>,
    ctx: &Context<'_>,
    chat: Chat,
    mine: Membership,
    theirs: Membership,
    other: &Subject,
) -> Outcome<ChatView> {
    let are_both_in =
        mine.state == MembershipState::Member && theirs.state == MembershipState::Member;
    if are_both_in && mine.consent != Consent::Declined {
        return get(tx, ctx, &chat.id, true);
    }
    let me = Subject::caller(tx, ctx)?;
    let between = between(tx, &me, other)?;
    let (actor, target) = (me.facts(), other.facts());
    let relation = between.relation;
    let permit = authorise(&Start { actor: &actor, target: &target, by: other.by, relation })?;
    let homes = tx.chat_homes(chat.key)?;
    let roster = crate::roster::Roster::of(tx, ctx, &chat, &homes)?;
    let mut scene = Scene::of(chat, mine.clone(), homes, roster);
    if mine.consent == Consent::Declined {
        request::wait_again(tx, ctx, &mut scene)?;
        return get(tx, ctx, &scene.chat.id, true);
    }
    let has_ended = [&mine, &theirs]
        .into_iter()
        .any(|one| one.state == MembershipState::RemovedByAdministrator);
    let asked = permit.gate().map(|gate| (gate.risk.is_high(), between.asked_consent()));
    let (mine, theirs) = (returned(ctx, &scene, mine), returned(ctx, &scene, theirs));
    let mine = if has_ended { without_request(mine) } else { mine };
    let theirs = match asked {
        Some((is_high_risk, consent)) if has_ended || !theirs.consent.is_given() => {
            scene.chat.pending_sends = 0;
            let mut asked = without_request(theirs);
            request::ask(ctx, &mut asked, is_high_risk, consent);
            asked
        }
        _ => theirs,
    };
    for back in [mine, theirs] {
        tx.put_membership(&back)?;
        scene.tell(tx, EventKind::MemberAdded(back.account), None, None)?;
    }
    scene.change_members(tx, ctx)?;
    let detail = serde_json::json!({ "readmitted": true }).to_string();
    scene.record(tx, ctx, AuditKind::MemberAdded, None, &detail)?;
    get(tx, ctx, &scene.chat.id, true)
}

/// Somebody's membership when the chat is taken up again. Whom an administrator had taken out does
/// not get the old messages back.
fn returned(ctx: &Context<'_>, scene: &Scene, membership: Membership) -> Membership {
    match membership.state {
        MembershipState::Member => membership,
        MembershipState::RemovedByAdministrator => {
            Membership { visible_from: scene.next_message_id(ctx), ..membership.resumed() }
        }
        _ => membership.resumed(),
    }
}

/// A membership from before anybody asked.
fn without_request(membership: Membership) -> Membership {
    Membership {
        consent: Consent::NotNeeded,
        requested_by: None,
        requested_at: None,
        is_high_risk: false,
        has_previewed: false,
        ..membership
    }
}

/// Why the caller may not start a chat with somebody, asked without doing it.
///
/// # Errors
///
/// When the store fails.
pub fn refusal_to_start(tx: &mut Tx<'_>, ctx: &Context<'_>, other: &Subject) -> Outcome<Failure> {
    let me = Subject::caller(tx, ctx)?;
    let relation = between(tx, &me, other)?.relation;
    let (actor, target) = (me.facts(), other.facts());
    let question = Start { actor: &actor, target: &target, by: other.by, relation };
    Ok(match authorise(&question) {
        Ok(_nothing_is_written) => Failure::NotReachable,
        Err(refusal) => refusal.into(),
    })
}

fn start_group(
    tx: &mut Tx<'_>,
    ctx: &Context<'_>,
    me: &Subject,
    topic: Option<String>,
    others: &[&NewMember],
) -> Outcome<ChatView> {
    if others.is_empty() {
        return Err(Failure::invalid("members", "A group begins with somebody else in it."));
    }
    let topic = checked_topic(topic)?;
    let actor = me.facts();
    let permit = authorise(&StartGroup { actor: &actor })?;
    let id = ChatId::group(ctx.random_id());
    let mut chat = fresh(ctx, me, ChatKind::Group, id, topic);
    chat.key = tx.insert_chat(&permit, &chat)?;
    let mine = membership(chat.key, ctx.caller.account, Consent::NotNeeded);
    let mut subjects = vec![me.clone()];
    let mut memberships = vec![mine];
    for wanted in others {
        let joiner = approach_at(tx, ctx, me, &wanted.key, wanted.home)?;
        if joiner.account.is_some_and(|id| memberships.iter().any(|m| m.account == id)) {
            return Err(Failure::DuplicateMember);
        }
        let adding =
            Adding { chat: &chat, adder: me, members: &subjects, in_call: 1, has_left: false };
        let (permit, asked) = member::permit_to_add(tx, &adding, &joiner)?;
        let mut theirs = membership(chat.key, joiner.id()?, Consent::NotNeeded);
        if let Some(gate) = permit.gate() {
            request::ask(ctx, &mut theirs, gate.risk.is_high(), asked);
        }
        memberships.push(theirs);
        subjects.push(joiner);
    }
    settle(tx, ctx, chat, memberships)
}

/// A chat that nobody has written yet.
pub(crate) fn fresh(
    ctx: &Context<'_>,
    me: &Subject,
    kind: ChatKind,
    id: ChatId,
    topic: Option<String>,
) -> Chat {
    Chat {
        key: ChatKey(0),
        id,
        kind,
        initiator: ctx.caller.account,
        initiator_home: me.home,
        topic,
        created_at: ctx.now,
        updated_at: ctx.now,
        last_position: Position::START,
        last_message: None,
        access_version: 0,
        pending_sends: 0,
        has_accepted_outsider: false,
    }
}

fn membership(chat: ChatKey, account: AccountId, consent: Consent) -> Membership {
    Membership {
        chat,
        account,
        state: MembershipState::Member,
        consent,
        requested_by: None,
        requested_at: None,
        is_high_risk: false,
        has_previewed: false,
        joined_at: Position(1),
        visible_from: MessageId(0),
        visible_until: None,
        ended_at: None,
        ended_topic: None,
        is_hidden: false,
        is_muted: false,
        is_pinned: false,
        read_up_to: None,
    }
}

/// Writes a new chat's members, its first event and its audit rows.
fn settle(
    tx: &mut Tx<'_>,
    ctx: &Context<'_>,
    chat: Chat,
    memberships: Vec<Membership>,
) -> Outcome<ChatView> {
    for membership in &memberships {
        tx.put_membership(membership)?;
    }
    let mine =
        memberships.first().cloned().ok_or(Failure::Internal { code: "chat-without-members" })?;
    let homes = tx.chat_homes(chat.key)?;
    let roster = crate::roster::Roster::of(tx, ctx, &chat, &homes)?;
    let mut scene = Scene::of(chat, mine, homes, roster);
    scene.change_members(tx, ctx)?;
    scene.chat.has_accepted_outsider =
        scene.chat.kind == ChatKind::Group && has_known_outsider(&scene);
    scene.tell(tx, EventKind::ChatCreated, None, None)?;
    scene.save(tx)?;
    scene.record(tx, ctx, AuditKind::ChatCreated, None, "")?;
    for membership in memberships.iter().skip(1) {
        member::record_added(tx, ctx, &mut scene, membership)?;
    }
    view(tx, ctx, &scene, true)
}

/// Whether an outsider is in without having had to be asked.
fn has_known_outsider(scene: &Scene) -> bool {
    scene.roster.present().any(|member| {
        member.membership.consent.is_given()
            && member.subject.home.is_external_to(scene.chat.initiator_home)
            && member.membership.account != scene.chat.initiator
    })
}

/// A topic, checked; an empty one is none.
///
/// # Errors
///
/// [`Failure::Invalid`].
pub fn checked_topic(topic: Option<String>) -> Outcome<Option<String>> {
    match topic {
        Some(topic) if !topic.trim().is_empty() => text::name(&topic)
            .map(Some)
            .map_err(|why| Failure::invalid("topic", format!("The topic {why}."))),
        _ => Ok(None),
    }
}

/// One chat.
///
/// # Errors
///
/// [`Failure::NotFound`].
pub fn get(
    tx: &mut Tx<'_>,
    ctx: &Context<'_>,
    chat: &ChatId,
    with_members: bool,
) -> Outcome<ChatView> {
    let scene = Scene::enter(tx, ctx, chat)?;
    view(tx, ctx, &scene, with_members)
}

/// One chat with how many messages of others the caller has not read, and with what else is asked
/// for.
///
/// # Errors
///
/// [`Failure::NotFound`].
pub fn get_whole(
    tx: &mut Tx<'_>,
    ctx: &Context<'_>,
    chat: &ChatId,
    with_members: bool,
    with_last_message: bool,
) -> Outcome<ChatView> {
    let scene = Scene::enter(tx, ctx, chat)?;
    let last_message = if with_last_message { listing::last_message(tx, &scene)? } else { None };
    let unread = listing::unread(tx, &scene)?;
    Ok(ChatView { last_message, unread, ..view(tx, ctx, &scene, with_members)? })
}

/// A chat as the caller sees it. While a request waits for the caller it has no topic.
///
/// # Errors
///
/// When the store fails.
pub fn view(
    tx: &mut Tx<'_>,
    ctx: &Context<'_>,
    scene: &Scene,
    with_members: bool,
) -> Outcome<ChatView> {
    let mut chat = scene.chat.clone();
    if scene.me.is_pending() {
        chat.topic = None;
        chat.last_message = None;
        chat.updated_at = scene.me.requested_at.unwrap_or(chat.created_at);
    }
    if let Some(ended_at) = scene.me.ended_at {
        chat.topic.clone_from(&scene.me.ended_topic);
        chat.updated_at = ended_at;
    }
    let members = if with_members { Some(member::all(tx, ctx, scene)?) } else { None };
    Ok(ChatView {
        chat,
        membership: scene.me.clone(),
        request: request::seen(tx, scene)?,
        members,
        last_message: None,
        unread: None,
        send_refusal: message::send_refusal(tx, ctx, scene)?,
    })
}

/// Changes a group's topic.
///
/// # Errors
///
/// [`Failure::Invalid`] in a one-to-one chat; refusals as for sending.
pub fn rename(
    tx: &mut Tx<'_>,
    ctx: &Context<'_>,
    chat: &ChatId,
    topic: Option<String>,
) -> Outcome<ChatView> {
    let mut scene = Scene::enter_as_member(tx, ctx, chat)?;
    if scene.chat.kind != ChatKind::Group {
        return Err(Failure::invalid("topic", "Only a group has a topic."));
    }
    let _permit = scene.permit_to_write(ctx)?;
    let topic = checked_topic(topic)?;
    if topic != scene.chat.topic {
        scene.chat.topic.clone_from(&topic);
        scene.chat.updated_at = ctx.now;
        scene.tell(tx, EventKind::ChatUpdated, None, None)?;
        scene.say(tx, ctx, SystemEvent::ChatRenamed { topic })?;
        scene.save(tx)?;
        scene.record(tx, ctx, AuditKind::ChatUpdated, None, "")?;
    }
    view(tx, ctx, &scene, false)
}

/// Hides a chat from the caller's list until something new is said in it, or shows it again.
///
/// # Errors
///
/// [`Failure::NotFound`].
pub fn set_hidden(
    tx: &mut Tx<'_>,
    ctx: &Context<'_>,
    chat: &ChatId,
    is_hidden: bool,
) -> Outcome<()> {
    let mut scene = Scene::enter(tx, ctx, chat)?;
    if scene.me.is_hidden == is_hidden {
        return Ok(());
    }
    let mut mine = scene.stored(tx, scene.me.account)?;
    mine.is_hidden = is_hidden;
    tx.put_membership(&mine)?;
    scene.tell(tx, EventKind::ChatUpdated, Some(ctx.caller.account), None)?;
    // The roster knows who hides the chat, so that a message can show it again.
    scene.change_access(tx, ctx)
}

/// Shows a chat again to everybody who had hidden it and to whom something new is said.
///
/// # Errors
///
/// When the store fails.
pub fn reveal(
    tx: &mut Tx<'_>,
    ctx: &Context<'_>,
    scene: &mut Scene,
    only_for: Option<AccountId>,
) -> Outcome<()> {
    let hiding: Vec<AccountId> = scene
        .roster
        .present()
        .filter(|member| member.membership.is_hidden && member.membership.is_active())
        .map(|member| member.membership.account)
        .filter(|account| only_for.is_none_or(|only| only == *account))
        .collect();
    for account in &hiding {
        let stored = tx.find_membership(scene.chat.key, *account)?;
        let Some(stored) = stored else { continue };
        tx.put_membership(&Membership { is_hidden: false, ..stored })?;
        scene.tell(tx, EventKind::ChatUpdated, Some(*account), None)?;
    }
    if hiding.is_empty() { Ok(()) } else { scene.change_access(tx, ctx) }
}

/// Marks everything up to a moment (none: everything) as read.
///
/// # Errors
///
/// [`Failure::NotFound`].
pub fn mark_read(
    tx: &mut Tx<'_>,
    ctx: &Context<'_>,
    chat: &ChatId,
    up_to: Option<Timestamp>,
) -> Outcome<()> {
    let scene = message::enter_to_read(tx, ctx, chat)?;
    let newest = scene.chat.last_message.unwrap_or(MessageId(0));
    let read = match up_to {
        None => newest,
        Some(moment) => MessageId(moment.as_ms().max(0)).min(newest),
    };
    let read = scene.me.read_up_to.map_or(read, |before| before.max(read));
    set_read(tx, scene, read)
}

/// Marks everything after a moment (none: the newest message) as unread.
///
/// # Errors
///
/// [`Failure::NotFound`].
pub fn mark_unread(
    tx: &mut Tx<'_>,
    ctx: &Context<'_>,
    chat: &ChatId,
    from: Option<Timestamp>,
) -> Outcome<()> {
    let scene = message::enter_to_read(tx, ctx, chat)?;
    let newest = scene.chat.last_message.unwrap_or(MessageId(0));
    let read = match from {
        None => MessageId((newest.0 - 1).max(0)),
        Some(moment) => MessageId(moment.as_ms().clamp(0, newest.0)),
    };
    set_read(tx, scene, read)
}

fn set_read(tx: &mut Tx<'_>, mut scene: Scene, read: MessageId) -> Outcome<()> {
    if scene.me.read_up_to == Some(read) {
        return Ok(());
    }
    let mut mine = scene.stored(tx, scene.me.account)?;
    mine.read_up_to = Some(read);
    tx.put_membership(&mine)?;
    let kind = EventKind::MemberUpdated(mine.account);
    scene.tell(tx, kind, Some(mine.account), None)?;
    let others: Vec<AccountId> = scene.roster.present().map(|m| m.membership.account).collect();
    for other in others.into_iter().filter(|other| *other != mine.account) {
        if member::shares_signals(tx, &scene, mine.account, other)? {
            scene.tell(tx, kind, Some(other), None)?;
        }
    }
    scene.save(tx)
}

/// Leaves a group, keeping its history up to now.
///
/// # Errors
///
/// [`Failure::NotFound`]; [`Failure::Invalid`] in a one-to-one chat.
pub fn leave(tx: &mut Tx<'_>, ctx: &Context<'_>, chat: &ChatId) -> Outcome<()> {
    let mut scene = Scene::enter(tx, ctx, chat)?;
    if scene.chat.kind != ChatKind::Group {
        return Err(Failure::invalid("chat", "A one-to-one chat can be hidden, not left."));
    }
    if scene.me.state != MembershipState::Member {
        return Ok(());
    }
    if !scene.roster.standing.evictions().is_empty() {
        scene.evict(tx, ctx)?;
    }
    let mut mine = scene.me.clone().ended(MembershipState::Left, &scene.chat, ctx.now);
    if !scene.me.is_active() && !scene.me.is_high_risk {
        // Past history stays readable for somebody who leaves instead of deleting (U-30), unless
        // it has to be previewed and acknowledged first (P-11).
        mine.consent = Consent::Accepted;
    }
    tx.put_membership(&mine)?;
    scene.record(tx, ctx, AuditKind::MemberRemoved, None, r#"{"left":true}"#)?;
    scene.tell(tx, EventKind::MemberRemoved(mine.account), None, None)?;
    scene.say(tx, ctx, SystemEvent::MembersLeft { members: vec![mine.account] })?;
    scene.change_members(tx, ctx)
}

/// Takes one of the administrator's own people out of a chat, wherever it was started (A-142).
/// Doing it twice is fine.
///
/// # Errors
///
/// [`Failure::NoPermission`] for others' people and without the role (P-54).
pub fn remove_all_access(
    tx: &mut Tx<'_>,
    ctx: &Context<'_>,
    chat: &ChatId,
    account: AccountId,
) -> Outcome<()> {
    use visavis_domain::account::Role;
    let own = ctx
        .caller
        .administers(&[Role::ExternalAccessAdministrator, Role::SecurityAdministrator])?;
    let person = tx
        .find_account(account)?
        .filter(|person| person.home.organisation() == Some(own))
        .ok_or(Failure::NoPermission)?;
    let chat = tx.find_chat(chat)?.ok_or(Failure::NotFound)?;
    let Some(membership) = tx.find_membership(chat.key, person.id)? else {
        return Err(Failure::NotFound);
    };
    if membership.state == MembershipState::RemovedByAdministrator {
        return Ok(());
    }
    let was_member = membership.state == MembershipState::Member;
    let homes = tx.chat_homes(chat.key)?;
    let roster = crate::roster::Roster::of(tx, ctx, &chat, &homes)?;
    let mut scene = Scene::of(chat, membership.clone(), homes, roster);
    let removed = membership.ended(MembershipState::RemovedByAdministrator, &scene.chat, ctx.now);
    tx.put_membership(&removed)?;
    let detail = serde_json::json!({ "member": account, "byAdministrator": true }).to_string();
    let record = act(ctx, Some(ctx.caller.account), AuditKind::AccessRemoved, &detail);
    scene.record_for(tx, ctx, account, &record)?;
    scene.tell(tx, EventKind::MemberRemoved(account), None, None)?;
    if was_member {
        let members = vec![account];
        scene.say(tx, ctx, SystemEvent::MembersDeleted { members, by_policy: true })?;
        let detail = serde_json::json!({ "member": account }).to_string();
        scene.record(tx, ctx, AuditKind::MemberRemoved, None, &detail)?;
    }
    scene.change_members(tx, ctx)
}
