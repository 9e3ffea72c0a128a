//! Data folders on which the server does not start: it says why in a sentence, and changes nothing.

use std::collections::BTreeMap;
use std::fs;
use std::os::unix::fs::{MetadataExt, PermissionsExt};
use std::os::unix::process::CommandExt;
use std::path::Path;
use std::process::Command;

use rusqlite::Connection;
use tempfile::TempDir;
use visavis_tests::server::binary;

use crate::process::{Begun, Server, serve};
use crate::small_disk;

/// Nobody in particular: a user who owns nothing.
const NOBODY: u32 = 65_534;

/// A data folder with the demonstration, in which no server runs.
fn stopped() -> TempDir {
    let folder = tempfile::tempdir().unwrap();
    let server = Server::start(folder.path()).unwrap();
    server.terminate().unwrap();
    let (status, said) = server.wait(std::time::Duration::from_secs(20)).unwrap();
    assert!(status.success(), "{said}");
    folder
}

/// The content of every file, but for the lock, which has none.
fn content(data: &Path) -> BTreeMap<String, Vec<u8>> {
    let files = fs::read_dir(data).unwrap().map(|entry| entry.unwrap());
    let named = files.map(|file| (file.file_name().into_string().unwrap(), file.path()));
    let named = named.filter(|(name, _)| name != "visavis.lock");
    named.map(|(name, path)| (name, fs::read(path).unwrap())).collect()
}

/// The server ends with a failure and one sentence that has these words.
#[track_caller]
fn assert_refused(command: &mut Command, words: &[&str]) {
    let mut begun = Begun::spawn(command).unwrap();
    let listening = begun.listening(std::time::Duration::from_secs(60)).unwrap();
    assert_eq!(listening, None, "it listens");
    let (status, said) = begun.end().unwrap();
    assert_eq!(status.code(), Some(1), "{said}");
    let complaints: Vec<&str> = said.lines().filter(|line| line.starts_with("visavis: ")).collect();
    let [sentence] = complaints.as_slice() else { panic!("not one sentence: {said}") };
    for word in words {
        assert!(sentence.contains(word), "`{word}` is missing: {sentence}");
    }
    assert!(!said.contains("panicked"), "{said}");
}

#[test]
fn a_second_server_is_refused_and_the_first_goes_on() {
    let folder = tempfile::tempdir().unwrap();
    let mut server = Server::start(folder.path()).unwrap();
    let before = (fs::read(folder.path().join("demo.json")), server.demo().unwrap());
    assert_refused(&mut serve(folder.path()), &["another process is using this data folder"]);
    assert!(server.is_alive().unwrap());
    assert_eq!(before.0.unwrap(), fs::read(folder.path().join("demo.json")).unwrap());
    assert_eq!(before.1["baseUrl"], server.base());
}

#[test]
fn a_database_of_a_newer_version_is_refused() {
    let folder = stopped();
    let path = folder.path().join("visavis.db");
    let database = Connection::open(&path).unwrap();
    database
        .execute("INSERT INTO schema_migration VALUES (99, 'of a later release', 0)", [])
        .unwrap();
    drop(database);
    let before = content(folder.path());
    let words = ["schema version 99", "use the newer program"];
    assert_refused(&mut serve(folder.path()), &words);
    assert_eq!(content(folder.path()), before);
}

#[test]
fn a_file_that_is_no_database_is_refused() {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("visavis.db"), "Dear diary, ".repeat(1_000)).unwrap();
    let before = content(folder.path());
    assert_refused(&mut serve(folder.path()), &["not a database"]);
    assert_eq!(content(folder.path()), before);
}

#[test]
fn a_data_folder_that_is_a_file_is_refused() {
    let folder = tempfile::tempdir().unwrap();
    let data = folder.path().join("data");
    fs::write(&data, "not a folder").unwrap();
    assert_refused(&mut serve(&data), &["data folder"]);
    assert_eq!(fs::read_to_string(&data).unwrap(), "not a folder");
}

#[test]
fn a_folder_that_may_only_be_read_is_refused() {
    let folder = stopped();
    let before = content(folder.path());
    for entry in fs::read_dir(folder.path()).unwrap() {
        set_mode(&entry.unwrap().path(), 0o444);
    }
    set_mode(folder.path(), 0o555);
    let place = tempfile::tempdir().unwrap();
    assert_refused(&mut serve_without_rights(folder.path(), place.path()), &["read-only"]);
    assert_eq!(content(folder.path()), before);
    set_mode(folder.path(), 0o755);
}

#[test]
fn an_empty_folder_that_may_only_be_read_is_refused() {
    let folder = tempfile::tempdir().unwrap();
    set_mode(folder.path(), 0o555);
    let place = tempfile::tempdir().unwrap();
    assert_refused(&mut serve_without_rights(folder.path(), place.path()), &["read-only"]);
    assert_eq!(content(folder.path()).len(), 0);
    set_mode(folder.path(), 0o755);
}

/// A server that is no superuser: to one, permissions mean nothing.
fn serve_without_rights(data: &Path, place: &Path) -> Command {
    let mut command = serve(data);
    if fs::metadata(place).unwrap().uid() == 0 {
        // The binary may lie where only the superuser may look.
        let copy = place.join("visavis");
        fs::copy(binary(), &copy).unwrap();
        set_mode(place, 0o755);
        set_mode(&copy, 0o755);
        let arguments: Vec<_> = command.get_args().map(ToOwned::to_owned).collect();
        command = Command::new(copy);
        command.args(arguments).env_clear().uid(NOBODY).gid(NOBODY);
    }
    command
}

fn set_mode(path: &Path, mode: u32) {
    fs::set_permissions(path, fs::Permissions::from_mode(mode)).unwrap();
}

/// Without room nothing can be written at the start either; tokens and data survive that.
#[tokio::test]
async fn a_start_on_a_full_disk_loses_nothing() {
    let folder = stopped();
    let place = tempfile::tempdir().unwrap();
    let tokens = |demo: &serde_json::Value| demo["accounts"].clone();
    let before: serde_json::Value =
        serde_json::from_slice(&fs::read(folder.path().join("demo.json")).unwrap()).unwrap();
    let mut command = serve(folder.path());
    small_disk::interpose(&mut command, place.path());
    fs::write(place.path().join("full"), "").unwrap();
    assert_refused(&mut command, &[]);
    let server = Server::start(folder.path()).unwrap();
    assert_eq!(tokens(&server.demo().unwrap()), tokens(&before));
    let ben = server.person("ben").unwrap();
    assert_eq!(ben.get("/me").await.unwrap().text("/id"), ben.id);
}
