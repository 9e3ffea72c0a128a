//! Sizes: a file of at most 800 lines, a function of at most 70, tests not counted.
//!
//! What is larger today stands in `tidy-ratchet.toml` with its size, which may only fall.

use std::collections::BTreeMap;

use crate::source::Source;
use crate::tree;

const FILE_LINES_MAX: usize = 800;
const FUNCTION_LINES_MAX: usize = 70;

/// Sizes over the limit, by path, or by path and function.
type Sizes = BTreeMap<String, usize>;

/// What one file adds: itself, and its functions, when too large.
fn oversized(path: &str, text: &str) -> Sizes {
    let source = Source::new(text);
    let mut sizes = Sizes::new();
    let lines = source.shipped_code().lines().count();
    if lines > FILE_LINES_MAX {
        sizes.insert(path.to_owned(), lines);
    }
    for function in source.functions() {
        if function.lines > FUNCTION_LINES_MAX {
            let size = sizes.entry(format!("{path}::{}", function.name)).or_default();
            *size = function.lines.max(*size);
        }
    }
    sizes
}

/// The entries of the list: `"path" = 900` or `"path::function" = 90`.
fn listed(ratchet: &str) -> Result<Sizes, String> {
    ratchet
        .lines()
        .map(str::trim)
        .filter(|line| !line.is_empty() && !line.starts_with('#'))
        .map(|line| {
            let parsed = line.split_once('=').and_then(|(name, size)| {
                let name = name.trim().strip_prefix('"')?.strip_suffix('"')?;
                Some((name.to_owned(), size.trim().parse().ok()?))
            });
            parsed.ok_or_else(|| format!("tidy-ratchet.toml: cannot read `{line}`"))
        })
        .collect()
}

/// Where the list and the tree differ.
fn differences(actual: &Sizes, listed: &Sizes) -> Vec<String> {
    let mut problems = Vec::new();
    for (name, size) in actual {
        match listed.get(name) {
            None => problems.push(format!(
                "{name} has {size} lines: split it (a file has at most {FILE_LINES_MAX}, \
                 a function {FUNCTION_LINES_MAX})"
            )),
            Some(old) if size > old => {
                problems
                    .push(format!("{name} grew from {old} to {size} lines: it may only shrink"));
            }
            Some(old) if size < old => {
                problems.push(format!("{name} shrank to {size} lines: lower its entry from {old}"));
            }
            Some(_) => {}
        }
    }
    for name in listed.keys().filter(|name| !actual.contains_key(*name)) {
        problems.push(format!("{name} is small enough or gone: delete its entry"));
    }
    problems
}

/// Whether a file is shipped; tests that have a file of their own are not.
pub(crate) fn is_shipped(path: &str) -> bool {
    path.starts_with("crates/")
        && path.contains("/src/")
        && !path.contains("/tests/")
        && !path.ends_with("/tests.rs")
        && !path.ends_with("_tests.rs")
}

#[test]
fn files_and_functions_stay_small() {
    let files = tree::files();
    let shipped = files.iter().filter(|file| file.is_rust() && is_shipped(&file.path));
    let actual = shipped.flat_map(|file| oversized(&file.path, &file.text)).collect();
    let listed = listed(&tree::read("tidy-ratchet.toml")).expect("a list of sizes");
    tree::no_problems(&differences(&actual, &listed));
}

#[test]
fn what_is_too_large_is_found() {
    let function = format!("//! A file.\nfn long() {{\n{}}}\n", "    step();\n".repeat(71));
    assert_eq!(oversized("a.rs", &function), Sizes::from([("a.rs::long".to_owned(), 71)]));
    let file = "fn short() {}\n".repeat(801);
    assert_eq!(oversized("a.rs", &file), Sizes::from([("a.rs".to_owned(), 801)]));
    let tests = format!("#[cfg(test)]\nmod tests {{\n{file}}}\n");
    assert_eq!(oversized("a.rs", &tests), Sizes::new());
}

#[test]
fn sizes_may_only_fall() {
    let sizes = |text| listed(text).expect("a list");
    let actual = sizes("# why\n\"a.rs\" = 900\n\"a.rs::long\" = 80");
    assert_eq!(differences(&actual, &actual), [""; 0]);
    assert_eq!(differences(&actual, &Sizes::new()).len(), 2);
    assert_eq!(differences(&actual, &sizes("\"a.rs\" = 899\n\"a.rs::long\" = 80")).len(), 1);
    assert_eq!(differences(&actual, &sizes("\"a.rs\" = 901\n\"a.rs::long\" = 80")).len(), 1);
    assert_eq!(differences(&Sizes::new(), &actual).len(), 2);
    assert!(listed("a.rs = many").is_err());
}
