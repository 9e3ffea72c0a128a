//! Requests to addresses that others chose.

use std::fmt;
use std::io;
use std::net::{IpAddr, SocketAddr, ToSocketAddrs};
use std::pin::Pin;
use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use reqwest::dns::{Addrs, Name, Resolve, Resolving};
use reqwest::header::{CONTENT_LENGTH, CONTENT_TYPE, HeaderValue};
use reqwest::{Client, Url, redirect};
use tokio::sync::Semaphore;
use tokio::time::timeout;
use visavis_app::share::Shares;
use visavis_domain::id::{AccountId, OrganisationId};
use visavis_domain::limit::{
    WEBHOOK_ANSWER_BYTES_MAX, WEBHOOK_LOOKUPS_MAX, WEBHOOK_LOOKUPS_PER_ACCOUNT_MAX,
    WEBHOOK_LOOKUPS_PER_ORGANISATION_MAX,
};

use crate::address::Reach;
use crate::gate::Asker;

/// Connections to one host that are kept for the next request.
const KEPT_PER_HOST_MAX: usize = 2;
const KEPT_FOR: Duration = Duration::from_secs(30);

/// Looks up the addresses of a host.
pub trait Lookup: Send + Sync + 'static {
    /// Every address that the host has.
    fn lookup(&self, host: String)
    -> Pin<Box<dyn Future<Output = io::Result<Vec<IpAddr>>> + Send>>;
}

/// What the operating system knows. A name that is given up is looked up until the system's own
/// resolver gives up, and counts as long.
pub struct SystemLookup(Arc<Semaphore>);

impl Default for SystemLookup {
    fn default() -> Self {
        Self(Arc::new(Semaphore::new(WEBHOOK_LOOKUPS_MAX)))
    }
}

impl fmt::Debug for SystemLookup {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SystemLookup").field("free", &self.0.available_permits()).finish()
    }
}

impl Lookup for SystemLookup {
    fn lookup(
        &self,
        host: String,
    ) -> Pin<Box<dyn Future<Output = io::Result<Vec<IpAddr>>> + Send>> {
        let places = Arc::clone(&self.0);
        Box::pin(async move {
            let place = places.acquire_owned().await.map_err(io::Error::other)?;
            let looked_up = tokio::task::spawn_blocking(move || {
                let _until_it_is_done = place;
                let found = (host.as_str(), 0).to_socket_addrs()?;
                Ok(found.map(|address| address.ip()).collect())
            });
            looked_up.await.map_err(io::Error::other)?
        })
    }
}

tokio::task_local! {
    /// For whom a request is made: a connection is made by the task that makes the request.
    static ASKS: Asker;
}

/// Gives a connection only addresses that may be called. Since the connection goes to what this
/// answers, a name that means something else a moment later makes no difference.
struct Checked {
    lookup: Arc<dyn Lookup>,
    reach: Reach,
    accounts: Shares<Option<AccountId>>,
    organisations: Shares<Option<OrganisationId>>,
}

impl Checked {
    fn new(lookup: Arc<dyn Lookup>, reach: Reach) -> Self {
        Self {
            lookup,
            reach,
            accounts: Shares::new(WEBHOOK_LOOKUPS_PER_ACCOUNT_MAX),
            organisations: Shares::new(WEBHOOK_LOOKUPS_PER_ORGANISATION_MAX),
        }
    }
}

impl Resolve for Checked {
    fn resolve(&self, name: Name) -> Resolving {
        let reach = self.reach;
        let (lookup, host) = (Arc::clone(&self.lookup), name.as_str().to_owned());
        let asker = ASKS.try_with(|asker| *asker).ok();
        let of_the_account = self.accounts.of(asker.map(|asker| asker.account));
        let of_the_organisation = self.organisations.of(asker.and_then(|asker| asker.organisation));
        Box::pin(async move {
            let place =
                (of_the_account.acquire_owned().await?, of_the_organisation.acquire_owned().await?);
            // Whoever asks may be gone before the answer comes; the place is taken until it does.
            let looked_up = tokio::spawn(async move {
                let found = lookup.lookup(host).await;
                drop(place);
                found
            });
            let found = looked_up.await??;
            // A name that leads inside by one of its addresses is not to be trusted with the others.
            if found.is_empty() || !found.iter().all(|address| reach.allows(*address)) {
                return Err(Box::new(Fault::Address) as _);
            }
            let addresses = found.into_iter().map(|address| SocketAddr::new(address, 0));
            Ok(Box::new(addresses) as Addrs)
        })
    }
}

/// Why a request was not answered as it should be.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub(crate) enum Fault {
    #[error("the address may not be called")]
    Address,
    #[error("no answer in time")]
    Timeout,
    #[error("no connection, or it broke off")]
    Connection,
    #[error("the answer was {0}")]
    Status(u16),
}

/// What came back.
#[derive(Debug)]
pub(crate) struct Answer {
    pub(crate) status: u16,
    pub(crate) content_type: String,
    /// As much of the body as is read.
    pub(crate) body: Vec<u8>,
}

/// Sends requests. Cheap to clone.
#[derive(Debug, Clone)]
pub(crate) struct Caller {
    http: Client,
    reach: Reach,
}

impl Caller {
    pub(crate) fn new(reach: Reach, lookup: Arc<dyn Lookup>) -> Result<Self, reqwest::Error> {
        let http = Client::builder()
            .dns_resolver(Arc::new(Checked::new(lookup, reach)))
            .redirect(redirect::Policy::none())
            .https_only(reach == Reach::Public)
            .no_proxy()
            .referer(false)
            .pool_max_idle_per_host(KEPT_PER_HOST_MAX)
            .pool_idle_timeout(KEPT_FOR)
            .user_agent(concat!("Visavis/", env!("CARGO_PKG_VERSION")))
            .build()?;
        Ok(Self { http, reach })
    }

    /// Posts a body for somebody and reads the answer, all of it within a time.
    pub(crate) async fn post(
        &self,
        asker: Asker,
        url: &str,
        content_type: &'static str,
        body: Bytes,
        within: Duration,
    ) -> Result<Answer, Fault> {
        // An address that is written out is never looked up: it is checked here.
        let url = self.reach.parse(url).map_err(|_sentence| Fault::Address)?;
        match timeout(within, ASKS.scope(asker, self.exchange(url, content_type, body))).await {
            Ok(answered) => answered,
            Err(_elapsed) => Err(Fault::Timeout),
        }
    }

    async fn exchange(
        &self,
        url: Url,
        content_type: &'static str,
        body: Bytes,
    ) -> Result<Answer, Fault> {
        let length = HeaderValue::from(body.len());
        let request = self.http.post(url).body(body);
        let request = request.header(CONTENT_TYPE, HeaderValue::from_static(content_type));
        // Many servers refuse a POST that does not say that it has no body.
        let request = request.header(CONTENT_LENGTH, length);
        let mut response = request.send().await.map_err(|error| fault(&error))?;
        let header = response.headers().get(CONTENT_TYPE);
        let content_type = header.and_then(|value| value.to_str().ok()).unwrap_or_default();
        let mut answer = Answer {
            status: response.status().as_u16(),
            content_type: content_type.to_owned(),
            body: Vec::new(),
        };
        while let Some(chunk) = response.chunk().await.map_err(|error| fault(&error))? {
            let left = (WEBHOOK_ANSWER_BYTES_MAX + 1).saturating_sub(answer.body.len());
            answer.body.extend(chunk.iter().take(left));
            if answer.body.len() > WEBHOOK_ANSWER_BYTES_MAX {
                break;
            }
        }
        Ok(answer)
    }
}

fn fault(error: &reqwest::Error) -> Fault {
    let mut cause: Option<&dyn std::error::Error> = Some(error);
    while let Some(error) = cause {
        if let Some(fault) = error.downcast_ref::<Fault>() {
            return *fault;
        }
        cause = error.source();
    }
    Fault::Connection
}

#[cfg(test)]
mod tests {
    use std::collections::VecDeque;
    use std::sync::Mutex;
    use std::sync::atomic::{AtomicUsize, Ordering};

    use tokio::io::{AsyncReadExt, AsyncWriteExt};
    use tokio::net::{TcpListener, TcpStream};

    use super::*;

    const LONG: Duration = Duration::from_secs(10);
    const ONE: Asker = asker(1, 1);
    const OTHER: Asker = asker(2, 1);

    const fn asker(account: u8, organisation: u8) -> Asker {
        Asker {
            account: AccountId::from_bytes([account; 16]),
            organisation: Some(OrganisationId::from_bytes([organisation; 16])),
        }
    }

    /// Answers each question with the next of these.
    struct Scripted {
        answers: Mutex<VecDeque<Vec<IpAddr>>>,
        asked: AtomicUsize,
    }

    impl Scripted {
        fn new(answers: &[&[&str]]) -> Arc<Self> {
            let parsed =
                answers.iter().map(|answer| answer.iter().map(|ip| ip.parse().unwrap()).collect());
            Arc::new(Self { answers: Mutex::new(parsed.collect()), asked: AtomicUsize::new(0) })
        }
    }

    impl Lookup for Scripted {
        fn lookup(
            &self,
            _host: String,
        ) -> Pin<Box<dyn Future<Output = io::Result<Vec<IpAddr>>> + Send>> {
            self.asked.fetch_add(1, Ordering::SeqCst);
            let next = self.answers.lock().unwrap().pop_front().unwrap_or_default();
            Box::pin(async move { Ok(next) })
        }
    }

    async fn resolved(checked: &Checked) -> Result<Vec<IpAddr>, Fault> {
        match checked.resolve("rebinding.test".parse().unwrap()).await {
            Ok(addresses) => Ok(addresses.map(|address| address.ip()).collect()),
            Err(error) => Err(*error.downcast_ref().unwrap()),
        }
    }

    async fn answer_all(mut stream: TcpStream, answer: String) {
        let mut buffer = [0; 4096];
        while stream.read(&mut buffer).await.unwrap_or_default() > 0 {
            drop(stream.write_all(answer.as_bytes()).await);
        }
    }

    /// Counts connections and answers each request with this.
    async fn listener(answer: String) -> (u16, Arc<AtomicUsize>) {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let port = listener.local_addr().unwrap().port();
        let count = Arc::new(AtomicUsize::new(0));
        let counting = Arc::clone(&count);
        tokio::spawn(async move {
            while let Ok((stream, _peer)) = listener.accept().await {
                counting.fetch_add(1, Ordering::SeqCst);
                tokio::spawn(answer_all(stream, answer.clone()));
            }
        });
        (port, count)
    }

    #[tokio::test]
    async fn a_name_that_changes_its_meaning_gains_nothing() {
        // Public when it was validated, inside when it is delivered to.
        let lookup = Scripted::new(&[
            &["93.184.216.34", "2606:2800:220:1::1"],
            &["127.0.0.1"],
            &["93.184.216.34", "10.0.0.1"],
            &["93.184.216.34", "::ffff:127.0.0.1"],
            &["169.254.169.254"],
            &[],
        ]);
        let checked = Checked::new(lookup, Reach::Public);
        let public = ["93.184.216.34", "2606:2800:220:1::1"].map(|ip| ip.parse().unwrap());
        assert_eq!(resolved(&checked).await, Ok(public.to_vec()), "the connection goes to these");
        for _ in 0..5 {
            assert_eq!(resolved(&checked).await, Err(Fault::Address));
        }
        // What a request meets: nobody is called.
        let (port, connections) = listener(String::new()).await;
        let lookup = Scripted::new(&[&["127.0.0.1"], &["8.8.8.8", "127.0.0.1"]]);
        let caller = Caller::new(Reach::Public, lookup).unwrap();
        for _ in 0..2 {
            let url = format!("https://rebinding.test:{port}/");
            let answered = caller.post(ONE, &url, "text/plain", Bytes::new(), LONG).await;
            assert_eq!(answered.unwrap_err(), Fault::Address);
        }
        assert_eq!(connections.load(Ordering::SeqCst), 0);
        // One question for one connection: between the check and the connection nothing is asked.
        let ok = "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n".to_owned();
        let (port, connections) = listener(ok).await;
        let lookup = Scripted::new(&[&["127.0.0.1"], &["127.0.0.99"]]);
        let caller = Caller::new(Reach::Anywhere, lookup.clone()).unwrap();
        let url = format!("http://rebinding.test:{port}/");
        caller.post(ONE, &url, "text/plain", Bytes::new(), LONG).await.unwrap();
        assert_eq!(lookup.asked.load(Ordering::SeqCst), 1);
        assert_eq!(connections.load(Ordering::SeqCst), 1);
    }

    #[tokio::test]
    async fn answers_are_bounded_in_time_and_size_and_redirects_are_answers() {
        let lookup = || Scripted::new(&[]);
        let caller = Caller::new(Reach::Anywhere, lookup()).unwrap();
        let long = "x".repeat(1_000_000);
        let (port, _) =
            listener(format!("HTTP/1.1 200 OK\r\nContent-Length: 1000000\r\n\r\n{long}")).await;
        let url = format!("http://127.0.0.1:{port}/");
        let answer = caller.post(ONE, &url, "text/plain", Bytes::new(), LONG).await.unwrap();
        assert_eq!(answer.body.len(), WEBHOOK_ANSWER_BYTES_MAX + 1);
        // A body that never ends counts as no answer.
        let (port, _) = listener("HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nx".to_owned()).await;
        let url = format!("http://127.0.0.1:{port}/");
        let short = Duration::from_millis(200);
        let answered = caller.post(ONE, &url, "text/plain", Bytes::new(), short).await;
        assert_eq!(answered.unwrap_err(), Fault::Timeout);
        let (elsewhere, visits) = listener(String::new()).await;
        let redirect = format!(
            "HTTP/1.1 302 Found\r\nLocation: http://127.0.0.1:{elsewhere}/\r\nContent-Length: 0\r\n\r\n"
        );
        let (port, _) = listener(redirect).await;
        let url = format!("http://127.0.0.1:{port}/");
        let answer = caller.post(ONE, &url, "text/plain", Bytes::new(), LONG).await.unwrap();
        assert_eq!(answer.status, 302);
        assert_eq!(visits.load(Ordering::SeqCst), 0);
        let nobody =
            caller.post(ONE, "http://127.0.0.1:9/", "text/plain", Bytes::new(), LONG).await;
        assert_eq!(nobody.unwrap_err(), Fault::Connection);
        // Written out, an address is checked as well, at each request.
        let strict = Caller::new(Reach::Public, lookup()).unwrap();
        for url in ["https://127.0.0.1:8443/", "http://8.8.8.8/", "https://[::1]/"] {
            let refused = strict.post(ONE, url, "text/plain", Bytes::new(), LONG).await;
            assert_eq!(refused.unwrap_err(), Fault::Address, "{url}");
        }
    }

    /// Has so many places, as the system's resolver, and never finds names that begin with `slow`.
    struct Stuck {
        places: Arc<Semaphore>,
        slow: AtomicUsize,
    }

    impl Lookup for Stuck {
        fn lookup(
            &self,
            host: String,
        ) -> Pin<Box<dyn Future<Output = io::Result<Vec<IpAddr>>> + Send>> {
            let (places, is_slow) = (Arc::clone(&self.places), host.starts_with("slow"));
            self.slow.fetch_add(usize::from(is_slow), Ordering::SeqCst);
            Box::pin(stuck(places, is_slow))
        }
    }

    async fn stuck(places: Arc<Semaphore>, is_slow: bool) -> io::Result<Vec<IpAddr>> {
        let _place = places.acquire_owned().await.unwrap();
        if is_slow {
            std::future::pending::<()>().await;
        }
        Ok(vec![IpAddr::from([127, 0, 0, 1])])
    }

    /// Posts to so many names that are never found, and gives each up soon.
    async fn give_up(caller: &Caller, names: std::ops::Range<usize>, asker: fn(usize) -> Asker) {
        let mut posts = tokio::task::JoinSet::new();
        for number in names {
            let (caller, url) = (caller.clone(), format!("http://slow-{number}.test/"));
            let short = Duration::from_millis(100);
            posts.spawn(async move {
                let asker = asker(number);
                caller.post(asker, &url, "text/plain", Bytes::new(), short).await.unwrap_err()
            });
        }
        assert!(posts.join_all().await.iter().all(|fault| *fault == Fault::Timeout));
    }

    #[tokio::test]
    async fn names_that_are_never_found_hold_up_nobody_else() {
        let max = WEBHOOK_LOOKUPS_PER_ACCOUNT_MAX;
        let places = Arc::new(Semaphore::new(2 * max));
        let lookup = Arc::new(Stuck { places, slow: AtomicUsize::new(0) });
        let caller = Caller::new(Reach::Anywhere, lookup.clone()).unwrap();
        // Requests that are given up leave their look-ups behind.
        give_up(&caller, 0..2 * max, |_name| ONE).await;
        give_up(&caller, 2 * max..4 * max, |_name| ONE).await;
        assert_eq!(lookup.slow.load(Ordering::SeqCst), max, "of one account at a time");
        let ok = "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n".to_owned();
        let (port, _) = listener(ok).await;
        let url = format!("http://quick.test:{port}/");
        let answer = caller.post(OTHER, &url, "text/plain", Bytes::new(), LONG).await.unwrap();
        assert_eq!(answer.status, 200);
    }

    #[tokio::test]
    async fn names_that_many_of_one_organisation_never_find_hold_up_no_other() {
        let max = WEBHOOK_LOOKUPS_PER_ORGANISATION_MAX;
        let lookup = Arc::new(Stuck {
            places: Arc::new(Semaphore::new(max + 1)),
            slow: AtomicUsize::new(0),
        });
        let caller = Caller::new(Reach::Anywhere, lookup.clone()).unwrap();
        let one_of_many = |name| asker(u8::try_from(name / 4).unwrap(), 1);
        give_up(&caller, 0..2 * max, one_of_many).await;
        assert_eq!(lookup.slow.load(Ordering::SeqCst), max, "of one organisation at a time");
        let ok = "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n".to_owned();
        let (port, _) = listener(ok).await;
        let url = format!("http://quick.test:{port}/");
        let other = asker(1, 2);
        let answer = caller.post(other, &url, "text/plain", Bytes::new(), LONG).await.unwrap();
        assert_eq!(answer.status, 200);
    }
}
