//! What a change of external access would do, before it is made.

use axum::http::StatusCode;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;
use visavis_app::simulation::{self, Effect, Proposal, Removals};
use visavis_domain::id::GroupId;
use visavis_policy::name::PolicyName;

use crate::Routes;
use crate::answer::Answer;
use crate::bind::{self, shown};
use crate::error::{ApiError, Errors};
use crate::extract::{Call, Payload};
use crate::open_api::terms::{ConfigurationChange, PolicyChange};

const SET: &str = "admin/teams/externalAccess/simulate";

pub(crate) fn routes() -> Routes {
    OpenApiRouter::default().routes(routes!(simulate))
}

/// A change that somebody thinks of: exactly one of these.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = simulationRequest)]
pub(crate) struct SimulationBody {
    /// A change of the configuration, as one would send it.
    #[schema(value_type = Option<ConfigurationChange>)]
    configuration: Option<Map<String, Value>>,
    /// A change of a policy, as one would send it, with its `identity`.
    #[schema(value_type = Option<PolicyChange>)]
    policy: Option<Map<String, Value>>,
    /// A policy to delete; `Global` would be reset.
    removed_policy: Option<String>,
    /// A policy to assign, or to take away.
    assignment: Option<AssignmentBody>,
}

#[derive(Debug, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = simulatedAssignment)]
struct AssignmentBody {
    /// Which policy; none takes away what is assigned.
    policy_id: Option<String>,
    /// To a group …
    group_id: Option<String>,
    /// … at this rank, from 1; the lowest if not given.
    rank: Option<u32>,
    /// Or to a person.
    user_id: Option<String>,
}

/// What the change would do to the chats that exist. Blocks and refusals of single people are left
/// out of it.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = simulation)]
struct SimulationWire {
    /// Whether everything was looked through; else each number is a least one.
    is_complete: bool,
    /// How many people of the organisation would have other settings than now.
    people: usize,
    /// Contact that would end.
    loses: EffectWire,
    /// Contact that would be possible again.
    gains: EffectWire,
    /// What would end for good. Changing the settings back does not undo it: somebody has to start
    /// the chats of two again, and to add people to the groups again.
    removals: RemovalsWire,
}

#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = simulatedRemovals)]
struct RemovalsWire {
    /// Chats of two that would end.
    one_on_one_chats: usize,
    /// From how many groups people would be removed.
    group_chats: usize,
    /// People of the organisation who would be removed from groups.
    people: usize,
    /// People outside who would be removed from groups.
    outsiders: usize,
}

#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = simulatedEffect)]
struct EffectWire {
    /// Chats of two.
    one_on_one_chats: usize,
    group_chats: usize,
    /// How many of both wait for the answer to a contact request.
    requests: usize,
    /// People of the organisation.
    people: usize,
    /// People outside.
    outsiders: usize,
}

fn policy_name(target: &str, text: &str) -> Result<PolicyName, ApiError> {
    text.parse().map_err(|error| ApiError::invalid(target, format!("`{}`: {error}.", shown(text))))
}

impl SimulationBody {
    fn proposal(self) -> Result<Proposal, ApiError> {
        match (self.configuration, self.policy, self.removed_policy, self.assignment) {
            (Some(patch), None, None, None) => Ok(Proposal::Configuration(patch)),
            (None, Some(mut properties), None, None) => {
                let name = match properties.remove("identity") {
                    Some(Value::String(text)) => policy_name("policy/identity", &text)?,
                    _ => return Err(ApiError::invalid("policy/identity", "Name the policy.")),
                };
                Ok(Proposal::Policy(name, properties))
            }
            (None, None, Some(name), None) => {
                Ok(Proposal::PolicyRemoval(policy_name("removedPolicy", &name)?))
            }
            (None, None, None, Some(assignment)) => assignment.proposal(),
            _ => Err(ApiError::invalid(
                "body",
                "Give exactly one of `configuration`, `policy`, `removedPolicy`, `assignment`.",
            )),
        }
    }
}

impl AssignmentBody {
    fn proposal(self) -> Result<Proposal, ApiError> {
        let Self { policy_id, group_id, rank, user_id } = self;
        let policy = policy_id
            .filter(|name| !name.is_empty())
            .map(|name| policy_name("assignment/policyId", &name))
            .transpose()?;
        match (group_id, user_id) {
            (Some(id), None) => {
                let group: GroupId = id.parse().map_err(|_invalid| {
                    let words = format!("`{}` is no group id.", shown(&id));
                    ApiError::invalid("assignment/groupId", words)
                })?;
                Ok(Proposal::GroupAssignment { group, policy, rank })
            }
            (None, Some(id)) => {
                let person = bind::user_key("assignment/userId", &id)?;
                Ok(Proposal::PersonAssignment { person, policy })
            }
            _ => Err(ApiError::invalid("assignment", "Give either `groupId` or `userId`.")),
        }
    }
}

fn effect_wire(effect: &Effect) -> EffectWire {
    EffectWire {
        one_on_one_chats: effect.one_on_one,
        group_chats: effect.groups,
        requests: effect.requests,
        people: effect.people,
        outsiders: effect.outsiders,
    }
}

const fn removals_wire(removals: &Removals) -> RemovalsWire {
    let Removals { one_on_one, groups, people, outsiders } = *removals;
    RemovalsWire { one_on_one_chats: one_on_one, group_chats: groups, people, outsiders }
}

/// Say what a change of external access would do to people, chats and requests. Nothing is changed.
#[utoipa::path(post, path = "/v1.0/admin/teams/externalAccess/simulate", tag = "external access",
    request_body = SimulationBody, responses((status = 200, body = SimulationWire), Errors))]
async fn simulate(call: Call, payload: Payload<SimulationBody>) -> Result<Answer, ApiError> {
    let proposal = payload.value.proposal()?;
    let found = call.read(move |tx, ctx| simulation::simulate(tx, ctx, &proposal)).await?;
    let wire = SimulationWire {
        is_complete: found.is_complete,
        people: found.people,
        loses: effect_wire(&found.loses),
        gains: effect_wire(&found.gains),
        removals: removals_wire(&found.removals),
    };
    Ok(call.shape.entity(StatusCode::OK, SET, &wire))
}
