//! Time as the product tells it: milliseconds since 1970, UTC.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

/// A moment in milliseconds since 1970-01-01T00:00:00Z, between the years 1 and 9999.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, Default,
)]
#[serde(transparent)]
pub struct Timestamp(i64);

/// The text is not a moment in ISO 8601 with a time zone, or is out of range.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("not a date and time in ISO 8601 with a time zone between the years 1 and 9999")]
pub struct InvalidTimestamp;

impl Timestamp {
    /// 0001-01-01T00:00:00Z, which the API uses for "since ever".
    pub const MIN: Self = Self(-62_135_596_800_000);
    /// 9999-12-30T22:00:00Z, the last moment that can be written.
    pub const MAX: Self = Self(253_402_207_200_000);

    /// The moment `ms` milliseconds after 1970; out of range values become the nearest in range.
    #[must_use]
    pub fn from_ms(ms: i64) -> Self {
        Self(ms.clamp(Self::MIN.0, Self::MAX.0))
    }

    /// Milliseconds since 1970.
    #[must_use]
    pub const fn as_ms(self) -> i64 {
        self.0
    }

    /// The moment `ms` milliseconds later.
    #[must_use]
    pub fn plus_ms(self, ms: i64) -> Self {
        Self::from_ms(self.0.saturating_add(ms))
    }
}

impl fmt::Display for Timestamp {
    /// Writes `2021-03-28T20:48:29.832Z`, always with three decimals.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match jiff::Timestamp::from_millisecond(self.0) {
            Ok(moment) => write!(f, "{moment:.3}"),
            Err(_out_of_range) => f.write_str("0001-01-01T00:00:00.000Z"),
        }
    }
}

impl FromStr for Timestamp {
    type Err = InvalidTimestamp;

    fn from_str(text: &str) -> Result<Self, InvalidTimestamp> {
        let moment: jiff::Timestamp = text.parse().map_err(|_parse| InvalidTimestamp)?;
        let ms = moment.as_millisecond();
        if (Self::MIN.0..=Self::MAX.0).contains(&ms) { Ok(Self(ms)) } else { Err(InvalidTimestamp) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_and_back() {
        for (text, written) in [
            ("2021-03-28T20:48:29.832Z", "2021-03-28T20:48:29.832Z"),
            ("2026-11-22T07:57:44.297206+00:00", "2026-11-22T07:57:44.297Z"),
            ("2026-11-22T08:57:44+01:00", "2026-11-22T07:57:44.000Z"),
            ("0001-01-01T00:00:00+00:00", "0001-01-01T00:00:00.000Z"),
        ] {
            let moment: Timestamp = text.parse().unwrap();
            assert_eq!(moment.to_string(), written);
        }
    }

    #[test]
    fn what_is_not_a_moment_is_refused() {
        for text in ["", "yesterday", "2026-11-22", "2026-11-22T08:57:44", "10000-01-01T00:00:00Z"]
        {
            assert_eq!(text.parse::<Timestamp>(), Err(InvalidTimestamp), "{text}");
        }
    }
}
