//! What the database itself says, read past the product.

use std::path::Path;

use rusqlite::{Connection, OpenFlags};
use tempfile::TempDir;
use visavis_tests::server::command;

use crate::process::{self, Ended};

/// Statements that find rows which contradict others; each must find nothing.
const CONTRADICTIONS: [(&str, &str); 9] = [
    (
        "positions of a chat are 1 to n, and n is the last position",
        "SELECT c.id FROM chat c LEFT JOIN event e ON e.chat_key = c.chat_key
         GROUP BY c.chat_key
         HAVING count(e.position) <> c.last_position
             OR max(e.position) <> c.last_position OR min(e.position) <> 1",
    ),
    (
        "later positions were committed later",
        "SELECT a.chat_key FROM event a JOIN event b
             ON b.chat_key = a.chat_key AND b.position = a.position + 1
         WHERE b.watermark <= a.watermark",
    ),
    (
        "the newest event of a chat is noted in it",
        "SELECT c.id FROM chat c WHERE c.last_watermark <>
             (SELECT max(watermark) FROM event e WHERE e.chat_key = c.chat_key)",
    ),
    (
        "every message has its event",
        "SELECT m.id FROM message m WHERE NOT EXISTS (SELECT 1 FROM event e
             WHERE e.chat_key = m.chat_key AND e.position = m.position)",
    ),
    (
        "every event about a message has the message",
        "SELECT e.watermark FROM event e WHERE e.message_id IS NOT NULL AND NOT EXISTS
             (SELECT 1 FROM message m WHERE m.chat_key = e.chat_key AND m.id = e.message_id)",
    ),
    (
        "the last message of a chat is there",
        "SELECT c.id FROM chat c WHERE c.last_message IS NOT NULL AND NOT EXISTS
             (SELECT 1 FROM message m WHERE m.chat_key = c.chat_key AND m.id = c.last_message)",
    ),
    (
        "every chat has members, and its initiator is one",
        "SELECT c.id FROM chat c WHERE NOT EXISTS (SELECT 1 FROM membership m
             WHERE m.chat_key = c.chat_key AND m.account = c.initiator)",
    ),
    (
        "every member has an account, and the account's home is one of the chat",
        "SELECT m.chat_key FROM membership m LEFT JOIN account a ON a.id = m.account
             LEFT JOIN organisation o ON o.id = a.organisation_id
         WHERE a.id IS NULL OR NOT EXISTS (SELECT 1 FROM chat_home h
             WHERE h.chat_key = m.chat_key
                 AND h.organisation_key = coalesce(o.organisation_key, 0))",
    ),
    (
        "reactions belong to messages",
        "SELECT r.message_id FROM reaction r WHERE NOT EXISTS (SELECT 1 FROM message m
             WHERE m.chat_key = r.chat_key AND m.id = r.message_id)",
    ),
];

/// Opens the database for reading; a server may be running.
pub(crate) fn open(data: &Path) -> Connection {
    let flags = OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let connection = Connection::open_with_flags(data.join("visavis.db"), flags).unwrap();
    connection.busy_timeout(std::time::Duration::from_secs(20)).unwrap();
    connection
}

/// A copy of a data folder in which nobody writes at the moment.
pub(crate) fn copy(data: &Path) -> TempDir {
    let copy = tempfile::tempdir().unwrap();
    for name in ["visavis.db", "visavis.db-wal", "demo.json", "operator.json"] {
        if data.join(name).exists() {
            std::fs::copy(data.join(name), copy.path().join(name)).unwrap();
        }
    }
    copy
}

/// The same of a copy, where the database itself lies out of reach.
pub(crate) fn assert_copy_consistent(data: &Path) {
    let copy = copy(data);
    // Who may write brings in the log.
    let writer = Connection::open(copy.path().join("visavis.db")).unwrap();
    writer.pragma_query_value(None, "journal_mode", |row| row.get::<_, String>(0)).unwrap();
    assert_consistent(copy.path());
}

/// Nothing is half there: rows do not contradict each other, and the file is whole.
pub(crate) fn assert_consistent(data: &Path) {
    let connection = open(data);
    let whole: String =
        connection.query_row("PRAGMA integrity_check", [], |row| row.get(0)).unwrap();
    assert_eq!(whole, "ok");
    for (rule, sql) in CONTRADICTIONS {
        let mut statement = connection.prepare(sql).unwrap();
        let mut rows = statement.query([]).unwrap();
        if let Some(row) = rows.next().unwrap() {
            panic!("not true that {rule}: {:?}", row.get_ref(0).unwrap());
        }
    }
}

/// The audit trails are proved by the product's own command.
pub(crate) fn assert_proved(data: &Path) {
    let proof = verify(data, &[]);
    assert_eq!(proof.code, Some(0), "{}{}", proof.out, proof.err);
}

/// What `visavis audit verify` says.
pub(crate) fn verify(data: &Path, further: &[&str]) -> Ended {
    let mut command = command();
    command.args(["audit", "verify", "--data"]).arg(data).args(further);
    process::ended(&mut command).unwrap()
}
