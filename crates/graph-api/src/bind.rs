//! How one thing refers to another: `user@odata.bind`, `message@odata.bind`, membership ids.

use base64::Engine;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use percent_encoding::percent_decode_str;
use visavis_app::subject::UserKey;
use visavis_domain::home::Home;
use visavis_domain::id::{AccountId, ChatId, MessageId};
pub(crate) use visavis_domain::text::shown;

use crate::error::ApiError;
use crate::extract::PathKey;
use crate::odata::{CONSUMER_TENANT_ID, Tenant};

/// The person that a reference means. Only its tail counts: `…/users('key')` or `…/users/key`.
pub(crate) fn user_of_bind(target: &str, reference: &str) -> Result<UserKey, ApiError> {
    let tail = reference.rfind("/users").map_or(reference, |at| {
        // INVARIANT: `at` is where an ASCII pattern was found, so a character starts there.
        reference.get(at + 1..).unwrap_or_default()
    });
    let key = tail
        .strip_prefix("users('")
        .and_then(|rest| rest.strip_suffix("')"))
        .or_else(|| tail.strip_prefix("users/"))
        .ok_or_else(|| {
            ApiError::invalid(target, "A person is named as `https://…/v1.0/users('key')`.")
        })?;
    let key = percent_decode_str(key)
        .decode_utf8()
        .map_err(|_utf8| ApiError::invalid(target, "The reference is not valid UTF-8."))?;
    user_key(target, &key.replace("''", "'"))
}

/// The message that a reference means. Only its tail counts: `…/chats/{chat}/messages/{message}`,
/// each key as a segment or in parentheses.
pub(crate) fn message_of_bind(
    target: &str,
    reference: &str,
) -> Result<(ChatId, MessageId), ApiError> {
    let tail = reference.rfind("/chats").map_or(reference, |at| {
        // INVARIANT: `at` is where an ASCII pattern was found, so a character starts there.
        reference.get(at + 1..).unwrap_or_default()
    });
    message_of_tail(tail).ok_or_else(|| {
        let words = "A message is named as `https://…/v1.0/chats/{chat-id}/messages/{message-id}`.";
        ApiError::invalid(target, words)
    })
}

fn message_of_tail(tail: &str) -> Option<(ChatId, MessageId)> {
    let tail = percent_decode_str(tail).decode_utf8().ok()?;
    let (chat, rest) = keyed(&tail, "chats")?;
    let (message, rest) = keyed(rest.strip_prefix('/')?, "messages")?;
    if rest.is_empty() { Some((chat.parse().ok()?, message.parse().ok()?)) } else { None }
}

/// The key after a name, `name/key` or `name('key')`, and what follows.
fn keyed<'a>(text: &'a str, name: &str) -> Option<(&'a str, &'a str)> {
    let rest = text.strip_prefix(name)?;
    match rest.strip_prefix("('") {
        Some(rest) => rest.split_once("')"),
        None => {
            let rest = rest.strip_prefix('/')?;
            let end = rest.find('/').unwrap_or(rest.len());
            rest.split_at_checked(end)
        }
    }
}

/// The last segment of a reference such as `…/directoryObjects/{id}`.
pub(crate) fn last_key(target: &str, reference: &str) -> Result<UserKey, ApiError> {
    let tail = reference.rsplit('/').next().unwrap_or_default();
    let key = tail.split_once("('").and_then(|(_name, rest)| rest.strip_suffix("')"));
    let key = percent_decode_str(key.unwrap_or(tail)).decode_utf8_lossy();
    user_key(target, &key)
}

/// The home that a tenant's id means, if one is given.
pub(crate) fn home(target: &str, tenant: Option<&str>) -> Result<Option<Home>, ApiError> {
    let Some(tenant) = tenant.filter(|tenant| !tenant.is_empty()) else { return Ok(None) };
    if tenant.eq_ignore_ascii_case(CONSUMER_TENANT_ID) {
        return Ok(Some(Home::Personal));
    }
    let id = tenant.parse().map(Home::Organisation).map(Some);
    id.map_err(|_invalid| ApiError::invalid(target, "A tenant is named by its id."))
}

/// Makes sure that a type, if one is given, is one of these; the `#` before it may be missing.
pub(crate) fn check_type(
    target: &str,
    given: Option<&str>,
    known: &[&str],
) -> Result<(), ApiError> {
    let Some(given) = given else { return Ok(()) };
    let name = given.strip_prefix('#').unwrap_or(given);
    if known.iter().any(|other| other.eq_ignore_ascii_case(name)) {
        return Ok(());
    }
    let words = format!("`{}` cannot stand here, but {}.", shown(given), known.join(", "));
    Err(ApiError::invalid(target, words))
}

/// A person's id, user principal name, e-mail address or telephone number.
pub(crate) fn user_key(target: &str, key: &str) -> Result<UserKey, ApiError> {
    key.parse().map_err(|_failure| {
        ApiError::invalid(
            target,
            format!(
                "`{}` is no id, e-mail address or telephone number with its country code.",
                shown(key)
            ),
        )
    })
}

/// A membership id, as Graph makes them.
#[must_use]
pub fn member_id(tenant: Tenant, chat: &ChatId, account: AccountId) -> String {
    STANDARD.encode(format!("0##{tenant}##{chat}##{account}"))
}

/// The member that a path names: by membership id, or plainly by account id.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct MemberKey {
    pub(crate) account: AccountId,
    chat: Option<ChatId>,
}

impl MemberKey {
    /// The account, provided that the membership is of this chat.
    pub(crate) fn within(self, chat: &ChatId) -> Result<AccountId, ApiError> {
        match self.chat {
            Some(other) if other != *chat => Err(ApiError::not_found()),
            Some(_) | None => Ok(self.account),
        }
    }

    pub(crate) fn read(text: &str) -> Option<Self> {
        if let Ok(account) = text.parse() {
            return Some(Self { account, chat: None });
        }
        let bytes = STANDARD
            .decode(text)
            .or_else(|_other_alphabet| URL_SAFE_NO_PAD.decode(text.trim_end_matches('=')))
            .ok()?;
        let text = String::from_utf8(bytes).ok()?;
        let mut parts = text.split("##");
        let (_zero, _tenant) = (parts.next()?, parts.next()?);
        let chat = parts.next()?.parse().ok()?;
        Some(Self { account: parts.next()?.parse().ok()?, chat: Some(chat) })
    }
}

impl PathKey for MemberKey {
    fn from_segment(text: &str) -> Result<Self, ApiError> {
        Self::read(text).ok_or_else(ApiError::not_found)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const ID: &str = "8b081ef6-0000-4000-8000-000000000001";

    fn key(reference: &str) -> String {
        user_of_bind("members", reference)
            .map_or_else(|_error| "refused".to_owned(), |key| format!("{key:?}").to_lowercase())
    }

    #[test]
    fn only_the_tail_of_a_reference_counts() {
        let by_id = key(&format!("https://graph.microsoft.com/v1.0/users('{ID}')"));
        assert!(by_id.contains(ID));
        assert_eq!(key(&format!("http://127.0.0.1:8080/v1.0/users/{ID}")), by_id);
        assert_eq!(key(&format!("/v1.0/users/{ID}")), by_id);
        assert_eq!(key(&format!("users('{ID}')")), by_id);
        for (reference, part) in [
            ("https://h/v1.0/users('ada@a.example')", "ada@a.example"),
            ("https://h/v1.0/users/ada%40a.example", "ada@a.example"),
            ("https://h/v1.0/users('o''neil@a.example')", "o'neil@a.example"),
            ("https://h/v1.0/users('+4930901820')", "+4930901820"),
            ("https://h/v1.0/users('%2B4930901820')", "+4930901820"),
            ("https://h/v1.0/users('ada+x@a.example')", "ada+x@a.example"),
        ] {
            assert!(key(reference).contains(part), "{reference}");
        }
        for reference in
            ["", "ada@a.example", "https://h/v1.0/groups('x')", "https://h/users('x y')"]
        {
            assert_eq!(key(reference), "refused", "{reference}");
        }
    }

    #[test]
    fn a_message_is_named_by_the_tail_of_a_reference() {
        let read = |reference: &str| {
            message_of_bind("message@odata.bind", reference)
                .map(|(chat, id)| format!("{chat} {id}"))
                .unwrap_or_default()
        };
        for reference in [
            "https://graph.microsoft.com/v1.0/chats/19:00@thread.v2/messages/17",
            "https://h/beta/chats('19:00@thread.v2')/messages('17')",
            "https://h/v1.0/me/chats/19%3A00%40thread.v2/messages('17')",
            "/chats('19:00@thread.v2')/messages/17",
            "chats/19:00@thread.v2/messages/17",
        ] {
            assert_eq!(read(reference), "19:00@thread.v2 17", "{reference}");
        }
        for reference in [
            "",
            "17",
            "https://h/v1.0/chats/19:00@thread.v2",
            "https://h/v1.0/chats/19:00@thread.v2/messages",
            "https://h/v1.0/chats/19:00@thread.v2/messages/",
            "https://h/v1.0/chats/19:00@thread.v2/messages/x",
            "https://h/v1.0/chats/19:00@thread.v2/messages/17/replies/18",
            "https://h/v1.0/chats/nothing/messages/17",
            "https://h/v1.0/chats('19:00@thread.v2'/messages/17",
            "https://h/v1.0/teams/t/channels/c/messages/17",
            "https://h/v1.0/chats/%ff/messages/17",
        ] {
            assert_eq!(read(reference), "", "{reference}");
        }
    }

    #[test]
    fn membership_ids_can_be_read_back() {
        let chat: ChatId = "19:00@thread.v2".parse().unwrap();
        let account: AccountId = ID.parse().unwrap();
        let id = member_id(Tenant::Consumer, &chat, account);
        assert_eq!(MemberKey::read(&id).unwrap().within(&chat).ok(), Some(account));
        assert_eq!(MemberKey::read(ID).unwrap().within(&chat).ok(), Some(account));
        let other: ChatId = "19:11@thread.v2".parse().unwrap();
        assert!(MemberKey::read(&id).unwrap().within(&other).is_err());
        for text in ["", "x", "MCMj", "MDEjI2EjI2I="] {
            assert_eq!(MemberKey::read(text), None, "{text}");
        }
    }
}
