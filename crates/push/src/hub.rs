//! Who is connected, and what waits for each connection.

use std::collections::HashMap;
use std::sync::atomic::{AtomicU8, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use axum::extract::ws::Utf8Bytes;
use tokio::sync::{mpsc, watch};
use visavis_app::context::Caller;
use visavis_domain::id::{AccountId, TokenId};
use visavis_domain::limit::{PUSH_CONNECTIONS_PER_ACCOUNT_MAX, PUSH_QUEUE_MAX};

use crate::end::End;

/// Every connection of this node, by account.
pub(crate) struct Hub {
    state: Mutex<State>,
    open: watch::Sender<usize>,
}

#[derive(Default)]
struct State {
    accounts: HashMap<AccountId, Vec<Entry>>,
    last_id: u64,
    is_draining: bool,
}

struct Entry {
    id: u64,
    caller: Arc<Caller>,
    queue: mpsc::Sender<Utf8Bytes>,
    ending: Arc<Ending>,
}

/// Why a connection must end, once it must. Set before its queue is closed.
#[derive(Debug, Default)]
pub(crate) struct Ending(AtomicU8);

impl Ending {
    fn set(&self, end: End) {
        let place = End::ALL.iter().position(|other| *other == end).unwrap_or_default();
        self.0.store(u8::try_from(place + 1).unwrap_or(1), Ordering::Release);
    }

    /// The reason, if the connection must end.
    pub(crate) fn get(&self) -> Option<End> {
        let place = usize::from(self.0.load(Ordering::Acquire)).checked_sub(1)?;
        End::ALL.get(place).copied()
    }
}

/// A connection's place in the hub; given up when it is dropped.
pub(crate) struct Place {
    hub: Arc<Hub>,
    account: AccountId,
    id: u64,
    pub(crate) queue: mpsc::Receiver<Utf8Bytes>,
    pub(crate) ending: Arc<Ending>,
}

impl Drop for Place {
    fn drop(&mut self) {
        self.hub.lock().remove(self.account, |entry| entry.id != self.id);
        self.hub.open.send_modify(|open| *open = open.saturating_sub(1));
    }
}

impl Default for Hub {
    fn default() -> Self {
        Self { state: Mutex::default(), open: watch::Sender::new(0) }
    }
}

impl State {
    fn remove(&mut self, account: AccountId, keep: impl Fn(&Entry) -> bool) {
        if let Some(entries) = self.accounts.get_mut(&account) {
            entries.retain(keep);
            if entries.is_empty() {
                self.accounts.remove(&account);
            }
        }
    }

    fn end(&mut self, account: AccountId, end: End, which: impl Fn(&Entry) -> bool) {
        self.remove(account, |entry| {
            let must_end = which(entry);
            if must_end {
                entry.ending.set(end);
            }
            !must_end
        });
    }
}

impl Hub {
    fn lock(&self) -> MutexGuard<'_, State> {
        // A panic elsewhere cannot leave the map half changed in a way that matters here.
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Takes a connection in; from now on everything for its account waits in its queue.
    pub(crate) fn enter(self: &Arc<Self>, caller: Arc<Caller>) -> Result<Place, End> {
        let (sender, queue) = mpsc::channel(PUSH_QUEUE_MAX);
        let ending = Arc::new(Ending::default());
        let account = caller.account;
        let mut state = self.lock();
        if state.is_draining {
            return Err(End::Resume);
        }
        state.last_id += 1;
        let id = state.last_id;
        let entries = state.accounts.entry(account).or_default();
        if entries.len() >= PUSH_CONNECTIONS_PER_ACCOUNT_MAX {
            return Err(End::TooMany);
        }
        entries.push(Entry { id, caller, queue: sender, ending: Arc::clone(&ending) });
        drop(state);
        self.open.send_modify(|open| *open += 1);
        Ok(Place { hub: Arc::clone(self), account, id, queue, ending })
    }

    /// Whether the account may open one more connection; if not, how it would end.
    pub(crate) fn refusal(&self, account: AccountId) -> Option<End> {
        let state = self.lock();
        let connections = state.accounts.get(&account).map_or(0, Vec::len);
        match state.is_draining {
            true => Some(End::Resume),
            false => (connections >= PUSH_CONNECTIONS_PER_ACCOUNT_MAX).then_some(End::TooMany),
        }
    }

    /// Whether any of these accounts is connected.
    pub(crate) fn has_any(&self, accounts: &[AccountId]) -> bool {
        let state = self.lock();
        accounts.iter().any(|account| state.accounts.contains_key(account))
    }

    /// Those of these accounts that are connected, each once.
    pub(crate) fn callers(&self, accounts: &[AccountId]) -> Vec<Arc<Caller>> {
        let state = self.lock();
        let entries = accounts.iter().filter_map(|account| state.accounts.get(account)?.first());
        entries.map(|entry| Arc::clone(&entry.caller)).collect()
    }

    /// Somebody who is connected, if anybody is.
    pub(crate) fn anybody(&self) -> Option<Arc<Caller>> {
        let state = self.lock();
        state.accounts.values().flatten().next().map(|entry| Arc::clone(&entry.caller))
    }

    /// Puts one frame into the queue of every connection of these accounts. A connection whose
    /// queue is full is told to resume, so that nothing waits without limit.
    pub(crate) fn deliver(&self, accounts: &[AccountId], frame: &Utf8Bytes) {
        let mut state = self.lock();
        for account in accounts {
            state.end(*account, End::Resume, |entry| entry.queue.try_send(frame.clone()).is_err());
        }
    }

    /// The same for what may be lost: a full queue loses the frame and nothing else.
    pub(crate) fn offer(&self, account: AccountId, frame: &Utf8Bytes) {
        let state = self.lock();
        for entry in state.accounts.get(&account).into_iter().flatten() {
            // Half of the queue stays for what must not be lost.
            if entry.queue.capacity() > PUSH_QUEUE_MAX / 2 {
                let _lost_when_full = entry.queue.try_send(frame.clone());
            }
        }
    }

    /// Ends the connections of a token, or all of an account.
    pub(crate) fn sign_out(&self, account: AccountId, token: Option<TokenId>) {
        self.lock().end(account, End::SignedOut, |entry| {
            token.is_none_or(|token| entry.caller.token == token)
        });
    }

    /// Ends every connection with a code that says "resume".
    pub(crate) fn end_all(&self) {
        for (_account, entries) in self.lock().accounts.drain() {
            for entry in entries {
                entry.ending.set(End::Resume);
            }
        }
    }

    /// Ends every connection, and lets nobody in any more.
    pub(crate) fn drain(&self) {
        self.lock().is_draining = true;
        self.end_all();
    }

    /// How many connections are open, those that are closing included.
    pub(crate) fn open(&self) -> usize {
        *self.open.borrow()
    }

    /// Waits until no connection is open.
    pub(crate) async fn until_empty(&self) {
        let mut open = self.open.subscribe();
        // The sender lives as long as the hub, so waiting cannot fail.
        let _closed = open.wait_for(|open| *open == 0).await;
    }
}

#[cfg(test)]
mod tests {
    use visavis_app::context::Grant;
    use visavis_domain::account::Roles;
    use visavis_domain::home::Home;
    use visavis_domain::id::OrganisationKey;

    use super::*;

    fn caller(account: u8, token: u8) -> Arc<Caller> {
        Arc::new(Caller {
            account: AccountId::from_bytes([account; 16]),
            home: Home::Personal,
            home_key: OrganisationKey::PERSONAL,
            roles: Roles::default(),
            token: TokenId::from_bytes([token; 16]),
            grant: Grant::Inherent,
            client: None,
        })
    }

    fn frame(text: &str) -> Utf8Bytes {
        Utf8Bytes::from(text.to_owned())
    }

    #[test]
    fn a_full_queue_ends_that_connection_only() {
        let hub = Arc::new(Hub::default());
        let slow = hub.enter(caller(1, 1)).unwrap();
        let mut quick = hub.enter(caller(1, 2)).unwrap();
        let account = AccountId::from_bytes([1; 16]);
        for _ in 0..=PUSH_QUEUE_MAX {
            hub.deliver(&[account], &frame("{}"));
            assert!(quick.queue.try_recv().is_ok());
        }
        assert_eq!(slow.ending.get(), Some(End::Resume));
        assert_eq!(quick.ending.get(), None);
        assert_eq!(hub.open(), 2, "open until its task has closed it");
        drop(slow);
        assert_eq!(hub.open(), 1);
        hub.deliver(&[account], &frame("{}"));
        assert!(quick.queue.try_recv().is_ok());
    }

    #[test]
    fn signing_out_ends_the_connections_of_that_token() {
        let hub = Arc::new(Hub::default());
        let (first, second) = (hub.enter(caller(1, 1)).unwrap(), hub.enter(caller(1, 2)).unwrap());
        let other = hub.enter(caller(2, 3)).unwrap();
        let account = AccountId::from_bytes([1; 16]);
        hub.sign_out(account, Some(TokenId::from_bytes([1; 16])));
        assert_eq!((first.ending.get(), second.ending.get()), (Some(End::SignedOut), None));
        hub.sign_out(account, None);
        assert_eq!((second.ending.get(), other.ending.get()), (Some(End::SignedOut), None));
        assert!(hub.callers(&[account]).is_empty());
    }

    #[test]
    fn an_account_has_a_limited_number_of_connections() {
        let hub = Arc::new(Hub::default());
        let places: Vec<Place> = (0..PUSH_CONNECTIONS_PER_ACCOUNT_MAX)
            .map(|_| hub.enter(caller(1, 1)).unwrap())
            .collect();
        assert!(matches!(hub.enter(caller(1, 1)), Err(End::TooMany)));
        assert!(hub.enter(caller(2, 1)).is_ok());
        drop(places);
        assert!(hub.enter(caller(1, 1)).is_ok());
    }

    #[test]
    fn draining_lets_nobody_in() {
        let hub = Arc::new(Hub::default());
        let place = hub.enter(caller(1, 1)).unwrap();
        hub.drain();
        assert_eq!(place.ending.get(), Some(End::Resume));
        assert!(matches!(hub.enter(caller(2, 1)), Err(End::Resume)));
    }

    #[test]
    fn what_may_be_lost_makes_way_for_what_may_not() {
        let hub = Arc::new(Hub::default());
        let place = hub.enter(caller(1, 1)).unwrap();
        let account = AccountId::from_bytes([1; 16]);
        for _ in 0..PUSH_QUEUE_MAX * 2 {
            hub.offer(account, &frame("{}"));
        }
        hub.deliver(&[account], &frame("{}"));
        assert_eq!(place.ending.get(), None);
    }
}
