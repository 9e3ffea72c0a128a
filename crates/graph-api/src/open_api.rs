//! The description of the API: OpenAPI 3.1, generated from the handlers, served without sign-in.

pub(crate) mod finish;
pub(crate) mod terms;
pub(crate) mod words;

use axum::http::header::CONTENT_TYPE;
use utoipa::openapi::security::{
    ApiKey, ApiKeyValue, HttpAuthScheme, HttpBuilder, SecurityRequirement, SecurityScheme,
};
use utoipa::openapi::{ComponentsBuilder, InfoBuilder, LicenseBuilder, OpenApi, OpenApiBuilder};
use utoipa::{IntoParams, OpenApi as _};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::Routes;
use crate::error::{Envelope, EnvelopeError, Errors, InnerError, failures};
use crate::message::MessageInfo;
use crate::session::SESSION_COOKIE;

const BEARER: &str = "bearerToken";
const SESSION: &str = "sessionCookie";
const DESCRIPTION: &str = "Chat across organisations, shaped like Microsoft Graph. Paths are \
     tolerant: keys may stand in parentheses, chats also below `/me` and `/users/{id}`, and \
     everything also below `/beta`. `GET /v1.0/me/notifications` upgrades to a WebSocket with \
     change notifications. A browser may have sessions of several accounts: then every request \
     names the one it means in the header `X-Visavis-Account`, the WebSocket in `?account=`. \
     Query options are those that an operation lists, with or without their `$`, in any case; a \
     request with any other is answered 400 `unsupportedQueryOption`, and nothing happens.";

/// What every collection with pages takes. `$filter`, `$orderby`, `$expand` and `$search` differ:
/// an operation that takes them says so itself.
#[derive(IntoParams)]
#[into_params(parameter_in = Query)]
#[expect(dead_code, reason = "describes what the query module reads")]
pub(crate) struct PageParameters {
    /// How many entries a page has.
    #[param(rename = "$top", minimum = 1)]
    top: Option<u32>,
    /// From an `@odata.nextLink`; opaque.
    #[param(rename = "$skiptoken")]
    skip_token: Option<String>,
    /// Which properties are shown, besides `id`, annotations and what is expanded; the others are left
    /// out, also those that are required otherwise. One that there is not is refused.
    #[param(rename = "$select")]
    select: Option<String>,
    /// A page says how many entries it has. With `true` it says how many there are in all, or nothing
    /// where only a walk through all pages would tell.
    #[param(rename = "$count")]
    count: Option<bool>,
}

/// `$top`, `$filter`, `$select`, `$skiptoken`, `$deltatoken`.
#[derive(IntoParams)]
#[into_params(parameter_in = Query)]
#[expect(dead_code, reason = "describes what the query module reads")]
pub(crate) struct DeltaParameters {
    /// How many entries a page has.
    #[param(rename = "$top")]
    top: Option<u32>,
    /// `lastModifiedDateTime gt` a moment, at the beginning; later the token knows it.
    #[param(rename = "$filter")]
    filter: Option<String>,
    /// Which properties are shown.
    #[param(rename = "$select")]
    select: Option<String>,
    /// From an `@odata.nextLink`; opaque.
    #[param(rename = "$skiptoken")]
    skip_token: Option<String>,
    /// From an `@odata.deltaLink`; opaque.
    #[param(rename = "$deltatoken")]
    delta_token: Option<String>,
}

/// `$select`.
#[derive(IntoParams)]
#[into_params(parameter_in = Query)]
#[expect(dead_code, reason = "describes what the query module reads")]
pub(crate) struct SelectParameters {
    /// Which properties are shown, besides `id`, annotations and what is expanded; the others are left
    /// out, also those that are required otherwise. One that there is not is refused.
    #[param(rename = "$select")]
    select: Option<String>,
}

/// `$filter` of the report of activity.
#[derive(IntoParams)]
#[into_params(parameter_in = Query)]
#[expect(dead_code, reason = "describes what the query module reads")]
pub(crate) struct ActivityParameters {
    /// `activityDateTime ge` a moment in the last 31 days; ten days ago if not given.
    #[param(rename = "$filter")]
    filter: Option<String>,
}

/// What every collection on one page takes.
#[derive(IntoParams)]
#[into_params(parameter_in = Query)]
#[expect(dead_code, reason = "describes what the query module reads")]
pub(crate) struct CollectionParameters {
    /// Which properties are shown, besides `id`, annotations and what is expanded; the others are left
    /// out, also those that are required otherwise. One that there is not is refused.
    #[param(rename = "$select")]
    select: Option<String>,
    /// How many entries there are is said either way.
    #[param(rename = "$count")]
    count: Option<bool>,
}

/// `Idempotency-Key`.
#[derive(IntoParams)]
#[into_params(parameter_in = Header)]
#[expect(dead_code, reason = "describes what the extractor reads")]
pub(crate) struct CreateParameters {
    /// A repeated request with the same key gets the first answer again; nothing is done twice.
    #[param(rename = "Idempotency-Key")]
    idempotency_key: Option<String>,
}

/// `If-Match`.
#[derive(IntoParams)]
#[into_params(parameter_in = Header)]
#[expect(dead_code, reason = "describes what the extractor reads")]
pub(crate) struct ChangeParameters {
    /// The version that was read; another one is answered with 412.
    #[param(rename = "If-Match")]
    if_match: Option<String>,
}

pub(crate) fn routes() -> Routes {
    OpenApiRouter::with_openapi(Push::openapi()).routes(routes!(open_api)).routes(routes!(health))
}

/// What is described here and answered by another edge.
#[derive(utoipa::OpenApi)]
#[openapi(paths(notifications))]
struct Push;

/// Notifications as things happen, over a WebSocket (RFC 6455).
#[utoipa::path(get, path = "/v1.0/me/notifications", tag = "subscriptions",
    params(
        ("since" = Option<String>, Query, description = "The token of the newest frame that was \
            seen: what came after it follows. Without one everything from now on does"),
        ("account" = Option<String>, Query, description = "Which of a browser's accounts is meant")),
    responses(
        (status = 101, description = "The connection is open. Each frame is a JSON object"),
        (status = 426, description = "The request asks for no WebSocket of version 13.",
            body = Envelope,
            headers(("Upgrade" = String, description = "`websocket`"))),
        Errors))]
#[expect(dead_code, reason = "describes what the push edge answers")]
fn notifications() {}

/// This description.
#[utoipa::path(get, path = "/openapi.json", tag = "deployment", security(()),
    responses((status = 200, body = Object)))]
async fn open_api() -> impl axum::response::IntoResponse {
    ([(CONTENT_TYPE, "application/json")], crate::open_api_json())
}

/// Whether the server is there.
#[utoipa::path(get, path = "/health", tag = "deployment", security(()),
    responses((status = 200, body = Object)))]
async fn health() -> impl axum::response::IntoResponse {
    ([(CONTENT_TYPE, "application/json")], "{\"status\":\"ok\"}")
}

/// The description before any operation is in it.
pub(crate) fn frame() -> OpenApi {
    let license = LicenseBuilder::new().name("Apache-2.0").identifier(Some("Apache-2.0")).build();
    let info = InfoBuilder::new()
        .title("Visavis")
        .version("v1.0")
        .description(Some(DESCRIPTION))
        .license(Some(license))
        .build();
    let bearer = HttpBuilder::new().scheme(HttpAuthScheme::Bearer).build();
    let cookie = ApiKey::Cookie(ApiKeyValue::new(SESSION_COOKIE));
    let components = ComponentsBuilder::new()
        .schema_from::<Envelope<'static>>()
        .schema_from::<EnvelopeError<'static>>()
        .schema_from::<InnerError<'static>>()
        .schema_from::<MessageInfo<'static>>()
        .responses_from_iter(failures())
        .security_scheme(BEARER, SecurityScheme::Http(bearer))
        .security_scheme(SESSION, SecurityScheme::ApiKey(cookie))
        .build();
    let signed_in = [BEARER, SESSION].map(|scheme| SecurityRequirement::new(scheme, [""; 0]));
    OpenApiBuilder::new().info(info).components(Some(components)).security(Some(signed_in)).build()
}

#[cfg(test)]
mod tests;
