//! Domains that imitate another (P-12): `fabrikarn.test` for `fabrikam.test`.
//!
//! Compared is the *name*, the label that its owner registered: the last label before the ending,
//! where the ending is the last label, or the last two for endings such as `co.uk`. A domain
//! imitates another when one of these holds:
//!
//! 1. The two names look alike: their skeletons are equal, and have 3 characters or more. The
//!    skeleton is that of UTS 39 (so letters of other scripts become those that they look like),
//!    without accents and hyphens, with `rn` as `m`, `vv` as `w`, `0` as `o` and `1`, `i`, `l` as
//!    one.
//! 2. It has the same name of 7 characters or more under another ending.
//! 3. Under the same ending, its name is one edit away: one character more, less or another one,
//!    or two neighbours swapped; both names have 7 characters or more. Numbered names (`region1`,
//!    `region2`) are no imitations: digits exchanged for digits do not count.
//! 4. It wears the whole other domain: as its first labels (`fabrikam.test.evil.example`), or as
//!    its name (`fabrikam-test.example`).
//!
//! Never an imitation: the domain itself, and whatever has the same name under the same ending,
//! such as a subdomain, since only its owner can make one.

use unicode_normalization::char::is_combining_mark;
use visavis_domain::address::{Address, Domain};

use crate::facts::Person;
use crate::risk::Risk;

const SKELETON_CHARACTERS_MIN: usize = 3;
const EDITED_CHARACTERS_MIN: usize = 7;

/// Second-level labels under which a country registers names: `co.uk`, `com.au`.
const SECOND_LEVEL: [&str; 14] =
    ["ac", "co", "com", "edu", "go", "gob", "gov", "govt", "ltd", "ne", "net", "or", "org", "plc"];

/// Whether `other` imitates `own`. The rule is that of this module.
#[must_use]
pub fn imitates(other: &Domain, own: &Domain) -> bool {
    Imprint::new(other).imitates(&Imprint::new(own))
}

/// How risky a first contact by `sender` looks to the organisation of `recipient`.
///
/// Compared are the sender's domains; for personal accounts those of their addresses.
pub(crate) fn risk(sender: &Person<'_>, recipient: &Person<'_>) -> Risk {
    let Some(own) = recipient.terms.filter(|_terms| sender.is_external_to(recipient)) else {
        return Risk::default();
    };
    let imitates_one =
        |imprint: &Imprint| own.imprints.iter().any(|domain| imprint.imitates(domain));
    let compiled = sender.terms.map_or(&[][..], |terms| terms.imprints.as_slice());
    let is_lookalike =
        |domain: &Domain| match compiled.iter().find(|imprint| *imprint.domain == *domain.as_str())
        {
            Some(imprint) => imitates_one(imprint),
            None => imitates_one(&Imprint::new(domain)),
        };
    let is_high = match sender.is_personal() {
        true => sender.addresses.iter().filter_map(Address::domain).any(|d| is_lookalike(&d)),
        false => sender.domains.iter().any(is_lookalike),
    };
    if is_high { Risk::lookalike() } else { Risk::default() }
}

/// What of a domain is compared, prepared.
#[derive(Debug)]
pub(crate) struct Imprint {
    domain: Box<str>,
    /// The registered label, in Unicode.
    name: Box<[char]>,
    ending: Box<str>,
    skeleton: Box<str>,
    /// The skeleton of name and ending together.
    worn: Box<str>,
}

impl Imprint {
    pub(crate) fn new(domain: &Domain) -> Self {
        let (unicode, _outcome) = idna::domain_to_unicode(domain.as_str());
        let mut labels = unicode.rsplit('.');
        let top = labels.next().unwrap_or_default();
        let second = labels.next().unwrap_or_default();
        let third = labels.next();
        let (name, ending) = match third {
            Some(third) if top.len() == 2 && SECOND_LEVEL.contains(&second) => {
                (third, format!("{second}.{top}"))
            }
            _ => (second, top.to_owned()),
        };
        Self {
            domain: domain.as_str().into(),
            skeleton: skeleton(name).into(),
            worn: skeleton(&format!("{name}{}", ending.replace('.', ""))).into(),
            name: name.chars().collect(),
            ending: ending.into(),
        }
    }

    pub(crate) fn imitates(&self, own: &Self) -> bool {
        let has_same_ending = self.ending == own.ending;
        if has_same_ending && self.name == own.name {
            return false;
        }
        let is_long = |name: &[char]| name.len() >= EDITED_CHARACTERS_MIN;
        let looks_alike = self.skeleton == own.skeleton
            && self.name != own.name
            && own.skeleton.chars().count() >= SKELETON_CHARACTERS_MIN;
        let is_moved = !has_same_ending && self.name == own.name && is_long(&own.name);
        let is_edited = has_same_ending
            && is_long(&own.name)
            && is_long(&self.name)
            && is_one_edit(&self.name, &own.name);
        looks_alike || is_moved || is_edited || self.wears(own)
    }

    fn wears(&self, own: &Self) -> bool {
        let leads = self.domain.strip_prefix(&*own.domain).is_some_and(|r| r.starts_with('.'));
        leads || self.skeleton == own.worn
    }
}

/// What a label looks like.
fn skeleton(label: &str) -> String {
    let folded: String = unicode_security::skeleton(&label.to_lowercase())
        .filter(|&c| c != '-' && !is_combining_mark(c))
        .flat_map(char::to_lowercase)
        .map(|c| match c {
            '0' => 'o',
            '1' | 'i' | '|' => 'l',
            same => same,
        })
        .collect();
    folded.replace("rn", "m").replace("vv", "w")
}

/// Whether one edit makes one of the other; digits exchanged among digits do not count.
fn is_one_edit(a: &[char], b: &[char]) -> bool {
    let equal = |pair: &(&char, &char)| pair.0 == pair.1;
    let same_start = a.iter().zip(b).take_while(equal).count();
    let a_rest = a.get(same_start..).unwrap_or_default();
    let b_rest = b.get(same_start..).unwrap_or_default();
    let same_end = a_rest.iter().rev().zip(b_rest.iter().rev()).take_while(equal).count();
    let middle = |rest: &[char]| rest.len().saturating_sub(same_end);
    let a_middle = a_rest.get(..middle(a_rest)).unwrap_or_default();
    let b_middle = b_rest.get(..middle(b_rest)).unwrap_or_default();
    let is_number = |text: &[char]| text.iter().all(char::is_ascii_digit);
    let is_numbered = |text: &[char]| text.iter().any(char::is_ascii_digit);
    match (a_middle, b_middle) {
        ([a_first, a_second], [b_first, b_second]) => a_first == b_second && a_second == b_first,
        ([] | [_], [] | [_]) => {
            let is_renumbered = is_number(a_middle) && is_number(b_middle);
            !(is_renumbered && is_numbered(a) && is_numbered(b))
        }
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(other: &str, own: &str) -> bool {
        imitates(&other.parse().unwrap(), &own.parse().unwrap())
    }

    #[test]
    fn imitations_are_found() {
        for (other, own) in [
            ("fabrikarn.test", "fabrikam.test"),
            ("login.fabrikarn.test", "fabrikam.test"),
            ("fabrikam.test", "fabrikarn.test"),
            ("fabr1kam.test", "fabrikam.test"),
            ("fabrlkam.test", "fabrikam.test"),
            ("c0ntoso.test", "contoso.test"),
            ("contos0.example", "contoso.test"),
            ("vvoodgrove.test", "woodgrove.test"),
            ("con-toso.test", "contoso.test"),
            ("contosо.test", "contoso.test"), // Cyrillic о
            ("ｃontoso.evil", "contoso.test"),
            ("contóso.test", "contoso.test"),
            ("contosso.test", "contoso.test"),
            ("contoo.test", "contoso.test"), // shorter than 7: see below
            ("cotnoso.test", "contoso.test"),
            ("contosa.test", "contoso.test"),
            ("contoso.co.uk", "contoso.com"),
            ("contoso.example", "contoso.test"),
            ("contosos.co.uk", "contoso.co.uk"),
            ("fabrikam.test.evil.example", "fabrikam.test"),
            ("fabrikam-test.example", "fabrikam.test"),
        ] {
            let is_too_short = other.starts_with("contoo");
            assert_eq!(check(other, own), !is_too_short, "{other} for {own}");
        }
    }

    #[test]
    fn honest_domains_raise_no_alarm() {
        for (other, own) in [
            ("fabrikam.test", "fabrikam.test"),
            ("mail.fabrikam.test", "fabrikam.test"),
            ("fabrikam.test", "mail.fabrikam.test"),
            ("eu.fabrikam.co.uk", "fabrikam.co.uk"),
            ("a.test", "b.test"),
            ("contoso.test", "fabrikam.test"),
            ("contoso.co.uk", "fabrikam.co.uk"),
            ("apply.test", "apple.test"),
            ("delta.test", "delta.example"),
            ("region1.test", "region2.test"),
            ("region1.test", "region12.test"),
            ("school07.test", "school08.test"),
            ("contosobank.test", "contoso.test"),
            ("contoso.partner.test", "contoso.test"),
            ("northwind.test", "southwind.test"),
            ("outlook.example", "contoso.test"),
            ("bücher.test", "bäcker.test"),
            ("xn--fiqs8s.test", "xn--fiqz9s.test"),
        ] {
            assert!(!check(other, own), "{other} for {own}");
        }
    }
}
