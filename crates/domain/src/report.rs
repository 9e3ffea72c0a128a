//! Reports: somebody says that a message, a person or a chat should not be (U-50 to U-52).

use crate::id::{AccountId, ChatId, MessageId};
use crate::limit::REPORT_COMMENT_CHARACTERS_MAX;
use crate::text::{self, InvalidText};
use crate::time::Timestamp;

/// Why something is reported.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum ReportReason {
    /// It looks like fraud, malware or a theft of data.
    SecurityRisk,
    /// It is unwanted advertising, or comes in masses.
    Spam,
    /// Somebody passes for somebody else.
    Impersonation,
    /// It threatens, insults or pesters.
    Harassment,
    /// Something else; the comment says what.
    Other,
}

impl ReportReason {
    /// Every reason.
    pub const ALL: [Self; 5] =
        [Self::SecurityRisk, Self::Spam, Self::Impersonation, Self::Harassment, Self::Other];

    /// The name in the API and in the store.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::SecurityRisk => "securityRisk",
            Self::Spam => "spam",
            Self::Impersonation => "impersonation",
            Self::Harassment => "harassment",
            Self::Other => "other",
        }
    }

    /// Reads the name.
    #[must_use]
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|reason| reason.as_str() == name)
    }
}

/// A report as it is kept.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Report {
    /// When.
    pub at: Timestamp,
    /// Who reports.
    pub reporter: AccountId,
    /// In which chat.
    pub chat: ChatId,
    /// The message that is meant, if it is one.
    pub message: Option<MessageId>,
    /// The person who is meant, if it is not a whole group.
    pub person: Option<AccountId>,
    /// Why.
    pub reason: ReportReason,
    /// What the reporter adds.
    pub comment: Option<String>,
}

/// What a reporter adds, trimmed: none when it is empty.
///
/// # Errors
///
/// [`InvalidText`] for more than fits and for control characters other than tabs and line ends.
pub fn comment(comment: Option<&str>) -> Result<Option<String>, InvalidText> {
    let Some(comment) = comment.map(str::trim).filter(|comment| !comment.is_empty()) else {
        return Ok(None);
    };
    text::body(comment)?;
    if comment.chars().count() > REPORT_COMMENT_CHARACTERS_MAX {
        return Err(InvalidText::TooLong(REPORT_COMMENT_CHARACTERS_MAX));
    }
    Ok(Some(comment.to_owned()))
}

/// What fits of a comment, without what is forbidden in one.
#[must_use]
pub fn fitting(comment: &str) -> String {
    let allowed = comment.chars().filter(|c| !c.is_control() || matches!(c, '\t' | '\n' | '\r'));
    allowed.take(REPORT_COMMENT_CHARACTERS_MAX).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_fits_is_a_comment() {
        for words in ["", " ", "plain", "a\u{7}b\n", &"é".repeat(2_000)] {
            assert!(comment(Some(&fitting(words))).is_ok(), "{words}");
        }
        assert_eq!(fitting("a\u{7}b"), "ab");
    }

    #[test]
    fn names_are_read_back() {
        for reason in ReportReason::ALL {
            assert_eq!(ReportReason::from_name(reason.as_str()), Some(reason));
        }
        assert_eq!(ReportReason::from_name("Spam"), None);
    }

    #[test]
    fn comments_are_trimmed_and_bounded() {
        assert_eq!(comment(None), Ok(None));
        assert_eq!(comment(Some(" \n")), Ok(None));
        assert_eq!(comment(Some(" a\nb ")), Ok(Some("a\nb".to_owned())));
        assert_eq!(comment(Some("a\0b")), Err(InvalidText::Control));
        let longest = "ä".repeat(REPORT_COMMENT_CHARACTERS_MAX);
        assert_eq!(comment(Some(&longest)), Ok(Some(longest.clone())));
        let longer = format!("{longest}.");
        let too_long = InvalidText::TooLong(REPORT_COMMENT_CHARACTERS_MAX);
        assert_eq!(comment(Some(&longer)), Err(too_long));
    }
}
