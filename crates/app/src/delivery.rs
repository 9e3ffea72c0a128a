//! From a committed event to what each account is told: the resource as a fetch would show it.

use std::sync::Arc;

use visavis_bus::Committed;
use visavis_domain::chat::Membership;
use visavis_domain::event::{Event, EventKind, Refresh};
use visavis_domain::home::Home;
use visavis_domain::id::{AccountId, ChatId, ChatKey, MessageId, OrganisationKey, Watermark};
use visavis_domain::limit::PUSH_REPLAY_MAX;
use visavis_domain::message::Message;
use visavis_store::Tx;

use crate::context::Context;
use crate::failure::{Failure, Outcome};
use crate::roster::Roster;
use crate::scene::Scene;
use crate::subject::Viewer;
use crate::view::{ChatView, Member, MessageView};
use crate::{chat, member, message};

/// What a use case attaches to an event about a new message, so that delivery need not read it.
#[derive(Debug)]
pub struct Attachment {
    pub(crate) chat_id: ChatId,
    pub(crate) chat_home: Home,
    pub(crate) roster: Arc<Roster>,
    pub(crate) message: Arc<Message>,
}

/// What became of a resource.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Change {
    /// It is new.
    Created,
    /// It changed.
    Updated,
    /// It is gone, or deleted.
    Deleted,
}

impl Change {
    /// The name in the API.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Created => "created",
            Self::Updated => "updated",
            Self::Deleted => "deleted",
        }
    }
}

/// A resource as a fetch by the told account would show it; without a view it is gone for them.
#[derive(Debug, Clone)]
pub enum Resource {
    /// A chat.
    Chat {
        /// Which.
        id: ChatId,
        /// What a fetch shows.
        view: Option<Box<ChatView>>,
    },
    /// A message.
    Message {
        /// In which chat.
        chat: ChatId,
        /// Which.
        id: MessageId,
        /// What a fetch shows.
        view: Option<Box<MessageView>>,
    },
    /// A member.
    Member {
        /// Of which chat.
        chat: ChatId,
        /// Who.
        account: AccountId,
        /// What a fetch shows.
        view: Option<Box<Member>>,
    },
}

/// One thing that an account is told.
#[derive(Debug, Clone)]
pub struct Notification {
    /// From where to resume after it.
    pub watermark: Watermark,
    /// What became of the resource.
    pub change: Change,
    /// The resource.
    pub resource: Resource,
}

/// Accounts that are all told the same.
#[derive(Debug, Clone)]
pub struct Broadcast {
    /// Who.
    pub accounts: Vec<AccountId>,
    /// What.
    pub notification: Notification,
}

/// The hot path: a new message in a chat in which nobody's answer is awaited looks the same to
/// everybody of one home, so it is rendered once for each home and not once for each account.
/// `None` for everything else: use [`notifications`].
#[must_use]
pub fn broadcast(committed: &Committed) -> Option<Vec<Broadcast>> {
    let EventKind::MessageCreated(id) = committed.event.kind else { return None };
    let attachment = committed.payload.as_ref()?.downcast_ref::<Attachment>()?;
    let roster = &attachment.roster;
    if committed.event.only_for.is_some() || roster.has_open_request() {
        return None;
    }
    let mut groups: Vec<((OrganisationKey, Option<AccountId>), Broadcast)> = Vec::new();
    for person in roster.present().filter(|person| person.membership.is_active()) {
        let account = person.membership.account;
        // A personal account sees itself differently from how the personal realm sees it.
        let is_alone = person.subject.home == Home::Personal;
        let key = (person.subject.key, is_alone.then_some(account));
        match groups.iter_mut().find(|(of, _)| *of == key) {
            Some((_, group)) => group.accounts.push(account),
            None => {
                let viewer = Viewer {
                    account,
                    home: person.subject.home,
                    terms: person.subject.terms.clone(),
                };
                let view = MessageView {
                    chat_id: attachment.chat_id.clone(),
                    people: message::people(roster, &viewer, &attachment.message),
                    message: Arc::clone(&attachment.message),
                    chat_home: attachment.chat_home,
                };
                let resource = Resource::Message {
                    chat: attachment.chat_id.clone(),
                    id,
                    view: Some(Box::new(view)),
                };
                let watermark = committed.event.watermark;
                let notification = Notification { watermark, change: Change::Created, resource };
                groups.push((key, Broadcast { accounts: vec![account], notification }));
            }
        }
    }
    Some(groups.into_iter().map(|(_, group)| group).collect())
}

/// Everybody who could be told about an event.
///
/// # Errors
///
/// When the store fails.
pub fn audience(tx: &mut Tx<'_>, event: &Event) -> Outcome<Vec<AccountId>> {
    if let Some(only) = event.only_for {
        return Ok(vec![only]);
    }
    let memberships = tx.list_memberships(event.chat)?;
    Ok(memberships
        .into_iter()
        .filter(|membership| event.refresh_for(membership) != Refresh::Nothing)
        .map(|membership| membership.account)
        .collect())
}

/// What an event means to the caller now.
///
/// # Errors
///
/// When the store fails.
pub fn notifications(
    tx: &mut Tx<'_>,
    ctx: &Context<'_>,
    event: &Event,
) -> Outcome<Vec<Notification>> {
    let Some(membership) = tx.find_membership(event.chat, ctx.caller.account)? else {
        return Ok(Vec::new());
    };
    let refresh = event.refresh_for(&membership);
    if refresh == Refresh::Nothing {
        return Ok(Vec::new());
    }
    let chat = tx.get_chat(event.chat)?.ok_or(Failure::Internal { code: "event-without-chat" })?;
    let id = chat.id.clone();
    let resources = match refresh {
        Refresh::Nothing => Vec::new(),
        Refresh::Chat => vec![chat_resource(tx, ctx, id)?],
        Refresh::Message(message) if is_of_later(tx, &membership, message)? => Vec::new(),
        Refresh::Message(message) => vec![message_resource(tx, ctx, id, message)?],
        Refresh::MessageAndChat(message) => {
            let mut resources = vec![message_resource(tx, ctx, id.clone(), message)?];
            if has_counter(tx, ctx, &id)? {
                resources.push(chat_resource(tx, ctx, id)?);
            }
            resources
        }
        Refresh::Member(account) => vec![member_resource(tx, ctx, id, account)?],
        Refresh::MemberAndChat(account) => {
            let member = member_resource(tx, ctx, id.clone(), account)?;
            vec![member, chat_resource(tx, ctx, id)?]
        }
    };
    Ok(resources
        .into_iter()
        .map(|resource| Notification {
            watermark: event.watermark,
            change: change_of(event, &resource),
            resource,
        })
        .collect())
}

/// Whether the message was written after the end of a former member's time: they never saw it, and
/// are not told that it is gone either.
fn is_of_later(tx: &mut Tx<'_>, viewer: &Membership, message: MessageId) -> Outcome<bool> {
    let Some(until) = viewer.visible_until else { return Ok(false) };
    let found = tx.find_message(viewer.chat, message)?;
    Ok(found.is_none_or(|message| message.position > until))
}

fn change_of(event: &Event, resource: &Resource) -> Change {
    let is_gone = match resource {
        Resource::Chat { view, .. } => view.is_none(),
        Resource::Message { view, .. } => {
            view.as_ref().is_none_or(|view| view.message.deleted_at.is_some())
        }
        Resource::Member { view, .. } => view.is_none(),
    };
    match (event.kind, resource) {
        _ if is_gone => Change::Deleted,
        (EventKind::ChatCreated, Resource::Chat { .. })
        | (EventKind::MessageCreated(_), Resource::Message { .. })
        | (EventKind::MemberAdded(_), Resource::Member { .. }) => Change::Created,
        _ => Change::Updated,
    }
}

/// Whether the caller sees a counter of waiting messages on the chat, which a new message moves.
fn has_counter(tx: &mut Tx<'_>, ctx: &Context<'_>, id: &ChatId) -> Outcome<bool> {
    let scene = Scene::enter(tx, ctx, id)?;
    Ok(scene.roster.has_open_request())
}

fn found<T>(outcome: Outcome<T>) -> Outcome<Option<T>> {
    match outcome {
        Ok(thing) => Ok(Some(thing)),
        Err(Failure::NotFound) => Ok(None),
        Err(other) => Err(other),
    }
}

fn chat_resource(tx: &mut Tx<'_>, ctx: &Context<'_>, id: ChatId) -> Outcome<Resource> {
    let view = found(chat::get(tx, ctx, &id, false))?.map(Box::new);
    Ok(Resource::Chat { id, view })
}

/// A chat as the caller sees it now, for telling outside the order of events; none when it does
/// not exist for them.
///
/// # Errors
///
/// When the store fails.
pub fn standing(tx: &mut Tx<'_>, ctx: &Context<'_>, chat: ChatKey) -> Outcome<Option<Resource>> {
    let Some(chat) = tx.get_chat(chat)? else { return Ok(None) };
    let resource = chat_resource(tx, ctx, chat.id)?;
    Ok(matches!(resource, Resource::Chat { view: Some(_), .. }).then_some(resource))
}

fn message_resource(
    tx: &mut Tx<'_>,
    ctx: &Context<'_>,
    chat: ChatId,
    id: MessageId,
) -> Outcome<Resource> {
    let view = found(message::get(tx, ctx, &chat, id))?.map(Box::new);
    Ok(Resource::Message { chat, id, view })
}

fn member_resource(
    tx: &mut Tx<'_>,
    ctx: &Context<'_>,
    chat: ChatId,
    account: AccountId,
) -> Outcome<Resource> {
    let view = found(member::get(tx, ctx, &chat, account))?.map(Box::new);
    Ok(Resource::Member { chat, account, view })
}

/// Everything that happened after a watermark, for a client that resumes.
#[derive(Debug)]
pub enum Replay {
    /// All of it.
    Complete {
        /// What the client is told, chat by chat in order.
        notifications: Vec<Notification>,
        /// Up to where it goes.
        upto: Watermark,
    },
    /// More than is replayed, or a watermark that was never given: fetch afresh.
    TooOld,
}

/// Replays what happened after a watermark.
///
/// # Errors
///
/// When the store fails.
pub fn replay(tx: &mut Tx<'_>, ctx: &Context<'_>, after: Watermark) -> Outcome<Replay> {
    let upto = tx.last_watermark()?;
    if after > upto {
        return Ok(Replay::TooOld);
    }
    let events = tx.events_for(ctx.caller.account, after, PUSH_REPLAY_MAX + 1)?;
    if events.len() > PUSH_REPLAY_MAX {
        return Ok(Replay::TooOld);
    }
    let mut all = Vec::new();
    for event in &events {
        all.extend(notifications(tx, ctx, event)?);
    }
    Ok(Replay::Complete { notifications: all, upto })
}
