//! Limits are named in `crates/domain/src/limit.rs`.

use crate::source::Source;
use crate::tree;

/// Public limits that get their number outside the file of limits.
fn stray_limits(path: &str, text: &str) -> Vec<String> {
    let code = Source::new(text).shipped_code();
    let definitions = code.split("pub const ").skip(1).filter_map(|rest| rest.split_once(';'));
    definitions
        .filter_map(|(definition, _)| {
            let (name, rest) = definition.split_once(':')?;
            let (_, value) = rest.split_once('=')?;
            let is_limit = name.ends_with("_MAX") && value.contains(|c: char| c.is_ascii_digit());
            is_limit.then(|| format!("{path}: `{name}` belongs in crates/domain/src/limit.rs"))
        })
        .collect()
}

#[test]
fn limits_are_named_in_one_place() {
    let files = tree::files();
    let elsewhere = files.iter().filter(|file| {
        file.is_rust() && file.path.starts_with("crates/") && !file.path.ends_with("/limit.rs")
    });
    let problems: Vec<String> =
        elsewhere.flat_map(|file| stray_limits(&file.path, &file.text)).collect();
    tree::no_problems(&problems);
}

#[test]
fn a_stray_limit_is_found() {
    assert_eq!(stray_limits("a.rs", "pub const A_MAX: usize = 4_096;\n").len(), 1);
    assert_eq!(stray_limits("a.rs", "const A_MAX: usize = limit::A_MAX;\n"), [""; 0]);
}
