//! From the bus to the tasks of subscriptions: who has to look again.
//!
//! Notices only wake; what is due is in the store. So nothing waits here without limit, and a
//! notice costs as much as the people whom it concerns, however many subscriptions there are.

use std::collections::{HashMap, HashSet};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use tokio::sync::{Notify, mpsc};
use tokio::task::AbortHandle;
use visavis_app::subscription::{Known, known_audience};
use visavis_bus::{Committed, Notice};
use visavis_domain::id::{AccountId, ChatKey, SubscriptionId};
use visavis_domain::subscription::Watched;

use crate::subscriber::{Entry, Task};
use crate::{Shared, lifecycle};

/// Subscriptions that are read at once when the server starts.
const READ_AT_ONCE: usize = 500;

/// Every subscription of this node.
#[derive(Debug, Default)]
pub(crate) struct Index {
    state: Mutex<State>,
    /// Chats in which something happened whose people have to be asked for.
    chats: Mutex<HashSet<ChatKey>>,
    is_any_chat: Notify,
    /// Accounts whose subscriptions changed.
    changed: Mutex<HashSet<AccountId>>,
    is_any_change: Notify,
}

#[derive(Debug, Default)]
struct State {
    accounts: HashMap<AccountId, Vec<Running>>,
    presences: HashMap<AccountId, Vec<Arc<Entry>>>,
}

#[derive(Debug)]
struct Running {
    entry: Arc<Entry>,
    task: AbortHandle,
}

fn locked<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

impl State {
    fn add(&mut self, entry: Arc<Entry>, task: AbortHandle) {
        if let Watched::Presence(ids) = &entry.watched {
            for id in ids {
                self.presences.entry(*id).or_default().push(Arc::clone(&entry));
            }
        }
        self.accounts.entry(entry.account).or_default().push(Running { entry, task });
    }

    /// Ends the tasks of an account's subscriptions that are not among these.
    fn retain(&mut self, account: AccountId, ids: &HashSet<SubscriptionId>) {
        let Some(running) = self.accounts.get_mut(&account) else { return };
        let mut gone = Vec::new();
        running.retain(|one| {
            let stays = ids.contains(&one.entry.id);
            if !stays {
                one.task.abort();
                gone.push(Arc::clone(&one.entry));
            }
            stays
        });
        if running.is_empty() {
            self.accounts.remove(&account);
        }
        gone.iter().for_each(|entry| self.forget_presences(entry));
    }

    fn forget_presences(&mut self, entry: &Entry) {
        let Watched::Presence(people) = &entry.watched else { return };
        for id in people {
            let Some(entries) = self.presences.get_mut(id) else { continue };
            entries.retain(|other| other.id != entry.id);
            if entries.is_empty() {
                self.presences.remove(id);
            }
        }
    }
}

impl Index {
    /// Whether the account has a task for the subscription.
    fn has(&self, account: AccountId, id: SubscriptionId) -> bool {
        let state = locked(&self.state);
        let running = state.accounts.get(&account);
        running.is_some_and(|running| running.iter().any(|one| one.entry.id == id))
    }

    fn is_empty(&self) -> bool {
        locked(&self.state).accounts.is_empty()
    }

    /// Wakes the subscriptions of these accounts that have to do with the chat.
    fn wake(&self, accounts: &[AccountId], chat: ChatKey) {
        let state = locked(&self.state);
        let running = accounts.iter().filter_map(|account| state.accounts.get(account)).flatten();
        for one in running {
            let watches_chats =
                !matches!(one.entry.watched, Watched::Presence(_) | Watched::ExternalAccess);
            if watches_chats && one.entry.chat.is_none_or(|watched| watched == chat) {
                one.entry.wake();
            }
        }
    }

    fn wake_all_of(&self, account: AccountId) {
        let state = locked(&self.state);
        state.accounts.get(&account).into_iter().flatten().for_each(|one| one.entry.wake());
    }

    fn committed(&self, events: &[Committed]) {
        if self.is_empty() {
            return;
        }
        for committed in events {
            let chat = committed.event.chat;
            match known_audience(committed) {
                Some(accounts) => self.wake(&accounts, chat),
                None => {
                    locked(&self.chats).insert(chat);
                    self.is_any_chat.notify_one();
                }
            }
        }
    }

    fn heard(&self, notice: &Notice) {
        match notice {
            Notice::Committed(events) => self.committed(events),
            Notice::Presence { account } => {
                let state = locked(&self.state);
                let watching = state.presences.get(account).into_iter().flatten();
                watching.for_each(|entry| entry.presence_changed(*account));
            }
            Notice::Administered { organisation } => {
                let state = locked(&self.state);
                let running = state.accounts.values().flatten();
                running
                    .filter(|one| one.entry.watched == Watched::ExternalAccess)
                    .filter(|one| one.entry.home == *organisation)
                    .for_each(|one| one.entry.wake());
            }
            Notice::SignedOut { account, .. } => self.wake_all_of(*account),
            Notice::Subscribed { account } => {
                locked(&self.changed).insert(*account);
                self.is_any_change.notify_one();
            }
            Notice::Typing { .. } | Notice::Standing(_) => {}
        }
    }
}

/// Listens to the bus.
pub(crate) async fn listen(shared: Arc<Shared>, mut notices: mpsc::Receiver<Notice>) {
    while let Some(notice) = notices.recv().await {
        shared.index.heard(&notice);
    }
}

/// Finds out whom the events concern that do not say it themselves.
pub(crate) async fn ask_for_people(shared: Arc<Shared>) {
    loop {
        shared.index.is_any_chat.notified().await;
        let chats = std::mem::take(&mut *locked(&shared.index.chats));
        match shared.app.people_of(chats.clone()).await {
            Ok(people) => {
                for (chat, accounts) in people {
                    shared.index.wake(&accounts, chat);
                }
            }
            Err(error) => {
                tracing::warn!(%error, "whom events concern could not be read");
                locked(&shared.index.chats).extend(chats);
                tokio::time::sleep(shared.pauses.first).await;
                shared.index.is_any_chat.notify_one();
            }
        }
    }
}

/// Starts a task for every subscription, then keeps up with those that come and go.
pub(crate) async fn keep_up(shared: Arc<Shared>) {
    let mut after = None;
    loop {
        match shared.app.subscriptions(after, READ_AT_ONCE).await {
            Ok(found) => {
                for known in &found {
                    start(&shared, known);
                }
                match found.last() {
                    Some(last) => after = Some(last.subscription.id),
                    None => break,
                }
            }
            Err(error) => {
                tracing::warn!(%error, "subscriptions could not be read");
                tokio::time::sleep(shared.pauses.first).await;
            }
        }
    }
    lifecycle::take_up(&shared).await;
    loop {
        shared.index.is_any_change.notified().await;
        let changed = std::mem::take(&mut *locked(&shared.index.changed));
        for account in changed {
            if let Err(error) = reload(&shared, account).await {
                tracing::warn!(%error, "subscriptions could not be read");
                locked(&shared.index.changed).insert(account);
                tokio::time::sleep(shared.pauses.first).await;
                shared.index.is_any_change.notify_one();
            }
        }
        lifecycle::take_up(&shared).await;
    }
}

async fn reload(shared: &Arc<Shared>, account: AccountId) -> visavis_app::failure::Outcome<()> {
    let found = shared.app.subscriptions_of(account).await?;
    let ids = found.iter().map(|known| known.subscription.id).collect();
    locked(&shared.index.state).retain(account, &ids);
    for known in &found {
        start(shared, known);
    }
    Ok(())
}

/// Starts the task of a subscription, unless it runs.
fn start(shared: &Arc<Shared>, known: &Known) {
    let subscription = &known.subscription;
    if shared.index.has(subscription.account, subscription.id) {
        return;
    }
    let entry = Arc::new(Entry::new(known));
    let task = Task::new(Arc::clone(shared), Arc::clone(&entry), known);
    let handle = shared.spawn(task.run());
    locked(&shared.index.state).add(Arc::clone(&entry), handle);
    // What was committed between the first look of the task and now woke nobody.
    entry.wake();
}
