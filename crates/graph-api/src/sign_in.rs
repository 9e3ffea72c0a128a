//! Signing in and out, and founding the first organisation.

use std::net::IpAddr;
use std::sync::Arc;

use axum::extract::{FromRequestParts, State};
use axum::http::HeaderMap;
use axum::http::StatusCode;
use axum::http::request::Parts;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;
use visavis_app::failure::Failure;
use visavis_app::founding::Founding;
use visavis_app::sign_in::SignInWant;
use visavis_app::token;

use crate::answer::Answer;
use crate::error::{ApiError, Errors};
use crate::extract::{Call, Payload, base_of, client_of, is_cross_origin};
use crate::odata::Nothing;
use crate::organisation::{OrganisationWire, organisation_wire};
use crate::session::{cookie, forgotten, settle, with_cookies};
use crate::user::{UserWire, email, required, user_wire};
use crate::{ApiState, Routes};

pub(crate) fn routes() -> Routes {
    OpenApiRouter::default()
        .routes(routes!(sign_in))
        .routes(routes!(sign_out))
        .routes(routes!(setup_get, setup_found))
}

/// Who signs in.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = signIn)]
pub(crate) struct SignInBody {
    /// An e-mail address, telephone number or user principal name.
    #[schema(value_type = String)]
    address: Option<String>,
    #[schema(value_type = String)]
    password: Option<String>,
    /// With a name, a bearer token is answered with instead of a cookie.
    token_name: Option<String>,
}

/// Who has signed in.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = signedIn)]
struct SignedInWire<'a> {
    account: UserWire<'a>,
    /// The bearer token, when one was asked for.
    #[serde(skip_serializing_if = "Option::is_none")]
    token: Option<&'a str>,
}

/// Whether the deployment has been founded.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = setup)]
struct SetupWire {
    is_founded: bool,
    is_demonstration: bool,
}

/// The first organisation.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = newSetup)]
pub(crate) struct SetupBody {
    /// From the server's console.
    #[schema(value_type = String)]
    code: Option<String>,
    #[schema(value_type = String)]
    organisation_name: Option<String>,
    #[schema(value_type = String)]
    domain: Option<String>,
    /// The first administrator's.
    #[schema(value_type = String)]
    display_name: Option<String>,
    #[schema(value_type = String)]
    user_principal_name: Option<String>,
    #[schema(value_type = String)]
    password: Option<String>,
}

/// What has been founded.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = founded)]
struct FoundedWire<'a> {
    organisation: OrganisationWire<'a>,
    administrator: UserWire<'a>,
}

/// Where a request comes from, for the limits of sign-ins.
pub(crate) struct Origin {
    parts: Parts,
}

impl Origin {
    /// The headers of the request.
    pub(crate) const fn headers(&self) -> &HeaderMap {
        &self.parts.headers
    }

    /// The address from which it comes.
    pub(crate) fn client(&self) -> Option<IpAddr> {
        client_of(&self.parts)
    }
}

impl<S: Sync> FromRequestParts<S> for Origin {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, _state: &S) -> Result<Self, ApiError> {
        Ok(Self { parts: parts.clone() })
    }
}

/// Sign in with a password. Wrong and unknown are the same answer. Accounts that are signed in in
/// the same browser stay so.
#[utoipa::path(post, path = "/v1.0/auth/signIn", tag = "sign-in", security(()),
    request_body = SignInBody,
    responses((status = 200, body = SignedInWire<'static>), Errors))]
async fn sign_in(
    State(state): State<Arc<ApiState>>,
    Origin { parts }: Origin,
    payload: Payload<SignInBody>,
) -> Result<Answer, ApiError> {
    if is_cross_origin(&state, &parts.headers) {
        return Err(ApiError::cross_origin());
    }
    let SignInBody { address, password, token_name } = payload.value;
    let (address, password) = (required("address", address)?, required("password", password)?);
    let is_session = token_name.is_none();
    let want = token_name.map_or(SignInWant::Session, |name| SignInWant::Token { name });
    let client = client_of(&parts);
    let signed_in =
        state.app.sign_in(address, password, want, client).await.map_err(ApiError::of_sign_in)?;
    let token = (!is_session).then_some(signed_in.secret.as_str());
    let wire = SignedInWire { account: user_wire(&signed_in.user, false), token };
    let answer = Answer::json(StatusCode::OK, &wire);
    if !is_session {
        return Ok(answer);
    }
    let caller = state.app.authenticate(&signed_in.secret, client).await?;
    let mut cookies = settle(&state, &parts.headers, &caller).await?;
    let age_s = (signed_in.token.expires_at.as_ms() - state.app.now().as_ms()).max(0) / 1000;
    let base = base_of(&state, &parts.headers, None);
    cookies.push(cookie(caller.account, &signed_in.secret, age_s, &base));
    Ok(with_cookies(answer, cookies))
}

/// Sign out: the token or session of this request is revoked. With several sessions in a browser,
/// of the account that the request names.
#[utoipa::path(post, path = "/v1.0/auth/signOut", tag = "sign-in",
    responses((status = 204), Errors))]
async fn sign_out(
    call: Call,
    origin: Origin,
    _nothing: Payload<Nothing>,
) -> Result<Answer, ApiError> {
    call.write(token::sign_out).await?;
    let cookies = forgotten(&call.state, origin.headers(), call.caller.account);
    Ok(with_cookies(Answer::no_content(), cookies))
}

/// Whether the deployment has been founded.
#[utoipa::path(get, path = "/v1.0/setup", tag = "deployment", security(()),
    responses((status = 200, body = SetupWire), Errors))]
async fn setup_get(State(state): State<Arc<ApiState>>) -> Result<Answer, ApiError> {
    let is_founded = state
        .app
        .store()
        .read(|tx| Ok::<_, Failure>(!tx.list_organisations(None, 1)?.is_empty()))
        .await?;
    let wire = SetupWire { is_founded, is_demonstration: state.demonstration.is_some() };
    Ok(Answer::json(StatusCode::OK, &wire))
}

/// Found the first organisation and its administrator, with the code from the server's console.
#[utoipa::path(post, path = "/v1.0/setup", tag = "deployment", security(()),
    request_body = SetupBody,
    responses((status = 201, body = FoundedWire<'static>), Errors))]
async fn setup_found(
    State(state): State<Arc<ApiState>>,
    payload: Payload<SetupBody>,
) -> Result<Answer, ApiError> {
    let body = payload.value;
    let name = required("userPrincipalName", body.user_principal_name)?;
    let founding = Founding {
        code: required("code", body.code)?,
        organisation: required("organisationName", body.organisation_name)?,
        domain: crate::organisation::domain("domain", &required("domain", body.domain)?)?,
        display_name: required("displayName", body.display_name)?,
        user_principal_name: email("userPrincipalName", &name)?,
        password: required("password", body.password)?,
    };
    let (organisation, administrator) = state.app.found_first(founding).await?;
    let wire = FoundedWire {
        organisation: organisation_wire(&organisation),
        administrator: user_wire(&administrator, true),
    };
    Ok(Answer::json(StatusCode::CREATED, &wire))
}
