//! What was released stays: the description of the API is compared with that of the release, and
//! a change that breaks a caller fails with a sentence that says what broke. Additions pass.

use std::collections::BTreeSet;

use serde_json::Value;

use crate::tree;

/// The description as it was released. A breaking release replaces it by the current one.
const RELEASED: &str = "tests/tests/house/contract/released.json";
const CURRENT: &str = "docs/reference/openapi.json";
const METHODS: [&str; 5] = ["get", "put", "post", "patch", "delete"];
/// References are followed this far: what is deeper repeats itself.
const DEPTH_MAX: usize = 12;

/// Two descriptions, and what the newer one breaks.
struct Comparison<'a> {
    old: &'a Value,
    new: &'a Value,
    broken: BTreeSet<String>,
}

/// Which way a value goes: what is promised differs.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Way {
    /// To the server: it must go on taking what it took.
    Request,
    /// From the server: it must go on saying what it said.
    Answer,
}

/// What the newer description breaks.
fn breaks(old: &Value, new: &Value) -> BTreeSet<String> {
    let mut comparison = Comparison { old, new, broken: BTreeSet::new() };
    for (path, item) in entries(&old["paths"]) {
        for method in METHODS {
            let operation = &item[method];
            let line = format!("{} {path}", method.to_uppercase());
            match (&new["paths"][path][method], operation) {
                (_, Value::Null) => {}
                (Value::Null, _) => comparison.says(&line, "the operation is gone"),
                (now, was) => comparison.operation(&line, was, now),
            }
        }
    }
    comparison.broken
}

impl Comparison<'_> {
    fn says(&mut self, place: &str, words: &str) {
        self.broken.insert(format!("{place}: {words}"));
    }

    fn operation(&mut self, line: &str, was: &Value, now: &Value) {
        for parameter in list(&was["parameters"]) {
            let (name, place) = (text(&parameter["name"]), &parameter["in"]);
            let same = |other: &&Value| other["name"] == parameter["name"] && other["in"] == *place;
            match list(&now["parameters"]).iter().find(same) {
                None => self.says(line, &format!("`{name}` is not taken any more")),
                Some(other) => {
                    let at = format!("{line} {name}");
                    self.schema(&at, &parameter["schema"], &other["schema"], Way::Request, 0);
                }
            }
        }
        for parameter in list(&now["parameters"]) {
            let same = |other: &&Value| {
                other["name"] == parameter["name"] && other["in"] == parameter["in"]
            };
            let was_required = list(&was["parameters"]).iter().find(same);
            let was_required = was_required.is_some_and(|other| other["required"] == true);
            if parameter["required"] == true && !was_required {
                let name = text(&parameter["name"]);
                self.says(line, &format!("`{name}` is required and was not"));
            }
        }
        self.body(line, &was["requestBody"], &now["requestBody"]);
        for (status, response) in entries(&was["responses"]) {
            match now["responses"].get(status) {
                Some(other) => self.answer(&format!("{line} {status}"), response, other),
                None if status.starts_with('2') => {
                    self.says(line, &format!("the status {status} is gone"));
                }
                None => {}
            }
        }
    }

    fn answer(&mut self, at: &str, was: &Value, now: &Value) {
        let (was, now) = (resolved(self.old, was), resolved(self.new, now));
        for (kind, content) in entries(&was["content"]) {
            let Some(other) = now["content"].get(kind) else {
                self.says(at, &format!("{kind} is gone"));
                continue;
            };
            self.schema(at, &content["schema"], &other["schema"], Way::Answer, 0);
        }
    }

    fn body(&mut self, line: &str, was: &Value, now: &Value) {
        if now["required"] == true && was["required"] != true {
            self.says(line, "a body is required and was not");
        }
        for (kind, content) in entries(&was["content"]) {
            let at = format!("{line} body");
            match now["content"].get(kind) {
                None => self.says(&at, &format!("{kind} is not taken any more")),
                Some(other) => {
                    self.schema(&at, &content["schema"], &other["schema"], Way::Request, 0);
                }
            }
        }
    }

    fn schema(&mut self, at: &str, was: &Value, now: &Value, way: Way, depth: usize) {
        if depth > DEPTH_MAX {
            return;
        }
        let (was, now) = (merged(self.old, was), merged(self.new, now));
        self.types(at, &was, &now, way);
        self.words(at, &was, &now, way);
        if was["format"] != now["format"] && !was["format"].is_null() {
            self.says(at, &format!("the format {} is {}", was["format"], now["format"]));
        }
        let required = |schema: &Value, name: &str| {
            list(&schema["required"]).iter().any(|other| *other == *name)
        };
        for (name, property) in entries(&was["properties"]) {
            let at = format!("{at}/{name}");
            match now["properties"].get(name) {
                None => self.says(&at, "is gone"),
                Some(other) => self.schema(&at, property, other, way, depth + 1),
            }
            if way == Way::Answer && required(&was, name) && !required(&now, name) {
                self.says(&at, "was always there and may be missing");
            }
        }
        for name in list(&now["required"]).iter().filter_map(Value::as_str) {
            if way == Way::Request && !required(&was, name) {
                self.says(&format!("{at}/{name}"), "is required and was not");
            }
        }
        if !was["items"].is_null() {
            self.schema(&format!("{at}[]"), &was["items"], &now["items"], way, depth + 1);
        }
        let alternatives = list(&was["anyOf"]).iter().zip(list(&now["anyOf"]));
        for (was, now) in alternatives {
            self.schema(at, was, now, way, depth + 1);
        }
    }

    /// A request may take more than it did, an answer may have less.
    fn types(&mut self, at: &str, was: &Value, now: &Value, way: Way) {
        let (old, new) = (types(was), types(now));
        let (promised, kept) = if way == Way::Request { (&old, &new) } else { (&new, &old) };
        let is_kept = kept.is_empty() || !promised.is_empty() && promised.is_subset(kept);
        if !is_kept {
            let words = |types: &BTreeSet<String>| {
                let types: Vec<&str> = types.iter().map(String::as_str).collect();
                types.first().map_or("anything".to_owned(), |_first| types.join(" or "))
            };
            self.says(at, &format!("was {} and is {}", words(&old), words(&new)));
        }
    }

    /// Words may be added, as Graph adds them; none may go.
    fn words(&mut self, at: &str, was: &Value, now: &Value, way: Way) {
        if now["enum"].is_null() {
            return;
        }
        if way == Way::Request && was["enum"].is_null() {
            self.says(at, "was free and is one of a list");
        }
        for word in list(&was["enum"]).iter().filter(|word| !list(&now["enum"]).contains(word)) {
            self.says(at, &format!("{word} is gone"));
        }
    }
}

/// The schema with what it refers to and consists of in one.
fn merged(document: &Value, schema: &Value) -> Value {
    let mut whole = resolved(document, schema).clone();
    for part in list(&whole["allOf"]).to_vec() {
        let part = merged(document, &part);
        for (name, property) in entries(&part["properties"]) {
            whole["properties"][name] = property.clone();
        }
        let mut required = list(&whole["required"]).to_vec();
        required.extend_from_slice(list(&part["required"]));
        whole["required"] = Value::Array(required);
        if whole["type"].is_null() {
            whole["type"] = part["type"].clone();
        }
    }
    whole
}

/// The types that a schema allows; none when it allows all.
fn types(schema: &Value) -> BTreeSet<String> {
    let mut types = BTreeSet::new();
    let named = std::slice::from_ref(&schema["type"]);
    let named = schema["type"].as_array().map_or(named, Vec::as_slice);
    types.extend(named.iter().filter_map(Value::as_str).map(str::to_owned));
    for alternative in list(&schema["anyOf"]) {
        let name = text(&alternative["$ref"]);
        let own = self::types(alternative);
        let other = if name.is_empty() { own } else { BTreeSet::from([name.to_owned()]) };
        types.extend(other);
    }
    types
}

fn resolved<'a>(document: &'a Value, value: &'a Value) -> &'a Value {
    let pointer = value["$ref"].as_str().and_then(|text| text.strip_prefix('#'));
    pointer.and_then(|pointer| document.pointer(pointer)).unwrap_or(value)
}

fn entries(value: &Value) -> impl Iterator<Item = (&String, &Value)> {
    value.as_object().into_iter().flatten()
}

fn list(value: &Value) -> &[Value] {
    value.as_array().map_or(&[], Vec::as_slice)
}

fn text(value: &Value) -> &str {
    value.as_str().unwrap_or_default()
}

fn read(path: &str) -> Value {
    serde_json::from_str(&tree::read(path)).expect("a description in JSON")
}

#[test]
fn what_was_released_still_works() {
    let broken = breaks(&read(RELEASED), &read(CURRENT));
    let broken: Vec<String> = broken.into_iter().collect();
    assert!(
        broken.is_empty(),
        "this breaks callers of the released API:\n  {}\nAdd instead of changing; a release that \
         means to break says so in CHANGELOG.md and copies {CURRENT} to {RELEASED}",
        broken.join("\n  ")
    );
}

#[test]
fn additions_pass_and_breaks_are_named() {
    let mut old = read(CURRENT);
    let kept = ["/v1.0/chats", "/v1.0/me", "/v1.0/me/tokens"];
    old["paths"].as_object_mut().expect("paths").retain(|path, _item| kept.contains(&&**path));
    assert_eq!(breaks(&old, &old), BTreeSet::new());
    // The place of a change, what is put there (nothing: it goes), what must be said.
    let chat = "/components/schemas/chat";
    let chats = "/paths/~1v1.0~1chats";
    for (place, value, words) in [
        ("/paths/~1v1.0~1me", None, "GET /v1.0/me: the operation is gone"),
        (
            &*format!("{chats}/get/parameters"),
            None,
            "GET /v1.0/chats: `$top` is not taken any more",
        ),
        (&format!("{chat}/properties/topic"), None, "GET /v1.0/chats 200/value[]/topic: is gone"),
        (
            &format!("{chat}/properties/topic/type"),
            Some(r#"["integer", "null"]"#),
            "GET /v1.0/chats 200/value[]/topic: was null or string and is integer or null",
        ),
        (
            &format!("{chat}/required"),
            Some("[]"),
            "GET /v1.0/chats 200/value[]/id: was always there",
        ),
        ("/components/schemas/chatType/enum", Some(r#"["oneOnOne"]"#), "\"group\" is gone"),
        (
            "/components/schemas/newToken/required",
            Some(r#"["name", "expiresDateTime"]"#),
            "POST /v1.0/me/tokens body/expiresDateTime: is required and was not",
        ),
        (&format!("{chats}/post/responses/201"), None, "POST /v1.0/chats: the status 201 is gone"),
        (
            &format!("{chat}/properties/createdDateTime/format"),
            Some(r#""date""#),
            "createdDateTime: the format \"date-time\" is \"date\"",
        ),
    ] {
        let mut new = old.clone();
        match value {
            Some(value) => {
                *new.pointer_mut(place).expect(place) = serde_json::from_str(value).expect("JSON");
            }
            None => {
                let (parent, name) = place.rsplit_once('/').expect("a place");
                let name = name.replace("~1", "/");
                let parent = new.pointer_mut(parent).and_then(Value::as_object_mut);
                parent.expect(place).remove(&name).expect(place);
            }
        }
        let broken = breaks(&old, &new);
        assert!(broken.iter().any(|found| found.contains(words)), "{place}: {broken:?}");
        // The other way round it is an addition, unless somebody was promised the narrower.
        if value.is_none() && !place.ends_with("parameters") {
            assert_eq!(breaks(&new, &old), BTreeSet::new(), "{place}");
        }
    }
}
