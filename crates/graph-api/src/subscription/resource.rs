//! What a subscription's `resource` means: a path of the API in any of its spellings.

use percent_encoding::percent_decode_str;
use visavis_domain::id::{AccountId, ChatId};
use visavis_domain::subscription::Watched;

use crate::error::ApiError;
use crate::normalise::{NamedUser, normalise};

const TARGET: &str = "resource";
/// Bytes of a resource: 650 ids in a filter, and then some.
const RESOURCE_BYTES_MAX: usize = 32 * 1024;
/// Asks for what only the subscriber sees of a chat: read, hidden, muted, pinned.
const OF_OWN: &str = "notifyOnUserSpecificProperties";
const POSSIBLE: &str = "Subscribe to chats, chats/{id}, its messages or members, \
     chats/getAllMessages, chats/getAllMembers, me/chats/requests, communications/presences or \
     admin/teams/externalAccess.";

/// A resource that can be watched.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Resource {
    pub(crate) watched: Watched,
    /// Whose chats the path names, if it does.
    pub(crate) user: Option<String>,
}

/// Reads a resource.
pub(crate) fn read(text: &str) -> Result<Resource, ApiError> {
    if text.len() > RESOURCE_BYTES_MAX {
        let message = format!("It may have {RESOURCE_BYTES_MAX} bytes at most.");
        return Err(ApiError::invalid(TARGET, message));
    }
    let (path, query) = text.trim().split_once('?').unwrap_or((text.trim(), ""));
    let path = path.trim_start_matches('/');
    let path = path.strip_prefix("v1.0/").or_else(|| path.strip_prefix("beta/")).unwrap_or(path);
    let path = format!("/v1.0/{path}");
    let normal = normalise(&path);
    let user = normal.as_ref().and_then(|normal| normal.user.clone());
    let path = normal.as_ref().map_or(path.as_str(), |normal| normal.path());
    let segments: Vec<String> = path
        .split('/')
        .skip(2)
        .map(|segment| percent_decode_str(segment).decode_utf8_lossy().into_owned())
        .collect();
    let segments: Vec<&str> = segments.iter().map(String::as_str).collect();
    let Suffix { filter, is_searched, is_of_own } = Suffix::read(query)?;
    let is_of_presences = segments.as_slice() == ["communications", "presences"];
    let is_of_messages =
        matches!(segments.as_slice(), ["chats", "getAllMessages"] | ["chats", _, "messages"]);
    let is_of_mentions = filter.as_deref().is_some_and(|filter| filter.contains("mentions/any"));
    if is_of_messages && (is_searched || is_of_mentions) {
        return Err(ApiError::not_implemented());
    }
    if is_searched {
        return Err(ApiError::unsupported_option("$search"));
    }
    if filter.is_some() && !is_of_presences {
        return Err(ApiError::unsupported_option("$filter"));
    }
    let watched = match segments.as_slice() {
        ["communications", "presences"] => Watched::Presence(ids(filter.as_deref())?),
        ["communications", "presences", id] => Watched::Presence(vec![account(id)?]),
        ["admin", "teams", "externalAccess"] => Watched::ExternalAccess,
        ["chats"] => Watched::Chats,
        ["chats", "getAllMessages"] => Watched::AllMessages,
        ["chats", "getAllMembers"] => Watched::AllMembers,
        ["chats", "requests"] => Watched::Requests,
        ["chats", id] => Watched::Chat(chat(id)?),
        ["chats", id, "messages"] => Watched::Messages(chat(id)?),
        ["chats", id, "members"] => Watched::Members(chat(id)?),
        _ => return Err(ApiError::invalid(TARGET, POSSIBLE)),
    };
    if is_of_own && !matches!(watched, Watched::Chats | Watched::Chat(_)) {
        return Err(ApiError::unsupported_option(OF_OWN));
    }
    Ok(Resource { watched, user: user.map(|NamedUser(key)| key) })
}

fn chat(id: &str) -> Result<ChatId, ApiError> {
    id.parse().map_err(|_id| ApiError::not_found())
}

fn account(id: &str) -> Result<AccountId, ApiError> {
    id.trim().parse().map_err(|_id| {
        ApiError::invalid(TARGET, "People whose presence is watched are named by their ids.")
    })
}

/// What stands behind the path.
#[derive(Debug, Default)]
struct Suffix {
    filter: Option<String>,
    is_searched: bool,
    /// Whether what only the subscriber sees of a chat is asked for. It is told of in any case.
    is_of_own: bool,
}

impl Suffix {
    /// Reads the query. What decides about Microsoft's licences, `model`, decides nothing here.
    fn read(query: &str) -> Result<Self, ApiError> {
        let mut suffix = Self::default();
        for pair in query.split('&').filter(|pair| !pair.is_empty()) {
            let (name, value) = pair.split_once('=').unwrap_or((pair, ""));
            let decoded = |text: &str| percent_decode_str(text).decode_utf8_lossy().into_owned();
            match decoded(name).as_str() {
                "$filter" => suffix.filter = Some(decoded(value).replace('+', " ")),
                "$search" => suffix.is_searched = true,
                OF_OWN if decoded(value).eq_ignore_ascii_case("true") => suffix.is_of_own = true,
                OF_OWN => {
                    let message = "What you alone see of a chat is told of in any case: write \
                         notifyOnUserSpecificProperties=true, or leave it out.";
                    return Err(ApiError::invalid(TARGET, message));
                }
                "model" => {}
                other => return Err(ApiError::unsupported_option(&crate::bind::shown(other))),
            }
        }
        Ok(suffix)
    }
}

/// The ids of `id in ('…','…')` or `id eq '…'`.
fn ids(filter: Option<&str>) -> Result<Vec<AccountId>, ApiError> {
    let possible = || {
        let message = "Name the people: communications/presences?$filter=id in ('…','…').";
        ApiError::invalid(TARGET, message)
    };
    let text = filter.ok_or_else(possible)?.trim();
    let rest = text.strip_prefix("id").ok_or_else(possible)?.trim_start();
    let list = match (rest.strip_prefix("in"), rest.strip_prefix("eq")) {
        (Some(list), _) => {
            let list = list.trim().strip_prefix('(').and_then(|list| list.strip_suffix(')'));
            list.ok_or_else(possible)?
        }
        (None, Some(one)) => one,
        (None, None) => return Err(possible()),
    };
    let mut ids = Vec::new();
    for quoted in list.split(',') {
        let id = quoted.trim().trim_matches('\'');
        ids.push(account(id)?);
    }
    ids.sort_unstable();
    ids.dedup();
    Ok(ids)
}

#[cfg(test)]
mod tests {
    use super::*;

    const GROUP: &str = "19:00000000000000000000000000000000@thread.v2";

    #[test]
    fn every_spelling_of_a_resource_is_read() {
        let chat = || GROUP.parse::<ChatId>().unwrap();
        let encoded = "19%3A00000000000000000000000000000000%40thread.v2";
        for (text, watched) in [
            ("/chats", Watched::Chats),
            ("chats", Watched::Chats),
            ("me/chats", Watched::Chats),
            ("/me/chats/", Watched::Chats),
            ("/v1.0/me/chats", Watched::Chats),
            ("/beta/chats", Watched::Chats),
            (&format!("/chats/{GROUP}"), Watched::Chat(chat())),
            (&format!("chats('{GROUP}')"), Watched::Chat(chat())),
            (&format!("/chats/{encoded}/messages"), Watched::Messages(chat())),
            (&format!("chats('{GROUP}')/messages"), Watched::Messages(chat())),
            (&format!("me/chats/{GROUP}/members"), Watched::Members(chat())),
            ("/chats/getAllMessages", Watched::AllMessages),
            ("/me/chats/getAllMessages()", Watched::AllMessages),
            ("/chats/getAllMessages?model=B", Watched::AllMessages),
            ("/chats?notifyOnUserSpecificProperties=true", Watched::Chats),
            (
                &format!("me/chats/{GROUP}?notifyOnUserSpecificProperties=True&model=A"),
                Watched::Chat(chat()),
            ),
            ("/chats/getAllMembers", Watched::AllMembers),
            ("/me/chats/requests", Watched::Requests),
            ("admin/teams/externalAccess", Watched::ExternalAccess),
        ] {
            let read = read(text).unwrap();
            assert_eq!(read, Resource { watched, user: None }, "{text}");
        }
        let named = read("/users/ada@a.example/chats/getAllMessages").unwrap();
        assert_eq!(named.user.as_deref(), Some("ada@a.example"));
        assert_eq!(named.watched, Watched::AllMessages);
        assert_eq!(read("users('x')/chats").unwrap().user.as_deref(), Some("x"));
    }

    #[test]
    fn presences_are_named_by_id_or_filter() {
        let id = |n: u8| AccountId::from_bytes([n; 16]);
        let (one, two) = (id(1).to_string(), id(2).to_string());
        for (text, ids) in [
            (format!("/communications/presences/{one}"), vec![id(1)]),
            (format!("communications/presences('{one}')"), vec![id(1)]),
            (
                format!("/communications/presences?$filter=id in ('{two}','{one}','{two}')"),
                vec![id(1), id(2)],
            ),
            (
                format!("/communications/presences?%24filter=id%20in%20(%27{one}%27,%20'{two}')"),
                vec![id(1), id(2)],
            ),
            (format!("/communications/presences?$filter=id+eq+'{two}'"), vec![id(2)]),
        ] {
            assert_eq!(read(&text).unwrap().watched, Watched::Presence(ids), "{text}");
        }
    }

    #[test]
    fn what_cannot_be_watched_is_refused() {
        for text in [
            "",
            "/",
            "?",
            "/me/messages",
            "/chats/x/y/z",
            "/chats/19:a/replies",
            "/teams/getAllMessages",
            "/chats/not-a-chat/messages",
            "/chats?$filter=a eq 'b'",
            "/chats/getAllMessages?$search=x",
            "/chats?$search=x",
            "/chats?notifyOnUserSpecificProperties=false",
            "/chats?notifyOnUserSpecificProperties",
            "/chats/getAllMessages?notifyOnUserSpecificProperties=true",
            "/chats/requests?notifyOnUserSpecificProperties=true",
            "/communications/presences",
            "/communications/presences/ada",
            "/communications/presences?$filter=id in ()",
            "/communications/presences?$filter=id in ('x')",
            "/communications/presences?$filter=name eq 'x'",
            "https://example.org/chats",
            "/admin/teams",
            "/chats/%FF",
        ] {
            assert!(read(text).is_err(), "{text}");
        }
        assert!(read(&"x".repeat(RESOURCE_BYTES_MAX + 1)).is_err());
    }
}
