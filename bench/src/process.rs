//! What the kernel knows about a process.

use std::collections::BTreeMap;
use std::ffi::OsString;
use std::fs;
use std::process::{Command, Stdio};

use anyhow::{Context, Result};

/// Ticks a second in which the kernel counts processor time; the same on every Linux.
const TICKS_PER_SECOND: f64 = 100.0;
/// Open files that a run wants for itself and for the server.
pub(crate) const OPEN_FILES_WANTED: u64 = 65_536;

/// Seconds of processor time that a process has used.
pub(crate) fn cpu_seconds(pid: u32) -> Result<f64> {
    let stat = fs::read_to_string(format!("/proc/{pid}/stat"))?;
    let (_name, fields) = stat.rsplit_once(')').context("an unknown form of /proc/…/stat")?;
    let ticks = fields.split_whitespace().skip(11).take(2).filter_map(|f| f.parse::<f64>().ok());
    Ok(ticks.sum::<f64>() / TICKS_PER_SECOND)
}

/// Seconds of processor time by thread: its number and the kind that its name says.
pub(crate) fn cpu_seconds_by_thread(pid: u32) -> Result<BTreeMap<(OsString, String), f64>> {
    let mut seconds = BTreeMap::new();
    for task in fs::read_dir(format!("/proc/{pid}/task"))? {
        let task = task?;
        // A thread may end while it is looked at.
        let Ok(name) = fs::read_to_string(task.path().join("comm")) else { continue };
        let Ok(times) = fs::read_to_string(task.path().join("schedstat")) else { continue };
        let nanoseconds: f64 =
            times.split_whitespace().next().and_then(|field| field.parse().ok()).unwrap_or(0.0);
        let kind = name.trim().trim_end_matches(|c: char| c.is_ascii_digit() || c == '-');
        seconds.insert((task.file_name(), kind.to_owned()), nanoseconds / 1e9);
    }
    Ok(seconds)
}

/// Kibibytes of memory that a process occupies.
pub(crate) fn resident_kib(pid: u32) -> Result<f64> {
    let status = fs::read_to_string(format!("/proc/{pid}/status"))?;
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:"));
    let number = line.and_then(|line| line.split_whitespace().next());
    number.and_then(|number| number.parse().ok()).context("no VmRSS")
}

/// Tries to raise how many files this process may have open, and says how many it may.
pub(crate) fn raise_open_files() -> u64 {
    let pid = std::process::id().to_string();
    let limit = format!("--nofile={OPEN_FILES_WANTED}:{OPEN_FILES_WANTED}");
    let mut command = Command::new("prlimit");
    command.args(["--pid", &pid, &limit]).stdout(Stdio::null()).stderr(Stdio::null());
    // Without the tool or the right, what there is must do.
    let _whether_raised = command.status();
    let limits = fs::read_to_string("/proc/self/limits").unwrap_or_default();
    let line = limits.lines().find_map(|line| line.strip_prefix("Max open files"));
    let soft = line.and_then(|line| line.split_whitespace().next());
    soft.and_then(|number| number.parse().ok()).unwrap_or(1_024)
}
