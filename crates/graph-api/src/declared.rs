//! Which query options an operation takes: those that its description names. A request with any
//! other is refused in front of every handler, before a body is read and before anything happens, so
//! that no handler can forget it.

use std::collections::HashMap;
use std::sync::Arc;

use axum::Router;
use axum::extract::{MatchedPath, Request, State};
use axum::http::Method;
use axum::middleware::{Next, from_fn_with_state};
use axum::response::{IntoResponse, Response};
use utoipa::openapi::path::{Operation, ParameterIn};
use utoipa::openapi::{OpenApi, RefOr};

use crate::ApiState;
use crate::error::ApiError;
use crate::query;

/// What is no resource of Graph's kind has no options of its kind either.
const VERSION: &str = "/v1.0/";

/// The names of the options of every operation, by the path of its route.
#[derive(Debug, Default)]
struct Declared(HashMap<String, Vec<(Method, Vec<String>)>>);

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
        let paths = description.paths.paths.iter();
        for (path, item) in paths.filter(|(path, _item)| path.starts_with(VERSION)) {
            let operations = [
                (Method::GET, &item.get),
                (Method::PUT, &item.put),
                (Method::POST, &item.post),
                (Method::DELETE, &item.delete),
                (Method::PATCH, &item.patch),
            ];
            let named = operations
                .into_iter()
                .filter_map(|(method, operation)| Some((method, options(operation.as_ref()?))));
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
        let (_method, named) = operations.iter().find(|(other, _named)| other == method)?;
        query::pairs(query).find_map(|pair| match query::name_of(pair) {
            Ok(name) if named.contains(&name) => None,
            Ok(name) => Some(ApiError::unsupported_option(&name)),
            Err(refusal) => Some(refusal),
        })
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
