//! The request that opens a connection: who it is, and from which token.

use axum::Extension;
use axum::extract::ws::WebSocketUpgrade;
use axum::extract::ws::rejection::WebSocketUpgradeRejection;
use axum::extract::{ConnectInfo, RawQuery, State};
use axum::http::header::{CONNECTION, SEC_WEBSOCKET_VERSION, UPGRADE};
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Response};
use std::net::SocketAddr;
use visavis_app::StoreError;
use visavis_app::failure::Failure;
use visavis_domain::limit::PUSH_FRAME_BYTES_MAX;

use crate::Push;
use crate::connection;
use crate::end::End;
use crate::parameter::parameter;
use crate::wire::Knock;

/// Bytes that are read from, and gathered for, one connection at a time. The library's own 128 KiB
/// would be most of the memory of an idle connection.
const BUFFER_BYTES: usize = 4 * 1024;

/// How long a refused client should wait before it opens one connection more, in seconds.
const TOO_MANY_RETRY_S: u32 = 30;

pub(crate) async fn open(
    State(push): State<Push>,
    peer: Option<Extension<ConnectInfo<SocketAddr>>>,
    headers: HeaderMap,
    RawQuery(query): RawQuery,
    upgrade: Result<WebSocketUpgrade, WebSocketUpgradeRejection>,
) -> Response {
    match admit(&push, peer, headers, query, upgrade).await {
        Ok(response) => response,
        Err(Refused::Answered(response)) => *response,
        Err(Refused::Failed(failure)) => push.shared.wire.refuse(failure),
        Err(Refused::WithoutUpgrade) => upgrade_required(),
    }
}

/// Why a request becomes no connection.
enum Refused {
    Answered(Box<Response>),
    Failed(Failure),
    /// It does not ask for a WebSocket, or for one of another version.
    WithoutUpgrade,
}

/// Which of them it is. Over HTTP/2 the header that a 426 must have is forbidden (RFC 9113, section
/// 8.2.2), so there it is a bad request, as is one that asks for a WebSocket in the wrong way.
impl From<WebSocketUpgradeRejection> for Refused {
    fn from(rejection: WebSocketUpgradeRejection) -> Self {
        use WebSocketUpgradeRejection as Why;
        let words = match rejection {
            Why::InvalidConnectionHeader(_)
            | Why::InvalidUpgradeHeader(_)
            | Why::InvalidWebSocketVersionHeader(_) => return Self::WithoutUpgrade,
            Why::MethodNotConnect(_) => {
                "A WebSocket of version 13 is opened here, over HTTP/1.1.".to_owned()
            }
            other => format!("A WebSocket of version 13 is opened here: {}.", other.body_text()),
        };
        Failure::invalid("upgrade", words).into()
    }
}

/// What has to be asked for: RFC 9110, sections 7.8 and 15.5.22, and RFC 6455, section 4.4. The
/// edge of the API puts its envelope around it.
fn upgrade_required() -> Response {
    let asked = [(UPGRADE, "websocket"), (CONNECTION, "Upgrade"), (SEC_WEBSOCKET_VERSION, "13")];
    (StatusCode::UPGRADE_REQUIRED, asked).into_response()
}

impl From<Failure> for Refused {
    fn from(failure: Failure) -> Self {
        Self::Failed(failure)
    }
}

async fn admit(
    push: &Push,
    peer: Option<Extension<ConnectInfo<SocketAddr>>>,
    headers: HeaderMap,
    query: Option<String>,
    upgrade: Result<WebSocketUpgrade, WebSocketUpgradeRejection>,
) -> Result<Response, Refused> {
    let client = peer.map(|Extension(ConnectInfo(peer))| peer.ip());
    let account = parameter(query.as_deref(), "account")?;
    let knock = Knock { headers, account, client };
    let sign_in = (push.shared.authenticate)(knock).await.map_err(Refused::Answered)?;
    let since = parameter(query.as_deref(), "since")?;
    let upgrade = upgrade?;
    match push.shared.hub.refusal(sign_in.caller.account) {
        Some(End::Resume) => return Err(Failure::from(StoreError::Closed).into()),
        Some(_) => return Err(Failure::TooMany { retry_after_s: TOO_MANY_RETRY_S }.into()),
        None => {}
    }
    let shared = std::sync::Arc::clone(&push.shared);
    Ok(upgrade
        .read_buffer_size(BUFFER_BYTES)
        .write_buffer_size(BUFFER_BYTES)
        .max_message_size(PUSH_FRAME_BYTES_MAX)
        .max_frame_size(PUSH_FRAME_BYTES_MAX)
        .on_upgrade(move |socket| connection::run(shared, socket, sign_in, since)))
}
