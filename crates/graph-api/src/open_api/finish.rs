//! What no attribute of a handler says: which failures an operation can have, what every answer
//! has, what is never null, how the parts of a path are written, the other paths of chats.

use std::collections::BTreeSet;

use serde_json::{Map, Value, json};
use utoipa::openapi::OpenApi;

use crate::error::{FAILURES, Has};

const SCHEMAS: &str = "#/components/schemas/";
/// How the description names the schema of a collection before it is finished.
pub(crate) const COLLECTION: &str = "Collection_";
/// What every answer has that is an entity.
const ENTITY: &str = "odataEntity";
/// What is exported of oneself, or of the person whom the path names.
const EXPORT: &str = "/v1.0/chats/getAllMessages";
/// The bodies of which a part is left out.
const WITH_LEFT_OUT: [&str; 5] =
    ["chatMessageChange", "newChat", "newChatMessage", "newSubscription", "replyWithQuote"];
const BODY_SCHEMA: &str = "/content/application~1json/schema/$ref";
const METHODS: [&str; 5] = ["get", "put", "post", "delete", "patch"];

/// What stands in a path: its name, what it means, an example.
const PATH_PARAMETERS: [(&str, &str, &str); 12] = [
    ("chat_id", "The chat.", "19:1d0a3a2f6a3c4d5e8f9a0b1c2d3e4f50@thread.v2"),
    ("message_id", "The message: the milliseconds of its acceptance.", "1785744000000"),
    ("hosted_content_id", "The image; opaque.", "1"),
    ("pinned_message_id", "The pinned message: the id of the message.", "1785744000000"),
    ("member_id", "The membership; opaque.", "MCMjMDE5OGE2"),
    (
        "user_id",
        "An id, a user principal name, an e-mail address or a telephone number.",
        "ada@contoso.example",
    ),
    ("group_id", "The group of accounts.", "0198a6a2-7b5c-7c3e-9d6f-0a1b2c3d4e5f"),
    ("organisation_id", "The organisation.", "0198a6a2-7b5c-7c3e-9d6f-0a1b2c3d4e5f"),
    ("token_id", "The token or session.", "0198a6a2-7b5c-7c3e-9d6f-0a1b2c3d4e5f"),
    ("identity", "The policy: `Global`, `Tag:Name` or `Name`.", "Tag:Name"),
    ("event_id", "The entry: its place in its chain, and the chain.", "1.administration"),
    ("subscription_id", "The subscription.", "0198a6a2-7b5c-7c3e-9d6f-0a1b2c3d4e5f"),
];

/// The finished description.
pub(crate) fn finished(description: &OpenApi) -> Value {
    let mut document = serde_json::to_value(description).unwrap_or_default();
    rename_references(&mut document);
    name_collections(&mut document);
    let asks: BTreeSet<String> = schemas_that_ask(&document);
    for (method, operation) in operations(&mut document) {
        finish(&method, operation, &asks);
    }
    let answered = reached(&document, |operation| operation.get("responses"));
    let asked = reached(&document, |operation| operation.get("requestBody"));
    let schemas = document.pointer_mut("/components/schemas").and_then(Value::as_object_mut);
    for (name, schema) in schemas.into_iter().flatten() {
        if answered.contains(name) && !asked.contains(name) {
            leave_out_nulls(schema);
        }
    }
    add_aliases(&mut document);
    allow_overlaps(&mut document);
    sorted(document)
}

/// Every operation with its method.
fn operations(document: &mut Value) -> Vec<(String, &mut Map<String, Value>)> {
    let paths = document.get_mut("paths").and_then(Value::as_object_mut);
    let items = paths.into_iter().flat_map(Map::values_mut).filter_map(Value::as_object_mut);
    items
        .flatten()
        .filter(|(method, _operation)| METHODS.contains(&method.as_str()))
        .filter_map(|(method, operation)| Some((method.clone(), operation.as_object_mut()?)))
        .collect()
}

/// `Collection_chat` is called `chatCollection`.
fn rename_references(value: &mut Value) {
    match value {
        Value::Array(values) => values.iter_mut().for_each(rename_references),
        Value::Object(members) => {
            for (key, member) in members {
                let start = format!("{SCHEMAS}{COLLECTION}");
                match member.as_str().and_then(|text| text.strip_prefix(&start)) {
                    Some(name) if key == "$ref" => {
                        *member = Value::String(format!("{SCHEMAS}{name}Collection"));
                    }
                    _ => rename_references(member),
                }
            }
        }
        _ => {}
    }
}

fn name_collections(document: &mut Value) {
    let schemas = document.pointer_mut("/components/schemas").and_then(Value::as_object_mut);
    let Some(schemas) = schemas else { return };
    let names: Vec<String> =
        schemas.keys().filter(|name| name.starts_with(COLLECTION)).cloned().collect();
    let context = json!({"type": "string", "description": "Names what is answered."});
    for name in names {
        let of = name.trim_start_matches(COLLECTION).to_owned();
        let Some(mut schema) = schemas.remove(&name) else { continue };
        if let Some(required) = schema.get_mut("required").and_then(Value::as_array_mut) {
            required.push("@odata.context".into());
        }
        if let Some(properties) = schema.get_mut("properties").and_then(Value::as_object_mut) {
            properties.insert("@odata.context".to_owned(), context.clone());
        }
        if let Some(items) = schema.pointer_mut("/properties/value/items") {
            *items = json!({"$ref": format!("{SCHEMAS}{of}")});
        }
        schemas.insert(format!("{of}Collection"), schema);
    }
    let entity = json!({"type": "object", "required": ["@odata.context"],
        "description": "What every answer has that is one thing.",
        "properties": {"@odata.context": context}});
    schemas.insert(ENTITY.to_owned(), entity);
}

/// The schemas that require something of whoever sends them.
fn schemas_that_ask(document: &Value) -> BTreeSet<String> {
    let schemas = document.pointer("/components/schemas").and_then(Value::as_object);
    let asks = |schema: &Value| {
        let parts = schema.get("allOf").and_then(Value::as_array);
        let requires = |schema: &Value| schema.get("required").is_some();
        requires(schema) || parts.into_iter().flatten().any(requires)
    };
    schemas
        .into_iter()
        .flatten()
        .filter(|(_name, schema)| asks(schema))
        .map(|(name, _schema)| name.clone())
        .collect()
}

fn finish(method: &str, operation: &mut Map<String, Value>, asks: &BTreeSet<String>) {
    let is_open = operation.get("security") == Some(&json!([{}]));
    let takes_a_body = ["post", "patch", "put"].contains(&method);
    let parameters = operation.get("parameters").and_then(Value::as_array);
    let has = |name: &str| {
        parameters
            .into_iter()
            .flatten()
            .any(|parameter| parameter.get("name") == Some(&name.into()))
    };
    let body = operation.get("requestBody").and_then(|body| body.pointer(BODY_SCHEMA));
    let body = body.and_then(Value::as_str).and_then(|name| name.strip_prefix(SCHEMAS));
    let is_never = |of: Has| match of {
        Has::LeftOut => !body.is_some_and(|name| WITH_LEFT_OUT.contains(&name)),
        Has::Any => false,
        Has::Body => !takes_a_body,
        Has::Change => method == "get",
        Has::Parameter(name) => !has(name),
    };
    let never: Vec<&str> = FAILURES
        .iter()
        .filter(|failure| is_never(failure.of))
        .map(|failure| failure.status)
        .collect();
    if let Some(responses) = operation.get_mut("responses").and_then(Value::as_object_mut) {
        for status in never {
            if responses.get(status).is_some_and(|response| response.get("$ref").is_some()) {
                responses.remove(status);
            }
        }
        for (status, response) in responses {
            finish_response(status, response, is_open);
        }
    }
    let body = operation.get_mut("requestBody").and_then(Value::as_object_mut);
    if let Some(body) = body {
        // Nothing at all is read as an empty object.
        let schema = body.get("content").and_then(|content| content.get("application/json"));
        let reference = schema.and_then(|content| content.pointer("/schema/$ref"));
        let name = reference.and_then(Value::as_str).and_then(|text| text.strip_prefix(SCHEMAS));
        let is_required = name.is_none_or(|name| asks.contains(name));
        body.insert("required".to_owned(), is_required.into());
    }
    let parameters = operation.get_mut("parameters").and_then(Value::as_array_mut);
    for parameter in parameters.into_iter().flatten().filter_map(Value::as_object_mut) {
        describe(parameter);
    }
}

fn finish_response(status: &str, response: &mut Value, is_open: bool) {
    let Some(response) = response.as_object_mut() else { return };
    if response.contains_key("$ref") {
        return;
    }
    let usual = match status {
        "201" => "It is there.",
        "204" => "Done.",
        _ => "The answer.",
    };
    response.entry("description").or_insert_with(|| usual.into());
    let schema = response
        .get_mut("content")
        .and_then(|content| content.get_mut("application/json"))
        .and_then(|content| content.get_mut("schema"));
    let Some(schema) = schema else { return };
    let is_entity = schema
        .get("$ref")
        .and_then(Value::as_str)
        .is_some_and(|name| !name.ends_with("Collection") && !name.ends_with("/error"));
    if is_entity && !is_open {
        let entity = json!({"$ref": format!("{SCHEMAS}{ENTITY}")});
        *schema = json!({"allOf": [schema.take(), entity]});
    }
}

/// Says what a part of a path means, unless the handler does.
fn describe(parameter: &mut Map<String, Value>) {
    let name = parameter.get("name").and_then(Value::as_str).unwrap_or_default();
    let known = PATH_PARAMETERS.iter().find(|(known, ..)| *known == name);
    let is_path = parameter.get("in") == Some(&"path".into());
    if let Some((_name, description, example)) = known.filter(|_known| is_path) {
        parameter.entry("description").or_insert_with(|| (*description).into());
        parameter.entry("example").or_insert_with(|| (*example).into());
    }
}

/// The names of all schemas below a part of the operations.
fn reached(document: &Value, part: fn(&Map<String, Value>) -> Option<&Value>) -> BTreeSet<String> {
    let paths = document.get("paths").and_then(Value::as_object);
    let operations = paths
        .into_iter()
        .flat_map(Map::values)
        .filter_map(Value::as_object)
        .flat_map(Map::values)
        .filter_map(Value::as_object);
    let mut names = BTreeSet::new();
    let mut waiting: Vec<&Value> = operations.filter_map(part).collect();
    while let Some(value) = waiting.pop() {
        match value {
            Value::Array(values) => waiting.extend(values),
            Value::Object(members) => waiting.extend(members.values()),
            Value::String(text) => {
                let Some(pointer) = text.strip_prefix('#') else { continue };
                let is_new =
                    text.strip_prefix(SCHEMAS).is_none_or(|name| names.insert(name.to_owned()));
                if is_new {
                    waiting.extend(document.pointer(pointer));
                }
            }
            _ => {}
        }
    }
    names
}

/// In an answer a property is there, or it is left out; what may be null is always there.
fn leave_out_nulls(schema: &mut Value) {
    let parts = schema.get_mut("allOf").and_then(Value::as_array_mut);
    parts.into_iter().flatten().for_each(leave_out_nulls);
    let required = schema.get("required").cloned().unwrap_or_default();
    let is_required =
        |name: &str| required.as_array().is_some_and(|names| names.contains(&name.into()));
    let properties = schema.get_mut("properties").and_then(Value::as_object_mut);
    for (name, property) in properties.into_iter().flatten() {
        if !is_required(name) {
            leave_out_null(property);
        }
    }
}

fn leave_out_null(property: &mut Value) {
    if let Some([Value::String(kind), Value::String(null)]) =
        property.get("type").and_then(Value::as_array).map(Vec::as_slice)
        && null == "null"
    {
        let kind = Value::String(kind.clone());
        if let Some(object) = property.as_object_mut() {
            object.insert("type".to_owned(), kind);
        }
    }
    let alternatives = property.get_mut("oneOf").and_then(Value::as_array_mut);
    if let Some([only, null]) = alternatives.map(Vec::as_mut_slice)
        && null.get("type") == Some(&"null".into())
    {
        *property = only.take();
    }
}

/// Objects may have further properties, so what fits one alternative may fit another: `anyOf`, not
/// `oneOf`.
fn allow_overlaps(value: &mut Value) {
    match value {
        Value::Array(values) => values.iter_mut().for_each(allow_overlaps),
        Value::Object(members) => {
            if let Some(alternatives) = members.remove("oneOf") {
                members.insert("anyOf".to_owned(), alternatives);
            }
            members.values_mut().for_each(allow_overlaps);
        }
        _ => {}
    }
}

/// Chats are found below `/me` too, and what is exported below the person whose it is.
fn add_aliases(document: &mut Value) {
    let Some(paths) = document.get_mut("paths").and_then(Value::as_object_mut) else { return };
    let chats: Vec<(String, Value)> = paths
        .iter()
        .filter(|(path, _item)| path.starts_with("/v1.0/chats"))
        .map(|(path, item)| (path.clone(), item.clone()))
        .collect();
    if let Some(mut export) = paths.get(EXPORT).cloned() {
        rename(&mut export, "user_");
        for operation in export.as_object_mut().into_iter().flat_map(Map::values_mut) {
            let mut user = json!({"name": "user_id", "in": "path", "required": true,
                "schema": {"type": "string"}});
            user.as_object_mut().map(describe);
            if let Some(parameters) = operation.get_mut("parameters").and_then(Value::as_array_mut)
            {
                parameters.insert(0, user);
            }
        }
        let below = EXPORT.trim_start_matches("/v1.0");
        paths.insert(format!("/v1.0/users/{{user_id}}{below}"), export);
    }
    for (path, mut item) in chats {
        rename(&mut item, "me_");
        paths.insert(format!("/v1.0/me{}", path.trim_start_matches("/v1.0")), item);
    }
}

/// The same operations under other ids.
fn rename(item: &mut Value, prefix: &str) {
    let operations = item.as_object_mut().into_iter().flat_map(Map::values_mut);
    for id in operations.filter_map(|operation| operation.get_mut("operationId")) {
        *id = format!("{prefix}{}", id.as_str().unwrap_or_default()).into();
    }
}

/// The same with every object in the order of its keys, whatever kind of map holds it.
fn sorted(value: Value) -> Value {
    match value {
        Value::Array(values) => values.into_iter().map(sorted).collect(),
        Value::Object(members) => {
            let mut members: Vec<(String, Value)> = members.into_iter().collect();
            members.sort_by(|(a, _), (b, _)| a.cmp(b));
            members.into_iter().map(|(key, member)| (key, sorted(member))).collect()
        }
        plain => plain,
    }
}
