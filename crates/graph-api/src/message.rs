//! Messages: Graph's `chatMessage`, and what can be done with one.

use std::borrow::Cow;

use axum::http::StatusCode;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;
use visavis_app::MessageOrder;
use visavis_app::body::with_image_addresses;
use visavis_app::message::{self, MessageQuery};
use visavis_app::page::PageRequest;
use visavis_app::view::MessageView;
use visavis_domain::id::{AccountId, ChatId, MessageId};
use visavis_domain::limit::PAGE_ENTRIES_MAX;
use visavis_domain::message::{ContentType, Importance, Mention, Quote, SystemEvent};

use crate::Routes;
use crate::answer::Answer;
use crate::error::{ApiError, Errors};
use crate::extract::{Call, Key, Keys, Payload};
use crate::filter::{self, Operator};
use crate::odata::{
    Collection, Digits, IdentitySet, ItemBody, Moment, Null, UnknownEnums, UserIdentity,
};
use crate::open_api::words;
use crate::query::{Ask, Options, invalid_filter, not_after, not_before, unsupported_filter};

mod draft;

pub(crate) use self::draft::{MessageChange, NewMessage, NewReply};

/// Messages of a page when the caller does not say.
const PAGE_ENTRIES_USUAL: usize = 20;
const POSSIBLE_FILTERS: &str = "Messages can be filtered by createdDateTime or \
     lastModifiedDateTime with gt, ge, lt and le, joined by and.";

pub(crate) fn routes() -> Routes {
    OpenApiRouter::default()
        .routes(routes!(message_list, message_send))
        .routes(routes!(message_reply_with_quote))
        .routes(routes!(message_get, message_edit))
        .routes(routes!(message_versions))
        .routes(routes!(message_soft_delete))
        .routes(routes!(message_undo_soft_delete))
        .routes(routes!(message_set_reaction))
        .routes(routes!(message_unset_reaction))
}

/// A message: Graph's `chatMessage`.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = chatMessage)]
pub struct MessageWire<'a> {
    /// The moment it was accepted, in milliseconds since 1970; unique in the chat.
    #[schema(value_type = String)]
    id: Digits,
    #[schema(required, value_type = Option<String>)]
    reply_to_id: Null,
    /// Grows with each change.
    #[schema(value_type = String)]
    etag: Digits,
    /// `message`, `systemEventMessage`, or `unknownFutureValue` for the latter unless
    /// `Prefer: include-unknown-enum-members` is sent.
    #[schema(value_type = words::MessageType)]
    message_type: &'static str,
    #[schema(value_type = String, format = DateTime)]
    created_date_time: Moment,
    #[schema(value_type = String, format = DateTime)]
    last_modified_date_time: Moment,
    #[schema(required, value_type = Option<String>, format = DateTime)]
    last_edited_date_time: Option<Moment>,
    /// When it was deleted; its body is empty from then on.
    #[schema(required, value_type = Option<String>, format = DateTime)]
    deleted_date_time: Option<Moment>,
    #[schema(required)]
    subject: Option<&'a str>,
    #[schema(required, value_type = Option<String>)]
    summary: Null,
    chat_id: &'a str,
    /// `normal`, `high` or `urgent`.
    #[schema(value_type = words::Importance)]
    importance: &'static str,
    locale: &'static str,
    #[schema(required, value_type = Option<String>)]
    web_url: Null,
    #[schema(required, value_type = Option<Object>)]
    channel_identity: Null,
    #[schema(required, value_type = Option<Object>)]
    policy_violation: Null,
    #[schema(required)]
    event_detail: Option<EventDetail<'a>>,
    #[schema(required)]
    from: Option<IdentitySet<'a>>,
    body: ItemBody<'a>,
    attachments: Vec<Attachment>,
    mentions: Vec<MentionWire<'a>>,
    reactions: Vec<ReactionWire<'a>>,
}

/// The newest message of a chat: Graph's `chatMessageInfo`.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = chatMessageInfo)]
pub struct MessageInfo<'a> {
    #[schema(value_type = String)]
    id: Digits,
    #[schema(value_type = String, format = DateTime)]
    created_date_time: Moment,
    is_deleted: bool,
    #[schema(value_type = words::MessageType)]
    message_type: &'static str,
    #[schema(required)]
    event_detail: Option<EventDetail<'a>>,
    body: ItemBody<'a>,
    #[schema(required)]
    from: Option<IdentitySet<'a>>,
}

/// What a system line tells: Graph's `eventMessageDetail`.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = eventMessageDetail)]
pub(crate) struct EventDetail<'a> {
    #[serde(rename = "@odata.type")]
    odata_type: &'static str,
    /// Who did it; nobody when an organisation's terms did.
    #[schema(required)]
    initiator: Option<IdentitySet<'a>>,
    /// Who was added or removed, joined or left.
    #[serde(skip_serializing_if = "Option::is_none")]
    members: Option<Vec<UserIdentity<'a>>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>, format = DateTime)]
    visible_history_start_date_time: Option<Moment>,
    /// Whether an organisation's terms did it rather than a member.
    #[serde(skip_serializing_if = "Option::is_none")]
    by_policy: Option<bool>,
    #[serde(skip_serializing_if = "Option::is_none")]
    chat_id: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    chat_display_name: Option<&'a str>,
    /// When a message was pinned or unpinned.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>, format = DateTime)]
    event_date_time: Option<Moment>,
}

/// What is attached: Graph's `chatMessageAttachment`. Quotes are.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = chatMessageAttachment)]
pub(crate) struct Attachment {
    id: String,
    content_type: &'static str,
    #[schema(required, value_type = Option<String>)]
    content_url: Null,
    /// The quoted message, as JSON.
    content: String,
    #[schema(required, value_type = Option<String>)]
    name: Null,
    #[schema(required, value_type = Option<String>)]
    thumbnail_url: Null,
    #[schema(required, value_type = Option<String>)]
    teams_app_id: Null,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct MessageReference<'a> {
    message_id: Digits,
    message_preview: &'a str,
    message_sender: IdentitySet<'a>,
}

/// A person named in a message: Graph's `chatMessageMention`.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = chatMessageMention)]
pub(crate) struct MentionWire<'a> {
    id: u32,
    mention_text: &'a str,
    mentioned: IdentitySet<'a>,
}

/// A reaction: Graph's `chatMessageReaction`.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = chatMessageReaction)]
pub(crate) struct ReactionWire<'a> {
    reaction_type: &'a str,
    #[schema(required, value_type = Option<String>)]
    display_name: Null,
    #[schema(required, value_type = Option<String>)]
    reaction_content_url: Null,
    #[schema(value_type = String, format = DateTime)]
    created_date_time: Moment,
    user: IdentitySet<'a>,
}

/// An earlier text of an edited message.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = chatMessageVersion)]
pub(crate) struct VersionWire<'a> {
    /// When that text was replaced.
    #[schema(value_type = String, format = DateTime)]
    replaced_date_time: Moment,
    body: ItemBody<'a>,
}

/// The message on the wire, for one viewer: the same bytes for a fetch and for push. The addresses
/// of its images are those of this server, without scheme and host.
#[must_use]
pub fn message_wire(view: &MessageView, unknown_enums: UnknownEnums) -> MessageWire<'_> {
    message_wire_on(view, unknown_enums, "")
}

/// The message on the wire, with whole addresses of its images: `base` is scheme and host.
#[must_use]
pub fn message_wire_on<'a>(
    view: &'a MessageView,
    unknown_enums: UnknownEnums,
    base: &str,
) -> MessageWire<'a> {
    let message = &*view.message;
    // Of a deleted message nothing remains but that it was there.
    let extras = message.deleted_at.is_none().then_some(&message.extras);
    let quotes = extras.map_or(&[][..], |extras| &extras.quotes);
    let mentioned = extras.map_or(&[][..], |extras| &extras.mentions);
    MessageWire {
        id: Digits(message.id.0),
        reply_to_id: Null,
        etag: Digits(message.etag),
        message_type: message_type(view, unknown_enums),
        created_date_time: Moment(message.created_at()),
        last_modified_date_time: Moment(message.modified_at()),
        last_edited_date_time: message.edited_at.map(Moment),
        deleted_date_time: message.deleted_at.map(Moment),
        subject: extras.and_then(|extras| extras.subject.as_deref()),
        summary: Null,
        chat_id: view.chat_id.as_str(),
        importance: importance_name(message.importance),
        locale: "en-us",
        web_url: Null,
        channel_identity: Null,
        policy_violation: Null,
        event_detail: event_detail(view),
        from: sender(view),
        body: body(view, base),
        attachments: quotes.iter().map(|quote| attachment(view, quote)).collect(),
        mentions: mentioned.iter().map(|mention| mention_wire(view, mention)).collect(),
        reactions: reactions(view),
    }
}

/// The message as a chat's `lastMessagePreview`.
#[must_use]
pub fn message_info<'a>(
    view: &'a MessageView,
    unknown_enums: UnknownEnums,
    base: &str,
) -> MessageInfo<'a> {
    MessageInfo {
        id: Digits(view.message.id.0),
        created_date_time: Moment(view.message.created_at()),
        is_deleted: view.message.deleted_at.is_some(),
        message_type: message_type(view, unknown_enums),
        event_detail: event_detail(view),
        body: body(view, base),
        from: sender(view),
    }
}

fn message_type(view: &MessageView, unknown_enums: UnknownEnums) -> &'static str {
    match (view.message.is_system(), unknown_enums) {
        (false, _) => "message",
        (true, UnknownEnums::AsTheyAre) => "systemEventMessage",
        (true, UnknownEnums::Replaced) => "unknownFutureValue",
    }
}

const fn importance_name(importance: Importance) -> &'static str {
    match importance {
        Importance::Normal => "normal",
        Importance::High => "high",
        Importance::Urgent => "urgent",
    }
}

/// Nobody sends a system line; whose act it was is in its detail.
fn sender(view: &MessageView) -> Option<IdentitySet<'_>> {
    if view.message.is_system() {
        return None;
    }
    view.message.sender.map(|sender| IdentitySet::of(view.person(sender)))
}

/// The body. One that quotes is HTML and has the places where the quotes stand; images have
/// addresses on `base`.
fn body<'a>(view: &'a MessageView, base: &str) -> ItemBody<'a> {
    let message = &*view.message;
    if message.is_system() {
        return ItemBody::html("<systemEventMessage/>");
    }
    let is_plain = message.extras.quotes.is_empty() && message.extras.images.is_empty();
    if is_plain || message.deleted_at.is_some() {
        return ItemBody::of(&message.body);
    }
    let said = match message.body.content_type {
        ContentType::Html if message.extras.images.is_empty() => {
            Cow::Borrowed(message.body.content.as_str())
        }
        ContentType::Html => {
            let address = format!("{base}/v1.0/chats/{}/messages/{}", view.chat_id, message.id);
            Cow::Owned(with_image_addresses(&message.body.content, &address))
        }
        ContentType::Text => Cow::Owned(escaped(&message.body.content)),
    };
    let mut content = String::with_capacity(said.len() + 64);
    for quote in &message.extras.quotes {
        let place = format!("<attachment id=\"{}\"></attachment>", quote.message);
        if !said.contains(&place) {
            content.push_str(&place);
        }
    }
    content.push_str(&said);
    ItemBody::html(content)
}

fn escaped(text: &str) -> String {
    let mut html = String::with_capacity(text.len() + 16);
    for c in text.chars() {
        match c {
            '&' => html.push_str("&amp;"),
            '<' => html.push_str("&lt;"),
            '>' => html.push_str("&gt;"),
            '\n' => html.push_str("<br>"),
            '\r' => {}
            other => html.push(other),
        }
    }
    html
}

fn mention_wire<'a>(view: &'a MessageView, mention: &'a Mention) -> MentionWire<'a> {
    MentionWire {
        id: mention.id,
        mention_text: &mention.text,
        mentioned: IdentitySet::of(view.person(mention.account)),
    }
}

fn reactions(view: &MessageView) -> Vec<ReactionWire<'_>> {
    let reactions = view.message.reactions.iter();
    reactions
        .map(|reaction| ReactionWire {
            reaction_type: &reaction.kind,
            display_name: Null,
            reaction_content_url: Null,
            created_date_time: Moment(reaction.created_at),
            user: IdentitySet::of(view.person(reaction.account)),
        })
        .collect()
}

fn attachment(view: &MessageView, quote: &Quote) -> Attachment {
    let reference = MessageReference {
        message_id: Digits(quote.message.0),
        message_preview: &quote.preview,
        message_sender: IdentitySet::of(view.person(quote.sender)),
    };
    Attachment {
        id: quote.message.to_string(),
        content_type: "messageReference",
        content_url: Null,
        content: serde_json::to_string(&reference).unwrap_or_default(),
        name: Null,
        thumbnail_url: Null,
        teams_app_id: Null,
    }
}

fn event_detail(view: &MessageView) -> Option<EventDetail<'_>> {
    let identities = |ids: &[AccountId]| {
        Some(ids.iter().filter_map(|id| view.person(*id)).map(UserIdentity::of).collect())
    };
    let sender = view.message.sender;
    let mut detail = EventDetail {
        odata_type: "#microsoft.graph.membersAddedEventMessageDetail",
        initiator: sender.map(|sender| IdentitySet::of(view.person(sender))),
        members: None,
        visible_history_start_date_time: None,
        by_policy: None,
        chat_id: None,
        chat_display_name: None,
        event_date_time: None,
    };
    match view.message.extras.system.as_ref()? {
        SystemEvent::MembersAdded { members, visible_from } => {
            detail.members = identities(members);
            detail.visible_history_start_date_time = Some(Moment::from(*visible_from));
        }
        SystemEvent::MembersDeleted { members, by_policy } => {
            detail.odata_type = "#microsoft.graph.membersDeletedEventMessageDetail";
            detail.members = identities(members);
            detail.by_policy = Some(*by_policy);
        }
        SystemEvent::MembersJoined { members } => {
            detail.odata_type = "#microsoft.graph.membersJoinedEventMessageDetail";
            detail.members = identities(members);
        }
        SystemEvent::MembersLeft { members } => {
            detail.odata_type = "#microsoft.graph.membersLeftEventMessageDetail";
            detail.members = identities(members);
        }
        SystemEvent::ChatRenamed { topic } => {
            detail.odata_type = "#microsoft.graph.chatRenamedEventMessageDetail";
            detail.chat_id = Some(view.chat_id.as_str());
            detail.chat_display_name = topic.as_deref();
        }
        SystemEvent::MessagePinned => {
            detail.odata_type = "#microsoft.graph.messagePinnedEventMessageDetail";
            detail.event_date_time = Some(Moment(view.message.created_at()));
        }
        SystemEvent::MessageUnpinned => {
            detail.odata_type = "#microsoft.graph.messageUnpinnedEventMessageDetail";
            detail.event_date_time = Some(Moment(view.message.created_at()));
        }
    }
    Some(detail)
}

#[derive(Debug, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = reaction)]
pub(crate) struct ReactionBody {
    /// An emoji, or one of `like`, `angry`, `sad`, `laugh`, `heart`, `surprised`.
    reaction_type: String,
}

/// What of the collection is asked for.
fn query(options: &Options) -> Result<MessageQuery, ApiError> {
    options.only(&[Ask::Top, Ask::SkipToken, Ask::Filter, Ask::OrderBy])?;
    let terms = match &options.filter {
        None => Vec::new(),
        Some(filter) => filter.conjunction().ok_or_else(|| unsupported_filter(POSSIBLE_FILTERS))?,
    };
    let filtered = terms.first().map(|term| order_named(&term.path)).transpose()?;
    let ordered = match &options.order_by {
        None => None,
        Some(order) if order.is_descending => Some(order_named(&order.property)?),
        Some(_) => {
            return Err(ApiError::invalid("$orderby", "Messages are listed newest first: desc."));
        }
    };
    let is_by_creation = ordered.or(filtered).unwrap_or(false);
    let (mut after, mut before) = (None, None);
    for term in terms {
        // As Graph does: a filter by the other property than the order's is passed over.
        if order_named(&term.path)? != is_by_creation {
            continue;
        }
        let moment = filter::moment(&term.value).map_err(|error| invalid_filter(&error))?;
        match term.operator {
            Operator::Greater => not_before(&mut after, moment),
            Operator::GreaterOrEqual => not_before(&mut after, moment.plus_ms(-1)),
            Operator::Less => not_after(&mut before, moment),
            Operator::LessOrEqual => not_after(&mut before, moment.plus_ms(1)),
            Operator::Equal | Operator::NotEqual | Operator::StartsWith => {
                return Err(unsupported_filter(POSSIBLE_FILTERS));
            }
        }
    }
    let order = if is_by_creation { MessageOrder::ById } else { MessageOrder::ByChange };
    let top = options.top(PAGE_ENTRIES_USUAL, PAGE_ENTRIES_MAX)?;
    let page = PageRequest { top, cursor: options.skip_token.clone() };
    Ok(MessageQuery { order, after, before, page })
}

/// Whether the property is the time of creation rather than of the last change.
fn order_named(property: &str) -> Result<bool, ApiError> {
    match property {
        "createdDateTime" => Ok(true),
        "lastModifiedDateTime" => Ok(false),
        _ => Err(unsupported_filter(POSSIBLE_FILTERS)),
    }
}

pub(crate) fn context(chat: &ChatId) -> String {
    format!("chats('{chat}')/messages")
}

/// List the messages of a chat, newest first.
#[utoipa::path(get, path = "/v1.0/chats/{chat_id}/messages", tag = "messages",
    params(("chat_id" = String, Path), crate::open_api::PageParameters,
        ("$filter" = Option<String>, Query, description = POSSIBLE_FILTERS),
        ("$orderby" = Option<String>, Query,
            description = "`lastModifiedDateTime desc`, which is the usual one, or \
                `createdDateTime desc`.")),
    responses((status = 200, body = Collection<MessageWire<'static>>), Errors))]
async fn message_list(
    call: Call,
    Key(chat): Key<ChatId>,
    options: Options,
) -> Result<Answer, ApiError> {
    let query = query(&options)?;
    let set = context(&chat);
    let page = call.read(move |tx, ctx| message::list(tx, ctx, &chat, query)).await?;
    let next = page.next;
    let items = page.items.iter().map(|view| call.shape.message(view)).collect();
    Ok(call.shape.page(&set, visavis_app::view::Page { items, next }, &options))
}

/// Send a message.
#[utoipa::path(post, path = "/v1.0/chats/{chat_id}/messages", tag = "messages",
    params(("chat_id" = String, Path), crate::open_api::CreateParameters),
    request_body = NewMessage,
    responses((status = 201, body = MessageWire<'static>), Errors))]
async fn message_send(
    call: Call,
    Key(chat): Key<ChatId>,
    payload: Payload<NewMessage>,
) -> Result<Answer, ApiError> {
    let draft = payload.value.draft()?;
    let set = context(&chat);
    let send = move |tx: &mut visavis_app::Tx<'_>, ctx: &visavis_app::context::Context<'_>| {
        message::send(tx, ctx, &chat, draft)
    };
    call.create(payload.once, send, move |shape, view| {
        shape.entity(StatusCode::CREATED, &set, &shape.message(view))
    })
    .await
}

/// Reply to messages of the chat, quoting them.
#[utoipa::path(post, path = "/v1.0/chats/{chat_id}/messages/replyWithQuote", tag = "messages",
    params(("chat_id" = String, Path), crate::open_api::CreateParameters),
    request_body = NewReply,
    responses((status = 201, body = MessageWire<'static>), Errors))]
async fn message_reply_with_quote(
    call: Call,
    Key(chat): Key<ChatId>,
    payload: Payload<NewReply>,
) -> Result<Answer, ApiError> {
    let draft = payload.value.draft()?;
    let set = context(&chat);
    let send = move |tx: &mut visavis_app::Tx<'_>, ctx: &visavis_app::context::Context<'_>| {
        message::send(tx, ctx, &chat, draft)
    };
    call.create(payload.once, send, move |shape, view| {
        shape.entity(StatusCode::CREATED, &set, &shape.message(view))
    })
    .await
}

/// Get a message.
#[utoipa::path(get, path = "/v1.0/chats/{chat_id}/messages/{message_id}", tag = "messages",
    params(("chat_id" = String, Path), ("message_id" = String, Path),
        crate::open_api::SelectParameters),
    responses((status = 200, body = MessageWire<'static>), Errors))]
async fn message_get(
    call: Call,
    Keys(chat, id): Keys<ChatId, MessageId>,
    options: Options,
) -> Result<Answer, ApiError> {
    options.only(&[])?;
    let set = context(&chat);
    let view = call.read(move |tx, ctx| message::get(tx, ctx, &chat, id)).await?;
    let wire = call.shape.message(&view);
    Ok(call.shape.selected(&set, &wire, &options))
}

/// Edit a message of one's own: what is not named stays. Earlier texts are kept.
#[utoipa::path(patch, path = "/v1.0/chats/{chat_id}/messages/{message_id}", tag = "messages",
    params(("chat_id" = String, Path), ("message_id" = String, Path),
        crate::open_api::ChangeParameters),
    request_body = MessageChange, responses((status = 204), Errors))]
async fn message_edit(
    call: Call,
    Keys(chat, id): Keys<ChatId, MessageId>,
    payload: Payload<MessageChange>,
) -> Result<Answer, ApiError> {
    let revision = payload.value.revision()?;
    let if_match = call.if_match.clone();
    call.write(move |tx, ctx| message::edit(tx, ctx, &chat, id, revision, if_match)).await?;
    Ok(Answer::no_content())
}

/// The earlier texts of an edited message, oldest first.
#[utoipa::path(get, path = "/v1.0/chats/{chat_id}/messages/{message_id}/versions",
    tag = "messages", params(("chat_id" = String, Path), ("message_id" = String, Path),
        crate::open_api::CollectionParameters),
    responses((status = 200, body = Collection<VersionWire<'static>>), Errors))]
async fn message_versions(
    call: Call,
    Keys(chat, id): Keys<ChatId, MessageId>,
    options: Options,
) -> Result<Answer, ApiError> {
    options.only(&[])?;
    let set = format!("chats('{chat}')/messages('{id}')/versions");
    let versions = call.read(move |tx, ctx| message::versions(tx, ctx, &chat, id)).await?;
    let value = versions
        .iter()
        .map(|version| VersionWire {
            replaced_date_time: Moment(version.replaced_at),
            body: ItemBody::of(&version.body),
        })
        .collect();
    Ok(call.shape.collection(&set, Collection::all(value), &options))
}

/// Delete a message of one's own. It stays as a tombstone.
#[utoipa::path(post, path = "/v1.0/chats/{chat_id}/messages/{message_id}/softDelete",
    tag = "messages", params(("chat_id" = String, Path), ("message_id" = String, Path)),
    responses((status = 204), Errors))]
async fn message_soft_delete(
    call: Call,
    Keys(chat, id): Keys<ChatId, MessageId>,
    _nothing: Payload<crate::odata::Nothing>,
) -> Result<Answer, ApiError> {
    call.write(move |tx, ctx| message::delete(tx, ctx, &chat, id)).await?;
    Ok(Answer::no_content())
}

/// Restore a message that one deleted.
#[utoipa::path(post, path = "/v1.0/chats/{chat_id}/messages/{message_id}/undoSoftDelete",
    tag = "messages", params(("chat_id" = String, Path), ("message_id" = String, Path)),
    responses((status = 204), Errors))]
async fn message_undo_soft_delete(
    call: Call,
    Keys(chat, id): Keys<ChatId, MessageId>,
    _nothing: Payload<crate::odata::Nothing>,
) -> Result<Answer, ApiError> {
    call.write(move |tx, ctx| message::undelete(tx, ctx, &chat, id)).await?;
    Ok(Answer::no_content())
}

/// React to a message.
#[utoipa::path(post, path = "/v1.0/chats/{chat_id}/messages/{message_id}/setReaction",
    tag = "messages", params(("chat_id" = String, Path), ("message_id" = String, Path)),
    request_body = ReactionBody, responses((status = 204), Errors))]
async fn message_set_reaction(
    call: Call,
    Keys(chat, id): Keys<ChatId, MessageId>,
    payload: Payload<ReactionBody>,
) -> Result<Answer, ApiError> {
    let kind = payload.value.reaction_type;
    call.write(move |tx, ctx| message::react(tx, ctx, &chat, id, &kind)).await?;
    Ok(Answer::no_content())
}

/// Take a reaction back.
#[utoipa::path(post, path = "/v1.0/chats/{chat_id}/messages/{message_id}/unsetReaction",
    tag = "messages", params(("chat_id" = String, Path), ("message_id" = String, Path)),
    request_body = ReactionBody, responses((status = 204), Errors))]
async fn message_unset_reaction(
    call: Call,
    Keys(chat, id): Keys<ChatId, MessageId>,
    payload: Payload<ReactionBody>,
) -> Result<Answer, ApiError> {
    let kind = payload.value.reaction_type;
    call.write(move |tx, ctx| message::unreact(tx, ctx, &chat, id, &kind)).await?;
    Ok(Answer::no_content())
}
