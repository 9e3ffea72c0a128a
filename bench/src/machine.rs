//! On what a run was measured.

use std::fs;
use std::path::Path;

use anyhow::Result;

use crate::disk_sync;
use crate::report::Table;

/// Facts without which the figures mean nothing.
pub(crate) fn describe(folder: &Path) -> Result<Table> {
    let mut table = Table::new("Machine");
    let cores = std::thread::available_parallelism()?;
    let processors = fs::read_to_string("/proc/cpuinfo").unwrap_or_default();
    let model = field(&processors, "model name").unwrap_or_else(|| "unknown".to_owned());
    let memory = fs::read_to_string("/proc/meminfo").unwrap_or_default();
    let memory = field(&memory, "MemTotal").unwrap_or_else(|| "unknown".to_owned());
    let kernel = fs::read_to_string("/proc/sys/kernel/osrelease").unwrap_or_default();
    table.row("processor", format!("{cores} cores, {model}"));
    table.row("memory", memory);
    table.row("kernel", format!("Linux {}", kernel.trim()));
    table.row("file system of the data", file_system(folder));
    table.row("fdatasync after 4 KiB", disk_sync::measure(folder)?.show());
    let load = fs::read_to_string("/proc/loadavg").unwrap_or_default();
    let load: Vec<&str> = load.split_whitespace().take(3).collect();
    table.row("load of the machine before", load.join(" "));
    Ok(table)
}

fn field(text: &str, name: &str) -> Option<String> {
    let line = text.lines().find(|line| line.starts_with(name))?;
    line.split_once(':').map(|(_name, value)| value.trim().to_owned())
}

/// The type of the file system that a folder is on.
fn file_system(folder: &Path) -> String {
    let mounts = fs::read_to_string("/proc/mounts").unwrap_or_default();
    let folder = folder.canonicalize().unwrap_or_else(|_error| folder.to_owned());
    let mounted = mounts.lines().filter_map(|line| {
        let mut fields = line.split(' ').skip(1);
        let (place, kind) = (fields.next()?, fields.next()?);
        folder.starts_with(place).then(|| (place.len(), kind.to_owned()))
    });
    mounted.max().map_or_else(|| "unknown".to_owned(), |(_length, kind)| kind)
}
