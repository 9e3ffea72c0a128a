//! The web client, served from inside the binary. `build.rs` makes the table of its files.

use axum::body::Body;
use axum::extract::Request;
use axum::http::{HeaderMap, HeaderValue, Method, StatusCode, header};
use axum::response::{IntoResponse, Response};

use crate::negotiation::{knows, understands, values};
use crate::page_policy::{Nonce, of_file, of_page};

/// A file of the client.
#[derive(Debug)]
struct File {
    /// The path at which it is served.
    path: &'static str,
    content_type: &'static str,
    /// Names this version of it.
    tag: &'static str,
    /// Whether its name changes with its content.
    is_immutable: bool,
    plain: &'static [u8],
    brotli: Option<&'static [u8]>,
    gzip: Option<&'static [u8]>,
}

/// The one page, without the nonce of an answer.
#[derive(Debug)]
struct Page {
    tag: &'static str,
    before: &'static str,
    after: &'static str,
}

include!(concat!(env!("OUT_DIR"), "/web_files.rs"));

/// Browsers keep it for a year and do not ask again.
const IMMUTABLE: &str = "public, max-age=31536000, immutable";
/// Browsers keep it and ask each time whether it has changed.
const REVALIDATED: &str = "no-cache";

/// What is never a screen of the client, whatever a browser says that it accepts. Other paths of
/// the interface for programs have routes of their own, which come first.
const NEVER_SCREENS: [&str; 5] = ["/v1.0", "/beta", "/openapi.json", "/assets", "/demonstration"];

/// Whether this binary has the client inside.
#[must_use]
pub(crate) const fn is_there() -> bool {
    PAGE.is_some()
}

/// Answers what no route of the interface for programs has answered: a file of the client, or its
/// page for an address that is one of its screens.
pub(crate) async fn serve(request: Request) -> Response {
    let is_reading = matches!(*request.method(), Method::GET | Method::HEAD);
    let path = request.uri().path();
    if !is_reading {
        return StatusCode::NOT_FOUND.into_response();
    }
    if let Ok(at) = FILES.binary_search_by(|file| file.path.cmp(path))
        && let Some(file) = FILES.get(at)
    {
        return file.answer(request.headers());
    }
    match &PAGE {
        Some(page) if is_screen(path, request.headers()) => page.answer(),
        _ => StatusCode::NOT_FOUND.into_response(),
    }
}

/// Whether somebody opens an address of the client, rather than a program a wrong one.
fn is_screen(path: &str, headers: &HeaderMap) -> bool {
    let is_below = |prefix: &str| {
        path.strip_prefix(prefix).is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
    };
    if NEVER_SCREENS.iter().any(|prefix| is_below(prefix)) {
        return false;
    }
    path == "/" || values(headers, &header::ACCEPT).any(|kind| kind.starts_with("text/html"))
}

impl Page {
    /// The page, with a nonce that no other answer has. So it is sent whole each time; its tag
    /// tells an open page whether the server has become another version.
    fn answer(&self) -> Response {
        let nonce = Nonce::fresh();
        let html = format!("{}{}{}", self.before, nonce.as_str(), self.after);
        let mut response = Response::new(Body::from(html));
        let headers = response.headers_mut();
        headers.insert(header::CONTENT_SECURITY_POLICY, of_page(&nonce));
        let html = HeaderValue::from_static("text/html; charset=utf-8");
        headers.insert(header::CONTENT_TYPE, html);
        headers.insert(header::CACHE_CONTROL, HeaderValue::from_static(REVALIDATED));
        set(headers, header::ETAG, &format!("W/\"{}\"", self.tag));
        response
    }
}

impl File {
    fn answer(&self, asked: &HeaderMap) -> Response {
        let (coding, bytes) = self.form(asked);
        let suffix = coding.map_or(String::new(), |coding| format!("-{coding}"));
        let tag = format!("\"{}{suffix}\"", self.tag);
        let is_known = knows(asked, &tag);
        let mut response = if is_known {
            StatusCode::NOT_MODIFIED.into_response()
        } else {
            Response::new(Body::from(bytes))
        };
        let headers = response.headers_mut();
        headers.insert(header::CONTENT_SECURITY_POLICY, of_file());
        let caching = if self.is_immutable { IMMUTABLE } else { REVALIDATED };
        headers.insert(header::CACHE_CONTROL, HeaderValue::from_static(caching));
        set(headers, header::ETAG, &tag);
        if self.brotli.is_some() || self.gzip.is_some() {
            headers.insert(header::VARY, HeaderValue::from_static("Accept-Encoding"));
        }
        if is_known {
            return response;
        }
        headers.insert(header::CONTENT_TYPE, HeaderValue::from_static(self.content_type));
        if let Some(coding) = coding {
            headers.insert(header::CONTENT_ENCODING, HeaderValue::from_static(coding));
        }
        response
    }

    /// The smallest form that the browser understands, with the name of its coding.
    fn form(&self, asked: &HeaderMap) -> (Option<&'static str>, &'static [u8]) {
        let forms = [("br", self.brotli), ("gzip", self.gzip)];
        let found = forms.into_iter().find_map(|(coding, bytes)| {
            let bytes = bytes.filter(|_bytes| understands(asked, coding))?;
            Some((Some(coding), bytes))
        });
        found.unwrap_or((None, self.plain))
    }
}

fn set(headers: &mut HeaderMap, name: header::HeaderName, value: &str) {
    if let Ok(value) = HeaderValue::from_str(value) {
        headers.insert(name, value);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn file() -> File {
        File {
            path: "/assets/a-1.js",
            content_type: "text/javascript; charset=utf-8",
            tag: "t",
            is_immutable: true,
            plain: b"plain",
            brotli: Some(b"br"),
            gzip: Some(b"gz"),
        }
    }

    fn asking(name: header::HeaderName, value: &str) -> HeaderMap {
        let mut headers = HeaderMap::new();
        headers.insert(name, value.parse().unwrap());
        headers
    }

    #[test]
    fn the_smallest_form_that_is_understood_is_sent() {
        for (accepted, coding) in [
            ("gzip, deflate, br, zstd", Some("br")),
            ("gzip", Some("gzip")),
            ("GZIP;q=0.5", Some("gzip")),
            ("br;q=0, gzip", Some("gzip")),
            ("br;q=0.000", None),
            ("identity", None),
            ("brotli", None),
            ("br;q=nonsense", None),
        ] {
            let asked = asking(header::ACCEPT_ENCODING, accepted);
            assert_eq!(file().form(&asked).0, coding, "{accepted}");
            let answer = file().answer(&asked);
            assert_eq!(
                answer.headers().get(header::CONTENT_ENCODING).map(|value| value.to_str().unwrap()),
                coding
            );
            assert_eq!(answer.headers()[header::VARY], "Accept-Encoding");
        }
        assert_eq!(file().form(&HeaderMap::new()), (None, &b"plain"[..]));
    }

    #[test]
    fn a_version_that_the_browser_has_is_not_sent_again() {
        for (known, status) in [
            ("\"t\"", 304),
            ("W/\"t\"", 304),
            ("\"x\", \"t\"", 304),
            ("*", 304),
            ("\"t-br\"", 200),
            ("\"x\"", 200),
        ] {
            let answer = file().answer(&asking(header::IF_NONE_MATCH, known));
            assert_eq!(answer.status().as_u16(), status, "{known}");
            assert_eq!(answer.headers()[header::CACHE_CONTROL], IMMUTABLE);
        }
    }

    #[test]
    fn a_page_has_its_own_nonce_in_the_policy_and_in_its_text() {
        let page = Page { tag: "t", before: "<", after: ">" };
        let (one, other) = (page.answer(), page.answer());
        let policy = |answer: &Response| answer.headers()[header::CONTENT_SECURITY_POLICY].clone();
        assert_ne!(policy(&one), policy(&other));
        assert_eq!(one.headers()[header::ETAG], other.headers()[header::ETAG]);
        assert_eq!(one.headers()[header::CACHE_CONTROL], "no-cache");
    }

    #[test]
    fn screens_are_what_people_open_and_nothing_of_the_interface() {
        let browser = asking(header::ACCEPT, "text/html,application/xhtml+xml,*/*;q=0.8");
        let script = asking(header::ACCEPT, "*/*");
        for path in ["/", "/u/1/chats/19:0@thread.v2", "/sign-in", "/v1.0x"] {
            assert!(is_screen(path, &browser), "{path}");
        }
        for path in ["/v1.0", "/v1.0/no", "/beta/me", "/openapi.json", "/assets/no.js"] {
            assert!(!is_screen(path, &browser), "{path}");
        }
        assert!(is_screen("/", &script) && !is_screen("/sign-in", &script));
    }
}
