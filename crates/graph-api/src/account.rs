//! What is done with accounts beyond Graph's `user`: making any of them as the operator, further
//! addresses and passwords as whoever rules an account.

use serde::Deserialize;
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;
use visavis_app::account;
use visavis_app::subject::UserKey;
use visavis_domain::address::Address;

use crate::Routes;
use crate::answer::Answer;
use crate::bind::shown;
use crate::error::{ApiError, Errors};
use crate::extract::{Call, Key, Payload};
use crate::user::{UserBody, UserWire, required};

pub(crate) fn routes() -> Routes {
    OpenApiRouter::default()
        .routes(routes!(account_create))
        .routes(routes!(address_add))
        .routes(routes!(password_set))
}

/// Make an account, for the operator: a personal one, or one of the organisation whose domain its
/// user principal name has.
#[utoipa::path(post, path = "/v1.0/deployment/accounts", tag = "deployment",
    params(crate::open_api::CreateParameters), request_body = UserBody,
    responses((status = 201, body = UserWire<'static>), Errors))]
async fn account_create(call: Call, payload: Payload<UserBody>) -> Result<Answer, ApiError> {
    let is_personal = payload.value.user_principal_name.is_none();
    call.create_account(payload, is_personal).await
}

/// A further address.
#[derive(Debug, Deserialize, ToSchema)]
#[schema(as = newAddress)]
pub(crate) struct AddressBody {
    /// An e-mail address, or a telephone number with country code. The person has proved it to
    /// whoever gives it.
    #[schema(value_type = String)]
    address: Option<String>,
}

/// Give an account a further address: administrators to people of their organisation an e-mail
/// address in its domains, the operator any to anybody.
#[utoipa::path(post, path = "/v1.0/users/{user_id}/addAddress", tag = "users",
    params(("user_id" = String, Path), crate::open_api::CreateParameters), request_body = AddressBody,
    responses((status = 204), Errors))]
async fn address_add(
    call: Call,
    Key(key): Key<UserKey>,
    payload: Payload<AddressBody>,
) -> Result<Answer, ApiError> {
    let text = required("address", payload.value.address)?;
    let address: Address = text
        .parse()
        .map_err(|error| ApiError::invalid("address", format!("`{}` is {error}.", shown(&text))))?;
    call.create(
        payload.once,
        move |tx, ctx| account::add_address(tx, ctx, &key, &address),
        |_, ()| Answer::no_content(),
    )
    .await
    .map_err(ApiError::of_directory)
}

/// A password.
#[derive(Debug, Deserialize, ToSchema)]
#[schema(as = newPassword)]
pub(crate) struct PasswordBody {
    /// 8 to 256 characters.
    #[schema(value_type = String, format = Password)]
    password: Option<String>,
}

/// Give an account another password, which ends everything that is signed in: administrators to people
/// of their organisation, the operator to anybody.
#[utoipa::path(post, path = "/v1.0/users/{user_id}/setPassword", tag = "users",
    params(("user_id" = String, Path)), request_body = PasswordBody,
    responses((status = 204), Errors))]
async fn password_set(
    call: Call,
    Key(key): Key<UserKey>,
    payload: Payload<PasswordBody>,
) -> Result<Answer, ApiError> {
    let password = required("password", payload.value.password)?;
    let set = account::set_password(&call.state.app, call.caller, key, password).await;
    set.map_err(|failure| ApiError::from(failure).of_directory())?;
    Ok(Answer::no_content())
}
