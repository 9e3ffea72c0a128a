//! Pages of collections: where the next one is, on the host that the caller used.

use axum::http::Uri;
use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};

/// The address of the next page: the same request, with the token of the place to go on from.
///
/// `base` is scheme and host as the caller sees them, `uri` what the caller asked for, in the
/// caller's own spelling.
pub(crate) fn next_link(base: &str, uri: &Uri, skip_token: &str) -> String {
    let mut link = format!("{base}{}?", uri.path());
    for pair in uri.query().unwrap_or_default().split('&') {
        let name = pair.split('=').next().unwrap_or_default();
        let is_skip_token = ["$skiptoken", "%24skiptoken", "$skip", "%24skip"]
            .iter()
            .any(|other| name.eq_ignore_ascii_case(other));
        if !pair.is_empty() && !is_skip_token {
            link.push_str(pair);
            link.push('&');
        }
    }
    link.push_str("$skiptoken=");
    link.extend(utf8_percent_encode(skip_token, NON_ALPHANUMERIC));
    link
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_request_is_repeated_with_another_token() {
        for (asked, next) in [
            ("/v1.0/me/chats", "https://a.example/v1.0/me/chats?$skiptoken=a%2Bb%3D"),
            (
                "/beta/chats?$top=2&$skiptoken=old&$expand=members",
                "https://a.example/beta/chats?$top=2&$expand=members&$skiptoken=a%2Bb%3D",
            ),
            (
                "/v1.0/users?$filter=mail%20eq%20'x'&%24skiptoken=old",
                "https://a.example/v1.0/users?$filter=mail%20eq%20'x'&$skiptoken=a%2Bb%3D",
            ),
        ] {
            let uri: Uri = asked.parse().unwrap();
            assert_eq!(next_link("https://a.example", &uri, "a+b="), next);
        }
    }
}
