//! Groups of accounts, which carry policy assignments and nothing else: Graph's `group`.

use axum::http::StatusCode;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;
use visavis_app::context::Context;
use visavis_app::page::PageRequest;
use visavis_app::subject::UserKey;
use visavis_app::view::Page;
use visavis_app::{Tx, account, group};
use visavis_domain::account::Group;
use visavis_domain::id::GroupId;
use visavis_domain::limit::ADMIN_PAGE_ENTRIES_MAX;

use crate::Routes;
use crate::answer::Answer;
use crate::bind;
use crate::error::{ApiError, Errors};
use crate::extract::{Call, Key, Keys, Payload};
use crate::odata::{Collection, Moment};
use crate::query::{Ask, Options};
use crate::user::{UserWire, required, user_wire};

const PAGE_ENTRIES_USUAL: usize = 100;

pub(crate) fn routes() -> Routes {
    OpenApiRouter::default()
        .routes(routes!(group_list, group_create))
        .routes(routes!(group_get, group_change, group_delete))
        .routes(routes!(group_members))
        .routes(routes!(group_add_member))
        .routes(routes!(group_remove_member))
}

/// A group of accounts: Graph's `group`.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = group)]
struct GroupWire<'a> {
    #[schema(value_type = String, format = "uuid")]
    id: GroupId,
    display_name: &'a str,
    #[schema(value_type = String, format = DateTime)]
    created_date_time: Moment,
    security_enabled: bool,
    mail_enabled: bool,
    group_types: [&'static str; 0],
}

/// A new group.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = newGroup)]
pub(crate) struct GroupBody {
    #[schema(value_type = String)]
    display_name: Option<String>,
    /// True; other groups are not made here.
    security_enabled: Option<bool>,
}

/// Another name for a group.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = groupChange)]
pub(crate) struct GroupChange {
    #[schema(value_type = String)]
    display_name: Option<String>,
}

/// A reference to a person: `https://…/v1.0/directoryObjects/{id}` or `…/users/{id}`.
#[derive(Debug, Deserialize, ToSchema)]
#[schema(as = reference)]
pub(crate) struct ReferenceBody {
    #[serde(rename = "@odata.id")]
    #[schema(value_type = String)]
    id: Option<String>,
}

fn group_wire(group: &Group) -> GroupWire<'_> {
    GroupWire {
        id: group.id,
        display_name: &group.display_name,
        created_date_time: Moment(group.created_at),
        security_enabled: true,
        mail_enabled: false,
        group_types: [],
    }
}

fn page_request(options: &Options) -> Result<PageRequest, ApiError> {
    options.only(&[Ask::Top, Ask::SkipToken])?;
    let top = options.top(PAGE_ENTRIES_USUAL, ADMIN_PAGE_ENTRIES_MAX)?;
    Ok(PageRequest { top, cursor: options.skip_token.clone() })
}

/// List the organisation's groups.
#[utoipa::path(get, path = "/v1.0/groups", tag = "groups",
    params(crate::open_api::PageParameters),
    responses((status = 200, body = Collection<GroupWire<'static>>), Errors))]
async fn group_list(call: Call, options: Options) -> Result<Answer, ApiError> {
    let page = page_request(&options)?;
    let Page { items, next } = call.read(move |tx, ctx| group::list(tx, ctx, &page)).await?;
    let items = items.iter().map(group_wire).collect();
    Ok(call.shape.page("groups", Page { items, next }, &options))
}

/// Make a group, for administrators.
#[utoipa::path(post, path = "/v1.0/groups", tag = "groups",
    params(crate::open_api::CreateParameters), request_body = GroupBody,
    responses((status = 201, body = GroupWire<'static>), Errors))]
async fn group_create(call: Call, payload: Payload<GroupBody>) -> Result<Answer, ApiError> {
    let GroupBody { display_name, security_enabled } = payload.value;
    let name = required("displayName", display_name)?;
    if security_enabled == Some(false) {
        let words = "Groups carry policy assignments: `securityEnabled` is true.";
        return Err(ApiError::invalid("securityEnabled", words));
    }
    let create = move |tx: &mut Tx<'_>, ctx: &Context<'_>| group::create(tx, ctx, &name);
    call.create(payload.once, create, |shape, group| {
        shape.entity(StatusCode::CREATED, "groups", &group_wire(group))
    })
    .await
}

/// Get a group.
#[utoipa::path(get, path = "/v1.0/groups/{group_id}", tag = "groups",
    params(("group_id" = String, Path), crate::open_api::SelectParameters),
    responses((status = 200, body = GroupWire<'static>), Errors))]
async fn group_get(
    call: Call,
    Key(id): Key<GroupId>,
    options: Options,
) -> Result<Answer, ApiError> {
    options.only(&[])?;
    let group = call.read(move |tx, ctx| group::get(tx, ctx, id)).await;
    let group = group.map_err(ApiError::of_directory)?;
    Ok(call.shape.selected("groups", &group_wire(&group), &options))
}

/// Rename a group, for administrators.
#[utoipa::path(patch, path = "/v1.0/groups/{group_id}", tag = "groups",
    params(("group_id" = String, Path)), request_body = GroupChange,
    responses((status = 204), Errors))]
async fn group_change(
    call: Call,
    Key(id): Key<GroupId>,
    payload: Payload<GroupChange>,
) -> Result<Answer, ApiError> {
    let name = required("displayName", payload.value.display_name)?;
    let renamed = call.write(move |tx, ctx| group::rename(tx, ctx, id, &name)).await;
    renamed.map_err(ApiError::of_directory)?;
    Ok(Answer::no_content())
}

/// Delete a group; its policy assignment goes with it.
#[utoipa::path(delete, path = "/v1.0/groups/{group_id}", tag = "groups",
    params(("group_id" = String, Path)), responses((status = 204), Errors))]
async fn group_delete(call: Call, Key(id): Key<GroupId>) -> Result<Answer, ApiError> {
    let deleted = call.write(move |tx, ctx| group::delete(tx, ctx, id)).await;
    deleted.map_err(ApiError::of_directory)?;
    Ok(Answer::no_content())
}

/// List the members of a group.
#[utoipa::path(get, path = "/v1.0/groups/{group_id}/members", tag = "groups",
    params(("group_id" = String, Path), crate::open_api::PageParameters),
    responses((status = 200, body = Collection<UserWire<'static>>), Errors))]
async fn group_members(
    call: Call,
    Key(id): Key<GroupId>,
    options: Options,
) -> Result<Answer, ApiError> {
    let page = page_request(&options)?;
    let members = call.read(move |tx, ctx| group::members(tx, ctx, id, &page)).await;
    let Page { items, next } = members.map_err(ApiError::of_directory)?;
    let items = items.iter().map(|user| user_wire(user, false)).collect();
    Ok(call.shape.page("directoryObjects", Page { items, next }, &options))
}

/// Add somebody to a group.
#[utoipa::path(post, path = "/v1.0/groups/{group_id}/members/$ref", tag = "groups",
    params(("group_id" = String, Path)), request_body = ReferenceBody,
    responses((status = 204), Errors))]
async fn group_add_member(
    call: Call,
    Key(id): Key<GroupId>,
    payload: Payload<ReferenceBody>,
) -> Result<Answer, ApiError> {
    let reference = required("@odata.id", payload.value.id)?;
    let key = bind::last_key("@odata.id", &reference)?;
    let added = call.write(move |tx, ctx| group::add_member(tx, ctx, id, &key)).await;
    added.map_err(ApiError::of_directory)?;
    Ok(Answer::no_content())
}

/// Remove somebody from a group.
#[utoipa::path(delete, path = "/v1.0/groups/{group_id}/members/{user_id}/$ref", tag = "groups",
    params(("group_id" = String, Path), ("user_id" = String, Path)),
    responses((status = 204), Errors))]
async fn group_remove_member(
    call: Call,
    Keys(id, key): Keys<GroupId, UserKey>,
) -> Result<Answer, ApiError> {
    let remove = move |tx: &mut Tx<'_>, ctx: &Context<'_>| {
        let account = match key {
            UserKey::Id(account) => account,
            key @ UserKey::Address(_) => account::get(tx, ctx, &key)?.person.card.id,
        };
        group::remove_member(tx, ctx, id, account)
    };
    call.write(remove).await.map_err(ApiError::of_directory)?;
    Ok(Answer::no_content())
}
