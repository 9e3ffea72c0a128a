//! The limits that hold for an organisation, and how much of them is used.

use serde::Serialize;
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;
use visavis_app::quota::{self, Quota};
use visavis_app::rate::RateUse;

use crate::Routes;
use crate::answer::Answer;
use crate::error::{ApiError, Errors};
use crate::extract::Call;
use crate::odata::Collection;
use crate::open_api::words;
use crate::query::Options;

pub(crate) fn routes() -> Routes {
    OpenApiRouter::default().routes(routes!(limit_list))
}

/// A limit and how much of it is used.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = limit)]
struct LimitWire {
    /// What it is called in the settings of the server, or what is counted.
    id: &'static str,
    /// For whom it counts; `used` is about the caller, the caller's organisation, or the address
    /// from which the caller asks.
    #[schema(value_type = words::LimitScope)]
    scope: &'static str,
    limit: u64,
    /// In how many seconds so many may come; null for what there may be at once.
    #[schema(required)]
    period_seconds: Option<u64>,
    /// Null where nobody in particular is counted.
    #[schema(required)]
    used: Option<u64>,
}

fn rate_wire(rate: &RateUse) -> LimitWire {
    LimitWire {
        id: rate.name,
        scope: rate.scope.as_str(),
        limit: rate.limit.into(),
        period_seconds: Some(rate.period_s),
        used: rate.used.map(u64::from),
    }
}

fn quota_wire(quota: &Quota) -> LimitWire {
    LimitWire {
        id: quota.name,
        scope: "organisation",
        limit: quota.limit as u64,
        period_seconds: None,
        used: Some(quota.used as u64),
    }
}

/// What may be had and done, and how much of it is used now, for administrators.
#[utoipa::path(get, path = "/v1.0/admin/limits", tag = "limits",
    params(crate::open_api::CollectionParameters),
    responses((status = 200, body = Collection<LimitWire>), Errors))]
async fn limit_list(call: Call, options: Options) -> Result<Answer, ApiError> {
    options.only(&[])?;
    let (rates, quotas) = call.read(quota::list).await?;
    let value = rates.iter().map(rate_wire).chain(quotas.iter().map(quota_wire)).collect();
    Ok(call.shape.collection("admin/limits", Collection::all(value), &options))
}
