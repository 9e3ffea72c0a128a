//! Somebody with a tool changes the audit trail past the product: `visavis audit verify` says which
//! entry is not as it was written (P7).

use std::path::Path;

use rusqlite::Connection;
use serde_json::{Value, json};

use crate::process::Server;
use crate::stored;

/// What is changed, and what is said of the entry. `{entry}`, `{chat}`, `{organisation}` are
/// those of an entry in the middle of a chat's chain, and `{last}` is the end of that.
const TAMPERINGS: [(&str, &str, &str); 11] = [
    (
        "one byte of a hash",
        "UPDATE audit SET hash = cast(substr(hash, 1, 31) || x'00' AS BLOB) WHERE entry = {entry}",
        "changed",
    ),
    (
        "a hash that can no more be read",
        "UPDATE audit SET hash = cast(x'ff' AS TEXT) WHERE entry = {entry}",
        "changed",
    ),
    (
        "one byte of who did it",
        "UPDATE audit SET actor = cast(x'ff' || substr(actor, 2) AS BLOB) WHERE entry = {entry}",
        "changed",
    ),
    ("when it was", "UPDATE audit SET at = coalesce(at, 0) + 1 WHERE entry = {entry}", "changed"),
    ("what it was", "UPDATE audit SET kind = kind + 1 WHERE entry = {entry}", "changed"),
    (
        "which message it was about",
        "UPDATE audit SET message_id = message_id + 1 WHERE entry = {entry}",
        "changed",
    ),
    ("the entry is taken away", "DELETE FROM audit WHERE entry = {entry}", "missing"),
    (
        "one byte of a description of participants",
        "UPDATE audit_context SET content = replace(content, 'a', 'b')
         WHERE context_key = (SELECT context_key FROM audit WHERE entry = {entry})",
        "description of participants",
    ),
    (
        "a description of participants that can no more be read",
        "UPDATE audit_context SET content = cast(x'ff' AS TEXT)
         WHERE context_key = (SELECT context_key FROM audit WHERE entry = {entry})",
        "description of participants",
    ),
    (
        "an entry is added behind the end",
        "INSERT INTO audit SELECT NULL, chat_key, organisation_key, {last} + 1, at, kind, actor,
             client, message_id, context_key, detail, hash FROM audit WHERE entry = {entry}",
        "was changed, moved or replaced",
    ),
    (
        "the last entries are taken away",
        "DELETE FROM audit WHERE chat_key = {chat} AND organisation_key = {organisation}
             AND seq >= (SELECT seq FROM audit WHERE entry = {entry})",
        "missing",
    ),
];

/// An entry in the middle of the chain of a chat.
struct Place {
    entry: i64,
    seq: i64,
    chat_key: i64,
    organisation_key: i64,
    /// The last entry of the chain.
    last: i64,
    /// The first entry of the chain with the same description of participants.
    described_from: i64,
    chat: String,
    organisation: String,
}

#[tokio::test]
async fn every_change_of_the_trail_is_named() {
    let folder = tempfile::tempdir().unwrap();
    let server = Server::start(folder.path()).unwrap();
    let ben = server.person("ben").unwrap();
    let chat = ben.start("hana.sato@fabrikam.example").await.unwrap();
    for number in 0..5 {
        let path = format!("/chats/{chat}/messages");
        let message = crate::person::message(&format!("message {number}"));
        ben.post(&path, &message).await.unwrap().ok().unwrap();
    }
    let ada = server.person("ada").unwrap();
    let path = "/admin/teams/externalAccess/configuration";
    ada.patch(path, &json!({"blockedDomains": ["evil.example"]})).await.unwrap().ok().unwrap();
    server.terminate().unwrap();
    server.wait(std::time::Duration::from_secs(20)).unwrap();
    stored::assert_proved(folder.path());
    for (what, sql, said) in TAMPERINGS {
        let copy = stored::copy(folder.path());
        let place = place(copy.path(), &chat);
        tamper(copy.path(), what, &place.fill(sql));
        let names = [&*place.organisation, &*place.chat, said];
        let seq = match said {
            "was changed, moved or replaced" => place.last + 1,
            // The first that refers to it.
            "description of participants" => place.described_from,
            _ => place.seq,
        };
        assert_named(copy.path(), what, names, seq);
    }
}

#[test]
fn a_change_of_an_administrators_entry_is_named() {
    let folder = tempfile::tempdir().unwrap();
    let server = Server::start(folder.path()).unwrap();
    drop(server);
    let copy = stored::copy(folder.path());
    let database = Connection::open(copy.path().join("visavis.db")).unwrap();
    let (entry, seq, organisation): (i64, i64, String) = database
        .query_row(
            "SELECT a.entry, a.seq, lower(hex(o.id)) FROM audit a
             JOIN organisation o ON o.organisation_key = a.organisation_key
             WHERE a.chat_key = 0 ORDER BY a.entry LIMIT 1",
            [],
            |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?)),
        )
        .unwrap();
    drop(database);
    let sql = format!("UPDATE audit SET detail = replace(detail, 'e', 'E') WHERE entry = {entry}");
    tamper(copy.path(), "an administrator's entry", &sql);
    let organisation = hyphenated(&organisation);
    assert_named(
        copy.path(),
        "an administrator",
        [&organisation, "administration", "changed"],
        seq,
    );
}

/// Verifying ends with 1 and names organisation, chat and entry, for people and as JSON.
fn assert_named(data: &Path, what: &str, names: [&str; 3], seq: i64) {
    let proof = stored::verify(data, &[]);
    assert_eq!(proof.code, Some(1), "{what}: {}{}", proof.out, proof.err);
    for name in names {
        assert!(proof.err.contains(name), "{what}: `{name}` is missing: {}", proof.err);
    }
    assert!(proof.err.contains(&format!("entry {seq}:")), "{what}: {}", proof.err);
    let proof = stored::verify(data, &["--json"]);
    assert_eq!(proof.code, Some(1), "{what}");
    let shown: Value = serde_json::from_str(&proof.out).unwrap();
    assert_eq!(shown["isWhole"], false, "{what}");
    assert_eq!(shown["firstBroken"]["entry"], seq, "{what}: {shown}");
    assert_eq!(shown["firstBroken"]["organisationId"], names[0], "{what}: {shown}");
}

fn tamper(data: &Path, what: &str, sql: &str) {
    let database = Connection::open(data.join("visavis.db")).unwrap();
    let touched = database.execute(sql, []).unwrap();
    assert!(touched > 0, "{what}: nothing was changed");
}

fn place(data: &Path, chat: &str) -> Place {
    let database = Connection::open(data.join("visavis.db")).unwrap();
    let sql = "SELECT a.entry, a.seq, a.chat_key, a.organisation_key, lower(hex(o.id)),
            (SELECT min(b.seq) FROM audit b WHERE b.chat_key = a.chat_key
                AND b.organisation_key = a.organisation_key AND b.context_key = a.context_key),
            (SELECT max(b.seq) FROM audit b WHERE b.chat_key = a.chat_key
                AND b.organisation_key = a.organisation_key)
        FROM audit a JOIN chat c ON c.chat_key = a.chat_key
        JOIN organisation o ON o.organisation_key = a.organisation_key
        WHERE c.id = ?1 AND a.message_id IS NOT NULL AND a.context_key IS NOT NULL
        ORDER BY a.organisation_key, a.seq DESC LIMIT 1 OFFSET 2";
    let read = |row: &rusqlite::Row<'_>| {
        Ok(Place {
            entry: row.get(0)?,
            seq: row.get(1)?,
            chat_key: row.get(2)?,
            organisation_key: row.get(3)?,
            described_from: row.get(5)?,
            last: row.get(6)?,
            chat: chat.to_owned(),
            organisation: hyphenated(&row.get::<_, String>(4)?),
        })
    };
    database.query_row(sql, [chat], read).unwrap()
}

impl Place {
    fn fill(&self, sql: &str) -> String {
        sql.replace("{entry}", &self.entry.to_string())
            .replace("{chat}", &self.chat_key.to_string())
            .replace("{last}", &self.last.to_string())
            .replace("{organisation}", &self.organisation_key.to_string())
    }
}

/// The sixteen bytes of an id as it is written elsewhere.
fn hyphenated(hex: &str) -> String {
    let mut parts = Vec::new();
    let mut rest = hex;
    for length in [8, 4, 4, 4, 12] {
        let (part, others) = rest.split_at(length);
        parts.push(part);
        rest = others;
    }
    parts.join("-")
}
