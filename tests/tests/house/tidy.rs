//! Form: what every file begins with, and what none contains.

use crate::source::Source;
use crate::tree::{self, File};

/// File names that say nothing about what belongs inside.
const NAMELESS: [&str; 7] =
    ["utils.rs", "util.rs", "helpers.rs", "helper.rs", "common.rs", "misc.rs", "mod.rs"];

/// Code that is not merged, with what to do instead.
const BANNED_CODE: [(&str, &str); 6] = [
    ("#[ignore", "fix the test or assert what happens today"),
    ("#[should_panic", "assert the error"),
    ("todo!", "do it, or leave it out"),
    ("unimplemented!", "do it, or leave it out"),
    ("dbg!", "remove it"),
    ("#[allow(", "use #[expect(..., reason = \"...\")]"),
];

/// What is wrong with the form of one Rust file.
fn rust_problems(path: &str, text: &str) -> Vec<String> {
    let mut problems = Vec::new();
    if !text.starts_with("//!") {
        problems.push(format!("{path}:1: says at the top, with `//!`, what belongs in it"));
    }
    if NAMELESS.iter().any(|name| path.ends_with(&format!("/{name}"))) {
        problems.push(format!("{path}: name the file after what it holds"));
    }
    let source = Source::new(text);
    for (number, line) in source.code.lines().enumerate() {
        for (banned, instead) in BANNED_CODE {
            if has_word(line, banned) {
                problems.push(format!("{path}:{}: `{banned}`: {instead}", number + 1));
            }
        }
    }
    let unfinished = [concat!("FIX", "ME"), concat!("X", "XX"), concat!("HA", "CK")];
    for (number, line) in source.comments.lines().enumerate() {
        let is_open_ended = line.contains(concat!("TO", "DO")) && !line.contains("(#");
        if is_open_ended || unfinished.iter().any(|word| has_word(line, word)) {
            problems.push(format!("{path}:{}: name the open issue, as TO\u{44}O(#12)", number + 1));
        }
    }
    problems
}

/// Whether the line has this text, not as the end of a longer word.
fn has_word(line: &str, wanted: &str) -> bool {
    line.match_indices(wanted).any(|(at, _)| {
        let before = line.get(..at).and_then(|start| start.chars().next_back());
        !before.is_some_and(|c| c.is_alphanumeric() || c == '_')
    })
}

/// Paths of one person's machine.
fn machine_path_problems(file: &File) -> Vec<String> {
    let folders = ["work", "root", "home", "Users", "mnt"].map(|name| format!("/{name}/"));
    let mut problems = Vec::new();
    for (number, line) in file.text.lines().enumerate() {
        let is_start = |at: usize| {
            let before = line.get(..at).and_then(|start| start.chars().next_back());
            !before.is_some_and(|c| c.is_alphanumeric() || "._-})".contains(c))
        };
        let found = folders
            .iter()
            .any(|folder| line.match_indices(folder.as_str()).any(|(at, _)| is_start(at)));
        if found || line.contains(concat!("C:", "\\Users")) {
            problems.push(format!("{}:{}: a path of one machine", file.path, number + 1));
        }
    }
    problems
}

#[test]
fn rust_files_have_the_form_of_the_house() {
    let files = tree::files();
    let rust: Vec<&File> = files.iter().filter(|file| file.is_rust()).collect();
    assert!(rust.len() > 20, "the walk found the code");
    let problems: Vec<String> =
        rust.into_iter().flat_map(|file| rust_problems(&file.path, &file.text)).collect();
    tree::no_problems(&problems);
}

#[test]
fn no_file_names_a_path_of_one_machine() {
    let problems: Vec<String> = tree::files().iter().flat_map(machine_path_problems).collect();
    tree::no_problems(&problems);
}

#[test]
fn no_snapshot_waits_for_review() {
    let waiting = |file: &&File| file.extension() == "new" || file.name().contains("pending-snap");
    let files = tree::files();
    let problems: Vec<String> =
        files.iter().filter(waiting).map(|file| format!("{}: review it", file.path)).collect();
    tree::no_problems(&problems);
}

#[test]
fn bad_form_is_found() {
    let good = "//! A file.\n/// See TO\u{44}O(#12).\nfn f() { let s = \"dbg!\"; not_todo!(); }\n";
    assert_eq!(rust_problems("a/b.rs", good), [""; 0]);
    for (path, text) in [
        ("a/b.rs", "// Not a module comment.\n"),
        ("a/utils.rs", "//! Things.\n"),
        ("a/mod.rs", "//! Things.\n"),
        ("a/b.rs", "//! A file.\n#[test]\n#[ignore = \"slow\"]\nfn f() {}\n"),
        ("a/b.rs", "//! A file.\n#[should_panic]\nfn f() {}\n"),
        ("a/b.rs", "//! A file.\nfn f() { todo!() }\n"),
        ("a/b.rs", "//! A file.\n#[allow(dead_code)]\nfn f() {}\n"),
        ("a/b.rs", "//! A file.\n// FIX\u{4d}E later\n"),
        ("a/b.rs", "//! A file.\n// TO\u{44}O later\n"),
    ] {
        assert_eq!(rust_problems(path, text).len(), 1, "{path}: {text}");
    }
}

#[test]
fn a_machine_path_is_found() {
    let problems = |text: &str| {
        machine_path_problems(&File { path: "a.md".to_owned(), text: text.to_owned() }).len()
    };
    assert_eq!(problems("in /var/lib, at example.org/home/page or /users/{id}"), 0);
    assert_eq!(problems(concat!("in /ho", "me/someone/visavis")), 1);
    assert_eq!(problems(concat!("`/ro", "ot/x`")), 1);
}
