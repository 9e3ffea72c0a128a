//! Notifications about subscriptions themselves, each tried by itself until it is delivered or too
//! old. What waits is in the store.

use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};

use visavis_domain::limit::{WEBHOOK_ANSWER_WITHIN_MS, WEBHOOK_RETRY_MS_MAX};
use visavis_domain::subscription::Lifecycle;

use crate::gate::{Asker, Purpose};
use crate::{JSON, Shared, milliseconds, notification};

/// Notifications that are read at once.
const READ_AT_ONCE: usize = 200;

/// Up to where what waits was taken up.
#[derive(Debug, Default)]
pub(crate) struct TakenUp(AtomicI64);

/// Takes up what waits and was not taken up before.
pub(crate) async fn take_up(shared: &Arc<Shared>) {
    loop {
        let after = shared.taken_up.0.load(Ordering::Acquire);
        let waiting = match shared.app.waiting_lifecycle(after, READ_AT_ONCE).await {
            Ok(waiting) => waiting,
            Err(error) => {
                tracing::warn!(%error, "lifecycle notifications could not be read");
                tokio::time::sleep(shared.pauses.first).await;
                continue;
            }
        };
        let Some(last) = waiting.last() else { return };
        shared.taken_up.0.store(last.entry, Ordering::Release);
        for one in waiting {
            let delivering = Arc::clone(shared);
            shared.spawn(async move { deliver(&delivering, &one).await });
        }
    }
}

async fn deliver(shared: &Shared, one: &Lifecycle) {
    let mut failures = 0;
    while shared.app.now().as_ms() - one.at.as_ms() < WEBHOOK_RETRY_MS_MAX {
        // A newer one of its kind may have taken its place. When that cannot be known, it is sent.
        if matches!(shared.app.is_lifecycle_waiting(one.entry).await, Ok(false)) {
            return;
        }
        let purpose = if failures == 0 { Purpose::Delivery } else { Purpose::Retry };
        if attempt(shared, one, purpose).await {
            break;
        }
        failures += 1;
        tokio::time::sleep(shared.pauses.after(failures)).await;
    }
    if let Err(error) = shared.app.forget_lifecycle(one.entry).await {
        tracing::warn!(%error, "a lifecycle notification could not be forgotten");
    }
}

async fn attempt(shared: &Shared, one: &Lifecycle, purpose: Purpose) -> bool {
    let Some(body) = notification::lifecycle(&*shared.wire, one) else { return true };
    let asker = Asker { account: one.account, organisation: one.organisation };
    let Some(_place) = shared.gate.enter(purpose, asker, &one.url).await else { return false };
    let within = milliseconds(WEBHOOK_ANSWER_WITHIN_MS);
    let answered = shared.caller.post(asker, &one.url, JSON, body, within).await;
    answered.is_ok_and(|answer| (200..300).contains(&answer.status))
}
