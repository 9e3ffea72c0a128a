//! What the disk itself takes to make something durable.

use std::fs::{self, File};
use std::io::Write;
use std::path::Path;
use std::time::Instant;

use anyhow::Result;

use crate::report::Quantiles;

/// Appends that are measured.
const APPENDS: usize = 1_000;
/// Bytes of each: a page of the database.
const APPEND_BYTES: usize = 4_096;

/// Measures `fdatasync` after an append of one page to a file that grows.
pub(crate) fn measure(folder: &Path) -> Result<Quantiles> {
    let path = folder.join("sync-probe");
    let mut file = File::create(&path)?;
    let page = [0x5a_u8; APPEND_BYTES];
    let mut samples = Vec::with_capacity(APPENDS);
    for _ in 0..APPENDS {
        let start = Instant::now();
        file.write_all(&page)?;
        file.sync_data()?;
        samples.push(start.elapsed());
    }
    fs::remove_file(path)?;
    Ok(Quantiles::of(samples))
}
