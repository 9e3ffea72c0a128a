//! Messages: send, read, edit, delete, react.

use std::sync::Arc;

use visavis_domain::audit::AuditKind;
use visavis_domain::chat::{ChatKind, MembershipState};
use visavis_domain::emoji::is_emoji;
use visavis_domain::event::EventKind;
use visavis_domain::id::{AccountId, ChatId, MessageId};
use visavis_domain::limit::{
    MENTIONS_MAX, MESSAGE_VERSIONS_MAX, QUOTES_MAX, REACTION_BYTES_MAX, REACTIONS_PER_PERSON_MAX,
};
use visavis_domain::message::{
    Body, Extras, Importance, Mention, Message, Quote, REACTION_NAMES, Reaction, Version,
};
use visavis_domain::text;
use visavis_domain::time::Timestamp;
use visavis_policy::permit::{self, Permit};
use visavis_policy::reason::View;
use visavis_policy::standing::SendRequest;
use visavis_policy::verdict::Delivery;
use visavis_store::{MessageOrder, MessageRange, Tx};

use crate::body;
use crate::context::Context;
use crate::failure::{Failure, Outcome};
use crate::hosted_content::{self, ImageChanges, NewImage, Placed};
use crate::page::{self, PageRequest};
use crate::roster::Roster;
use crate::scene::Scene;
use crate::subject::{UserKey, Viewer};
use crate::view::{MessageView, Page};

/// A message that somebody wants to send.
#[derive(Debug, Clone)]
pub struct Draft {
    /// What it says; HTML is cleaned on the way in.
    pub body: Body,
    /// How urgent.
    pub importance: Importance,
    /// A subject line.
    pub subject: Option<String>,
    /// People named in it: number in the body, words, who.
    pub mentions: Vec<(u32, String, UserKey)>,
    /// Messages of the same chat that it quotes.
    pub quotes: Vec<MessageId>,
    /// Images that come with it.
    pub images: Vec<NewImage>,
}

/// What somebody wants to change of a message of theirs. What it does not name stays as it is.
#[derive(Debug, Clone, Default)]
pub struct Revision {
    /// What it says from now on.
    pub body: Option<Body>,
    /// How urgent.
    pub importance: Option<Importance>,
    /// A subject line, or none any more.
    pub subject: Option<Option<String>>,
    /// All people named in it.
    pub mentions: Option<Vec<(u32, String, UserKey)>>,
    /// All messages that it quotes.
    pub quotes: Option<Vec<MessageId>>,
    /// Images that come with the new text.
    pub images: Vec<NewImage>,
}

impl From<Draft> for Revision {
    /// The whole message anew.
    fn from(draft: Draft) -> Self {
        Self {
            body: Some(draft.body),
            importance: Some(draft.importance),
            subject: Some(draft.subject),
            mentions: Some(draft.mentions),
            quotes: Some(draft.quotes),
            images: draft.images,
        }
    }
}

/// Sends a message.
///
/// # Errors
///
/// The refusal of whichever side decides; [`Failure::NotReachable`] when it is the other's;
/// [`Failure::TooLarge`]; [`Failure::Invalid`] for what cannot be a message.
pub fn send(
    tx: &mut Tx<'_>,
    ctx: &Context<'_>,
    chat: &ChatId,
    draft: Draft,
) -> Outcome<MessageView> {
    ctx.limits.check_message(ctx.caller.account)?;
    let mut scene = Scene::enter_to_write(tx, ctx, chat)?;
    let permit = permit_to_send(tx, ctx, &scene)?;
    let is_lost = permit.delivery() == Delivery::SenderOnly;
    let only_for = is_lost.then_some(ctx.caller.account);
    let (message, images) = compose(tx, ctx, &scene, draft)?;
    images.keep(tx, scene.chat.key, message.id)?;
    post(tx, ctx, &mut scene, &permit, Message { only_for, ..message })
}

/// Why the caller could not send here now, as far as [`send`] would say it; none when they could.
///
/// # Errors
///
/// When the store fails.
pub(crate) fn send_refusal(
    tx: &mut Tx<'_>,
    ctx: &Context<'_>,
    scene: &Scene,
) -> Outcome<Option<View>> {
    match permit_to_send(tx, ctx, scene) {
        Ok(_nothing_is_written) => Ok(None),
        Err(Failure::Refused(refusal)) => Ok(Some(refusal.for_actor())),
        Err(Failure::NotReachable) => Ok(Some(View::NotReachable)),
        Err(other) => Err(other),
    }
}

/// Whether the caller may send here and now. Whom the terms no longer allow in the chat counts as
/// gone.
fn permit_to_send(
    tx: &mut Tx<'_>,
    ctx: &Context<'_>,
    scene: &Scene,
) -> Outcome<Permit<permit::Send>> {
    if scene.chat.kind == ChatKind::OneOnOne
        && let Some(other) = scene.roster.other(ctx.caller.account)
        && (other.membership.state != MembershipState::Member
            || scene.roster.standing.is_evicted(other.membership.account))
        && scene.me.state == MembershipState::Member
    {
        return Err(crate::chat::refusal_to_start(tx, ctx, &other.subject)?);
    }
    let is_waiting = is_counted(scene);
    let request = SendRequest {
        sender_has_unanswered_request: scene.me.consent.is_open(),
        pending_sent: is_waiting.then_some(scene.chat.pending_sends),
    };
    Ok(scene.roster.standing.send(ctx.caller.account, request)?)
}

/// Whether the cap of S-20 counts a message now: somebody was asked, nobody of another home has
/// accepted.
pub(crate) fn is_counted(scene: &Scene) -> bool {
    scene.roster.counts_messages_of(&scene.chat)
}

/// Checks a draft and makes a message of it.
fn compose(
    tx: &mut Tx<'_>,
    ctx: &Context<'_>,
    scene: &Scene,
    draft: Draft,
) -> Outcome<(Message, ImageChanges)> {
    let id = scene.next_message_id(ctx);
    let placed = hosted_content::place(scene, ctx, draft.body, draft.images, (id, None))?;
    let Placed { body, images, changes } = placed;
    let nothing = Extras::default();
    let mentions = mentioned(scene, draft.mentions, &nothing)?;
    let quotes = quoted(tx, scene, &draft.quotes, &nothing)?;
    let subject = subject_line(draft.subject)?;
    let message = Message {
        chat: scene.chat.key,
        id,
        position: scene.chat.last_position.next(),
        sender: Some(ctx.caller.account),
        body,
        importance: draft.importance,
        extras: Extras { subject, mentions, quotes, images, system: None },
        etag: id.0,
        edited_at: None,
        edited_position: None,
        deleted_at: None,
        only_for: None,
        reactions: Vec::new(),
    };
    Ok((message, changes))
}

/// The message as a revision leaves it, and what that does to its images.
fn revised(
    tx: &mut Tx<'_>,
    ctx: &Context<'_>,
    scene: &Scene,
    revision: Revision,
    old: &Message,
) -> Outcome<(Message, Option<ImageChanges>)> {
    let mut new = old.clone();
    let mut changes = None;
    match revision.body {
        Some(body) => {
            let placed =
                hosted_content::place(scene, ctx, body, revision.images, (old.id, Some(old)))?;
            new.body = placed.body;
            new.extras.images = placed.images;
            changes = Some(placed.changes);
        }
        None if revision.images.is_empty() => {}
        None => {
            let words = "New images come with the text in which they stand: give `body`.";
            return Err(Failure::invalid("hostedContents", words));
        }
    }
    if let Some(importance) = revision.importance {
        new.importance = importance;
    }
    if let Some(subject) = revision.subject {
        new.extras.subject = subject_line(subject)?;
    }
    if let Some(mentions) = revision.mentions {
        new.extras.mentions = mentioned(scene, mentions, &old.extras)?;
    }
    if let Some(quotes) = revision.quotes {
        new.extras.quotes = quoted(tx, scene, &quotes, &old.extras)?;
    }
    Ok((new, changes))
}

fn subject_line(subject: Option<String>) -> Outcome<Option<String>> {
    let subject = subject.filter(|subject| !subject.trim().is_empty());
    let subject = subject.map(|subject| text::name(&subject)).transpose();
    subject.map_err(|why| Failure::invalid("subject", why.to_string()))
}

fn post(
    tx: &mut Tx<'_>,
    ctx: &Context<'_>,
    scene: &mut Scene,
    permit: &Permit<permit::Send>,
    message: Message,
) -> Outcome<MessageView> {
    tx.insert_message(permit, &message)?;
    scene.chat.last_message = Some(message.id);
    if is_counted(scene) {
        scene.chat.pending_sends += 1;
    }
    let message = Arc::new(message);
    let kind = EventKind::MessageCreated(message.id);
    scene.tell(tx, kind, message.only_for, Some(Arc::clone(&message)))?;
    crate::chat::reveal(tx, ctx, scene, message.only_for)?;
    scene.save(tx)?;
    if scene.roster.is_external {
        scene.record(tx, ctx, AuditKind::MessageSent, Some(message.id), "")?;
    }
    view(scene, &scene.viewer()?, message)
}

/// Everybody whom a message names: members, and whom the `old` message named, even if they have gone
/// since.
fn mentioned(
    scene: &Scene,
    mentions: Vec<(u32, String, UserKey)>,
    old: &Extras,
) -> Outcome<Vec<Mention>> {
    if mentions.len() > MENTIONS_MAX {
        return Err(Failure::LimitReached(format!("a message may name {MENTIONS_MAX} people")));
    }
    let mut result = Vec::with_capacity(mentions.len());
    for (id, words, key) in mentions {
        let was_named = old.mentions.iter().filter_map(|old| scene.roster.member(old.account));
        let account = scene
            .roster
            .present()
            .chain(was_named)
            .find(|member| member.subject.is_shown_as(&key))
            .and_then(|member| member.subject.account)
            .ok_or_else(|| {
                Failure::invalid("mentions", "Only members of the chat can be mentioned.")
            })?;
        let words =
            text::name(&words).map_err(|why| Failure::invalid("mentions", why.to_string()))?;
        result.push(Mention { id, text: words, account });
    }
    Ok(result)
}

/// What a message quotes. What the `old` message quoted stays as it was, even if that message has been
/// deleted since.
fn quoted(
    tx: &mut Tx<'_>,
    scene: &Scene,
    quotes: &[MessageId],
    old: &Extras,
) -> Outcome<Vec<Quote>> {
    if quotes.len() > QUOTES_MAX {
        return Err(Failure::LimitReached(format!("a reply may quote {QUOTES_MAX} messages")));
    }
    let mut result = Vec::with_capacity(quotes.len());
    for id in quotes {
        if let Some(quote) = old.quotes.iter().find(|quote| quote.message == *id) {
            result.push(quote.clone());
            continue;
        }
        let message = visible(tx, scene, *id)?;
        let sender = message
            .sender
            .filter(|_sender| !message.is_system())
            .ok_or_else(|| Failure::invalid("messageIds", "A system line cannot be quoted."))?;
        if message.deleted_at.is_some() {
            return Err(Failure::invalid("messageIds", "A deleted message cannot be quoted."));
        }
        result.push(Quote { message: *id, preview: body::preview(&message.body), sender });
    }
    Ok(result)
}

/// Which messages of a chat, newest first.
#[derive(Debug, Clone)]
pub struct MessageQuery {
    /// By which time.
    pub order: MessageOrder,
    /// Only later ones.
    pub after: Option<Timestamp>,
    /// Only earlier ones.
    pub before: Option<Timestamp>,
    /// How many, from where.
    pub page: PageRequest,
}

impl MessageQuery {
    /// Where the list goes on: before which place, and of those there, before which id.
    fn start(&self) -> Outcome<(Option<i64>, Option<MessageId>)> {
        let before = self.before.map(Timestamp::as_ms);
        Ok(match self.page.cursor_pair()? {
            Some((place, id)) if before.is_none_or(|before| place < before) => {
                (Some(place), Some(MessageId(id)))
            }
            _ => (before, None),
        })
    }
}

/// The messages of a chat that the caller may see, newest first.
///
/// # Errors
///
/// [`Failure::NotFound`] while a request waits for the caller, and when there is no such chat.
pub fn list(
    tx: &mut Tx<'_>,
    ctx: &Context<'_>,
    chat: &ChatId,
    query: MessageQuery,
) -> Outcome<Page<MessageView>> {
    let scene = enter_to_read(tx, ctx, chat)?;
    let viewer = scene.viewer()?;
    let (before, before_id) = query.start()?;
    let mut range = MessageRange {
        order: query.order,
        before,
        before_id,
        after: query.after.map(Timestamp::as_ms),
        from: scene.me.visible_from,
        until: scene.me.visible_until,
    };
    // Rows that the caller may not see are skipped, so a page may take more than one read.
    let mut items = Vec::new();
    let mut next = None;
    loop {
        let rows = tx.list_messages(scene.chat.key, &range, query.page.top + 1)?;
        let is_last = rows.len() <= query.page.top;
        for row in rows {
            if items.len() == query.page.top {
                let id = range.before_id.map_or(0, |id| id.0);
                next = range.before.map(|before| page::cursor_of_pair(before, id));
                return Ok(Page { items, next });
            }
            range.before = Some(match query.order {
                MessageOrder::ById => row.id.0,
                MessageOrder::ByChange => row.etag,
            });
            range.before_id = Some(row.id);
            if scene.me.can_see(&row) {
                items.push(view(&scene, &viewer, Arc::new(row))?);
            }
        }
        if is_last {
            return Ok(Page { items, next });
        }
    }
}

/// One message.
///
/// # Errors
///
/// [`Failure::NotFound`].
pub fn get(
    tx: &mut Tx<'_>,
    ctx: &Context<'_>,
    chat: &ChatId,
    id: MessageId,
) -> Outcome<MessageView> {
    let scene = enter_to_read(tx, ctx, chat)?;
    let message = visible(tx, &scene, id)?;
    view(&scene, &scene.viewer()?, Arc::new(message))
}

/// Enters a chat whose messages the caller may see.
///
/// # Errors
///
/// [`Failure::NotFound`].
pub fn enter_to_read(tx: &mut Tx<'_>, ctx: &Context<'_>, chat: &ChatId) -> Outcome<Scene> {
    let scene = Scene::enter(tx, ctx, chat)?;
    if scene.me.can_see_messages() { Ok(scene) } else { Err(Failure::NotFound) }
}

/// A message that the caller may see.
///
/// # Errors
///
/// [`Failure::NotFound`].
pub(crate) fn visible(tx: &mut Tx<'_>, scene: &Scene, id: MessageId) -> Outcome<Message> {
    tx.find_message(scene.chat.key, id)?
        .filter(|message| scene.me.can_see(message))
        .ok_or(Failure::NotFound)
}

/// The caller's own message, for changing it.
fn own(tx: &mut Tx<'_>, ctx: &Context<'_>, scene: &Scene, id: MessageId) -> Outcome<Message> {
    let message = visible(tx, scene, id)?;
    if message.sender == Some(ctx.caller.account) && !message.is_system() {
        Ok(message)
    } else {
        Err(Failure::NoPermission)
    }
}

/// Changes one's own message; a text that is replaced is kept as a version. A revision that changes
/// nothing does nothing.
///
/// # Errors
///
/// [`Failure::NoPermission`] for others' messages; [`Failure::PreconditionFailed`] when `if_match`
/// is given and is not the message's etag; refusals as for sending.
pub fn edit(
    tx: &mut Tx<'_>,
    ctx: &Context<'_>,
    chat: &ChatId,
    id: MessageId,
    revision: impl Into<Revision>,
    if_match: Option<String>,
) -> Outcome<MessageView> {
    let mut scene = Scene::enter_as_member(tx, ctx, chat)?;
    let _permit = scene.permit_to_write(ctx)?;
    let old = own(tx, ctx, &scene, id)?;
    if if_match.is_some_and(|etag| etag != old.etag.to_string()) {
        return Err(Failure::PreconditionFailed);
    }
    if old.deleted_at.is_some() {
        return Err(Failure::Conflict("The message was deleted.".to_owned()));
    }
    let (new, images) = revised(tx, ctx, &scene, revision.into(), &old)?;
    if new == old {
        return view(&scene, &scene.viewer()?, Arc::new(old));
    }
    if let Some(images) = images {
        images.keep(tx, scene.chat.key, id)?;
    }
    if new.body != old.body {
        keep_version(tx, ctx, &scene, &old)?;
    }
    let message = Message {
        etag: next_etag(ctx, &old),
        edited_at: Some(ctx.now),
        edited_position: Some(scene.chat.last_position.next()),
        ..new
    };
    change(tx, ctx, &mut scene, message, EventKind::MessageEdited(id), AuditKind::MessageUpdated)
}

/// Keeps the text of a message that is about to get another.
fn keep_version(tx: &mut Tx<'_>, ctx: &Context<'_>, scene: &Scene, old: &Message) -> Outcome<()> {
    if tx.list_versions(scene.chat.key, old.id)?.len() >= MESSAGE_VERSIONS_MAX {
        return Err(Failure::LimitReached(format!(
            "a message may be edited {MESSAGE_VERSIONS_MAX} times"
        )));
    }
    let version = Version { replaced_at: ctx.now, body: old.body.clone() };
    Ok(tx.insert_version(scene.chat.key, old.id, &version)?)
}

/// Deletes one's own message: everybody sees that there was one. It is pinned no more.
///
/// # Errors
///
/// [`Failure::NoPermission`] for others' messages.
pub fn delete(tx: &mut Tx<'_>, ctx: &Context<'_>, chat: &ChatId, id: MessageId) -> Outcome<()> {
    let mut scene = Scene::enter_as_member(tx, ctx, chat)?;
    let permit = scene.permit_to_write(ctx)?;
    let old = own(tx, ctx, &scene, id)?;
    if old.deleted_at.is_some() {
        return Ok(());
    }
    if tx.delete_pinned_message(&permit, scene.chat.key, id)? {
        scene.tell(tx, EventKind::PinChanged(id), old.only_for, None)?;
    }
    let message = Message { deleted_at: Some(ctx.now), etag: next_etag(ctx, &old), ..old };
    let kind = EventKind::MessageDeleted(id);
    change(tx, ctx, &mut scene, message, kind, AuditKind::MessageDeleted)?;
    Ok(())
}

/// Takes a deletion back.
///
/// # Errors
///
/// [`Failure::NoPermission`] for others' messages; refusals as for sending.
pub fn undelete(tx: &mut Tx<'_>, ctx: &Context<'_>, chat: &ChatId, id: MessageId) -> Outcome<()> {
    let mut scene = Scene::enter_as_member(tx, ctx, chat)?;
    let _permit = scene.permit_to_write(ctx)?;
    let old = own(tx, ctx, &scene, id)?;
    if old.deleted_at.is_none() {
        return Ok(());
    }
    let message = Message { deleted_at: None, etag: next_etag(ctx, &old), ..old };
    let kind = EventKind::MessageUpdated(id);
    change(tx, ctx, &mut scene, message, kind, AuditKind::MessageDeleted)?;
    Ok(())
}

/// Adds a reaction.
///
/// # Errors
///
/// Refusals as for sending; [`Failure::Invalid`] for what is no reaction.
pub fn react(
    tx: &mut Tx<'_>,
    ctx: &Context<'_>,
    chat: &ChatId,
    id: MessageId,
    kind: &str,
) -> Outcome<()> {
    let mut scene = Scene::enter_as_member(tx, ctx, chat)?;
    let _permit = scene.permit_to_write(ctx)?;
    let message = reactable(tx, &scene, id)?;
    let kind = reaction_kind(kind)?;
    let own_count = message.reactions.iter().filter(|r| r.account == ctx.caller.account).count();
    if own_count >= REACTIONS_PER_PERSON_MAX {
        return Err(Failure::LimitReached(format!(
            "one person may react {REACTIONS_PER_PERSON_MAX} times to a message"
        )));
    }
    let reaction = Reaction {
        account: ctx.caller.account,
        kind,
        created_at: ctx.now,
        position: scene.chat.last_position.next(),
    };
    if !tx.put_reaction(scene.chat.key, id, &reaction)? {
        return Ok(());
    }
    touch(tx, ctx, &mut scene, message)
}

/// Takes a reaction back.
///
/// # Errors
///
/// As [`react`].
pub fn unreact(
    tx: &mut Tx<'_>,
    ctx: &Context<'_>,
    chat: &ChatId,
    id: MessageId,
    kind: &str,
) -> Outcome<()> {
    let mut scene = Scene::enter_as_member(tx, ctx, chat)?;
    let _permit = scene.permit_to_write(ctx)?;
    let message = reactable(tx, &scene, id)?;
    if tx.delete_reaction(scene.chat.key, id, ctx.caller.account, kind.trim())? {
        return touch(tx, ctx, &mut scene, message);
    }
    reaction_kind(kind).map(drop)
}

/// Earlier texts of one's own message, oldest first. Others see that it was edited, no more.
///
/// # Errors
///
/// [`Failure::NotFound`].
pub fn versions(
    tx: &mut Tx<'_>,
    ctx: &Context<'_>,
    chat: &ChatId,
    id: MessageId,
) -> Outcome<Vec<Version>> {
    let scene = enter_to_read(tx, ctx, chat)?;
    let message = visible(tx, &scene, id)?;
    if message.deleted_at.is_some() || message.sender != Some(ctx.caller.account) {
        return Err(Failure::NotFound);
    }
    Ok(tx.list_versions(scene.chat.key, id)?)
}

fn reactable(tx: &mut Tx<'_>, scene: &Scene, id: MessageId) -> Outcome<Message> {
    let message = visible(tx, scene, id)?;
    if message.is_system() || message.deleted_at.is_some() {
        return Err(Failure::invalid("message", "Only a message can get a reaction."));
    }
    Ok(message)
}

/// One emoji, or one of the names that Graph had before.
fn reaction_kind(kind: &str) -> Outcome<String> {
    let kind = kind.trim();
    let is_emoji = kind.len() <= REACTION_BYTES_MAX && is_emoji(kind);
    if is_emoji || REACTION_NAMES.contains(&kind) {
        return Ok(kind.to_owned());
    }
    let names = REACTION_NAMES.join(", ");
    Err(Failure::invalid("reactionType", format!("A reaction is one emoji, or one of {names}.")))
}

fn touch(tx: &mut Tx<'_>, ctx: &Context<'_>, scene: &mut Scene, message: Message) -> Outcome<()> {
    let id = message.id;
    let message = Message { etag: next_etag(ctx, &message), ..message };
    let kind = EventKind::MessageUpdated(id);
    change(tx, ctx, scene, message, kind, AuditKind::ReactionChanged)?;
    Ok(())
}

fn change(
    tx: &mut Tx<'_>,
    ctx: &Context<'_>,
    scene: &mut Scene,
    message: Message,
    event: EventKind,
    audit: AuditKind,
) -> Outcome<MessageView> {
    tx.update_message(&message)?;
    scene.tell(tx, event, message.only_for, None)?;
    scene.save(tx)?;
    if scene.roster.is_external {
        let detail = match (audit, message.deleted_at) {
            (AuditKind::MessageDeleted, None) => r#"{"restored":true}"#,
            _ => "",
        };
        scene.record(tx, ctx, audit, Some(message.id), detail)?;
    }
    let message = tx.find_message(scene.chat.key, message.id)?.unwrap_or(message);
    view(scene, &scene.viewer()?, Arc::new(message))
}

fn next_etag(ctx: &Context<'_>, old: &Message) -> i64 {
    ctx.now.as_ms().max(old.etag + 1)
}

/// A message as somebody in the chat sees it.
///
/// # Errors
///
/// [`Failure::Internal`] when the viewer is not in the roster.
pub fn view(scene: &Scene, viewer: &Viewer, message: Arc<Message>) -> Outcome<MessageView> {
    let until = scene.roster.member(viewer.account).and_then(|m| m.membership.visible_until);
    let message = presentable(message, until);
    Ok(MessageView {
        chat_id: scene.chat.id.clone(),
        people: people(&scene.roster, viewer, &message),
        message,
        chat_home: scene.chat.initiator_home,
    })
}

/// The message without what a viewer may not see: the text of a deleted one, and reactions from
/// after the end of a former member's history.
#[must_use]
pub fn presentable(
    message: Arc<Message>,
    until: Option<visavis_domain::id::Position>,
) -> Arc<Message> {
    let has_late_reactions = until
        .is_some_and(|until| message.reactions.iter().any(|reaction| reaction.position > until));
    if message.deleted_at.is_none() && !has_late_reactions {
        return message;
    }
    let mut shown = Arc::unwrap_or_clone(message);
    if let Some(until) = until {
        shown.reactions.retain(|reaction| reaction.position <= until);
    }
    if shown.deleted_at.is_some() {
        shown.body.content.clear();
        shown.reactions.clear();
        let system = shown.extras.system.take();
        shown.extras = Extras { system, ..Extras::default() };
    }
    Arc::new(shown)
}

/// Everybody whom a message names, as a viewer sees them.
#[must_use]
pub fn people(roster: &Roster, viewer: &Viewer, message: &Message) -> Vec<crate::view::Person> {
    let mut ids: Vec<AccountId> = message.sender.into_iter().collect();
    ids.extend(message.extras.mentions.iter().map(|mention| mention.account));
    ids.extend(message.extras.quotes.iter().map(|quote| quote.sender));
    ids.extend(message.reactions.iter().map(|reaction| reaction.account));
    if let Some(system) = &message.extras.system {
        ids.extend(body::named_in(system));
    }
    if ids.len() > 1 {
        ids.sort_unstable();
        ids.dedup();
    }
    ids.iter()
        .filter_map(|id| roster.member(*id))
        .map(|member| viewer.see(&member.subject))
        .collect()
}
