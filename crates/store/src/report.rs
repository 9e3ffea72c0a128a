//! What personal accounts have reported.

use visavis_domain::id::ChatKey;
use visavis_domain::report::{Report, ReportReason};
use visavis_domain::time::Timestamp;

use crate::column::{count, named};
use crate::engine::Row;
use crate::error::StoreError;
use crate::tx::Tx;

const INSERT: &str = "
    INSERT INTO report (at, reporter, chat_key, message_id, person, reason, comment)
    VALUES ($1, $2, $3, $4, $5, $6, $7)";

const SELECT_BEFORE: &str = "
    SELECT r.entry, r.at, r.reporter, c.id, r.message_id, r.person, r.reason, r.comment
    FROM report r JOIN chat c ON c.chat_key = r.chat_key
    WHERE r.entry < $1 ORDER BY r.entry DESC LIMIT $2";

const DELETE_OLD: &str = "DELETE FROM report WHERE at < $1";

const DELETE_PAST: &str = "
    DELETE FROM report
    WHERE entry <= (SELECT entry FROM report ORDER BY entry DESC LIMIT 1 OFFSET $1)";

const DELETE_OF_PAST: &str = "
    DELETE FROM report
    WHERE reporter = $1 AND entry <= (
        SELECT entry FROM report WHERE reporter = $1 ORDER BY entry DESC LIMIT 1 OFFSET $2)";

/// # Reports
impl Tx<'_> {
    /// Keeps a report, in the chat of this key, and of its reporter the newest of them up to `kept`.
    ///
    /// # Errors
    ///
    /// [`StoreError`] when the database fails.
    pub fn insert_report(
        &mut self,
        chat: ChatKey,
        report: &Report,
        kept: usize,
    ) -> Result<(), StoreError> {
        let params = [
            report.at.into(),
            (&report.reporter).into(),
            chat.into(),
            report.message.into(),
            report.person.as_ref().into(),
            report.reason.as_str().into(),
            report.comment.as_deref().into(),
        ];
        self.execute(INSERT, &params)?;
        self.execute(DELETE_OF_PAST, &[(&report.reporter).into(), count(kept).into()])?;
        Ok(())
    }

    /// The reports before an entry, the newest first, each with its own entry.
    ///
    /// # Errors
    ///
    /// [`StoreError`] when the database fails or a row cannot be read.
    pub fn list_reports(
        &mut self,
        before: Option<i64>,
        limit: usize,
    ) -> Result<Vec<(i64, Report)>, StoreError> {
        let params = [before.unwrap_or(i64::MAX).into(), count(limit).into()];
        self.many(SELECT_BEFORE, &params, read)
    }

    /// Forgets reports from before a moment, and the oldest of more than `kept`.
    ///
    /// # Errors
    ///
    /// As [`Tx::list_reports`].
    pub fn purge_reports(&mut self, before: Timestamp, kept: usize) -> Result<(), StoreError> {
        self.execute(DELETE_OLD, &[before.into()])?;
        self.execute(DELETE_PAST, &[count(kept).into()])?;
        Ok(())
    }
}

fn read(row: Row<'_>) -> Result<(i64, Report), StoreError> {
    let report = Report {
        at: row.get(1)?,
        reporter: row.get(2)?,
        chat: row.get(3)?,
        message: row.get(4)?,
        person: row.get(5)?,
        reason: named(row.get(6)?, "reason of a report", ReportReason::from_name)?,
        comment: row.get(7)?,
    };
    Ok((row.get(0)?, report))
}
