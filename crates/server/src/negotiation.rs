//! What a browser has already and what it understands, by its headers.

use axum::http::{HeaderMap, header};

/// The parts of a list in a header.
pub(crate) fn values<'a>(
    headers: &'a HeaderMap,
    name: &header::HeaderName,
) -> impl Iterator<Item = &'a str> {
    let all = headers.get_all(name).iter().filter_map(|value| value.to_str().ok());
    all.flat_map(|list| list.split(',')).map(str::trim)
}

/// Whether `If-None-Match` names this version (RFC 9110, 13.1.2).
pub(crate) fn knows(asked: &HeaderMap, tag: &str) -> bool {
    values(asked, &header::IF_NONE_MATCH)
        .any(|known| known == "*" || known.trim_start_matches("W/") == tag)
}

/// Whether `Accept-Encoding` names a coding and does not give it the weight 0 (RFC 9110, 12.5.3).
pub(crate) fn understands(asked: &HeaderMap, coding: &str) -> bool {
    values(asked, &header::ACCEPT_ENCODING).any(|one| {
        let mut parts = one.split(';').map(str::trim);
        let is_named = parts.next().is_some_and(|name| name.eq_ignore_ascii_case(coding));
        let weight = parts.find_map(|part| part.strip_prefix("q="));
        let weight = weight.map_or(1.0, |weight| weight.parse::<f32>().unwrap_or_default());
        is_named && weight > 0.0
    })
}
