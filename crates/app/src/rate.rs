//! How often things may be tried. The limits are settings; past them comes a clear error.

use std::net::IpAddr;
use std::num::NonZeroU32;

use governor::clock::{Clock, DefaultClock};
use governor::{DefaultKeyedRateLimiter, Quota, RateLimiter};
use visavis_domain::id::AccountId;

use crate::failure::{Failure, Outcome};

/// The settings.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct RateLimits {
    /// Sign-ins a minute, per address and per client.
    pub sign_ins_per_minute: u32,
    /// New accounts a minute, per administrator.
    pub new_accounts_per_minute: u32,
    /// Messages a second, per account.
    pub messages_per_second: u32,
    /// Addresses looked up a minute, per account: resolving, starting, adding, blocking, and setting
    /// telephone numbers (P6). All of them may come at once, so a full group must fit.
    pub lookups_per_minute: u32,
}

impl Default for RateLimits {
    fn default() -> Self {
        Self {
            sign_ins_per_minute: 20,
            new_accounts_per_minute: 600,
            messages_per_second: 50,
            lookups_per_minute: 600,
        }
    }
}

impl RateLimits {
    /// Limits that are out of the way of scripts and benchmarks: for the demonstration.
    #[must_use]
    pub const fn generous() -> Self {
        Self {
            sign_ins_per_minute: 100_000,
            new_accounts_per_minute: 100_000,
            messages_per_second: 5_000,
            lookups_per_minute: 1_000_000,
        }
    }
}

/// The counters of one node.
#[derive(Debug)]
pub struct Limits {
    sign_ins_by_address: DefaultKeyedRateLimiter<String>,
    sign_ins_by_client: DefaultKeyedRateLimiter<IpAddr>,
    new_accounts: DefaultKeyedRateLimiter<AccountId>,
    messages: DefaultKeyedRateLimiter<AccountId>,
    lookups: DefaultKeyedRateLimiter<AccountId>,
}

impl Limits {
    /// Counters with these settings; 0 counts as 1.
    #[must_use]
    pub fn new(limits: RateLimits) -> Self {
        let at_least_one = |count: u32| NonZeroU32::new(count).unwrap_or(NonZeroU32::MIN);
        let per_minute = |count: u32| Quota::per_minute(at_least_one(count));
        Self {
            sign_ins_by_address: RateLimiter::keyed(per_minute(limits.sign_ins_per_minute)),
            sign_ins_by_client: RateLimiter::keyed(per_minute(limits.sign_ins_per_minute)),
            new_accounts: RateLimiter::keyed(per_minute(limits.new_accounts_per_minute)),
            messages: RateLimiter::keyed(Quota::per_second(at_least_one(
                limits.messages_per_second,
            ))),
            lookups: RateLimiter::keyed(per_minute(limits.lookups_per_minute)),
        }
    }

    /// Counts a sign-in.
    ///
    /// # Errors
    ///
    /// [`Failure::TooMany`].
    pub fn check_sign_in(&self, address: &str, client: Option<IpAddr>) -> Outcome<()> {
        check(&self.sign_ins_by_address, &address.to_owned(), 1)?;
        match client {
            Some(client) => check(&self.sign_ins_by_client, &client, 1),
            None => Ok(()),
        }
    }

    /// Counts a new account.
    ///
    /// # Errors
    ///
    /// [`Failure::TooMany`].
    pub fn check_new_account(&self, by: AccountId) -> Outcome<()> {
        check(&self.new_accounts, &by, 1)
    }

    /// Counts a message.
    ///
    /// # Errors
    ///
    /// [`Failure::TooMany`].
    pub fn check_message(&self, by: AccountId) -> Outcome<()> {
        check(&self.messages, &by, 1)
    }

    /// Counts addresses that are looked up.
    ///
    /// # Errors
    ///
    /// [`Failure::TooMany`].
    pub fn check_lookups(&self, by: AccountId, count: usize) -> Outcome<()> {
        check(&self.lookups, &by, u32::try_from(count).unwrap_or(u32::MAX))
    }

    /// Forgets counters that are full again, so that they do not pile up.
    pub fn forget_idle(&self) {
        self.sign_ins_by_address.retain_recent();
        self.sign_ins_by_client.retain_recent();
        self.new_accounts.retain_recent();
        self.messages.retain_recent();
        self.lookups.retain_recent();
    }
}

fn check<K: std::hash::Hash + Eq + Clone>(
    limiter: &DefaultKeyedRateLimiter<K>,
    key: &K,
    count: u32,
) -> Outcome<()> {
    let Some(count) = NonZeroU32::new(count) else { return Ok(()) };
    match limiter.check_key_n(key, count) {
        Ok(Ok(())) => Ok(()),
        Ok(Err(not_until)) => {
            let wait = not_until.wait_time_from(DefaultClock::default().now());
            let retry_after_s = u32::try_from(wait.as_secs()).unwrap_or(u32::MAX).saturating_add(1);
            Err(Failure::TooMany { retry_after_s })
        }
        Err(_never_enough) => Err(Failure::TooMany { retry_after_s: 60 }),
    }
}

#[cfg(test)]
mod tests {
    use visavis_domain::limit::CHAT_MEMBERS_MAX;

    use super::*;

    #[test]
    fn a_full_group_can_be_looked_up_at_once_but_not_for_ever() {
        let others = CHAT_MEMBERS_MAX - 1;
        let [one, other] = [1, 2].map(|byte| AccountId::from_bytes([byte; 16]));
        let limits = Limits::new(RateLimits::default());
        assert!(limits.check_lookups(one, others).is_ok());
        assert!(limits.check_lookups(one, others).is_ok());
        let third = limits.check_lookups(one, others);
        assert!(matches!(third, Err(Failure::TooMany { retry_after_s: 1..=60 })), "{third:?}");
        assert!(limits.check_lookups(other, others).is_ok(), "each account for itself");
        // More than ever fits is refused as well, and counts nothing.
        let never = limits.check_lookups(other, usize::MAX);
        assert!(matches!(never, Err(Failure::TooMany { retry_after_s: 60 })), "{never:?}");
        assert!(limits.check_lookups(other, 0).is_ok());
        let generous = Limits::new(RateLimits::generous());
        for _ in 0..1_000 {
            assert!(generous.check_lookups(one, others).is_ok());
        }
    }
}
