//! Whether one may get in touch with people, answered with yes or no.

use axum::http::StatusCode;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;
use visavis_app::interaction::{self, Counterpart};
use visavis_app::subject::UserKey;
use visavis_domain::address::Address;

use crate::Routes;
use crate::answer::Answer;
use crate::bind::{check_type, home, user_key};
use crate::error::{ApiError, Errors};
use crate::extract::{Call, Payload};
use crate::user::{email, phone};

/// What somebody may be named as.
const TYPES: [&str; 3] = [
    "microsoft.graph.teamworkUserIdentity",
    "microsoft.graph.emailIdentity",
    "visavis.phoneIdentity",
];

pub(crate) fn routes() -> Routes {
    OpenApiRouter::default().routes(routes!(interaction_allowed))
}

/// What with whom.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = interaction)]
pub(crate) struct InteractionBody {
    /// `createChat`.
    interaction_type: Option<String>,
    /// 1 to 20 people, all of whom it must be allowed with.
    users: Vec<CounterpartBody>,
}

/// Somebody: `microsoft.graph.teamworkUserIdentity` with `id` and `tenantId` or with
/// `userPrincipalName`, `microsoft.graph.emailIdentity` with `email`, or `visavis.phoneIdentity` with
/// `phoneNumber`.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = interactionUser)]
struct CounterpartBody {
    #[serde(rename = "@odata.type")]
    odata_type: Option<String>,
    id: Option<String>,
    tenant_id: Option<String>,
    user_principal_name: Option<String>,
    email: Option<String>,
    phone_number: Option<String>,
}

/// Yes or no.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = interactionAllowed)]
struct AllowedWire {
    #[serde(rename = "@odata.context")]
    context: String,
    value: bool,
}

impl CounterpartBody {
    fn read(self, at: usize) -> Result<Counterpart, ApiError> {
        let target = |name: &str| format!("users/{at}/{name}");
        check_type(&target("@odata.type"), self.odata_type.as_deref(), &TYPES)?;
        let key = match (self.id, self.user_principal_name, self.email, self.phone_number) {
            (Some(id), None, None, None) => Some(user_key(&target("id"), &id)?),
            (None, Some(text), None, None) => {
                let address = email(&target("userPrincipalName"), &text)?;
                Some(UserKey::Address(Address::Email(address)))
            }
            (None, None, Some(text), None) => {
                Some(UserKey::Address(Address::Email(email(&target("email"), &text)?)))
            }
            (None, None, None, Some(text)) => {
                Some(UserKey::Address(Address::Phone(phone(&target("phoneNumber"), &text)?)))
            }
            _ => None,
        };
        let key = key.ok_or_else(|| {
            let words = "Name a person by one of `id`, `userPrincipalName`, `email` and \
                 `phoneNumber`.";
            ApiError::invalid(format!("users/{at}"), words)
        })?;
        Ok(Counterpart { key, home: home(&target("tenantId"), self.tenant_id.as_deref())? })
    }
}

/// Whether one may make a chat with people: with one of them, or a group with several.
///
/// `false` says no more than that: unknown, undiscoverable and refused are one answer. Each person
/// counts as a look-up.
#[utoipa::path(post, path = "/v1.0/teamwork/determineIfInteractionIsAllowed", tag = "people outside",
    request_body = InteractionBody,
    responses((status = 200, body = AllowedWire), Errors))]
async fn interaction_allowed(
    call: Call,
    payload: Payload<InteractionBody>,
) -> Result<Answer, ApiError> {
    let InteractionBody { interaction_type, users } = payload.value;
    if !interaction_type.is_some_and(|kind| kind.eq_ignore_ascii_case("createChat")) {
        return Err(ApiError::invalid("interactionType", "The interaction is `createChat`."));
    }
    let counterparts = users
        .into_iter()
        .enumerate()
        .map(|(at, user)| user.read(at))
        .collect::<Result<Vec<_>, _>>()?;
    let value = call.read(move |tx, ctx| interaction::is_allowed(tx, ctx, &counterparts)).await?;
    let context = format!("{}/v1.0/$metadata#Edm.Boolean", call.shape.base);
    Ok(Answer::json(StatusCode::OK, &AllowedWire { context, value }))
}
