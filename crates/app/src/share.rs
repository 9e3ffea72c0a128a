//! So many places for each of many: nobody takes those of others.

use std::collections::HashMap;
use std::hash::Hash;
use std::sync::{Arc, Mutex, PoisonError, Weak};

use tokio::sync::Semaphore;

/// Entries below which nobody looks for those that are used no more.
const FEW: usize = 64;

/// So many places for each key.
#[derive(Debug)]
pub struct Shares<K> {
    places: usize,
    known: Mutex<Known<K>>,
}

#[derive(Debug)]
struct Known<K> {
    shares: HashMap<K, Weak<Semaphore>>,
    /// How many there may be before those that are used no more are forgotten.
    forgets_at: usize,
}

impl<K: Eq + Hash> Shares<K> {
    /// Shares of so many places.
    #[must_use]
    pub fn new(places: usize) -> Self {
        let known = Known { shares: HashMap::new(), forgets_at: FEW };
        Self { places, known: Mutex::new(known) }
    }

    /// The places of one of them. Whoever holds or waits for a place keeps them; they are made anew
    /// when nobody does.
    pub fn of(&self, key: K) -> Arc<Semaphore> {
        let mut known = self.known.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(own) = known.shares.get(&key).and_then(Weak::upgrade) {
            return own;
        }
        if known.shares.len() >= known.forgets_at {
            known.shares.retain(|_key, places| places.strong_count() > 0);
            known.forgets_at = (2 * known.shares.len()).max(FEW);
        }
        let own = Arc::new(Semaphore::new(self.places));
        known.shares.insert(key, Arc::downgrade(&own));
        own
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_has_its_own_places_and_idle_ones_are_forgotten() {
        let shares = Shares::new(2);
        let one = shares.of(1);
        let held = (one.try_acquire().unwrap(), shares.of(1).try_acquire_owned().unwrap());
        assert!(shares.of(1).try_acquire_owned().is_err(), "the same places");
        assert!(shares.of(2).try_acquire_owned().is_ok());
        for key in 3..10 * FEW {
            drop(shares.of(key));
        }
        assert!(shares.known.lock().unwrap().shares.len() <= FEW);
        assert!(shares.of(1).try_acquire_owned().is_err(), "what is used is kept");
        drop(held);
        assert!(shares.of(1).try_acquire_owned().is_ok());
    }
}
