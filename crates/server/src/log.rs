//! The log of the server, on standard error.

use std::io::IsTerminal;

use tracing_subscriber::EnvFilter;

use crate::exit::{Complaint, Done};

/// How the log looks.
#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
pub(crate) enum LogFormat {
    /// Lines for people
    Human,
    /// One JSON object a line
    Json,
}

/// Starts to log.
///
/// # Errors
///
/// [`crate::exit::Exit::Usage`] when the filter makes no sense.
pub(crate) fn start(format: LogFormat, filter: &str) -> Done {
    let filter = EnvFilter::try_new(filter)
        .map_err(|error| Complaint::usage(format!("--log {filter}: {error}")))?;
    let builder = tracing_subscriber::fmt()
        .with_env_filter(filter)
        .with_writer(std::io::stderr)
        .with_ansi(std::io::stderr().is_terminal());
    // A process that logs already, as in a test, goes on doing so.
    let _started = match format {
        LogFormat::Human => builder.try_init(),
        LogFormat::Json => builder.json().flatten_event(true).try_init(),
    };
    Ok(())
}
