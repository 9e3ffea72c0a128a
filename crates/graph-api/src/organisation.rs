//! Organisations: one's own as Graph's `organization`, and all of them for the operator.

use axum::http::StatusCode;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;
use visavis_app::context::Context;
use visavis_app::organisation::Named;
use visavis_app::page::PageRequest;
use visavis_app::view::Page;
use visavis_app::{Tx, organisation};
use visavis_domain::account::Account;
use visavis_domain::address::{Domain, EmailAddress};
use visavis_domain::id::{AccountId, OrganisationId};
use visavis_domain::limit::ADMIN_PAGE_ENTRIES_MAX;
use visavis_domain::organisation::{Organisation, TrustClass};

use crate::Routes;
use crate::answer::Answer;
use crate::bind::shown;
use crate::error::{ApiError, Errors};
use crate::extract::{Call, Key, PathKey, Payload};
use crate::odata::{Collection, Moment, Null};
use crate::open_api::words;
use crate::query::{Ask, Options};
use crate::user::required;

const SET: &str = "deployment/organisations";
const TENANT: &str = "microsoft.graph.tenantInformation";
const PAGE_ENTRIES_USUAL: usize = 100;

pub(crate) fn routes() -> Routes {
    OpenApiRouter::default()
        .routes(routes!(organization_get))
        .routes(routes!(organization_get_one))
        .routes(routes!(administrators_to_ask))
        .routes(routes!(tenant_of_domain))
        .routes(routes!(tenant_of_id))
        .routes(routes!(organisation_list, organisation_create))
        .routes(routes!(organisation_change))
        .routes(routes!(organisation_add_domain))
}

/// An organisation: Graph's `organization`.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = organization)]
pub(crate) struct OrganisationWire<'a> {
    #[schema(value_type = String, format = "uuid")]
    id: OrganisationId,
    display_name: &'a str,
    verified_domains: Vec<VerifiedDomain<'a>>,
    /// `standard` or `trial`.
    #[schema(value_type = words::TrustClass)]
    trust_class: &'static str,
    #[schema(value_type = String, format = DateTime)]
    created_date_time: Moment,
}

/// A domain that the organisation has proved.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = verifiedDomain)]
struct VerifiedDomain<'a> {
    name: &'a str,
    is_default: bool,
    is_initial: bool,
    r#type: &'static str,
}

/// The organisation on the wire.
pub(crate) fn organisation_wire(organisation: &Organisation) -> OrganisationWire<'_> {
    let domains = (0..).zip(&organisation.domains);
    OrganisationWire {
        id: organisation.id,
        display_name: &organisation.name,
        verified_domains: domains
            .map(|(at, domain): (usize, _)| VerifiedDomain {
                name: domain.as_str(),
                is_default: at == 0,
                is_initial: at == 0,
                r#type: "Managed",
            })
            .collect(),
        trust_class: organisation.trust_class.as_str(),
        created_date_time: Moment(organisation.created_at),
    }
}

/// What anybody may know of an organisation: Graph's `tenantInformation`.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = tenantInformation)]
struct TenantInformation<'a> {
    #[schema(value_type = String)]
    tenant_id: OrganisationId,
    display_name: &'a str,
    #[schema(required)]
    default_domain_name: Option<&'a str>,
    #[schema(required, value_type = Option<String>)]
    federation_brand_name: Null,
}

fn tenant_wire(organisation: &Organisation) -> TenantInformation<'_> {
    TenantInformation {
        tenant_id: organisation.id,
        display_name: &organisation.name,
        default_domain_name: organisation.domains.first().map(Domain::as_str),
        federation_brand_name: Null,
    }
}

/// A domain in a path.
struct DomainKey(String);

impl PathKey for DomainKey {
    fn from_segment(text: &str) -> Result<Self, ApiError> {
        Ok(Self(text.to_owned()))
    }
}

/// A new organisation.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = newOrganisation)]
pub(crate) struct OrganisationBody {
    #[schema(value_type = String)]
    display_name: Option<String>,
    /// Domains that belong to it.
    domains: Option<Vec<String>>,
    /// `standard`, which is the default, or `trial`.
    #[schema(value_type = Option<words::TrustClass>)]
    trust_class: Option<String>,
}

/// A change of an organisation.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = organisationChange)]
pub(crate) struct OrganisationChange {
    /// `standard` or `trial`.
    #[schema(value_type = words::TrustClass)]
    trust_class: Option<String>,
}

/// A domain.
#[derive(Debug, Deserialize, ToSchema)]
#[schema(as = newDomain)]
pub(crate) struct DomainBody {
    #[schema(value_type = String)]
    domain: Option<String>,
}

/// A domain as callers write one.
pub(crate) fn domain(target: &str, text: &str) -> Result<Domain, ApiError> {
    text.parse()
        .map_err(|error| ApiError::invalid(target, format!("`{}` is {error}.", shown(text))))
}

fn trust_class(name: &str) -> Result<TrustClass, ApiError> {
    TrustClass::from_name(name)
        .ok_or_else(|| ApiError::invalid("trustClass", "`trustClass` is `standard` or `trial`."))
}

/// One's own organisation; none for personal accounts.
#[utoipa::path(get, path = "/v1.0/organization", tag = "organisations",
    params(crate::open_api::CollectionParameters),
    responses((status = 200, body = Collection<OrganisationWire<'static>>), Errors))]
async fn organization_get(call: Call, options: Options) -> Result<Answer, ApiError> {
    options.only(&[])?;
    let own = match call.caller.home.organisation() {
        Some(_) => Some(call.read(organisation::own).await?),
        None => None,
    };
    let value = own.iter().map(organisation_wire).collect();
    Ok(call.shape.collection("organization", Collection::all(value), &options))
}

/// One's own organisation; others are not found.
#[utoipa::path(get, path = "/v1.0/organization/{organisation_id}", tag = "organisations",
    params(("organisation_id" = String, Path), crate::open_api::SelectParameters),
    responses((status = 200, body = OrganisationWire<'static>), Errors))]
async fn organization_get_one(
    call: Call,
    Key(id): Key<OrganisationId>,
    options: Options,
) -> Result<Answer, ApiError> {
    options.only(&[])?;
    if call.caller.home.organisation() != Some(id) {
        return Err(ApiError::directory_object_not_found());
    }
    let own = call.read(organisation::own).await?;
    Ok(call.shape.selected("organization", &organisation_wire(&own), &options))
}

/// Somebody who can change external access.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = externalAccessAdministrator)]
struct AdministratorWire<'a> {
    #[schema(value_type = String, format = "uuid")]
    id: AccountId,
    display_name: &'a str,
    #[schema(required)]
    mail: Option<&'a str>,
}

fn administrator_wire(account: &Account) -> AdministratorWire<'_> {
    AdministratorWire {
        id: account.id,
        display_name: &account.display_name,
        mail: account.mail.as_ref().map(EmailAddress::as_str),
    }
}

/// Whom to ask when one's own side refuses: at most ten administrators of one's own organisation who
/// can change external access. Nobody for personal accounts.
#[utoipa::path(get, path = "/v1.0/me/externalAccessAdministrators", tag = "organisations",
    params(crate::open_api::CollectionParameters),
    responses((status = 200, body = Collection<AdministratorWire<'static>>), Errors))]
async fn administrators_to_ask(call: Call, options: Options) -> Result<Answer, ApiError> {
    options.only(&[])?;
    let found = call.read(organisation::administrators_to_ask).await?;
    let value = found.iter().map(administrator_wire).collect();
    let set = "me/externalAccessAdministrators";
    Ok(call.shape.collection(set, Collection::all(value), &options))
}

/// Which organisation has proved a domain; also written
/// `findTenantInformationByDomainName(domainName='contoso.example')`. Counts as a look-up.
#[utoipa::path(get,
    path = "/v1.0/tenantRelationships/findTenantInformationByDomainName/{domain_name}",
    tag = "organisations", params(("domain_name" = String, Path, description = "A domain"),
        crate::open_api::SelectParameters),
    responses((status = 200, body = TenantInformation<'static>), Errors))]
async fn tenant_of_domain(
    call: Call,
    Key(DomainKey(text)): Key<DomainKey>,
    options: Options,
) -> Result<Answer, ApiError> {
    options.only(&[])?;
    let domain = domain("domainName", &text)?;
    let found = call.read(move |tx, ctx| organisation::of_domain(tx, ctx, &domain)).await;
    let found = found.map_err(ApiError::of_directory)?;
    Ok(call.shape.selected(TENANT, &tenant_wire(&found), &options))
}

/// Which organisation has an id; also written `findTenantInformationByTenantId(tenantId='…')`. Counts
/// as a look-up.
#[utoipa::path(get,
    path = "/v1.0/tenantRelationships/findTenantInformationByTenantId/{tenant_id}",
    tag = "organisations", params(("tenant_id" = String, Path, description = "The id of an organisation"),
        crate::open_api::SelectParameters),
    responses((status = 200, body = TenantInformation<'static>), Errors))]
async fn tenant_of_id(
    call: Call,
    Key(id): Key<OrganisationId>,
    options: Options,
) -> Result<Answer, ApiError> {
    options.only(&[])?;
    let found = call.read(move |tx, ctx| organisation::of_id(tx, ctx, id)).await;
    let found = found.map_err(ApiError::of_directory)?;
    Ok(call.shape.selected(TENANT, &tenant_wire(&found), &options))
}

/// List every organisation, for the operator.
#[utoipa::path(get, path = "/v1.0/deployment/organisations", tag = "deployment",
    params(crate::open_api::PageParameters),
    responses((status = 200, body = Collection<OrganisationWire<'static>>), Errors))]
async fn organisation_list(call: Call, options: Options) -> Result<Answer, ApiError> {
    options.only(&[Ask::Top, Ask::SkipToken])?;
    let top = options.top(PAGE_ENTRIES_USUAL, ADMIN_PAGE_ENTRIES_MAX)?;
    let page = PageRequest { top, cursor: options.skip_token.clone() };
    let Page { items, next } = call.read(move |tx, ctx| organisation::list(tx, ctx, &page)).await?;
    let items = items.iter().map(organisation_wire).collect();
    Ok(call.shape.page(SET, Page { items, next }, &options))
}

/// Found an organisation, for the operator.
#[utoipa::path(post, path = "/v1.0/deployment/organisations", tag = "deployment",
    params(crate::open_api::CreateParameters), request_body = OrganisationBody,
    responses((status = 201, body = OrganisationWire<'static>), Errors))]
async fn organisation_create(
    call: Call,
    payload: Payload<OrganisationBody>,
) -> Result<Answer, ApiError> {
    let body = payload.value;
    let name = required("displayName", body.display_name)?;
    let domains: Vec<Domain> = body
        .domains
        .unwrap_or_default()
        .iter()
        .map(|text| domain("domains", text))
        .collect::<Result<_, _>>()?;
    let class = trust_class(body.trust_class.as_deref().unwrap_or("standard"))?;
    let create = move |tx: &mut Tx<'_>, ctx: &Context<'_>| {
        organisation::create(tx, ctx, &name, &domains, class)
    };
    call.create(payload.once, create, |shape, organisation| {
        shape.entity(StatusCode::CREATED, SET, &organisation_wire(organisation))
    })
    .await
}

/// Change an organisation, for the operator, who names it by its id or one of its domains.
#[utoipa::path(patch, path = "/v1.0/deployment/organisations/{organisation_id}",
    tag = "deployment", params(("organisation_id" = String, Path, description = "Id or domain")),
    request_body = OrganisationChange,
    responses((status = 200, body = OrganisationWire<'static>), Errors))]
async fn organisation_change(
    call: Call,
    Key(named): Key<Named>,
    payload: Payload<OrganisationChange>,
) -> Result<Answer, ApiError> {
    let class = trust_class(&required("trustClass", payload.value.trust_class)?)?;
    let changed =
        call.write(move |tx, ctx| organisation::set_trust_class(tx, ctx, &named, class)).await?;
    Ok(call.shape.entity(StatusCode::OK, SET, &organisation_wire(&changed)))
}

/// Give an organisation another domain, for the operator, who names it by its id or one of its domains.
#[utoipa::path(post, path = "/v1.0/deployment/organisations/{organisation_id}/domains",
    tag = "deployment",
    params(("organisation_id" = String, Path, description = "Id or domain"), crate::open_api::CreateParameters),
    request_body = DomainBody,
    responses((status = 201, body = OrganisationWire<'static>), Errors))]
async fn organisation_add_domain(
    call: Call,
    Key(named): Key<Named>,
    payload: Payload<DomainBody>,
) -> Result<Answer, ApiError> {
    let domain = domain("domain", &required("domain", payload.value.domain)?)?;
    let add = move |tx: &mut Tx<'_>, ctx: &Context<'_>| {
        organisation::add_domain(tx, ctx, &named, &domain)
    };
    call.create(payload.once, add, |shape, organisation| {
        shape.entity(StatusCode::CREATED, SET, &organisation_wire(organisation))
    })
    .await
}
