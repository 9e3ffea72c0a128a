//! One spelling for every path, in front of the router.
//!
//! Callers write the same resource in many ways: ids raw or percent-encoded, keys as segments or
//! in parentheses, functions with and without `()`, bound actions with their namespace, chats
//! under `/me` or `/users/{id}`, everything under `/beta`. The router knows one of them.

use std::borrow::Cow;

use axum::http::Uri;
use axum::http::uri::PathAndQuery;
use percent_encoding::{AsciiSet, CONTROLS, percent_decode_str, utf8_percent_encode};

/// What may not stand in a path segment as it is.
const SEGMENT: &AsciiSet = &CONTROLS
    .add(b' ')
    .add(b'"')
    .add(b'#')
    .add(b'%')
    .add(b'/')
    .add(b'<')
    .add(b'>')
    .add(b'?')
    .add(b'[')
    .add(b'\\')
    .add(b']')
    .add(b'^')
    .add(b'`')
    .add(b'{')
    .add(b'|')
    .add(b'}');

const VERSION: &str = "/v1.0";
const BETA: &str = "/beta";
const NAMESPACE: &str = "microsoft.graph.";

/// The bound actions and functions that callers may write with their namespace.
const BOUND: [&str; 34] = [
    "add",
    "clearAutomaticLocation",
    "clearLocation",
    "clearPresence",
    "clearUserPreferredPresence",
    "completeMigration",
    "delta",
    "determineIfInteractionIsAllowed",
    "findTenantInformationByDomainName",
    "findTenantInformationByTenantId",
    "forwardToChat",
    "getAllMessages",
    "getAllRetainedMessages",
    "getPresencesByUserId",
    "getVapidPublicKey",
    "hideForUser",
    "markChatReadForUser",
    "markChatUnreadForUser",
    "reauthorize",
    "remove",
    "removeAllAccessForUser",
    "replyWithQuote",
    "sendActivityNotification",
    "setAutomaticLocation",
    "setManualLocation",
    "setPresence",
    "setReaction",
    "setStatusMessage",
    "setUserPreferredPresence",
    "softDelete",
    "startMigration",
    "undoSoftDelete",
    "unhideForUser",
    "unsetReaction",
];
/// Those of the administration of Teams, which has a namespace of its own, and where they stand.
const BOUND_TO_POLICY: [&str; 3] = ["assign", "getPolicyId", "unassign"];
const TEAMS_NAMESPACE: &str = "teamsAdministration.";
const POLICY: [&str; 3] = ["admin", "teams", "policy"];

/// Functions with named parameters, and in which order the router has these.
const FUNCTIONS: [(&str, &[&str]); 3] = [
    ("findTenantInformationByDomainName", &["domainName"]),
    ("findTenantInformationByTenantId", &["tenantId"]),
    ("getPolicyId", &["type", "name"]),
];

/// Whose chats a path named, as in `/users/{key}/chats`. Anybody's but one's own do not exist.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct NamedUser(pub(crate) String);

/// A path in the router's spelling.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Normal {
    path: String,
    /// Whose chats were asked for, when the path says so.
    pub(crate) user: Option<NamedUser>,
}

impl Normal {
    /// The path.
    pub(crate) fn path(&self) -> &str {
        &self.path
    }

    /// The address with this path and its own query.
    pub(crate) fn apply(&self, uri: &Uri) -> Option<Uri> {
        let text = match uri.query() {
            Some(query) => Cow::Owned(format!("{}?{query}", self.path)),
            None => Cow::Borrowed(self.path.as_str()),
        };
        let mut parts = uri.clone().into_parts();
        parts.path_and_query = Some(text.parse::<PathAndQuery>().ok()?);
        Uri::from_parts(parts).ok()
    }
}

/// The router's spelling of a path; `None` when it is that already, or is no path of the API.
pub(crate) fn normalise(path: &str) -> Option<Normal> {
    let rest = below(path, VERSION).or_else(|| below(path, BETA))?;
    if path.starts_with(VERSION) && is_plain(rest) {
        return None;
    }
    let segments = segments(rest)?;
    let (user, rest) = match segments.as_slice() {
        [me, chats, ..] if me == "me" && chats == "chats" => (None, segments.get(1..)),
        [users, key, chats, ..] if users == "users" && chats == "chats" => {
            (Some(NamedUser(key.clone())), segments.get(2..))
        }
        all => (None, Some(all)),
    };
    let mut path = VERSION.to_owned();
    for segment in rest.unwrap_or_default() {
        path.push('/');
        path.extend(utf8_percent_encode(segment, SEGMENT));
    }
    Some(Normal { path, user })
}

fn below<'a>(path: &'a str, prefix: &str) -> Option<&'a str> {
    let rest = path.strip_prefix(prefix)?;
    (rest.is_empty() || rest.starts_with('/')).then_some(rest)
}

/// Whether the path needs no rewriting: the usual case, told without allocating.
fn is_plain(rest: &str) -> bool {
    let has_chats_below = |prefix: &str| rest.starts_with(prefix) && rest.contains("/chats");
    !rest.ends_with('/')
        && !rest.contains("//")
        && !rest.contains(['(', '%'])
        && !rest.contains(NAMESPACE)
        && !has_chats_below("/me/")
        && !has_chats_below("/users/")
}

/// The decoded segments; `None` when one is not UTF-8, which the router then refuses.
fn segments(rest: &str) -> Option<Vec<String>> {
    let mut segments = Vec::with_capacity(8);
    for raw in rest.split('/').filter(|raw| !raw.is_empty()) {
        let text = percent_decode_str(raw).decode_utf8().ok()?;
        let text = unqualified(&text, &segments);
        match (keyed(text), called(text)) {
            (Some((name, key)), _) => {
                segments.push(name.to_owned());
                segments.extend(key);
            }
            (None, Some(parts)) => segments.extend(parts),
            (None, None) => segments.push(text.to_owned()),
        }
    }
    Some(segments)
}

/// The segment without its namespace, if it is the name of something bound that there is. Any other
/// name with a namespace is a cast to what no path leads to, and stays what it is.
fn unqualified<'a>(text: &'a str, before: &[String]) -> &'a str {
    let Some(bound) = text.strip_prefix(NAMESPACE) else { return text };
    let (bound, is_known): (&str, fn(&str) -> bool) = match bound.strip_prefix(TEAMS_NAMESPACE) {
        Some(bound) if before.starts_with(&POLICY.map(str::to_owned)) => {
            (bound, |name| BOUND_TO_POLICY.contains(&name))
        }
        _ => (bound, |name| BOUND.contains(&name)),
    };
    // What stands in parentheses may have points of its own.
    let name = bound.split('(').next().unwrap_or(bound);
    if is_known(name) { bound } else { text }
}

/// Takes `name('key')`, `name(key)` and `name()` apart. Named parameters stay as they are.
fn keyed(text: &str) -> Option<(&str, Option<String>)> {
    let (name, rest) = text.split_once('(')?;
    let inner = rest.strip_suffix(')')?;
    let is_name = !name.is_empty() && name.bytes().all(|b| b.is_ascii_alphanumeric());
    if !is_name {
        return None;
    }
    if inner.is_empty() {
        return Some((name, None));
    }
    let quoted = inner.strip_prefix('\'').and_then(|inner| inner.strip_suffix('\''));
    match quoted {
        // No segment may become empty: then the path would have a second spelling.
        Some("") => None,
        Some(key) => Some((name, Some(key.replace("''", "'")))),
        None if inner.contains(['=', '\'', ',']) => None,
        None => Some((name, Some(inner.to_owned()))),
    }
}

/// Takes `name(a='x',b='y')` apart, where `name` is a function that there is: the name and the
/// parameters in the router's order. The commas may be missing, as one SDK leaves them out.
fn called(text: &str) -> Option<Vec<String>> {
    let (name, rest) = text.split_once('(')?;
    let (name, order) = FUNCTIONS.into_iter().find(|(known, _order)| *known == name)?;
    let mut rest = rest.strip_suffix(')')?;
    let mut given = Vec::with_capacity(order.len());
    while !rest.is_empty() {
        let (parameter, after) = rest.split_once("='")?;
        let (value, after) = up_to_quote(after)?;
        given.push((parameter.trim_matches([' ', ',']), value));
        rest = after;
    }
    let mut parts = vec![name.to_owned()];
    for wanted in order {
        let (_name, value) = given.iter().find(|(parameter, _value)| parameter == wanted)?;
        if value.is_empty() {
            return None;
        }
        parts.push(value.clone());
    }
    Some(parts)
}

/// The text before the closing quote, in which a quote is doubled, and what comes after it.
fn up_to_quote(text: &str) -> Option<(String, &str)> {
    let mut value = String::new();
    let mut rest = text;
    loop {
        let (before, after) = rest.split_once('\'')?;
        value.push_str(before);
        match after.strip_prefix('\'') {
            Some(after) => {
                value.push('\'');
                rest = after;
            }
            None => return Some((value, after)),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn path_of(text: &str) -> String {
        normalise(text).map_or_else(|| text.to_owned(), |normal| normal.path)
    }

    #[test]
    fn every_spelling_becomes_one() {
        for (written, normal) in [
            ("/v1.0/me", "/v1.0/me"),
            ("/v1.0/me/", "/v1.0/me"),
            ("/v1.0//me", "/v1.0/me"),
            ("/beta/me", "/v1.0/me"),
            ("/v1.0/chats/19:a@thread.v2/messages", "/v1.0/chats/19:a@thread.v2/messages"),
            ("/v1.0/chats/19%3Aa%40thread.v2/messages", "/v1.0/chats/19:a@thread.v2/messages"),
            (
                "/v1.0/chats('19:a@thread.v2')/messages('12')",
                "/v1.0/chats/19:a@thread.v2/messages/12",
            ),
            ("/v1.0/chats%28%2719%3Aa%27%29", "/v1.0/chats/19:a"),
            ("/v1.0/chats/19:a/messages/delta()", "/v1.0/chats/19:a/messages/delta"),
            ("/v1.0/users('o''neil@a.example')", "/v1.0/users/o'neil@a.example"),
            ("/v1.0/chats('')/messages", "/v1.0/chats('')/messages"),
            ("/v1.0/microsoft.graph./me", "/v1.0/microsoft.graph./me"),
            ("/v1.0/users/%2B4930901820", "/v1.0/users/+4930901820"),
            ("/v1.0/users/+4930901820", "/v1.0/users/+4930901820"),
            (
                "/v1.0/admin/teams/policy/userAssignments/microsoft.graph.teamsAdministration.assign",
                "/v1.0/admin/teams/policy/userAssignments/assign",
            ),
            (
                "/v1.0/communications/microsoft.graph.getPresencesByUserId()",
                "/v1.0/communications/getPresencesByUserId",
            ),
            ("/v1.0/groups/1/members/%24ref", "/v1.0/groups/1/members/$ref"),
            ("/v1.0/me/chats/19:a/members/MCM%3D", "/v1.0/chats/19:a/members/MCM="),
            ("/v1.0/users/%2540", "/v1.0/users/%2540"),
            ("/v1.0/users/a%2Fb", "/v1.0/users/a%2Fb"),
            (
                "/v1.0/admin/teams/policy/microsoft.graph.teamsAdministration.getPolicyId(type='A',name='O''N')",
                "/v1.0/admin/teams/policy/getPolicyId/A/O'N",
            ),
            ("/v1.0/p/getPolicyId(type='A'name='B')", "/v1.0/p/getPolicyId/A/B"),
            ("/v1.0/p/getPolicyId(name='B', type='A')", "/v1.0/p/getPolicyId/A/B"),
            ("/v1.0/p/getPolicyId(name='B')", "/v1.0/p/getPolicyId(name='B')"),
            ("/v1.0/p/getPolicyId(name='B", "/v1.0/p/getPolicyId(name='B"),
            (
                "/v1.0/t/microsoft.graph.findTenantInformationByDomainName(domainName=%27a.example%27)",
                "/v1.0/t/findTenantInformationByDomainName/a.example",
            ),
            ("/v1.0/f(type='x',name='y')", "/v1.0/f(type='x',name='y')"),
            ("/betamax", "/betamax"),
            ("/v1.00/me", "/v1.00/me"),
            ("/assets/a(1).js", "/assets/a(1).js"),
        ] {
            assert_eq!(path_of(written), normal, "{written}");
        }
    }

    #[test]
    fn only_what_is_bound_may_have_its_namespace() {
        for path in [
            "/v1.0/microsoft.graph.evil.me",
            "/v1.0/microsoft.graph.me",
            "/v1.0/me/microsoft.graph.nonsense.presence",
            "/v1.0/me/microsoft.graph.presence",
            "/v1.0/microsoft.graph.group.chats",
            "/v1.0/me/microsoft.graph.chats",
            "/v1.0/microsoft.graph.$batch",
            "/v1.0/chats/19:a/microsoft.graph.security.hideForUser",
            "/v1.0/chats/19:a/Microsoft.Graph.hideForUser",
            "/v1.0/chats/19:a/microsoft.graph.acceptRequest",
            "/v1.0/p/microsoft.graph.getPolicyId(type='A',name='B')",
            "/v1.0/admin/teams/policy/userAssignments/microsoft.graph.assign",
            "/v1.0/admin/teams/policy/microsoft.graph.teamsAdministration.hideForUser",
            "/v1.0/admin/teams/externalAccess/policies/P/microsoft.graph.teamsAdministration.assign",
        ] {
            assert_eq!(path_of(path), path, "{path}");
        }
    }

    #[test]
    fn what_is_bound_is_there() {
        let routes = crate::open_api_json();
        let is_there = |name: &&str| {
            routes.contains(&format!("/{name}\""))
                || routes.contains(&format!("/{name}/{{"))
                || crate::left_out::knows(name)
        };
        let missing: Vec<_> =
            BOUND.iter().chain(&BOUND_TO_POLICY).filter(|name| !is_there(name)).collect();
        assert!(missing.is_empty(), "{missing:?}");
    }

    #[test]
    fn chats_of_a_named_user_are_marked() {
        let normal = normalise("/v1.0/users/ada%40a.example/chats/19:a/messages").unwrap();
        assert_eq!(normal.path, "/v1.0/chats/19:a/messages");
        assert_eq!(normal.user, Some(NamedUser("ada@a.example".to_owned())));
        assert_eq!(normalise("/beta/me/chats").unwrap().user, None);
    }

    #[test]
    fn the_query_is_kept() {
        let uri: Uri = "/beta/me/chats?$top=3&$filter=a%20eq%20'b'".parse().unwrap();
        let rewritten = normalise(uri.path()).unwrap().apply(&uri).unwrap();
        assert_eq!(rewritten.to_string(), "/v1.0/chats?$top=3&$filter=a%20eq%20'b'");
    }

    #[test]
    fn what_is_not_utf_8_is_left_to_the_router() {
        assert_eq!(normalise("/v1.0/users/%FF"), None);
    }

    proptest! {
        #[test]
        fn normal_paths_stay_as_they_are(text in "/(v1\\.0|beta)(/[a-z%('~:@+)0-9]{0,12}){0,5}") {
            if let Some(normal) = normalise(&text) {
                prop_assert!(normal.path.parse::<Uri>().is_ok());
                if !normal.path.contains(['(', '%']) && normal.user.is_none() {
                    prop_assert_eq!(path_of(&normal.path), normal.path);
                }
            }
        }
    }
}
