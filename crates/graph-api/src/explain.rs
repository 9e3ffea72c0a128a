//! Can A talk with B? The own side's rules one by one, for administrators.

use axum::http::StatusCode;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;
use visavis_app::explain::{self, ExplainView};
use visavis_app::subject::UserKey;
use visavis_policy::explain::ExplainedStep;
use visavis_policy::name::PolicyName;
use visavis_policy::reason::{Exact, Reason, RuleId, Setting};

use crate::Routes;
use crate::answer::Answer;
use crate::bind;
use crate::error::{ApiError, Errors};
use crate::extract::{Call, Payload};

const SET: &str = "admin/teams/externalAccess/explain";
/// The one act that is explained.
const ACTION: &str = "start";

pub(crate) fn routes() -> Routes {
    OpenApiRouter::default().routes(routes!(explain_contact))
}

/// Between whom. One of them is somebody of one's own organisation.
#[derive(Debug, Deserialize, ToSchema)]
#[schema(as = explainRequest)]
pub(crate) struct ExplainBody {
    /// `start`, which is the default.
    action: Option<String>,
    /// Who makes the contact.
    #[schema(required, value_type = WhoBody)]
    actor: Option<WhoBody>,
    /// With whom.
    #[schema(required, value_type = WhoBody)]
    target: Option<WhoBody>,
}

/// Somebody, by exactly one of these.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = explainedPerson)]
struct WhoBody {
    user_id: Option<String>,
    email: Option<String>,
    /// With country code.
    phone_number: Option<String>,
}

/// What came of it.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = explanation)]
struct ExplanationWire<'a> {
    /// `allow`, `gate` (a contact request is asked first) or `deny`.
    verdict: &'static str,
    /// Whether the one outside makes the contact.
    is_inbound: bool,
    /// The rules of the own side that speak of such a contact, in their order.
    own: Vec<StepWire>,
    /// `allows`, `refuses` (its terms, towards everybody of this kind) or `unknown`.
    other: &'static str,
    /// What of the own side decided.
    #[schema(required)]
    deciding: Option<DecidingWire<'a>>,
    /// The policy that applies to the own person.
    #[schema(value_type = String)]
    policy_id: &'a PolicyName,
}

/// A rule and what it says.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = explainedRule)]
struct StepWire {
    #[schema(value_type = String)]
    rule_id: RuleId,
    is_refused: bool,
    /// Why it refuses.
    #[schema(required, value_type = Option<String>)]
    code: Option<Reason>,
    /// What an administrator can change.
    #[schema(required, value_type = Option<String>)]
    setting: Option<Setting>,
}

/// The rule that decided.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = decidingRule)]
struct DecidingWire<'a> {
    #[schema(value_type = String)]
    rule_id: RuleId,
    #[schema(value_type = String)]
    code: Reason,
    #[schema(required, value_type = Option<String>)]
    setting: Option<Setting>,
    /// What the setting is set to, a truth value or a word; none for lists.
    #[schema(required, value_type = Option<SettingValue>)]
    value: Option<&'a Value>,
}

/// What a setting is set to.
#[derive(ToSchema)]
#[schema(as = settingValue)]
#[serde(untagged)]
#[expect(dead_code, reason = "describes what the policy crate writes")]
enum SettingValue {
    Switch(bool),
    Word(String),
}

impl WhoBody {
    fn key(self, target: &str) -> Result<UserKey, ApiError> {
        let Self { user_id, email, phone_number } = self;
        let mut given = [("userId", user_id), ("email", email), ("phoneNumber", phone_number)]
            .into_iter()
            .filter_map(|(name, value)| Some((name, value?)));
        match (given.next(), given.next()) {
            (Some((name, value)), None) => bind::user_key(&format!("{target}/{name}"), &value),
            _ => Err(missing(target)),
        }
    }
}

fn missing(target: &str) -> ApiError {
    let words = format!("Name the {target} by exactly one of `userId`, `email`, `phoneNumber`.");
    ApiError::invalid(target, words)
}

fn step_wire(step: &ExplainedStep) -> StepWire {
    StepWire {
        rule_id: step.rule,
        is_refused: step.refusal.is_some(),
        code: step.refusal.map(|exact| exact.reason),
        setting: step.refusal.and_then(|exact| exact.setting),
    }
}

fn explanation_wire(view: &ExplainView) -> ExplanationWire<'_> {
    let explanation = &view.explanation;
    let deciding = |Exact { reason, rule, setting, .. }| DecidingWire {
        rule_id: rule,
        code: reason,
        setting,
        value: view.value.as_ref(),
    };
    ExplanationWire {
        verdict: explanation.verdict.as_str(),
        is_inbound: view.is_inbound,
        own: explanation.own.iter().map(step_wire).collect(),
        other: explanation.other.as_str(),
        deciding: explanation.deciding.map(deciding),
        policy_id: &view.policy,
    }
}

/// Explain whether somebody of the organisation and somebody else may come into contact, and which
/// rule decides. Says no more of others than looking for their address does.
#[utoipa::path(post, path = "/v1.0/admin/teams/externalAccess/explain", tag = "external access",
    request_body = ExplainBody, responses((status = 200, body = ExplanationWire<'static>), Errors))]
async fn explain_contact(call: Call, payload: Payload<ExplainBody>) -> Result<Answer, ApiError> {
    let ExplainBody { action, actor, target } = payload.value;
    if action.is_some_and(|action| action != ACTION) {
        return Err(ApiError::invalid("action", "The one action that is explained is `start`."));
    }
    let actor = actor.ok_or_else(|| missing("actor"))?.key("actor")?;
    let target = target.ok_or_else(|| missing("target"))?.key("target")?;
    let view = call.read(move |tx, ctx| explain::explain(tx, ctx, &actor, &target)).await?;
    Ok(call.shape.entity(StatusCode::OK, SET, &explanation_wire(&view)))
}
