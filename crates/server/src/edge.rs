//! Where the HTTP interface and the live delivery meet: both show the same bytes.

use std::net::IpAddr;
use std::sync::Arc;

use axum::Router;
use axum::http::{HeaderMap, header};
use axum::response::{IntoResponse, Response};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use serde::Serialize;
use serde_json::value::{RawValue, to_raw_value};
use visavis_app::App;
use visavis_app::failure::{Failure, Outcome};
use visavis_app::presence::PresenceView;
use visavis_app::view::{ChatView, Member, MessageView, Person};
use visavis_domain::home::Home;
use visavis_domain::id::{AccountId, ChatId};
use visavis_graph_api::{
    ApiError, ApiState, SESSION_COOKIE, Tenant, UnknownEnums, UserIdentity, chat_wire,
    is_same_origin, member_wire, message_wire, presence_wire, router_with,
};
use visavis_push::{Push, SignIn, Wire};

use crate::manage_api;

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
        let authenticate = move |headers: HeaderMap, client: Option<IpAddr>| {
            let state = state.clone();
            Box::pin(async move { sign_in(&state, &headers, client).await }) as _
        };
        Push::start(self.state.app.clone(), Arc::new(GraphWire), Arc::new(authenticate))
    }

    /// Every route for programs.
    pub(crate) fn routes(&self, push: &Push) -> Router {
        let app: App = self.state.app.clone();
        let others = visavis_push::router(push).merge(manage_api::router(app));
        router_with(self.state.clone(), others)
    }
}

/// Who opens a live connection: by bearer token, or by the session cookie of a page of this server.
async fn sign_in(state: &ApiState, headers: &HeaderMap, client: Option<IpAddr>) -> Outcome<SignIn> {
    let secret = match headers.get(header::AUTHORIZATION) {
        Some(authorization) => {
            let text = authorization.to_str().unwrap_or_default();
            let (scheme, secret) = text.split_once(' ').ok_or(Failure::NotSignedIn)?;
            let is_bearer = scheme.eq_ignore_ascii_case("bearer");
            if is_bearer { secret.trim() } else { return Err(Failure::NotSignedIn) }
        }
        None => {
            let secret = session(headers).ok_or(Failure::NotSignedIn)?;
            if !is_same_origin(state, headers) {
                return Err(Failure::NoPermission);
            }
            secret
        }
    };
    let caller = state.app.authenticate(secret, client).await?;
    Ok(SignIn { caller, secret: secret.to_owned() })
}

fn session(headers: &HeaderMap) -> Option<&str> {
    let cookies = headers.get_all(header::COOKIE).iter().filter_map(|value| value.to_str().ok());
    let mut pairs =
        cookies.flat_map(|list| list.split(';')).filter_map(|one| one.trim().split_once('='));
    pairs.find(|(name, _)| *name == SESSION_COOKIE).map(|(_, secret)| secret)
}

/// What a plain fetch shows.
struct GraphWire;

impl GraphWire {
    fn write(value: &impl Serialize) -> Option<Box<RawValue>> {
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
        Self::write(&message_wire(view, UnknownEnums::default()))
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
            assert_eq!(shown["id"], GraphWire.member_id(&chat, account, home));
        }
    }

    #[test]
    fn the_session_is_found_among_other_cookies() {
        let mut headers = HeaderMap::new();
        let cookies = format!("theme=dark; {SESSION_COOKIE}=vv_x; other=1");
        headers.insert(header::COOKIE, cookies.parse().unwrap());
        assert_eq!(session(&headers), Some("vv_x"));
        assert_eq!(session(&HeaderMap::new()), None);
    }
}
