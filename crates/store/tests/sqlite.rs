//! What is SQLite's own: its files, its failures, and a trail that somebody touched.
#![cfg(test)]

#[path = "conformance/fixture.rs"]
#[expect(dead_code, reason = "the conformance suite needs more of it")]
mod fixture;

use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex};

use rusqlite::Connection;
use visavis_domain::account::Account;
use visavis_domain::audit::{AuditKind, Hash};
use visavis_domain::directory;
use visavis_domain::event::Event;
use visavis_domain::home::Home;
use visavis_domain::id::{MessageId, Watermark};
use visavis_store::{
    Broken, Committed, DirectoryFilter, Flaw, Options, Store, StoreError, VerifyReport,
};

use fixture::{Sender, account, account_id, at, organisation_id, prepare, record};

/// A data folder of its own for each test.
struct Data {
    folder: tempfile::TempDir,
}

impl Data {
    fn new() -> Self {
        Self { folder: tempfile::tempdir().unwrap() }
    }

    fn path(&self) -> PathBuf {
        self.folder.path().join("visavis.db")
    }

    fn options(&self) -> Options {
        Options::new(self.path())
    }

    fn open(&self) -> Store {
        Store::open(self.options()).unwrap()
    }

    /// The file as somebody with another tool sees it.
    fn tool(&self) -> Connection {
        Connection::open(self.path()).unwrap()
    }
}

fn send(store: &Store, sender: &Sender) -> Result<Event, StoreError> {
    let sender = sender.clone();
    store.write_blocking(move |tx| sender.send(tx, "hello"))
}

fn verify(store: &Store) -> VerifyReport {
    store.read_blocking(|tx| tx.verify_audit(None, &mut |_entries| {})).unwrap()
}

fn sent_messages(store: &Store) -> usize {
    let events =
        store.read_blocking(|tx| tx.events_for(account_id(1), Watermark(0), usize::MAX)).unwrap();
    events.iter().filter(|event| event.kind.message().is_some()).count()
}

/// What a power cut leaves: the files as they are, without anything that is only in memory.
fn copy_as_after_a_crash(from: &Path, to: &Data) {
    for ending in ["", "-wal"] {
        let name = |path: &Path| format!("{}{ending}", path.display());
        std::fs::copy(name(from), name(&to.path())).unwrap();
    }
}

#[test]
fn what_was_acknowledged_survives_a_crash() {
    let data = Data::new();
    let store = data.open();
    let (ada, bob) = prepare(&store).unwrap();
    for sent in 1..=25 {
        let event = send(&store, if sent % 2 == 0 { &ada } else { &bob }).unwrap();
        let copy = Data::new();
        copy_as_after_a_crash(&data.path(), &copy);
        let after = copy.open();
        assert_eq!(sent_messages(&after), sent);
        assert_eq!(after.read_blocking(|tx| tx.last_watermark()).unwrap(), event.watermark);
        assert_eq!(verify(&after).first_broken, None);
        assert_eq!(send(&after, &ada).unwrap().position, event.position.next());
    }
}

#[test]
fn committed_events_are_told_once_and_in_order() {
    let told = Arc::new(Mutex::new(Vec::new()));
    let data = Data::new();
    let listener = Arc::clone(&told);
    let on_commit = move |committed: &[Committed]| {
        let mut told = listener.lock().unwrap();
        told.extend(committed.iter().map(|one| (one.event, one.payload.is_some())));
        if committed.len() == 1 && told.len() == 3 {
            panic!("a mistake in a listener");
        }
    };
    let options = Options { on_commit: Some(Arc::new(on_commit)), ..data.options() };
    let store = Store::open(options).unwrap();
    let (ada, _bob) = prepare(&store).unwrap();
    let failing = ada.clone();
    let failed: Result<(), StoreError> = store.write_blocking(move |tx| {
        failing.send(tx, "never")?;
        Err(StoreError::WrongPermit)
    });
    assert!(failed.is_err());
    let events: Vec<Event> = (0..4).map(|_number| send(&store, &ada).unwrap()).collect();
    let told: Vec<Event> = match told.lock() {
        Ok(told) => told.iter().map(|(event, _has_payload)| *event).collect(),
        Err(poisoned) => poisoned.into_inner().iter().map(|(event, _)| *event).collect(),
    };
    let (created, messages) = told.split_first().unwrap();
    assert!(created.kind.message().is_none());
    // The listener's panic spoils its own lock; the commits go on.
    assert_eq!(messages, &events[..2]);
    assert_eq!(sent_messages(&store), 4);
}

#[test]
fn a_full_disk_is_said_and_loses_nothing() {
    let data = Data::new();
    let (ada, before) = {
        let store = data.open();
        let (ada, _bob) = prepare(&store).unwrap();
        store.shutdown();
        let pages: u32 = data.tool().query_row("PRAGMA page_count", [], |row| row.get(0)).unwrap();
        (ada, pages)
    };
    let limited = Options { pages_max: Some(before + 6), ..data.options() };
    let store = Store::open(limited).unwrap();
    let mut sent = 0;
    let full = loop {
        match send(&store, &ada) {
            Ok(_event) => sent += 1,
            Err(error) => break error,
        }
        assert!(sent < 10_000, "the disk never became full");
    };
    assert!(matches!(full, StoreError::DiskFull), "{full:?}");
    assert!(full.to_string().contains("disk is full"), "{full}");
    assert!(sent > 0);
    // Reading goes on, and so does writing what needs no room.
    assert_eq!(sent_messages(&store), sent);
    assert_eq!(verify(&store).first_broken, None);
    store.write_blocking(|tx| tx.bump_epoch(organisation_id(1))).unwrap();
    let refused = send(&store, &ada);
    assert!(matches!(refused, Err(StoreError::DiskFull)), "{refused:?}");
    store.shutdown();
    let store = data.open();
    assert_eq!(sent_messages(&store), sent);
    assert_eq!(send(&store, &ada).unwrap().position.0, 2 + i64::try_from(sent).unwrap());
    assert_eq!(verify(&store).first_broken, None);
}

#[test]
fn a_full_disk_fails_the_batch_and_spares_the_next() {
    let data = Data::new();
    let pages: u32 = {
        data.open().shutdown();
        data.tool().query_row("PRAGMA page_count", [], |row| row.get(0)).unwrap()
    };
    let limited = Options { pages_max: Some(pages + 4), ..data.options() };
    let store = Store::open(limited).unwrap();
    let (entered, inside) = std::sync::mpsc::channel();
    let (go, gone) = std::sync::mpsc::channel::<()>();
    let write = |name: &'static str, bytes: usize| {
        let before = store.stats().queue_length;
        let writer = store.clone();
        let handle = std::thread::spawn(move || {
            writer.write_blocking(move |tx| tx.set_meta(name, &vec![7; bytes]))
        });
        while store.stats().queue_length == before {
            std::thread::yield_now();
        }
        handle
    };
    let writer = store.clone();
    let gate = std::thread::spawn(move || {
        writer.write_blocking(move |_tx| {
            entered.send(()).unwrap();
            gone.recv().unwrap();
            Ok::<(), StoreError>(())
        })
    });
    inside.recv().unwrap();
    let small = write("small", 10);
    let large = write("large", 100_000);
    let late = write("late", 10);
    go.send(()).unwrap();
    gate.join().unwrap().unwrap();
    for lost in [small, large] {
        let lost = lost.join().unwrap();
        assert!(matches!(lost, Err(StoreError::DiskFull)), "{lost:?}");
    }
    late.join().unwrap().unwrap();
    let there = store.read_blocking(|tx| {
        Ok::<_, StoreError>((tx.meta("small")?, tx.meta("large")?, tx.meta("late")?.is_some()))
    });
    assert_eq!(there.unwrap(), (None, None, true));
}

#[test]
fn a_folder_that_cannot_be_written_is_said() {
    // Nobody may make files there, not even the superuser.
    let refused = Store::open(Options::new("/sys/visavis.db"));
    assert!(matches!(refused, Err(StoreError::ReadOnly)), "{refused:?}");
    let data = Data::new();
    data.open().shutdown();
    let mut permissions = std::fs::metadata(data.path()).unwrap().permissions();
    permissions.set_readonly(true);
    std::fs::set_permissions(data.path(), permissions).unwrap();
    // The superuser may write any file: then there is nothing to refuse.
    let is_superuser = std::fs::File::options().write(true).open(data.path()).is_ok();
    let opened = Store::open(data.options());
    assert!(is_superuser || matches!(opened, Err(StoreError::ReadOnly)), "{opened:?}");
}

#[test]
fn a_database_from_a_newer_version_is_refused() {
    let data = Data::new();
    data.open().shutdown();
    data.tool().execute("INSERT INTO schema_migration VALUES (99, 'x', 0)", []).unwrap();
    let refused = Store::open(data.options()).unwrap_err();
    assert!(matches!(refused, StoreError::NewerSchema { found: 99, .. }), "{refused:?}");
    assert!(refused.to_string().contains("schema version 99"), "{refused}");
    let refused = Store::open_read_only(data.path()).unwrap_err();
    assert!(matches!(refused, StoreError::NewerSchema { .. }), "{refused:?}");
}

#[test]
fn people_of_a_database_from_before_are_found_by_words() {
    let data = Data::new();
    let store = data.open();
    let written = store.write_blocking(|tx| {
        let home = Home::Organisation(organisation_id(1));
        let elif = Account { display_name: "Elif Kaya".to_owned(), ..account(1, home) };
        tx.insert_account(&elif, None)?;
        tx.insert_account(&account(2, Home::Personal), None)
    });
    assert!(written.is_ok(), "{written:?}");
    store.shutdown();
    let version_13 = "DROP TABLE account_word; DELETE FROM schema_migration WHERE version >= 14;";
    data.tool().execute_batch(version_13).unwrap();
    let store = data.open();
    for (search, expected) in [("kaya el", 1), ("person1@contoso", 1), ("nobody", 0)] {
        let filter = DirectoryFilter { words: directory::wanted(search), ..Default::default() };
        let found = store.read_blocking(move |tx| tx.list_accounts(organisation_id(1), &filter, 9));
        assert_eq!(found.unwrap().len(), expected, "{search}");
    }
    store.shutdown();
}

#[test]
fn a_changed_migration_is_refused() {
    let data = Data::new();
    data.open().shutdown();
    data.tool().execute("UPDATE schema_migration SET sha256 = 'x'", []).unwrap();
    let refused = Store::open(data.options()).unwrap_err();
    assert!(matches!(refused, StoreError::ChangedMigration { version: 1 }), "{refused:?}");
}

#[test]
fn a_database_that_is_too_old_is_only_refused_for_reading() {
    let data = Data::new();
    data.tool().execute_batch("CREATE TABLE other (a)").unwrap();
    let refused = Store::open_read_only(data.path()).unwrap_err();
    assert!(matches!(refused, StoreError::OlderSchema { found: 0, .. }), "{refused:?}");
    data.open().shutdown();
    Store::open_read_only(data.path()).unwrap();
}

#[test]
fn one_process_has_a_folder() {
    let data = Data::new();
    let store = data.open();
    let refused = Store::open(data.options()).unwrap_err();
    assert!(matches!(refused, StoreError::Locked), "{refused:?}");
    store.write_blocking(|tx| tx.set_meta("a", b"1")).unwrap();
    let beside = Store::open_read_only(data.path()).unwrap();
    let seen = beside.read_blocking(|tx| tx.meta("a")).unwrap();
    assert_eq!(seen.as_deref(), Some(&b"1"[..]));
    let refused = beside.write_blocking(|tx| tx.set_meta("a", b"2"));
    assert!(matches!(refused, Err(StoreError::ReadOnly)), "{refused:?}");
    drop(store);
    data.open().shutdown();
}

#[test]
fn shutdown_leaves_one_file_and_the_lock() {
    let data = Data::new();
    let store = data.open();
    let (ada, _bob) = prepare(&store).unwrap();
    send(&store, &ada).unwrap();
    assert!(store.stats().wal_pages > 0);
    store.shutdown();
    let mut names: Vec<String> = std::fs::read_dir(data.folder.path())
        .unwrap()
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .collect();
    names.sort_unstable();
    assert_eq!(names, ["visavis.db", "visavis.lock"]);
}

#[test]
fn a_file_that_is_no_database_is_said() {
    let data = Data::new();
    std::fs::write(data.path(), "not a database, but long enough to look like one".repeat(99))
        .unwrap();
    let refused = Store::open(data.options()).unwrap_err();
    assert!(matches!(refused, StoreError::Corrupt { .. }), "{refused:?}");
}

/// A trail of two organisations with six messages and two administrative acts of the first.
fn trail(data: &Data, has_checkpoint: bool) {
    let store = data.open();
    let (ada, bob) = prepare(&store).unwrap();
    for _round in 0..3 {
        send(&store, &ada).unwrap();
        send(&store, &bob).unwrap();
    }
    store
        .write_blocking(move |tx| {
            let contoso = tx.find_organisation(organisation_id(1))?.unwrap();
            let chain = (contoso.key, contoso.id);
            let act = record(AuditKind::PolicyChanged, account_id(1), None);
            tx.append_audit(chain, None, None, &act, None)?;
            if has_checkpoint {
                tx.append_checkpoint(chain, at(1), 1_000)?;
            }
            tx.append_audit(chain, None, None, &act, None)?;
            Ok::<(), StoreError>(())
        })
        .unwrap();
    assert_eq!(verify(&store).first_broken, None);
    store.shutdown();
}

/// What proving says after somebody changed the file behind our back.
fn after(has_checkpoint: bool, change: &str) -> Option<Broken> {
    let data = Data::new();
    trail(&data, has_checkpoint);
    data.tool().execute_batch(change).unwrap();
    verify(&Store::open_read_only(data.path()).unwrap()).first_broken
}

#[track_caller]
fn accuses(broken: Option<Broken>, is_chat: bool, seq: i64, why: Flaw) {
    let broken = broken.expect("the change shows");
    assert_eq!((broken.chat.is_some(), broken.seq, broken.why), (is_chat, seq, why), "{broken}");
    assert_eq!(broken.organisation, organisation_id(1));
}

#[test]
fn a_changed_entry_is_named() {
    for change in [
        "kind = kind + 1",
        "actor = x'00000000000000000000000000000000'",
        "actor = NULL",
        "client = x'7f000001'",
        "at = 5",
        "message_id = message_id + 1",
        "detail = '{}'",
        "context_key = NULL",
        "hash = x'0000000000000000000000000000000000000000000000000000000000000000'",
    ] {
        let place = "WHERE organisation_key = 1 AND chat_key = 1 AND seq = 3";
        let broken = after(false, &format!("UPDATE audit SET {change} {place}"));
        accuses(broken, true, 3, Flaw::Changed);
    }
    let broken = after(false, "UPDATE audit SET detail = 'x' WHERE chat_key = 0 AND seq = 2");
    accuses(broken, false, 2, Flaw::Changed);
}

#[test]
fn a_removed_entry_is_named() {
    let remove = "DELETE FROM audit WHERE organisation_key = 1 AND chat_key = 1 AND seq =";
    accuses(after(false, &format!("{remove} 3")), true, 3, Flaw::Missing);
    let renumbered = format!(
        "{remove} 3; UPDATE audit SET seq = seq - 1
         WHERE organisation_key = 1 AND chat_key = 1 AND seq > 3"
    );
    accuses(after(false, &renumbered), true, 3, Flaw::Changed);
    accuses(after(false, &format!("{remove} 6")), true, 6, Flaw::Missing);
    let all = "DELETE FROM audit WHERE organisation_key = 1 AND chat_key = 1";
    accuses(after(false, all), true, 1, Flaw::Missing);
}

#[test]
fn reordered_entries_are_named() {
    let swap = "UPDATE audit SET seq = seq + 100 WHERE chat_key = 1 AND seq IN (2, 3);
        UPDATE audit SET seq = 3 WHERE chat_key = 1 AND seq = 102;
        UPDATE audit SET seq = 2 WHERE chat_key = 1 AND seq = 103;";
    accuses(after(false, swap), true, 2, Flaw::Changed);
}

#[test]
fn an_end_that_was_cut_off_with_its_head_is_named_by_a_checkpoint() {
    let cut = "DELETE FROM audit WHERE organisation_key = 1 AND chat_key = 1 AND seq > 4;
        UPDATE chat_home SET audit_seq = 4,
            audit_hash = (SELECT hash FROM audit
                WHERE organisation_key = 1 AND chat_key = 1 AND seq = 4)
        WHERE organisation_key = 1 AND chat_key = 1";
    assert_eq!(after(false, cut), None, "without a checkpoint nobody can tell");
    accuses(after(true, cut), true, 6, Flaw::Missing);
    let forgotten = "DELETE FROM audit_checkpoint_head";
    accuses(after(true, forgotten), false, 2, Flaw::Checkpoint);
    let forged = "UPDATE audit_checkpoint_head SET seq = 4 WHERE chat_key = 1";
    accuses(after(true, forged), false, 2, Flaw::Checkpoint);
}

#[test]
fn added_entries_and_changed_surroundings_are_named() {
    let added = "INSERT INTO audit (chat_key, organisation_key, seq, at, kind, hash)
        VALUES (1, 1, 7, 5, 5, zeroblob(32))";
    accuses(after(false, added), true, 7, Flaw::Changed);
    let head_back = "UPDATE chat_home SET audit_seq = 5 WHERE organisation_key = 1";
    accuses(after(false, head_back), true, 6, Flaw::BeyondHead);
    let head_gone = "DELETE FROM chat_home WHERE organisation_key = 1";
    accuses(after(false, head_gone), true, 1, Flaw::BeyondHead);
    accuses(after(false, "UPDATE audit_context SET content = '{}'"), true, 1, Flaw::Context);
    accuses(after(false, "DELETE FROM audit_context"), true, 1, Flaw::Context);
    let broken = after(false, "DELETE FROM chat").unwrap();
    assert_eq!((broken.chat, broken.seq, broken.why), (None, 1, Flaw::Chat));
    let other_id = "UPDATE chat SET id = '19:other@thread.v2'";
    accuses(after(false, other_id), true, 1, Flaw::Changed);
    let data = Data::new();
    trail(&data, false);
    data.tool().execute("DELETE FROM organisation WHERE organisation_key = 2", []).unwrap();
    let store = Store::open_read_only(data.path()).unwrap();
    let proved = store.read_blocking(|tx| tx.verify_audit(None, &mut |_entries| {}));
    assert!(matches!(proved, Err(StoreError::Corrupt { .. })), "{proved:?}");
}

#[test]
fn a_message_id_is_not_mistaken_for_a_time() {
    let data = Data::new();
    let store = data.open();
    let (ada, _bob) = prepare(&store).unwrap();
    send(&store, &ada).unwrap();
    let entries = store
        .read_blocking(|tx| {
            let contoso = tx.find_organisation(organisation_id(1))?.unwrap().key;
            tx.list_audit(contoso, &visavis_store::AuditFilter::default(), 9, 99)
        })
        .unwrap()
        .entries;
    let entry = entries.first().unwrap();
    assert_eq!(entry.record.message, Some(MessageId(entry.record.at.as_ms())));
    assert_ne!(entry.hash, Hash::ZERO);
}
