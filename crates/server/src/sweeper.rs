//! What follows a change of terms by itself: at once in the chats that somebody looked at lately,
//! soon in all others.

use std::collections::HashSet;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use tokio::sync::{Notify, mpsc};
use tokio::task::JoinHandle;
use tokio::time::{Instant, MissedTickBehavior, interval, sleep};
use visavis_app::App;
use visavis_app::sweep::Swept;
use visavis_bus::Notice;
use visavis_domain::id::OrganisationKey;

/// How often all chats are looked through, told or not: a notice can be lost between nodes.
const SWEEP_EVERY: Duration = Duration::from_secs(5);
/// The shortest pause after a round, so that nobody who switches back and forth floods those who are
/// told. It lasts as long as the round did: many changes take no more than half of one reader.
const PAUSE_MIN: Duration = Duration::from_millis(200);
/// The longest such pause.
const PAUSE_MAX: Duration = Duration::from_secs(5);
/// The pause after a failure.
const RETRY_AFTER: Duration = Duration::from_secs(1);

/// Organisations whose terms may have changed since they were looked at.
#[derive(Default)]
struct Changed {
    organisations: Mutex<HashSet<OrganisationKey>>,
    is_any: Notify,
}

impl Changed {
    fn add(&self, organisations: impl IntoIterator<Item = OrganisationKey>) {
        self.organisations.lock().unwrap_or_else(PoisonError::into_inner).extend(organisations);
        self.is_any.notify_one();
    }

    /// Waits until there are any, and takes them.
    async fn take(&self) -> Vec<OrganisationKey> {
        loop {
            self.is_any.notified().await;
            let mut organisations =
                self.organisations.lock().unwrap_or_else(PoisonError::into_inner);
            if !organisations.is_empty() {
                return organisations.drain().collect();
            }
        }
    }
}

/// Starts to follow. Must be called inside a tokio runtime.
pub(crate) fn start(app: &App) -> [JoinHandle<()>; 3] {
    let changed = Arc::new(Changed::default());
    let is_followed = Arc::new(Notify::new());
    let notices = app.bus().subscribe();
    [
        tokio::spawn(listen(notices, Arc::clone(&changed))),
        tokio::spawn(follow(app.clone(), changed, Arc::clone(&is_followed))),
        tokio::spawn(sweep(app.clone(), is_followed)),
    ]
}

/// Takes notices as fast as they come, since a writer waits for listeners that lag.
async fn listen(mut notices: mpsc::Receiver<Notice>, changed: Arc<Changed>) {
    while let Some(notice) = notices.recv().await {
        if let Notice::Administered { organisation } = notice {
            changed.add([organisation]);
        }
    }
}

async fn follow(app: App, changed: Arc<Changed>, is_followed: Arc<Notify>) {
    let mut followed = Swept::default();
    loop {
        let organisations = changed.take().await;
        let began = Instant::now();
        match app.follow(&mut followed, organisations.clone()).await {
            Ok(evicted) => {
                // Most that is administered changes no terms: then there is nothing to look through.
                if let Some(evicted) = evicted {
                    log(evicted);
                    is_followed.notify_one();
                }
                sleep(began.elapsed().clamp(PAUSE_MIN, PAUSE_MAX)).await;
            }
            Err(error) => {
                tracing::error!(job = "follow", %error, "a job failed and will be tried again");
                changed.add(organisations);
                sleep(RETRY_AFTER).await;
            }
        }
    }
}

async fn sweep(app: App, is_followed: Arc<Notify>) {
    let mut swept = Swept::default();
    let mut turn = interval(SWEEP_EVERY);
    turn.set_missed_tick_behavior(MissedTickBehavior::Delay);
    // The first tick comes at once; a server that has just started has other things to do.
    turn.tick().await;
    loop {
        tokio::select! {
            _ = turn.tick() => {}
            () = is_followed.notified() => {}
        }
        let began = Instant::now();
        match app.sweep(&mut swept).await {
            Ok(evicted) => log(evicted),
            Err(error) => {
                tracing::error!(job = "sweep", %error, "a job failed and will be tried again");
            }
        }
        sleep(began.elapsed().clamp(PAUSE_MIN, PAUSE_MAX)).await;
    }
}

fn log(evicted: usize) {
    if evicted > 0 {
        tracing::info!(evicted, "people left chats that changed terms no longer allow");
    }
}
