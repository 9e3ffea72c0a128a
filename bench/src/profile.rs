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
/// Samples a second and processor; not a divisor of the server's own rhythms.
const FREQUENCY: &str = "199";
/// How stacks are found: by the unwinding tables that every build has, from so many bytes.
const STACKS: &str = "dwarf,16384";
/// Lines of each list.
const SHOWN: usize = 40;

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
                .args(["record", "-F", FREQUENCY, "--call-graph", STACKS, "-p", &pid, "-o"])
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
    for (title, view) in [
        ("Threads", View { sort: "comm", has_callees: false, only: "" }),
        ("Files", View { sort: "comm,dso", has_callees: false, only: "" }),
        ("Functions by their own time", View { sort: "symbol", has_callees: false, only: "" }),
        (
            "Own code with what it calls",
            View { sort: "symbol", has_callees: true, only: "visavis_" },
        ),
    ] {
        report::text(&format!("{title}:\n\n```text\n{}\n```\n", view.of(&samples)?));
    }
    Ok(())
}

/// One way to look at the samples.
struct View {
    sort: &'static str,
    /// Whether the time of what a function calls counts as its own.
    has_callees: bool,
    /// What the lines that are shown contain.
    only: &'static str,
}

impl View {
    fn of(&self, samples: &Path) -> Result<String> {
        let children = if self.has_callees { "--children" } else { "--no-children" };
        let mut command = Command::new("perf");
        command.args(["report", "--stdio", "--no-inline", "-g", "none", "--sort", self.sort]);
        let output = command.arg(children).arg("-i").arg(samples).stderr(Stdio::null()).output()?;
        let text = String::from_utf8_lossy(&output.stdout);
        let lines = text.lines().map(|line| line.trim_end_matches([' ', '-']));
        let lines = lines.filter(|line| !line.is_empty() && !line.starts_with('#'));
        let shown: Vec<&str> = lines.filter(|line| line.contains(self.only)).take(SHOWN).collect();
        Ok(shown.join("\n"))
    }
}
