//! Transactions and repositories over SQL.
//!
//! A use case is a function over a [`Tx`]. [`Store::write`] runs it on the one thread that writes,
//! together with whatever else waits, and answers once all of it is durable (P1); [`Store::read`]
//! runs it in a snapshot. What it reads is what it writes upon: no verdict is older than the write
//! that it permits (P3).
//!
//! ```
//! use visavis_store::{Options, Store, StoreError};
//!
//! # fn main() -> Result<(), StoreError> {
//! # let folder = std::env::temp_dir().join(format!("visavis-doc-{}", std::process::id()));
//! # std::fs::create_dir_all(&folder).ok();
//! let store = Store::open(Options::new(folder.join("visavis.db")))?;
//! store.write_blocking(|tx| tx.set_meta("greeting", b"hello"))?;
//! let greeting = store.read_blocking(|tx| tx.meta("greeting"))?;
//! assert_eq!(greeting.as_deref(), Some(&b"hello"[..]));
//! # store.shutdown();
//! # std::fs::remove_dir_all(&folder).ok();
//! # Ok::<(), StoreError>(())
//! # }
//! ```
//!
//! # Adding a statement
//!
//! Statements are constants next to the method that uses them, one file per noun. They are shared
//! by all engines: parameters are `$1` to `$n` in the order of their first appearance, conflicts
//! are said with `ON CONFLICT`, tables of a chat begin their key with `chat_key` and tables of an
//! organisation with the organisation. A test reads the constants and holds this; another holds
//! that each of them finds its rows by an index.
#![deny(missing_docs)]

mod account;
mod audit;
mod chat;
mod checkpoint;
mod column;
mod contact;
mod engine;
mod error;
mod event;
mod export;
mod group;
mod hosted_content;
mod idempotency;
mod message;
mod meta;
mod migration;
mod organisation;
mod pinned_message;
mod queue;
mod reader;
mod report;
mod settings;
mod sqlite;
mod store;
mod subscription;
mod token;
mod tx;
mod verify;
mod writer;

pub use account::{DirectoryFilter, directory_key};
pub use audit::{ADMINISTRATION, AuditEntry, AuditFilter, AuditPage, AuditPlace, AuditReach};
pub use chat::{ChatFilter, ChatHome, ListedChat};
pub use error::{EngineError, StoreError};
pub use export::{ExportBudget, ExportRange, ExportStretch};
pub use idempotency::IdempotencyRecord;
pub use message::{ChangeRange, MessageOrder, MessageRange};
pub use store::{Options, Stats, Store};
pub use tx::{Committed, Payload, Tx};
pub use verify::{Broken, Flaw, Verification, VerifyReport};
pub use writer::OnCommit;
