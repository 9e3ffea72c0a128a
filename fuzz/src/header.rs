//! Headers: one a line, `Name: value`, then an empty line and a body.

use axum::body::Body;
use axum::http::{HeaderMap, HeaderName, HeaderValue, Request};
use visavis_domain::limit::IDEMPOTENCY_KEY_BYTES_MAX;
use visavis_graph_api::fuzzing;

use crate::bytes::is_fit_to_tell;

/// The headers at the start of some bytes, and what comes after them.
pub fn headers(mut bytes: &[u8]) -> (HeaderMap, &[u8]) {
    let mut headers = HeaderMap::new();
    while let Some(at) = bytes.iter().position(|byte| *byte == b'\n') {
        let (line, rest) = (&bytes[..at], &bytes[at + 1..]);
        bytes = rest;
        let Some(colon) = line.iter().position(|byte| *byte == b':') else { break };
        let name = HeaderName::from_bytes(&line[..colon]);
        let value = HeaderValue::from_bytes(line[colon + 1..].trim_ascii());
        if let (Ok(name), Ok(value)) = (name, value) {
            headers.append(name, value);
        }
    }
    (headers, bytes)
}

pub fn target(bytes: &[u8]) {
    let (headers, body) = headers(bytes);
    if let Some(secret) = fuzzing::secret(&headers) {
        assert_eq!(secret, secret.trim());
    }
    for value in headers.get_all("if-match").iter().filter_map(|value| value.to_str().ok()) {
        if let Some(version) = fuzzing::version(value) {
            assert!(version.len() <= value.len() && version != "*" && !version.ends_with('"'));
        }
    }
    let mut request = Request::new(Body::empty());
    *request.headers_mut() = headers;
    match fuzzing::once(request, body) {
        Ok(Some(key)) => assert!((1..=IDEMPOTENCY_KEY_BYTES_MAX).contains(&key.len())),
        Ok(None) => {}
        Err(error) => is_fit_to_tell(&fuzzing::told(error)),
    }
}
