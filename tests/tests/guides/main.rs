//! The guides do what they say. Those for the stock Graph clients, and the one with a receiver
//! in JavaScript, run elsewhere in `make test` and `make test-sdk`.
#![cfg(test)]

use std::fs;
use std::path::{Path, PathBuf};

use visavis_tests::guide;
use visavis_tests::stage::Stage;

/// Guides that need a program beyond a shell, `curl` and `jq`; the Makefile runs them.
const ELSEWHERE: [&str; 3] = ["javascript.md", "python.md", "webhook.md"];

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../docs/guides")
}

fn run(name: &str) {
    guide::run(&Stage::plain(), &folder().join(name), |_place| {});
}

#[test]
fn a_first_conversation() {
    run("first-conversation.md");
}

#[test]
fn two_terminals() {
    run("two-terminals.md");
}

#[test]
fn administration() {
    run("administration.md");
}

#[test]
fn a_bot() {
    run("bot.md");
}

#[test]
fn an_export() {
    run("export.md");
}

#[test]
fn every_guide_is_run_or_says_why_not() {
    let own = include_str!("main.rs");
    let makefile = include_str!("../../../Makefile");
    let reasons = guide::not_run(&folder());
    let names = fs::read_dir(folder()).unwrap().map(|entry| entry.unwrap().file_name());
    let names = names.map(|name| name.to_string_lossy().into_owned());
    for name in names.filter(|name| name.ends_with(".md")) {
        let is_run = if ELSEWHERE.contains(&name.as_str()) {
            makefile.contains(&name)
        } else {
            own.contains(&format!("run(\"{name}\")"))
        };
        assert_ne!(
            is_run,
            reasons.contains_key(&name),
            "{name}: run it, or say why not, but not both"
        );
    }
}
