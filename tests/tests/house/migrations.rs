//! A released migration never changes: its checksum is in a committed list.

use std::collections::BTreeMap;

use sha2::{Digest, Sha256};

use crate::tree::{self, File};

const FOLDER: &str = "crates/store/src/migrations/";
const LIST: &str = "crates/store/src/migrations/checksums.txt";

/// Checksums by path from the folder of migrations.
type Checksums = BTreeMap<String, String>;

fn actual(files: &[File]) -> Checksums {
    let scripts = files.iter().filter(|file| file.extension() == "sql");
    scripts
        .filter_map(|file| Some((file.path.strip_prefix(FOLDER)?, &file.text)))
        .map(|(path, text)| (path.to_owned(), checksum(text)))
        .collect()
}

fn checksum(text: &str) -> String {
    Sha256::digest(text.as_bytes()).iter().map(|byte| format!("{byte:02x}")).collect()
}

/// The list has the form of `sha256sum`: the checksum, blanks, the path.
fn listed(text: &str) -> Result<Checksums, String> {
    let lines = text.lines().filter(|line| !line.is_empty() && !line.starts_with('#'));
    lines
        .map(|line| {
            let (checksum, path) = line
                .split_once(' ')
                .ok_or_else(|| format!("checksums.txt: cannot read `{line}`"))?;
            Ok((path.trim_start_matches([' ', '*']).to_owned(), checksum.to_owned()))
        })
        .collect()
}

fn differences(actual: &Checksums, listed: &Checksums) -> Vec<String> {
    let mut problems = Vec::new();
    for (path, checksum) in actual {
        match listed.get(path) {
            None => {
                problems.push(format!("{path} is not in checksums.txt: add `{checksum}  {path}`"))
            }
            Some(other) if other != checksum => {
                problems.push(format!("{path} was changed: write a new migration instead"));
            }
            Some(_) => {}
        }
    }
    for path in listed.keys().filter(|path| !actual.contains_key(*path)) {
        problems.push(format!("{path} is in checksums.txt but gone"));
    }
    problems
}

#[test]
fn released_migrations_never_change() {
    let actual = actual(&tree::files());
    assert!(!actual.is_empty(), "the migrations were found");
    let listed = listed(&tree::read(LIST)).expect("a list of checksums");
    tree::no_problems(&differences(&actual, &listed));
}

#[test]
fn a_changed_migration_is_found() {
    let file = |text: &str| File { path: format!("{FOLDER}0001.sql"), text: text.to_owned() };
    let before = actual(&[file("CREATE TABLE a (b)")]);
    let list: String =
        before.iter().map(|(path, checksum)| format!("{checksum}  {path}\n")).collect();
    let list = listed(&list).expect("a list");
    assert_eq!(differences(&before, &list), [""; 0]);
    assert_eq!(differences(&actual(&[file("CREATE TABLE a (c)")]), &list).len(), 1);
    assert_eq!(differences(&Checksums::new(), &list).len(), 1);
    assert_eq!(differences(&before, &Checksums::new()).len(), 1);
    assert!(listed("nonsense").is_err());
}
