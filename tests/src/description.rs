//! The description of the API, as it is served: which operations there are, and what each may
//! answer.

use std::collections::BTreeSet;

use reqwest::Method;
use serde_json::{Value, json};

/// What upgrades to a WebSocket is no operation.
const PUSH: &str = "/v1.0/me/notifications";

/// One operation.
#[derive(Debug, Clone)]
pub struct Operation {
    /// GET, POST, …
    pub method: Method,
    /// With parameters in braces.
    pub path: String,
    /// Statuses that are described.
    pub statuses: BTreeSet<u16>,
    /// Whether it can be called by anybody.
    pub is_open: bool,
}

impl Operation {
    fn new(method: Method, path: &str, described: &Value) -> Self {
        let responses = described["responses"].as_object().expect("responses");
        let statuses = responses.keys().filter_map(|status| status.parse().ok()).collect();
        let is_open = [json!([{}]), json!([])].contains(&described["security"]);
        Self { method, path: path.to_owned(), statuses, is_open }
    }
}

/// All operations.
#[derive(Debug)]
pub struct Description {
    operations: Vec<Operation>,
}

impl Description {
    /// Reads the document.
    pub(crate) fn new(document: &Value) -> Self {
        let mut operations = Vec::new();
        for (path, item) in document["paths"].as_object().expect("paths") {
            let item = item.as_object().expect("operations");
            operations.extend(item.iter().filter_map(|(name, described)| {
                let method = Method::from_bytes(name.to_uppercase().as_bytes()).ok()?;
                Some(Operation::new(method, path, described))
            }));
        }
        Self { operations }
    }

    /// All operations.
    #[must_use]
    pub fn operations(&self) -> &[Operation] {
        &self.operations
    }

    /// Fails when the operation does not describe the status.
    #[track_caller]
    pub(crate) fn check(&self, method: &Method, path: &str, status: u16) {
        let plain = plain(path);
        let segments: Vec<&str> = plain.split('/').collect();
        let on_path: Vec<&Operation> =
            self.operations.iter().filter(|operation| fits(&operation.path, &segments)).collect();
        if plain == PUSH {
            return;
        }
        let operation = on_path.iter().find(|operation| operation.method == method);
        match operation {
            Some(operation) => assert!(
                operation.statuses.contains(&status),
                "{method} {path} answered {status}, but only {:?} are described for {}",
                operation.statuses,
                operation.path
            ),
            // Not an operation: says so.
            None if on_path.is_empty() => {
                assert!([400, 404].contains(&status), "{method} {path} is not described: {status}");
            }
            None => assert_eq!(status, 405, "{method} {path} is not described"),
        }
    }
}

/// The spelling of a path that the description has.
fn plain(path: &str) -> String {
    let path = path.strip_prefix("/beta").map_or_else(|| path.to_owned(), |p| format!("/v1.0{p}"));
    let path = path.replace("%28", "(").replace("%29", ")").replace("%27", "'");
    let mut plain = String::new();
    for segment in path.split('/').skip(1).filter(|segment| !segment.is_empty()) {
        let segment = match segment.strip_prefix("microsoft.graph.") {
            Some(bound) => bound.rsplit('.').next().unwrap_or(bound),
            None => segment,
        };
        plain.push('/');
        match segment.strip_suffix(')').and_then(|segment| segment.split_once('(')) {
            Some((name, "")) => plain.push_str(name),
            Some((name, key)) => {
                plain.push_str(name);
                plain.push('/');
                plain.push_str(key);
            }
            None => plain.push_str(segment),
        }
    }
    let parts: Vec<&str> = plain.split('/').collect();
    match parts.as_slice() {
        ["", "v1.0", "users", _key, "chats", rest @ ..] => {
            ["", "v1.0", "chats"].iter().chain(rest).copied().collect::<Vec<_>>().join("/")
        }
        _ => plain,
    }
}

/// Whether a path is an instance of a template.
fn fits(template: &str, segments: &[&str]) -> bool {
    let parts: Vec<&str> = template.split('/').collect();
    parts.len() == segments.len()
        && parts
            .iter()
            .zip(segments)
            .all(|(part, segment)| part.starts_with('{') || part == segment)
}
