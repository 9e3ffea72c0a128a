//! The description holds together, is committed as it is, and is reviewed when it changes.

use std::collections::BTreeSet;
use std::path::Path;

use super::*;

/// Where the description is committed, for readers and for programs that generate from it.
const COMMITTED: &str = "../../docs/reference/openapi.json";

fn description() -> OpenApi {
    serde_json::from_str(crate::open_api_json()).unwrap()
}

#[test]
fn it_is_ours_and_3_1() {
    let text: serde_json::Value = serde_json::from_str(crate::open_api_json()).unwrap();
    assert!(text["openapi"].as_str().unwrap().starts_with("3.1"));
    assert_eq!(text["info"]["title"], "Visavis");
    assert!(text["info"].get("contact").is_none());
    assert_eq!(text["info"]["license"]["name"], "Apache-2.0");
}

/// Every operation with its method and path.
fn all() -> Vec<(&'static str, String, Operation)> {
    let mut all = Vec::new();
    for (path, mut item) in description().paths.paths {
        let methods = ["GET", "PUT", "POST", "DELETE", "PATCH"].into_iter();
        let there = methods.zip(operations(&mut item)).filter_map(|(method, operation)| {
            operation.map(|operation| (method, path.clone(), operation.clone()))
        });
        all.extend(there);
    }
    all
}

#[test]
fn operations_have_ids_of_their_own_and_say_how_they_fail() {
    let failures = ["400", "401", "403", "404", "409", "413", "415", "429", "500", "503"];
    let mut ids = BTreeSet::new();
    for (_method, path, operation) in all() {
        let id = operation.operation_id.unwrap();
        assert!(ids.insert(id.clone()), "{id} is there twice");
        assert!(operation.summary.is_some(), "{id} has no summary");
        let says = |status: &&str| operation.responses.responses.contains_key(*status);
        assert!(!path.starts_with("/v1.0") || failures.iter().all(says), "{id}");
    }
    assert!(ids.len() > 100, "only {}", ids.len());
}

#[test]
fn references_lead_somewhere() {
    let text = crate::open_api_json();
    let all: serde_json::Value = serde_json::from_str(text).unwrap();
    for reference in text.split("\"#/components/schemas/").skip(1) {
        let name = reference.split('"').next().unwrap();
        assert!(!all["components"]["schemas"][name].is_null(), "{name} is missing");
    }
}

#[test]
fn every_path_is_in_the_spelling_of_the_router() {
    for path in description().paths.paths.keys() {
        let is_alias = path.starts_with("/v1.0/me/chats") || path.contains("}/chats/");
        let path = path.replace(['{', '}'], "");
        assert_eq!(crate::normalise::normalise(&path).is_some(), is_alias, "{path}");
    }
}

#[test]
fn the_list_of_operations_is_reviewed() {
    let line = |(method, path, operation): (&str, String, Operation)| {
        format!("{method:6} {path}  {}", operation.operation_id.unwrap_or_default())
    };
    let lines: Vec<String> = all().into_iter().map(line).collect();
    insta::with_settings!({snapshot_path => "../snapshots"}, {
        insta::assert_snapshot!(lines.join("\n"));
    });
}

/// `INSTA_UPDATE=always` writes it, as it does with snapshots.
#[test]
#[expect(clippy::disallowed_methods, reason = "listens to the variable that snapshots listen to")]
fn the_committed_description_is_current() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join(COMMITTED);
    let committed = std::fs::read_to_string(&path).unwrap_or_default();
    let current = crate::open_api_json();
    if committed == current {
        return;
    }
    if std::env::var("INSTA_UPDATE").is_ok_and(|update| update == "always") {
        std::fs::write(&path, current).unwrap();
        return;
    }
    let at = committed.lines().zip(current.lines()).take_while(|(old, new)| old == new).count();
    panic!(
        "docs/reference/openapi.json is not what the code says, from line {} on. Bring it up to \
         date with\n  INSTA_UPDATE=always cargo test -p visavis-graph-api\nand read the difference.",
        at + 1
    );
}
