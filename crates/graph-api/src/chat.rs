//! Chats, and the contact requests that come with them.

use axum::http::StatusCode;
use serde::de::IgnoredAny;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use utoipa::openapi::Ref;
use utoipa::openapi::schema::{AnyOfBuilder, ObjectBuilder, Schema, Type};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;
use visavis_app::chat::{self, ChatQuery, NewChat};
use visavis_app::context::Context;
use visavis_app::page::PageRequest;
use visavis_app::view::{ChatView, Page, Request};
use visavis_app::{Tx, request};
use visavis_domain::chat::{ChatKind, MembershipState};
use visavis_domain::contact::RequestState;
use visavis_domain::home::Home;
use visavis_domain::id::{AccountId, ChatId};
use visavis_domain::limit::PAGE_ENTRIES_MAX;
use visavis_domain::time::Timestamp;
use visavis_policy::risk::Risk;

use crate::Routes;
use crate::answer::Answer;
use crate::bind;
use crate::error::{ApiError, Errors, SendRefusal};
use crate::extract::{Call, Key, Payload};
use crate::filter::{self, Operator, Term};
use crate::member::{MemberBody, MemberWire, member_wire};
use crate::message::{MessageInfo, MessageWire, message_info};
use crate::odata::{Collection, Moment, Nothing, Null, Tenant, UnknownEnums, identity_type};
use crate::open_api::words;
use crate::query::{
    Ask, Options, equals, invalid_filter, not_after, not_before, unsupported_filter,
};
use crate::report::BlockReport;

const POSSIBLE_FILTERS: &str = "Chats can be filtered by `chatType eq`, `contactRequest/state eq`, \
     `contactRequest/direction eq`, `lastMessagePreview/createdDateTime` with gt, ge, lt or le, and \
     `members/any(m: m/displayName eq '…')`, joined by and.";

pub(crate) fn routes() -> Routes {
    OpenApiRouter::default()
        .routes(routes!(chat_list, chat_create))
        .routes(routes!(chat_get, chat_rename))
        .routes(routes!(chat_hide))
        .routes(routes!(chat_unhide))
        .routes(routes!(chat_mark_read))
        .routes(routes!(chat_mark_unread))
        .routes(routes!(chat_remove_all_access))
        .routes(routes!(chat_leave))
        .routes(routes!(chat_typing))
        .routes(routes!(request_preview))
        .routes(routes!(request_accept))
        .routes(routes!(request_decline))
        .routes(routes!(request_block))
}

/// A chat: Graph's `chat`, with the contact request as the caller sees it.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = chat)]
pub struct ChatWire<'a> {
    id: &'a str,
    /// What a group is about; null while an inbound request waits.
    #[schema(required)]
    topic: Option<&'a str>,
    #[schema(value_type = String, format = DateTime)]
    created_date_time: Moment,
    /// When it was last renamed or its members changed; new messages do not count.
    #[schema(value_type = String, format = DateTime)]
    last_updated_date_time: Moment,
    /// `oneOnOne` or `group`.
    #[schema(value_type = words::ChatType)]
    chat_type: &'static str,
    #[schema(required, value_type = Option<String>)]
    web_url: Null,
    /// The organisation in which it was created.
    #[schema(value_type = String, format = "uuid")]
    tenant_id: Tenant,
    #[schema(required, value_type = Option<Object>)]
    online_meeting_info: Null,
    is_hidden_for_all_members: bool,
    viewpoint: Viewpoint,
    /// Absent when nothing was ever asked.
    #[serde(skip_serializing_if = "Option::is_none")]
    contact_request: Option<ContactRequest<'a>>,
    /// Absent when the caller may write here now, else why not, as sending would say it. Push shows
    /// the chat again when an administrator's change alters it.
    #[serde(skip_serializing_if = "Option::is_none")]
    send_refusal: Option<SendRefusal>,
    /// With `$expand=members`.
    #[serde(skip_serializing_if = "Option::is_none")]
    members: Option<Vec<MemberWire<'a>>>,
    /// With `$expand=lastMessagePreview`; null while an inbound request waits.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(schema_with = preview_schema)]
    last_message_preview: Option<Option<MessageInfo<'a>>>,
}

/// Null, also where it is there: unlike what is left out when there is nothing to say.
fn preview_schema() -> Schema {
    let info = Ref::from_schema_name("chatMessageInfo");
    let words = "With `$expand=lastMessagePreview`; null while an inbound request waits.";
    AnyOfBuilder::new()
        .item(info)
        .item(ObjectBuilder::new().schema_type(Type::Null))
        .description(Some(words))
        .into()
}

/// The chat as the caller keeps it: Graph's `chatViewpoint`.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = chatViewpoint)]
struct Viewpoint {
    is_hidden: bool,
    /// Whether the caller wants no notice of what is new in it.
    is_muted: bool,
    /// Whether the caller keeps it in front of the list.
    is_pinned: bool,
    #[schema(value_type = String, format = DateTime)]
    last_message_read_date_time: Moment,
    /// Whether the caller is in the chat; former members see what was said until then.
    is_member: bool,
    /// How the caller's time in the chat ended: `left`, `removed` or `terms`, that of an
    /// organisation, which no longer allow it. Absent while the caller is in it.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<words::MembershipEnd>)]
    membership_end: Option<&'static str>,
    /// How many messages of others the caller has not read, up to 99. In lists and when a chat is
    /// fetched; not in what is pushed, since whoever is connected counts for themselves. Absent
    /// while an inbound request waits.
    #[serde(skip_serializing_if = "Option::is_none")]
    unread_count: Option<u32>,
}

/// A contact request, as the caller sees it.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = contactRequest)]
struct ContactRequest<'a> {
    /// `pending`, `accepted`, `declined` or `blocked`.
    #[schema(value_type = words::RequestState)]
    state: &'static str,
    /// `inbound` or `outbound`.
    #[schema(value_type = words::Direction)]
    direction: &'static str,
    requested_by: Requester<'a>,
    #[schema(value_type = String, format = DateTime)]
    requested_date_time: Moment,
    /// To the asking side only.
    #[serde(skip_serializing_if = "Option::is_none")]
    messages_sent: Option<u32>,
    /// To the asking side only.
    #[serde(skip_serializing_if = "Option::is_none")]
    messages_allowed: Option<u32>,
    /// To the asked side only.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<RiskSchema>)]
    risk: Option<&'a Risk>,
}

/// How risky a first contact looks.
#[derive(Debug, ToSchema)]
#[schema(as = contactRequestRisk)]
#[expect(dead_code, reason = "describes what the policy crate writes")]
struct RiskSchema {
    /// `none` or `high`.
    #[schema(value_type = words::RiskLevel)]
    level: String,
    /// `lookalikeDomain`.
    #[schema(value_type = Vec<words::RiskReason>)]
    reasons: Vec<String>,
}

/// Who asked.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = contactRequester)]
struct Requester<'a> {
    #[schema(value_type = String, format = "uuid")]
    id: AccountId,
    display_name: &'a str,
    #[schema(value_type = words::UserIdentityType)]
    user_identity_type: &'static str,
    #[schema(value_type = String, format = "uuid")]
    tenant_id: Tenant,
    #[schema(required)]
    email: Option<&'a str>,
    is_external: bool,
    #[schema(value_type = words::Trust)]
    trust: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    organisation_name: Option<&'a str>,
}

/// The chat on the wire, for one viewer: the same bytes for a fetch and for push.
///
/// `expands_preview` says whether `lastMessagePreview` was asked for, so that it is there, as
/// null, even when there is no message.
#[must_use]
pub fn chat_wire(
    view: &ChatView,
    expands_preview: bool,
    unknown_enums: UnknownEnums,
) -> ChatWire<'_> {
    chat_wire_on(view, expands_preview, unknown_enums, "")
}

/// The chat on the wire; addresses in it begin with `base`, scheme and host.
pub(crate) fn chat_wire_on<'a>(
    view: &'a ChatView,
    expands_preview: bool,
    unknown_enums: UnknownEnums,
    base: &str,
) -> ChatWire<'a> {
    let ChatView { chat, membership, request, members, last_message, unread, send_refusal } = view;
    let shows_preview = expands_preview || last_message.is_some() || membership.is_pending();
    let preview = last_message.as_ref().map(|message| message_info(message, unknown_enums, base));
    ChatWire {
        id: chat.id.as_str(),
        topic: chat.topic.as_deref(),
        created_date_time: Moment(chat.created_at),
        last_updated_date_time: Moment(chat.updated_at),
        chat_type: match chat.kind {
            ChatKind::OneOnOne => "oneOnOne",
            ChatKind::Group => "group",
        },
        web_url: Null,
        tenant_id: chat.initiator_home.into(),
        online_meeting_info: Null,
        is_hidden_for_all_members: false,
        viewpoint: Viewpoint {
            is_hidden: membership.is_hidden,
            is_muted: membership.is_muted,
            is_pinned: membership.is_pinned,
            last_message_read_date_time: membership
                .read_up_to
                .map_or(Moment(Timestamp::MIN), Moment::from),
            is_member: matches!(membership.state, MembershipState::Member),
            membership_end: membership_end(membership.state),
            unread_count: *unread,
        },
        contact_request: request.as_ref().map(contact_request),
        send_refusal: send_refusal.map(SendRefusal::from),
        members: members.as_ref().map(|members| members.iter().map(member_wire).collect()),
        last_message_preview: shows_preview.then_some(preview),
    }
}

const fn membership_end(state: MembershipState) -> Option<&'static str> {
    match state {
        MembershipState::Member => None,
        MembershipState::Left => Some("left"),
        MembershipState::Removed | MembershipState::RemovedByAdministrator => Some("removed"),
        MembershipState::RemovedByPolicy => Some("terms"),
    }
}

fn contact_request(request: &Request) -> ContactRequest<'_> {
    let person = &request.requested_by;
    let card = &*person.card;
    ContactRequest {
        state: request.state.as_str(),
        direction: if request.is_outbound { "outbound" } else { "inbound" },
        requested_by: Requester {
            id: card.id,
            display_name: &card.display_name,
            user_identity_type: identity_type(person),
            tenant_id: card.home.into(),
            email: card.mail.as_deref(),
            is_external: person.is_external,
            trust: person.trust.as_str(),
            organisation_name: card.organisation_name.as_deref(),
        },
        requested_date_time: Moment(request.requested_at),
        messages_sent: request.messages.map(|(sent, _allowed)| sent),
        messages_allowed: request.messages.map(|(_sent, allowed)| allowed),
        risk: request.risk.as_ref(),
    }
}

/// A chat as callers write one.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = newChat)]
pub(crate) struct ChatBody {
    /// `oneOnOne` or `group`.
    #[schema(value_type = words::ChatType)]
    chat_type: Option<String>,
    /// For groups only.
    topic: Option<String>,
    /// Left out.
    #[schema(ignore)]
    installed_apps: Option<Vec<IgnoredAny>>,
    /// Everybody, the caller included, each with `roles`.
    #[schema(value_type = Vec<MemberBody>)]
    members: Option<Vec<MemberBody>>,
}

#[derive(Debug, Deserialize, ToSchema)]
#[schema(as = chatChange)]
pub(crate) struct ChatChange {
    #[serde(default, deserialize_with = "crate::odata::named")]
    #[schema(required, value_type = Option<String>)]
    topic: Option<Option<String>>,
}

/// For whom, in the actions that Graph has per user.
#[derive(Debug, Default, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = forUser)]
pub(crate) struct ForUser {
    user: Option<UserReference>,
    #[serde(default)]
    #[schema(value_type = Option<String>, format = DateTime)]
    last_message_read_date_time: Option<String>,
}

#[derive(Debug, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = userReference)]
pub(crate) struct UserReference {
    id: Option<String>,
    /// The tenant of the person, if the caller knows it.
    tenant_id: Option<String>,
}

impl UserReference {
    /// The person, if one is named.
    pub(crate) fn account(&self) -> Result<Option<AccountId>, ApiError> {
        self.home()?;
        let parsed = self.id.as_deref().map(|id| {
            id.parse().map_err(|_invalid| {
                ApiError::invalid("user/id", format!("`{}` is no user id.", bind::shown(id)))
            })
        });
        parsed.transpose()
    }

    fn home(&self) -> Result<Option<Home>, ApiError> {
        bind::home("user/tenantId", self.tenant_id.as_deref())
    }
}

impl ForUser {
    /// The person, if one is named.
    fn account(&self) -> Result<Option<AccountId>, ApiError> {
        self.user.as_ref().map_or(Ok(None), UserReference::account)
    }

    /// Makes sure that it is for the caller.
    pub(crate) fn must_be(&self, call: &Call) -> Result<(), ApiError> {
        match self.account()? {
            Some(account) if account != call.caller.account => Err(ApiError::not_found()),
            Some(_) | None => self.must_be_of_the_home_of(call),
        }
    }

    /// Makes sure that no other tenant is named than the caller's.
    fn must_be_of_the_home_of(&self, call: &Call) -> Result<(), ApiError> {
        let home = self.user.as_ref().map_or(Ok(None), UserReference::home)?;
        if home.is_none_or(|home| home == call.caller.home) {
            return Ok(());
        }
        Err(ApiError::invalid("user/tenantId", "This is not your own tenant."))
    }
}

#[derive(Debug, Default, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = acceptRequest)]
pub(crate) struct Acceptance {
    /// Must be true when the risk is high, after a preview.
    #[serde(default)]
    acknowledge_risk: Option<bool>,
}

#[derive(Debug, Default, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = declineRequest)]
pub(crate) struct Refusal {
    #[serde(default)]
    block_requester: Option<bool>,
}

#[derive(Debug, Default, Deserialize, ToSchema)]
#[schema(as = blockRequest)]
pub(crate) struct Blocking {
    report: Option<BlockReport>,
}

impl ChatBody {
    fn new_chat(self) -> Result<NewChat, ApiError> {
        if self.installed_apps.is_some_and(|apps| !apps.is_empty()) {
            return Err(ApiError::left_out("installedApps"));
        }
        let members = self.members.unwrap_or_default();
        if members.is_empty() {
            return Err(ApiError::invalid("members", "Name the members, yourself included."));
        }
        let members = (0_usize..)
            .zip(&members)
            .map(|(at, member)| {
                let target = format!("members/{at}");
                must_have_roles(&target, member.roles.as_deref())?;
                member.new_member(&target)
            })
            .collect::<Result<_, _>>()?;
        let kind = kind(self.chat_type.as_deref().unwrap_or_default())
            .ok_or_else(|| ApiError::invalid("chatType", "`chatType` is `oneOnOne` or `group`."))?;
        Ok(NewChat { kind, topic: self.topic, members })
    }
}

/// As Graph, which wants roles on each member of a new chat.
fn must_have_roles(target: &str, roles: Option<&[String]>) -> Result<(), ApiError> {
    if roles.is_some_and(|roles| !roles.is_empty()) {
        return Ok(());
    }
    let words = "Each member has `roles`: `[\"owner\"]` or `[\"guest\"]`.";
    Err(ApiError::invalid(format!("{target}/roles"), words))
}

fn kind(name: &str) -> Option<ChatKind> {
    match name.to_ascii_lowercase().as_str() {
        "oneonone" => Some(ChatKind::OneOnOne),
        "group" => Some(ChatKind::Group),
        _ => None,
    }
}

/// What of the collection is asked for.
fn query(options: &Options) -> Result<ChatQuery, ApiError> {
    options.only(&[Ask::Top, Ask::SkipToken, Ask::Filter, Ask::OrderBy, Ask::Expand])?;
    options.expand_only(&["members", "lastMessagePreview"])?;
    if let Some(order) = &options.order_by {
        let is_known = order.property.eq_ignore_ascii_case("lastMessagePreview/createdDateTime");
        if !is_known || !order.is_descending {
            return Err(ApiError::invalid(
                "$orderby",
                "Chats are listed by `lastMessagePreview/createdDateTime desc`.",
            ));
        }
    }
    let top = options.top(PAGE_ENTRIES_MAX, PAGE_ENTRIES_MAX)?;
    let page = PageRequest { top, cursor: options.skip_token.clone() };
    let mut query = ChatQuery {
        with_members: options.expands("members"),
        with_last_message: options.expands("lastMessagePreview"),
        ..ChatQuery::of(page)
    };
    let terms = match &options.filter {
        None => Vec::new(),
        Some(filter) => filter.conjunction().ok_or_else(|| unsupported_filter(POSSIBLE_FILTERS))?,
    };
    for term in terms {
        narrow(&mut query, term)?;
    }
    Ok(query)
}

/// Takes one comparison of a filter into the query.
fn narrow(query: &mut ChatQuery, term: &Term) -> Result<(), ApiError> {
    let refuse = || unsupported_filter(POSSIBLE_FILTERS);
    let value = term.value.as_str();
    if term.path.eq_ignore_ascii_case("lastMessagePreview/createdDateTime") {
        let moment = filter::moment(&term.value).map_err(|error| invalid_filter(&error))?;
        match term.operator {
            Operator::Greater => not_before(&mut query.after, moment),
            Operator::GreaterOrEqual => not_before(&mut query.after, moment.plus_ms(-1)),
            Operator::Less => not_after(&mut query.before, moment),
            Operator::LessOrEqual => not_after(&mut query.before, moment.plus_ms(1)),
            Operator::Equal | Operator::NotEqual | Operator::StartsWith => return Err(refuse()),
        }
        return Ok(());
    }
    if term.operator != Operator::Equal {
        return Err(refuse());
    }
    match term.path.to_ascii_lowercase().as_str() {
        "chattype" => equals(&mut query.kind, kind(value).ok_or_else(refuse)?, &term.path),
        "contactrequest/state" => {
            let state = RequestState::from_name(value).ok_or_else(refuse)?;
            equals(&mut query.request_state, state, &term.path)
        }
        "contactrequest/direction" => {
            let is_outbound = match value {
                "outbound" => true,
                "inbound" => false,
                _ => return Err(refuse()),
            };
            equals(&mut query.outbound, is_outbound, &term.path)
        }
        "members/any/displayname" if query.member_named.is_none() => {
            query.member_named = Some(value.to_owned());
            Ok(())
        }
        _ => Err(refuse()),
    }
}

/// List one's chats, those with the newest messages first.
#[utoipa::path(get, path = "/v1.0/chats", tag = "chats",
    params(crate::open_api::PageParameters,
        ("$filter" = Option<String>, Query, description = POSSIBLE_FILTERS),
        ("$orderby" = Option<String>, Query,
            description = "`lastMessagePreview/createdDateTime desc`, which is the usual one."),
        ("$expand" = Option<String>, Query, description = "`members`, `lastMessagePreview`")),
    responses((status = 200, body = Collection<ChatWire<'static>>), Errors))]
async fn chat_list(call: Call, options: Options) -> Result<Answer, ApiError> {
    let query = query(&options)?;
    let expands_preview = query.with_last_message;
    let Page { items, next } = call.read(move |tx, ctx| chat::list(tx, ctx, &query)).await?;
    let items = items.iter().map(|view| call.shape.chat(view, expands_preview)).collect();
    Ok(call.shape.page("chats", Page { items, next }, &options))
}

/// Start a chat. The one-to-one chat that exists already is answered with, and also 201.
#[utoipa::path(post, path = "/v1.0/chats", tag = "chats",
    params(crate::open_api::CreateParameters), request_body = ChatBody,
    responses((status = 201, body = ChatWire<'static>), Errors))]
async fn chat_create(call: Call, payload: Payload<ChatBody>) -> Result<Answer, ApiError> {
    let new = payload.value.new_chat()?;
    let create = move |tx: &mut Tx<'_>, ctx: &Context<'_>| chat::create(tx, ctx, new);
    call.create(payload.once, create, |shape, view| {
        let wire = shape.chat(view, false);
        shape.entity(StatusCode::CREATED, "chats", &wire)
    })
    .await
}

/// Get a chat.
#[utoipa::path(get, path = "/v1.0/chats/{chat_id}", tag = "chats",
    params(("chat_id" = String, Path), crate::open_api::SelectParameters,
        ("$expand" = Option<String>, Query, description = "`members`, `lastMessagePreview`")),
    responses((status = 200, body = ChatWire<'static>), Errors))]
async fn chat_get(
    call: Call,
    Key(chat): Key<ChatId>,
    options: Options,
) -> Result<Answer, ApiError> {
    options.only(&[Ask::Expand])?;
    options.expand_only(&["members", "lastMessagePreview"])?;
    let (members, preview) = (options.expands("members"), options.expands("lastMessagePreview"));
    let view = call.read(move |tx, ctx| chat::get_whole(tx, ctx, &chat, members, preview)).await?;
    let wire = call.shape.chat(&view, preview);
    Ok(call.shape.selected("chats", &wire, &options))
}

/// Rename a group.
#[utoipa::path(patch, path = "/v1.0/chats/{chat_id}", tag = "chats",
    params(("chat_id" = String, Path)), request_body = ChatChange,
    responses((status = 200, body = ChatWire<'static>), Errors))]
async fn chat_rename(
    call: Call,
    Key(chat): Key<ChatId>,
    payload: Payload<ChatChange>,
) -> Result<Answer, ApiError> {
    let topic = payload
        .value
        .topic
        .ok_or_else(|| ApiError::invalid("topic", "Of a chat, `topic` can be changed; name it."))?;
    let view = call.write(move |tx, ctx| chat::rename(tx, ctx, &chat, topic)).await?;
    let wire = call.shape.chat(&view, false);
    Ok(call.shape.entity(StatusCode::OK, "chats", &wire))
}

/// Hide a chat from one's list until something new is said.
#[utoipa::path(post, path = "/v1.0/chats/{chat_id}/hideForUser", tag = "chats",
    params(("chat_id" = String, Path)), request_body = ForUser,
    responses((status = 204), Errors))]
async fn chat_hide(
    call: Call,
    Key(chat): Key<ChatId>,
    payload: Payload<ForUser>,
) -> Result<Answer, ApiError> {
    payload.value.must_be(&call)?;
    call.write(move |tx, ctx| chat::set_hidden(tx, ctx, &chat, true)).await?;
    Ok(Answer::no_content())
}

/// Show a hidden chat again.
#[utoipa::path(post, path = "/v1.0/chats/{chat_id}/unhideForUser", tag = "chats",
    params(("chat_id" = String, Path)), request_body = ForUser,
    responses((status = 204), Errors))]
async fn chat_unhide(
    call: Call,
    Key(chat): Key<ChatId>,
    payload: Payload<ForUser>,
) -> Result<Answer, ApiError> {
    payload.value.must_be(&call)?;
    call.write(move |tx, ctx| chat::set_hidden(tx, ctx, &chat, false)).await?;
    Ok(Answer::no_content())
}

/// Mark everything in a chat as read.
#[utoipa::path(post, path = "/v1.0/chats/{chat_id}/markChatReadForUser", tag = "chats",
    params(("chat_id" = String, Path)), request_body = ForUser,
    responses((status = 204), Errors))]
async fn chat_mark_read(
    call: Call,
    Key(chat): Key<ChatId>,
    payload: Payload<ForUser>,
) -> Result<Answer, ApiError> {
    payload.value.must_be(&call)?;
    call.write(move |tx, ctx| chat::mark_read(tx, ctx, &chat, None)).await?;
    Ok(Answer::no_content())
}

/// Mark a chat as unread from a moment on.
#[utoipa::path(post, path = "/v1.0/chats/{chat_id}/markChatUnreadForUser", tag = "chats",
    params(("chat_id" = String, Path)), request_body = ForUser,
    responses((status = 204), Errors))]
async fn chat_mark_unread(
    call: Call,
    Key(chat): Key<ChatId>,
    payload: Payload<ForUser>,
) -> Result<Answer, ApiError> {
    payload.value.must_be(&call)?;
    let text = payload.value.last_message_read_date_time.as_deref();
    let from: Option<Timestamp> = text
        .map(str::parse)
        .transpose()
        .map_err(|error| ApiError::invalid("lastMessageReadDateTime", format!("It is {error}.")))?;
    call.write(move |tx, ctx| chat::mark_unread(tx, ctx, &chat, from)).await?;
    Ok(Answer::no_content())
}

/// Take somebody of one's own organisation out of a chat, for administrators.
#[utoipa::path(post, path = "/v1.0/chats/{chat_id}/removeAllAccessForUser", tag = "chats",
    params(("chat_id" = String, Path)), request_body = ForUser,
    responses((status = 204), Errors))]
async fn chat_remove_all_access(
    call: Call,
    Key(chat): Key<ChatId>,
    payload: Payload<ForUser>,
) -> Result<Answer, ApiError> {
    let account = payload
        .value
        .account()?
        .ok_or_else(|| ApiError::invalid("user/id", "Say whose access is removed."))?;
    payload.value.must_be_of_the_home_of(&call)?;
    call.write(move |tx, ctx| chat::remove_all_access(tx, ctx, &chat, account)).await?;
    Ok(Answer::no_content())
}

/// Leave a group.
#[utoipa::path(post, path = "/v1.0/chats/{chat_id}/leave", tag = "chats",
    params(("chat_id" = String, Path)), responses((status = 204), Errors))]
async fn chat_leave(
    call: Call,
    Key(chat): Key<ChatId>,
    _nothing: Payload<Nothing>,
) -> Result<Answer, ApiError> {
    call.write(move |tx, ctx| chat::leave(tx, ctx, &chat)).await?;
    Ok(Answer::no_content())
}

/// Tell the others that one is typing.
#[utoipa::path(post, path = "/v1.0/chats/{chat_id}/typing", tag = "chats",
    params(("chat_id" = String, Path)), responses((status = 204), Errors))]
async fn chat_typing(
    call: Call,
    Key(chat): Key<ChatId>,
    _nothing: Payload<Nothing>,
) -> Result<Answer, ApiError> {
    call.state.app.typing(call.caller, chat).await?;
    Ok(Answer::no_content())
}

/// Look at what a pending request says, as inert text. Leaves no trace.
#[utoipa::path(get, path = "/v1.0/chats/{chat_id}/requestPreview", tag = "contact requests",
    params(("chat_id" = String, Path), crate::open_api::CollectionParameters),
    responses((status = 200, body = Collection<MessageWire<'static>>), Errors))]
async fn request_preview(
    call: Call,
    Key(chat): Key<ChatId>,
    options: Options,
) -> Result<Answer, ApiError> {
    options.only(&[])?;
    let set = format!("chats('{chat}')/messages");
    let views = call.write(move |tx, ctx| request::preview(tx, ctx, &chat)).await?;
    let value = views.iter().map(|view| call.shape.message(view)).collect();
    Ok(call.shape.collection(&set, Collection::all(value), &options))
}

/// Accept a contact request.
#[utoipa::path(post, path = "/v1.0/chats/{chat_id}/acceptRequest", tag = "contact requests",
    params(("chat_id" = String, Path)), request_body = Acceptance,
    responses((status = 204), Errors))]
async fn request_accept(
    call: Call,
    Key(chat): Key<ChatId>,
    payload: Payload<Acceptance>,
) -> Result<Answer, ApiError> {
    let is_acknowledged = payload.value.acknowledge_risk.unwrap_or_default();
    call.write(move |tx, ctx| request::accept(tx, ctx, &chat, is_acknowledged)).await?;
    Ok(Answer::no_content())
}

/// Decline a contact request. The asking side is not told.
#[utoipa::path(post, path = "/v1.0/chats/{chat_id}/declineRequest", tag = "contact requests",
    params(("chat_id" = String, Path)), request_body = Refusal,
    responses((status = 204), Errors))]
async fn request_decline(
    call: Call,
    Key(chat): Key<ChatId>,
    payload: Payload<Refusal>,
) -> Result<Answer, ApiError> {
    let blocks = payload.value.block_requester.unwrap_or_default();
    call.write(move |tx, ctx| request::decline(tx, ctx, &chat, blocks)).await?;
    Ok(Answer::no_content())
}

/// Block who asked. The asking side is not told.
#[utoipa::path(post, path = "/v1.0/chats/{chat_id}/blockRequest", tag = "contact requests",
    params(("chat_id" = String, Path)), request_body = Blocking,
    responses((status = 204), Errors))]
async fn request_block(
    call: Call,
    Key(chat): Key<ChatId>,
    payload: Payload<Blocking>,
) -> Result<Answer, ApiError> {
    let report = payload.value.report.and_then(BlockReport::new_report);
    call.write(move |tx, ctx| request::block(tx, ctx, &chat, report)).await?;
    Ok(Answer::no_content())
}
