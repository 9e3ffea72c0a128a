//! Documents cite only what exists: paths, links, and the tests that hold the promises.

use std::collections::BTreeSet;

use crate::tree::{self, File};

/// The longest that the description of the architecture may become.
const ARCHITECTURE_LINES_MAX: usize = 500;

/// Folders at the root; a quoted text that starts with one is a path.
const FOLDERS: [&str; 6] = ["crates/", "docs/", "tests/", "bench/", "web/", ".ci/"];

/// What makes a quoted word without a folder a file at the root.
const ROOT_EXTENSIONS: [&str; 3] = [".md", ".toml", ".lock"];

/// The texts between backticks, outside code blocks.
fn quoted(text: &str) -> Vec<String> {
    let mut is_block = false;
    let mut found = Vec::new();
    for line in text.lines() {
        if line.trim_start().starts_with("```") {
            is_block = !is_block;
        } else if !is_block {
            found.extend(line.split('`').skip(1).step_by(2).map(str::to_owned));
        }
    }
    found
}

/// The path that a quoted text names, as far as it is fixed; none when it is no path.
fn cited_path(quoted: &str) -> Option<&str> {
    let is_rooted = FOLDERS.iter().any(|folder| quoted.starts_with(folder));
    let is_file = !quoted.contains('/')
        && ROOT_EXTENSIONS.iter().any(|extension| quoted.ends_with(extension))
        && !quoted.starts_with('.');
    if quoted.contains(' ') || !(is_rooted || is_file) {
        return None;
    }
    let fixed = quoted.find(['*', '<', '{']).and_then(|at| quoted.get(..at));
    let path =
        fixed.map_or(quoted, |fixed| fixed.rsplit_once('/').map_or(fixed, |(folder, _)| folder));
    let path = path.split_once("::").map_or(path, |(file, _)| file);
    Some(path.trim_end_matches('/'))
}

/// The targets of links to files of the repository, without the part after `#`.
fn links(text: &str) -> Vec<String> {
    let targets = text.split("](").skip(1).filter_map(|rest| rest.split_once(')'));
    targets
        .map(|(target, _)| target.split('#').next().unwrap_or_default().to_owned())
        .filter(|target| !target.is_empty() && !target.contains("://"))
        .filter(|target| !target.starts_with("mailto:"))
        .collect()
}

fn path_problems(file: &File, exists: impl Fn(&str) -> bool) -> Vec<String> {
    let mut problems = Vec::new();
    for quoted in quoted(&file.text) {
        if let Some(path) = cited_path(&quoted)
            && !exists(path)
        {
            problems.push(format!("{}: cites `{quoted}`, which is not there", file.path));
        }
    }
    let folder = file.path.rsplit_once('/').map_or("", |(folder, _)| folder);
    for link in links(&file.text) {
        if !exists(&format!("{folder}/{link}")) && !exists(&link) {
            problems.push(format!("{}: links to {link}, which is not there", file.path));
        }
    }
    problems
}

/// The code names and `make` targets that a document cites and that are nowhere.
fn name_problems(file: &File, has_name: impl Fn(&str) -> bool, makefile: &str) -> Vec<String> {
    let mut problems = Vec::new();
    for quoted in quoted(&file.text) {
        let is_name = quoted.contains('_')
            && quoted.chars().all(|c| c.is_ascii_alphanumeric() || c == '_')
            && !quoted.starts_with('_');
        let target = quoted.strip_prefix("make ").map(|target| format!("\n{target}:"));
        if (is_name && !has_name(&quoted)) || target.is_some_and(|line| !makefile.contains(&line)) {
            problems.push(format!("{}: cites `{quoted}`, which is nowhere", file.path));
        }
    }
    problems
}

/// The names of all tests: functions below a `#[test]`, whatever runs them.
fn test_names(files: &[File]) -> BTreeSet<String> {
    let mut names = BTreeSet::new();
    for file in files.iter().filter(|file| file.is_rust()) {
        let mut is_test = false;
        for line in file.text.lines().map(str::trim) {
            if line.starts_with("#[test]") || line.starts_with("#[tokio::test") {
                is_test = true;
            } else if is_test && let Some((_, rest)) = line.split_once("fn ") {
                let name = rest.split(['(', '<']).next().unwrap_or_default();
                names.insert(name.trim().to_owned());
                is_test = false;
            }
        }
    }
    names
}

/// The promises that lack a test, and the tests they name that are not there.
fn promise_problems(architecture: &str, tests: &BTreeSet<String>) -> Vec<String> {
    let mut problems = Vec::new();
    for number in 1..=10 {
        let start = format!("**P{number} ");
        let Some((_, rest)) = architecture.split_once(&start) else {
            problems.push(format!("P{number} is not restated"));
            continue;
        };
        let end = [rest.find("\n* **P"), rest.find("\n#")].into_iter().flatten().min();
        let section = end.and_then(|end| rest.get(..end)).unwrap_or(rest);
        let held = section.split_once("Held by").map_or("", |(_, held)| held);
        let named: Vec<String> = quoted(held);
        if named.is_empty() {
            problems.push(format!("P{number} names no test after `Held by`"));
        }
        for name in named.iter().filter(|name| !tests.contains(*name)) {
            problems.push(format!("P{number} is held by `{name}`, which is no test"));
        }
    }
    problems
}

#[test]
fn documents_cite_only_what_exists() {
    let files = tree::files();
    let documents = files.iter().filter(|file| file.extension() == "md");
    let problems: Vec<String> =
        documents.flat_map(|file| path_problems(file, tree::exists)).collect();
    tree::no_problems(&problems);
}

#[test]
fn documents_cite_only_names_that_exist() {
    let files = tree::files();
    let code: String = files
        .iter()
        .filter(|file| file.is_rust() || file.extension() == "toml")
        .map(|file| format!(" {} ", file.text))
        .collect();
    let names: BTreeSet<&str> =
        code.split(|c: char| !(c.is_ascii_alphanumeric() || c == '_')).collect();
    let makefile = tree::read("Makefile");
    let documents = files.iter().filter(|file| file.extension() == "md");
    let problems: Vec<String> = documents
        .flat_map(|file| name_problems(file, |name| names.contains(name), &makefile))
        .collect();
    tree::no_problems(&problems);
}

#[test]
fn every_promise_names_a_test_that_exists() {
    let architecture = tree::read("ARCHITECTURE.md");
    assert!(architecture.lines().count() <= ARCHITECTURE_LINES_MAX, "ARCHITECTURE.md is too long");
    tree::no_problems(&promise_problems(&architecture, &test_names(&tree::files())));
}

#[test]
fn decisions_have_their_five_parts() {
    let files = tree::files();
    let records: Vec<&File> =
        files.iter().filter(|file| file.path.starts_with("docs/decisions/")).collect();
    assert!(records.len() > 5, "the records were found");
    let parts = ["Context", "Options", "Decision", "Consequences", "How to notice it was wrong"];
    for record in records {
        for part in parts {
            let heading = format!("\n## {part}\n");
            assert!(record.text.contains(&heading), "{}: no part `{part}`", record.path);
        }
    }
}

/// A number names one record, and the title of the record repeats it.
#[test]
fn decisions_have_numbers_of_their_own() {
    let files = tree::files();
    let mut seen = BTreeSet::new();
    for file in &files {
        let Some(name) = file.path.strip_prefix("docs/decisions/") else { continue };
        let (number, _) = name.split_once('-').expect("a number and a title");
        assert!(seen.insert(number.to_owned()), "{}: {number} is taken", file.path);
        assert!(file.text.starts_with(&format!("# {number}: ")), "{}: another title", file.path);
    }
    assert!(seen.len() > 5, "the records were found");
}

#[test]
fn a_wrong_citation_is_found() {
    let file = |text: &str| File { path: "docs/a.md".to_owned(), text: text.to_owned() };
    let problems = |text: &str| {
        let there = ["crates/app/src", "Cargo.toml", "docs/b.md", "crates/store"];
        path_problems(&file(text), |path| there.contains(&path.trim_start_matches("./"))).len()
    };
    for good in [
        "`crates/app/src/` and `crates/app/src/*.rs`, `Cargo.toml`, [b](b.md#c), [x](https://x.y/z)",
        "`GET /chats/{id}`, `crates/store/<name>.sql`\n```text\n`crates/gone`\n```",
    ] {
        let found = path_problems(&file(good), |path| {
            ["crates/app/src", "Cargo.toml", "docs/b.md", "crates/store"].contains(&path)
        });
        assert_eq!(found, [""; 0], "{good}");
    }
    for bad in ["`crates/gone/`", "`GONE.md`", "[gone](gone.md)", "`docs/gone.md`"] {
        assert_eq!(problems(bad), 1, "{bad}");
    }
}

#[test]
fn a_wrong_name_is_found() {
    let count = |text: &str| {
        let file = File { path: "a.md".to_owned(), text: text.to_owned() };
        name_problems(&file, |name| name == "it_holds", ".PHONY: run\nrun: all\n").len()
    };
    assert_eq!(count("`it_holds`, `make run`, `a b_c`, `word`"), 0);
    assert_eq!(count("`it_held`, `make walk`"), 2);
}

#[test]
fn a_promise_without_a_test_is_found() {
    let tests = test_names(&[File {
        path: "a.rs".to_owned(),
        text: "#[test]\nfn it_holds() {}\nfn no_test() {}\nproptest! {\n #[test]\n fn law(a in b) {}\n}"
            .to_owned(),
    }]);
    assert_eq!(tests, BTreeSet::from(["it_holds".to_owned(), "law".to_owned()]));
    let document = |held: &str| {
        (1..=10).map(|n| format!("* **P{n} Name.** Text `x`. {held}\n")).collect::<String>()
    };
    assert_eq!(promise_problems(&document("Held by `it_holds`\n  and `law`."), &tests), [""; 0]);
    for bad in ["", "Held by care.", "Held by `no_test`."] {
        assert_eq!(promise_problems(&document(bad), &tests).len(), 10, "{bad}");
    }
    assert_eq!(promise_problems("", &tests).len(), 10);
}
