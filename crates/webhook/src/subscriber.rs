//! One subscription: a task that looks what is due, sends it, and goes on when it was answered.
//!
//! One request is under way at a time, so that what happens in a chat arrives in the chat's order.
//! What is due is looked at for each attempt, after a place was free to send it: nothing that has
//! waited is sent as it was then (P5).

use std::collections::BTreeSet;
use std::ops::ControlFlow;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use tokio::sync::Notify;
use visavis_app::failure::Outcome;
use visavis_app::subscription::{Due, Known, Place, Progress, Standing};
use visavis_domain::id::{AccountId, ChatKey, OrganisationId, OrganisationKey, SubscriptionId};
use visavis_domain::limit::{
    SUBSCRIBED_PRESENCES_MAX, WEBHOOK_ANSWER_WITHIN_MS, WEBHOOK_RETRY_MS_MAX,
};
use visavis_domain::subscription::Watched;
use visavis_domain::time::Timestamp;

use crate::client::Fault;
use crate::gate::{Asker, Purpose};
use crate::notification::{self, Batch};
use crate::{JSON, Shared, milliseconds};

/// How long is waited after the store could not be asked.
const STORE_PAUSE: Duration = Duration::from_secs(1);

/// What wakes a subscription's task.
#[derive(Debug)]
pub(crate) struct Entry {
    pub(crate) id: SubscriptionId,
    pub(crate) account: AccountId,
    organisation: Option<OrganisationId>,
    pub(crate) home: OrganisationKey,
    pub(crate) watched: Watched,
    pub(crate) chat: Option<ChatKey>,
    /// Where notifications go. It never changes.
    url: String,
    wake: Notify,
    /// People whose presence changed since it was told.
    changed: Mutex<BTreeSet<AccountId>>,
}

impl Entry {
    pub(crate) fn new(known: &Known) -> Self {
        Self {
            id: known.subscription.id,
            account: known.subscription.account,
            organisation: known.subscription.organisation,
            home: known.home,
            watched: known.subscription.terms.watched.clone(),
            chat: known.chat,
            url: known.subscription.terms.notification_url.clone(),
            wake: Notify::new(),
            changed: Mutex::default(),
        }
    }

    fn asker(&self) -> Asker {
        Asker { account: self.account, organisation: self.organisation }
    }

    /// Has the task look again.
    pub(crate) fn wake(&self) {
        self.wake.notify_one();
    }

    /// Notes that somebody's presence changed.
    pub(crate) fn presence_changed(&self, account: AccountId) {
        let mut changed = self.changed.lock().unwrap_or_else(PoisonError::into_inner);
        if changed.len() < SUBSCRIBED_PRESENCES_MAX {
            changed.insert(account);
        }
        drop(changed);
        self.wake();
    }

    fn take_changed(&self) -> BTreeSet<AccountId> {
        std::mem::take(&mut *self.changed.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

/// How far the task has come.
pub(crate) struct Task {
    shared: Arc<Shared>,
    entry: Arc<Entry>,
    cursor: Place,
    failing_since: Option<Timestamp>,
    failures: u32,
    /// People whose presence was to be told and was not delivered.
    changed: BTreeSet<AccountId>,
}

/// What a turn came to.
enum Turn {
    /// Look again at once.
    Again,
    /// Everything was told.
    Idle,
    /// Look again after a pause.
    Pause(Duration),
}

impl Task {
    pub(crate) fn new(shared: Arc<Shared>, entry: Arc<Entry>, known: &Known) -> Self {
        Self {
            shared,
            entry,
            cursor: known.subscription.cursor,
            failing_since: known.subscription.failing_since,
            failures: 0,
            changed: BTreeSet::new(),
        }
    }

    /// Delivers until the subscription ends.
    pub(crate) async fn run(mut self) {
        loop {
            match self.turn().await {
                Ok(ControlFlow::Break(())) => return,
                Ok(ControlFlow::Continue(Turn::Again)) => {}
                Ok(ControlFlow::Continue(Turn::Idle)) => self.entry.wake.notified().await,
                Ok(ControlFlow::Continue(Turn::Pause(pause))) => tokio::time::sleep(pause).await,
                Err(error) => {
                    tracing::warn!(%error, "what is due to a subscriber could not be read");
                    tokio::time::sleep(STORE_PAUSE).await;
                }
            }
        }
    }

    async fn turn(&mut self) -> Outcome<ControlFlow<(), Turn>> {
        let has_failed = self.failures > 0 || self.failing_since.is_some();
        let purpose = if has_failed { Purpose::Retry } else { Purpose::Delivery };
        let gate = &self.shared.gate;
        let Some(place) = gate.enter(purpose, self.entry.asker(), &self.entry.url).await else {
            return Ok(ControlFlow::Break(()));
        };
        let mut standing = match self.shared.app.due(self.entry.id, self.cursor).await? {
            Due::Gone => return Ok(ControlFlow::Break(())),
            Due::Lost => return self.end().await,
            Due::Stands(standing) => standing,
        };
        self.changed.append(&mut self.entry.take_changed());
        if !self.changed.is_empty() {
            let ids = self.changed.iter().copied().collect();
            let presences = self.shared.app.due_presences(standing.caller.clone(), ids).await?;
            standing.told.extend(presences);
        }
        if standing.told.is_empty() {
            self.delivered(standing.upto);
            return match (standing.is_last, standing.has_more) {
                (true, _) => self.end().await,
                (false, true) => Ok(ControlFlow::Continue(Turn::Again)),
                (false, false) => Ok(ControlFlow::Continue(Turn::Idle)),
            };
        }
        let (is_last, has_more) = (standing.is_last, standing.has_more);
        let sent = self.send(standing).await;
        drop(place);
        match sent {
            Ok(batch) => {
                self.delivered(batch.upto);
                match is_last && batch.is_whole {
                    true => self.end().await,
                    false if has_more || !batch.is_whole => Ok(ControlFlow::Continue(Turn::Again)),
                    // Whoever woke the task meanwhile left a note of it.
                    false => Ok(ControlFlow::Continue(Turn::Idle)),
                }
            }
            Err(fault) => self.failed(fault).await,
        }
    }

    async fn send(&self, standing: Box<Standing>) -> Result<Batch, Fault> {
        let (wire, cursor) = (Arc::clone(&self.shared.wire), self.cursor);
        let written = match standing.subscription.terms.includes_data {
            false => notification::batch(&*wire, &standing, cursor),
            // Encrypting a hundred items takes milliseconds, which others would wait for.
            true => {
                let write = move || notification::batch(&*wire, &standing, cursor);
                tokio::task::spawn_blocking(write).await.unwrap_or_default()
            }
        };
        let Some(batch) = written else {
            tracing::error!(code = "webhook-batch", "notifications could not be written");
            return Err(Fault::Connection);
        };
        let (asker, url, body) = (self.entry.asker(), &self.entry.url, batch.body.clone());
        let within = milliseconds(WEBHOOK_ANSWER_WITHIN_MS);
        let answer = self.shared.caller.post(asker, url, JSON, body, within).await?;
        if (200..300).contains(&answer.status) {
            Ok(batch)
        } else {
            Err(Fault::Status(answer.status))
        }
    }

    fn delivered(&mut self, upto: Place) {
        self.failures = 0;
        self.changed.clear();
        if upto != self.cursor || self.failing_since.is_some() {
            self.cursor = upto;
            self.failing_since = None;
            self.note();
        }
    }

    fn note(&self) {
        let (cursor, failing_since) = (self.cursor, self.failing_since);
        self.shared.ledger.note(Progress { id: self.entry.id, cursor, failing_since });
    }

    async fn failed(&mut self, fault: Fault) -> Outcome<ControlFlow<(), Turn>> {
        let now = self.shared.app.now();
        let since = match self.failing_since {
            Some(since) => since,
            None => {
                self.failing_since = Some(now);
                self.note();
                now
            }
        };
        self.failures = self.failures.saturating_add(1);
        tracing::debug!(%fault, "a subscriber was not reached");
        if now.as_ms() - since.as_ms() < WEBHOOK_RETRY_MS_MAX {
            return Ok(ControlFlow::Continue(Turn::Pause(self.shared.pauses.after(self.failures))));
        }
        tracing::info!(%fault, "a subscriber was not reached for too long; notifications are dropped");
        self.shared.ledger.forget(self.entry.id);
        self.changed.clear();
        match self.shared.app.give_up(self.entry.id).await? {
            None => Ok(ControlFlow::Break(())),
            Some(cursor) => {
                (self.cursor, self.failing_since) = (cursor, None);
                Ok(ControlFlow::Continue(Turn::Pause(self.shared.pauses.after(self.failures))))
            }
        }
    }

    async fn end(&self) -> Outcome<ControlFlow<(), Turn>> {
        self.shared.ledger.forget(self.entry.id);
        self.shared.app.end_subscription(self.entry.id).await?;
        Ok(ControlFlow::Break(()))
    }
}
