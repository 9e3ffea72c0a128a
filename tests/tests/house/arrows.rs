//! Which crate may use which. `deny.toml` says the same to cargo-deny.

use std::collections::BTreeMap;
use std::process::Command;

use serde_json::Value;

use crate::tree;

/// Every arrow that may exist between crates of the product.
const ARROWS: [(&str, &[&str]); 9] = [
    ("domain", &[]),
    ("policy", &["domain"]),
    ("bus", &["domain"]),
    ("store", &["domain", "policy"]),
    ("app", &["domain", "policy", "store", "bus"]),
    ("graph-api", &["domain", "policy", "app"]),
    ("push", &["domain", "app", "bus"]),
    ("webhook", &["domain", "app", "bus"]),
    ("server", &["domain", "policy", "store", "bus", "app", "graph-api", "push", "webhook"]),
];

/// Packages that look at the product from outside: they may use any crate, and none uses them.
const OUTSIDE: [&str; 2] = ["tests", "bench"];

/// What the pure crates may not reach, however indirectly.
const IMPURE: [&str; 9] =
    ["tokio", "mio", "axum", "hyper", "reqwest", "rusqlite", "libsqlite3-sys", "getrandom", "rand"];

/// Crates of others that belong to certain crates of ours.
const OWNERS: [(&str, &[&str]); 3] = [
    // The tests look into a database past the product, and tamper with it.
    ("rusqlite", &["store", "tests"]),
    ("axum", &["graph-api", "push", "server"]),
    ("anyhow", &["server", "tests", "bench"]),
];

/// The declared dependencies of each workspace crate, by the short names of the crates.
fn declared() -> BTreeMap<String, Vec<String>> {
    let output = cargo(&["metadata", "--no-deps", "--format-version", "1", "--offline"]);
    let metadata: Value = serde_json::from_str(&output).expect("JSON from cargo metadata");
    let text = |value: &Value| value.as_str().expect("a string").to_owned();
    let packages = metadata["packages"].as_array().expect("packages");
    packages
        .iter()
        .map(|package| {
            let dependencies = package["dependencies"].as_array().expect("dependencies");
            let names = dependencies.iter().map(|dependency| short(&text(&dependency["name"])));
            (short(&text(&package["name"])), names.collect())
        })
        .collect()
}

fn short(name: &str) -> String {
    name.strip_prefix("visavis-").unwrap_or(name).to_owned()
}

fn cargo(arguments: &[&str]) -> String {
    let output = Command::new(env!("CARGO"))
        .args(arguments)
        .current_dir(tree::root())
        .output()
        .expect("cargo can be started");
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout).expect("UTF-8 from cargo")
}

/// The arrows that are not allowed, as sentences.
fn arrow_problems(declared: &BTreeMap<String, Vec<String>>) -> Vec<String> {
    let mut problems = Vec::new();
    let allowed: BTreeMap<&str, &[&str]> = ARROWS.into_iter().collect();
    for (crate_name, dependencies) in declared {
        let is_outside = OUTSIDE.contains(&crate_name.as_str());
        if !is_outside && !allowed.contains_key(crate_name.as_str()) {
            problems.push(format!("`{crate_name}` is a new crate: give it its arrows here"));
        }
        for dependency in dependencies {
            let arrow = format!("`{crate_name}` may not use `{dependency}`");
            if OUTSIDE.contains(&dependency.as_str()) {
                problems.push(arrow.clone());
            } else if let Some(targets) = allowed.get(crate_name.as_str())
                && declared.contains_key(dependency)
                && !targets.contains(&dependency.as_str())
            {
                problems.push(arrow.clone());
            }
            let owner = OWNERS.iter().find(|(name, _)| name == dependency);
            if owner.is_some_and(|(_, owners)| !owners.contains(&crate_name.as_str())) {
                problems.push(arrow);
            }
        }
    }
    problems
}

#[test]
fn arrows_between_crates_point_down_only() {
    let declared = declared();
    for (crate_name, _) in ARROWS {
        assert!(declared.contains_key(crate_name), "the crate `{crate_name}` is gone");
    }
    tree::no_problems(&arrow_problems(&declared));
}

#[test]
fn domain_and_policy_reach_no_io_clock_or_randomness() {
    for package in ["visavis-domain", "visavis-policy"] {
        let arguments =
            ["tree", "--offline", "--edges", "normal", "--prefix", "none", "--package", package];
        let output = cargo(&arguments);
        let reached: Vec<&str> =
            output.lines().filter_map(|line| line.split_whitespace().next()).collect();
        assert!(reached.contains(&package), "cargo tree shows `{package}`");
        for name in IMPURE {
            assert!(!reached.contains(&name), "`{package}` reaches `{name}`");
        }
    }
}

#[test]
fn a_wrong_arrow_is_found() {
    let with = |crate_name: &str, dependency: &str| {
        let mut declared: BTreeMap<String, Vec<String>> =
            ARROWS.iter().map(|(name, _)| ((*name).to_owned(), Vec::new())).collect();
        declared.insert("tests".to_owned(), vec!["store".to_owned()]);
        declared.entry(crate_name.to_owned()).or_default().push(dependency.to_owned());
        arrow_problems(&declared)
    };
    assert_eq!(with("app", "store"), [""; 0]);
    for (crate_name, dependency) in [
        ("domain", "policy"),
        ("store", "app"),
        ("graph-api", "store"),
        ("push", "graph-api"),
        ("server", "tests"),
        ("app", "rusqlite"),
        ("store", "anyhow"),
        ("newcomer", "domain"),
    ] {
        assert_eq!(with(crate_name, dependency).len(), 1, "{crate_name} uses {dependency}");
    }
}
