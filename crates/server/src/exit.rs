//! How a command ends: its exit code, and the sentence that goes with a failure.

use std::fmt;

use serde_json::{Value, json};

/// How a command ends. The numbers are part of the interface; `visavis --help` lists them.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Exit {
    /// Something went wrong that no other code names.
    Failure = 1,
    /// The command line makes no sense.
    Usage = 2,
    /// A policy, a role or a limit refuses it.
    Refused = 3,
    /// There is no such thing, or the person cannot be reached.
    NotFound = 4,
    /// Nobody is signed in, or the token is no longer valid.
    SignInNeeded = 5,
    /// The server cannot be reached.
    Unreachable = 6,
}

impl Exit {
    /// The exit code of the process.
    #[must_use]
    pub(crate) const fn code(self) -> u8 {
        self as u8
    }
}

/// Why a command did not do what it was asked.
#[derive(Debug)]
pub(crate) struct Complaint {
    /// How the process ends.
    pub exit: Exit,
    /// One sentence for the person, or several lines.
    pub message: String,
    /// What the server said, where it said something.
    pub answer: Option<Value>,
}

impl Complaint {
    /// A complaint with a sentence.
    pub(crate) fn new(exit: Exit, message: impl Into<String>) -> Self {
        Self { exit, message: message.into(), answer: None }
    }

    /// The command line makes no sense.
    pub(crate) fn usage(message: impl Into<String>) -> Self {
        Self::new(Exit::Usage, message)
    }

    /// There is no such thing.
    pub(crate) fn not_found(message: impl Into<String>) -> Self {
        Self::new(Exit::NotFound, message)
    }

    /// The complaint as `--json` shows it.
    #[must_use]
    pub(crate) fn to_json(&self) -> Value {
        match &self.answer {
            Some(answer) => answer.clone(),
            None => json!({"error": {"code": format!("{:?}", self.exit), "message": self.message}}),
        }
    }
}

impl fmt::Display for Complaint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message)
    }
}

impl From<anyhow::Error> for Complaint {
    fn from(error: anyhow::Error) -> Self {
        Self::new(Exit::Failure, format!("{error:#}"))
    }
}

/// What a command returns.
pub(crate) type Done<T = ()> = Result<T, Complaint>;
