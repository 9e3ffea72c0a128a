//! The description of the API as a page for people, at `/reference`. Made of the same document
//! that programs get; it loads nothing but its stylesheet and has no script.

use std::collections::BTreeMap;
use std::fmt::Write;
use std::sync::LazyLock;

use axum::Router;
use axum::http::header::{CACHE_CONTROL, CONTENT_SECURITY_POLICY, CONTENT_TYPE};
use axum::response::{Html, IntoResponse};
use axum::routing::get;
use serde_json::Value;

use crate::landing::escaped;

/// What the page may do: be styled by this server.
const POLICY: &str = "default-src 'none'; style-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";
const STYLE: &str = concat!(include_str!("landing.css"), include_str!("reference.css"));
const METHODS: [&str; 5] = ["get", "post", "patch", "put", "delete"];
const SCHEMAS: &str = "#/components/schemas/";
const CACHED: &str = "public, max-age=300";

static PAGE: LazyLock<String> =
    LazyLock::new(|| match serde_json::from_str(visavis_graph_api::open_api_json()) {
        Ok(document) => page(&document),
        Err(error) => format!("<!doctype html><title>Reference</title><p>{error}</p>"),
    });

/// The page and its stylesheet.
pub(crate) fn router() -> Router {
    Router::new().route("/reference", get(show)).route("/reference.css", get(style))
}

async fn show() -> impl IntoResponse {
    ([(CONTENT_SECURITY_POLICY, POLICY), (CACHE_CONTROL, CACHED)], Html(PAGE.as_str()))
}

async fn style() -> impl IntoResponse {
    ([(CONTENT_TYPE, "text/css; charset=utf-8"), (CACHE_CONTROL, CACHED)], STYLE)
}

/// Writing to text cannot fail.
fn put(html: &mut String, what: std::fmt::Arguments<'_>) {
    let _infallible: std::fmt::Result = html.write_fmt(what);
}

fn page(document: &Value) -> String {
    let mut html = "<!doctype html><html lang=\"en\"><head><meta charset=\"utf-8\">\
         <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\
         <meta name=\"color-scheme\" content=\"light dark\"><title>Visavis: the API</title>\
         <link rel=\"stylesheet\" href=\"/reference.css\"></head><body><main><h1>The API</h1>"
        .to_owned();
    put(&mut html, format_args!("<p>{}</p>", prose(text(at(document, "/info/description")))));
    html.push_str(
        "<p>The same for programs: <a href=\"/openapi.json\">/openapi.json</a>. Every operation can \
         fail with the envelope <a href=\"#schema-error\">error</a>.</p>",
    );
    let operations = by_tag(document);
    html.push_str("<nav aria-label=\"Contents\"><ol>");
    for tag in operations.keys() {
        put(&mut html, format_args!("<li><a href=\"#{}\">{}</a>", anchor(tag), escaped(tag)));
    }
    html.push_str("<li><a href=\"#schemas\">schemas</a></ol></nav>");
    for (tag, operations) in &operations {
        put(&mut html, format_args!("<h2 id=\"{}\">{}</h2>", anchor(tag), escaped(tag)));
        for (method, path, operation) in operations {
            show_operation(&mut html, document, method, path, operation);
        }
    }
    html.push_str("<h2 id=\"schemas\">schemas</h2>");
    for (name, schema) in entries(at(document, "/components/schemas")) {
        show_schema(&mut html, name, schema);
    }
    html.push_str("</main></body></html>");
    html
}

type Operations<'a> = BTreeMap<&'a str, Vec<(&'a str, &'a str, &'a Value)>>;

/// The operations by what they are about. Chats below `/me` are those of `/chats`.
fn by_tag(document: &Value) -> Operations<'_> {
    let mut operations = Operations::new();
    let paths =
        entries(at(document, "/paths")).filter(|(path, _)| !path.starts_with("/v1.0/me/chats"));
    for (path, item) in paths {
        for method in METHODS {
            let operation = at(item, &format!("/{method}"));
            if operation.is_object() {
                let tag = text(at(operation, "/tags/0"));
                operations.entry(tag).or_default().push((method, path, operation));
            }
        }
    }
    operations
}

fn show_operation(
    html: &mut String,
    document: &Value,
    method: &str,
    path: &str,
    operation: &Value,
) {
    let id = escaped(text(at(operation, "/operationId")));
    let (method, path) = (method.to_uppercase(), escaped(path));
    put(
        html,
        format_args!(
            "<article id=\"{id}\"><h3><span class=\"method\">{method}</span> <code>{path}</code></h3>\
             <p>{}</p><details><summary>Details</summary>",
            prose(text(at(operation, "/summary")))
        ),
    );
    let parameters = at(operation, "/parameters").as_array().into_iter().flatten();
    let rows: Vec<[String; 3]> = parameters
        .map(|parameter| {
            let required =
                if at(parameter, "/required") == &Value::Bool(true) { ", required" } else { "" };
            let kind = format!(
                "{}, {}{required}",
                kind(at(parameter, "/schema")),
                text(at(parameter, "/in"))
            );
            [code(text(at(parameter, "/name"))), kind, prose(text(at(parameter, "/description")))]
        })
        .collect();
    table(html, ["Parameter", "Is", "Means"], &rows);
    let body = at(operation, "/requestBody/content/application~1json/schema");
    if !body.is_null() {
        put(html, format_args!("<p>Body: {}</p>", kind(body)));
    }
    let answers: Vec<[String; 3]> = entries(at(operation, "/responses"))
        .map(|(status, response)| {
            let pointer = text(at(response, "/$ref")).trim_start_matches('#');
            let response =
                document.pointer(pointer).filter(|_| !pointer.is_empty()).unwrap_or(response);
            let schema = at(response, "/content/application~1json/schema");
            let kind = if schema.is_null() { "–".to_owned() } else { kind(schema) };
            [escaped(status), kind, prose(text(at(response, "/description")))]
        })
        .collect();
    table(html, ["Status", "Body", "Means"], &answers);
    html.push_str("</details></article>");
}

fn show_schema(html: &mut String, name: &str, schema: &Value) {
    put(
        html,
        format_args!(
            "<article id=\"schema-{0}\"><h3><code>{0}</code></h3><p>{1}</p>",
            escaped(name),
            prose(text(at(schema, "/description")))
        ),
    );
    let parts = at(schema, "/allOf").as_array().into_iter().flatten();
    for part in std::iter::once(schema).chain(parts) {
        if at(part, "/$ref").is_string() {
            put(html, format_args!("<p>Also what {} has.</p>", kind(part)));
        }
        let is_required = |name: &str| {
            at(part, "/required")
                .as_array()
                .is_some_and(|names| names.iter().any(|other| other == name))
        };
        let rows: Vec<[String; 3]> = entries(at(part, "/properties"))
            .map(|(name, property)| {
                let required = if is_required(name) { ", always" } else { "" };
                let kind = format!("{}{required}", kind(property));
                [code(name), kind, prose(text(at(property, "/description")))]
            })
            .collect();
        table(html, ["Property", "Is", "Means"], &rows);
    }
    if at(schema, "/properties").is_null() && at(schema, "/allOf").is_null() {
        put(html, format_args!("<p>{}</p>", kind(schema)));
    }
    html.push_str("</article>");
}

fn table(html: &mut String, heads: [&str; 3], rows: &[[String; 3]]) {
    if rows.is_empty() {
        return;
    }
    html.push_str("<div class=\"wide\" tabindex=\"0\"><table><thead><tr>");
    for head in heads {
        put(html, format_args!("<th scope=\"col\">{head}</th>"));
    }
    html.push_str("</tr></thead><tbody>");
    for [first, second, third] in rows {
        put(html, format_args!("<tr><td>{first}</td><td>{second}</td><td>{third}</td></tr>"));
    }
    html.push_str("</tbody></table></div>");
}

/// What a schema is, in a few words with links.
fn kind(schema: &Value) -> String {
    if let Some(name) = text(at(schema, "/$ref")).strip_prefix(SCHEMAS) {
        let name = escaped(name);
        return format!("<a href=\"#schema-{name}\">{name}</a>");
    }
    let joined = |values: &Value, by: &str| {
        values.as_array().map(|parts| parts.iter().map(kind).collect::<Vec<_>>().join(by))
    };
    if let Some(alternatives) = joined(at(schema, "/anyOf"), " or ") {
        return alternatives;
    }
    if let Some(parts) = joined(at(schema, "/allOf"), " with ") {
        return parts;
    }
    if let Some(words) = at(schema, "/enum").as_array() {
        let words: Vec<String> = words.iter().map(|word| code(text(word))).collect();
        return words.join(", ");
    }
    let named = match at(schema, "/type") {
        Value::Array(names) => names.iter().map(text).collect::<Vec<_>>().join(" or "),
        name => text(name).to_owned(),
    };
    let named = match text(at(schema, "/format")) {
        "" | "int32" | "int64" => named,
        format => named.replacen("string", format, 1),
    };
    if at(schema, "/items").is_null() {
        return escaped(&named);
    }
    format!("{} of {}", escaped(&named), kind(at(schema, "/items")))
}

/// Prose with its names in backticks.
fn prose(words: &str) -> String {
    let mut html = String::new();
    for (number, part) in words.split('`').enumerate() {
        let part = if number % 2 == 1 { code(part) } else { escaped(part) };
        html.push_str(&part);
    }
    html
}

fn code(words: &str) -> String {
    format!("<code>{}</code>", escaped(words))
}

fn anchor(tag: &str) -> String {
    escaped(&tag.replace(' ', "-"))
}

/// What stands at a place; null when nothing does.
fn at<'a>(value: &'a Value, place: &str) -> &'a Value {
    value.pointer(place).unwrap_or(&Value::Null)
}

fn text(value: &Value) -> &str {
    value.as_str().unwrap_or_default()
}

fn entries(value: &Value) -> impl Iterator<Item = (&str, &Value)> {
    value.as_object().into_iter().flatten().map(|(name, member)| (name.as_str(), member))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_page_has_every_operation_and_its_links_lead_somewhere() {
        let document: Value = serde_json::from_str(visavis_graph_api::open_api_json()).unwrap();
        for (path, item) in entries(&document["paths"]) {
            for method in METHODS {
                let id = text(&item[method]["operationId"]);
                let is_there = PAGE.contains(&format!("<article id=\"{id}\">"));
                assert!(id.is_empty() || id.starts_with("me_") || is_there, "{method} {path}");
            }
        }
        let links: Vec<&str> = PAGE.split("href=\"#").skip(1).collect();
        assert!(links.len() > 200, "the links were found");
        for link in links {
            let target = link.split('"').next().unwrap();
            assert!(PAGE.contains(&format!("id=\"{target}\"")), "{target}");
        }
    }

    #[tokio::test]
    async fn a_browser_may_load_the_stylesheet_and_nothing_else() {
        let answer = show().await.into_response();
        assert_eq!(answer.headers()[CONTENT_SECURITY_POLICY], POLICY);
        assert!(!POLICY.contains("unsafe") && !POLICY.contains("script-src"));
        let style = style().await.into_response();
        assert!(style.headers()[CONTENT_TYPE].to_str().unwrap().starts_with("text/css"));
    }

    #[test]
    fn it_brings_no_script_and_nothing_from_elsewhere() {
        // Descriptions may speak of such things; only tags can do them.
        let tags = PAGE.split('<').skip(1).filter_map(|tag| tag.split('>').next());
        let tags = tags.map(|tag| format!("<{tag}")).collect::<String>();
        for never in ["<script", "<img", " style=", " onclick", " src=", "http://", "url("] {
            assert!(!tags.contains(never) && !STYLE.contains(never), "{never}");
        }
        let all = PAGE.matches("<link").count();
        assert_eq!(all, PAGE.matches("<link rel=\"stylesheet\" href=\"/reference.css\">").count());
    }

    #[test]
    fn what_is_described_is_escaped() {
        assert_eq!(prose("a `<b>` & c"), "a <code>&lt;b&gt;</code> &amp; c");
        let schema = serde_json::json!({"type": ["string", "null"], "format": "date-time"});
        assert_eq!(kind(&schema), "date-time or null");
    }
}
