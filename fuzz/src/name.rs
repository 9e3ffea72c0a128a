//! Whatever names something: ids, addresses, telephone numbers, domains, policies, times, durations.

use std::fmt::{Debug, Display};
use std::str::FromStr;

use visavis_domain::address::{Address, Domain, EmailAddress, PhoneNumber};
use visavis_domain::id::{AccountId, ChatId, MessageId, OrganisationId};
use visavis_domain::limit::EMAIL_BYTES_MAX;
use visavis_domain::time::Timestamp;
use visavis_graph_api::fuzzing;
use visavis_policy::name::PolicyName;

use crate::bytes::{is_fit_to_tell, text};

/// What was read and is written is read as the same.
fn again<T: FromStr + Display + PartialEq + Debug>(text: &str) -> Option<T> {
    let read: T = text.parse().ok()?;
    let written = read.to_string();
    assert_eq!(written.parse::<T>().ok().as_ref(), Some(&read), "{text:?} was written {written:?}");
    assert!(!written.contains(['\0', '\n', '\r']), "{text:?} was written {written:?}");
    Some(read)
}

pub fn target(bytes: &[u8]) {
    let Some(text) = text(bytes) else { return };
    again::<AccountId>(text);
    again::<OrganisationId>(text);
    again::<MessageId>(text);
    again::<ChatId>(text);
    again::<Timestamp>(text);
    again::<PolicyName>(text);
    if let Some(domain) = again::<Domain>(text) {
        let name = domain.as_str();
        assert!(name.is_ascii() && name == name.to_ascii_lowercase() && name.contains('.'), "{name}");
        assert!(domain.ancestors().count() < 128, "{name}");
    }
    if let Some(mail) = again::<EmailAddress>(text) {
        assert!(mail.as_str().len() <= EMAIL_BYTES_MAX, "{mail}");
        assert_eq!(mail.as_str().rsplit_once('@').map(|(_, domain)| domain), Some(mail.domain().as_str()));
    }
    if let Some(phone) = again::<PhoneNumber>(text) {
        let number = phone.as_str();
        let digits = number.strip_prefix('+').expect("a plus");
        assert!((5..=15).contains(&digits.len()) && digits.bytes().all(|b| b.is_ascii_digit()), "{number}");
    }
    again::<Address>(text);
    match fuzzing::duration(text) {
        Ok(duration) => assert!(duration.is_some_and(|ms| ms >= 0), "{text:?} is {duration:?}"),
        Err(error) => is_fit_to_tell(&fuzzing::told(error)),
    }
}
