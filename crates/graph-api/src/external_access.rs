//! External access for administrators: the configuration, the policies and who has them.

use axum::http::StatusCode;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;
use visavis_app::Tx;
use visavis_app::context::Context;
use visavis_app::external_access::{self, EffectiveView, Unknown};
use visavis_app::page::PageRequest;
use visavis_app::subject::UserKey;
use visavis_app::view::Page;
use visavis_domain::id::GroupId;
use visavis_domain::limit::{ADMIN_PAGE_ENTRIES_MAX, ASSIGNMENTS_PER_CALL_MAX};
use visavis_policy::assignment::{GroupAssignment, Source, Sourced};
use visavis_policy::name::PolicyName;
use visavis_policy::settings::{Configuration, ExternalAccessPolicy};

use crate::Routes;
use crate::answer::{Answer, Shape};
use crate::bind;
use crate::error::{ApiError, Errors};
use crate::extract::{Call, Key, Payload};
use crate::odata::Collection;
use crate::open_api::terms::{
    ConfigurationChange, ConfigurationSchema, NewPolicy, PolicyChange, PolicySchema,
};
use crate::open_api::words;
use crate::query::{Ask, Options};
use crate::user::{UserWire, user_wire};

const CONFIGURATION: &str = "admin/teams/externalAccess/configuration";
const POLICIES: &str = "admin/teams/externalAccess/policies";
/// People in a page of those who have a policy.
const PEOPLE_USUAL: usize = 100;
/// Policies in a page of them.
const POLICIES_USUAL: usize = 100;
/// The one type of policy there is, as the assignment calls name it.
pub(crate) const POLICY_TYPE: &str = "ExternalAccessPolicy";

pub(crate) fn routes() -> Routes {
    OpenApiRouter::default()
        .routes(routes!(configuration_get, configuration_change))
        .routes(routes!(policy_list, policy_create))
        .routes(routes!(policy_get, policy_change, policy_delete))
        .routes(routes!(policy_people))
        .routes(routes!(policy_assign))
        .routes(routes!(policy_unassign))
        .routes(routes!(policy_assign_users))
        .routes(routes!(policy_unassign_users))
        .routes(routes!(policy_of_user))
}

/// A policy with its name.
#[derive(Debug, Serialize)]
struct PolicyWire<'a> {
    /// As `If-Match` takes it.
    #[serde(rename = "@odata.etag")]
    etag: String,
    identity: &'a PolicyName,
    #[serde(flatten)]
    policy: &'a ExternalAccessPolicy,
    /// In the list: the groups that have it.
    #[serde(skip_serializing_if = "Option::is_none")]
    assignments: Option<Vec<AssignmentWire>>,
}

/// A group that has a policy.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = groupPolicyAssignment)]
pub(crate) struct AssignmentWire {
    #[schema(value_type = String, format = "uuid")]
    group_id: GroupId,
    rank: u32,
}

/// The policy that applies to somebody, and why.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = effectiveExternalAccessPolicy)]
struct EffectiveWire<'a> {
    #[schema(value_type = PolicySchema)]
    effective: PolicyWire<'a>,
    source: SourceWire<'a>,
    /// Everything that was assigned, the winner first.
    sources: Vec<SourceWire<'a>>,
}

/// Where a policy comes from.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = policySource)]
struct SourceWire<'a> {
    /// `direct`, `group` or `global`.
    #[schema(value_type = words::PolicySourceType)]
    r#type: &'static str,
    #[schema(value_type = String)]
    policy_id: &'a PolicyName,
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>, format = "uuid")]
    group_id: Option<GroupId>,
    #[serde(skip_serializing_if = "Option::is_none")]
    rank: Option<u32>,
}

/// To whom a policy is assigned: a group, or everybody.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = policyAssignment)]
pub(crate) struct AssignBody {
    #[schema(value_type = Option<String>, format = "uuid")]
    group_id: Option<String>,
    /// From 1, the strongest; the lowest if not given.
    rank: Option<u32>,
    global: Option<bool>,
}

/// Policies for people, as Graph's `teamsPolicyUserAssignment`.
#[derive(Debug, Deserialize, ToSchema)]
#[schema(as = policyUserAssignments)]
pub(crate) struct UserAssignmentsBody {
    value: Vec<UserAssignmentBody>,
}

#[derive(Debug, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = policyUserAssignment)]
struct UserAssignmentBody {
    #[schema(value_type = String)]
    user_id: Option<String>,
    /// `ExternalAccessPolicy`.
    policy_type: Option<String>,
    /// `Tag:Name`; empty un-assigns.
    policy_id: Option<String>,
}

/// An object whose properties are for others to judge.
type Properties = Map<String, Value>;

fn policy_wire<'a>(name: &'a PolicyName, policy: &'a ExternalAccessPolicy) -> PolicyWire<'a> {
    let etag = format!("\"{}\"", external_access::etag(policy));
    PolicyWire { etag, identity: name, policy, assignments: None }
}

/// The groups that have this policy, by rank.
fn assignments_of(list: &[GroupAssignment], name: &PolicyName) -> Vec<AssignmentWire> {
    (1..)
        .zip(list)
        .filter(|(_rank, assignment)| assignment.policy == *name)
        .map(|(rank, assignment)| AssignmentWire { group_id: assignment.group, rank })
        .collect()
}

fn effective_wire(view: &EffectiveView) -> EffectiveWire<'_> {
    let effective = &view.effective;
    EffectiveWire {
        effective: policy_wire(&effective.policy, &view.policy),
        source: source_wire(&effective.policy, effective.source),
        sources: effective
            .sources
            .iter()
            .map(|Sourced { policy, source }| source_wire(policy, *source))
            .collect(),
    }
}

fn source_wire(policy: &PolicyName, source: Source) -> SourceWire<'_> {
    let (kind, group_id, rank) = match source {
        Source::Direct => ("direct", None, None),
        Source::Group { group, rank } => ("group", Some(group), Some(rank)),
        Source::Global => ("global", None, None),
    };
    SourceWire { r#type: kind, policy_id: policy, group_id, rank }
}

fn configuration_answer(shape: &Shape, configuration: &Configuration, etag: &str) -> Answer {
    shape.entity(StatusCode::OK, CONFIGURATION, configuration).tagged(etag)
}

/// The properties without those that only describe the object.
fn properties(mut given: Properties) -> Properties {
    given.retain(|name, _value| !name.starts_with('@'));
    given
}

/// The name in the body of a new policy.
fn take_identity(given: &mut Properties) -> Result<PolicyName, ApiError> {
    let text = match given.remove("identity") {
        Some(Value::String(text)) => text,
        _ => return Err(ApiError::invalid("identity", "Name the policy: `Tag:Name`.")),
    };
    text.parse().map_err(|error| {
        ApiError::invalid("identity", format!("`{}`: {error}.", bind::shown(&text)))
    })
}

impl AssignBody {
    fn group(&self) -> Result<Option<GroupId>, ApiError> {
        match (self.group_id.as_deref(), self.global) {
            (Some(id), None | Some(false)) => id.parse().map(Some).map_err(|_invalid| {
                ApiError::invalid("groupId", format!("`{}` is no group id.", bind::shown(id)))
            }),
            (None, Some(true)) => Ok(None),
            _ => Err(ApiError::invalid(
                "groupId",
                "Give either `groupId`, with or without `rank`, or `\"global\": true`.",
            )),
        }
    }
}

impl UserAssignmentsBody {
    fn read(self, unassigns: bool) -> Result<Vec<(UserKey, Option<PolicyName>)>, ApiError> {
        if self.value.is_empty() || self.value.len() > ASSIGNMENTS_PER_CALL_MAX {
            let words = format!("Name 1 to {ASSIGNMENTS_PER_CALL_MAX} people.");
            return Err(ApiError::invalid("value", words));
        }
        (0_usize..)
            .zip(self.value)
            .map(|(at, body)| body.read(&format!("value/{at}"), unassigns))
            .collect()
    }
}

impl UserAssignmentBody {
    fn read(
        self,
        target: &str,
        unassigns: bool,
    ) -> Result<(UserKey, Option<PolicyName>), ApiError> {
        let is_known = self.policy_type.is_none_or(|kind| kind.eq_ignore_ascii_case(POLICY_TYPE));
        if !is_known {
            let words = format!("The one type of policy here is `{POLICY_TYPE}`.");
            return Err(ApiError::invalid(format!("{target}/policyType"), words));
        }
        let user = self.user_id.unwrap_or_default();
        let key = bind::user_key(&format!("{target}/userId"), &user)?;
        let name = self.policy_id.filter(|name| !name.is_empty() && !unassigns);
        let policy = name.map(|name| {
            name.parse().map_err(|error| {
                let words = format!("`{}`: {error}.", bind::shown(&name));
                ApiError::invalid(format!("{target}/policyId"), words)
            })
        });
        Ok((key, policy.transpose()?))
    }
}

/// The organisation's external access configuration.
#[utoipa::path(get, path = "/v1.0/admin/teams/externalAccess/configuration",
    tag = "external access", params(crate::open_api::SelectParameters),
    responses((status = 200, body = ConfigurationSchema), Errors))]
async fn configuration_get(call: Call, options: Options) -> Result<Answer, ApiError> {
    options.only(&[])?;
    let (configuration, etag) = call.read(external_access::configuration).await?;
    Ok(call.shape.selected(CONFIGURATION, &configuration, &options).tagged(&etag))
}

/// Change the configuration. It holds from this answer on. What is not named stays.
#[utoipa::path(patch, path = "/v1.0/admin/teams/externalAccess/configuration",
    tag = "external access", params(crate::open_api::ChangeParameters),
    request_body = ConfigurationChange,
    responses((status = 200, body = ConfigurationSchema), Errors))]
async fn configuration_change(
    call: Call,
    payload: Payload<Properties>,
) -> Result<Answer, ApiError> {
    let patch = properties(payload.value);
    let if_match = call.if_match.clone();
    let change = move |tx: &mut Tx<'_>, ctx: &Context<'_>| {
        external_access::change_configuration(tx, ctx, &patch, if_match.as_deref())
    };
    let (configuration, etag) = call.write(change).await?;
    Ok(configuration_answer(&call.shape, &configuration, &etag))
}

/// List the policies, with the groups that have them.
///
/// A page of large policies is shorter than asked for.
#[utoipa::path(get, path = "/v1.0/admin/teams/externalAccess/policies", tag = "external access",
    params(crate::open_api::PageParameters),
    responses((status = 200, body = Collection<PolicySchema>), Errors))]
async fn policy_list(call: Call, options: Options) -> Result<Answer, ApiError> {
    options.only(&[Ask::Top, Ask::SkipToken])?;
    let top = options.top(POLICIES_USUAL, ADMIN_PAGE_ENTRIES_MAX)?;
    let page = PageRequest { top, cursor: options.skip_token.clone() };
    let list = move |tx: &mut Tx<'_>, ctx: &Context<'_>| {
        let policies = external_access::policies(tx, ctx, &page)?;
        Ok((policies, external_access::group_assignments(tx, ctx)?))
    };
    let (Page { items, next }, assignments) = call.read(list).await?;
    let value = items
        .iter()
        .map(|(name, policy)| PolicyWire {
            assignments: Some(assignments_of(&assignments, name)),
            ..policy_wire(name, policy)
        })
        .collect();
    Ok(call.shape.page(POLICIES, Page { items: value, next }, &options))
}

/// Make a policy.
#[utoipa::path(post, path = "/v1.0/admin/teams/externalAccess/policies", tag = "external access",
    params(crate::open_api::CreateParameters), request_body = NewPolicy,
    responses((status = 201, body = PolicySchema), Errors))]
async fn policy_create(call: Call, payload: Payload<Properties>) -> Result<Answer, ApiError> {
    let mut given = properties(payload.value);
    let name = take_identity(&mut given)?;
    let create = move |tx: &mut Tx<'_>, ctx: &Context<'_>| {
        external_access::create_policy(tx, ctx, &name, &given)
    };
    call.create(payload.once, create, |shape, (name, policy)| {
        shape.entity(StatusCode::CREATED, POLICIES, &policy_wire(name, policy))
    })
    .await
}

/// Get a policy.
#[utoipa::path(get, path = "/v1.0/admin/teams/externalAccess/policies/{identity}",
    tag = "external access",
    params(("identity" = String, Path, description = "`Global`, `Tag:Name` or `Name`"),
        crate::open_api::SelectParameters),
    responses((status = 200, body = PolicySchema), Errors))]
async fn policy_get(
    call: Call,
    Key(name): Key<PolicyName>,
    options: Options,
) -> Result<Answer, ApiError> {
    options.only(&[])?;
    let (name, policy) = call.read(move |tx, ctx| external_access::policy(tx, ctx, &name)).await?;
    let policy = policy_wire(&name, &policy);
    Ok(call.shape.selected(POLICIES, &policy, &options).tagged(&policy.etag))
}

/// Change a policy. What is not named stays.
#[utoipa::path(patch, path = "/v1.0/admin/teams/externalAccess/policies/{identity}",
    tag = "external access",
    params(("identity" = String, Path), crate::open_api::ChangeParameters), request_body = PolicyChange,
    responses((status = 200, body = PolicySchema), Errors))]
async fn policy_change(
    call: Call,
    Key(name): Key<PolicyName>,
    payload: Payload<Properties>,
) -> Result<Answer, ApiError> {
    let mut given = properties(payload.value);
    if given.contains_key("identity") && take_identity(&mut given)? != name {
        return Err(ApiError::invalid("identity", "A policy keeps its name."));
    }
    let if_match = call.if_match.clone();
    let change = move |tx: &mut Tx<'_>, ctx: &Context<'_>| {
        external_access::change_policy(tx, ctx, &name, &given, if_match.as_deref())
    };
    let (name, policy) = call.write(change).await?;
    let policy = policy_wire(&name, &policy);
    Ok(call.shape.entity(StatusCode::OK, POLICIES, &policy).tagged(&policy.etag))
}

/// Delete a policy and its assignments; `Global` is reset instead.
#[utoipa::path(delete, path = "/v1.0/admin/teams/externalAccess/policies/{identity}",
    tag = "external access",
    params(("identity" = String, Path), crate::open_api::ChangeParameters),
    responses((status = 204), Errors))]
async fn policy_delete(call: Call, Key(name): Key<PolicyName>) -> Result<Answer, ApiError> {
    let if_match = call.if_match.clone();
    let delete = move |tx: &mut Tx<'_>, ctx: &Context<'_>| {
        external_access::delete_policy(tx, ctx, &name, if_match.as_deref())
    };
    call.write(delete).await?;
    Ok(Answer::no_content())
}

/// Assign a policy to a group, or give its settings to everybody.
///
/// The version is that of the policy which is assigned.
#[utoipa::path(post, path = "/v1.0/admin/teams/externalAccess/policies/{identity}/assign",
    tag = "external access",
    params(("identity" = String, Path), crate::open_api::ChangeParameters), request_body = AssignBody,
    responses((status = 204), Errors))]
async fn policy_assign(
    call: Call,
    Key(name): Key<PolicyName>,
    payload: Payload<AssignBody>,
) -> Result<Answer, ApiError> {
    let (group, rank) = (payload.value.group()?, payload.value.rank);
    let if_match = call.if_match.clone();
    let assign = move |tx: &mut Tx<'_>, ctx: &Context<'_>| {
        let if_match = if_match.as_deref();
        match group {
            Some(group) => {
                external_access::assign_to_group(tx, ctx, &name, (group, rank), if_match)
            }
            None => external_access::assign_global(tx, ctx, &name, if_match),
        }
    };
    call.write(assign).await?;
    Ok(Answer::no_content())
}

/// Take a policy from a group, or give everybody the defaults.
///
/// The version is that of the policy which is taken away.
#[utoipa::path(post, path = "/v1.0/admin/teams/externalAccess/policies/{identity}/unassign",
    tag = "external access",
    params(("identity" = String, Path), crate::open_api::ChangeParameters), request_body = AssignBody,
    responses((status = 204), Errors))]
async fn policy_unassign(
    call: Call,
    Key(name): Key<PolicyName>,
    payload: Payload<AssignBody>,
) -> Result<Answer, ApiError> {
    let group = payload.value.group()?;
    let if_match = call.if_match.clone();
    let unassign = move |tx: &mut Tx<'_>, ctx: &Context<'_>| {
        external_access::unassign(tx, ctx, &name, group, if_match.as_deref())
    };
    call.write(unassign).await?;
    Ok(Answer::no_content())
}

/// List the people to whom a policy is assigned directly.
#[utoipa::path(get, path = "/v1.0/admin/teams/externalAccess/policies/{identity}/users",
    tag = "external access",
    params(("identity" = String, Path), crate::open_api::PageParameters),
    responses((status = 200, body = Collection<UserWire<'static>>), Errors))]
async fn policy_people(
    call: Call,
    Key(name): Key<PolicyName>,
    options: Options,
) -> Result<Answer, ApiError> {
    options.only(&[Ask::Top, Ask::SkipToken])?;
    let top = options.top(PEOPLE_USUAL, ADMIN_PAGE_ENTRIES_MAX)?;
    let page = PageRequest { top, cursor: options.skip_token.clone() };
    let found =
        call.read(move |tx, ctx| external_access::people_with(tx, ctx, &name, &page)).await?;
    let Page { items, next } = found;
    let items = items.iter().map(|user| user_wire(user, false)).collect();
    Ok(call.shape.page("users", Page { items, next }, &options))
}

/// Assigns policies, or says of which entries there is no such person or policy.
async fn assigned(
    call: &Call,
    assignments: Vec<(UserKey, Option<PolicyName>)>,
) -> Result<Answer, ApiError> {
    let assign = move |tx: &mut Tx<'_>, ctx: &Context<'_>| {
        external_access::assign_to_users(tx, ctx, assignments)
    };
    let unknown = call.write(assign).await?;
    let places: Vec<String> = unknown
        .iter()
        .map(|(at, what)| match what {
            Unknown::Person => format!("value/{at}/userId"),
            Unknown::Policy => format!("value/{at}/policyId"),
        })
        .collect();
    match places.first() {
        None => Ok(Answer::no_content()),
        Some(first) => Err(ApiError::not_found_at(first, &places)),
    }
}

/// Assign policies to people, all of them or nobody; an empty `policyId` takes theirs away.
///
/// When there is no such person or policy, the answer is 404 and names the entries.
#[utoipa::path(post, path = "/v1.0/admin/teams/policy/userAssignments/assign",
    tag = "external access", request_body = UserAssignmentsBody,
    responses((status = 204), Errors))]
async fn policy_assign_users(
    call: Call,
    payload: Payload<UserAssignmentsBody>,
) -> Result<Answer, ApiError> {
    let assignments = payload.value.read(false)?;
    assigned(&call, assignments).await
}

/// Take policies from people.
#[utoipa::path(post, path = "/v1.0/admin/teams/policy/userAssignments/unassign",
    tag = "external access", request_body = UserAssignmentsBody,
    responses((status = 204), Errors))]
async fn policy_unassign_users(
    call: Call,
    payload: Payload<UserAssignmentsBody>,
) -> Result<Answer, ApiError> {
    let assignments = payload.value.read(true)?;
    assigned(&call, assignments).await
}

/// The policy that applies to somebody, and why.
#[utoipa::path(get, path = "/v1.0/users/{user_id}/externalAccessPolicy",
    tag = "external access", params(("user_id" = String, Path), crate::open_api::SelectParameters),
    responses((status = 200, body = EffectiveWire<'static>), Errors))]
async fn policy_of_user(
    call: Call,
    Key(key): Key<UserKey>,
    options: Options,
) -> Result<Answer, ApiError> {
    options.only(&[])?;
    let view = call.read(move |tx, ctx| external_access::effective(tx, ctx, &key)).await;
    let view = view.map_err(ApiError::of_directory)?;
    Ok(call.shape.selected("users/externalAccessPolicy", &effective_wire(&view), &options))
}
