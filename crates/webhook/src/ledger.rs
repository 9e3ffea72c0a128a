//! How far deliveries have come, written down now and then: what is repeated after a crash is what
//! was delivered since.

use std::collections::HashMap;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use tokio::sync::Notify;
use visavis_app::App;
use visavis_app::subscription::Progress;
use visavis_domain::id::SubscriptionId;

/// For how long progress gathers before it is written.
const GATHERED_FOR: Duration = Duration::from_millis(250);

/// What is not written yet.
#[derive(Debug, Default)]
pub(crate) struct Ledger {
    waiting: Mutex<HashMap<SubscriptionId, Progress>>,
    is_any: Notify,
}

impl Ledger {
    fn waiting(&self) -> MutexGuard<'_, HashMap<SubscriptionId, Progress>> {
        self.waiting.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(crate) fn note(&self, progress: Progress) {
        self.waiting().insert(progress.id, progress);
        self.is_any.notify_one();
    }

    pub(crate) fn forget(&self, id: SubscriptionId) {
        self.waiting().remove(&id);
    }

    pub(crate) async fn run(&self, app: &App) {
        loop {
            self.is_any.notified().await;
            tokio::time::sleep(GATHERED_FOR).await;
            self.write(app).await;
        }
    }

    /// Writes everything that waits.
    pub(crate) async fn write(&self, app: &App) {
        let progress: Vec<Progress> = std::mem::take(&mut *self.waiting()).into_values().collect();
        if progress.is_empty() {
            return;
        }
        if let Err(error) = app.note_progress(progress.clone()).await {
            tracing::warn!(%error, "how far deliveries have come could not be written");
            let mut waiting = self.waiting();
            for old in progress {
                waiting.entry(old.id).or_insert(old);
            }
            self.is_any.notify_one();
        }
    }
}
