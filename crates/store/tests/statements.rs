//! Statements as text: that another engine can share them, and that each finds its rows by an
//! index.
#![cfg(test)]

use std::collections::BTreeMap;
use std::fmt::Write;
use std::path::Path;

use rusqlite::Connection;
use visavis_store::{Options, Store};

/// Files that belong to one engine.
const OF_ONE_ENGINE: [&str; 1] = ["sqlite.rs"];

/// Tables of a chat, whose key begins with it.
const CHAT_TABLES: [&str; 10] = [
    "membership",
    "chat_home",
    "message",
    "message_version",
    "reaction",
    "pinned_message",
    "hosted_content",
    "event",
    "audit",
    "chat",
];

/// Tables of an organisation, whose key begins with it.
const ORGANISATION_TABLES: [&str; 7] = [
    "organisation_configuration",
    "policy",
    "group_assignment",
    "account_group",
    "group_member",
    "audit_checkpoint_head",
    "account_word",
];

/// Tables of the deployment: what must be unique in all of it, or belongs to one account.
const DEPLOYMENT_TABLES: [&str; 13] = [
    "organisation",
    "organisation_domain",
    "account",
    "account_address",
    "token",
    "contact_block",
    "audit_context",
    "idempotency",
    "subscription",
    "subscription_lifecycle",
    "report",
    "meta",
    "schema_migration",
];

/// What only SQLite understands, or means something else elsewhere.
const FORBIDDEN: [&str; 22] = [
    "INSERT OR",
    "REPLACE INTO",
    "rowid",
    "IFNULL",
    "GLOB",
    "LIKE",
    "PRAGMA",
    "strftime",
    "julianday",
    "datetime(",
    "unixepoch",
    "json_",
    "hex(",
    "zeroblob",
    "last_insert",
    "changes(",
    "group_concat",
    "total(",
    "max(",
    "min(",
    " IS $",
    "?",
];

/// The statements of the crate, by the file and the name of the constant.
fn statements() -> BTreeMap<String, String> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let mut found = BTreeMap::new();
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        let file = path.file_name().unwrap().to_str().unwrap().to_owned();
        if !file.ends_with(".rs") || OF_ONE_ENGINE.contains(&file.as_str()) {
            continue;
        }
        let text = std::fs::read_to_string(&path).unwrap();
        for definition in text.split("\nconst ").skip(1) {
            let is_text = definition.lines().next().is_some_and(|line| line.contains(": &str ="));
            let Some((name, rest)) = definition.split_once(": &str =").filter(|_| is_text) else {
                continue;
            };
            let literal = rest.trim_start().strip_prefix('"').unwrap();
            let (sql, _rest) = literal.split_once("\";").unwrap();
            assert!(!sql.contains('\\'), "{file} {name}: plain text, without escapes");
            let sql = sql.split_whitespace().collect::<Vec<_>>().join(" ");
            found.insert(format!("{} {name}", file.trim_end_matches(".rs")), sql);
        }
        let literals = text.matches("\"SELECT ").count() + text.matches("\"INSERT ").count();
        let constants = found.keys().filter(|key| key.starts_with(file.trim_end_matches(".rs")));
        assert!(literals <= constants.count(), "{file}: statements are constants");
    }
    found.retain(|_name, sql| !sql.starts_with("CREATE"));
    found
}

/// The numbers of the parameters, in the order of their first appearance.
fn parameters(sql: &str) -> Vec<usize> {
    let mut numbers = Vec::new();
    for after in sql.split('$').skip(1) {
        let digits: String = after.chars().take_while(char::is_ascii_digit).collect();
        let number = digits.parse().unwrap();
        if !numbers.contains(&number) {
            numbers.push(number);
        }
    }
    numbers
}

fn problems(name: &str, sql: &str) -> Vec<String> {
    let mut problems = Vec::new();
    let verbs = ["SELECT ", "INSERT INTO ", "UPDATE ", "DELETE FROM "];
    if !verbs.iter().any(|verb| sql.starts_with(verb)) {
        problems.push(format!("{name}: a statement of another kind"));
    }
    for forbidden in FORBIDDEN {
        if sql.to_lowercase().contains(&forbidden.to_lowercase()) {
            problems.push(format!("{name}: `{forbidden}` is not portable"));
        }
    }
    let numbers = parameters(sql);
    if numbers != (1..=numbers.len()).collect::<Vec<_>>() {
        problems.push(format!("{name}: parameters appear as {numbers:?}"));
    }
    if sql.contains('\'') {
        problems.push(format!("{name}: values are parameters"));
    }
    problems
}

#[test]
fn statements_are_shared_by_engines() {
    let statements = statements();
    assert!(statements.len() > 80, "{} statements were found", statements.len());
    let problems: Vec<String> =
        statements.iter().flat_map(|(name, sql)| problems(name, sql)).collect();
    assert!(problems.is_empty(), "\n{}", problems.join("\n"));
}

#[test]
fn unportable_statements_are_found() {
    for sql in [
        "INSERT OR IGNORE INTO meta (name) VALUES ($1)",
        "SELECT rowid FROM meta WHERE name = $1",
        "SELECT content FROM meta WHERE name = $2 AND content = $1",
        "SELECT content FROM meta WHERE name = ?1",
        "SELECT content FROM meta WHERE name = 'seal'",
        "SELECT content FROM meta WHERE name IS $1",
        "VACUUM",
    ] {
        assert!(!problems("it", sql).is_empty(), "{sql}");
    }
}

fn database() -> (tempfile::TempDir, Connection) {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("visavis.db");
    Store::open(Options::new(&path)).unwrap().shutdown();
    let connection = Connection::open(path).unwrap();
    (folder, connection)
}

/// Names of one kind of thing in the schema.
fn names(connection: &Connection, sql: &str) -> Vec<String> {
    let mut statement = connection.prepare(sql).unwrap();
    let rows = statement.query_map([], |row| row.get(0)).unwrap();
    rows.collect::<Result<_, _>>().unwrap()
}

#[test]
fn keys_begin_with_whose_the_row_is() {
    let (_folder, connection) = database();
    let tables = names(
        &connection,
        "SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite_%'",
    );
    for table in &tables {
        let is_known = [&CHAT_TABLES[..], &ORGANISATION_TABLES, &DEPLOYMENT_TABLES]
            .iter()
            .any(|kind| kind.contains(&table.as_str()));
        assert!(is_known, "`{table}` is a new table: say whose its rows are");
    }
    assert_eq!(
        tables.len(),
        CHAT_TABLES.len() + ORGANISATION_TABLES.len() + DEPLOYMENT_TABLES.len()
    );
    let begins = |table: &str, wanted: &[&str]| {
        let keys = names(
            &connection,
            &format!(
                "SELECT i.name FROM pragma_index_list('{table}') l, pragma_index_info(l.name) i
                 WHERE i.seqno = 0"
            ),
        );
        let columns = names(&connection, &format!("SELECT name FROM pragma_table_info('{table}')"));
        keys.iter().chain(&columns).any(|first| wanted.contains(&first.as_str()))
    };
    for table in CHAT_TABLES {
        assert!(begins(table, &["chat_key"]), "`{table}`");
    }
    for table in ORGANISATION_TABLES {
        assert!(begins(table, &["organisation_id", "organisation_key"]), "`{table}`");
    }
}

/// Tables that a statement reads from end to end, on purpose.
const READ_WHOLE: [(&str, &str); 7] = [
    // Once, to fill the table of words.
    ("account SELECT_NAMES", "SCAN account"),
    // The page that was chosen inside the statement.
    ("chat SELECT_OF_ACCOUNT", "SCAN page"),
    ("verify SELECT_CONTEXTS", "SCAN audit_context"),
    ("event SELECT_LAST", "SCAN event"),
    ("export SELECT_NEWEST", "SCAN message"),
    ("migration SELECT_APPLIED", "SCAN schema_migration"),
    // As many of the newest as are kept, to find where they end.
    ("report DELETE_PAST", "SCAN report"),
];

#[test]
fn every_statement_finds_its_rows_by_an_index() {
    let (_folder, connection) = database();
    let mut plans = String::new();
    for (name, sql) in statements() {
        let mut statement = connection.prepare(&format!("EXPLAIN QUERY PLAN {sql}")).unwrap();
        let count = statement.parameter_count();
        let nothing = vec![rusqlite::types::Null; count];
        let steps: Vec<String> = statement
            .query_map(rusqlite::params_from_iter(nothing), |row| row.get(3))
            .unwrap()
            .collect::<Result<_, _>>()
            .unwrap();
        if steps.is_empty() {
            continue;
        }
        writeln!(plans, "{name}").unwrap();
        for step in steps {
            let is_meant = READ_WHOLE.iter().any(|(whose, what)| *whose == name && step == *what);
            assert!(!step.starts_with("SCAN") || is_meant, "{name}: {step}");
            writeln!(plans, "    {step}").unwrap();
        }
    }
    insta::assert_snapshot!("query_plans", plans);
}
