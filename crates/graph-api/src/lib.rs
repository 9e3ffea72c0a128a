//! The HTTP interface, shaped like Microsoft Graph: wire types, routes, query options, the error
//! envelope and the OpenAPI description. The only crate that knows OData.
//!
//! A handler extracts, calls one use case, maps, and answers. What surrounds every request is in
//! the module `edge`; one noun has one file.

mod account;
mod activity;
mod answer;
mod audit;
mod batch;
mod bind;
mod chat;
mod contact;
mod declared;
mod delta;
mod demonstration;
mod directory_audit;
mod edge;
mod error;
mod explain;
mod export;
mod external_access;
mod extract;
mod filter;
#[cfg(feature = "fuzzing")]
#[doc(hidden)]
pub mod fuzzing;
mod group;
mod hosted_content;
mod interaction;
mod left_out;
mod limit;
mod member;
mod message;
mod normalise;
mod odata;
mod open_api;
mod organisation;
mod page;
mod person;
mod photo;
mod pinned_message;
mod presence;
mod query;
mod report;
mod session;
mod settings;
mod sign_in;
mod simulation;
mod subscription;
mod token;
mod user;
mod user_configuration;
mod viewpoint;
#[cfg(test)]
mod wire_tests;

use std::sync::{Arc, OnceLock};

use axum::Router;
use axum::extract::Request;
use axum::routing::{any, delete, patch};
use tower::util::MapRequestLayer;
use utoipa_axum::router::OpenApiRouter;
use visavis_app::App;

pub use crate::audit::{AuditWire, audit_wire};
pub use crate::bind::member_id;
pub use crate::chat::{ChatWire, chat_wire};
pub use crate::demonstration::{Demonstration, DemonstrationHome, DemonstrationPerson};
pub use crate::error::ApiError;
pub use crate::extract::{RawBody, authenticate, base_of};
pub use crate::member::{MemberWire, member_wire};
pub use crate::message::{MessageInfo, MessageWire, message_info, message_wire, message_wire_on};
pub use crate::odata::{CONSUMER_TENANT_ID, Moment, Tenant, UnknownEnums, UserIdentity};
pub use crate::presence::{PresenceWire, presence_wire};
pub use crate::session::{ACCOUNT_HEADER, SESSION_COOKIE, SignedIn, signed_in};
pub use crate::subscription::Receivers;
pub use crate::user::{UserWire, user_wire};

use crate::edge::{Edge, Trace};

/// What the HTTP interface works with.
#[derive(Debug, Clone)]
pub struct ApiState {
    /// The application.
    pub app: App,
    /// Scheme and host under which callers reach the server, if that is configured; else what
    /// each of them used.
    pub public_url: Option<String>,
    /// Whether `X-Forwarded-For`, `-Host` and `-Proto` come from a proxy that can be believed.
    pub trusts_forwarded_headers: bool,
    /// Whether callers reach this very process by `https`.
    pub is_encrypted: bool,
    /// Who can sign in, if this is the demonstration.
    pub demonstration: Option<Arc<Demonstration>>,
    /// What is known of the addresses to which change notifications go.
    pub receivers: Arc<dyn Receivers>,
}

/// Routes together with their description.
type Routes = OpenApiRouter<Arc<ApiState>>;

/// The HTTP interface.
pub fn router(state: ApiState) -> Router {
    router_with(state, Router::new())
}

/// The HTTP interface, with others' routes inside it: they get request ids, one spelling of their
/// paths, the envelope for their failures, and their line in the access log.
///
/// The others' fallback answers what lies outside `/v1.0`.
pub fn router_with(state: ApiState, others: Router) -> Router {
    let app = state.app.clone();
    let trusts_forwarded_headers = state.trusts_forwarded_headers;
    let (api, description) = routes().split_for_parts();
    let inner = declared::only_declared(api, &description)
        .with_state(Arc::new(state))
        .route("/v1.0/chats/{chat_id}", delete(left_out::refuse))
        .route("/v1.0/chats/{chat_id}/members/{member_id}", patch(left_out::refuse))
        .route("/v1.0/subscriptions/getVapidPublicKey", any(left_out::refuse))
        .route("/v1.0/chats/getAllRetainedMessages", any(left_out::refuse))
        .route("/v1.0/chats/{chat_id}/messages/forwardToChat", any(left_out::refuse))
        .route("/v1.0/{*rest}", any(left_out::answer))
        .merge(others)
        .route_layer(MapRequestLayer::new(Trace::note_route));
    let edge = Arc::new(Edge::new(app, inner, trusts_forwarded_headers));
    Router::new().fallback(move |request: Request| Arc::clone(&edge).serve(request))
}

/// The description of the API as JSON: what is committed as `docs/reference/openapi.json`.
#[must_use]
pub fn open_api_json() -> &'static str {
    static JSON: OnceLock<String> = OnceLock::new();
    JSON.get_or_init(|| {
        let (_router, description) = routes().split_for_parts();
        let document = open_api::finish::finished(&description);
        let mut text = serde_json::to_string_pretty(&document).unwrap_or_default();
        text.push('\n');
        text
    })
}

fn routes() -> Routes {
    OpenApiRouter::with_openapi(open_api::frame())
        .merge(open_api::routes())
        .merge(sign_in::routes())
        .merge(session::routes())
        .merge(batch::routes())
        .merge(demonstration::routes())
        .merge(user::routes())
        .merge(photo::routes())
        .merge(person::routes())
        .merge(user_configuration::routes())
        .merge(directory_audit::routes())
        .merge(settings::routes())
        .merge(token::routes())
        .merge(contact::routes())
        .merge(interaction::routes())
        .merge(presence::routes())
        .merge(chat::routes())
        .merge(viewpoint::routes())
        .merge(report::routes())
        .merge(member::routes())
        .merge(message::routes())
        .merge(export::routes())
        .merge(delta::routes())
        .merge(hosted_content::routes())
        .merge(pinned_message::routes())
        .merge(group::routes())
        .merge(organisation::routes())
        .merge(external_access::routes())
        .merge(explain::routes())
        .merge(simulation::routes())
        .merge(limit::routes())
        .merge(audit::routes())
        .merge(account::routes())
        .merge(activity::routes())
        .merge(subscription::routes())
}
