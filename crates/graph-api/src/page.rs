//! Pages of collections: where the next one is, on the host that the caller used.

use axum::http::Uri;
use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};

use crate::query::{name_of, pairs};

/// The address of the next page: the same request, with the token of the place to go on from.
///
/// `base` is scheme and host as the caller sees them, `uri` what the caller asked for, in the
/// caller's own spelling.
pub(crate) fn next_link(base: &str, uri: &Uri, skip_token: &str) -> String {
    link(base, uri, &["$skiptoken", "$skip"], ("$skiptoken", skip_token))
}

/// The address where a delta walk goes on: the same request with the token, which knows the filter.
pub(crate) fn delta_link(base: &str, uri: &Uri, name: &str, token: &str) -> String {
    link(base, uri, &["$skiptoken", "$deltatoken", "$filter"], (name, token))
}

/// The request again, without the options that are replaced, and with one more.
fn link(base: &str, uri: &Uri, replaced: &[&str], (name, value): (&str, &str)) -> String {
    let mut link = format!("{base}{}?", uri.path());
    for pair in pairs(uri.query().unwrap_or_default()) {
        let is_replaced = name_of(pair).is_ok_and(|name| replaced.contains(&name.as_str()));
        if !is_replaced {
            link.push_str(pair);
            link.push('&');
        }
    }
    link.push_str(name);
    link.push('=');
    link.extend(utf8_percent_encode(value, NON_ALPHANUMERIC));
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
                "/v1.0/chats?top=2&skipToken=old",
                "https://a.example/v1.0/chats?top=2&$skiptoken=a%2Bb%3D",
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

    #[test]
    fn a_walk_goes_on_without_the_filter() {
        let uri: Uri =
            "/beta/x/delta()?$filter=a&%24Filter=b&$top=2&$deltaToken=c".parse().unwrap();
        let link = delta_link("https://a.example", &uri, "$skiptoken", "d");
        assert_eq!(link, "https://a.example/beta/x/delta()?$top=2&$skiptoken=d");
    }
}
