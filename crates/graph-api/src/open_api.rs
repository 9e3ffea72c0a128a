//! The description of the API: OpenAPI 3.1, generated from the handlers, served without sign-in.

use axum::http::header::CONTENT_TYPE;
use utoipa::openapi::path::{Operation, ParameterBuilder, ParameterIn};
use utoipa::openapi::schema::Type;
use utoipa::openapi::security::{
    ApiKey, ApiKeyValue, HttpAuthScheme, HttpBuilder, SecurityRequirement, SecurityScheme,
};
use utoipa::openapi::{
    ComponentsBuilder, InfoBuilder, LicenseBuilder, ObjectBuilder, OpenApi, OpenApiBuilder,
    PathItem, Required,
};
use utoipa::{IntoParams, ToSchema};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::Routes;
use crate::error::{Envelope, EnvelopeError, InnerError};
use crate::session::SESSION_COOKIE;

const BEARER: &str = "bearerToken";
const SESSION: &str = "sessionCookie";
/// The one operation on chats that may be about somebody else.
const EXPORT: &str = "/v1.0/chats/getAllMessages";
const DESCRIPTION: &str = "Chat across organisations, shaped like Microsoft Graph. Paths are \
     tolerant: keys may stand in parentheses, chats also below `/me` and `/users/{id}`, and \
     everything also below `/beta`. `GET /v1.0/me/notifications` upgrades to a WebSocket with \
     change notifications. A browser may have sessions of several accounts: then every request \
     names the one it means in the header `X-Visavis-Account`, the WebSocket in `?account=`.";

/// `$top`, `$skiptoken`, `$filter`, `$orderby`, `$expand`, `$select`, `$count`.
#[derive(IntoParams)]
#[into_params(parameter_in = Query)]
#[expect(dead_code, reason = "describes what the query module reads")]
pub(crate) struct PageParameters {
    /// How many entries a page has.
    #[param(rename = "$top")]
    top: Option<u32>,
    /// From an `@odata.nextLink`; opaque.
    #[param(rename = "$skiptoken")]
    skip_token: Option<String>,
    /// Which entries; what can be asked for depends on the collection.
    #[param(rename = "$filter")]
    filter: Option<String>,
    /// In which order.
    #[param(rename = "$orderby")]
    order_by: Option<String>,
    /// What else is shown with each entry.
    #[param(rename = "$expand")]
    expand: Option<String>,
    /// Which properties are shown.
    #[param(rename = "$select")]
    select: Option<String>,
}

/// `$select`.
#[derive(IntoParams)]
#[into_params(parameter_in = Query)]
#[expect(dead_code, reason = "describes what the query module reads")]
pub(crate) struct SelectParameters {
    /// Which properties are shown.
    #[param(rename = "$select")]
    select: Option<String>,
}

/// `$expand` and `$select`.
#[derive(IntoParams)]
#[into_params(parameter_in = Query)]
#[expect(dead_code, reason = "describes what the query module reads")]
pub(crate) struct ExpandParameters {
    /// What else is shown.
    #[param(rename = "$expand")]
    expand: Option<String>,
    /// Which properties are shown.
    #[param(rename = "$select")]
    select: Option<String>,
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

/// The external access configuration, with the names of the cmdlets. A change may write a list as
/// `{"add": […], "remove": […]}` too.
#[derive(ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = externalAccessConfiguration)]
#[expect(dead_code, reason = "describes what the policy crate reads and writes")]
pub(crate) struct ConfigurationSchema {
    allow_federated_users: Option<bool>,
    allowed_domains: Option<AllowedDomainsSchema>,
    blocked_domains: Option<Vec<String>>,
    block_all_subdomains: Option<bool>,
    allow_teams_consumer: Option<bool>,
    allow_teams_consumer_inbound: Option<bool>,
    restrict_teams_consumer_to_external_user_profiles: Option<bool>,
    /// `Allowed` or `Blocked`.
    external_access_with_trial_tenants: Option<String>,
    allowed_trial_tenant_domains: Option<Vec<String>>,
    treat_discovered_partners_as_unverified: Option<bool>,
    /// `Enabled` or `Disabled`.
    security_team_allow_block_list_delegation: Option<String>,
    shared_sip_address_space: Option<bool>,
    customize_federation: Option<bool>,
    enable_external_access_restrictions_for_chat_participants: Option<bool>,
    enable_mutual_federation_for_chat_participants: Option<bool>,
    blocked_users: Option<Vec<String>>,
    block_external_user_access: Option<bool>,
}

/// Which domains are allowed.
#[derive(ToSchema)]
#[schema(as = allowedDomains)]
#[expect(dead_code, reason = "describes what the policy crate reads and writes")]
pub(crate) struct AllowedDomainsSchema {
    /// `allKnownDomains` or `allowList`.
    mode: String,
    /// For `allowList`.
    domains: Option<Vec<String>>,
}

/// An external access policy, with the names of the cmdlets.
#[derive(ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = externalAccessPolicy)]
#[expect(dead_code, reason = "describes what the policy crate reads and writes")]
pub(crate) struct PolicySchema {
    /// `Global` or `Tag:Name`.
    identity: Option<String>,
    enable_federation_access: Option<bool>,
    /// `OrganizationDefault`, `AllowAllExternalDomains`, `AllowSpecificExternalDomains`,
    /// `BlockSpecificExternalDomains` or `BlockAllExternalDomains`.
    communication_with_external_orgs: Option<String>,
    allowed_external_domains: Option<Vec<String>>,
    blocked_external_domains: Option<Vec<String>>,
    enable_teams_consumer_access: Option<bool>,
    enable_teams_consumer_inbound: Option<bool>,
    restrict_teams_consumer_access_to_external_user_profiles: Option<bool>,
    federated_bilateral_chats: Option<bool>,
    enable_acs_federation_access: Option<bool>,
    enable_outside_access: Option<bool>,
    enable_xmpp_access: Option<bool>,
    enable_public_cloud_audio_video_access: Option<bool>,
    enable_teams_sms_access: Option<bool>,
    /// In the list: the groups that have it.
    assignments: Option<Vec<crate::external_access::AssignmentWire>>,
}

pub(crate) fn routes() -> Routes {
    OpenApiRouter::default().routes(routes!(open_api)).routes(routes!(health))
}

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
        .security_scheme(BEARER, SecurityScheme::Http(bearer))
        .security_scheme(SESSION, SecurityScheme::ApiKey(cookie))
        .build();
    let signed_in = [BEARER, SESSION].map(|scheme| SecurityRequirement::new(scheme, [""; 0]));
    OpenApiBuilder::new().info(info).components(Some(components)).security(Some(signed_in)).build()
}

/// The description with the other paths under which chats are found.
pub(crate) fn with_aliases(mut description: OpenApi) -> OpenApi {
    let chats: Vec<(String, PathItem)> = description
        .paths
        .paths
        .iter()
        .filter(|(path, _item)| path.starts_with("/v1.0/chats"))
        .map(|(path, item)| (path.clone(), item.clone()))
        .collect();
    for (path, item) in chats {
        let below = path.trim_start_matches("/v1.0");
        let mine = renamed(item.clone(), "me_");
        description.paths.paths.insert(format!("/v1.0/me{below}"), mine);
    }
    if let Some(export) = description.paths.paths.get(EXPORT).cloned() {
        let theirs = of_a_user(renamed(export, "user_"));
        let below = EXPORT.trim_start_matches("/v1.0");
        description.paths.paths.insert(format!("/v1.0/users/{{user_id}}{below}"), theirs);
    }
    description
}

/// The same operations for whom the path names.
fn of_a_user(mut item: PathItem) -> PathItem {
    for operation in operations(&mut item).into_iter().flatten() {
        let user = ParameterBuilder::new()
            .name("user_id")
            .parameter_in(ParameterIn::Path)
            .required(Required::True)
            .description(Some("Id, user principal name, e-mail address or telephone number"))
            .schema(Some(ObjectBuilder::new().schema_type(Type::String)))
            .build();
        operation.parameters.get_or_insert_default().insert(0, user.into());
    }
    item
}

/// The same operations under other ids.
fn renamed(mut item: PathItem, prefix: &str) -> PathItem {
    for operation in operations(&mut item).into_iter().flatten() {
        if let Some(id) = &mut operation.operation_id {
            id.insert_str(0, prefix);
        }
    }
    item
}

/// The operations of a path.
fn operations(item: &mut PathItem) -> [Option<&mut Operation>; 5] {
    let PathItem { get, put, post, delete, patch, .. } = item;
    [get.as_mut(), put.as_mut(), post.as_mut(), delete.as_mut(), patch.as_mut()]
}

#[cfg(test)]
mod tests;
