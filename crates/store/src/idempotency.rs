//! What was answered to requests that carried an idempotency key, so that a repeated one is
//! answered alike (P8).

use sha2::{Digest, Sha256};
use visavis_domain::audit::Hash;
use visavis_domain::id::AccountId;
use visavis_domain::time::Timestamp;

use crate::column::count;
use crate::error::StoreError;
use crate::tx::Tx;

const SELECT: &str = "SELECT fingerprint, result, at FROM idempotency WHERE slot = $1";

const UPSERT: &str = "
    INSERT INTO idempotency (slot, fingerprint, result, at) VALUES ($1, $2, $3, $4)
    ON CONFLICT (slot) DO UPDATE
    SET fingerprint = excluded.fingerprint, result = excluded.result, at = excluded.at";

const DELETE_OLDEST: &str = "
    DELETE FROM idempotency WHERE entry IN (
        SELECT entry FROM idempotency WHERE at < $1 ORDER BY at LIMIT $2
    )";

/// What was answered to a request with a key.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct IdempotencyRecord {
    /// The hash of what was asked.
    pub fingerprint: Hash,
    /// What was answered, in the form that the use case chose.
    pub result: String,
    /// When.
    pub at: Timestamp,
}

/// # Idempotency keys
impl Tx<'_> {
    /// What was answered to this account under this key.
    ///
    /// # Errors
    ///
    /// [`StoreError`] when the database fails or a row cannot be read.
    pub fn find_idempotency(
        &mut self,
        account: AccountId,
        key: &str,
    ) -> Result<Option<IdempotencyRecord>, StoreError> {
        self.one(SELECT, &[slot(account, key).as_slice().into()], |row| {
            Ok(IdempotencyRecord { fingerprint: row.get(0)?, result: row.get(1)?, at: row.get(2)? })
        })
    }

    /// Remembers what was answered.
    ///
    /// # Errors
    ///
    /// [`StoreError`] when the database fails.
    pub fn put_idempotency(
        &mut self,
        account: AccountId,
        key: &str,
        record: &IdempotencyRecord,
    ) -> Result<(), StoreError> {
        let slot = slot(account, key);
        let params = [
            slot.as_slice().into(),
            (&record.fingerprint).into(),
            (&record.result).into(),
            record.at.into(),
        ];
        self.execute(UPSERT, &params)?;
        Ok(())
    }

    /// Forgets up to `limit` of the oldest answers from before a moment; answers how many.
    ///
    /// # Errors
    ///
    /// [`StoreError`] when the database fails.
    pub fn purge_idempotency(
        &mut self,
        before: Timestamp,
        limit: usize,
    ) -> Result<u64, StoreError> {
        self.execute(DELETE_OLDEST, &[before.into(), count(limit).into()])
    }
}

/// Where an account's key is kept: half a SHA-256 is short, and no two keys ever share one.
fn slot(account: AccountId, key: &str) -> [u8; 16] {
    let mut digest = Sha256::new();
    digest.update(account.as_bytes());
    digest.update(key.as_bytes());
    let hash: [u8; 32] = digest.finalize().into();
    let mut slot = [0; 16];
    for (to, from) in slot.iter_mut().zip(hash) {
        *to = from;
    }
    slot
}
