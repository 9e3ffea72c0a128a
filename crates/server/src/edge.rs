//! Where the HTTP interface and the live delivery meet: both show the same bytes.

use std::sync::Arc;

use axum::Router;
use axum::response::{IntoResponse, Response};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use serde::Serialize;
use serde_json::value::{RawValue, to_raw_value};
use visavis_app::failure::Failure;
use visavis_app::presence::PresenceView;
use visavis_app::view::{ChatView, Member, MessageView, Person};
use visavis_domain::home::Home;
use visavis_domain::id::{AccountId, ChatId};
use visavis_graph_api::{
    ApiError, ApiState, SignedIn, Tenant, UnknownEnums, UserIdentity, chat_wire, member_wire,
    message_wire_on, presence_wire, router_with, signed_in,
};
use visavis_push::{Knock, Push, SignIn, Wire};

use crate::web;

/// The HTTP side of the server.
#[derive(Debug, Clone)]
pub(crate) struct Edge {
    state: ApiState,
}

impl Edge {
    /// The HTTP side of an application.
    #[must_use]
    pub(crate) const fn new(state: ApiState) -> Self {
        Self { state }
    }

    /// Starts live delivery.
    #[must_use]
    pub(crate) fn push(&self) -> Push {
        let state = self.state.clone();
        let authenticate = move |knock: Knock| {
            let state = state.clone();
            Box::pin(async move {
                let Knock { headers, account, client } = knock;
                let found = signed_in(&state, &headers, account.as_deref(), client, true).await;
                let SignedIn { caller, secret } =
                    found.map_err(|refusal| Box::new(refusal.into_response()))?;
                Ok(SignIn { caller, secret })
            }) as _
        };
        let wire = GraphWire::below(self.state.public_url.as_deref());
        Push::start(self.state.app.clone(), Arc::new(wire), Arc::new(authenticate))
    }

    /// Every route for programs, and the web client for people.
    pub(crate) fn routes(&self, push: &Push) -> Router {
        let others = visavis_push::router(push).fallback(web::serve);
        router_with(self.state.clone(), others)
    }
}

/// What a plain fetch shows.
pub(crate) struct GraphWire {
    /// Scheme and host under which callers reach the server; empty where that is not configured.
    pub(crate) base: String,
}

impl GraphWire {
    /// What is shown to callers who reach the server at this address.
    pub(crate) fn below(public_url: Option<&str>) -> Self {
        Self { base: public_url.unwrap_or_default().trim_end_matches('/').to_owned() }
    }

    pub(crate) fn write(value: &impl Serialize) -> Option<Box<RawValue>> {
        match to_raw_value(value) {
            Ok(raw) => Some(raw),
            Err(error) => {
                tracing::error!(code = "push-wire", %error, "something cannot be written");
                None
            }
        }
    }
}

impl Wire for GraphWire {
    fn chat(&self, view: &ChatView) -> Option<Box<RawValue>> {
        Self::write(&chat_wire(view, false, UnknownEnums::default()))
    }

    fn message(&self, view: &MessageView) -> Option<Box<RawValue>> {
        Self::write(&message_wire_on(view, UnknownEnums::default(), &self.base))
    }

    fn member(&self, view: &Member) -> Option<Box<RawValue>> {
        Self::write(&member_wire(view))
    }

    fn typist(&self, person: &Person) -> Option<Box<RawValue>> {
        Self::write(&UserIdentity::of(person))
    }

    fn presence(&self, view: &PresenceView) -> Option<Box<RawValue>> {
        Self::write(&presence_wire(view))
    }

    fn member_id(&self, chat: &ChatId, account: AccountId, home: Home) -> String {
        STANDARD.encode(format!("0##{}##{chat}##{account}", Tenant::from(home)))
    }

    fn refuse(&self, failure: Failure) -> Response {
        ApiError::from(failure).into_response()
    }
}

#[cfg(test)]
mod tests {
    use visavis_app::view::Card;
    use visavis_domain::home::Trust;
    use visavis_domain::id::{MessageId, OrganisationId};

    use super::*;

    #[test]
    fn a_member_is_called_the_same_when_gone() {
        let account = AccountId::from_bytes([1; 16]);
        let chat: ChatId = "19:00@thread.v2".parse().unwrap();
        for home in [Home::Personal, Home::Organisation(OrganisationId::from_bytes([2; 16]))] {
            let card = Card {
                id: account,
                display_name: "Ada".to_owned(),
                mail: None,
                phone: None,
                user_principal_name: "ada@contoso.example".to_owned(),
                home,
                organisation_name: None,
            };
            let member = Member {
                chat: chat.clone(),
                person: Person {
                    card: Arc::new(card),
                    is_external: false,
                    trust: Trust::Colleague,
                },
                visible_from: MessageId(0),
                read_up_to: None,
                is_pending: false,
            };
            let shown = serde_json::to_value(member_wire(&member)).unwrap();
            let wire = GraphWire { base: String::new() };
            assert_eq!(shown["id"], Wire::member_id(&wire, &chat, account, home));
            let id = visavis_webhook::Wire::member_id(&wire, &chat, account, home);
            assert_eq!(shown["id"], id);
        }
    }
}
