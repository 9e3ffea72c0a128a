//! Why the store did not do what it was asked, written for the one who asked.

use std::error::Error;
use std::sync::Arc;

/// Why the store did not do what it was asked. Nothing was changed, unless a variant says otherwise.
///
/// It can be cloned, because one failed commit answers many commands.
#[derive(Debug, Clone, thiserror::Error)]
pub enum StoreError {
    /// No space is left for the database. It stays consistent, and reading goes on.
    #[error("the disk is full, nothing was written; free some space and try again")]
    DiskFull,
    /// The database, or the folder it lies in, cannot be written.
    #[error("the database is read-only; check the permissions of its folder and its files")]
    ReadOnly,
    /// More commands wait than the queue may hold. Trying again a moment later is fine.
    #[error("too many commands are waiting for the store; try again in a moment")]
    Overloaded,
    /// The database was written by a newer version of the program.
    #[error(
        "the database has schema version {found}, and this program knows versions up to {known}; \
         use the newer program that wrote it, or restore a backup"
    )]
    NewerSchema {
        /// The version of the database.
        found: i64,
        /// The newest version that this program knows.
        known: i64,
    },
    /// The database is older than the program, and was opened for reading only.
    #[error(
        "the database has schema version {found}, and this program needs version {known}; \
         start the server once, which upgrades it"
    )]
    OlderSchema {
        /// The version of the database.
        found: i64,
        /// The version that this program needs.
        known: i64,
    },
    /// A migration that was applied to the database is not the one that this program carries.
    #[error(
        "migration {version} of the database differs from the one in this program; \
         it was made by an altered program, and continuing could damage it"
    )]
    ChangedMigration {
        /// Which migration.
        version: i64,
    },
    /// Another process works with the same data folder.
    #[error("another process is using this data folder; stop it first")]
    Locked,
    /// What is stored makes no sense.
    #[error("the stored data is inconsistent: {what}")]
    Corrupt {
        /// What was found where.
        what: String,
    },
    /// The address belongs to an account already.
    #[error("the address belongs to an account already")]
    AddressTaken,
    /// The sign-in name belongs to an account already.
    #[error("the sign-in name belongs to an account already")]
    PrincipalTaken,
    /// The domain belongs to an organisation already.
    #[error("the domain belongs to an organisation already")]
    DomainTaken,
    /// What must be unique is there already.
    #[error("what must be unique is stored already")]
    Conflict(#[source] EngineError),
    /// The permit is for something else than what was to be written: a mistake in a use case.
    #[error("the permit does not allow what was to be written")]
    WrongPermit,
    /// What must be there to be changed is not.
    #[error("no such {what} is stored")]
    Missing {
        /// What was to be changed.
        what: &'static str,
    },
    /// The command stopped with a panic; it was rolled back, and the others were not touched.
    #[error("the command stopped unexpectedly and was rolled back")]
    Panicked,
    /// The store was shut down.
    #[error("the store is shut down")]
    Closed,
    /// A file could not be worked with.
    #[error("a file of the database could not be opened")]
    File(#[source] Arc<std::io::Error>),
    /// The database engine failed.
    #[error("the database failed")]
    Engine(#[source] EngineError),
}

impl StoreError {
    pub(crate) fn corrupt(what: impl Into<String>) -> Self {
        Self::Corrupt { what: what.into() }
    }

    /// The meaning of a failure to open, make or lock a file.
    pub(crate) fn from_file(error: std::io::Error) -> Self {
        match error.kind() {
            std::io::ErrorKind::PermissionDenied | std::io::ErrorKind::ReadOnlyFilesystem => {
                Self::ReadOnly
            }
            std::io::ErrorKind::StorageFull => Self::DiskFull,
            _ => Self::File(Arc::new(error)),
        }
    }
}

/// What a database engine said, whichever it is.
#[derive(Debug, Clone, thiserror::Error)]
#[error(transparent)]
pub struct EngineError(Arc<dyn Error + Send + Sync>);

impl EngineError {
    pub(crate) fn new(error: impl Error + Send + Sync + 'static) -> Self {
        Self(Arc::new(error))
    }
}
