//! How often things may be tried. The limits are settings; past them comes a clear error.
//!
//! Each limit is a bucket for each who is counted: as many as come in a period may come at once,
//! and then as many as the period lets through. Look-ups are counted for the account, its
//! organisation and the network address they come from together, so that many accounts find out no more
//! than one (P6).

use std::collections::HashMap;
use std::hash::{BuildHasher, Hash, RandomState};
use std::net::{IpAddr, Ipv6Addr};
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

use visavis_domain::id::AccountId;
use visavis_domain::limit::RATE_COUNTERS_MAX;

use crate::context::Caller;
use crate::failure::{Failure, Outcome};

const SECOND: Duration = Duration::from_secs(1);
const MINUTE: Duration = Duration::from_secs(60);
/// Parts of a counter with a lock each.
const SHARDS: usize = 16;
/// The part of an IPv6 address that names a network.
const CLIENT_NETWORK: u128 = u128::MAX << 64;

macro_rules! rates {
    ($($(#[doc = $doc:literal])+ $field:ident $name:literal $scope:ident per $period:ident:
        $usual:literal, $generous:literal;)*) => {
        /// The settings: how many of each in its period; 0 counts as 1.
        #[derive(Debug, Clone, Copy, PartialEq, Eq)]
        pub struct RateLimits {
            $($(#[doc = $doc])+ pub $field: u32,)*
        }

        impl Default for RateLimits {
            fn default() -> Self {
                Self { $($field: $usual,)* }
            }
        }

        impl RateLimits {
            /// The names of the settings.
            pub const NAMES: &'static [&'static str] = &[$($name,)*];

            /// The settings as the reference tells of them.
            pub const ALL: &'static [RateSetting] = &[$(RateSetting {
                name: $name,
                about: concat!($($doc),+),
                scope: Scope::$scope,
                period: $period,
                usual: $usual,
                generous: $generous,
            },)*];

            /// Limits that are out of the way of scripts and benchmarks: for the demonstration.
            #[must_use]
            pub const fn generous() -> Self {
                Self { $($field: $generous,)* }
            }

            /// Sets the limit of this name; false when there is none.
            #[must_use]
            pub fn set(&mut self, name: &str, count: u32) -> bool {
                match name {
                    $($name => self.$field = count,)*
                    _ => return false,
                }
                true
            }
        }

        /// The counters of one node.
        #[derive(Debug)]
        pub struct Limits {
            limits: RateLimits,
            $($field: Counter,)*
        }

        impl Limits {
            /// Counters with these settings.
            #[must_use]
            pub fn new(limits: RateLimits) -> Self {
                Self { limits, $($field: Counter::new(limits.$field, $period),)* }
            }

            /// Forgets counters that are full again, so that they do not pile up.
            pub fn forget_idle(&self) {
                $(self.$field.forget_idle();)*
            }

            /// What is counted for the caller, and how much of it is used now.
            #[must_use]
            pub fn use_of(&self, caller: &Caller) -> Vec<RateUse> {
                vec![$(RateUse {
                    name: $name,
                    scope: Scope::$scope,
                    limit: self.limits.$field.max(1),
                    period_s: $period.as_secs(),
                    used: Scope::$scope.key(caller).map(|key| self.$field.used(&key)),
                },)*]
            }
        }
    };
}

rates! {
    /// Sign-ins, for each address that is tried.
    sign_ins "signInsPerMinute" Address per MINUTE: 20, 100_000;
    /// Sign-ins, for each address they come from.
    client_sign_ins "signInsPerMinutePerClient" Client per MINUTE: 20, 100_000;
    /// New accounts, for each administrator.
    new_accounts "newAccountsPerMinute" Account per MINUTE: 600, 100_000;
    /// Messages, for each account.
    messages "messagesPerSecond" Account per SECOND: 50, 5_000;
    /// Addresses looked up, for each account: resolving, starting, adding, blocking, setting
    /// telephone numbers, and naming or filtering people by an address that is not of the own
    /// organisation. All of them may come at once, so a full group must fit.
    lookups "lookupsPerMinute" Account per MINUTE: 600, 1_000_000;
    /// Addresses looked up, for each organisation.
    organisation_lookups "lookupsPerMinutePerOrganisation" Organisation per MINUTE:
        6_000, 10_000_000;
    /// Addresses looked up, for each address the requests come from.
    client_lookups "lookupsPerMinutePerClient" Client per MINUTE: 3_000, 10_000_000;
    /// Subscriptions made, for each account: each calls an address of the caller's choice.
    subscriptions "subscriptionsPerMinute" Account per MINUTE: 60, 100_000;
    /// Reports of messages and people, for each account.
    reports "reportsPerMinute" Account per MINUTE: 20, 100_000;
    /// Requests, for each token or session.
    token_requests "requestsPerMinutePerToken" Token per MINUTE: 6_000, 100_000_000;
    /// Requests, for each account.
    account_requests "requestsPerMinutePerAccount" Account per MINUTE: 12_000, 100_000_000;
    /// Requests, for each organisation.
    organisation_requests "requestsPerMinutePerOrganisation" Organisation per MINUTE:
        600_000, 100_000_000;
    /// Requests that present a token, for each address they come from, whether or not the token is
    /// any good.
    client_requests "requestsPerMinutePerClient" Client per MINUTE: 60_000, 100_000_000;
}

/// A limit of rates as the reference tells of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct RateSetting {
    /// What it is called in the settings.
    pub name: &'static str,
    /// What is counted, and for whom.
    pub about: &'static str,
    /// For whom it counts.
    pub scope: Scope,
    /// So many may come in this time.
    pub period: Duration,
    /// How many, unless it is set.
    pub usual: u32,
    /// How many in the demonstration, unless it is set.
    pub generous: u32,
}

/// For whom is counted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Scope {
    /// The address with which somebody signs in.
    Address,
    /// The network address from which requests come.
    Client,
    /// A token or session.
    Token,
    /// An account.
    Account,
    /// An organisation.
    Organisation,
}

impl Scope {
    /// The name in the API.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Address => "address",
            Self::Client => "client",
            Self::Token => "token",
            Self::Account => "account",
            Self::Organisation => "organisation",
        }
    }

    /// What the caller is counted as; nothing where that makes no sense.
    fn key(self, caller: &Caller) -> Option<Key> {
        match self {
            Self::Address => None,
            Self::Client => caller.client.map(Key::of_client),
            Self::Token => Some(Key::Bytes(*caller.token.as_bytes())),
            Self::Account => Some(Key::Bytes(*caller.account.as_bytes())),
            Self::Organisation => caller.home.organisation().map(|id| Key::Bytes(*id.as_bytes())),
        }
    }
}

/// What a counter is kept for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
enum Key {
    Client(IpAddr),
    Bytes([u8; 16]),
}

impl Key {
    /// Whoever has an IPv6 address has its whole network of 64 bits (RFC 6177), so that is what
    /// counts as one; an IPv4 address counts as itself, however it is written.
    fn of_client(address: IpAddr) -> Self {
        Self::Client(match address.to_canonical() {
            IpAddr::V6(address) => {
                IpAddr::V6(Ipv6Addr::from_bits(address.to_bits() & CLIENT_NETWORK))
            }
            address => address,
        })
    }
}

/// A limit and how much of it is used.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RateUse {
    /// What it is called in the settings.
    pub name: &'static str,
    /// For whom it counts.
    pub scope: Scope,
    /// How many in a period.
    pub limit: u32,
    /// The period in seconds.
    pub period_s: u64,
    /// How many are used; unknown where the caller is not who is counted.
    pub used: Option<u32>,
}

impl Limits {
    /// Counts a sign-in.
    ///
    /// # Errors
    ///
    /// [`Failure::TooMany`].
    pub fn check_sign_in(&self, address: &str, client: Option<IpAddr>) -> Outcome<()> {
        if let Some(client) = client {
            self.client_sign_ins.check(&Key::of_client(client), 1)?;
        }
        self.sign_ins.check(address, 1)
    }

    /// Counts a new account.
    ///
    /// # Errors
    ///
    /// [`Failure::TooMany`].
    pub fn check_new_account(&self, by: AccountId) -> Outcome<()> {
        self.new_accounts.check(&Key::Bytes(*by.as_bytes()), 1)
    }

    /// Counts a message.
    ///
    /// # Errors
    ///
    /// [`Failure::TooMany`].
    pub fn check_message(&self, by: AccountId) -> Outcome<()> {
        self.messages.check(&Key::Bytes(*by.as_bytes()), 1)
    }

    /// Counts a subscription that is made.
    ///
    /// # Errors
    ///
    /// [`Failure::TooMany`].
    pub fn check_subscription(&self, by: AccountId) -> Outcome<()> {
        self.subscriptions.check(&Key::Bytes(*by.as_bytes()), 1)
    }

    /// Counts a report.
    ///
    /// # Errors
    ///
    /// [`Failure::TooMany`].
    pub fn check_report(&self, by: AccountId) -> Outcome<()> {
        self.reports.check(&Key::Bytes(*by.as_bytes()), 1)
    }

    /// Counts addresses that are looked up.
    ///
    /// # Errors
    ///
    /// [`Failure::TooMany`].
    pub fn check_lookups(&self, by: &Caller, count: usize) -> Outcome<()> {
        let count = u32::try_from(count).unwrap_or(u32::MAX);
        let counters = [
            (&self.lookups, Scope::Account),
            (&self.organisation_lookups, Scope::Organisation),
            (&self.client_lookups, Scope::Client),
        ];
        all(&counters, by, count)
    }

    /// Counts a request that presents a token, before anybody knows whose it is.
    ///
    /// # Errors
    ///
    /// [`Failure::TooMany`].
    pub(crate) fn check_client(&self, client: Option<IpAddr>) -> Outcome<()> {
        client.map_or(Ok(()), |client| self.client_requests.check(&Key::of_client(client), 1))
    }

    /// Counts a request of somebody who is known.
    ///
    /// # Errors
    ///
    /// [`Failure::TooMany`].
    pub(crate) fn check_request(&self, by: &Caller) -> Outcome<()> {
        let counters = [
            (&self.token_requests, Scope::Token),
            (&self.account_requests, Scope::Account),
            (&self.organisation_requests, Scope::Organisation),
        ];
        all(&counters, by, 1)
    }
}

/// Counts for everybody who is concerned; the first that has no more refuses.
fn all(counters: &[(&Counter, Scope)], by: &Caller, count: u32) -> Outcome<()> {
    for (counter, scope) in counters {
        if let Some(key) = scope.key(by) {
            counter.check(&key, count)?;
        }
    }
    Ok(())
}

/// Buckets by key. What is kept of a key is its hash and one moment: that at which its bucket will
/// be full again.
struct Counter {
    /// Nanoseconds after which one more may come.
    step_ns: u64,
    /// Nanoseconds that a bucket takes to fill.
    period_ns: u64,
    started: Instant,
    hasher: RandomState,
    shards: [Mutex<HashMap<u64, u64>>; SHARDS],
}

impl std::fmt::Debug for Counter {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Counter").field("step_ns", &self.step_ns).finish_non_exhaustive()
    }
}

impl Counter {
    fn new(limit: u32, period: Duration) -> Self {
        let period_ns = nanoseconds(period);
        Self {
            step_ns: (period_ns / u64::from(limit.max(1))).max(1),
            period_ns,
            started: Instant::now(),
            hasher: RandomState::new(),
            shards: Default::default(),
        }
    }

    fn shard<K: Hash + ?Sized>(&self, key: &K) -> (u64, Option<&Mutex<HashMap<u64, u64>>>) {
        let hash = self.hasher.hash_one(key);
        let number = usize::try_from(hash % SHARDS as u64).unwrap_or_default();
        (hash, self.shards.get(number))
    }

    fn check<K: Hash + ?Sized>(&self, key: &K, count: u32) -> Outcome<()> {
        self.check_at(key, count, nanoseconds(self.started.elapsed()))
    }

    fn check_at<K: Hash + ?Sized>(&self, key: &K, count: u32, now_ns: u64) -> Outcome<()> {
        let (hash, Some(shard)) = self.shard(key) else { return Ok(()) };
        let mut full_at = shard.lock().unwrap_or_else(PoisonError::into_inner);
        let is_crowded = full_at.len() >= RATE_COUNTERS_MAX / SHARDS;
        if is_crowded && !full_at.contains_key(&hash) {
            full_at.retain(|_hash, full_ns| *full_ns > now_ns);
            if full_at.len() >= RATE_COUNTERS_MAX / SHARDS {
                return Err(Failure::TooMany { retry_after_s: 1 });
            }
        }
        let cost_ns = self.step_ns.saturating_mul(u64::from(count));
        if cost_ns > self.period_ns {
            return Err(Failure::TooMany { retry_after_s: whole_seconds(self.period_ns) });
        }
        let full_ns = full_at.get(&hash).copied().unwrap_or_default().max(now_ns);
        let after_ns = full_ns.saturating_add(cost_ns);
        let wait_ns = after_ns.saturating_sub(now_ns).saturating_sub(self.period_ns);
        if wait_ns > 0 {
            return Err(Failure::TooMany { retry_after_s: whole_seconds(wait_ns) });
        }
        full_at.insert(hash, after_ns);
        Ok(())
    }

    fn used<K: Hash + ?Sized>(&self, key: &K) -> u32 {
        let now_ns = nanoseconds(self.started.elapsed());
        let (hash, Some(shard)) = self.shard(key) else { return 0 };
        let full_at = shard.lock().unwrap_or_else(PoisonError::into_inner);
        let left_ns = full_at.get(&hash).copied().unwrap_or_default().saturating_sub(now_ns);
        u32::try_from(left_ns.div_ceil(self.step_ns)).unwrap_or(u32::MAX)
    }

    fn forget_idle(&self) {
        let now_ns = nanoseconds(self.started.elapsed());
        for shard in &self.shards {
            let mut full_at = shard.lock().unwrap_or_else(PoisonError::into_inner);
            full_at.retain(|_hash, full_ns| *full_ns > now_ns);
            full_at.shrink_to_fit();
        }
    }
}

fn nanoseconds(duration: Duration) -> u64 {
    u64::try_from(duration.as_nanos()).unwrap_or(u64::MAX)
}

/// Seconds to wait, at least one.
fn whole_seconds(ns: u64) -> u32 {
    u32::try_from(ns.div_ceil(nanoseconds(SECOND))).unwrap_or(u32::MAX).max(1)
}

#[cfg(test)]
mod tests {
    use visavis_domain::account::Roles;
    use visavis_domain::home::Home;
    use visavis_domain::id::{OrganisationId, OrganisationKey, TokenId};
    use visavis_domain::limit::CHAT_MEMBERS_MAX;

    use super::*;
    use crate::context::Grant;

    fn caller(account: u8, organisation: Option<u8>, client: u8) -> Caller {
        let home = |byte| Home::Organisation(OrganisationId::from_bytes([byte; 16]));
        Caller {
            account: AccountId::from_bytes([account; 16]),
            home: organisation.map_or(Home::Personal, home),
            home_key: OrganisationKey::PERSONAL,
            roles: Roles::default(),
            token: TokenId::from_bytes([account; 16]),
            grant: Grant::Inherent,
            client: Some(IpAddr::from([192, 0, 2, client])),
        }
    }

    #[test]
    fn a_full_group_can_be_looked_up_at_once_but_not_for_ever() {
        let others = CHAT_MEMBERS_MAX - 1;
        let [one, other] = [caller(1, None, 1), caller(2, None, 2)];
        let limits = Limits::new(RateLimits::default());
        assert!(limits.check_lookups(&one, others).is_ok());
        assert!(limits.check_lookups(&one, others).is_ok());
        let third = limits.check_lookups(&one, others);
        assert!(matches!(third, Err(Failure::TooMany { retry_after_s: 1..=60 })), "{third:?}");
        assert!(limits.check_lookups(&other, others).is_ok(), "each account for itself");
        // More than ever fits is refused as well, and counts nothing.
        let never = limits.check_lookups(&other, usize::MAX);
        assert!(matches!(never, Err(Failure::TooMany { retry_after_s: 60 })), "{never:?}");
        assert!(limits.check_lookups(&other, 0).is_ok());
        let generous = Limits::new(RateLimits::generous());
        for _ in 0..1_000 {
            assert!(generous.check_lookups(&one, others).is_ok());
        }
    }

    #[test]
    fn many_accounts_find_out_no_more_than_their_organisation_and_place_may() {
        let settings =
            RateLimits { organisation_lookups: 4, client_lookups: 6, ..RateLimits::generous() };
        let limits = Limits::new(settings);
        let refused = |by: &Caller| limits.check_lookups(by, 1).is_err();
        // Four of one organisation from four places; then nobody of it, wherever.
        assert!((1..=4).all(|n| !refused(&caller(n, Some(7), n))));
        assert!(refused(&caller(5, Some(7), 5)));
        assert!(!refused(&caller(6, Some(8), 5)), "another organisation");
        // Personal accounts from one place.
        assert!((10..=15).all(|n| !refused(&caller(n, None, 9))));
        assert!(refused(&caller(16, None, 9)) && !refused(&caller(16, None, 10)));
    }

    #[test]
    fn requests_are_counted_for_token_account_organisation_and_client() {
        let few = |set: fn(&mut RateLimits)| {
            let mut settings = RateLimits::generous();
            set(&mut settings);
            Limits::new(settings)
        };
        for limits in [
            few(|settings| settings.token_requests = 2),
            few(|settings| settings.account_requests = 2),
            few(|settings| settings.organisation_requests = 2),
        ] {
            let by = caller(1, Some(1), 1);
            assert!(limits.check_request(&by).is_ok() && limits.check_request(&by).is_ok());
            assert!(limits.check_request(&by).is_err());
            assert!(limits.check_request(&caller(2, Some(2), 2)).is_ok());
        }
        let limits = few(|settings| settings.client_requests = 1);
        let from = |byte: u8| limits.check_client(Some(IpAddr::from([192, 0, 2, byte])));
        assert!(from(1).is_ok() && from(1).is_err() && from(2).is_ok());
        let used = limits.use_of(&caller(1, None, 1));
        let of = |name: &str| used.iter().find(|one| one.name == name).and_then(|one| one.used);
        assert_eq!(of("requestsPerMinutePerClient"), Some(1));
        assert_eq!(of("requestsPerMinutePerToken"), Some(0));
        assert_eq!(of("requestsPerMinutePerOrganisation"), None, "there is none");
    }

    #[test]
    fn an_ipv6_network_counts_as_one_client_and_an_ipv4_address_however_written() {
        let few = RateLimits {
            client_sign_ins: 1,
            client_requests: 1,
            client_lookups: 1,
            ..RateLimits::generous()
        };
        for (first, same, other) in [
            ("2001:db8:1:2::1", "2001:db8:1:2:ffff:ffff:ffff:ffff", "2001:db8:1:3::1"),
            ("::ffff:192.0.2.1", "192.0.2.1", "::ffff:192.0.2.2"),
            ("::1", "::2", "1::1"),
        ] {
            let limits = Limits::new(few);
            let from = |text: &str| Some(text.parse::<IpAddr>().unwrap());
            for (text, is_free) in [(first, true), (same, false), (other, true)] {
                let by = Caller { client: from(text), ..caller(1, None, 1) };
                assert_eq!(limits.check_sign_in(text, by.client).is_ok(), is_free, "{text}");
                assert_eq!(limits.check_client(by.client).is_ok(), is_free, "{text}");
                assert_eq!(limits.check_lookups(&by, 1).is_ok(), is_free, "{text}");
            }
            let by = Caller { client: from(same), ..caller(2, None, 1) };
            let used = limits.use_of(&by).into_iter().filter(|one| one.scope == Scope::Client);
            assert!(used.into_iter().all(|one| one.used == Some(1)), "{same}");
        }
    }

    #[test]
    fn a_bucket_fills_again_and_is_forgotten() {
        let counter = Counter::new(60, MINUTE);
        let second = nanoseconds(SECOND);
        for _ in 0..60 {
            assert!(counter.check_at("a", 1, 0).is_ok());
        }
        let refused = counter.check_at("a", 1, 0);
        assert!(matches!(refused, Err(Failure::TooMany { retry_after_s: 1 })), "{refused:?}");
        let refused = counter.check_at("a", 30, 10 * second);
        assert!(matches!(refused, Err(Failure::TooMany { retry_after_s: 20 })), "{refused:?}");
        assert!(counter.check_at("a", 10, 10 * second).is_ok());
        assert!(counter.check_at("a", 60, 70 * second).is_ok());
        let idle = Counter::new(1_000_000_000, SECOND);
        assert!(idle.check("a", 1).is_ok());
        idle.forget_idle();
        assert!(idle.shards.iter().all(|shard| shard.lock().unwrap().is_empty()));
    }

    #[test]
    fn settings_have_names() {
        let mut limits = RateLimits::default();
        for name in RateLimits::NAMES {
            assert!(limits.set(name, 7), "{name}");
        }
        assert_eq!((limits.lookups, limits.client_requests), (7, 7));
        assert!(!limits.set("nonsense", 1));
    }
}
