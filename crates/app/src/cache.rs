//! What was compiled before and still holds, by the versions it was made from.
//!
//! A cached thing is used only by a transaction that has read the very versions it carries, so a
//! cache can be late but never wrong (P3). Things made inside a write are put here after its
//! commit only: a version that was rolled back will be given out again with another meaning.

use std::collections::HashMap;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use quick_cache::sync::Cache;
use visavis_domain::account::Roles;
use visavis_domain::audit::Hash;
use visavis_domain::home::Home;
use visavis_domain::id::{AccountId, ChatKey, OrganisationKey, TokenId};
use visavis_domain::limit::CHATS_WATCHED_MAX;
use visavis_domain::time::Timestamp;
use visavis_policy::terms::OrganisationTerms;

use crate::roster::Roster;

const TERMS_CACHED: usize = 1_000;
const TOKENS_CACHED: usize = 100_000;
const CONTEXTS_CACHED: usize = 20_000;

/// A token that was looked up before.
#[derive(Clone, PartialEq, Eq)]
pub struct KnownToken {
    /// The hash of its secret.
    pub hash: [u8; 32],
    /// Its id.
    pub token: TokenId,
    /// Whose it is.
    pub account: AccountId,
    /// Where that account belongs.
    pub home: Home,
    /// The store's short name of the home.
    pub home_key: OrganisationKey,
    /// What the account may do.
    pub roles: Roles,
    /// When it expires.
    pub expires_at: Timestamp,
    /// The version of grants at which the writer found it so.
    pub as_of: u64,
}

impl std::fmt::Debug for KnownToken {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("KnownToken")
            .field("token", &self.token)
            .field("account", &self.account)
            .field("roles", &self.roles)
            .field("as_of", &self.as_of)
            .finish_non_exhaustive()
    }
}

/// The version of grants: it moves whenever a token is revoked, an account is switched off or what
/// an account may do changes. The writer moves it in the transaction of the change, so whoever
/// comes after that on the writer, in the same commit or a later one, sees that it moved; should the
/// change be lost, somebody looks in vain. Cloning shares it.
#[derive(Debug, Clone, Default)]
pub struct GrantVersion(Arc<AtomicU64>);

impl GrantVersion {
    /// The version now.
    #[must_use]
    pub fn now(&self) -> u64 {
        self.0.load(Ordering::Acquire)
    }

    /// Moves it on.
    pub(crate) fn raise(&self) {
        self.0.fetch_add(1, Ordering::AcqRel);
    }
}

/// Whom changed terms tell something else, until somebody tells them. Cloning shares it.
#[derive(Debug, Clone, Default)]
pub struct ToldAnew(Arc<Mutex<Noted>>);

/// Chats, each with the accounts that are to be told.
#[derive(Debug, Default)]
pub struct Noted(HashMap<ChatKey, Vec<AccountId>>);

impl ToldAnew {
    /// Everything that is noted; while it is held, nobody else notes anything.
    pub fn lock(&self) -> MutexGuard<'_, Noted> {
        // A panic elsewhere cannot leave the map half changed in a way that matters here.
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Noted {
    /// Notes these accounts of a chat. Past the limit of chats nothing is: whoever looks sees it.
    pub fn note(&mut self, chat: ChatKey, accounts: Vec<AccountId>) {
        let is_free = self.0.len() < CHATS_WATCHED_MAX || self.0.contains_key(&chat);
        if accounts.is_empty() || !is_free {
            return;
        }
        let noted = self.0.entry(chat).or_default();
        noted.extend(accounts);
        noted.sort_unstable();
        noted.dedup();
    }

    /// Takes what is noted.
    pub fn take(&mut self) -> Vec<(ChatKey, Vec<AccountId>)> {
        self.0.drain().collect()
    }
}

/// The caches of one node. Cloning shares them.
#[derive(Clone)]
pub struct Caches {
    /// Compiled terms by organisation; valid for one epoch.
    pub terms: Arc<Cache<OrganisationKey, Arc<OrganisationTerms>>>,
    /// Members and standing by chat; valid for one access version and the epochs of the homes.
    pub rosters: Arc<Cache<ChatKey, Arc<Roster>>>,
    /// Tokens by the hash of their secret; removed before a revocation is answered.
    pub tokens: Arc<Cache<[u8; 32], Arc<KnownToken>>>,
    /// Whether what is known of tokens and roles may be out of date.
    pub grants: GrantVersion,
    /// Whom changed terms tell something else of whether they may write, by chat.
    pub told_anew: ToldAnew,
    /// Descriptions of participants that are in the store, by their hash.
    pub contexts: Arc<Cache<[u8; 32], i64>>,
}

impl std::fmt::Debug for Caches {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Caches")
            .field("terms", &self.terms.len())
            .field("rosters", &self.rosters.len())
            .field("tokens", &self.tokens.len())
            .finish_non_exhaustive()
    }
}

impl Default for Caches {
    fn default() -> Self {
        Self {
            terms: Arc::new(Cache::new(TERMS_CACHED)),
            rosters: Arc::new(Cache::new(CHATS_WATCHED_MAX)),
            tokens: Arc::new(Cache::new(TOKENS_CACHED)),
            grants: GrantVersion::default(),
            told_anew: ToldAnew::default(),
            contexts: Arc::new(Cache::new(CONTEXTS_CACHED)),
        }
    }
}

impl Caches {
    /// The id of a stored description of participants.
    #[must_use]
    pub fn context(&self, hash: Hash) -> Option<i64> {
        self.contexts.get(&hash.0)
    }
}
