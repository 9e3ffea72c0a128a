//! Who a request comes from, and how it wants to be answered: session cookies, tokens,
//! `X-Visavis-Account`, `Origin`, forwarded headers, `Prefer`. One header a line; `{a}` to `{d}` stand
//! for secrets of the world, `{p}` to `{s}` for the accounts that they are of.

use axum::body::Body;
use axum::http::{Request, StatusCode, Uri};
use serde_json::Value;

use crate::header::headers;
use crate::request::world;

pub fn target(bytes: &[u8]) {
    let world = world();
    let filled = world.filled(bytes);
    let (headers, _body) = headers(&filled);
    let named = headers.get_all("x-visavis-account").iter().next().cloned();
    let said: Vec<u8> = headers.values().flat_map(|value| value.as_bytes().to_vec()).collect();
    let said = String::from_utf8_lossy(&said).into_owned();
    let mut request = Request::new(Body::empty());
    *request.uri_mut() = Uri::from_static("/v1.0/me");
    *request.headers_mut() = headers;
    let (status, _headers, body) = world.ask(request);
    let body: Value = serde_json::from_slice(&body).expect("JSON");
    match status {
        StatusCode::OK => {
            let id = body["id"].as_str().expect("an id");
            let place = world.accounts.iter().position(|account| account == id);
            let secret = place.and_then(|place| world.tokens.get(place)).expect("one of the world");
            assert!(said.contains(secret), "signed in as {id} without a secret");
            if let Some(named) = named {
                let named = named.to_str().expect("an id").trim();
                assert!(named.eq_ignore_ascii_case(id), "meant {named}, was {id}");
            }
            let context = body["@odata.context"].as_str().expect("a context");
            let context: Uri = context.parse().unwrap_or_else(|_| panic!("{context}"));
            assert!(matches!(context.scheme_str(), Some("http" | "https")), "{context}");
            assert!(context.authority().is_some_and(|host| !host.as_str().contains('@')), "{context}");
        }
        StatusCode::BAD_REQUEST
        | StatusCode::UNAUTHORIZED
        | StatusCode::FORBIDDEN
        | StatusCode::TOO_MANY_REQUESTS => assert!(body["error"]["code"].is_string(), "{body}"),
        other => panic!("{other}: {body}"),
    }
}
