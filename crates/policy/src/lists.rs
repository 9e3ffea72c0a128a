//! Compiled lists: sets that are asked for every verdict.

use std::collections::HashSet;

use visavis_domain::address::{Address, Domain, EmailAddress};
use visavis_domain::id::AccountId;

use crate::settings::BlockedUser;

/// A set of domains in normal form.
#[derive(Debug, Default)]
pub(crate) struct DomainSet(HashSet<Box<str>>);

impl DomainSet {
    pub(crate) fn new(domains: &[Domain]) -> Self {
        Self(domains.iter().map(|domain| domain.as_str().into()).collect())
    }

    pub(crate) fn contains(&self, domain: &Domain) -> bool {
        self.0.contains(domain.as_str())
    }

    /// Whether the domain or one above it is in the set.
    pub(crate) fn contains_within(&self, domain: &Domain) -> bool {
        domain.ancestors().any(|ancestor| self.0.contains(ancestor))
    }

    /// Whether there is at least one domain, and all of them are in the set.
    pub(crate) fn contains_all(&self, domains: &[Domain]) -> bool {
        !domains.is_empty() && domains.iter().all(|domain| self.contains(domain))
    }
}

/// The blocked people outside an organisation, when the list counts.
#[derive(Debug, Default)]
pub(crate) struct BlockedPeople {
    accounts: HashSet<AccountId>,
    emails: HashSet<EmailAddress>,
}

impl BlockedPeople {
    pub(crate) fn new(entries: &[BlockedUser]) -> Self {
        let mut people = Self::default();
        for entry in entries {
            match entry {
                BlockedUser::Account(account) => drop(people.accounts.insert(*account)),
                BlockedUser::Email(email) => drop(people.emails.insert(email.clone())),
            }
        }
        people
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.accounts.is_empty() && self.emails.is_empty()
    }

    pub(crate) fn contains(&self, account: Option<AccountId>, addresses: &[Address]) -> bool {
        let is_listed = |address: &Address| match address {
            Address::Email(email) => self.emails.contains(email),
            Address::Phone(_) => false,
        };
        account.is_some_and(|account| self.accounts.contains(&account))
            || (!self.emails.is_empty() && addresses.iter().any(is_listed))
    }
}
