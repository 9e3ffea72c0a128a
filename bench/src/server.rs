//! The server under test: started on an own data folder, and always stopped.

use std::fs::{self, File};
use std::io::{BufRead, BufReader};
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdout, Command, Stdio};
use std::time::{Duration, Instant};

use anyhow::{Context, Result, anyhow, ensure};
use serde_json::Value;
use tokio::time::{sleep, timeout};

use crate::http::Api;
use crate::process::{self, OPEN_FILES_WANTED};

/// How long a start may take before the run counts as broken.
const START_WITHIN: Duration = Duration::from_secs(60);
/// How long an orderly stop may take before the process is ended.
const STOP_WITHIN: Duration = Duration::from_secs(40);
/// Lines of the server's log that are repeated when something went wrong.
const LOG_LINES_SHOWN: usize = 20;

/// A server with a demonstration, which ends when this is dropped.
#[derive(Debug)]
pub(crate) struct Server {
    child: Child,
    /// What the server prints; kept open, because a closed one would end it.
    output: Option<BufReader<ChildStdout>>,
    data: PathBuf,
    pub(crate) address: SocketAddr,
    /// From the start of the process to the first answer.
    pub(crate) started_within: Duration,
}

impl Server {
    /// Starts the binary on a data folder and waits until it answers.
    pub(crate) async fn start(binary: &Path, data: &Path) -> Result<Self> {
        let log = File::create(data.join("server.log"))?;
        let started = Instant::now();
        // The shell raises the limit of open files as far as it may and becomes the server.
        let script = format!(
            "ulimit -n {OPEN_FILES_WANTED} 2>/dev/null || ulimit -n $(ulimit -H -n); \
             exec \"$0\" serve --demo --data \"$1\" --listen 127.0.0.1:0"
        );
        let mut child = Command::new("sh")
            .args(["-c", &script])
            .arg(binary)
            .arg(data)
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(log)
            .spawn()
            .with_context(|| format!("{} cannot be started", binary.display()))?;
        let mut output = BufReader::new(child.stdout.take().context("no output of the server")?);
        let mut server = Self {
            child,
            output: None,
            data: data.to_owned(),
            address: SocketAddr::from(([127, 0, 0, 1], 0)),
            started_within: Duration::ZERO,
        };
        let first_line = tokio::task::spawn_blocking(move || {
            let mut line = String::new();
            output.read_line(&mut line).map(|_bytes| (line, output))
        });
        let first_line = timeout(START_WITHIN, first_line).await;
        let (line, output) = first_line.map_err(|_late| server.complaint())???;
        server.output = Some(output);
        let place = line.trim().rsplit_once("http://").and_then(|(_, place)| place.parse().ok());
        server.address = place.ok_or_else(|| server.complaint())?;
        let mut api = Api::connect(server.address).await?;
        api.call("GET", "/health", None, None).await?;
        server.started_within = started.elapsed();
        Ok(server)
    }

    pub(crate) fn pid(&self) -> u32 {
        self.child.id()
    }

    pub(crate) fn cpu_seconds(&self) -> Result<f64> {
        process::cpu_seconds(self.pid())
    }

    pub(crate) fn resident_kib(&self) -> Result<f64> {
        process::resident_kib(self.pid())
    }

    /// A file that the server wrote for scripts.
    pub(crate) fn file(&self, name: &str) -> Result<Value> {
        let text = fs::read_to_string(self.data.join(name)).with_context(|| name.to_owned())?;
        Ok(serde_json::from_str(&text)?)
    }

    /// Stops the server in good order.
    pub(crate) async fn stop(mut self) -> Result<()> {
        let pid = self.pid().to_string();
        let told = Command::new("sh").args(["-c", "kill -TERM \"$0\"", &pid]).status()?;
        ensure!(told.success(), "the server cannot be told to stop");
        let until = Instant::now() + STOP_WITHIN;
        while Instant::now() < until {
            if let Some(status) = self.child.try_wait()? {
                ensure!(status.success(), "the server stopped with {status}");
                return Ok(());
            }
            sleep(Duration::from_millis(5)).await;
        }
        Err(anyhow!("the server did not stop within {} s", STOP_WITHIN.as_secs()))
    }

    /// Ends the server as a power cut would.
    pub(crate) fn kill(mut self) -> Result<()> {
        self.child.kill()?;
        self.child.wait()?;
        Ok(())
    }

    fn complaint(&self) -> anyhow::Error {
        let log = fs::read_to_string(self.data.join("server.log")).unwrap_or_default();
        let lines: Vec<&str> = log.lines().collect();
        let last = lines.get(lines.len().saturating_sub(LOG_LINES_SHOWN)..).unwrap_or_default();
        anyhow!("the server did not start:\n{}", last.join("\n"))
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        // After an orderly stop there is nobody left to end, and both fail.
        if self.child.kill().is_ok() {
            let _gone = self.child.wait();
        }
    }
}

/// Bytes of all files in a folder.
pub(crate) fn folder_bytes(folder: &Path) -> Result<u64> {
    let mut bytes = 0;
    for entry in fs::read_dir(folder)? {
        let data = entry?.metadata()?;
        bytes += if data.is_file() { data.len() } else { 0 };
    }
    Ok(bytes)
}
