//! What a browser may do with the pages and files of this server.

use axum::extract::{Request, State};
use axum::http::{HeaderMap, HeaderName, HeaderValue, header};
use axum::middleware::Next;
use axum::response::Response;
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use visavis_app::context::Random;
use visavis_graph_api::{ApiState, base_of};

use crate::system::SystemRandom;

const PERMISSIONS: HeaderName = HeaderName::from_static("permissions-policy");
const OPENER: HeaderName = HeaderName::from_static("cross-origin-opener-policy");
const RESOURCE: HeaderName = HeaderName::from_static("cross-origin-resource-policy");

/// What no page of this server ever asks a browser for.
const NO_PERMISSIONS: &str = "accelerometer=(), autoplay=(), camera=(), display-capture=(), \
     geolocation=(), gyroscope=(), magnetometer=(), microphone=(), midi=(), payment=(), usb=()";

/// What a page is allowed to load. `'self'` covers WebSockets of the same host.
const PAGE: &str = "default-src 'none'; script-src 'self'; img-src 'self' data: blob:; \
     font-src 'self'; connect-src 'self'; manifest-src 'self'; worker-src 'self'; \
     form-action 'self'; frame-ancestors 'none'; base-uri 'none'; style-src 'self'";

/// How long a browser remembers to come back by https only: a year, in seconds.
const TRANSPORT: &str = "max-age=31536000";

/// What marks the styles of one answer as the server's own.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Nonce(String);

impl Nonce {
    /// One that nobody can guess, for one answer.
    pub(crate) fn fresh() -> Self {
        let mut random = [0_u8; 18];
        SystemRandom.fill(&mut random);
        Self(STANDARD.encode(random))
    }

    /// As it stands in the page.
    pub(crate) fn as_str(&self) -> &str {
        &self.0
    }
}

/// The policy of a page whose own styles carry the nonce.
pub(crate) fn of_page(nonce: &Nonce) -> HeaderValue {
    let policy = format!("{PAGE} 'nonce-{}'", nonce.as_str());
    HeaderValue::from_str(&policy).unwrap_or_else(|_not_ascii| of_file())
}

/// The policy of a file: what it may do if somebody opens it by itself, and as a worker.
pub(crate) fn of_file() -> HeaderValue {
    HeaderValue::from_static(PAGE)
}

/// Headers that make browsers careful with whatever this server answers.
pub(crate) async fn protect(
    State(state): State<ApiState>,
    request: Request,
    next: Next,
) -> Response {
    let is_https = base_of(&state, request.headers(), Some(request.uri())).starts_with("https://");
    let mut response = next.run(request).await;
    harden(response.headers_mut(), is_https);
    response
}

fn harden(headers: &mut HeaderMap, is_https: bool) {
    let mut always = |name: HeaderName, value: &'static str| {
        headers.insert(name, HeaderValue::from_static(value));
    };
    always(header::X_CONTENT_TYPE_OPTIONS, "nosniff");
    always(header::REFERRER_POLICY, "no-referrer");
    always(header::X_FRAME_OPTIONS, "DENY");
    always(PERMISSIONS, NO_PERMISSIONS);
    always(OPENER, "same-origin");
    always(RESOURCE, "same-origin");
    if is_https {
        always(header::STRICT_TRANSPORT_SECURITY, TRANSPORT);
    }
    let mut otherwise = |name: HeaderName, value: &'static str| {
        headers.entry(name).or_insert(HeaderValue::from_static(value));
    };
    otherwise(header::CONTENT_SECURITY_POLICY, "default-src 'none'; frame-ancestors 'none'");
    // What an account was answered belongs to nobody who uses the browser later.
    otherwise(header::CACHE_CONTROL, "no-store");
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_two_answers_have_the_same_nonce() {
        let (one, other) = (Nonce::fresh(), Nonce::fresh());
        assert_ne!(one, other);
        assert_eq!(one.as_str().len(), 24);
        let policy = of_page(&one);
        let policy = policy.to_str().unwrap();
        assert!(policy.ends_with(&format!("style-src 'self' 'nonce-{}'", one.as_str())));
    }

    #[test]
    fn scripts_come_from_files_of_this_server_only() {
        for policy in [of_page(&Nonce::fresh()), of_file()] {
            let policy = policy.to_str().unwrap();
            assert!(policy.contains("script-src 'self';"), "{policy}");
            assert!(!policy.contains("unsafe") && !policy.contains('*'), "{policy}");
        }
    }

    #[test]
    fn https_is_asked_for_where_it_is_spoken() {
        let mut headers = HeaderMap::new();
        harden(&mut headers, false);
        assert!(!headers.contains_key(header::STRICT_TRANSPORT_SECURITY));
        assert_eq!(headers[header::CACHE_CONTROL], "no-store");
        headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-cache"));
        harden(&mut headers, true);
        assert_eq!(headers[header::STRICT_TRANSPORT_SECURITY], TRANSPORT);
        assert_eq!(headers[header::CACHE_CONTROL], "no-cache");
    }
}
