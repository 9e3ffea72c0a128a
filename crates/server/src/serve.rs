//! `visavis serve`: opens the store, wires the parts together, and answers until it is told to
//! stop.

use std::net::{IpAddr, SocketAddr, TcpListener, ToSocketAddrs};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use anyhow::Context as _;
use axum::middleware;
use rustix::process::{Resource, Rlimit, getrlimit, setrlimit};
use tokio::signal::unix::{SignalKind, signal};
use tokio::sync::Notify;
use tokio::task::JoinHandle;
use tokio::time::{MissedTickBehavior, interval, timeout};
use visavis_app::rate::RateLimits;
use visavis_app::{App, AppOptions, StoreOptions};
use visavis_bus::InProcess;
use visavis_domain::limit::CONNECTIONS_MAX;
use visavis_graph_api::ApiState;
use visavis_push::Push;

use crate::demo::{self, Demo};
use crate::edge::Edge;
use crate::exit::{Complaint, Done, Exit};
use crate::landing::{self, Landing};
use crate::listener;
use crate::log::{self, LogFormat};
use crate::operator::{self, Operator};
use crate::output::Output;
use crate::page_policy;
use crate::private_file;
use crate::reference;
use crate::session::Session;
use crate::sweeper;
use crate::system::{SystemClock, SystemRandom};
use crate::tls::Tls;
use crate::webhook::{self, Asked};

/// How long connections have to close when the server stops.
const DRAIN_WITHIN: Duration = Duration::from_secs(5);
/// How long running requests have to finish when the server stops.
const FINISH_WITHIN: Duration = Duration::from_secs(10);
/// How soon others are told that somebody's presence faded.
const PRESENCE_EVERY: Duration = Duration::from_secs(1);
/// How often expired tokens and old idempotency keys are forgotten.
const TIDY_EVERY: Duration = Duration::from_secs(60);
/// How often the heads of the audit trails are chained.
const CHECKPOINT_EVERY: Duration = Duration::from_secs(60 * 60);
/// Open files that are no connections: the database and what goes out to subscribers.
const OWN_FILES: usize = 1_024;

/// How to serve.
#[derive(Debug, clap::Args)]
pub(crate) struct Serve {
    /// With a demonstration: two organisations, two personal accounts, and chats in every state
    #[arg(long, env = "VISAVIS_DEMO", hide_env_values = true)]
    pub demo: bool,

    /// Where to listen; port 0 takes a free one and says which
    #[arg(
        long,
        env = "VISAVIS_LISTEN",
        hide_env_values = true,
        default_value = "127.0.0.1:8080",
        value_name = "HOST:PORT"
    )]
    pub listen: String,

    /// How others reach this server, for links in answers; else the host that they asked for
    #[arg(long, env = "VISAVIS_PUBLIC_URL", hide_env_values = true, value_name = "URL")]
    pub public_url: Option<String>,

    /// Speak TLS with this certificate and its chain, in PEM; SIGHUP reads it again
    #[arg(
        long,
        env = "VISAVIS_TLS_CERT",
        hide_env_values = true,
        value_name = "FILE",
        requires = "tls_key"
    )]
    pub tls_cert: Option<PathBuf>,

    /// The key of the certificate, in PEM, which only its owner may read
    #[arg(
        long,
        env = "VISAVIS_TLS_KEY",
        hide_env_values = true,
        value_name = "FILE",
        requires = "tls_cert"
    )]
    pub tls_key: Option<PathBuf>,

    /// Believe `X-Forwarded-For`, `-Host` and `-Proto`: only behind a proxy that sets them
    #[arg(long, env = "VISAVIS_TRUST_FORWARDED_HEADERS", hide_env_values = true)]
    pub trust_forwarded_headers: bool,

    /// How often something may be done, instead of the usual or the demonstration's limit:
    /// `lookupsPerMinutePerOrganisation=1000`; several are separated by commas
    #[arg(
        long = "limit",
        env = "VISAVIS_LIMITS",
        hide_env_values = true,
        value_delimiter = ',',
        value_name = "NAME=COUNT"
    )]
    pub limits: Vec<String>,

    /// How many connections may be open at once; the limit of open files may leave fewer
    #[arg(
        long,
        env = "VISAVIS_CONNECTIONS",
        hide_env_values = true,
        default_value_t = CONNECTIONS_MAX,
        value_parser = clap::value_parser!(u32).range(1..),
        value_name = "COUNT"
    )]
    pub connections: u32,

    /// Let change notifications go to `http` and to addresses of this machine and its networks:
    /// for development only; the demonstration does
    #[arg(long, env = "VISAVIS_ALLOW_PRIVATE_NOTIFICATION_URLS", hide_env_values = true)]
    pub allow_private_notification_urls: bool,

    /// How the log looks, on standard error
    #[arg(long, env = "VISAVIS_LOG_FORMAT", hide_env_values = true, value_enum, default_value_t = LogFormat::Human)]
    pub log_format: LogFormat,

    /// What is logged, for example `info,visavis_push=debug`
    #[arg(
        long,
        env = "VISAVIS_LOG",
        hide_env_values = true,
        default_value = "info,visavis::access=warn",
        value_name = "FILTER"
    )]
    pub log: String,
}

/// Serves until SIGTERM or SIGINT.
///
/// # Errors
///
/// When the data folder or the address cannot be used.
pub(crate) fn run(arguments: &Serve, session: &Session) -> Done {
    let address = address(arguments)?;
    log::start(arguments.log_format, &arguments.log)?;
    let data = &session.connect.data;
    private_file::folder(data)
        .with_context(|| format!("the data folder {} cannot be made", data.display()))?;
    let limits = limits(arguments)?;
    if arguments.demo {
        seed(data)?;
    }
    let app = open(data, limits)?;
    let tls = tls(arguments)?;
    let listener = listen(address)?;
    let connections = connections(arguments.connections, raise_file_limit());
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .build()
        .context("the runtime cannot be started")?;
    // Both wait for the store's writer, which an async task must not.
    let operator = app.operator().context("the operator's account")?;
    let token = app.operator_token().context("the operator's token")?;
    let code =
        if arguments.demo { None } else { app.founding_code().context("the founding code")? };
    let served = runtime.block_on(async {
        let local = listener.local_addr().context("the address of the listener")?;
        let base_url = base_url(arguments, local);
        operator::write(data, &Operator { base_url: base_url.clone(), token })?;
        let demo = match arguments.demo {
            true => Some(demo::describe(&app, &operator, data, &base_url).await?),
            false => None,
        };
        let shown = Shown { base_url, code, data };
        let server = Server { listener, tls, demo, connections };
        serve(&app, server, arguments, || announce(session.out, &shown)).await
    });
    runtime.shutdown_timeout(DRAIN_WITHIN);
    // What was acknowledged is durable already; this moves the log into the database.
    app.shutdown();
    tracing::info!("stopped");
    Ok(served?)
}

/// The address, which for the demonstration must be of this machine: everybody knows the passwords.
fn address(arguments: &Serve) -> Done<SocketAddr> {
    let listen = &arguments.listen;
    let mut addresses = listen.to_socket_addrs().map_err(|error| {
        Complaint::usage(format!("--listen {listen} is no address such as 127.0.0.1:8080: {error}"))
    })?;
    let address = addresses
        .next()
        .ok_or_else(|| Complaint::usage(format!("--listen {listen} is nowhere")))?;
    if arguments.demo && !is_loopback(address.ip()) {
        return Err(Complaint::usage(format!(
            "the demonstration has passwords that everybody knows, so it listens on this machine \
             only: --listen 127.0.0.1:{port} instead of {listen}, or serve without --demo",
            port = address.port()
        )));
    }
    Ok(address)
}

fn is_loopback(ip: IpAddr) -> bool {
    ip.to_canonical().is_loopback()
}

/// The certificate and its key, if there are any.
fn tls(arguments: &Serve) -> anyhow::Result<Option<Arc<Tls>>> {
    match (&arguments.tls_cert, &arguments.tls_key) {
        (Some(certificate), Some(key)) => Ok(Some(Arc::new(Tls::open(certificate, key)?))),
        _ => Ok(None),
    }
}

/// Where this very process answers. A certificate names hosts, so with one the name that was given
/// to listen on stays as it is.
fn base_url(arguments: &Serve, local: SocketAddr) -> String {
    if arguments.tls_cert.is_none() {
        return format!("http://{local}");
    }
    let name = arguments.listen.rsplit_once(':').map_or("", |(host, _port)| host);
    let is_name = !name.is_empty() && name.parse::<IpAddr>().is_err() && !name.starts_with('[');
    if is_name { format!("https://{name}:{}", local.port()) } else { format!("https://{local}") }
}

/// The limits of rates: the usual ones, the demonstration's, or what is asked for.
fn limits(arguments: &Serve) -> Done<RateLimits> {
    let mut limits = if arguments.demo { RateLimits::generous() } else { RateLimits::default() };
    for limit in &arguments.limits {
        let set = limit.split_once('=').and_then(|(name, count)| {
            let count = count.trim().parse().ok().filter(|count| *count > 0)?;
            Some(limits.set(name.trim(), count))
        });
        if set != Some(true) {
            return Err(Complaint::usage(format!(
                "--limit {limit} is no limit and a number from 1 on; there are {}",
                RateLimits::NAMES.join(", ")
            )));
        }
    }
    Ok(limits)
}

/// Makes the demonstration, unless it is there already: with limits that let it through, since those
/// that somebody wants to try are for what comes afterwards.
fn seed(data: &Path) -> Done {
    let app = open(data, RateLimits::generous())?;
    let operator = app.operator().context("the operator's account")?;
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .context("the runtime cannot be started")?;
    let seeded = runtime.block_on(async {
        if demo::is_seeded(&app, &operator).await? {
            return Ok(());
        }
        demo::seed(&app, &operator).await
    });
    app.shutdown();
    Ok(seeded?)
}

fn open(data: &Path, limits: RateLimits) -> Done<App> {
    let options = AppOptions {
        store: StoreOptions::new(data.join("visavis.db")),
        bus: Arc::new(InProcess::default()),
        clock: Arc::new(SystemClock),
        random: Arc::new(SystemRandom),
        limits,
    };
    let app = App::open(options);
    Ok(app.with_context(|| format!("the data folder {} cannot be used", data.display()))?)
}

fn listen(address: SocketAddr) -> Done<TcpListener> {
    let listener = TcpListener::bind(address)
        .and_then(|listener| listener.set_nonblocking(true).map(|()| listener));
    listener.map_err(|error| {
        let message = format!("{address} cannot be listened on: {error}; try --listen 127.0.0.1:0");
        Complaint::new(Exit::Failure, message)
    })
}

/// A connection is an open file, and the usual limit of 1,024 is far below what one process serves.
/// Tells how many there may be now; none when that has no end.
fn raise_file_limit() -> Option<u64> {
    let limit = getrlimit(Resource::Nofile);
    let raised = Rlimit { current: limit.maximum, maximum: limit.maximum };
    match setrlimit(Resource::Nofile, raised) {
        Ok(()) => limit.maximum,
        Err(error) => {
            tracing::warn!(%error, limit = limit.current, "the limit of open files stays");
            limit.current
        }
    }
}

/// How many connections may be open: what is wanted, as far as the open files go that the server
/// does not need itself.
fn connections(wanted: u32, files: Option<u64>) -> usize {
    let wanted = usize::try_from(wanted).unwrap_or(usize::MAX);
    let files = files.map_or(usize::MAX, |files| usize::try_from(files).unwrap_or(usize::MAX));
    let left = files - OWN_FILES.min(files / 2);
    if left < wanted {
        tracing::info!(
            files,
            connections = left,
            "the limit of open files leaves fewer connections"
        );
    }
    wanted.min(left)
}

struct Shown<'a> {
    base_url: String,
    code: Option<String>,
    data: &'a Path,
}

/// What whoever started the server reads. Scripts wait for the first line.
fn announce(out: Output, shown: &Shown<'_>) {
    let Shown { base_url, code, data } = shown;
    if out.is_json {
        out.json(&serde_json::json!({"listening": base_url, "foundingCode": code}));
        return;
    }
    out.line(format!("visavis: listening on {base_url}"));
    out.line(format!("visavis: data in {}", data.display()));
    if let Some(code) = code {
        out.line(format!(
            "visavis: no organisation yet. Open {base_url} and found the first one with the code {code}"
        ));
    }
}

/// What answers, besides the application.
struct Server {
    listener: TcpListener,
    tls: Option<Arc<Tls>>,
    demo: Option<Demo>,
    connections: usize,
}

async fn serve(
    app: &App,
    server: Server,
    arguments: &Serve,
    announce: impl FnOnce(),
) -> anyhow::Result<()> {
    let Server { listener, tls, demo, connections } = server;
    let webhooks = webhook::start(app, arguments)?;
    let state = ApiState {
        app: app.clone(),
        public_url: arguments.public_url.clone(),
        trusts_forwarded_headers: arguments.trust_forwarded_headers,
        is_encrypted: tls.is_some(),
        demonstration: demo.as_ref().map(|demo| Arc::new(demo.sign_ins())),
        receivers: Arc::new(Asked(webhooks.clone())),
    };
    let edge = Edge::new(state.clone());
    let push = edge.push();
    let routes = landing::router(Landing { app: app.clone(), demo })
        .merge(reference::router())
        .fallback_service(edge.routes(&push))
        .layer(middleware::from_fn_with_state(state, page_policy::protect));
    let mut jobs = start_jobs(app);
    if let Some(tls) = &tls {
        jobs.push(renew_when_told(Arc::clone(tls))?);
    }
    let listener = tokio::net::TcpListener::from_std(listener).context("the listener")?;
    let stop = Arc::new(Notify::new());
    let stopping = Arc::clone(&stop);
    let stopped = async move { stopping.notified().await };
    let server = tokio::spawn(listener::serve(listener, tls, routes, connections, stopped));
    let told = told_to_stop()?;
    announce();
    told.await;
    tracing::info!("stopping: clients resume elsewhere, requests finish");
    stop.notify_one();
    finish(&push, server, jobs).await;
    webhooks.stop().await;
    Ok(())
}

async fn finish(push: &Push, server: JoinHandle<()>, jobs: Vec<JoinHandle<()>>) {
    push.drain(DRAIN_WITHIN).await;
    if timeout(FINISH_WITHIN, server).await.is_err() {
        tracing::warn!("some requests did not finish in time");
    }
    for job in jobs {
        job.abort();
    }
}

/// Reads the certificate again at each SIGHUP; open connections keep the one that they have.
fn renew_when_told(tls: Arc<Tls>) -> anyhow::Result<JoinHandle<()>> {
    let mut told = signal(SignalKind::hangup()).context("SIGHUP cannot be heard")?;
    Ok(tokio::spawn(async move {
        while told.recv().await.is_some() {
            match tls.reload() {
                Ok(()) => tracing::info!("the certificate was read again"),
                Err(error) => tracing::error!(
                    error = format!("{error:#}"),
                    "the certificate from before stays in use"
                ),
            }
        }
    }))
}

/// Completes when somebody wants the server to stop.
fn told_to_stop() -> anyhow::Result<impl Future<Output = ()>> {
    let mut terminate = signal(SignalKind::terminate()).context("SIGTERM cannot be heard")?;
    let mut interrupt = signal(SignalKind::interrupt()).context("SIGINT cannot be heard")?;
    Ok(async move {
        tokio::select! {
            _ = terminate.recv() => {}
            _ = interrupt.recv() => {}
        }
    })
}

/// What the server does by itself, each job in its own rhythm.
fn start_jobs(app: &App) -> Vec<JoinHandle<()>> {
    let tidier = app.clone();
    let chainer = app.clone();
    let watcher = app.clone();
    let mut jobs = vec![
        job("presence", PRESENCE_EVERY, move || {
            watcher.tell_faded_presence();
            async { Ok(()) }
        }),
        job("tidy", TIDY_EVERY, move || {
            let app = tidier.clone();
            async move { app.tidy().await }
        }),
        job("checkpoint", CHECKPOINT_EVERY, move || {
            let app = chainer.clone();
            async move { app.checkpoint_trails().await }
        }),
    ];
    jobs.extend(sweeper::start(app));
    jobs
}

/// Runs a job again and again. One that fails is tried again in its next turn.
fn job<F, R>(name: &'static str, every: Duration, run: F) -> JoinHandle<()>
where
    F: Fn() -> R + Send + 'static,
    R: Future<Output = visavis_app::failure::Outcome<()>> + Send,
{
    tokio::spawn(async move {
        let mut turn = interval(every);
        turn.set_missed_tick_behavior(MissedTickBehavior::Delay);
        // The first tick comes at once; a server that has just started has other things to do.
        turn.tick().await;
        loop {
            turn.tick().await;
            if let Err(error) = run().await {
                tracing::error!(job = name, %error, "a job failed and will be tried again");
            }
        }
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn connections_leave_files_for_the_rest() {
        for (wanted, files, connections) in [
            (32_768, None, 32_768),
            (32_768, Some(1_048_576), 32_768),
            (32_768, Some(20_000), 18_976),
            (32_768, Some(1_000), 500),
            (10, Some(1_000), 10),
            (u32::MAX, None, u32::MAX as usize),
        ] {
            assert_eq!(super::connections(wanted, files), connections, "{wanted} {files:?}");
        }
    }

    #[test]
    fn the_demonstration_listens_on_this_machine_only() {
        let serve = |demo: bool, listen: &str| Serve {
            demo,
            listen: listen.to_owned(),
            public_url: None,
            tls_cert: None,
            tls_key: None,
            trust_forwarded_headers: false,
            limits: Vec::new(),
            connections: CONNECTIONS_MAX,
            allow_private_notification_urls: false,
            log_format: LogFormat::Human,
            log: String::new(),
        };
        for listen in ["127.0.0.1:0", "[::1]:0", "127.9.9.9:80", "[::ffff:127.0.0.1]:0"] {
            assert!(address(&serve(true, listen)).is_ok(), "{listen}");
        }
        for listen in ["0.0.0.0:0", "[::]:0", "192.0.2.1:80", "[::ffff:192.0.2.1]:80"] {
            let refused = address(&serve(true, listen)).unwrap_err();
            assert_eq!(refused.exit, Exit::Usage, "{listen}");
            assert!(address(&serve(false, listen)).is_ok(), "{listen}");
        }
        assert!(address(&serve(false, "nonsense")).is_err());
    }
}
