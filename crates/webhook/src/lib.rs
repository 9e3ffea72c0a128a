//! Change notifications, delivered to other servers.
//!
//! A subscription names an address and what is watched; this crate validates the address, and posts
//! to it what happens, at least once and in the order of each chat. What is due is read from the
//! store for each attempt, from a place up to which everything was delivered; the bus only says
//! that it is time to look. So what was committed is delivered, whatever happens to the process.
//!
//! Each subscription has a task of its own with one request under way at a time. Requests that fail
//! are tried again, less and less often, for four hours; then the notifications are dropped and the
//! subscriber is told so. [`address`] says where requests may go.
#![deny(missing_docs)]

pub mod address;
mod certificate;
mod client;
mod dispatch;
mod gate;
mod ledger;
mod lifecycle;
mod notification;
mod pause;
mod subscriber;
mod wire;

use std::fmt;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use aws_lc_rs::rand;
use bytes::Bytes;
use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};
use tokio::task::{AbortHandle, JoinSet};
use tokio::time::{MissedTickBehavior, interval};
use visavis_app::App;
use visavis_domain::limit::{WEBHOOK_VALIDATION_WAITS_MS_MAX, WEBHOOK_VALIDATION_WITHIN_MS};

pub use address::Reach;
pub use certificate::read as read_certificate;
pub use client::{Lookup, SystemLookup};
pub use gate::Asker;
pub use pause::Pauses;
pub use wire::Wire;

use crate::gate::Purpose;

pub(crate) const JSON: &str = "application/json; charset=utf-8";
const TEXT: &str = "text/plain; charset=utf-8";

/// How to deliver.
pub struct Options {
    /// Where requests may go.
    pub reach: Reach,
    /// What is known of names.
    pub lookup: Arc<dyn Lookup>,
    /// How long is waited before a request is tried again.
    pub pauses: Pauses,
    /// How often subscriptions are looked through for those that have expired or are about to.
    pub tend_every: Duration,
    /// How long a validation waits for its place.
    pub validation_waits: Duration,
}

impl Options {
    /// The usual way.
    #[must_use]
    pub fn new(reach: Reach) -> Self {
        Self {
            reach,
            lookup: Arc::new(SystemLookup::default()),
            pauses: Pauses::default(),
            tend_every: Duration::from_secs(10),
            validation_waits: milliseconds(WEBHOOK_VALIDATION_WAITS_MS_MAX),
        }
    }
}

impl fmt::Debug for Options {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Options").field("reach", &self.reach).finish_non_exhaustive()
    }
}

/// Delivery to other servers. Cheap to clone.
#[derive(Clone)]
pub struct Webhooks {
    shared: Arc<Shared>,
}

pub(crate) struct Shared {
    app: App,
    wire: Arc<dyn Wire>,
    caller: client::Caller,
    reach: Reach,
    pauses: Pauses,
    validation_waits: Duration,
    gate: gate::Gate,
    ledger: ledger::Ledger,
    index: dispatch::Index,
    taken_up: lifecycle::TakenUp,
    tasks: Mutex<JoinSet<()>>,
}

impl Shared {
    fn spawn(&self, task: impl Future<Output = ()> + Send + 'static) -> AbortHandle {
        let mut tasks = self.tasks.lock().unwrap_or_else(PoisonError::into_inner);
        // Those that ended are forgotten, so that they do not pile up.
        while tasks.try_join_next().is_some() {}
        tasks.spawn(task)
    }
}

impl fmt::Debug for Webhooks {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Webhooks").field("reach", &self.shared.reach).finish_non_exhaustive()
    }
}

impl Webhooks {
    /// Starts to deliver. Must be called inside a tokio runtime.
    ///
    /// # Errors
    ///
    /// When there can be no client for TLS, for lack of certificates of authorities.
    pub fn start(
        app: App,
        wire: Arc<dyn Wire>,
        options: Options,
    ) -> Result<Self, Box<dyn std::error::Error + Send + Sync>> {
        let Options { reach, lookup, pauses, tend_every, validation_waits } = options;
        let notices = app.bus().subscribe();
        let shared = Arc::new(Shared {
            app,
            wire,
            caller: client::Caller::new(reach, lookup)?,
            reach,
            pauses,
            validation_waits,
            gate: gate::Gate::default(),
            ledger: ledger::Ledger::default(),
            index: dispatch::Index::default(),
            taken_up: lifecycle::TakenUp::default(),
            tasks: Mutex::default(),
        });
        shared.spawn(dispatch::listen(Arc::clone(&shared), notices));
        shared.spawn(dispatch::ask_for_people(Arc::clone(&shared)));
        shared.spawn(dispatch::keep_up(Arc::clone(&shared)));
        let writing = Arc::clone(&shared);
        shared.spawn(async move { writing.ledger.run(&writing.app).await });
        shared.spawn(tend(Arc::clone(&shared), tend_every));
        Ok(Self { shared })
    }

    /// Where requests may go.
    #[must_use]
    pub fn reach(&self) -> Reach {
        self.shared.reach
    }

    /// Whether whoever answers at this address wants what is sent there: it is asked to repeat a
    /// text that it cannot know. Why it did not is not told, since that would tell of the networks
    /// around the server. None when too many wait before this one to be validated.
    pub async fn validate(&self, asker: Asker, url: &str) -> Option<bool> {
        let entering = self.shared.gate.enter(Purpose::Validation, asker, url);
        let waits = self.shared.validation_waits;
        let _place = tokio::time::timeout(waits, entering).await.ok()??;
        let mut random = [0_u8; 24];
        if rand::fill(&mut random).is_err() {
            return Some(false);
        }
        let random: String = random.iter().map(|byte| format!("{byte:02x}")).collect();
        // With characters that must be decoded: whoever repeats it has understood it.
        let text = format!("Validation: {random}");
        let joint = if url.contains('?') { '&' } else { '?' };
        let encoded = utf8_percent_encode(&text, NON_ALPHANUMERIC);
        let asked = format!("{url}{joint}validationToken={encoded}");
        let within = milliseconds(WEBHOOK_VALIDATION_WITHIN_MS);
        Some(match self.shared.caller.post(asker, &asked, TEXT, Bytes::new(), within).await {
            Ok(answer) => {
                let kind = answer.content_type.to_ascii_lowercase();
                answer.status == 200
                    && kind.starts_with("text/plain")
                    && answer.body == text.as_bytes()
            }
            Err(fault) => {
                tracing::debug!(%fault, "a notification URL was not validated");
                false
            }
        })
    }

    /// Stops delivering, and writes down how far it has come.
    pub async fn stop(&self) {
        let mut tasks = {
            let mut tasks = self.shared.tasks.lock().unwrap_or_else(PoisonError::into_inner);
            std::mem::take(&mut *tasks)
        };
        tasks.shutdown().await;
        self.shared.ledger.write(&self.shared.app).await;
    }
}

/// Looks again and again for subscriptions that have expired or are about to.
async fn tend(shared: Arc<Shared>, every: Duration) {
    let mut turn = interval(every);
    turn.set_missed_tick_behavior(MissedTickBehavior::Delay);
    loop {
        turn.tick().await;
        if let Err(error) = shared.app.tend_subscriptions().await {
            tracing::error!(%error, "expired subscriptions could not be looked for");
        }
    }
}

pub(crate) fn milliseconds(count: i64) -> Duration {
    Duration::from_millis(u64::try_from(count).unwrap_or_default())
}
