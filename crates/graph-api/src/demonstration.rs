//! `/demonstration`: who can sign in to the demonstration, and with what.

use std::sync::Arc;

use axum::extract::State;
use axum::http::StatusCode;
use serde::Serialize;
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::answer::Answer;
use crate::error::{ApiError, Envelope};
use crate::{ApiState, Routes};

pub(crate) fn routes() -> Routes {
    OpenApiRouter::default().routes(routes!(demonstration))
}

/// Who can sign in to the demonstration: everybody knows the passwords, which is why it listens on
/// one machine only.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = demonstration)]
pub struct Demonstration {
    /// The organisations with their people, then those with personal accounts.
    pub homes: Vec<DemonstrationHome>,
}

/// One home of the demonstration.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = demonstrationHome)]
pub struct DemonstrationHome {
    /// What the organisation is called; none for personal accounts.
    #[schema(required)]
    pub organisation_name: Option<String>,
    /// Its domain.
    #[schema(required)]
    pub domain: Option<String>,
    /// Its people.
    pub people: Vec<DemonstrationPerson>,
}

/// Somebody of the demonstration.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = demonstrationPerson)]
pub struct DemonstrationPerson {
    /// What the person is called.
    pub display_name: String,
    /// With which to sign in.
    pub address: String,
    /// The telephone number, with which to sign in, too.
    #[schema(required)]
    pub phone_number: Option<String>,
    /// The password.
    pub password: String,
    /// What the account may do beyond chatting.
    pub roles: Vec<String>,
}

/// The people of the demonstration. Every other deployment has no such address.
#[utoipa::path(get, path = "/demonstration", tag = "deployment", security(()),
    responses((status = 200, body = Demonstration),
        (status = 404, description = "This is no demonstration.", body = Envelope<'static>)))]
async fn demonstration(State(state): State<Arc<ApiState>>) -> Result<Answer, ApiError> {
    let shown = state.demonstration.as_deref().ok_or_else(ApiError::unknown_route)?;
    Ok(Answer::json(StatusCode::OK, shown))
}
