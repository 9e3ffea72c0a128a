//! Subscriptions to change notifications, and the lifecycle notifications that wait.

use visavis_domain::id::{AccountId, OrganisationId, SubscriptionId};
use visavis_domain::subscription::{Lifecycle, LifecycleEvent, Subscription};
use visavis_domain::time::Timestamp;

use crate::column::{count, expect_one, from_json, named, to_json};
use crate::engine::Row;
use crate::error::StoreError;
use crate::tx::Tx;

const INSERT: &str = "
    INSERT INTO subscription (id, account, organisation_id, token, content, created_at, expires_at,
        cursor, failing_since, is_expiry_told)
    VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)";

const SELECT: &str = "
    SELECT id, account, organisation_id, token, content, created_at, expires_at, cursor,
        failing_since, is_expiry_told
    FROM subscription WHERE id = $1";

const SELECT_OF_ACCOUNT: &str = "
    SELECT id, account, organisation_id, token, content, created_at, expires_at, cursor,
        failing_since, is_expiry_told
    FROM subscription WHERE account = $1 AND id > $2 ORDER BY id LIMIT $3";

const SELECT_AFTER: &str = "
    SELECT id, account, organisation_id, token, content, created_at, expires_at, cursor,
        failing_since, is_expiry_told
    FROM subscription WHERE id > $1 ORDER BY id LIMIT $2";

const SELECT_EXPIRING: &str = "
    SELECT id, account, organisation_id, token, content, created_at, expires_at, cursor,
        failing_since, is_expiry_told
    FROM subscription WHERE expires_at <= $1 ORDER BY expires_at LIMIT $2";

const SELECT_TO_TELL: &str = "
    SELECT id, account, organisation_id, token, content, created_at, expires_at, cursor,
        failing_since, is_expiry_told
    FROM subscription WHERE expires_at <= $1 AND is_expiry_told = 0 ORDER BY expires_at LIMIT $2";

const COUNT_OF_ACCOUNT: &str = "SELECT count(*) FROM subscription WHERE account = $1";

const COUNT_OF_ORGANISATION: &str = "SELECT count(*) FROM subscription WHERE organisation_id = $1";

const UPDATE: &str = "
    UPDATE subscription
    SET token = $1, content = $2, expires_at = $3, is_expiry_told = $4
    WHERE id = $5";

const UPDATE_PROGRESS: &str =
    "UPDATE subscription SET cursor = $1, failing_since = $2 WHERE id = $3";

const DELETE: &str = "DELETE FROM subscription WHERE id = $1";

const INSERT_LIFECYCLE: &str = "
    INSERT INTO subscription_lifecycle (subscription, account, organisation_id, event, url,
        client_state, expires_at, at)
    VALUES ($1, $2, $3, $4, $5, $6, $7, $8)";

const SELECT_LIFECYCLE: &str = "
    SELECT entry, subscription, account, organisation_id, event, url, client_state, expires_at, at
    FROM subscription_lifecycle WHERE entry > $1 ORDER BY entry LIMIT $2";

const SELECT_LIFECYCLE_ENTRY: &str = "SELECT entry FROM subscription_lifecycle WHERE entry = $1";

const DELETE_LIFECYCLE_LIKE: &str = "
    DELETE FROM subscription_lifecycle WHERE account = $1 AND subscription = $2 AND event = $3";

const DELETE_LIFECYCLE_PAST: &str = "
    DELETE FROM subscription_lifecycle
    WHERE account = $1 AND entry <= (
        SELECT entry FROM subscription_lifecycle WHERE account = $1
        ORDER BY entry DESC LIMIT 1 OFFSET $2)";

const DELETE_LIFECYCLE: &str = "DELETE FROM subscription_lifecycle WHERE entry = $1";

/// # Subscriptions
impl Tx<'_> {
    /// Adds a subscription.
    ///
    /// # Errors
    ///
    /// [`StoreError::Conflict`] when the id is used.
    pub fn insert_subscription(&mut self, subscription: &Subscription) -> Result<(), StoreError> {
        let content = to_json(&subscription.terms)?;
        let params = [
            (&subscription.id).into(),
            (&subscription.account).into(),
            subscription.organisation.as_ref().into(),
            (&subscription.token).into(),
            (&content).into(),
            subscription.created_at.into(),
            subscription.expires_at.into(),
            subscription.cursor.into(),
            subscription.failing_since.into(),
            subscription.is_expiry_told.into(),
        ];
        self.execute(INSERT, &params)?;
        Ok(())
    }

    /// A subscription, whoever's it is.
    ///
    /// # Errors
    ///
    /// [`StoreError`] when the database fails or a row cannot be read.
    pub fn find_subscription(
        &mut self,
        id: SubscriptionId,
    ) -> Result<Option<Subscription>, StoreError> {
        self.one(SELECT, &[(&id).into()], read)
    }

    /// The subscriptions of an account after an id, in the order of ids.
    ///
    /// # Errors
    ///
    /// As [`Tx::find_subscription`].
    pub fn list_subscriptions_of(
        &mut self,
        account: AccountId,
        after: Option<SubscriptionId>,
        limit: usize,
    ) -> Result<Vec<Subscription>, StoreError> {
        let after = after.unwrap_or(SubscriptionId::from_bytes([0; 16]));
        let params = [(&account).into(), (&after).into(), count(limit).into()];
        self.many(SELECT_OF_ACCOUNT, &params, read)
    }

    /// Everybody's subscriptions after an id, in the order of ids.
    ///
    /// # Errors
    ///
    /// As [`Tx::find_subscription`].
    pub fn list_subscriptions(
        &mut self,
        after: Option<SubscriptionId>,
        limit: usize,
    ) -> Result<Vec<Subscription>, StoreError> {
        let after = after.unwrap_or(SubscriptionId::from_bytes([0; 16]));
        self.many(SELECT_AFTER, &[(&after).into(), count(limit).into()], read)
    }

    /// Subscriptions that end at a moment or before, the first to end first.
    ///
    /// # Errors
    ///
    /// As [`Tx::find_subscription`].
    pub fn list_expiring_subscriptions(
        &mut self,
        until: Timestamp,
        limit: usize,
    ) -> Result<Vec<Subscription>, StoreError> {
        self.many(SELECT_EXPIRING, &[until.into(), count(limit).into()], read)
    }

    /// As [`Tx::list_expiring_subscriptions`], of those whose subscribers were not told so.
    ///
    /// # Errors
    ///
    /// As [`Tx::find_subscription`].
    pub fn list_untold_subscriptions(
        &mut self,
        until: Timestamp,
        limit: usize,
    ) -> Result<Vec<Subscription>, StoreError> {
        self.many(SELECT_TO_TELL, &[until.into(), count(limit).into()], read)
    }

    /// How many subscriptions an account has.
    ///
    /// # Errors
    ///
    /// [`StoreError`] when the database fails.
    pub fn count_subscriptions_of(&mut self, account: AccountId) -> Result<i64, StoreError> {
        let found = self.one(COUNT_OF_ACCOUNT, &[(&account).into()], |row| row.get(0))?;
        Ok(found.unwrap_or_default())
    }

    /// How many subscriptions the people of an organisation have.
    ///
    /// # Errors
    ///
    /// [`StoreError`] when the database fails.
    pub fn count_subscriptions_in(
        &mut self,
        organisation: OrganisationId,
    ) -> Result<i64, StoreError> {
        let found = self.one(COUNT_OF_ORGANISATION, &[(&organisation).into()], |row| row.get(0))?;
        Ok(found.unwrap_or_default())
    }

    /// Writes what its subscriber may change, and what was told of its end.
    ///
    /// # Errors
    ///
    /// [`StoreError::Missing`].
    pub fn update_subscription(&mut self, subscription: &Subscription) -> Result<(), StoreError> {
        let content = to_json(&subscription.terms)?;
        let params = [
            (&subscription.token).into(),
            (&content).into(),
            subscription.expires_at.into(),
            subscription.is_expiry_told.into(),
            (&subscription.id).into(),
        ];
        expect_one(self.execute(UPDATE, &params)?, "subscription")
    }

    /// Notes how far deliveries have come. A subscription that is gone stays so.
    ///
    /// # Errors
    ///
    /// [`StoreError`] when the database fails.
    pub fn set_subscription_progress(
        &mut self,
        id: SubscriptionId,
        cursor: i64,
        failing_since: Option<Timestamp>,
    ) -> Result<(), StoreError> {
        let params = [cursor.into(), failing_since.into(), (&id).into()];
        self.execute(UPDATE_PROGRESS, &params)?;
        Ok(())
    }

    /// Removes a subscription; tells whether it was there.
    ///
    /// # Errors
    ///
    /// [`StoreError`] when the database fails.
    pub fn delete_subscription(&mut self, id: SubscriptionId) -> Result<bool, StoreError> {
        Ok(self.execute(DELETE, &[(&id).into()])? > 0)
    }

    /// Adds a lifecycle notification to those that wait, in the place of one of its kind about the
    /// same subscription; its `entry` is given by the engine.
    ///
    /// # Errors
    ///
    /// [`StoreError`] when the database fails.
    pub fn insert_lifecycle(&mut self, lifecycle: &Lifecycle) -> Result<i64, StoreError> {
        let like = [
            (&lifecycle.account).into(),
            (&lifecycle.subscription).into(),
            lifecycle.event.as_str().into(),
        ];
        self.execute(DELETE_LIFECYCLE_LIKE, &like)?;
        let params = [
            (&lifecycle.subscription).into(),
            (&lifecycle.account).into(),
            lifecycle.organisation.as_ref().into(),
            lifecycle.event.as_str().into(),
            (&lifecycle.url).into(),
            lifecycle.client_state.as_deref().into(),
            lifecycle.expires_at.into(),
            lifecycle.at.into(),
        ];
        self.insert(INSERT_LIFECYCLE, &params, "entry")
    }

    /// The lifecycle notifications that wait, after an entry, the oldest first.
    ///
    /// # Errors
    ///
    /// As [`Tx::find_subscription`].
    pub fn list_lifecycle(
        &mut self,
        after: i64,
        limit: usize,
    ) -> Result<Vec<Lifecycle>, StoreError> {
        self.many(SELECT_LIFECYCLE, &[after.into(), count(limit).into()], read_lifecycle)
    }

    /// Whether a lifecycle notification still waits.
    ///
    /// # Errors
    ///
    /// [`StoreError`] when the database fails.
    pub fn has_lifecycle(&mut self, entry: i64) -> Result<bool, StoreError> {
        let found = self.one(SELECT_LIFECYCLE_ENTRY, &[entry.into()], |row| row.get::<i64>(0))?;
        Ok(found.is_some())
    }

    /// Drops the oldest lifecycle notifications of an account past so many; tells how many.
    ///
    /// # Errors
    ///
    /// [`StoreError`] when the database fails.
    pub fn drop_lifecycle_past(
        &mut self,
        account: AccountId,
        kept_max: usize,
    ) -> Result<u64, StoreError> {
        self.execute(DELETE_LIFECYCLE_PAST, &[(&account).into(), count(kept_max).into()])
    }

    /// Removes a lifecycle notification that was delivered or given up.
    ///
    /// # Errors
    ///
    /// [`StoreError`] when the database fails.
    pub fn delete_lifecycle(&mut self, entry: i64) -> Result<(), StoreError> {
        self.execute(DELETE_LIFECYCLE, &[entry.into()])?;
        Ok(())
    }
}

fn read(row: Row<'_>) -> Result<Subscription, StoreError> {
    Ok(Subscription {
        id: row.get(0)?,
        account: row.get(1)?,
        organisation: row.get(2)?,
        token: row.get(3)?,
        terms: from_json(row.get(4)?, "subscription")?,
        created_at: row.get(5)?,
        expires_at: row.get(6)?,
        cursor: row.get(7)?,
        failing_since: row.get(8)?,
        is_expiry_told: row.get(9)?,
    })
}

fn read_lifecycle(row: Row<'_>) -> Result<Lifecycle, StoreError> {
    Ok(Lifecycle {
        entry: row.get(0)?,
        subscription: row.get(1)?,
        account: row.get(2)?,
        organisation: row.get(3)?,
        event: named(row.get(4)?, "lifecycle event", LifecycleEvent::from_name)?,
        url: row.get(5)?,
        client_state: row.get(6)?,
        expires_at: row.get(7)?,
        at: row.get(8)?,
    })
}
