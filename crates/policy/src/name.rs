//! Names of policies: `Global`, or `Tag:Name`.

use std::cmp::Ordering;
use std::fmt;
use std::hash::{Hash, Hasher};
use std::str::FromStr;

use serde::{Deserialize, Deserializer, Serialize, Serializer};
use unicode_normalization::UnicodeNormalization;

/// Characters of a policy's name, without the prefix.
const NAME_CHARACTERS_MAX: usize = 64;
const GLOBAL: &str = "Global";
const PREFIX: &str = "Tag:";

/// The name of a policy: `Global`, which every organisation has, or `Tag:Name`.
///
/// Names are compared without case and written as they were first given. The prefix may be left
/// out when reading. A name has 1 to 64 letters, digits, spaces, `-`, `_` and `.`.
#[derive(Debug, Clone)]
pub struct PolicyName {
    text: String,
    key: String,
}

/// The text names no policy.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("not a policy name: `Global`, or 1 to 64 letters, digits, spaces, `-`, `_` and `.`")]
pub struct InvalidPolicyName;

impl PolicyName {
    /// The policy that every organisation has.
    #[must_use]
    pub fn global() -> Self {
        Self { text: GLOBAL.to_owned(), key: GLOBAL.to_lowercase() }
    }

    /// Whether this is `Global`.
    #[must_use]
    pub fn is_global(&self) -> bool {
        self.text == GLOBAL
    }

    /// The form under which the store keeps it: equal names have equal keys.
    #[must_use]
    pub fn key(&self) -> &str {
        &self.key
    }

    /// The name without its prefix, for people.
    #[must_use]
    pub fn display_name(&self) -> &str {
        self.text.strip_prefix(PREFIX).unwrap_or(&self.text)
    }

    /// The name as it is written: `Global` or `Tag:Name`.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.text
    }
}

impl fmt::Display for PolicyName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)
    }
}

impl FromStr for PolicyName {
    type Err = InvalidPolicyName;

    fn from_str(text: &str) -> Result<Self, InvalidPolicyName> {
        let text: String = text.trim().nfc().collect();
        if text.eq_ignore_ascii_case(GLOBAL) {
            return Ok(Self::global());
        }
        let name = match text.split_at_checked(PREFIX.len()) {
            Some((prefix, name)) if prefix.eq_ignore_ascii_case(PREFIX) => name.trim(),
            _ => text.as_str(),
        };
        let is_allowed = |c: char| c.is_alphanumeric() || matches!(c, ' ' | '-' | '_' | '.');
        let is_a_name = (1..=NAME_CHARACTERS_MAX).contains(&name.chars().count())
            && name.chars().all(is_allowed)
            && !name.eq_ignore_ascii_case(GLOBAL);
        if !is_a_name {
            return Err(InvalidPolicyName);
        }
        let text = format!("{PREFIX}{name}");
        let key = text.to_lowercase();
        Ok(Self { text, key })
    }
}

impl PartialEq for PolicyName {
    fn eq(&self, other: &Self) -> bool {
        self.key == other.key
    }
}

impl Eq for PolicyName {}

impl PartialOrd for PolicyName {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for PolicyName {
    fn cmp(&self, other: &Self) -> Ordering {
        self.key.cmp(&other.key)
    }
}

impl Hash for PolicyName {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.key.hash(state);
    }
}

impl Serialize for PolicyName {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&self.text)
    }
}

impl<'de> Deserialize<'de> for PolicyName {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        String::deserialize(deserializer)?.parse().map_err(serde::de::Error::custom)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_read_in_every_spelling() {
        for (text, written) in [
            ("Global", "Global"),
            ("GLOBAL", "Global"),
            ("NoInbound", "Tag:NoInbound"),
            ("tag:NoInbound", "Tag:NoInbound"),
            (" TAG: No Inbound ", "Tag:No Inbound"),
            ("Tag:Führung", "Tag:Führung"),
        ] {
            assert_eq!(text.parse::<PolicyName>().map(|n| n.to_string()).as_deref(), Ok(written));
        }
    }

    #[test]
    fn names_are_compared_without_case() {
        let name = |text: &str| text.parse::<PolicyName>().unwrap();
        assert_eq!(name("Tag:NoInbound"), name("noinbound"));
        assert_eq!(name("Tag:NoInbound").key(), "tag:noinbound");
        assert_ne!(name("NoInbound"), name("NoOutbound"));
    }

    #[test]
    fn what_is_not_a_name_is_refused() {
        let long = "x".repeat(NAME_CHARACTERS_MAX + 1);
        for text in ["", " ", "Tag:", "Tag:Global", "a/b", "a:b", "a\0", "a'b", &long] {
            assert_eq!(text.parse::<PolicyName>(), Err(InvalidPolicyName), "{text:?}");
        }
    }
}
