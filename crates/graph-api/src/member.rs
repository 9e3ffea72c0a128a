//! Members of a chat: Graph's `conversationMember` and its kinds.

use axum::http::StatusCode;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;
use visavis_app::chat::NewMember;
use visavis_app::context::Context;
use visavis_app::failure::{Failure, Outcome};
use visavis_app::subject::UserKey;
use visavis_app::view::Member;
use visavis_app::{Tx, member};
use visavis_domain::chat::HistoryChoice;
use visavis_domain::home::Home;
use visavis_domain::id::{AccountId, ChatId};
use visavis_domain::time::Timestamp;

use crate::Routes;
use crate::answer::Answer;
use crate::bind::{self, MemberKey};
use crate::error::{ApiError, Errors};
use crate::extract::{Call, Key, Keys, Payload};
use crate::filter::{Filter, Operator, Term};
use crate::odata::{Collection, Moment, Null, Tenant};
use crate::open_api::words;
use crate::query::{Ask, Options, unsupported_filter};

/// What a member may be written as. Which of them somebody is, the server knows.
const TYPES: [&str; 2] = [
    "microsoft.graph.aadUserConversationMember",
    "microsoft.graph.microsoftAccountUserConversationMember",
];
const POSSIBLE_FILTERS: &str = "Members can be filtered by `eq` and `in` on displayName, email and \
     userId, by `startswith` on displayName and email, and by `roles/any(r:r eq 'owner')`, joined by \
     and and or; `microsoft.graph.aadUserConversationMember/` may stand before a property, and means \
     people of organisations only.";
/// Where the person of a single member is named.
const BIND: &str = "user@odata.bind";

pub(crate) fn routes() -> Routes {
    OpenApiRouter::default()
        .routes(routes!(member_list, member_add))
        .routes(routes!(member_add_many))
        .routes(routes!(member_remove_many))
        .routes(routes!(member_get, member_remove))
}

/// A member: Graph's `aadUserConversationMember` for people of an organisation,
/// `microsoftAccountUserConversationMember` for personal accounts.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = chatMember)]
pub struct MemberWire<'a> {
    #[serde(rename = "@odata.type")]
    odata_type: &'static str,
    /// Opaque.
    id: String,
    /// Everybody is an `owner`.
    #[schema(value_type = Vec<words::MemberRole>)]
    roles: [&'static str; 1],
    display_name: &'a str,
    #[schema(value_type = String, format = "uuid")]
    user_id: AccountId,
    #[schema(required)]
    email: Option<&'a str>,
    #[schema(value_type = String, format = "uuid")]
    tenant_id: Tenant,
    /// The oldest moment of the history that they see.
    #[schema(value_type = String, format = DateTime)]
    visible_history_start_date_time: Moment,
    /// Whether their home is another than the caller's.
    is_external: bool,
    /// `colleague`, `familiar`, `unfamiliar`, `personal` or `unverified`.
    #[schema(value_type = words::Trust)]
    trust: &'static str,
    /// What their organisation is called.
    #[serde(skip_serializing_if = "Option::is_none")]
    organisation_name: Option<&'a str>,
    /// Whether they were asked and have not answered.
    is_pending: bool,
    /// How far they have read, where both sides show it.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>, format = DateTime)]
    last_message_read_date_time: Option<Moment>,
}

/// The member on the wire: the same bytes for a fetch and for push.
#[must_use]
pub fn member_wire(member: &Member) -> MemberWire<'_> {
    let card = &*member.person.card;
    let tenant = Tenant::from(card.home);
    MemberWire {
        odata_type: match card.home {
            Home::Organisation(_) => "#microsoft.graph.aadUserConversationMember",
            Home::Personal => "#microsoft.graph.microsoftAccountUserConversationMember",
        },
        id: bind::member_id(tenant, &member.chat, card.id),
        roles: ["owner"],
        display_name: &card.display_name,
        user_id: card.id,
        email: card.mail.as_deref(),
        tenant_id: tenant,
        visible_history_start_date_time: member.visible_from.into(),
        is_external: member.person.is_external,
        trust: member.person.trust.as_str(),
        organisation_name: card.organisation_name.as_deref(),
        is_pending: member.is_pending,
        last_message_read_date_time: member.read_up_to.map(Moment::from),
    }
}

/// A member as callers write one.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = newConversationMember)]
pub(crate) struct MemberBody {
    /// `#microsoft.graph.aadUserConversationMember` or
    /// `#microsoft.graph.microsoftAccountUserConversationMember`, whichever the person is.
    #[serde(rename = "@odata.type")]
    odata_type: Option<String>,
    /// `https://…/v1.0/users('key')`; the key is an id, a user principal name, an e-mail address
    /// or a telephone number.
    #[serde(rename = "user@odata.bind")]
    bind: Option<String>,
    /// An id instead of the reference.
    user_id: Option<String>,
    /// The tenant of the person, if the caller knows it: nobody of another one is meant.
    tenant_id: Option<String>,
    /// A membership id instead of the reference, to remove somebody.
    id: Option<String>,
    /// `owner` or `guest`; makes no difference.
    #[schema(value_type = Option<Vec<words::MemberRole>>)]
    pub(crate) roles: Option<Vec<String>>,
    /// Absent: no history. `0001-01-01T00:00:00Z`: all of it. Else: from then on.
    #[schema(value_type = Option<String>, format = DateTime)]
    visible_history_start_date_time: Option<String>,
}

/// Several members.
#[derive(Debug, Deserialize, ToSchema)]
#[schema(as = chatMembers)]
pub(crate) struct MembersBody {
    values: Vec<MemberBody>,
}

/// What became of one of several members: Graph's `actionResultPart`.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = actionResultPart)]
struct MemberResult {
    #[serde(rename = "@odata.type")]
    odata_type: &'static str,
    #[schema(value_type = String, format = "uuid")]
    user_id: AccountId,
    #[schema(required, value_type = Option<Object>)]
    error: Null,
}

impl MemberResult {
    const fn of(user_id: AccountId) -> Self {
        let odata_type = "#microsoft.graph.aadUserConversationMemberResult";
        Self { odata_type, user_id, error: Null }
    }
}

impl MemberBody {
    /// The person and what they may see of the history.
    pub(crate) fn new_member(&self, target: &str) -> Result<NewMember, ApiError> {
        self.check_roles(target)?;
        let key = self.key(target)?;
        let home = self.home(target)?;
        let history = match self.visible_history_start_date_time.as_deref() {
            None => HistoryChoice::None,
            Some(text) => {
                let since: Timestamp = text.parse().map_err(|error| {
                    let target = beside(target, "visibleHistoryStartDateTime");
                    ApiError::invalid(target, format!("`{}` is {error}.", bind::shown(text)))
                })?;
                if since == Timestamp::MIN {
                    HistoryChoice::All
                } else {
                    HistoryChoice::Since(since)
                }
            }
        };
        Ok(NewMember { key, home, history })
    }

    /// Roles make no difference, so there need not be any; of those that are named Graph has two, and
    /// a member has one.
    fn check_roles(&self, target: &str) -> Result<(), ApiError> {
        let is_role =
            |role: &String| ["owner", "guest"].iter().any(|r| r.eq_ignore_ascii_case(role));
        match self.roles.as_deref() {
            None | Some([]) => Ok(()),
            Some([only]) if is_role(only) => Ok(()),
            Some(_) => Err(ApiError::invalid(
                beside(target, "roles"),
                "A member has `roles`: `[\"owner\"]`, `[\"guest\"]` or none.",
            )),
        }
    }

    /// The home that the person must have, if one is named.
    fn home(&self, target: &str) -> Result<Option<Home>, ApiError> {
        bind::check_type(&beside(target, "@odata.type"), self.odata_type.as_deref(), &TYPES)?;
        bind::home(&beside(target, "tenantId"), self.tenant_id.as_deref())
    }

    fn key(&self, target: &str) -> Result<UserKey, ApiError> {
        match (&self.bind, &self.user_id) {
            (Some(bind), _) => bind::user_of_bind(target, bind),
            (None, Some(id)) => bind::user_key(target, id),
            (None, None) => Err(ApiError::invalid(
                target,
                "A member names a person as `user@odata.bind`: `https://…/v1.0/users('key')`.",
            )),
        }
    }

    /// The member that is meant, when it is one already.
    fn existing(&self, target: &str) -> Result<(UserKey, Option<Home>), ApiError> {
        let key = match self.id.as_deref().map(MemberKey::read) {
            Some(Some(key)) => UserKey::Id(key.account),
            Some(None) => return Err(ApiError::invalid(target, "This is no membership id.")),
            None => self.key(target)?,
        };
        Ok((key, self.home(target)?))
    }
}

/// Where another property of the same member is.
fn beside(target: &str, name: &str) -> String {
    if target == BIND { name.to_owned() } else { format!("{target}/{name}") }
}

impl MembersBody {
    fn read<T>(
        &self,
        read: impl Fn(&MemberBody, &str) -> Result<T, ApiError>,
    ) -> Result<Vec<T>, ApiError> {
        if self.values.is_empty() {
            return Err(ApiError::invalid("values", "Name at least one member."));
        }
        (0..)
            .zip(&self.values)
            .map(|(at, body): (usize, _)| read(body, &format!("values/{at}")))
            .collect()
    }
}

/// The account of a member who is named in any way.
fn account_of(members: &[Member], (key, home): &(UserKey, Option<Home>)) -> Outcome<AccountId> {
    if let (UserKey::Id(id), None) = (key, home) {
        return Ok(*id);
    }
    let is_meant = |member: &&Member| {
        let card = &*member.person.card;
        if home.is_some_and(|home| home != card.home) {
            return false;
        }
        let address = match key {
            UserKey::Id(id) => return card.id == *id,
            UserKey::Address(address) => address.as_str(),
        };
        // An outsider's number is hidden (U-86), also from somebody who guesses it.
        let phone = card.phone.as_deref().filter(|_phone| !member.person.is_external);
        let known = [card.mail.as_deref(), phone, Some(&*card.user_principal_name)];
        known.into_iter().flatten().any(|text| text.eq_ignore_ascii_case(address))
    };
    let found = members.iter().find(is_meant);
    found.map(|member| member.person.card.id).ok_or(Failure::NotFound)
}

fn remove_many(
    tx: &mut Tx<'_>,
    ctx: &Context<'_>,
    chat: &ChatId,
    keys: &[(UserKey, Option<Home>)],
) -> Outcome<Vec<AccountId>> {
    let members = member::list(tx, ctx, chat)?;
    let accounts: Vec<AccountId> =
        keys.iter().map(|key| account_of(&members, key)).collect::<Outcome<_>>()?;
    for account in &accounts {
        member::remove(tx, ctx, chat, *account)?;
    }
    Ok(accounts)
}

fn context(chat: &ChatId) -> String {
    format!("chats('{chat}')/members")
}

/// Whether a member is one whom a filter means, by what callers are shown of them.
fn is_meant(filter: &Filter, member: &MemberWire<'_>) -> Result<bool, ApiError> {
    match filter {
        Filter::Term(term) => compares(term, member),
        Filter::And(parts) => all(parts, member, true),
        Filter::Or(parts) => all(parts, member, false).map(|is_none| !is_none),
    }
}

/// Whether all parts of a filter come out alike: all true, or all false. Every part is looked at, so that
/// one that cannot be answered is refused whoever is in the chat.
fn all(parts: &[Filter], member: &MemberWire<'_>, value: bool) -> Result<bool, ApiError> {
    parts.iter().try_fold(true, |so_far, part| Ok(is_meant(part, member)? == value && so_far))
}

fn compares(term: &Term, member: &MemberWire<'_>) -> Result<bool, ApiError> {
    let refuse = || unsupported_filter(POSSIBLE_FILTERS);
    let cast = TYPES.iter().find_map(|kind| {
        let property = term.path.strip_prefix(kind)?.strip_prefix('/')?;
        Some((*kind, property))
    });
    let (is_of_kind, property) = match cast {
        Some((kind, property)) => (member.odata_type.trim_start_matches('#') == kind, property),
        None => (true, term.path.as_str()),
    };
    let (wanted, user_id) = (term.value.as_str().to_lowercase(), member.user_id.to_string());
    let value = match property {
        "displayName" => member.display_name,
        "email" => member.email.unwrap_or_default(),
        "userId" => &user_id,
        "roles/any" => member.roles[0],
        _ => return Err(refuse()),
    };
    let is_so = match (property, term.operator) {
        (_, Operator::Equal) => value.to_lowercase() == wanted,
        ("displayName" | "email", Operator::StartsWith) => {
            value.to_lowercase().starts_with(&wanted)
        }
        _ => return Err(refuse()),
    };
    Ok(is_so && is_of_kind && !value.is_empty())
}

/// List the members of a chat.
#[utoipa::path(get, path = "/v1.0/chats/{chat_id}/members", tag = "members",
    params(("chat_id" = String, Path), crate::open_api::CollectionParameters,
        ("$filter" = Option<String>, Query, description = POSSIBLE_FILTERS)),
    responses((status = 200, body = Collection<MemberWire<'static>>), Errors))]
async fn member_list(
    call: Call,
    Key(chat): Key<ChatId>,
    options: Options,
) -> Result<Answer, ApiError> {
    options.only(&[Ask::Filter])?;
    let set = context(&chat);
    let members = call.read(move |tx, ctx| member::list(tx, ctx, &chat)).await?;
    let mut value: Vec<_> = members.iter().map(member_wire).collect();
    if let Some(filter) = &options.filter {
        let fits = value.iter().map(|member| is_meant(filter, member));
        let fits: Vec<bool> = fits.collect::<Result<_, _>>()?;
        value = value.into_iter().zip(fits).filter(|(_, fits)| *fits).map(|(one, _)| one).collect();
    }
    Ok(call.shape.collection(&set, Collection::all(value), &options))
}

/// Get a member.
#[utoipa::path(get, path = "/v1.0/chats/{chat_id}/members/{member_id}", tag = "members",
    params(("chat_id" = String, Path), ("member_id" = String, Path),
        crate::open_api::SelectParameters),
    responses((status = 200, body = MemberWire<'static>), Errors))]
async fn member_get(
    call: Call,
    Keys(chat, key): Keys<ChatId, MemberKey>,
    options: Options,
) -> Result<Answer, ApiError> {
    options.only(&[])?;
    let (set, account) = (context(&chat), key.within(&chat)?);
    let member = call.read(move |tx, ctx| member::get(tx, ctx, &chat, account)).await?;
    Ok(call.shape.selected(&set, &member_wire(&member), &options))
}

/// Add somebody to a group.
#[utoipa::path(post, path = "/v1.0/chats/{chat_id}/members", tag = "members",
    params(("chat_id" = String, Path), crate::open_api::CreateParameters),
    request_body = MemberBody,
    responses((status = 201, body = MemberWire<'static>), Errors))]
async fn member_add(
    call: Call,
    Key(chat): Key<ChatId>,
    payload: Payload<MemberBody>,
) -> Result<Answer, ApiError> {
    let wanted = payload.value.new_member(BIND)?;
    let set = context(&chat);
    let add = move |tx: &mut Tx<'_>, ctx: &Context<'_>| {
        let added = member::add(tx, ctx, &chat, vec![wanted])?;
        added.into_iter().next().ok_or(Failure::Internal { code: "member-added" })
    };
    call.create(payload.once, add, move |shape, member| {
        let wire = member_wire(member);
        let id = wire.id.replace('=', "%3D");
        let location = format!("/v1.0/chats/{}/members/{id}", member.chat);
        shape.entity(StatusCode::CREATED, &set, &wire).at(&location)
    })
    .await
}

/// Add several people to a group: all of them, or nobody.
#[utoipa::path(post, path = "/v1.0/chats/{chat_id}/members/add", tag = "members",
    params(("chat_id" = String, Path), crate::open_api::CreateParameters),
    request_body = MembersBody,
    responses((status = 200, body = Collection<MemberResult>), Errors))]
async fn member_add_many(
    call: Call,
    Key(chat): Key<ChatId>,
    payload: Payload<MembersBody>,
) -> Result<Answer, ApiError> {
    let wanted = payload.value.read(MemberBody::new_member)?;
    let set = context(&chat);
    let add = move |tx: &mut Tx<'_>, ctx: &Context<'_>| member::add(tx, ctx, &chat, wanted);
    call.create(payload.once, add, move |shape, members| {
        let results = members.iter().map(|member| MemberResult::of(member.person.card.id));
        shape.collection(&set, Collection::all(results.collect()), &Options::default())
    })
    .await
}

/// Remove several people from a group: all of them, or nobody.
#[utoipa::path(post, path = "/v1.0/chats/{chat_id}/members/remove", tag = "members",
    params(("chat_id" = String, Path)), request_body = MembersBody,
    responses((status = 200, body = Collection<MemberResult>), Errors))]
async fn member_remove_many(
    call: Call,
    Key(chat): Key<ChatId>,
    payload: Payload<MembersBody>,
) -> Result<Answer, ApiError> {
    let keys = payload.value.read(MemberBody::existing)?;
    let set = context(&chat);
    let removed = call.write(move |tx, ctx| remove_many(tx, ctx, &chat, &keys)).await?;
    let results = removed.into_iter().map(MemberResult::of).collect();
    Ok(call.shape.collection(&set, Collection::all(results), &Options::default()))
}

/// Remove somebody from a group; oneself, to leave it.
#[utoipa::path(delete, path = "/v1.0/chats/{chat_id}/members/{member_id}", tag = "members",
    params(("chat_id" = String, Path), ("member_id" = String, Path)),
    responses((status = 204), Errors))]
async fn member_remove(
    call: Call,
    Keys(chat, key): Keys<ChatId, MemberKey>,
) -> Result<Answer, ApiError> {
    let account = key.within(&chat)?;
    call.write(move |tx, ctx| member::remove(tx, ctx, &chat, account)).await?;
    Ok(Answer::no_content())
}
