//! Connections that write to chats and that read from them.

use std::collections::VecDeque;
use std::net::SocketAddr;
use std::rc::Rc;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, ensure};
use tokio::sync::mpsc;
use tokio::task::JoinSet;
use tokio::time::{sleep, timeout};

use crate::http::{self, Http};
use crate::ledger::{self, Ledger, Run, Template};
use crate::live::Live;
use crate::people::Person;
use crate::server::Server;

/// How long the last deliveries may take.
const SETTLE_WITHIN: Duration = Duration::from_secs(10);

/// Everything that writes and reads in one run.
pub(crate) struct Scene {
    pub(crate) run: Rc<Run>,
    tasks: JoinSet<Result<()>>,
    readers: JoinSet<Result<()>>,
    server: SocketAddr,
    has_keys: bool,
}

impl Scene {
    pub(crate) fn new(server: &Server) -> Self {
        Self {
            has_keys: false,
            run: Run::start(),
            tasks: JoinSet::new(),
            readers: JoinSet::new(),
            server: server.address,
        }
    }

    /// From now on every message that is sent has an idempotency key.
    pub(crate) fn use_keys(&mut self, has_keys: bool) {
        self.has_keys = has_keys;
    }

    /// Opens a live connection of somebody who reads a chat.
    pub(crate) async fn read(&mut self, person: &Person, ledger: &Rc<Ledger>) -> Result<()> {
        let live = Live::open(self.server, &person.token).await?;
        let reader = Reader { live, token: person.token.clone(), server: self.server };
        self.readers.spawn_local(reader.run(Rc::clone(ledger), Rc::clone(&self.run)));
        Ok(())
    }

    /// Opens a connection on which somebody sends.
    pub(crate) async fn sender(&self, person: &Person, chat: &str) -> Result<Sender> {
        let templates = VecDeque::from([self.template(person, chat)?]);
        Ok(Sender { http: Http::connect(self.server).await?, templates })
    }

    fn template(&self, person: &Person, chat: &str) -> Result<Template> {
        let body = serde_json::json!({"body": {"content": ledger::text(0)}}).to_string();
        let path = format!("/v1.0/chats/{chat}/messages");
        let mut request =
            http::request("POST", &path, self.server, Some(&person.token), Some(&body));
        if self.has_keys {
            // As long as the UUID that most clients take.
            let key: String = ledger::text(0).chars().take(36).collect();
            request = http::with_header(request, "Idempotency-Key", &key);
        }
        Template::new(request)
    }

    /// As [`Scene::write`], each message in the next of these chats.
    pub(crate) async fn write_in_turn(
        &mut self,
        person: &Person,
        chats: &[String],
        ledger: &Rc<Ledger>,
    ) -> Result<()> {
        let (first, others) = chats.split_first().context("no chats")?;
        let mut sender = self.sender(person, first).await?;
        for chat in others {
            sender.templates.push_back(self.template(person, chat)?);
        }
        self.tasks.spawn_local(write_all(sender, Rc::clone(ledger), Rc::clone(&self.run)));
        Ok(())
    }

    /// Opens a connection that sends the next message whenever the last one was acknowledged.
    pub(crate) async fn write(
        &mut self,
        person: &Person,
        chat: &str,
        ledger: &Rc<Ledger>,
    ) -> Result<()> {
        let sender = self.sender(person, chat).await?;
        self.tasks.spawn_local(write_all(sender, Rc::clone(ledger), Rc::clone(&self.run)));
        Ok(())
    }

    /// Opens a connection that sends a message at each of the times that it is given.
    pub(crate) async fn write_when_due(
        &mut self,
        person: &Person,
        chat: &str,
        ledger: &Rc<Ledger>,
    ) -> Result<mpsc::UnboundedSender<Instant>> {
        let mut sender = self.sender(person, chat).await?;
        let (due, mut times) = mpsc::unbounded_channel::<Instant>();
        let (ledger, run) = (Rc::clone(ledger), Rc::clone(&self.run));
        self.tasks.spawn_local(async move {
            while let Some(time) = times.recv().await {
                sender.send(&ledger, run.at(time)).await?;
            }
            Ok(())
        });
        Ok(due)
    }

    /// Lets the senders finish, and waits until what they sent has arrived.
    pub(crate) async fn finish(mut self, ledgers: &[Rc<Ledger>]) -> Result<()> {
        self.run.is_over.set(true);
        while let Some(done) = timeout(SETTLE_WITHIN, self.tasks.join_next())
            .await
            .context("messages are not acknowledged any more")?
        {
            done??;
        }
        let settled = async {
            while !ledgers.iter().all(|ledger| ledger.is_settled()) {
                sleep(Duration::from_millis(10)).await;
            }
        };
        let is_settled = timeout(SETTLE_WITHIN, settled).await.is_ok();
        // A reader that has ended says why the rest did not arrive.
        while let Some(done) = self.readers.try_join_next() {
            done??;
        }
        let missing: usize = ledgers.iter().map(|ledger| ledger.missing()).sum();
        ensure!(is_settled, "{missing} acknowledged messages were not delivered");
        Ok(())
    }
}

/// One connection that sends one message after the other.
pub(crate) struct Sender {
    http: Http,
    /// Of the chats in which messages are sent in turn.
    templates: VecDeque<Template>,
}

impl Sender {
    /// Sends a message and waits until it is acknowledged.
    pub(crate) async fn send(&mut self, ledger: &Ledger, due: u64) -> Result<()> {
        let number = ledger.send(due);
        self.templates.rotate_left(1);
        let template = self.templates.front_mut().context("no chat")?;
        let status = self.http.exchange(template.numbered(number)).await?;
        ensure!(
            status == 201,
            "a message was answered {status}: {}",
            String::from_utf8_lossy(self.http.body())
        );
        ledger.acknowledge(number);
        Ok(())
    }
}

async fn write_all(mut sender: Sender, ledger: Rc<Ledger>, run: Rc<Run>) -> Result<()> {
    while !run.is_over.get() {
        sender.send(&ledger, run.now()).await?;
    }
    Ok(())
}

struct Reader {
    live: Live,
    token: String,
    server: SocketAddr,
}

impl Reader {
    /// Enters what arrives; resumes as a client does when the server says so.
    async fn run(mut self, ledger: Rc<Ledger>, run: Rc<Run>) -> Result<()> {
        let (mut hint, mut seen) = (0, Vec::new());
        loop {
            let Some(frame) = self.live.frame().await? else {
                run.resumes.set(run.resumes.get() + 1);
                self.live = Live::resume(self.server, &self.token, self.live.since()).await?;
                continue;
            };
            if let Some(number) = ledger::number_in(self.live.text(&frame), &mut hint) {
                ledger.deliver(number, &mut seen);
            }
        }
    }
}
