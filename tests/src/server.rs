//! The server as a child process.

use std::fs::File;
use std::io::{BufRead, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, ExitStatus, Stdio};
use std::sync::mpsc;
use std::time::Duration;

use serde_json::Value;
use tempfile::TempDir;

use crate::authority::Authority;
use crate::client::Client;

/// How long a server may take until it answers. A first start seeds the demonstration.
const START_WITHIN: Duration = Duration::from_secs(60);

/// What the server writes on standard error, beside its data.
const LOG: &str = "server.log";

/// A running server. It is killed when this is dropped.
#[derive(Debug)]
pub struct Server {
    child: Child,
    data: PathBuf,
    base_url: String,
    /// The data folder, when it belongs to this server and goes with it.
    _own: Option<TempDir>,
}

impl Server {
    /// A server with a fresh demonstration in a folder of its own.
    #[must_use]
    pub fn demonstration() -> Self {
        let own = tempfile::tempdir().expect("a temporary folder");
        let server = Self::on(own.path());
        server.owning(own)
    }

    /// A server with the demonstration on this folder, which stays.
    #[must_use]
    pub fn on(data: &Path) -> Self {
        Self::with(data, &["serve", "--demo", "--listen", "127.0.0.1:0"])
    }

    /// A server with a fresh demonstration that speaks TLS as `localhost`, and takes no more than 20
    /// messages a second from one account.
    #[must_use]
    pub fn encrypted(authority: &Authority) -> Self {
        let own = tempfile::tempdir().expect("a temporary folder");
        let (certificate, key) = authority.issue("localhost");
        let server = Self::with(
            own.path(),
            &[
                "serve",
                "--demo",
                "--listen",
                "localhost:0",
                "--tls-cert",
                path_text(&certificate),
                "--tls-key",
                path_text(&key),
                "--limit",
                "messagesPerSecond=20",
            ],
        );
        server.owning(own)
    }

    /// A server on this folder with these arguments, besides `--data`.
    #[must_use]
    pub fn with(data: &Path, arguments: &[&str]) -> Self {
        let log = File::create(data.join(LOG)).expect("a log file");
        let mut child = command()
            .args(arguments)
            .arg("--data")
            .arg(data)
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(log)
            .spawn()
            .expect("the server starts");
        let said = first_line(&mut child);
        let base_url = said.as_deref().and_then(|line| line.split("listening on ").nth(1));
        let Some(base_url) = base_url.map(|url| url.trim().to_owned()) else {
            let log = std::fs::read_to_string(data.join(LOG)).unwrap_or_default();
            drop(child.kill());
            panic!("the server did not start: it said {said:?} and logged\n{log}");
        };
        Self { child, data: data.to_owned(), base_url, _own: None }
    }

    /// The same server, with the folder going when it goes.
    #[must_use]
    pub fn owning(mut self, folder: TempDir) -> Self {
        self._own = Some(folder);
        self
    }

    /// Scheme, host and port.
    #[must_use]
    pub fn base_url(&self) -> &str {
        &self.base_url
    }

    /// The data folder.
    #[must_use]
    pub fn data(&self) -> &Path {
        &self.data
    }

    /// The process id.
    #[must_use]
    pub fn pid(&self) -> u32 {
        self.child.id()
    }

    /// What the server has logged.
    #[must_use]
    pub fn log(&self) -> String {
        std::fs::read_to_string(self.data.join(LOG)).unwrap_or_default()
    }

    /// The file that tells scripts how to drive the demonstration.
    #[must_use]
    pub fn demo(&self) -> Value {
        read_json(&self.data.join("demo.json"))
    }

    /// A client that has not signed in.
    #[must_use]
    pub fn anonymous(&self) -> Client {
        Client::new(&self.base_url)
    }

    /// A client with the operator's token.
    #[must_use]
    pub fn operator(&self) -> Client {
        let operator = read_json(&self.data.join("operator.json"));
        let token = operator["token"].as_str().expect("the operator's token");
        self.anonymous().with_token(token)
    }

    /// Ends the process without warning, as a power cut would.
    pub fn kill(&mut self) {
        self.child.kill().expect("the server can be killed");
        self.child.wait().expect("the server ends");
    }

    /// Asks the server to stop, and waits until it has.
    pub fn stop(&mut self) -> ExitStatus {
        let asked = Command::new("kill").args(["-TERM", &self.pid().to_string()]).status();
        assert!(asked.expect("kill runs").success(), "the server could not be asked to stop");
        self.child.wait().expect("the server ends")
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        // It may have ended already.
        drop(self.child.kill());
        drop(self.child.wait());
    }
}

fn path_text(path: &Path) -> &str {
    path.to_str().expect("a path in UTF-8")
}

/// The program under test, with nothing of this process's environment.
#[must_use]
pub fn command() -> Command {
    let mut command = Command::new(binary());
    command.env_clear();
    command
}

/// The program that was built next to the running one.
#[must_use]
pub fn binary() -> PathBuf {
    let binary = profile_folder().join("visavis");
    assert!(
        binary.is_file(),
        "{} is missing: run `cargo build -p visavis-server` first",
        binary.display()
    );
    binary
}

/// Where cargo put what it built in the profile of this test.
pub(crate) fn profile_folder() -> PathBuf {
    let own = std::env::current_exe().expect("the path of this program");
    let folder = own.parent().expect("a program stands in a folder");
    // Tests stand one deeper, in target/<profile>/deps.
    let is_deeper = folder.ends_with("deps");
    let profile = if is_deeper { folder.parent() } else { Some(folder) };
    profile.expect("a test stands in target/<profile>/deps").to_owned()
}

pub(crate) fn read_json(path: &Path) -> Value {
    let text = std::fs::read_to_string(path);
    let text = text.unwrap_or_else(|error| panic!("{} cannot be read: {error}", path.display()));
    serde_json::from_str(&text).expect("a file of JSON")
}

/// What the server says first; it says nothing before it can answer.
fn first_line(child: &mut Child) -> Option<String> {
    let out = child.stdout.take().expect("standard output");
    let (to, from) = mpsc::channel();
    // Goes on reading, so that the server never waits for somebody to listen.
    std::thread::spawn(move || {
        for line in BufReader::new(out).lines().map_while(Result::ok) {
            drop(to.send(line));
        }
    });
    from.recv_timeout(START_WITHIN).ok()
}
