//! How the person who runs the deployment reaches it: a file beside the data.

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::Context;
use serde::{Deserialize, Serialize};

use crate::exit::{Complaint, Done, Exit};
use crate::private_file;

/// Where a running server is, and the operator's token for it.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Operator {
    /// Where the server listens.
    pub base_url: String,
    /// The operator's bearer token.
    pub token: String,
}

/// The file in a data folder.
#[must_use]
pub(crate) fn path(data: &Path) -> PathBuf {
    data.join("operator.json")
}

/// Reads the file, if there is one.
#[must_use]
pub(crate) fn find(data: &Path) -> Option<Operator> {
    serde_json::from_str(&fs::read_to_string(path(data)).ok()?).ok()
}

/// Reads the file.
///
/// # Errors
///
/// [`Exit::SignInNeeded`] when there is none, or none that this user may read.
pub(crate) fn read(data: &Path) -> Done<Operator> {
    find(data).ok_or_else(|| {
        Complaint::new(
            Exit::SignInNeeded,
            format!(
                "{} cannot be read: it is made when `visavis serve` starts.\n  \
                 Name the data folder with --data, or give --server and --token.",
                path(data).display()
            ),
        )
    })
}

/// Writes the file, readable by its owner only.
///
/// # Errors
///
/// When it cannot be written.
pub(crate) fn write(data: &Path, operator: &Operator) -> anyhow::Result<()> {
    let text = serde_json::to_string_pretty(operator)?;
    let path = path(data);
    private_file::write(&path, &text)
        .with_context(|| format!("{} cannot be written", path.display()))
}
