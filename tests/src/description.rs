//! The description of the API, as it is served: which operations there are, and what each may
//! answer.

use std::collections::BTreeSet;

use reqwest::{Method, Url};
use serde_json::{Value, json};

use crate::answer::Answer;
use crate::schema::Schema;

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
    /// The query options that it takes.
    pub options: BTreeSet<String>,
}

impl Operation {
    fn new(method: Method, path: &str, described: &Value) -> Self {
        let responses = described["responses"].as_object().expect("responses");
        let statuses = responses.keys().filter_map(|status| status.parse().ok()).collect();
        let is_open = [json!([{}]), json!([])].contains(&described["security"]);
        let parameters = described["parameters"].as_array().into_iter().flatten();
        let options = parameters
            .filter(|parameter| parameter["in"] == "query")
            .filter_map(|parameter| parameter["name"].as_str().map(str::to_owned))
            .collect();
        Self { method, path: path.to_owned(), statuses, is_open, options }
    }
}

/// All operations.
#[derive(Debug)]
pub struct Description {
    document: Value,
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
        Self { document: document.clone(), operations }
    }

    /// All operations.
    #[must_use]
    pub fn operations(&self) -> &[Operation] {
        &self.operations
    }

    /// Fails when the answer is not what the operation is described with: another status, or a
    /// body that its schema does not allow.
    #[track_caller]
    pub(crate) fn check(&self, method: &Method, url: &Url, sent: &[u8], answer: &Answer) {
        let (path, status) = (url.path(), answer.status);
        let plain = plain(path);
        let segments: Vec<&str> = plain.split('/').collect();
        let on_path: Vec<&Operation> =
            self.operations.iter().filter(|operation| fits(&operation.path, &segments)).collect();
        let operation = on_path.iter().find(|operation| operation.method == method);
        match operation {
            Some(operation) => {
                assert!(
                    operation.statuses.contains(&status),
                    "{method} {path} answered {status}, but only {:?} are described for {}",
                    operation.statuses,
                    operation.path
                );
                let query = url.query().unwrap_or_default().to_ascii_lowercase();
                let is_partial = query.contains("select=");
                self.check_body(operation, answer, is_partial);
                self.check_sent(operation, sent, answer);
            }
            // Not an operation: says so.
            None if on_path.is_empty() => {
                assert!(
                    [400, 404, 501].contains(&status),
                    "{method} {path} is not described: {status}"
                );
            }
            None => assert!([405, 501].contains(&status), "{method} {path} is not described"),
        }
    }

    /// What the server takes, the description allows: else it keeps a secret.
    #[track_caller]
    fn check_sent(&self, operation: &Operation, sent: &[u8], answer: &Answer) {
        let method = operation.method.as_str().to_lowercase();
        let described = &self.document["paths"][&operation.path][&method]["requestBody"];
        let schema = &described["content"]["application/json"]["schema"];
        let was_taken = answer.status < 300 && !schema.is_null();
        if !was_taken {
            return;
        }
        let Ok(body) = serde_json::from_slice(sent) else {
            assert_ne!(described["required"], true, "{}: taken without a body", answer.request);
            return;
        };
        let problems = Schema::of_request(&self.document, schema).problems(&body);
        assert!(
            problems.is_empty(),
            "{}: was taken, but is not described as possible:\n  {}\n{body}",
            answer.request,
            problems.join("\n  "),
        );
    }

    #[track_caller]
    fn check_body(&self, operation: &Operation, answer: &Answer, is_partial: bool) {
        let method = operation.method.as_str().to_lowercase();
        let described = &self.document["paths"][&operation.path][&method];
        let mut response = &described["responses"][answer.status.to_string()];
        if let Some(pointer) = response["$ref"].as_str().and_then(|text| text.strip_prefix('#')) {
            response = self.document.pointer(pointer).expect("a response that is there");
        }
        let schema = &response["content"]["application/json"]["schema"];
        if schema.is_null() {
            let is_other = response["content"].as_object().is_some_and(|kinds| !kinds.is_empty());
            let is_empty = answer.text.is_empty();
            assert!(is_other || is_empty, "{}: a body that is not described", answer.request);
            return;
        }
        let problems =
            Schema::of_answer(&self.document, schema, is_partial).problems(&answer.json());
        assert!(
            problems.is_empty(),
            "{}: the answer is not as described (see the attributes `#[schema(…)]` of its wire \
             type: an `Option` that is always written, if only as null, is `required`):\n  {}\n{}",
            answer.request,
            problems.join("\n  "),
            answer.text
        );
    }
}

/// The spelling of a path that the description has.
fn plain(path: &str) -> String {
    let path = path.strip_prefix("/beta").map_or_else(|| path.to_owned(), |p| format!("/v1.0{p}"));
    let path = path.replace("%28", "(").replace("%29", ")").replace("%27", "'").replace("%24", "$");
    let mut plain = String::new();
    for segment in path.split('/').skip(1).filter(|segment| !segment.is_empty()) {
        let segment = match segment.strip_prefix("microsoft.graph.") {
            Some(bound) => {
                let start = bound.split('(').next().and_then(|name| name.rfind('.'));
                bound.get(start.map_or(0, |point| point + 1)..).unwrap_or_default()
            }
            None => segment,
        };
        plain.push('/');
        match segment.strip_suffix(')').and_then(|segment| segment.split_once('(')) {
            Some((name, "")) => plain.push_str(name),
            Some((name, key)) => {
                plain.push_str(name);
                plain.push('/');
                // `f(a='x',b='y')`, also without the comma, is `f/x/y` to the router.
                let named = key.contains("='").then(|| key.split("='").skip(1));
                match named {
                    None => plain.push_str(key),
                    Some(values) => {
                        let values = values.map(|value| value.split('\'').next().unwrap_or(value));
                        plain.push_str(&values.collect::<Vec<_>>().join("/"));
                    }
                }
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
