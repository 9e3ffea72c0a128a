//! `/manage`: what the command line calls beyond Graph: organisations, and accounts of any of them.
//!
//! Who may do what is the use cases' decision. Administrators of an organisation may use the calls
//! about accounts for their own people.

use axum::extract::{ConnectInfo, Path, RawQuery, State};
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Response};
use axum::routing::{get, patch, post};
use axum::{Extension, Json, Router};
use serde::Deserialize;
use serde::de::DeserializeOwned;
use serde_json::{Value, json};
use std::net::SocketAddr;
use visavis_app::account::{self, NewAccount};
use visavis_app::context::{Caller, Context};
use visavis_app::failure::{Failure, Outcome};
use visavis_app::page::PageRequest;
use visavis_app::subject::UserKey;
use visavis_app::view::User;
use visavis_app::{App, Tx, organisation};
use visavis_domain::account::{Profile, Role};
use visavis_domain::address::{Address, Domain, EmailAddress, PhoneNumber};
use visavis_domain::id::{AccountId, OrganisationId};
use visavis_domain::organisation::{Organisation, TrustClass};
use visavis_graph_api::{ApiError, RawBody, authenticate};

/// The routes.
pub(crate) fn router(app: App) -> Router {
    Router::new()
        .route("/manage/organisations", get(list_organisations).post(create_organisation))
        .route("/manage/organisations/{key}", patch(change_organisation))
        .route("/manage/organisations/{key}/domains", post(add_domain))
        .route("/manage/accounts", post(create_account))
        .route("/manage/accounts/{key}/password", post(set_password))
        .route("/manage/accounts/{key}/addresses", post(add_address))
        .with_state(app)
}

type Answer = Result<Response, ApiError>;

/// Who calls, and what with.
struct Call {
    app: App,
    caller: Caller,
    body: Vec<u8>,
}

type Peer = Option<Extension<ConnectInfo<SocketAddr>>>;

impl Call {
    async fn new(
        app: App,
        headers: &HeaderMap,
        peer: Peer,
        body: Vec<u8>,
    ) -> Result<Self, ApiError> {
        // Cookies are not looked at, so that no page can cause these calls.
        if !headers.contains_key(axum::http::header::AUTHORIZATION) {
            return Err(Failure::NotSignedIn.into());
        }
        let client = peer.map(|Extension(ConnectInfo(peer))| peer.ip());
        let caller = authenticate(&app, headers, client).await?;
        Ok(Self { app, caller, body })
    }

    fn read<T: DeserializeOwned>(&self) -> Result<T, ApiError> {
        serde_json::from_slice(&self.body).map_err(|error| {
            ApiError::invalid("body", format!("The body is no such JSON: {error}."))
        })
    }

    async fn write<T: Send + 'static>(
        &self,
        run: impl FnOnce(&mut Tx<'_>, &Context<'_>) -> Outcome<T> + Send + 'static,
    ) -> Result<T, ApiError> {
        Ok(self.app.write(self.caller.clone(), run).await?)
    }
}

fn parsed<T: std::str::FromStr>(target: &str, text: &str) -> Outcome<T>
where
    T::Err: std::fmt::Display,
{
    text.parse().map_err(|why| Failure::invalid(target, format!("“{text}” is {why}.")))
}

fn described(organisation: &Organisation) -> Value {
    json!({
        "id": organisation.id,
        "displayName": organisation.name,
        "domains": organisation.domains,
        "trustClass": organisation.trust_class,
        "createdDateTime": organisation.created_at.to_string(),
    })
}

fn person(user: &User) -> Value {
    let card = &user.person.card;
    json!({
        "id": card.id,
        "displayName": card.display_name,
        "userPrincipalName": card.user_principal_name,
        "mail": card.mail,
        "mobilePhone": card.phone,
        "tenantId": card.home.organisation(),
        "accountEnabled": user.is_enabled,
        "roles": user.roles.iter().collect::<Vec<Role>>(),
    })
}

async fn list_organisations(
    State(app): State<App>,
    headers: HeaderMap,
    peer: Peer,
    RawQuery(query): RawQuery,
) -> Answer {
    let call = Call::new(app, &headers, peer, Vec::new()).await?;
    let cursor = query.as_deref().and_then(|query| query.strip_prefix("after="));
    let page = PageRequest::large(None, cursor.map(str::to_owned));
    let page = call
        .app
        .read(call.caller.clone(), move |tx, ctx| organisation::list(tx, ctx, &page))
        .await?;
    let shown: Vec<Value> = page.items.iter().map(described).collect();
    let mut body = json!({"value": shown});
    if let (Some(next), Some(body)) = (page.next, body.as_object_mut()) {
        body.insert("after".to_owned(), json!(next));
    }
    Ok(Json(body).into_response())
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct NewOrganisation {
    display_name: String,
    domains: Vec<Domain>,
    trust_class: Option<TrustClass>,
}

async fn create_organisation(
    State(app): State<App>,
    headers: HeaderMap,
    peer: Peer,
    RawBody(body): RawBody,
) -> Answer {
    let call = Call::new(app, &headers, peer, body).await?;
    let new: NewOrganisation = call.read()?;
    let class = new.trust_class.unwrap_or(TrustClass::Standard);
    let made = call
        .write(move |tx, ctx| organisation::create(tx, ctx, &new.display_name, &new.domains, class))
        .await?;
    Ok((StatusCode::CREATED, Json(described(&made))).into_response())
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct OrganisationChange {
    trust_class: TrustClass,
}

async fn change_organisation(
    State(app): State<App>,
    headers: HeaderMap,
    peer: Peer,
    Path(key): Path<String>,
    RawBody(body): RawBody,
) -> Answer {
    let call = Call::new(app, &headers, peer, body).await?;
    let change: OrganisationChange = call.read()?;
    let changed = call
        .write(move |tx, ctx| {
            let id = organisation_of(tx, ctx, &key)?;
            organisation::set_trust_class(tx, ctx, id, change.trust_class)
        })
        .await?;
    Ok(Json(described(&changed)).into_response())
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct NewDomain {
    domain: Domain,
}

async fn add_domain(
    State(app): State<App>,
    headers: HeaderMap,
    peer: Peer,
    Path(key): Path<String>,
    RawBody(body): RawBody,
) -> Answer {
    let call = Call::new(app, &headers, peer, body).await?;
    let new: NewDomain = call.read()?;
    let changed = call
        .write(move |tx, ctx| {
            let id = organisation_of(tx, ctx, &key)?;
            organisation::add_domain(tx, ctx, id, &new.domain)
        })
        .await?;
    Ok(Json(described(&changed)).into_response())
}

/// The organisation that is meant by an id or by one of its domains.
fn organisation_of(tx: &mut Tx<'_>, ctx: &Context<'_>, key: &str) -> Outcome<OrganisationId> {
    ctx.caller.operates()?;
    if let Ok(id) = key.parse() {
        return Ok(id);
    }
    let domain: Domain = parsed("organisation", key)?;
    tx.find_organisation_by_domain(&domain)?.ok_or(Failure::NotFound)
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct AccountBody {
    display_name: String,
    mail: EmailAddress,
    phone: Option<PhoneNumber>,
    password: Option<String>,
    #[serde(default)]
    roles: Vec<Role>,
    #[serde(default)]
    is_personal: bool,
    #[serde(default)]
    is_minor: bool,
    #[serde(default)]
    addresses: Vec<String>,
}

async fn create_account(
    State(app): State<App>,
    headers: HeaderMap,
    peer: Peer,
    RawBody(body): RawBody,
) -> Answer {
    let call = Call::new(app, &headers, peer, body).await?;
    let new: AccountBody = call.read()?;
    let further: Outcome<Vec<Address>> =
        new.addresses.iter().map(|address| parsed("addresses", address)).collect();
    let new = NewAccount {
        display_name: new.display_name,
        user_principal_name: new.mail,
        phone: new.phone,
        password: new.password,
        is_enabled: true,
        profile: Profile::default(),
        roles: new.roles.into_iter().collect(),
        is_personal: new.is_personal,
        further_addresses: further?,
        is_minor: new.is_minor,
    };
    let user = account::create(&call.app, call.caller.clone(), new).await?;
    Ok((StatusCode::CREATED, Json(person(&user))).into_response())
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct NewPassword {
    password: String,
}

async fn set_password(
    State(app): State<App>,
    headers: HeaderMap,
    peer: Peer,
    Path(key): Path<String>,
    RawBody(body): RawBody,
) -> Answer {
    let call = Call::new(app, &headers, peer, body).await?;
    let new: NewPassword = call.read()?;
    let id = call.write(move |tx, ctx| account_of(tx, ctx, &key)).await?;
    account::set_password(&call.app, call.caller.clone(), id, new.password).await?;
    Ok(StatusCode::NO_CONTENT.into_response())
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct NewAddress {
    address: String,
}

async fn add_address(
    State(app): State<App>,
    headers: HeaderMap,
    peer: Peer,
    Path(key): Path<String>,
    RawBody(body): RawBody,
) -> Answer {
    let call = Call::new(app, &headers, peer, body).await?;
    let new: NewAddress = call.read()?;
    call.write(move |tx, ctx| {
        let address: Address = parsed("address", &new.address)?;
        let id = account_of(tx, ctx, &key)?;
        account::add_address(tx, ctx, id, &address)
    })
    .await?;
    Ok(StatusCode::NO_CONTENT.into_response())
}

/// The account that is meant. The operator may name anybody, others whom they may see.
fn account_of(tx: &mut Tx<'_>, ctx: &Context<'_>, key: &str) -> Outcome<AccountId> {
    let key: UserKey = key.parse()?;
    if ctx.caller.operates().is_err() {
        return Ok(account::get(tx, ctx, &key)?.person.card.id);
    }
    match key {
        UserKey::Id(id) => Ok(id),
        UserKey::Address(address) => {
            let found = tx.find_account_by_address(&address)?.ok_or(Failure::NotFound)?;
            Ok(found.id)
        }
    }
}
