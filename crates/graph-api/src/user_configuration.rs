//! Policies of people as Graph's Teams administration shows them: `userConfigurations` and
//! `getPolicyId`.

use serde::Serialize;
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;
use visavis_app::Tx;
use visavis_app::context::Context;
use visavis_app::external_access::{self, UserConfiguration};
use visavis_app::page::PageRequest;
use visavis_app::subject::UserKey;
use visavis_app::view::Page;
use visavis_domain::id::{AccountId, GroupId};
use visavis_domain::limit::ADMIN_PAGE_ENTRIES_MAX;
use visavis_policy::assignment::Source;
use visavis_policy::name::PolicyName;

use crate::Routes;
use crate::answer::Answer;
use crate::error::{ApiError, Errors};
use crate::external_access::POLICY_TYPE;
use crate::extract::{Call, Key, PathKey};
use crate::odata::{Collection, Moment, Tenant};
use crate::query::{Ask, Options};

const SET: &str = "admin/teams/userConfigurations";
const PAGE_ENTRIES_USUAL: usize = 100;

pub(crate) fn routes() -> Routes {
    OpenApiRouter::default()
        .routes(routes!(user_configuration_list))
        .routes(routes!(user_configuration_get))
        .routes(routes!(policy_id_get))
}

/// What is set for somebody: Graph's `teamsUserConfiguration`.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = teamsUserConfiguration)]
struct UserConfigurationWire<'a> {
    #[schema(value_type = String)]
    id: AccountId,
    /// `user`.
    account_type: &'static str,
    #[schema(value_type = String)]
    tenant_id: Tenant,
    user_principal_name: &'a str,
    #[schema(value_type = String, format = DateTime)]
    created_date_time: Moment,
    /// `Teams`.
    feature_types: [&'static str; 1],
    is_enterprise_voice_enabled: bool,
    /// The policies that somebody was assigned, directly or by a group. To whom none was, the policy
    /// `Global` applies, and the list is empty.
    effective_policy_assignments: Vec<EffectiveAssignment<'a>>,
}

/// A policy that applies: Graph's `effectivePolicyAssignment`.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = effectivePolicyAssignment)]
struct EffectiveAssignment<'a> {
    /// `ExternalAccessPolicy`.
    policy_type: &'static str,
    policy_assignment: AssignedPolicy<'a>,
}

/// Where it comes from: Graph's `policyAssignment`.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = assignedPolicy)]
struct AssignedPolicy<'a> {
    /// `direct` or `group`.
    assignment_type: &'static str,
    display_name: &'a str,
    #[schema(required, value_type = Option<String>)]
    group_id: Option<GroupId>,
    #[schema(value_type = String)]
    policy_id: &'a PolicyName,
}

/// A policy by its name: Graph's `policyIdentifierDetail`.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = policyIdentifierDetail)]
struct PolicyIdWire<'a> {
    name: &'a str,
    #[schema(value_type = String)]
    policy_id: &'a PolicyName,
}

fn wire(configuration: &UserConfiguration) -> UserConfigurationWire<'_> {
    let card = &*configuration.user.person.card;
    let effective = &configuration.effective;
    let source = match effective.source {
        Source::Direct => Some(("direct", None)),
        Source::Group { group, .. } => Some(("group", Some(group))),
        Source::Global => None,
    };
    let assignments = source.map(|(assignment_type, group_id)| EffectiveAssignment {
        policy_type: POLICY_TYPE,
        policy_assignment: AssignedPolicy {
            assignment_type,
            display_name: effective.policy.display_name(),
            group_id,
            policy_id: &effective.policy,
        },
    });
    UserConfigurationWire {
        id: card.id,
        account_type: "user",
        tenant_id: card.home.into(),
        user_principal_name: &card.user_principal_name,
        created_date_time: Moment(configuration.user.created_at),
        feature_types: ["Teams"],
        is_enterprise_voice_enabled: false,
        effective_policy_assignments: assignments.into_iter().collect(),
    }
}

/// What is set for the people of the organisation, for its administrators.
#[utoipa::path(get, path = "/v1.0/admin/teams/userConfigurations", tag = "external access",
    params(crate::open_api::PageParameters),
    responses((status = 200, body = Collection<UserConfigurationWire<'static>>), Errors))]
async fn user_configuration_list(call: Call, options: Options) -> Result<Answer, ApiError> {
    options.only(&[Ask::Top, Ask::SkipToken])?;
    let top = options.top(PAGE_ENTRIES_USUAL, ADMIN_PAGE_ENTRIES_MAX)?;
    let page = PageRequest { top, cursor: options.skip_token.clone() };
    let list = call.read(move |tx, ctx| external_access::configurations(tx, ctx, &page)).await?;
    let Page { items, next } = list;
    let items = items.iter().map(wire).collect();
    Ok(call.shape.page(SET, Page { items, next }, &options))
}

/// What is set for somebody of the organisation, for its administrators.
#[utoipa::path(get, path = "/v1.0/admin/teams/userConfigurations/{user_id}",
    tag = "external access", params(("user_id" = String, Path), crate::open_api::SelectParameters),
    responses((status = 200, body = UserConfigurationWire<'static>), Errors))]
async fn user_configuration_get(
    call: Call,
    Key(key): Key<UserKey>,
    options: Options,
) -> Result<Answer, ApiError> {
    options.only(&[])?;
    let found = call.read(move |tx, ctx| external_access::configuration_of(tx, ctx, &key)).await;
    let found = found.map_err(ApiError::of_directory)?;
    Ok(call.shape.selected(SET, &wire(&found), &options))
}

/// A text that a path names as it is.
struct PlainText(String);

impl PathKey for PlainText {
    fn from_segment(text: &str) -> Result<Self, ApiError> {
        Ok(Self(text.to_owned()))
    }
}

/// The id of a policy by its type and name, for administrators; also written
/// `getPolicyId(type='ExternalAccessPolicy',name='Sales')`.
#[utoipa::path(get, path = "/v1.0/admin/teams/policy/getPolicyId/{type}/{name}",
    tag = "external access",
    params(("type" = String, Path, description = "`ExternalAccessPolicy`"),
        ("name" = String, Path, description = "`Global`, `Tag:Name` or `Name`"),
        crate::open_api::CollectionParameters),
    responses((status = 200, body = Collection<PolicyIdWire<'static>>), Errors))]
async fn policy_id_get(
    call: Call,
    crate::extract::Keys(PlainText(kind), PlainText(name)): crate::extract::Keys<
        PlainText,
        PlainText,
    >,
    options: Options,
) -> Result<Answer, ApiError> {
    options.only(&[])?;
    let wanted: Option<PolicyName> = name.parse().ok();
    let find = move |tx: &mut Tx<'_>, ctx: &Context<'_>| {
        external_access::policy_name(tx, ctx, wanted.as_ref())
    };
    let found = call.read(find).await?;
    if !kind.eq_ignore_ascii_case(POLICY_TYPE) {
        let words = format!("The one type of policy here is `{POLICY_TYPE}`.");
        return Err(ApiError::invalid("type", words));
    }
    let value = found
        .iter()
        .map(|name| PolicyIdWire { name: name.display_name(), policy_id: name })
        .collect();
    let set = "Collection(microsoft.graph.teamsAdministration.policyIdentifierDetail)";
    Ok(call.shape.collection(set, Collection::all(value), &options))
}
