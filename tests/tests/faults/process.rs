//! The server as a process that may fail to start, is stopped, and is killed.

use std::io::{BufRead, BufReader, Read};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, ExitStatus, Stdio};
use std::sync::mpsc::{Receiver, RecvTimeoutError, channel};
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

use anyhow::{Context, bail, ensure};
use serde_json::Value;

use visavis_tests::server::command;

use crate::person::Person;

/// How long a server may take until it listens; generous, because machines are shared.
const START_WITHIN: Duration = Duration::from_secs(60);

/// What a command that has ended left behind.
#[derive(Debug)]
pub(crate) struct Ended {
    /// The exit code; none when a signal ended it.
    pub(crate) code: Option<i32>,
    /// Standard output.
    pub(crate) out: String,
    /// Standard error.
    pub(crate) err: String,
}

/// Runs a prepared command until it ends.
pub(crate) fn ended(command: &mut Command) -> anyhow::Result<Ended> {
    let output = command.stdin(Stdio::null()).output().context("the binary cannot be started")?;
    Ok(Ended {
        code: output.status.code(),
        out: String::from_utf8(output.stdout).context("standard output is not UTF-8")?,
        err: String::from_utf8(output.stderr).context("standard error is not UTF-8")?,
    })
}

/// The command that serves the demonstration from a data folder, on a free port.
pub(crate) fn serve(data: &Path) -> Command {
    let mut command = command();
    command.args(["serve", "--demo", "--listen", "127.0.0.1:0", "--data"]).arg(data);
    command
}

/// A server that listens. It is killed when this is dropped.
#[derive(Debug)]
pub(crate) struct Server {
    child: Child,
    base: String,
    data: PathBuf,
    http: reqwest::Client,
    complaints: Option<JoinHandle<String>>,
}

impl Server {
    /// Starts the demonstration on a data folder, and waits until it listens.
    pub(crate) fn start(data: &Path) -> anyhow::Result<Self> {
        Self::spawn(&mut serve(data), data)
    }

    /// The same with a prepared command.
    pub(crate) fn spawn(command: &mut Command, data: &Path) -> anyhow::Result<Self> {
        let mut begun = Begun::spawn(command)?;
        match begun.listening(START_WITHIN)? {
            Some(base) => Ok(begun.server(base, data)),
            None => {
                let (status, said) = begun.end()?;
                bail!("the server ended with {status} instead of listening: {said}")
            }
        }
    }

    /// Where it listens.
    pub(crate) fn base(&self) -> &str {
        &self.base
    }

    /// Its data folder.
    pub(crate) fn data(&self) -> &Path {
        &self.data
    }

    /// Where its data folder is seen from outside.
    pub(crate) fn see_data_at(&mut self, path: PathBuf) {
        self.data = path;
    }

    /// The id of the process.
    pub(crate) fn id(&self) -> u32 {
        self.child.id()
    }

    /// What is in `demo.json`.
    pub(crate) fn demo(&self) -> anyhow::Result<Value> {
        demo(&self.data)
    }

    /// Somebody of the demonstration, by the part of the address before the first dot.
    pub(crate) fn person(&self, name: &str) -> anyhow::Result<Person> {
        let demo = self.demo()?;
        let accounts = demo["accounts"].as_array().context("accounts")?;
        let account = accounts
            .iter()
            .find(|account| account["mail"].as_str().is_some_and(|mail| is_of(mail, name)))
            .with_context(|| format!("nobody is called {name}"))?;
        let text = |key: &str| account[key].as_str().unwrap_or_default().to_owned();
        Ok(Person::new(&self.http, &self.base, text("id"), text("token")))
    }

    /// Ends it at once, as a crash does; tells what it said on standard error.
    pub(crate) fn kill(mut self) -> anyhow::Result<String> {
        ensure!(self.child.try_wait()?.is_none(), "the server was gone already: {}", self.said());
        self.child.kill()?;
        self.child.wait()?;
        Ok(self.said())
    }

    /// Whether it still runs.
    pub(crate) fn is_alive(&mut self) -> anyhow::Result<bool> {
        Ok(self.child.try_wait()?.is_none())
    }

    /// Asks it to stop, as `systemd` and `kubelet` do.
    pub(crate) fn terminate(&self) -> anyhow::Result<()> {
        let asked = Command::new("sh")
            .args(["-c", "kill -TERM \"$1\"", "sh", &self.id().to_string()])
            .status()?;
        ensure!(asked.success(), "SIGTERM was not delivered");
        Ok(())
    }

    /// Waits for its end; tells the status, and what it said on standard error.
    pub(crate) fn wait(mut self, within: Duration) -> anyhow::Result<(ExitStatus, String)> {
        let status = wait(&mut self.child, within)?;
        Ok((status, self.said()))
    }

    fn said(&mut self) -> String {
        let said = self.complaints.take().map(JoinHandle::join);
        said.and_then(Result::ok).unwrap_or_default()
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        // It may have ended already, and then nothing is left to do.
        if self.child.kill().is_ok() {
            let _status = self.child.wait();
        }
    }
}

fn is_of(mail: &str, name: &str) -> bool {
    mail.split(['.', '@']).next() == Some(name)
}

fn demo(data: &Path) -> anyhow::Result<Value> {
    let text = std::fs::read_to_string(data.join("demo.json")).context("demo.json")?;
    serde_json::from_str(&text).context("demo.json")
}

/// A server that was started and perhaps does not listen yet.
#[derive(Debug)]
pub(crate) struct Begun {
    child: Option<Child>,
    lines: Receiver<String>,
    complaints: Option<JoinHandle<String>>,
}

impl Begun {
    /// Starts it.
    pub(crate) fn spawn(command: &mut Command) -> anyhow::Result<Self> {
        let mut child = command
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .context("the binary cannot be started")?;
        let out = child.stdout.take().context("standard output")?;
        let mut err = child.stderr.take().context("standard error")?;
        let (sender, lines) = channel();
        std::thread::spawn(move || {
            let lines = BufReader::new(out).lines();
            lines.map_while(Result::ok).for_each(|line| {
                // Whoever does not wait any more needs no lines.
                let _unread = sender.send(line);
            });
        });
        let complaints = std::thread::spawn(move || {
            let mut said = Vec::new();
            let _until_it_ends = err.read_to_end(&mut said);
            String::from_utf8_lossy(&said).into_owned()
        });
        Ok(Self { child: Some(child), lines, complaints: Some(complaints) })
    }

    /// Waits until it says where it listens; none when it ends before.
    pub(crate) fn listening(&mut self, within: Duration) -> anyhow::Result<Option<String>> {
        let deadline = Instant::now() + within;
        loop {
            let left = deadline.saturating_duration_since(Instant::now());
            match self.lines.recv_timeout(left) {
                Ok(line) => match line.split_once("listening on ") {
                    Some((_, base)) => return Ok(Some(base.trim().to_owned())),
                    None => continue,
                },
                Err(RecvTimeoutError::Disconnected) => return Ok(None),
                Err(RecvTimeoutError::Timeout) => bail!("the server does not listen"),
            }
        }
    }

    /// Ends it at once.
    pub(crate) fn kill(mut self) -> anyhow::Result<()> {
        let mut child = self.child.take().context("the process")?;
        child.kill()?;
        child.wait()?;
        Ok(())
    }

    /// Waits for its own end; tells the status, and what it said on standard error.
    pub(crate) fn end(mut self) -> anyhow::Result<(ExitStatus, String)> {
        let mut child = self.child.take().context("the process")?;
        let status = wait(&mut child, START_WITHIN)?;
        let said = self.complaints.take().map(JoinHandle::join);
        Ok((status, said.and_then(Result::ok).unwrap_or_default()))
    }

    /// From now on it is a server that listens.
    fn server(mut self, base: String, data: &Path) -> Server {
        let complaints = self.complaints.take();
        let child = self.child.take();
        let child = child.expect("the process");
        let http = reqwest::Client::new();
        Server { child, base, data: data.to_owned(), http, complaints }
    }
}

impl Drop for Begun {
    fn drop(&mut self) {
        if let Some(child) = &mut self.child
            && child.kill().is_ok()
        {
            let _status = child.wait();
        }
    }
}

fn wait(child: &mut Child, within: Duration) -> anyhow::Result<ExitStatus> {
    let deadline = Instant::now() + within;
    loop {
        if let Some(status) = child.try_wait()? {
            return Ok(status);
        }
        if Instant::now() > deadline {
            let _gone = child.kill();
            let _status = child.wait();
            bail!("the process did not end within {within:?}");
        }
        std::thread::sleep(Duration::from_millis(5));
    }
}
