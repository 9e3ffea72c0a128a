//! What crosses the organisation's boundary, as a report for administrators.

use axum::http::StatusCode;
use serde::Serialize;
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;
use visavis_app::activity::{self, Activity, Numbers};
use visavis_domain::limit::ACTIVITY_DAYS_MAX;
use visavis_domain::time::Timestamp;

use crate::Routes;
use crate::answer::Answer;
use crate::error::{ApiError, Errors};
use crate::extract::Call;
use crate::filter::{self, Operator};
use crate::odata::Moment;
use crate::query::{Ask, Options, invalid_filter, unsupported_filter};

const SET: &str = "admin/teams/externalAccess/activity";
const DAY_MS: i64 = 24 * 60 * 60 * 1000;
/// The window of the anomaly report (P-62).
const DAYS_USUAL: i64 = 10;
const POSSIBLE_FILTERS: &str =
    "The report can be asked for by `activityDateTime ge` a moment in the last 31 days.";

pub(crate) fn routes() -> Routes {
    OpenApiRouter::default().routes(routes!(activity_get))
}

/// What crossed the boundary of the organisation, from its own trail.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = externalActivity)]
struct ActivityWire<'a> {
    /// Whether all of it was counted; else the newest part was.
    is_complete: bool,
    /// Every day (UTC), the oldest first.
    days: Vec<DayWire>,
    /// The partners with the most messages.
    partners: Vec<PartnerWire<'a>>,
}

#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = externalActivityDay)]
struct DayWire {
    #[schema(value_type = String, format = DateTime)]
    start_date_time: Moment,
    #[serde(flatten)]
    #[schema(inline)]
    numbers: NumbersWire,
}

#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = externalActivityPartner)]
struct PartnerWire<'a> {
    /// None for all personal accounts together.
    #[schema(required)]
    domain: Option<&'a str>,
    /// How many of the organisation's people wrote to them. 0: nobody answered.
    people: usize,
    /// How many of them wrote.
    outsiders: usize,
    #[serde(flatten)]
    #[schema(inline)]
    numbers: NumbersWire,
}

#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = externalActivityNumbers)]
struct NumbersWire {
    messages_sent: usize,
    messages_received: usize,
    /// Chats of two that outsiders started.
    one_on_one_chats_from_outside: usize,
    /// Groups that outsiders started.
    group_chats_from_outside: usize,
    /// Chats with outsiders that the organisation's people started.
    chats_started: usize,
}

fn numbers_wire(numbers: &Numbers) -> NumbersWire {
    NumbersWire {
        messages_sent: numbers.sent,
        messages_received: numbers.received,
        one_on_one_chats_from_outside: numbers.one_on_one_from_outside,
        group_chats_from_outside: numbers.groups_from_outside,
        chats_started: numbers.started,
    }
}

fn activity_wire(activity: &Activity) -> ActivityWire<'_> {
    let days = activity.days.iter().map(|day| DayWire {
        start_date_time: Moment(day.at),
        numbers: numbers_wire(&day.numbers),
    });
    let partners = activity.partners.iter().map(|partner| PartnerWire {
        domain: partner.domain.as_deref(),
        people: partner.people,
        outsiders: partner.outsiders,
        numbers: numbers_wire(&partner.numbers),
    });
    ActivityWire {
        is_complete: activity.is_complete,
        days: days.collect(),
        partners: partners.collect(),
    }
}

/// Since when; none means the usual window.
fn from(options: &Options) -> Result<Option<Timestamp>, ApiError> {
    options.only(&[Ask::Filter])?;
    let Some(filter) = &options.filter else { return Ok(None) };
    let refuse = || unsupported_filter(POSSIBLE_FILTERS);
    match filter.conjunction().ok_or_else(refuse)?.as_slice() {
        [term] if term.path == "activityDateTime" && term.operator == Operator::GreaterOrEqual => {
            Ok(Some(filter::moment(&term.value).map_err(|error| invalid_filter(&error))?))
        }
        _ => Err(refuse()),
    }
}

/// Report what crossed the organisation's boundary: messages and first contacts by day and partner.
#[utoipa::path(get, path = "/v1.0/admin/teams/externalAccess/activity", tag = "audit",
    params(crate::open_api::ActivityParameters),
    responses((status = 200, body = ActivityWire<'static>), Errors))]
async fn activity_get(call: Call, options: Options) -> Result<Answer, ApiError> {
    let asked = from(&options)?;
    let now = call.state.app.now();
    let days = i64::try_from(ACTIVITY_DAYS_MAX).unwrap_or(i64::MAX);
    let oldest = now.plus_ms(-days.saturating_mul(DAY_MS));
    let from = asked.unwrap_or(now.plus_ms(-DAYS_USUAL * DAY_MS));
    if from < oldest {
        return Err(ApiError::invalid("$filter", POSSIBLE_FILTERS));
    }
    let activity = call.read(move |tx, ctx| activity::since(tx, ctx, from)).await?;
    Ok(call.shape.entity(StatusCode::OK, SET, &activity_wire(&activity)))
}
