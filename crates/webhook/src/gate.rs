//! How much goes on at the same time: in all, and for one account, so that nobody's slow receivers
//! take the places of others.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError, Weak};

use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use visavis_domain::id::AccountId;
use visavis_domain::limit::{WEBHOOKS_IN_FLIGHT_MAX, WEBHOOKS_IN_FLIGHT_PER_ACCOUNT_MAX};

/// So many places for each account.
#[derive(Debug)]
pub(crate) struct Shares {
    places: usize,
    accounts: Mutex<HashMap<Option<AccountId>, Weak<Semaphore>>>,
}

impl Shares {
    pub(crate) fn new(places: usize) -> Self {
        Self { places, accounts: Mutex::default() }
    }

    /// The places of an account, or of nobody in particular.
    pub(crate) fn of(&self, account: Option<AccountId>) -> Arc<Semaphore> {
        let mut accounts = self.accounts.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(own) = accounts.get(&account).and_then(Weak::upgrade) {
            return own;
        }
        // Whoever holds or waits for a place keeps the account's own places alive.
        accounts.retain(|_account, places| places.strong_count() > 0);
        let own = Arc::new(Semaphore::new(self.places));
        accounts.insert(account, Arc::downgrade(&own));
        own
    }
}

/// The places of one node for requests.
#[derive(Debug)]
pub(crate) struct Gate {
    all: Arc<Semaphore>,
    accounts: Shares,
}

/// A place, given up when it is dropped.
#[derive(Debug)]
pub(crate) struct Place {
    _of_the_account: OwnedSemaphorePermit,
    _of_all: OwnedSemaphorePermit,
}

impl Default for Gate {
    fn default() -> Self {
        Self {
            all: Arc::new(Semaphore::new(WEBHOOKS_IN_FLIGHT_MAX)),
            accounts: Shares::new(WEBHOOKS_IN_FLIGHT_PER_ACCOUNT_MAX),
        }
    }
}

impl Gate {
    /// Waits for a place; those who wait get one in the order in which they came.
    pub(crate) async fn enter(&self, account: AccountId) -> Option<Place> {
        let own = self.accounts.of(Some(account));
        let of_the_account = own.acquire_owned().await.ok()?;
        let of_all = Arc::clone(&self.all).acquire_owned().await.ok()?;
        Some(Place { _of_the_account: of_the_account, _of_all: of_all })
    }
}
