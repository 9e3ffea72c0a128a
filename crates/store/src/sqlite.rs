//! The embedded engine: SQLite, in its write-ahead log, synchronised at each commit.

use std::collections::HashMap;
use std::hash::{BuildHasherDefault, Hasher};
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use rusqlite::ffi::ErrorCode;
use rusqlite::types::{ToSql, ToSqlOutput, ValueRef};
use rusqlite::{Connection, OpenFlags, Statement};

use crate::engine::{Columns, Engine, Next, Row, Value};
use crate::error::{EngineError, StoreError};

/// Versions before this one can lose pages when two connections write and checkpoint at the same
/// instant (the WAL-reset bug, fixed in 3.51.3).
const VERSION_MIN: i32 = 3_051_003;

/// How long a statement waits for a lock: recovery after a crash, or an operator's own tool.
const BUSY_WAIT: Duration = Duration::from_secs(10);

/// What a connection is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Purpose {
    /// The one writer.
    Write,
    /// A reader next to the writer of this process.
    Read,
}

/// Opens the file, and makes it if the connection is to write.
pub(crate) fn open(path: &Path, purpose: Purpose) -> Result<Connection, StoreError> {
    if rusqlite::version_number() < VERSION_MIN {
        return Err(StoreError::corrupt(format!(
            "SQLite {} has a bug that loses data; 3.51.3 or newer is needed",
            rusqlite::version()
        )));
    }
    let flags = OpenFlags::SQLITE_OPEN_NO_MUTEX
        | match purpose {
            Purpose::Write => OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_CREATE,
            Purpose::Read => OpenFlags::SQLITE_OPEN_READ_ONLY,
        };
    let connection = Connection::open_with_flags(path, flags).map_err(failure)?;
    configure(&connection, purpose).map_err(failure)?;
    // SQLite silently opens a file for reading only when it may not write it.
    if purpose == Purpose::Write && connection.is_readonly("main").map_err(failure)? {
        return Err(StoreError::ReadOnly);
    }
    Ok(connection)
}

fn configure(connection: &Connection, purpose: Purpose) -> rusqlite::Result<()> {
    connection.busy_timeout(BUSY_WAIT)?;
    // The arrows between tables are kept by the use cases; a check per row costs a lookup.
    connection.pragma_update(None, "foreign_keys", false)?;
    connection.pragma_update(None, "temp_store", "MEMORY")?;
    connection.pragma_update(None, "trusted_schema", false)?;
    match purpose {
        Purpose::Write => {
            connection.pragma_update(None, "journal_mode", "WAL")?;
            connection.pragma_update(None, "synchronous", "FULL")?;
            // Pages. Checkpoints inside commits beat a thread of their own by far: at 512 senders
            // p99 25 ms against 68 ms. Four times as many pages gained nothing.
            connection.pragma_update(None, "wal_autocheckpoint", 4_000)?;
            // Bytes that the log keeps after a burst.
            connection.pragma_update(None, "journal_size_limit", 64 * 1024 * 1024)?;
            // Negative numbers are KiB.
            connection.pragma_update(None, "cache_size", -64 * 1024)
        }
        Purpose::Read => {
            connection.pragma_update(None, "query_only", true)?;
            connection.pragma_update(None, "cache_size", -8 * 1024)
        }
    }
}

/// Lets the database grow to so many pages, as if the disk were full then.
pub(crate) fn limit_pages(connection: &Connection, pages: u32) -> Result<(), StoreError> {
    connection.pragma_update(None, "max_page_count", pages).map_err(failure)
}

/// The meaning of a failure.
pub(crate) fn failure(error: rusqlite::Error) -> StoreError {
    match error.sqlite_error_code() {
        Some(ErrorCode::DiskFull) => StoreError::DiskFull,
        Some(ErrorCode::ReadOnly | ErrorCode::PermissionDenied) => StoreError::ReadOnly,
        Some(ErrorCode::CannotOpen) => StoreError::File(Arc::new(std::io::Error::other(error))),
        Some(ErrorCode::ConstraintViolation) => StoreError::Conflict(EngineError::new(error)),
        Some(ErrorCode::DatabaseCorrupt | ErrorCode::NotADatabase) => {
            StoreError::corrupt(format!("SQLite says: {error}"))
        }
        _ => StoreError::Engine(EngineError::new(error)),
    }
}

/// An open connection with the statements it has prepared.
pub(crate) struct Sqlite<'c> {
    connection: &'c Connection,
    prepared: HashMap<(usize, usize), Statement<'c>, BuildHasherDefault<AddressHasher>>,
}

/// Statements are found by the address of their text: they are constants, so an address never
/// means another text, and no text is hashed on the way.
#[derive(Default)]
struct AddressHasher(u64);

impl Hasher for AddressHasher {
    fn finish(&self) -> u64 {
        self.0
    }

    fn write(&mut self, bytes: &[u8]) {
        for byte in bytes {
            self.write_usize(usize::from(*byte));
        }
    }

    fn write_usize(&mut self, number: usize) {
        // The multiplier of FxHash.
        self.0 = (self.0.rotate_left(5) ^ number as u64).wrapping_mul(0x517c_c1b7_2722_0a95);
    }
}

impl<'c> Sqlite<'c> {
    pub(crate) fn new(connection: &'c Connection) -> Self {
        Self { connection, prepared: HashMap::default() }
    }

    /// The statement, prepared at its first use, with its parameters bound.
    fn bound(
        &mut self,
        sql: &'static str,
        params: &[Value<'_>],
    ) -> Result<&mut Statement<'c>, StoreError> {
        let statement = match self.prepared.entry((sql.as_ptr() as usize, sql.len())) {
            std::collections::hash_map::Entry::Occupied(entry) => entry.into_mut(),
            std::collections::hash_map::Entry::Vacant(entry) => {
                entry.insert(self.connection.prepare(sql).map_err(failure)?)
            }
        };
        if statement.parameter_count() != params.len() {
            return Err(StoreError::corrupt("a statement has other parameters than were given"));
        }
        for (index, value) in params.iter().enumerate() {
            statement.raw_bind_parameter(index + 1, value).map_err(failure)?;
        }
        Ok(statement)
    }

    fn plain(&mut self, sql: &'static str) -> Result<(), StoreError> {
        self.bound(sql, &[])?.raw_execute().map_err(failure)?;
        Ok(())
    }
}

impl Engine for Sqlite<'_> {
    fn script(&mut self, sql: &str) -> Result<(), StoreError> {
        self.connection.execute_batch(sql).map_err(failure)
    }

    fn has_table(&mut self, name: &str) -> Result<bool, StoreError> {
        self.connection.table_exists(None, name).map_err(failure)
    }

    fn execute(&mut self, sql: &'static str, params: &[Value<'_>]) -> Result<u64, StoreError> {
        let touched = self.bound(sql, params)?.raw_execute().map_err(failure)?;
        Ok(touched as u64)
    }

    fn insert(
        &mut self,
        sql: &'static str,
        params: &[Value<'_>],
        _key: &'static str,
    ) -> Result<i64, StoreError> {
        self.bound(sql, params)?.raw_execute().map_err(failure)?;
        Ok(self.connection.last_insert_rowid())
    }

    fn query(
        &mut self,
        sql: &'static str,
        params: &[Value<'_>],
        each: &mut dyn FnMut(Row<'_>) -> Result<Next, StoreError>,
    ) -> Result<(), StoreError> {
        let mut rows = self.bound(sql, params)?.raw_query();
        while let Some(row) = rows.next().map_err(failure)? {
            if each(Row::new(row))? == Next::Stop {
                break;
            }
        }
        Ok(())
    }

    fn begin_write(&mut self) -> Result<(), StoreError> {
        self.plain("BEGIN IMMEDIATE")
    }

    fn begin_read(&mut self) -> Result<(), StoreError> {
        self.plain("BEGIN")
    }

    fn commit(&mut self) -> Result<(), StoreError> {
        self.plain("COMMIT")
    }

    fn rollback(&mut self) {
        if self.is_in_transaction()
            && let Err(error) = self.plain("ROLLBACK")
        {
            tracing::error!(error = %error, "could not roll back: {error}");
        }
    }

    fn is_in_transaction(&self) -> bool {
        !self.connection.is_autocommit()
    }

    fn begin_command(&mut self) -> Result<(), StoreError> {
        self.plain("SAVEPOINT command")
    }

    fn keep_command(&mut self) -> Result<(), StoreError> {
        self.plain("RELEASE SAVEPOINT command")
    }

    fn undo_command(&mut self) -> Result<(), StoreError> {
        self.plain("ROLLBACK TO SAVEPOINT command")?;
        self.plain("RELEASE SAVEPOINT command")
    }

    fn checkpoint(&mut self) -> Result<(), StoreError> {
        let checkpointed =
            self.connection.query_row("PRAGMA wal_checkpoint(TRUNCATE)", [], |_| Ok(()));
        checkpointed.map_err(failure)
    }
}

impl Columns for rusqlite::Row<'_> {
    fn column(&self, index: usize) -> Result<Value<'_>, StoreError> {
        match self.get_ref(index).map_err(failure)? {
            ValueRef::Null => Ok(Value::Null),
            ValueRef::Integer(number) => Ok(Value::Integer(number)),
            ValueRef::Blob(bytes) => Ok(Value::Blob(bytes)),
            ValueRef::Text(text) => match std::str::from_utf8(text) {
                Ok(text) => Ok(Value::Text(text)),
                Err(_invalid) => Err(StoreError::corrupt("a text is not UTF-8")),
            },
            ValueRef::Real(_) => Err(StoreError::corrupt("a column holds a broken number")),
        }
    }
}

impl ToSql for Value<'_> {
    fn to_sql(&self) -> rusqlite::Result<ToSqlOutput<'_>> {
        Ok(ToSqlOutput::Borrowed(match *self {
            Value::Null => ValueRef::Null,
            Value::Integer(number) => ValueRef::Integer(number),
            Value::Text(text) => ValueRef::Text(text.as_bytes()),
            Value::Blob(bytes) => ValueRef::Blob(bytes),
        }))
    }
}
