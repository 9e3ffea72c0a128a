//! Addresses: domains, e-mail addresses and telephone numbers, each in one normal form.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

use crate::limit::EMAIL_BYTES_MAX;

/// Why a text is not an address.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum InvalidAddress {
    /// Not a domain name.
    #[error("not a valid domain name")]
    Domain,
    /// Not an e-mail address.
    #[error("not a valid e-mail address")]
    Email,
    /// Not a telephone number with its country code.
    #[error("not a telephone number in E.164 form, such as +4930901820")]
    Phone,
}

/// A domain name in normal form: IDNA processed (UTS 46), lower case, ASCII, without a dot at the
/// end, of at least two labels. Equal domains are equal texts.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(transparent)]
pub struct Domain(String);

impl Domain {
    /// The normal form.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Whether this is `parent` or lies below it: `sub.contoso.com` is within `contoso.com`,
    /// `subcontoso.com` is not.
    #[must_use]
    pub fn is_within(&self, parent: &Self) -> bool {
        match self.0.strip_suffix(parent.as_str()) {
            Some(rest) => rest.is_empty() || rest.ends_with('.'),
            None => false,
        }
    }

    /// This domain and every domain above it that could be listed, nearest first, as text.
    pub fn ancestors(&self) -> impl Iterator<Item = &str> {
        let mut rest = Some(self.as_str());
        std::iter::from_fn(move || {
            let current = rest?;
            rest = current.split_once('.').map(|(_label, parent)| parent);
            Some(current)
        })
    }
}

impl fmt::Display for Domain {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl FromStr for Domain {
    type Err = InvalidAddress;

    /// Normalises: `CONTOSO.com.` and `contoso.com` are the same, `bücher.example` becomes
    /// `xn--bcher-kva.example`.
    fn from_str(text: &str) -> Result<Self, InvalidAddress> {
        let text = text.strip_suffix('.').unwrap_or(text);
        let ascii = idna::domain_to_ascii_strict(text).map_err(|_idna| InvalidAddress::Domain)?;
        let is_a_name = ascii.contains('.')
            && ascii.len() <= 253
            && ascii.split('.').all(is_label)
            && !ascii.rsplit('.').next().is_some_and(|top| top.bytes().all(|b| b.is_ascii_digit()));
        if is_a_name { Ok(Self(ascii)) } else { Err(InvalidAddress::Domain) }
    }
}

impl<'de> Deserialize<'de> for Domain {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        text.parse().map_err(serde::de::Error::custom)
    }
}

fn is_label(label: &str) -> bool {
    let is_allowed = |b: u8| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-';
    (1..=63).contains(&label.len())
        && label.bytes().all(is_allowed)
        && !label.starts_with('-')
        && !label.ends_with('-')
}

/// An e-mail address in normal form: the whole in lower case, the domain as [`Domain`].
///
/// The local part is compared without case too, as every large provider does; only the
/// characters of RFC 5322 `dot-atom`, and letters beyond ASCII, are accepted in it.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(transparent)]
pub struct EmailAddress {
    text: String,
}

impl EmailAddress {
    /// The normal form.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.text
    }

    /// The domain.
    #[must_use]
    pub fn domain(&self) -> Domain {
        let domain = self.text.rsplit('@').next().unwrap_or_default();
        Domain(domain.to_owned())
    }

    /// What stands before the `@`.
    #[must_use]
    pub fn local_part(&self) -> &str {
        self.text.split('@').next().unwrap_or_default()
    }
}

impl fmt::Display for EmailAddress {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)
    }
}

impl FromStr for EmailAddress {
    type Err = InvalidAddress;

    fn from_str(text: &str) -> Result<Self, InvalidAddress> {
        let text = text.trim();
        let (local, domain) = text.rsplit_once('@').ok_or(InvalidAddress::Email)?;
        let is_allowed = |c: char| {
            c.is_ascii_alphanumeric()
                || "!#$%&'*+-/=?^_`{|}~.".contains(c)
                || (!c.is_ascii() && c.is_alphanumeric())
        };
        let is_local = (1..=64).contains(&local.len())
            && local.chars().all(is_allowed)
            && !local.starts_with('.')
            && !local.ends_with('.')
            && !local.contains("..");
        if !is_local {
            return Err(InvalidAddress::Email);
        }
        let domain: Domain = domain.parse().map_err(|_domain| InvalidAddress::Email)?;
        let text = format!("{}@{domain}", local.to_lowercase());
        if text.len() > EMAIL_BYTES_MAX { Err(InvalidAddress::Email) } else { Ok(Self { text }) }
    }
}

impl<'de> Deserialize<'de> for EmailAddress {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        text.parse().map_err(serde::de::Error::custom)
    }
}

/// A telephone number in E.164 form: `+`, then 7 to 15 digits, the first not zero.
///
/// Reading drops the spaces, hyphens, dots, slashes and brackets that people write.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(transparent)]
pub struct PhoneNumber(String);

impl PhoneNumber {
    /// The normal form.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for PhoneNumber {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl FromStr for PhoneNumber {
    type Err = InvalidAddress;

    fn from_str(text: &str) -> Result<Self, InvalidAddress> {
        let rest = text.trim().strip_prefix('+').ok_or(InvalidAddress::Phone)?;
        let is_separator = |c: char| matches!(c, ' ' | '-' | '.' | '/' | '(' | ')' | '\u{A0}');
        let digits: String = rest.chars().filter(|&c| !is_separator(c)).collect();
        let is_number = (7..=15).contains(&digits.len())
            && digits.bytes().all(|b| b.is_ascii_digit())
            && !digits.starts_with('0');
        if is_number { Ok(Self(format!("+{digits}"))) } else { Err(InvalidAddress::Phone) }
    }
}

impl<'de> Deserialize<'de> for PhoneNumber {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        text.parse().map_err(serde::de::Error::custom)
    }
}

/// An address by which a person can be found.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum Address {
    /// An e-mail address.
    Email(EmailAddress),
    /// A telephone number.
    Phone(PhoneNumber),
}

impl Address {
    /// The normal form as text; the two kinds cannot collide.
    #[must_use]
    pub fn as_str(&self) -> &str {
        match self {
            Self::Email(email) => email.as_str(),
            Self::Phone(phone) => phone.as_str(),
        }
    }

    /// The domain, of an e-mail address.
    #[must_use]
    pub fn domain(&self) -> Option<Domain> {
        match self {
            Self::Email(email) => Some(email.domain()),
            Self::Phone(_) => None,
        }
    }
}

impl fmt::Display for Address {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl FromStr for Address {
    type Err = InvalidAddress;

    /// An e-mail address if there is an `@`, else a telephone number.
    fn from_str(text: &str) -> Result<Self, InvalidAddress> {
        if text.contains('@') {
            text.parse().map(Self::Email)
        } else {
            text.parse().map(Self::Phone)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn domains_have_one_form() {
        for (text, form) in [
            ("contoso.example", "contoso.example"),
            ("CONTOSO.Example.", "contoso.example"),
            ("bücher.example", "xn--bcher-kva.example"),
            ("XN--BCHER-KVA.example", "xn--bcher-kva.example"),
            ("ｃｏｎｔｏｓｏ.example", "contoso.example"),
        ] {
            assert_eq!(
                text.parse::<Domain>().map(|d| d.to_string()).as_deref(),
                Ok(form),
                "{text}"
            );
        }
    }

    #[test]
    fn what_is_not_a_domain_is_refused() {
        let long = format!("{}.example", "a".repeat(64));
        for text in [
            "",
            ".",
            "localhost",
            "a..b",
            "-a.example",
            "a_b.example",
            "10.0.0.1",
            &long,
            "a b.example",
            "a\0.example",
            "xn--a.example",
            "*.example",
        ] {
            assert_eq!(text.parse::<Domain>(), Err(InvalidAddress::Domain), "{text:?}");
        }
    }

    #[test]
    fn below_is_by_label_not_by_letters() {
        let domain = |text: &str| text.parse::<Domain>().unwrap();
        assert!(domain("sub.contoso.com").is_within(&domain("contoso.com")));
        assert!(domain("contoso.com").is_within(&domain("contoso.com")));
        assert!(!domain("subcontoso.com").is_within(&domain("contoso.com")));
        assert!(!domain("contoso.com").is_within(&domain("sub.contoso.com")));
    }

    #[test]
    fn emails_have_one_form() {
        let email: EmailAddress = " Ada.Lovelace+x@CONTOSO.example ".parse().unwrap();
        assert_eq!(email.as_str(), "ada.lovelace+x@contoso.example");
        assert_eq!(email.domain().as_str(), "contoso.example");
        for text in [
            "ada",
            "@contoso.example",
            "a..b@contoso.example",
            "a b@contoso.example",
            "ada@",
            "ada@contoso",
            "a@b@contoso.example",
            "a\0@contoso.example",
            "ada",
        ] {
            assert_eq!(text.parse::<EmailAddress>(), Err(InvalidAddress::Email), "{text:?}");
        }
    }

    #[test]
    fn phones_have_one_form() {
        let phone: PhoneNumber = "+49 (30) 90-18.20".parse().unwrap();
        assert_eq!(phone.as_str(), "+4930901820");
        for text in ["030901820", "+0301234567", "+49", "+49abc123456", "+1234567890123456", "+"] {
            assert_eq!(text.parse::<PhoneNumber>(), Err(InvalidAddress::Phone), "{text:?}");
        }
    }
}
