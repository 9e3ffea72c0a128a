//! The list of somebody's chats, newest activity first.

use std::sync::Arc;

use visavis_domain::chat::ChatKind;
use visavis_domain::contact::RequestState;
use visavis_domain::id::ChatKey;
use visavis_domain::limit::PAGE_ENTRIES_MAX;
use visavis_domain::time::Timestamp;
use visavis_store::{ChatFilter, ListedChat, MessageOrder, MessageRange, Tx};

use crate::chat::view;
use crate::context::Context;
use crate::failure::Outcome;
use crate::page::{PageRequest, SealedList};
use crate::request;
use crate::roster::{Known, Roster};
use crate::scene::Scene;
use crate::view::{ChatView, MessageView, Page};

/// Chats that one page of a list looks at.
const CHATS_LOOKED_AT_MAX: usize = 500;

/// Cursors of this list are sealed: chats are numbered over the whole deployment, and where one
/// stands is nobody's business but its members'.
const LIST: SealedList = SealedList("chats");

/// Which chats of the caller, newest activity first.
#[derive(Debug, Clone)]
pub struct ChatQuery {
    /// Only those whose contact request is in this state, as the caller sees it.
    pub request_state: Option<RequestState>,
    /// Only those that the caller's side asked for (true) or was asked for (false).
    pub outbound: Option<bool>,
    /// Only those of this kind.
    pub kind: Option<ChatKind>,
    /// Only those whose newest message that the caller may see is later than this.
    pub after: Option<Timestamp>,
    /// Only those whose newest message that the caller may see is earlier than this.
    pub before: Option<Timestamp>,
    /// Only those in which the caller sees a member of this name, in whatever case.
    pub member_named: Option<String>,
    /// With their members.
    pub with_members: bool,
    /// With their newest message.
    pub with_last_message: bool,
    /// How many, from where.
    pub page: PageRequest,
}

impl ChatQuery {
    /// Whether chats may have to be passed over.
    const fn is_filtered(&self) -> bool {
        self.request_state.is_some()
            || self.outbound.is_some()
            || self.after.is_some()
            || self.before.is_some()
            || self.member_named.is_some()
    }

    /// All chats, without members and messages.
    #[must_use]
    pub const fn of(page: PageRequest) -> Self {
        Self {
            request_state: None,
            outbound: None,
            kind: None,
            after: None,
            before: None,
            member_named: None,
            with_members: false,
            with_last_message: false,
            page,
        }
    }
}

/// The caller's chats, newest activity first that the caller may know of.
///
/// # Errors
///
/// [`crate::failure::Failure::Invalid`] for a cursor that is not ours.
pub fn list(tx: &mut Tx<'_>, ctx: &Context<'_>, query: &ChatQuery) -> Outcome<Page<ChatView>> {
    let start = LIST.place(ctx, &query.page)?;
    let mut before = start.map(|(activity, key)| (activity, ChatKey(key)));
    // The newest message of a chat is no older than the newest that the caller sees in it. The
    // other bound is left to what the caller sees: nothing tells when somebody who waits for an
    // answer wrote last (P5).
    let after = query.after.map(Timestamp::as_ms);
    let mut items = Vec::new();
    let mut looked_at = 0;
    let mut known = Known::default();
    // A filter passes few chats: reading more at once sorts the memberships less often.
    let wanted = if query.is_filtered() { PAGE_ENTRIES_MAX } else { query.page.top } + 1;
    loop {
        let filter = ChatFilter { kind: query.kind, before, after };
        let rows = tx.list_chats_of(ctx.caller.account, &filter, wanted)?;
        let is_last = rows.len() < wanted;
        let keys: Vec<ChatKey> = rows.iter().map(|listed| listed.chat.key).collect();
        let mut homes = tx.homes_of_chats(&keys)?;
        for ListedChat { chat, mine, activity } in rows {
            // A filter that few chats pass must not hold a reader: a page may be short.
            looked_at += 1;
            if items.len() == query.page.top || looked_at > CHATS_LOOKED_AT_MAX {
                let next = before.map(|(at, key)| LIST.cursor(ctx, (at, key.0)));
                return Ok(Page { items, next });
            }
            before = Some((activity, chat.key));
            if !mine.can_see_chat() {
                continue;
            }
            let homes = homes.remove(&chat.key).unwrap_or_default();
            let roster = Roster::of_known(tx, ctx, &chat, &homes, &mut known)?;
            let scene = Scene::of(chat, mine, homes, roster).as_judged(ctx);
            items.extend(listed(tx, ctx, query, &scene)?);
        }
        if is_last {
            return Ok(Page { items, next: None });
        }
    }
}

fn listed(
    tx: &mut Tx<'_>,
    ctx: &Context<'_>,
    query: &ChatQuery,
    scene: &Scene,
) -> Outcome<Option<ChatView>> {
    if !scene.me.can_see_chat() {
        return Ok(None);
    }
    let request = request::seen(tx, scene)?;
    let state = request.as_ref().map(|request| request.state);
    let outbound = request.as_ref().map(|request| request.is_outbound);
    let is_wanted = query.request_state.is_none_or(|wanted| state == Some(wanted))
        && query.outbound.is_none_or(|wanted| outbound == Some(wanted));
    if !is_wanted {
        return Ok(None);
    }
    let is_by_time = query.after.is_some() || query.before.is_some();
    let newest =
        if is_by_time || query.with_last_message { last_message(tx, scene)? } else { None };
    if is_by_time && !newest.as_ref().is_some_and(|newest| is_between(query, newest)) {
        return Ok(None);
    }
    let mut view = view(tx, ctx, scene, query.with_members || query.member_named.is_some())?;
    if let Some(name) = &query.member_named {
        if !has_member_named(&view, name) {
            return Ok(None);
        }
        view.members = view.members.filter(|_members| query.with_members);
    }
    view.last_message = newest.filter(|_newest| query.with_last_message);
    view.unread = unread(tx, scene)?;
    Ok(Some(view))
}

fn is_between(query: &ChatQuery, newest: &MessageView) -> bool {
    let at = newest.message.id.0;
    query.after.is_none_or(|after| at > after.as_ms())
        && query.before.is_none_or(|before| at < before.as_ms())
}

fn has_member_named(view: &ChatView, name: &str) -> bool {
    let name = name.to_lowercase();
    view.members
        .iter()
        .flatten()
        .any(|member| member.person.card.display_name.to_lowercase() == name)
}

/// How many messages of others the caller has not read.
pub(super) fn unread(tx: &mut Tx<'_>, scene: &Scene) -> Outcome<Option<u32>> {
    if !scene.me.can_see_messages() {
        return Ok(None);
    }
    if scene.chat.last_message <= scene.me.read_up_to {
        return Ok(Some(0));
    }
    Ok(Some(tx.count_unread(&scene.me)?))
}

/// The newest message that the caller may see.
pub(super) fn last_message(tx: &mut Tx<'_>, scene: &Scene) -> Outcome<Option<MessageView>> {
    if !scene.me.can_see_messages() {
        return Ok(None);
    }
    let mut range = MessageRange {
        order: MessageOrder::ById,
        before: None,
        before_id: None,
        after: None,
        from: scene.me.visible_from,
        until: scene.me.visible_until,
    };
    loop {
        let rows = tx.list_messages(scene.chat.key, &range, 4)?;
        let Some(oldest) = rows.last().map(|row| row.id) else { return Ok(None) };
        for row in rows {
            if scene.me.can_see(&row) {
                let viewer = scene.viewer()?;
                return crate::message::view(scene, &viewer, Arc::new(row)).map(Some);
            }
        }
        range.before = Some(oldest.0);
    }
}
