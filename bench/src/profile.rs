//! Where the server's time goes while pairs write at full speed.

use std::path::Path;
use std::process::{Command, Stdio};
use std::time::Duration;

use anyhow::{Context, Result, ensure};
use tokio::time::sleep;

use crate::Arguments;
use crate::pairs;
use crate::report::{self, progress};
use crate::server::Server;

/// How long the server is busy before it is looked at.
const BEFORE: Duration = Duration::from_secs(2);
/// Samples a second.
const FREQUENCY: &str = "997";
/// Functions that are shown.
const SHOWN: usize = 50;

/// Samples the server with `perf` and prints the functions in which it was found most often.
pub(crate) async fn profile(arguments: &Arguments, folder: &Path) -> Result<()> {
    let server = Server::start(&arguments.server, folder).await?;
    let pairs = pairs::prepare(&server).await?;
    let samples = folder.join("perf.data");
    let (pid, seconds) = (server.pid().to_string(), arguments.seconds.to_string());
    let record = {
        let samples = samples.clone();
        move || {
            std::thread::sleep(BEFORE);
            Command::new("perf")
                .args(["record", "-F", FREQUENCY, "-p", &pid, "-o"])
                .arg(samples)
                .args(["--", "sleep", &seconds])
                .stdout(Stdio::null())
                .stderr(Stdio::null())
                .status()
        }
    };
    progress("sampling");
    let recorded = tokio::task::spawn_blocking(record);
    let length = BEFORE + Duration::from_secs(arguments.seconds + 1);
    let messages = pairs::keep_busy(&server, &pairs, length).await?;
    let status = recorded.await?.context("perf cannot be started; is it installed?")?;
    ensure!(status.success(), "perf ended with {status}");
    sleep(Duration::from_millis(100)).await;
    server.stop().await?;
    report::text(&format!("{messages} messages while samples were taken\n"));
    for sort in ["comm", "comm,dso", "symbol"] {
        show(&samples, sort)?;
    }
    Ok(())
}

fn show(samples: &Path, sort: &str) -> Result<()> {
    let mut command = Command::new("perf");
    command.args(["report", "--stdio", "--no-children", "--sort", sort, "-i"]).arg(samples);
    let output = command.stderr(Stdio::null()).output()?;
    let text = String::from_utf8_lossy(&output.stdout);
    let lines = text.lines().filter(|line| !line.is_empty() && !line.starts_with('#'));
    let shown: Vec<&str> = lines.take(SHOWN).collect();
    report::text(&format!("by {sort}:\n\n```text\n{}\n```\n", shown.join("\n")));
    Ok(())
}
