//! Bearer tokens and sessions, listed and revoked by their owner.

use std::sync::{Arc, Mutex, PoisonError};

use axum::http::StatusCode;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;
use visavis_app::context::Context;
use visavis_app::{Tx, token};
use visavis_domain::account::Token;
use visavis_domain::id::TokenId;
use visavis_domain::time::Timestamp;

use crate::Routes;
use crate::answer::Answer;
use crate::error::{ApiError, Errors};
use crate::extract::{Call, Key, Payload};
use crate::odata::{Collection, Moment};
use crate::open_api::words;
use crate::query::Options;
use crate::user::required;

const SET: &str = "me/tokens";

pub(crate) fn routes() -> Routes {
    OpenApiRouter::default().routes(routes!(token_list, token_create)).routes(routes!(token_revoke))
}

/// A token or session.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = token)]
struct TokenWire<'a> {
    #[schema(value_type = String, format = "uuid")]
    id: TokenId,
    name: &'a str,
    /// `bearer` or `session`.
    #[schema(value_type = words::TokenKind)]
    kind: &'static str,
    #[schema(value_type = String, format = DateTime)]
    created_date_time: Moment,
    #[schema(value_type = String, format = DateTime)]
    expires_date_time: Moment,
    /// Whether this request was made with it.
    is_current: bool,
    /// What to present. Shown once, in the answer to its creation.
    #[serde(skip_serializing_if = "Option::is_none")]
    secret: Option<&'a str>,
}

/// A new token.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = newToken)]
pub(crate) struct TokenBody {
    #[schema(value_type = String)]
    name: Option<String>,
    #[schema(value_type = Option<String>, format = DateTime)]
    expires_date_time: Option<String>,
}

fn token_wire<'a>(token: &'a Token, current: TokenId, secret: Option<&'a str>) -> TokenWire<'a> {
    TokenWire {
        id: token.id,
        name: &token.name,
        kind: token.kind.as_str(),
        created_date_time: Moment(token.created_at),
        expires_date_time: Moment(token.expires_at),
        is_current: token.id == current,
        secret,
    }
}

/// List one's tokens and sessions.
#[utoipa::path(get, path = "/v1.0/me/tokens", tag = "sign-in",
    params(crate::open_api::CollectionParameters),
    responses((status = 200, body = Collection<TokenWire<'static>>), Errors))]
async fn token_list(call: Call, options: Options) -> Result<Answer, ApiError> {
    options.only(&[])?;
    let tokens = call.read(token::list).await?;
    let current = call.caller.token;
    let value = tokens.iter().map(|token| token_wire(token, current, None)).collect();
    Ok(call.shape.collection(SET, Collection::all(value), &options))
}

/// Make a bearer token. Its secret is shown in this answer only: a request that is repeated under
/// its idempotency key gets the token without it.
#[utoipa::path(post, path = "/v1.0/me/tokens", tag = "sign-in",
    params(crate::open_api::CreateParameters), request_body = TokenBody,
    responses((status = 201, body = TokenWire<'static>), Errors))]
async fn token_create(call: Call, payload: Payload<TokenBody>) -> Result<Answer, ApiError> {
    let name = required("name", payload.value.name)?;
    let text = payload.value.expires_date_time.as_deref();
    let expires_at: Option<Timestamp> = text
        .map(str::parse)
        .transpose()
        .map_err(|error| ApiError::invalid("expiresDateTime", format!("It is {error}.")))?;
    // What is kept under the idempotency key must not have the secret, so it takes a side way.
    let made = Arc::new(Mutex::new(None));
    let aside = Arc::clone(&made);
    let create = move |tx: &mut Tx<'_>, ctx: &Context<'_>| {
        let (token, secret) = token::create(tx, ctx, &name, expires_at)?;
        *aside.lock().unwrap_or_else(PoisonError::into_inner) = Some((token.clone(), secret));
        Ok(token)
    };
    let current = call.caller.token;
    let answer = call
        .create(payload.once, create, move |shape, token| {
            shape.entity(StatusCode::CREATED, SET, &token_wire(token, current, None))
        })
        .await?;
    let made = made.lock().unwrap_or_else(PoisonError::into_inner).take();
    Ok(match made {
        Some((token, secret)) => {
            let wire = token_wire(&token, current, Some(&secret));
            call.shape.entity(StatusCode::CREATED, SET, &wire)
        }
        None => answer,
    })
}

/// Revoke a token or session, at once.
#[utoipa::path(delete, path = "/v1.0/me/tokens/{token_id}", tag = "sign-in",
    params(("token_id" = String, Path)), responses((status = 204), Errors))]
async fn token_revoke(call: Call, Key(id): Key<TokenId>) -> Result<Answer, ApiError> {
    call.write(move |tx, ctx| token::revoke(tx, ctx, id)).await?;
    Ok(Answer::no_content())
}
