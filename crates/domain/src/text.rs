//! Text that people typed, checked once at the border.

use crate::limit::NAME_CHARACTERS_MAX;

/// Why a text was not accepted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum InvalidText {
    /// Nothing but white space.
    #[error("must not be empty")]
    Empty,
    /// Longer than the limit.
    #[error("is longer than {0} characters")]
    TooLong(usize),
    /// NUL or another control character.
    #[error("contains a control character")]
    Control,
}

/// A display name or a topic: trimmed, 1 to 256 characters, no control characters and no
/// characters that reorder or hide text (they serve impersonation).
///
/// # Errors
///
/// [`InvalidText`], saying which of these does not hold.
pub fn name(text: &str) -> Result<String, InvalidText> {
    let trimmed = text.trim();
    if trimmed.is_empty() {
        return Err(InvalidText::Empty);
    }
    if trimmed.chars().count() > NAME_CHARACTERS_MAX {
        return Err(InvalidText::TooLong(NAME_CHARACTERS_MAX));
    }
    if trimmed.chars().any(|c| c.is_control() || is_invisible_or_reordering(c)) {
        return Err(InvalidText::Control);
    }
    Ok(trimmed.to_owned())
}

/// Refuses control characters other than tab and line ends, NUL most of all.
///
/// # Errors
///
/// [`InvalidText::Control`].
pub fn body(text: &str) -> Result<(), InvalidText> {
    let is_forbidden = |c: char| c.is_control() && !matches!(c, '\t' | '\n' | '\r');
    if text.chars().any(is_forbidden) { Err(InvalidText::Control) } else { Ok(()) }
}

/// Characters of what somebody wrote that are repeated to them.
const SHOWN_CHARACTERS_MAX: usize = 100;

/// What somebody wrote, short enough to repeat when it is no good.
#[must_use]
pub fn shown(text: &str) -> String {
    text.chars().take(SHOWN_CHARACTERS_MAX).collect()
}

fn is_invisible_or_reordering(c: char) -> bool {
    matches!(c,
        '\u{200B}' | '\u{200E}' | '\u{200F}' | '\u{2028}' | '\u{2029}' | '\u{202A}'..='\u{202E}'
        | '\u{2060}' | '\u{2066}'..='\u{2069}' | '\u{FEFF}')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_trimmed_and_checked() {
        assert_eq!(name("  Ada  ").as_deref(), Ok("Ada"));
        assert_eq!(name(" \t"), Err(InvalidText::Empty));
        assert_eq!(name("A\0da"), Err(InvalidText::Control));
        assert_eq!(name("Ada\u{202E}nimda"), Err(InvalidText::Control));
        assert_eq!(name(&"x".repeat(257)), Err(InvalidText::TooLong(256)));
    }

    #[test]
    fn what_is_repeated_is_short() {
        assert_eq!(shown("short"), "short");
        assert_eq!(shown(&"ä".repeat(5_000)), "ä".repeat(100));
    }

    #[test]
    fn bodies_may_have_lines_but_no_nul() {
        assert_eq!(body("a\r\n\tb"), Ok(()));
        assert_eq!(body("a\0b"), Err(InvalidText::Control));
    }
}
