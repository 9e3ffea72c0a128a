//! How a database gets the schema that this program needs.

use visavis_domain::audit::Hash;
use visavis_domain::time::Timestamp;

use crate::account;
use crate::engine::{Engine, Next};
use crate::error::StoreError;

/// One step of the schema, applied once and never changed after its release.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Migration {
    pub(crate) version: i64,
    pub(crate) script: &'static str,
    /// Fills what the script made with what follows from rows that are there, where that is beyond
    /// statements.
    fill: Option<Fill>,
}

type Fill = fn(&mut dyn Engine) -> Result<(), StoreError>;

impl Migration {
    pub(crate) const fn new(version: i64, script: &'static str) -> Self {
        Self { version, script, fill: None }
    }
}

/// The steps for SQLite, in order. Their checksums stand in `migrations/checksums.txt`.
pub(crate) const SQLITE: &[Migration] = &[
    Migration::new(1, include_str!("migrations/sqlite/0001_initial.sql")),
    Migration::new(2, include_str!("migrations/sqlite/0002_account_by_phone.sql")),
    Migration::new(3, include_str!("migrations/sqlite/0003_event_by_message.sql")),
    Migration::new(4, include_str!("migrations/sqlite/0004_hosted_content.sql")),
    Migration::new(5, include_str!("migrations/sqlite/0005_subscription.sql")),
    Migration::new(6, include_str!("migrations/sqlite/0006_pinned_message.sql")),
    Migration::new(7, include_str!("migrations/sqlite/0007_account_by_direct_policy.sql")),
    Migration::new(8, include_str!("migrations/sqlite/0008_viewpoint.sql")),
    Migration::new(9, include_str!("migrations/sqlite/0009_membership_by_account.sql")),
    Migration::new(10, include_str!("migrations/sqlite/0010_report.sql")),
    Migration::new(11, include_str!("migrations/sqlite/0011_account_by_role.sql")),
    Migration::new(12, include_str!("migrations/sqlite/0012_lifecycle_by_account.sql")),
    Migration::new(13, include_str!("migrations/sqlite/0013_report_by_reporter.sql")),
    Migration {
        fill: Some(account::fill_words),
        ..Migration::new(14, include_str!("migrations/sqlite/0014_account_word.sql"))
    },
];

const CREATE_LIST: &str = "
    CREATE TABLE IF NOT EXISTS schema_migration (
        version INTEGER PRIMARY KEY,
        sha256 TEXT NOT NULL,
        applied_at INTEGER NOT NULL
    )";

const SELECT_APPLIED: &str = "SELECT version, sha256 FROM schema_migration ORDER BY version";

const INSERT_APPLIED: &str =
    "INSERT INTO schema_migration (version, sha256, applied_at) VALUES ($1, $2, $3)";

/// Applies what is missing, each step in a transaction of its own.
///
/// # Errors
///
/// [`StoreError::NewerSchema`] and [`StoreError::ChangedMigration`], with nothing touched; else
/// what the engine says, with the steps before kept.
pub(crate) fn upgrade(
    engine: &mut dyn Engine,
    migrations: &[Migration],
    now: Timestamp,
) -> Result<(), StoreError> {
    let applied = checked(engine, migrations)?;
    for migration in migrations.iter().skip(applied) {
        engine.begin_write()?;
        let done = apply(engine, migration, now);
        if done.is_err() {
            engine.rollback();
        }
        done?;
        tracing::info!(version = migration.version, "applied migration {}", migration.version);
    }
    Ok(())
}

/// Makes sure that a database which is only read has exactly the schema that is needed.
pub(crate) fn require(engine: &mut dyn Engine, migrations: &[Migration]) -> Result<(), StoreError> {
    let applied = checked(engine, migrations)?;
    let known = newest(migrations);
    match migrations.get(applied) {
        None => Ok(()),
        Some(missing) => Err(StoreError::OlderSchema { found: missing.version - 1, known }),
    }
}

fn apply(engine: &mut dyn Engine, migration: &Migration, now: Timestamp) -> Result<(), StoreError> {
    engine.script(CREATE_LIST)?;
    engine.script(migration.script)?;
    if let Some(fill) = migration.fill {
        fill(engine)?;
    }
    let checksum = checksum(migration.script);
    engine.execute(INSERT_APPLIED, &[migration.version.into(), (&checksum).into(), now.into()])?;
    engine.commit()
}

/// How many of the steps are applied, provided that they are the same here and there.
fn checked(engine: &mut dyn Engine, migrations: &[Migration]) -> Result<usize, StoreError> {
    let applied = applied(engine)?;
    let known = newest(migrations);
    if let Some((found, _checksum)) = applied.last().filter(|(version, _)| *version > known) {
        return Err(StoreError::NewerSchema { found: *found, known });
    }
    for (ours, (version, theirs)) in migrations.iter().zip(&applied) {
        if ours.version != *version || checksum(ours.script) != *theirs {
            return Err(StoreError::ChangedMigration { version: *version });
        }
    }
    Ok(applied.len())
}

fn applied(engine: &mut dyn Engine) -> Result<Vec<(i64, String)>, StoreError> {
    if !engine.has_table("schema_migration")? {
        return Ok(Vec::new());
    }
    let mut applied = Vec::new();
    engine.query(SELECT_APPLIED, &[], &mut |row| {
        applied.push((row.get(0)?, row.get(1)?));
        Ok(Next::Row)
    })?;
    Ok(applied)
}

fn newest(migrations: &[Migration]) -> i64 {
    migrations.last().map_or(0, |migration| migration.version)
}

fn checksum(script: &str) -> String {
    Hash::of(script.as_bytes()).to_hex()
}
