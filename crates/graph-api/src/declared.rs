//! Which query options an operation takes: those that its description names, and in `$select` the
//! properties of what it answers, or that Graph answers there. A request with any other is refused in
//! front of every handler, before a body is read and before anything happens, so that no handler can
//! forget it.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::sync::Arc;

use axum::Router;
use axum::extract::{MatchedPath, Request, State};
use axum::http::Method;
use axum::middleware::{Next, from_fn_with_state};
use axum::response::{IntoResponse, Response};
use serde_json::Value;
use utoipa::openapi::path::{Operation, ParameterIn};
use utoipa::openapi::{OpenApi, RefOr};
use visavis_domain::text::shown;

use crate::ApiState;
use crate::error::ApiError;
use crate::left_out;
use crate::open_api::finish::COLLECTION;
use crate::query::{self, SELECT};

/// What is no resource of Graph's kind has no options of its kind either.
const VERSION: &str = "/v1.0/";
const ANSWER_SCHEMA: &str = "/responses/200/content/application~1json/schema";
/// How deep schemas refer to others.
const SCHEMA_DEPTH_MAX: usize = 8;

/// What every operation declares, by the path of its route.
#[derive(Debug, Default)]
struct Declared(HashMap<String, Vec<(Method, Taken)>>);

/// What an operation takes.
#[derive(Debug, Default)]
struct Taken {
    /// The names of its options.
    options: Vec<String>,
    /// The properties of what it answers, which `$select` may name.
    properties: BTreeSet<String>,
    /// Those that Graph's answer has besides, which it may name too.
    left_out: BTreeSet<&'static str>,
}

/// The routes, which now refuse what their description does not name.
pub(crate) fn only_declared(
    routes: Router<Arc<ApiState>>,
    description: &OpenApi,
) -> Router<Arc<ApiState>> {
    let declared = Arc::new(Declared::of(description));
    routes.route_layer(from_fn_with_state(declared, check))
}

async fn check(State(declared): State<Arc<Declared>>, request: Request, next: Next) -> Response {
    match declared.refusal(&request) {
        Some(refusal) => refusal.into_response(),
        None => next.run(request).await,
    }
}

impl Declared {
    fn of(description: &OpenApi) -> Self {
        let mut all = Self::default();
        let document = serde_json::to_value(description).unwrap_or_default();
        let paths = description.paths.paths.iter();
        for (path, item) in paths.filter(|(path, _item)| path.starts_with(VERSION)) {
            let operations = [
                (Method::GET, &item.get),
                (Method::PUT, &item.put),
                (Method::POST, &item.post),
                (Method::DELETE, &item.delete),
                (Method::PATCH, &item.patch),
            ];
            let named = operations.into_iter().filter_map(|(method, operation)| {
                let operation = operation.as_ref()?;
                let answer = Answer::of(&document, path, &method);
                Some((method, Taken { options: options(operation), ..answer.selectable() }))
            });
            all.0.insert(path.clone(), named.collect());
        }
        all
    }

    /// Why a request is refused; none when all its options are named.
    fn refusal(&self, request: &Request) -> Option<ApiError> {
        let query = request.uri().query().filter(|query| !query.is_empty())?;
        let path = request.extensions().get::<MatchedPath>()?;
        let method = match request.method() {
            &Method::HEAD => &Method::GET,
            other => other,
        };
        // What a route does not do is refused as that.
        let operations = self.0.get(path.as_str())?;
        let (_method, taken) = operations.iter().find(|(other, _taken)| other == method)?;
        let check = |pair| taken.check(pair).err();
        query::pairs(query).find_map(check)
    }
}

impl Taken {
    /// Refuses a part of a query that the operation does not take.
    fn check(&self, pair: &str) -> Result<(), ApiError> {
        let name = query::name_of(pair)?;
        if !self.options.contains(&name) {
            return Err(ApiError::unsupported_option(&name));
        }
        if name != SELECT {
            return Ok(());
        }
        let names = query::selected(&query::value_of(pair)?)?.unwrap_or_default();
        let is_known = |name: &String| {
            let is_named = |property: &str| property.eq_ignore_ascii_case(name);
            name.starts_with('@')
                || self.properties.iter().any(|property| is_named(property))
                || self.left_out.iter().any(|property| is_named(property))
        };
        match names.iter().find(|name| !is_known(name)) {
            None => Ok(()),
            Some(name) => {
                let all: Vec<_> = self.properties.iter().map(String::as_str).collect();
                let (name, all) = (shown(name), all.join(", "));
                let words =
                    format!("There is no property `{name}` to be selected here; there are {all}.");
                Err(ApiError::invalid(SELECT, words))
            }
        }
    }
}

/// What an operation answers.
#[derive(Debug, Default)]
struct Answer<'a> {
    properties: BTreeMap<String, &'a Value>,
    /// The names of the schemas that it consists of.
    schemas: BTreeSet<&'a str>,
}

impl<'a> Answer<'a> {
    /// The whole, or an entry, where a collection is answered.
    fn of(document: &'a Value, path: &str, method: &Method) -> Self {
        let escaped = path.replace('~', "~0").replace('/', "~1");
        let method = method.as_str().to_ascii_lowercase();
        let place = format!("/paths/{escaped}/{method}{ANSWER_SCHEMA}");
        let mut whole = Self::default();
        let Some(schema) = document.pointer(&place) else { return whole };
        whole.gather(document, schema, 0);
        let is_page = whole.properties.contains_key("@odata.nextLink");
        let value = whole.properties.get("value").copied().filter(|_value| is_page);
        let Some(entry) = value.and_then(|value| value.get("items")) else { return whole };
        let mut one = Self { schemas: whole.schemas, ..Self::default() };
        one.gather(document, entry, 0);
        one
    }

    /// Adds a schema with what it refers to and consists of.
    fn gather(&mut self, document: &'a Value, schema: &'a Value, depth: usize) {
        if depth > SCHEMA_DEPTH_MAX {
            return;
        }
        let reference = schema.get("$ref").and_then(Value::as_str);
        let name = reference.and_then(|text| text.rsplit('/').next());
        // A collection has its entries' schema in it, and its name after its own.
        self.schemas.extend(name.map(|name| name.trim_start_matches(COLLECTION)));
        let target = reference.and_then(|text| document.pointer(text.trim_start_matches('#')));
        let parts = ["allOf", "anyOf", "oneOf"].into_iter().filter_map(|name| schema.get(name));
        for part in target.into_iter().chain(parts.filter_map(Value::as_array).flatten()) {
            self.gather(document, part, depth + 1);
        }
        let own = schema.get("properties").and_then(Value::as_object);
        let own = own.into_iter().flatten();
        self.properties.extend(own.map(|(name, value)| (name.clone(), value)));
    }

    fn selectable(self) -> Taken {
        let schemas = self.schemas.into_iter();
        Taken {
            options: Vec::new(),
            left_out: schemas.flat_map(left_out::properties).collect(),
            properties: self.properties.into_keys().filter(|name| !name.starts_with('@')).collect(),
        }
    }
}

fn options(operation: &Operation) -> Vec<String> {
    let parameters = operation.parameters.iter().flatten();
    parameters
        .filter_map(|parameter| match parameter {
            RefOr::T(one) if one.parameter_in == ParameterIn::Query => {
                Some(one.name.to_ascii_lowercase())
            }
            _ => None,
        })
        .collect()
}
