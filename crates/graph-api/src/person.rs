//! The people one is in contact with: Graph's `people`.

use serde::Serialize;
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;
use visavis_app::contact;
use visavis_app::view::Person;
use visavis_domain::id::AccountId;
use visavis_domain::limit::PAGE_ENTRIES_MAX;

use crate::Routes;
use crate::answer::Answer;
use crate::error::{ApiError, Errors};
use crate::extract::Call;
use crate::odata::{Collection, Tenant};
use crate::query::{Ask, Options};

/// People when the caller does not say how many, as Graph.
const PAGE_ENTRIES_USUAL: usize = 10;

pub(crate) fn routes() -> Routes {
    OpenApiRouter::default().routes(routes!(person_list))
}

/// Somebody one is in contact with: Graph's `person`.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = person)]
struct PersonWire<'a> {
    #[schema(value_type = String)]
    id: AccountId,
    display_name: &'a str,
    user_principal_name: &'a str,
    scored_email_addresses: Vec<ScoredAddress<'a>>,
    #[schema(value_type = String)]
    tenant_id: Tenant,
    is_external: bool,
    trust: &'static str,
}

#[derive(Debug, Serialize, ToSchema)]
#[schema(as = scoredEmailAddress)]
struct ScoredAddress<'a> {
    address: &'a str,
}

fn person_wire(person: &Person) -> PersonWire<'_> {
    let card = &*person.card;
    PersonWire {
        id: card.id,
        display_name: &card.display_name,
        user_principal_name: &card.user_principal_name,
        scored_email_addresses: card
            .mail
            .as_deref()
            .map(|address| ScoredAddress { address })
            .into_iter()
            .collect(),
        tenant_id: card.home.into(),
        is_external: person.is_external,
        trust: person.trust.as_str(),
    }
}

/// The people of one's newest one-to-one chats, accepted contacts and colleagues, the newest first.
#[utoipa::path(get, path = "/v1.0/me/people", tag = "people outside",
    params(crate::open_api::PageParameters),
    responses((status = 200, body = Collection<PersonWire<'static>>), Errors))]
async fn person_list(call: Call, options: Options) -> Result<Answer, ApiError> {
    options.only(&[Ask::Top])?;
    let top = options.top(PAGE_ENTRIES_USUAL, PAGE_ENTRIES_MAX)?;
    let people = call.read(move |tx, ctx| contact::people(tx, ctx, top)).await?;
    let value = people.iter().map(person_wire).collect();
    Ok(call.shape.collection("users/people", Collection::all(value), &options))
}
