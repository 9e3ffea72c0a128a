//! Emoji: whether a text is exactly one.

use std::iter::Peekable;
use std::str::Chars;

use unicode_properties::UnicodeEmoji as _;
use unicode_properties::emoji::{EmojiStatus, is_regional_indicator};

/// VARIATION SELECTOR-16: the character before it is to look like an emoji.
const EMOJI_STYLE: char = '\u{fe0f}';
/// ZERO WIDTH JOINER: what stands on both sides of it is one picture.
const JOINER: char = '\u{200d}';
/// COMBINING ENCLOSING KEYCAP.
const KEYCAP: char = '\u{20e3}';
/// WAVING BLACK FLAG: with tags after it, the flag of a part of a country.
const BLACK_FLAG: char = '\u{1f3f4}';
/// CANCEL TAG: ends a sequence of tags.
const END_OF_TAGS: char = '\u{e007f}';
/// Letters and digits of a flag of a part of a country, such as `gbsct`.
const TAGS_MAX: usize = 6;

/// Whether a text is one emoji and nothing else: a single one, one in a tone of skin, a flag, a
/// keycap, or several joined to one picture (UTS #51, section 1.4.9, ED-17).
///
/// It does not matter whether a font has it. Tags, which nobody sees, are taken only where they
/// spell the code of a region.
#[must_use]
pub fn is_emoji(text: &str) -> bool {
    let mut rest = text.chars().peekable();
    let is_begun = match rest.next() {
        None => false,
        Some('0'..='9' | '#' | '*') => {
            rest.next_if_eq(&EMOJI_STYLE);
            rest.next() == Some(KEYCAP)
        }
        Some(first) if is_regional_indicator(first) => {
            rest.next().is_some_and(is_regional_indicator)
        }
        Some(BLACK_FLAG) if rest.peek().is_some_and(|next| is_tag(*next)) => take_tags(&mut rest),
        Some(first) => take_joined(first, &mut rest),
    };
    is_begun && rest.next().is_none()
}

fn take_tags(rest: &mut Peekable<Chars<'_>>) -> bool {
    let mut count = 0;
    while rest.next_if(|next| is_tag(*next)).is_some() {
        count += 1;
    }
    count <= TAGS_MAX && rest.next() == Some(END_OF_TAGS)
}

/// A lower-case letter or a digit among the tags.
const fn is_tag(c: char) -> bool {
    matches!(c, '\u{e0030}'..='\u{e0039}' | '\u{e0061}'..='\u{e007a}')
}

fn take_joined(first: char, rest: &mut Peekable<Chars<'_>>) -> bool {
    let mut part = Some(first);
    while let Some(picture) = part {
        if picture.is_ascii() || is_regional_indicator(picture) || !picture.is_emoji_char() {
            return false;
        }
        if rest.next_if_eq(&EMOJI_STYLE).is_none() && takes_tone(picture) {
            rest.next_if(|next| is_tone(*next));
        }
        if rest.next_if_eq(&JOINER).is_none() {
            return true;
        }
        part = rest.next();
    }
    false
}

fn takes_tone(c: char) -> bool {
    let status = c.emoji_status();
    matches!(status, EmojiStatus::EmojiModifierBase | EmojiStatus::EmojiPresentationAndModifierBase)
}

fn is_tone(c: char) -> bool {
    c.emoji_status() == EmojiStatus::EmojiPresentationAndModifierAndEmojiComponent
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_emoji_of_every_kind() {
        for text in [
            "👍",
            "👍🏽",
            "❤️",
            "❤",
            "☺️",
            "☝🏿",
            "🏽",
            "©️",
            "1️⃣",
            "#⃣",
            "*️⃣",
            "🇩🇪",
            "🏴",
            "🏴󠁧󠁢󠁳󠁣󠁴󠁿",
            "🏴‍☠️",
            "🏳️‍🌈",
            "👩‍💻",
            "👩🏾‍💻",
            "🤷🏼‍♀️",
            "🤷‍♀",
            "👨‍👩‍👧‍👦",
            "👩🏽‍❤️‍💋‍👨🏿",
            "🫠",
        ] {
            assert!(is_emoji(text), "{text} {}", text.escape_unicode());
        }
    }

    #[test]
    fn anything_else() {
        for text in [
            "",
            " ",
            "a",
            "1",
            "#",
            "1\u{fe0f}",
            "\u{20e3}",
            "hello world",
            "<b>x</b>",
            "👍👍",
            "👍 ",
            "👍a",
            "a👍",
            "👍\u{fe0e}",
            "👍\u{301}",
            "👍\u{200b}",
            "💘🏽",
            "🇩",
            "🇩🇪🇫🇷",
            "🇩a",
            "👩‍",
            "‍👩",
            "👩‍a",
            "👩‍🇩🇪",
            "👩‍‍💻",
            "\u{202e}",
            "👍\u{202e}",
            "\u{2066}👍\u{2069}",
            "\u{fe0f}",
            "\u{200d}",
            "\u{7}",
            "\u{0}",
            // Tags that hide a text, that do not end, and behind what is no flag.
            "🏴\u{e0068}\u{e0069}\u{e0064}\u{e0064}\u{e0065}\u{e006e}\u{e0031}\u{e007f}",
            "🏴\u{e0067}\u{e0062}",
            "🏴\u{e007f}",
            "👍\u{e0067}\u{e0062}\u{e007f}",
        ] {
            assert!(!is_emoji(text), "{text} {}", text.escape_unicode());
        }
    }
}
