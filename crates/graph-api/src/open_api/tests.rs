//! The description holds together, is committed as it is, and is reviewed when it changes.

use std::collections::BTreeSet;
use std::path::Path;

use serde_json::Value;

/// Where the description is committed, for readers and for programs that generate from it.
const COMMITTED: &str = "../../docs/reference/openapi.json";

fn description() -> Value {
    serde_json::from_str(crate::open_api_json()).unwrap()
}

#[test]
fn it_is_ours_and_3_1() {
    let all = description();
    assert!(all["openapi"].as_str().unwrap().starts_with("3.1"));
    assert_eq!(all["info"]["title"], "Visavis");
    assert!(all["info"].get("contact").is_none());
    assert_eq!(all["info"]["license"]["name"], "Apache-2.0");
}

/// Every operation with its method and path.
fn all() -> Vec<(&'static str, String, Value)> {
    let description = description();
    let mut all = Vec::new();
    for (path, item) in description["paths"].as_object().unwrap() {
        for method in ["GET", "PUT", "POST", "DELETE", "PATCH"] {
            if let Some(operation) = item.get(method.to_lowercase()) {
                all.push((method, path.clone(), operation.clone()));
            }
        }
    }
    all
}

#[test]
fn operations_have_ids_of_their_own_and_say_how_they_fail() {
    let failures = ["400", "403", "404", "429", "500", "503"];
    let mut ids = BTreeSet::new();
    for (method, path, operation) in all() {
        let id = operation["operationId"].as_str().unwrap().to_owned();
        assert!(ids.insert(id.clone()), "{id} is there twice");
        assert!(operation["summary"].is_string(), "{id} has no summary");
        let says = |status: &str| operation["responses"].get(status).is_some();
        if !path.starts_with("/v1.0") {
            continue;
        }
        assert!(failures.into_iter().all(says), "{id}");
        let takes_a_body = ["POST", "PATCH", "PUT"].contains(&method);
        assert_eq!(["408", "413", "415"].map(says), [takes_a_body; 3], "{id}");
        let is_open = operation["security"] == serde_json::json!([{}]);
        assert!(is_open || says("401"), "{id}");
    }
    assert!(ids.len() > 100, "only {}", ids.len());
}

/// What the format of descriptions demands and the generator forgets.
#[test]
fn every_answer_is_described() {
    for (_method, path, operation) in all() {
        for (status, response) in operation["responses"].as_object().unwrap() {
            let is_described =
                response.get("$ref").is_some() || response["description"].is_string();
            assert!(is_described, "{path} {status}");
        }
        for parameter in operation["parameters"].as_array().into_iter().flatten() {
            assert!(parameter["description"].is_string(), "{path}: {parameter}");
        }
    }
}

#[test]
fn references_lead_somewhere() {
    let all = description();
    let mut count = 0;
    for reference in crate::open_api_json().split("\"#/").skip(1) {
        let path = format!("/{}", reference.split('"').next().unwrap());
        assert!(all.pointer(&path).is_some(), "{path} is missing");
        count += 1;
    }
    assert!(count > 100, "the references were found");
}

#[test]
fn every_path_is_in_the_spelling_of_the_router() {
    for path in description()["paths"].as_object().unwrap().keys() {
        let is_alias = path.starts_with("/v1.0/me/chats") || path.contains("}/chats/");
        let path = path.replace(['{', '}'], "");
        assert_eq!(crate::normalise::normalise(&path).is_some(), is_alias, "{path}");
    }
}

#[test]
fn the_list_of_operations_is_reviewed() {
    let line = |(method, path, operation): (&str, String, Value)| {
        format!("{method:6} {path}  {}", operation["operationId"].as_str().unwrap())
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
