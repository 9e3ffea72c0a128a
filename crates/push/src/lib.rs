//! Delivery over WebSocket, and resume.
//!
//! A client holds one connection to `GET /v1.0/me/notifications` and hears of everything that
//! happens to what its account may see. The server sends JSON text frames and nothing else:
//!
//! ```json
//! {"token": "…", "changeType": "created", "resource": "chats('…')/messages('…')",
//!  "resourceData": {}}
//! ```
//!
//! `resourceData` is what a fetch of the resource by this account would show at that moment, and
//! `null` when the account cannot see the resource any more. Only `viewpoint.unreadCount` of a chat
//! is left out: whoever is connected counts what arrives.
//!
//! # Starting and resuming
//!
//! The first frame of a connection without `since` has the resource `me` and a token: everything
//! that is committed from then on is delivered, here or after a resume from that token. So a
//! client connects, waits for this frame, then fetches, and applies what arrives meanwhile.
//!
//! With `since` the connection starts with what was missed, in the order of commits, followed by
//! a frame with the resource `me` that says that nothing is missing now. Every token is a point
//! from which a resume misses nothing; what arrives twice is harmless, because a frame says what
//! there is rather than what changed. A client keeps the newest token it has received.
//!
//! Typing (`chats('…')/typing`) and presence (`users('…')/presence`) come without a token: they
//! are not stored and cannot be replayed.
//!
//! When an administrator's change alters whether somebody may write in a chat, that chat comes again,
//! also without a token, to those for whom it did and to nobody else; `sendRefusal` in it says why
//! not. That is no event, and is not replayed: whoever resumes fetches the chats again that it
//! shows. Nor is it told that another person blocks one, which shows where one looks.
//!
//! A browser that is signed in to several accounts opens a connection for each, and names it with
//! `?account={id}`.
//!
//! # Ends
//!
//! [`end::End`] lists the close codes. The server pings every 30 seconds and closes a connection
//! from which it has heard nothing for 90.

mod connection;
mod dispatch;
mod end;
mod frame;
mod hub;
mod parameter;
mod upgrade;
mod wire;

use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::routing::get;
use tokio::task::JoinHandle;
use visavis_app::App;
use visavis_domain::id::AccountId;

pub use end::End;
pub use wire::{Authenticate, Knock, SignIn, Wire};

use hub::Hub;

/// Everything that delivery needs. Cheap to clone.
#[derive(Clone)]
pub struct Push {
    shared: Arc<Shared>,
}

pub(crate) struct Shared {
    app: App,
    hub: Arc<Hub>,
    wire: Arc<dyn Wire>,
    authenticate: Authenticate,
    tasks: [JoinHandle<()>; 2],
}

impl std::fmt::Debug for Push {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Push").field("connections", &self.shared.hub.open()).finish_non_exhaustive()
    }
}

impl Push {
    /// Starts to listen to the bus. Must be called inside a tokio runtime.
    #[must_use]
    pub fn start(app: App, wire: Arc<dyn Wire>, authenticate: Authenticate) -> Self {
        let hub = Arc::new(Hub::default());
        let tasks = dispatch::start(&app, &hub, &wire);
        Self { shared: Arc::new(Shared { app, hub, wire, authenticate, tasks }) }
    }

    /// How many connections are open.
    #[must_use]
    pub fn connections(&self) -> usize {
        self.shared.hub.open()
    }

    /// Whether anything is delivered to the account.
    #[must_use]
    pub fn is_connected(&self, account: AccountId) -> bool {
        self.shared.hub.has_any(&[account])
    }

    /// Tells every client to resume elsewhere, and waits until they have closed or time is up.
    /// New connections are refused from now on.
    pub async fn drain(&self, within: Duration) {
        self.shared.hub.drain();
        if tokio::time::timeout(within, self.shared.hub.until_empty()).await.is_err() {
            tracing::warn!(open = self.connections(), "connections did not close in time");
        }
        for task in &self.shared.tasks {
            task.abort();
        }
    }
}

/// The routes of delivery.
pub fn router(push: &Push) -> Router {
    Router::new().route("/v1.0/me/notifications", get(upgrade::open)).with_state(push.clone())
}
