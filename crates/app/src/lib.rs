//! The use cases: one function each, over one transaction.
//!
//! A use case reads facts, asks policy, writes, and appends events and audit rows; it never
//! awaits, spawns or sends. [`App`] runs it: readers on snapshots, writers on the store's group
//! commit. What the edges show are the views that use cases return.
#![deny(missing_docs)]

pub mod account;
pub mod activity;
pub mod approach;
pub mod body;
pub mod cache;
pub mod chat;
pub mod contact;
pub mod context;
pub mod delivery;
pub mod delta;
pub mod explain;
pub mod export;
pub mod external_access;
pub mod failure;
pub mod founding;
pub mod group;
pub mod hosted_content;
pub mod interaction;
pub mod member;
pub mod message;
pub mod organisation;
pub mod page;
pub mod pinned_message;
pub mod presence;
pub mod quota;
pub mod rate;
pub mod report;
pub mod request;
pub mod roster;
pub mod scene;
pub mod seal;
pub mod share;
pub mod sign_in;
pub mod simulation;
pub mod subject;
pub mod subscription;
pub mod sweep;
pub mod token;
pub mod trail;
pub mod typing;
pub mod view;
pub mod viewpoint;

use std::sync::Arc;

use tokio::sync::Semaphore;
use visavis_bus::{Bus, Committed, Notice};
use visavis_domain::audit::Hash;
use visavis_domain::id::{AccountId, Watermark};
use visavis_domain::limit::{IDEMPOTENCY_AGE_MS_MAX, READS_IN_FLIGHT_PER_ACCOUNT_MAX};
use visavis_domain::time::Timestamp;
pub use visavis_store::{
    AuditEntry, IdempotencyRecord, MessageOrder, Options as StoreOptions, Stats, Store, StoreError,
    Tx, VerifyReport,
};

use crate::cache::Caches;
use crate::context::{Caller, Clock, Context, Random};
use crate::failure::{Failure, Outcome};
use crate::presence::PresenceBoard;
use crate::rate::{Limits, RateLimits};
use crate::seal::Seal;
use crate::share::Shares;
use crate::trail::Verifications;

/// How many passwords are hashed at once; each takes 19 MiB.
const PASSWORD_WORKERS: usize = 2;
const SEAL_KEY: &str = "push.seal";

/// What an application is made of.
pub struct AppOptions {
    /// Where things are kept.
    pub store: StoreOptions,
    /// How others are told.
    pub bus: Arc<dyn Bus>,
    /// Where time comes from.
    pub clock: Arc<dyn Clock>,
    /// Where randomness comes from.
    pub random: Arc<dyn Random>,
    /// How often things may be tried.
    pub limits: RateLimits,
}

impl std::fmt::Debug for AppOptions {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("AppOptions").field("limits", &self.limits).finish_non_exhaustive()
    }
}

/// The application of one node: runs use cases. Cloning shares it.
#[derive(Clone)]
pub struct App {
    inner: Arc<Inner>,
}

struct Inner {
    store: Store,
    bus: Arc<dyn Bus>,
    clock: Arc<dyn Clock>,
    random: Arc<dyn Random>,
    limits: Limits,
    caches: Caches,
    seal: Seal,
    password_workers: Semaphore,
    reads: Shares<AccountId>,
    verifications: Verifications,
    presence: PresenceBoard,
}

impl std::fmt::Debug for App {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("App").field("store", &self.inner.store).finish_non_exhaustive()
    }
}

/// A key under which a creating request may be repeated without acting twice (P8).
#[derive(Debug, Clone)]
pub struct IdempotencyKey {
    /// The client's key; its scope is the account.
    pub key: String,
    /// The hash of the request, so that one key cannot serve two requests.
    pub fingerprint: Hash,
}

impl App {
    /// Opens the store and makes the application ready.
    ///
    /// # Errors
    ///
    /// [`Failure::Store`], with a sentence about what is wrong with the data folder.
    pub fn open(options: AppOptions) -> Outcome<Self> {
        let AppOptions { mut store, bus, clock, random, limits } = options;
        store.now = clock.now();
        let teller = Arc::clone(&bus);
        store.on_commit = Some(Arc::new(move |committed| {
            let notices: Vec<Committed> = committed
                .iter()
                .map(|one| Committed { event: one.event, payload: one.payload.clone() })
                .collect();
            teller.publish(Notice::Committed(notices.into()));
        }));
        let store = Store::open(store)?;
        let seal = seal_of(&store, random.as_ref())?;
        Ok(Self {
            inner: Arc::new(Inner {
                store,
                bus,
                clock,
                random,
                limits: Limits::new(limits),
                caches: Caches::default(),
                seal,
                password_workers: Semaphore::new(PASSWORD_WORKERS),
                reads: Shares::new(READS_IN_FLIGHT_PER_ACCOUNT_MAX),
                verifications: Verifications::default(),
                presence: PresenceBoard::default(),
            }),
        })
    }

    /// Runs a use case that only reads, on a snapshot.
    ///
    /// # Errors
    ///
    /// What the use case fails with.
    pub async fn read<T, F>(&self, caller: Caller, run: F) -> Outcome<T>
    where
        F: FnOnce(&mut Tx<'_>, &Context<'_>) -> Outcome<T> + Send + 'static,
        T: Send + 'static,
    {
        let app = self.clone();
        self.inner.store.read(move |tx| run(tx, &app.context(&caller))).await
    }

    /// As [`App::read`], for what somebody asks from outside: a few at a time for each account, so
    /// that whoever asks for much waits behind themselves and not others behind them.
    ///
    /// # Errors
    ///
    /// As [`App::read`].
    pub async fn read_in_turn<T, F>(&self, caller: Caller, run: F) -> Outcome<T>
    where
        F: FnOnce(&mut Tx<'_>, &Context<'_>) -> Outcome<T> + Send + 'static,
        T: Send + 'static,
    {
        let places = self.inner.reads.of(caller.account);
        let _place = places.acquire().await.map_err(|_closed| StoreError::Closed)?;
        self.read(caller, run).await
    }

    /// Runs a use case that writes. What it did is durable when this returns. The caller acts as
    /// whoever they are by then, not as they were when the request came.
    ///
    /// # Errors
    ///
    /// What the use case fails with; then nothing of it remains. [`Failure::NotSignedIn`] when the
    /// caller's token does not hold any more.
    pub async fn write<T, F>(&self, caller: Caller, run: F) -> Outcome<T>
    where
        F: FnOnce(&mut Tx<'_>, &Context<'_>) -> Outcome<T> + Send + 'static,
        T: Send + 'static,
    {
        let app = self.clone();
        self.inner.store.write(move |tx| app.run_renewed(tx, caller, run)).await
    }

    /// As [`App::read`], for threads that are not async.
    ///
    /// # Errors
    ///
    /// As [`App::read`].
    pub fn read_blocking<T, F>(&self, caller: Caller, run: F) -> Outcome<T>
    where
        F: FnOnce(&mut Tx<'_>, &Context<'_>) -> Outcome<T> + Send + 'static,
        T: Send + 'static,
    {
        let app = self.clone();
        self.inner.store.read_blocking(move |tx| run(tx, &app.context(&caller)))
    }

    /// As [`App::write`], for threads that are not async.
    ///
    /// # Errors
    ///
    /// As [`App::write`].
    pub fn write_blocking<T, F>(&self, caller: Caller, run: F) -> Outcome<T>
    where
        F: FnOnce(&mut Tx<'_>, &Context<'_>) -> Outcome<T> + Send + 'static,
        T: Send + 'static,
    {
        let app = self.clone();
        self.inner.store.write_blocking(move |tx| app.run_renewed(tx, caller, run))
    }

    /// As [`App::write`]; a repeated key of the same account gets the first answer again, and
    /// nothing is done twice (P8). The use case ends in its finished answer as text.
    ///
    /// # Errors
    ///
    /// As [`App::write`]; [`Failure::Conflict`] when the key was used for another request.
    pub async fn write_once<F>(
        &self,
        caller: Caller,
        key: Option<IdempotencyKey>,
        run: F,
    ) -> Outcome<String>
    where
        F: FnOnce(&mut Tx<'_>, &Context<'_>) -> Outcome<String> + Send + 'static,
    {
        self.write(caller, move |tx, ctx| match key {
            Some(key) => once(tx, ctx, key, run),
            None => run(tx, ctx),
        })
        .await
    }

    /// What was answered under an idempotency key, if anything was: for what must be done outside
    /// the transaction before acting, and not again.
    ///
    /// # Errors
    ///
    /// [`Failure::Conflict`] when the key was used for another request.
    pub async fn answered(&self, caller: Caller, key: IdempotencyKey) -> Outcome<Option<String>> {
        let caller = self.renewed(caller).await?;
        self.read(caller, move |tx, ctx| answered(tx, ctx, &key)).await
    }

    fn run_renewed<T>(
        &self,
        tx: &mut Tx<'_>,
        caller: Caller,
        run: impl FnOnce(&mut Tx<'_>, &Context<'_>) -> Outcome<T>,
    ) -> Outcome<T> {
        let caller = token::renewed(tx, self, caller)?;
        run(tx, &self.context(&caller))
    }

    fn context<'a>(&'a self, caller: &'a Caller) -> Context<'a> {
        Context {
            caller,
            now: self.inner.clock.now(),
            random: self.inner.random.as_ref(),
            caches: &self.inner.caches,
            limits: &self.inner.limits,
            bus: &self.inner.bus,
            seal: &self.inner.seal,
        }
    }

    /// The time now.
    #[must_use]
    pub fn now(&self) -> Timestamp {
        self.inner.clock.now()
    }

    /// The store.
    #[must_use]
    pub fn store(&self) -> &Store {
        &self.inner.store
    }

    /// The bus.
    #[must_use]
    pub fn bus(&self) -> &Arc<dyn Bus> {
        &self.inner.bus
    }

    /// The token of a watermark, from which a client can resume: the same for everybody who is told
    /// of what happened then.
    #[must_use]
    pub fn seal(&self, watermark: Watermark) -> String {
        self.inner.seal.seal(watermark)
    }

    /// A token of a watermark that is like no other, for one client and about no event: compared
    /// with another one it does not tell whether anything happened in between (P5).
    #[must_use]
    pub fn seal_fresh(&self, watermark: Watermark) -> String {
        let mut nonce = [0_u8; 8];
        self.inner.random.fill(&mut nonce);
        self.inner.seal.seal_fresh(watermark, nonce)
    }

    /// The watermark of a token; `None` when this deployment did not make it.
    #[must_use]
    pub fn unseal(&self, token: &str) -> Option<Watermark> {
        self.inner.seal.unseal(token)
    }

    /// Finishes what waits, and closes the store.
    pub fn shutdown(&self) {
        self.inner.store.shutdown();
    }

    pub(crate) fn caches(&self) -> &Caches {
        &self.inner.caches
    }

    pub(crate) fn limits(&self) -> &Limits {
        &self.inner.limits
    }

    pub(crate) fn random(&self) -> &dyn Random {
        self.inner.random.as_ref()
    }

    pub(crate) fn password_workers(&self) -> &Semaphore {
        &self.inner.password_workers
    }

    pub(crate) fn verifications(&self) -> &Verifications {
        &self.inner.verifications
    }

    pub(crate) fn presence_board(&self) -> &PresenceBoard {
        &self.inner.presence
    }
}

/// Runs a use case unless it ran before under the same key.
fn once(
    tx: &mut Tx<'_>,
    ctx: &Context<'_>,
    key: IdempotencyKey,
    run: impl FnOnce(&mut Tx<'_>, &Context<'_>) -> Outcome<String>,
) -> Outcome<String> {
    if let Some(before) = answered(tx, ctx, &key)? {
        return Ok(before);
    }
    let IdempotencyKey { key, fingerprint } = key;
    let result = run(tx, ctx)?;
    let record = IdempotencyRecord { fingerprint, result: result.clone(), at: ctx.now };
    tx.put_idempotency(ctx.caller.account, &key, &record)?;
    Ok(result)
}

/// What was answered to the same request before.
fn answered(tx: &mut Tx<'_>, ctx: &Context<'_>, key: &IdempotencyKey) -> Outcome<Option<String>> {
    let oldest = ctx.now.plus_ms(-IDEMPOTENCY_AGE_MS_MAX);
    let before = tx.find_idempotency(ctx.caller.account, &key.key)?;
    match before.filter(|before| before.at > oldest) {
        None => Ok(None),
        Some(before) if before.fingerprint == key.fingerprint => Ok(Some(before.result)),
        Some(_other_request) => {
            let why = "The idempotency key was used for another request.";
            Err(Failure::Conflict(why.to_owned()))
        }
    }
}

/// The key of resume tokens, made at the first start and kept in the store.
fn seal_of(store: &Store, random: &dyn Random) -> Outcome<Seal> {
    let mut fresh = [0_u8; 32];
    random.fill(&mut fresh);
    let key = store.write_blocking(move |tx| {
        if let Some(key) = tx.meta(SEAL_KEY)? {
            return Ok::<_, Failure>(key);
        }
        tx.set_meta(SEAL_KEY, &fresh)?;
        Ok(fresh.to_vec())
    })?;
    let key: [u8; 32] =
        key.try_into().map_err(|_length| Failure::Internal { code: "seal-key-length" })?;
    Seal::new(&key).ok_or(Failure::Internal { code: "seal-key" })
}
