//! How much goes on at the same time, so that nobody's slow receivers take the places of others: in
//! all, for one organisation, for one account, and from one account to one host.
//!
//! What was answered the last time, what was not, and what is yet to be validated have places of
//! their own: however many receivers hang, they hold up those that hang as well.

use std::sync::Arc;

use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use visavis_app::share::Shares;
use visavis_domain::id::{AccountId, OrganisationId};
use visavis_domain::limit::{
    WEBHOOK_RETRIES_IN_FLIGHT_MAX, WEBHOOK_RETRIES_IN_FLIGHT_PER_ACCOUNT_MAX,
    WEBHOOK_RETRIES_IN_FLIGHT_PER_HOST_MAX, WEBHOOK_RETRIES_IN_FLIGHT_PER_ORGANISATION_MAX,
    WEBHOOK_VALIDATIONS_IN_FLIGHT_MAX, WEBHOOK_VALIDATIONS_IN_FLIGHT_PER_ACCOUNT_MAX,
    WEBHOOK_VALIDATIONS_IN_FLIGHT_PER_ORGANISATION_MAX, WEBHOOKS_IN_FLIGHT_MAX,
    WEBHOOKS_IN_FLIGHT_PER_ACCOUNT_MAX, WEBHOOKS_IN_FLIGHT_PER_HOST_MAX,
    WEBHOOKS_IN_FLIGHT_PER_ORGANISATION_MAX,
};

/// For whom a request is made.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Asker {
    /// The account.
    pub account: AccountId,
    /// Its organisation; personal accounts share what there is for them.
    pub organisation: Option<OrganisationId>,
}

/// What a request is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Purpose {
    /// A delivery to a receiver that answered the last time, or was not asked yet.
    Delivery,
    /// A delivery that failed before.
    Retry,
    /// Whether the receiver wants what is sent there.
    Validation,
}

/// The places of one node for requests.
#[derive(Debug)]
pub(crate) struct Gate {
    deliveries: Pool,
    retries: Pool,
    validations: Pool,
}

/// The places for one purpose.
#[derive(Debug)]
struct Pool {
    all: Arc<Semaphore>,
    organisations: Shares<Option<OrganisationId>>,
    accounts: Shares<AccountId>,
    hosts: Shares<(AccountId, String)>,
}

/// A place, given up when it is dropped.
#[derive(Debug)]
pub(crate) struct Place {
    _permits: [OwnedSemaphorePermit; 4],
}

impl Default for Gate {
    fn default() -> Self {
        Self {
            deliveries: Pool::new(
                WEBHOOKS_IN_FLIGHT_MAX,
                WEBHOOKS_IN_FLIGHT_PER_ORGANISATION_MAX,
                WEBHOOKS_IN_FLIGHT_PER_ACCOUNT_MAX,
                WEBHOOKS_IN_FLIGHT_PER_HOST_MAX,
            ),
            retries: Pool::new(
                WEBHOOK_RETRIES_IN_FLIGHT_MAX,
                WEBHOOK_RETRIES_IN_FLIGHT_PER_ORGANISATION_MAX,
                WEBHOOK_RETRIES_IN_FLIGHT_PER_ACCOUNT_MAX,
                WEBHOOK_RETRIES_IN_FLIGHT_PER_HOST_MAX,
            ),
            validations: Pool::new(
                WEBHOOK_VALIDATIONS_IN_FLIGHT_MAX,
                WEBHOOK_VALIDATIONS_IN_FLIGHT_PER_ORGANISATION_MAX,
                WEBHOOK_VALIDATIONS_IN_FLIGHT_PER_ACCOUNT_MAX,
                WEBHOOK_VALIDATIONS_IN_FLIGHT_PER_ACCOUNT_MAX,
            ),
        }
    }
}

impl Pool {
    fn new(all: usize, organisation: usize, account: usize, host: usize) -> Self {
        Self {
            all: Arc::new(Semaphore::new(all)),
            organisations: Shares::new(organisation),
            accounts: Shares::new(account),
            hosts: Shares::new(host),
        }
    }
}

impl Gate {
    /// Waits for a place; those who wait get one in the order in which they came. From the smallest
    /// share to the largest, so that nobody holds a place of many while waiting for one of a few.
    pub(crate) async fn enter(&self, purpose: Purpose, asker: Asker, url: &str) -> Option<Place> {
        let pool = match purpose {
            Purpose::Delivery => &self.deliveries,
            Purpose::Retry => &self.retries,
            Purpose::Validation => &self.validations,
        };
        let host = pool.hosts.of((asker.account, host_of(url).to_owned()));
        let host = host.acquire_owned().await.ok()?;
        let account = pool.accounts.of(asker.account).acquire_owned().await.ok()?;
        let organisation = pool.organisations.of(asker.organisation).acquire_owned().await.ok()?;
        let all = Arc::clone(&pool.all).acquire_owned().await.ok()?;
        Some(Place { _permits: [host, account, organisation, all] })
    }
}

/// The scheme, host and port of an address.
fn host_of(url: &str) -> &str {
    let after_scheme = url.find("://").map_or(0, |at| at + 3);
    let (scheme, rest) = url.split_at_checked(after_scheme).unwrap_or_default();
    let length = rest.find(['/', '?', '#', '\\']).unwrap_or(rest.len());
    url.get(..scheme.len() + length).unwrap_or(url)
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;

    const SOON: Duration = Duration::from_secs(20);

    fn asker(account: u8, organisation: Option<u8>) -> Asker {
        Asker {
            account: AccountId::from_bytes([account; 16]),
            organisation: organisation.map(|byte| OrganisationId::from_bytes([byte; 16])),
        }
    }

    /// So many places as there are at once for whoever asks so.
    async fn take_all(
        gate: &Gate,
        purpose: Purpose,
        asked: impl Fn(usize) -> (Asker, String),
    ) -> Vec<Place> {
        let mut taken = Vec::new();
        loop {
            // A task may not take for ever what is there.
            tokio::task::yield_now().await;
            let (asker, url) = asked(taken.len());
            let mut entering = Box::pin(gate.enter(purpose, asker, &url));
            let waker = std::task::Waker::noop();
            match entering.as_mut().poll(&mut std::task::Context::from_waker(waker)) {
                std::task::Poll::Ready(place) => taken.push(place.unwrap()),
                std::task::Poll::Pending => return taken,
            }
        }
    }

    async fn enters(gate: &Gate, purpose: Purpose, asker: Asker, url: &str) {
        let entered = tokio::time::timeout(SOON, gate.enter(purpose, asker, url)).await;
        assert!(entered.expect("there is a place").is_some());
    }

    #[test]
    fn the_host_is_what_stands_before_the_path() {
        for (url, host) in [
            ("https://a.test/hook?x=1", "https://a.test"),
            ("https://a.test:8443?x=/1", "https://a.test:8443"),
            ("http://[::1]:80/", "http://[::1]:80"),
            ("https://a.test", "https://a.test"),
            ("nonsense/a", "nonsense"),
            ("", ""),
        ] {
            assert_eq!(host_of(url), host, "{url}");
        }
    }

    #[tokio::test]
    async fn p9_places_are_bounded_for_host_account_organisation_and_all() {
        use Purpose::{Delivery, Retry, Validation};
        let gate = Gate::default();
        let one = asker(1, Some(1));
        let own = "https://slow.test/1";
        let host = take_all(&gate, Delivery, |n| (one, format!("https://slow.test/{n}"))).await;
        assert_eq!(host.len(), WEBHOOKS_IN_FLIGHT_PER_HOST_MAX);
        enters(&gate, Delivery, one, "https://quick.test/").await;
        let account = take_all(&gate, Delivery, |n| (one, format!("https://h{n}.test/"))).await;
        assert_eq!(host.len() + account.len(), WEBHOOKS_IN_FLIGHT_PER_ACCOUNT_MAX);
        // Nobody else is held up, nor is anything else of theirs.
        enters(&gate, Delivery, asker(2, Some(1)), own).await;
        enters(&gate, Retry, one, own).await;
        enters(&gate, Validation, one, own).await;
        let of_one = |n: usize| (asker(u8::try_from(10 + n / 4).unwrap(), Some(1)), own.to_owned());
        let organisation = take_all(&gate, Delivery, of_one).await;
        let held = host.len() + account.len() + organisation.len();
        assert_eq!(held, WEBHOOKS_IN_FLIGHT_PER_ORGANISATION_MAX);
        enters(&gate, Delivery, asker(2, Some(2)), own).await;
        enters(&gate, Delivery, asker(3, None), own).await;
        let of_many = |n: usize| {
            let byte = u8::try_from(n).unwrap();
            (asker(byte, Some(byte / 8)), format!("https://h{n}.test/"))
        };
        for purpose in [Retry, Validation] {
            let many = take_all(&gate, purpose, of_many).await;
            assert_eq!(many.len(), 64, "{purpose:?}");
        }
        let few = take_all(&gate, Retry, |n| (one, format!("https://h{n}.test/"))).await;
        assert_eq!(few.len(), WEBHOOK_RETRIES_IN_FLIGHT_PER_ACCOUNT_MAX);
        drop(few);
        let few = take_all(&gate, Retry, |_n| (one, own.to_owned())).await;
        assert_eq!(few.len(), WEBHOOK_RETRIES_IN_FLIGHT_PER_HOST_MAX);
        let some = take_all(&gate, Validation, |n| {
            (asker(u8::try_from(n).unwrap(), None), own.to_owned())
        });
        assert_eq!(some.await.len(), WEBHOOK_VALIDATIONS_IN_FLIGHT_PER_ORGANISATION_MAX);
        let mine = take_all(&gate, Validation, |n| (one, format!("https://h{n}.test/"))).await;
        assert_eq!(mine.len(), WEBHOOK_VALIDATIONS_IN_FLIGHT_PER_ACCOUNT_MAX);
    }
}
