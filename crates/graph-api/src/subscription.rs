//! Subscriptions to change notifications: Graph's `/subscriptions`.

pub(crate) mod resource;

use std::fmt::Debug;
use std::pin::Pin;

use axum::http::StatusCode;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;
use visavis_app::failure::Failure;
use visavis_app::page::PageRequest;
use visavis_app::subscription::{self, NewSubscription, Renewal};
use visavis_app::view::Page;
use visavis_domain::home::Home;
use visavis_domain::id::{AccountId, SubscriptionId};
use visavis_domain::limit::PAGE_ENTRIES_MAX;
use visavis_domain::subscription::{Certificate, ChangeTypes, Subscription, Terms, Watched};
use visavis_domain::time::Timestamp;

use crate::Routes;
use crate::answer::Answer;
use crate::error::{ApiError, Errors};
use crate::extract::{Call, Key, Payload};
use crate::odata::{Collection, Moment, Nothing, Null, must_be_as_shown};
use crate::query::{Ask, Options};
use crate::user::required;

const SET: &str = "subscriptions";
/// When a validation that found no place may be tried again.
const VALIDATION_AGAIN_AFTER_S: u32 = 10;

/// What is known of the addresses to which change notifications go. Whoever delivers knows it.
pub trait Receivers: Debug + Send + Sync {
    /// What is wrong with an address as it is written, as one sentence.
    ///
    /// # Errors
    ///
    /// That sentence.
    fn check(&self, url: &str) -> Result<(), String>;

    /// Reads a subscriber's certificate, base64 of its DER form, which the subscriber calls `id`.
    ///
    /// # Errors
    ///
    /// One sentence that says what is wrong with it.
    fn certificate(&self, base64: &str, id: &str) -> Result<Certificate, String>;

    /// Whether whoever answers at this address wants what is sent there on behalf of an account of
    /// this home; none when too many wait to be asked before it.
    fn validate(
        &self,
        account: AccountId,
        home: Home,
        url: String,
    ) -> Pin<Box<dyn Future<Output = Option<bool>> + Send + '_>>;
}

pub(crate) fn routes() -> Routes {
    OpenApiRouter::default()
        .routes(routes!(subscription_list, subscription_create))
        .routes(routes!(subscription_get, subscription_update, subscription_delete))
        .routes(routes!(subscription_reauthorize))
}

/// A subscription to change notifications: Graph's `subscription`.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = subscription)]
struct SubscriptionWire<'a> {
    #[schema(value_type = String, format = "uuid")]
    id: SubscriptionId,
    resource: &'a str,
    /// Of `created`, `updated` and `deleted` those that are told, with commas.
    change_type: String,
    notification_url: &'a str,
    #[schema(required)]
    lifecycle_notification_url: Option<&'a str>,
    /// Shown in the answer to the creation only.
    #[schema(required)]
    client_state: Option<&'a str>,
    #[schema(value_type = String, format = DateTime)]
    expiration_date_time: Moment,
    include_resource_data: bool,
    #[schema(required)]
    encryption_certificate_id: Option<&'a str>,
    /// Never shown; `encryptionCertificateId` says which one it is.
    #[schema(required, value_type = Option<String>)]
    encryption_certificate: Null,
    /// Whose it is.
    #[schema(value_type = String, format = "uuid")]
    creator_id: AccountId,
    #[schema(required, value_type = Option<String>)]
    application_id: Null,
    #[schema(required, value_type = Option<String>)]
    notification_query_options: Null,
    #[schema(required, value_type = Option<String>)]
    notification_url_app_id: Null,
    latest_supported_tls_version: &'static str,
}

/// A new subscription.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = newSubscription)]
pub(crate) struct SubscriptionBody {
    /// `chats`, `chats/{id}`, `me/chats`, `users/{id}/chats`, `chats/{id}/messages`,
    /// `chats/{id}/members`, `chats/getAllMessages`, `chats/getAllMembers`,
    /// `communications/presences/{id}`, `communications/presences?$filter=id in ('…')`,
    /// `me/chats/requests` or `admin/teams/externalAccess`. Of chats, what only the subscriber sees
    /// (read, hidden, muted, pinned) is told of with `?notifyOnUserSpecificProperties=true` and
    /// without.
    #[schema(value_type = String)]
    resource: Option<String>,
    /// Of `created`, `updated` and `deleted` those that are wanted, with commas.
    #[schema(value_type = String)]
    change_type: Option<String>,
    /// Where notifications go: `https`, a public address.
    #[schema(value_type = String)]
    notification_url: Option<String>,
    /// Where notifications about the subscription itself go; needed for more than an hour.
    lifecycle_notification_url: Option<String>,
    /// Repeated in every notification, so that the receiver knows it is meant. At most 128
    /// characters.
    client_state: Option<String>,
    #[schema(value_type = String, format = DateTime)]
    expiration_date_time: Option<String>,
    /// Whether notifications carry what a fetch shows, encrypted.
    include_resource_data: Option<bool>,
    /// An X.509 certificate with an RSA key of 2,048 to 4,096 bits: base64 of its DER form.
    encryption_certificate: Option<String>,
    /// The subscriber's name for it. At most 128 characters.
    encryption_certificate_id: Option<String>,
}

/// What of a subscription may change.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = subscriptionUpdate)]
pub(crate) struct RenewalBody {
    #[schema(value_type = Option<String>, format = DateTime)]
    expiration_date_time: Option<String>,
    encryption_certificate: Option<String>,
    encryption_certificate_id: Option<String>,
    /// Cannot be changed.
    lifecycle_notification_url: Option<String>,
    /// Cannot be changed.
    notification_url: Option<String>,
    /// What cannot be changed either.
    #[serde(flatten)]
    #[schema(ignore)]
    others: Map<String, Value>,
}

impl RenewalBody {
    /// What is named that cannot be changed. A secret that was read is null.
    fn fixed(&mut self) -> Map<String, Value> {
        let mut fixed = std::mem::take(&mut self.others);
        for (name, url) in [
            ("notificationUrl", self.notification_url.take()),
            ("lifecycleNotificationUrl", self.lifecycle_notification_url.take()),
        ] {
            fixed.extend(url.map(|url| (name.to_owned(), url.into())));
        }
        fixed.retain(|name, value| name != "clientState" || !value.is_null());
        fixed
    }
}

fn subscription_wire(subscription: &Subscription, is_new: bool) -> SubscriptionWire<'_> {
    let terms = &subscription.terms;
    SubscriptionWire {
        id: subscription.id,
        resource: &terms.resource,
        change_type: change_type(terms.changes),
        notification_url: &terms.notification_url,
        lifecycle_notification_url: terms.lifecycle_url.as_deref(),
        client_state: terms.client_state.as_deref().filter(|_text| is_new),
        expiration_date_time: Moment(subscription.expires_at),
        include_resource_data: terms.includes_data,
        encryption_certificate_id: terms.certificate.as_ref().map(|known| known.id.as_str()),
        encryption_certificate: Null,
        creator_id: subscription.account,
        application_id: Null,
        notification_query_options: Null,
        notification_url_app_id: Null,
        latest_supported_tls_version: "v1_3",
    }
}

fn change_type(changes: ChangeTypes) -> String {
    let ChangeTypes { is_created, is_updated, is_deleted } = changes;
    let names = [("created", is_created), ("updated", is_updated), ("deleted", is_deleted)];
    let wanted = names.iter().filter(|(_name, is_wanted)| *is_wanted).map(|(name, _)| *name);
    wanted.collect::<Vec<_>>().join(",")
}

fn changes(text: &str, watched: &Watched) -> Result<ChangeTypes, ApiError> {
    let mut changes = ChangeTypes { is_created: false, is_updated: false, is_deleted: false };
    for name in text.split(',').map(str::trim) {
        match name.to_ascii_lowercase().as_str() {
            "created" => changes.is_created = true,
            "updated" => changes.is_updated = true,
            "deleted" => changes.is_deleted = true,
            _ => {
                let message = "`changeType` lists created, updated and deleted, with commas.";
                return Err(ApiError::invalid("changeType", message));
            }
        }
    }
    let problem = match watched {
        Watched::Presence(_) if !changes.is_updated => "Presence is only ever updated.",
        Watched::ExternalAccess if !changes.is_created => {
            "Administrative changes are entries of the trail, which are only ever created."
        }
        _ => return Ok(changes),
    };
    Err(ApiError::invalid("changeType", problem))
}

fn moment(text: &str) -> Result<Timestamp, ApiError> {
    let invalid = |error| ApiError::invalid("expirationDateTime", format!("It is {error}."));
    text.parse().map_err(invalid)
}

/// A certificate and its name, of which there are both or neither.
fn certificate(
    call: &Call,
    base64: Option<String>,
    id: Option<String>,
) -> Result<Option<Certificate>, ApiError> {
    match (base64, id) {
        (None, None) => Ok(None),
        (Some(base64), id) => {
            let read = call.state.receivers.certificate(&base64, &id.unwrap_or_default());
            let invalid = |sentence| ApiError::invalid("encryptionCertificate", sentence);
            read.map(Some).map_err(invalid)
        }
        (None, Some(_id)) => Err(ApiError::invalid(
            "encryptionCertificate",
            "`encryptionCertificateId` names a certificate that is not there.",
        )),
    }
}

fn url(call: &Call, target: &str, url: String) -> Result<String, ApiError> {
    match call.state.receivers.check(&url) {
        Ok(()) => Ok(url),
        Err(sentence) => Err(ApiError::invalid(target, sentence)),
    }
}

async fn new_subscription(
    call: &Call,
    body: SubscriptionBody,
) -> Result<NewSubscription, ApiError> {
    let resource = required("resource", body.resource)?;
    let resource::Resource { watched, user } = resource::read(&resource)?;
    if let Some(key) = user {
        call.must_be(key).await?;
    }
    let changes = changes(&required("changeType", body.change_type)?, &watched)?;
    let notification_url =
        url(call, "notificationUrl", required("notificationUrl", body.notification_url)?)?;
    let lifecycle_url = body
        .lifecycle_notification_url
        .map(|text| url(call, "lifecycleNotificationUrl", text))
        .transpose()?;
    let expires_at = moment(&required("expirationDateTime", body.expiration_date_time)?)?;
    let certificate =
        certificate(call, body.encryption_certificate, body.encryption_certificate_id)?;
    let includes_data = body.include_resource_data.unwrap_or_default();
    if includes_data && certificate.is_none() {
        return Err(ApiError::invalid(
            "encryptionCertificate",
            "Resource data is sent encrypted only: send the certificate to encrypt it with.",
        ));
    }
    let terms = Terms {
        resource,
        watched,
        changes,
        notification_url,
        lifecycle_url,
        client_state: body.client_state,
        certificate,
        includes_data,
    };
    Ok(NewSubscription { terms, expires_at })
}

async fn validate(call: &Call, terms: &Terms) -> Result<(), ApiError> {
    let lifecycle_url = terms.lifecycle_url.as_ref().filter(|url| **url != terms.notification_url);
    let urls = [
        ("notificationUrl", Some(&terms.notification_url)),
        ("lifecycleNotificationUrl", lifecycle_url),
    ];
    for (target, url) in urls {
        let Some(url) = url else { continue };
        let (account, home) = (call.caller.account, call.caller.home);
        match call.state.receivers.validate(account, home, url.clone()).await {
            Some(true) => {}
            Some(false) => return Err(ApiError::validation_failed(target)),
            None => {
                return Err(Failure::TooMany { retry_after_s: VALIDATION_AGAIN_AFTER_S }.into());
            }
        }
    }
    Ok(())
}

/// List one's subscriptions.
#[utoipa::path(get, path = "/v1.0/subscriptions", tag = "subscriptions",
    params(crate::open_api::PageParameters),
    responses((status = 200, body = Collection<SubscriptionWire<'static>>), Errors))]
async fn subscription_list(call: Call, options: Options) -> Result<Answer, ApiError> {
    options.only(&[Ask::Top, Ask::SkipToken])?;
    let top = options.top(PAGE_ENTRIES_MAX, PAGE_ENTRIES_MAX)?;
    let page = PageRequest { top, cursor: options.skip_token.clone() };
    let Page { items, next } = call.read(move |tx, ctx| subscription::list(tx, ctx, &page)).await?;
    let items = items.iter().map(|one| subscription_wire(one, false)).collect();
    Ok(call.shape.page(SET, Page { items, next }, &options))
}

/// Subscribe to change notifications. Both addresses are validated first: they get a POST with
/// `?validationToken=…` and must answer 200 with the decoded token as `text/plain` within 10
/// seconds.
#[utoipa::path(post, path = "/v1.0/subscriptions", tag = "subscriptions",
    params(crate::open_api::CreateParameters), request_body = SubscriptionBody,
    responses((status = 201, body = SubscriptionWire<'static>), Errors))]
async fn subscription_create(
    call: Call,
    payload: Payload<SubscriptionBody>,
) -> Result<Answer, ApiError> {
    if let Some(key) = payload.once.clone()
        && let Some(kept) = call.state.app.answered(call.caller.clone(), key).await?
    {
        return Ok(Answer::again(&kept)?);
    }
    let new = new_subscription(&call, payload.value).await?;
    let checked = new.clone();
    call.read(move |tx, ctx| subscription::check(tx, ctx, &checked)).await?;
    validate(&call, &new.terms).await?;
    call.create(
        payload.once,
        move |tx, ctx| subscription::create(tx, ctx, new),
        |shape, made| shape.entity(StatusCode::CREATED, SET, &subscription_wire(made, true)),
    )
    .await
}

/// Read one of one's subscriptions.
#[utoipa::path(get, path = "/v1.0/subscriptions/{subscription_id}", tag = "subscriptions",
    params(("subscription_id" = String, Path), crate::open_api::SelectParameters),
    responses((status = 200, body = SubscriptionWire<'static>), Errors))]
async fn subscription_get(
    call: Call,
    Key(id): Key<SubscriptionId>,
    options: Options,
) -> Result<Answer, ApiError> {
    options.only(&[])?;
    let found = call.read(move |tx, ctx| subscription::get(tx, ctx, id)).await?;
    Ok(call.shape.selected(SET, &subscription_wire(&found, false), &options))
}

/// Renew a subscription, or change the certificate. What else is named must be as it is.
#[utoipa::path(patch, path = "/v1.0/subscriptions/{subscription_id}", tag = "subscriptions",
    params(("subscription_id" = String, Path)), request_body = RenewalBody,
    responses((status = 200, body = SubscriptionWire<'static>), Errors))]
async fn subscription_update(
    call: Call,
    Key(id): Key<SubscriptionId>,
    Payload { value: mut body, once: _ }: Payload<RenewalBody>,
) -> Result<Answer, ApiError> {
    let fixed = body.fixed();
    if !fixed.is_empty() {
        let found = call.read(move |tx, ctx| subscription::get(tx, ctx, id)).await?;
        let whole = subscription_wire(&found, true);
        must_be_as_shown(&fixed, &whole, ": make a new subscription")?;
    }
    let renewal = Renewal {
        expires_at: body.expiration_date_time.as_deref().map(moment).transpose()?,
        certificate: certificate(
            &call,
            body.encryption_certificate,
            body.encryption_certificate_id,
        )?,
    };
    let renewed = call.write(move |tx, ctx| subscription::update(tx, ctx, id, renewal)).await?;
    Ok(call.shape.entity(StatusCode::OK, SET, &subscription_wire(&renewed, false)))
}

/// End a subscription.
#[utoipa::path(delete, path = "/v1.0/subscriptions/{subscription_id}", tag = "subscriptions",
    params(("subscription_id" = String, Path)), responses((status = 204), Errors))]
async fn subscription_delete(call: Call, Key(id): Key<SubscriptionId>) -> Result<Answer, ApiError> {
    call.write(move |tx, ctx| subscription::delete(tx, ctx, id)).await?;
    Ok(Answer::no_content())
}

/// Confirm that a subscription is still wanted, under the token of this call. It does not last
/// longer for that.
#[utoipa::path(post, path = "/v1.0/subscriptions/{subscription_id}/reauthorize",
    tag = "subscriptions", params(("subscription_id" = String, Path)),
    responses((status = 204), Errors))]
async fn subscription_reauthorize(
    call: Call,
    Key(id): Key<SubscriptionId>,
    _nothing: Payload<Nothing>,
) -> Result<Answer, ApiError> {
    call.write(move |tx, ctx| subscription::reauthorize(tx, ctx, id)).await?;
    Ok(Answer::no_content())
}
