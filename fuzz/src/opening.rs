//! How a browser opens the client and its live connection: a query, then headers, one a line.

#[path = "../../crates/server/src/negotiation.rs"]
mod negotiation;
#[path = "../../crates/push/src/parameter.rs"]
mod parameter;

use axum::http::header::{ACCEPT, ACCEPT_ENCODING, IF_NONE_MATCH};

use crate::bytes::is_fit_to_tell;
use crate::header::headers;

const TAG: &str = "\"t-br\"";

pub fn target(bytes: &[u8]) {
    let at = bytes.iter().position(|byte| *byte == b'\n').unwrap_or(bytes.len());
    let (query, rest) = bytes.split_at(at);
    if let Ok(query) = std::str::from_utf8(query) {
        for wanted in ["since", "account"] {
            match parameter::parameter(Some(query), wanted) {
                Ok(Some(value)) => {
                    assert!(!value.is_empty() && value.len() <= query.len(), "{query:?}");
                    assert!(query.contains(wanted), "{query:?} has no {wanted}");
                }
                Ok(None) => {}
                Err(failure) => is_fit_to_tell(&failure.to_string()),
            }
        }
    }
    let (asked, _body) = headers(rest.get(1..).unwrap_or_default());
    let says = |name, what: &str| {
        let mut all = asked.get_all(name).iter().filter_map(|value| value.to_str().ok());
        all.any(|value| value.to_ascii_lowercase().contains(what))
    };
    for coding in ["br", "gzip"] {
        assert!(!negotiation::understands(&asked, coding) || says(ACCEPT_ENCODING, coding));
    }
    assert!(!negotiation::knows(&asked, TAG) || says(IF_NONE_MATCH, TAG) || says(IF_NONE_MATCH, "*"));
    assert!(negotiation::values(&asked, &ACCEPT).all(|part| !part.contains(',') && part == part.trim()));
}
