//! Hosted content: images that stand in a message and are kept with it.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

use crate::id::InvalidId;

/// What kind of image it is. Only these: what browsers show without running anything.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum ImageType {
    /// PNG.
    Png,
    /// JPEG.
    Jpeg,
    /// GIF.
    Gif,
    /// WebP.
    Webp,
}

impl ImageType {
    /// The kind that the first bytes prove; none for everything else, whatever it claims to be.
    #[must_use]
    pub fn of(bytes: &[u8]) -> Option<Self> {
        match bytes {
            [0x89, b'P', b'N', b'G', 0x0D, 0x0A, 0x1A, 0x0A, ..] => Some(Self::Png),
            [0xFF, 0xD8, 0xFF, ..] => Some(Self::Jpeg),
            [b'G', b'I', b'F', b'8', b'7' | b'9', b'a', ..] => Some(Self::Gif),
            [b'R', b'I', b'F', b'F', _, _, _, _, b'W', b'E', b'B', b'P', ..] => Some(Self::Webp),
            _ => None,
        }
    }

    /// The media type.
    #[must_use]
    pub const fn media_type(self) -> &'static str {
        match self {
            Self::Png => "image/png",
            Self::Jpeg => "image/jpeg",
            Self::Gif => "image/gif",
            Self::Webp => "image/webp",
        }
    }

    /// The usual end of a file's name.
    #[must_use]
    pub const fn extension(self) -> &'static str {
        match self {
            Self::Png => "png",
            Self::Jpeg => "jpg",
            Self::Gif => "gif",
            Self::Webp => "webp",
        }
    }
}

/// The number of an image in its message, from 1. Never given twice, whatever edits take out.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct ImageNumber(pub u32);

impl fmt::Display for ImageNumber {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

impl FromStr for ImageNumber {
    type Err = InvalidId;

    fn from_str(text: &str) -> Result<Self, InvalidId> {
        match text.parse::<u32>() {
            Ok(number) if number > 0 && number.to_string() == text => Ok(Self(number)),
            _ => Err(InvalidId { kind: "hosted content id" }),
        }
    }
}

/// An image of a message; its bytes are kept apart.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Image {
    /// Its number in the message.
    pub number: ImageNumber,
    /// What kind.
    pub kind: ImageType,
    /// How many bytes.
    pub bytes: usize,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn images_are_known_by_their_first_bytes() {
        for (bytes, kind) in [
            (&b"\x89PNG\r\n\x1a\n...."[..], Some(ImageType::Png)),
            (b"\xFF\xD8\xFF\xE0", Some(ImageType::Jpeg)),
            (b"GIF89a..", Some(ImageType::Gif)),
            (b"GIF87a..", Some(ImageType::Gif)),
            (b"RIFF\0\0\0\0WEBPVP8 ", Some(ImageType::Webp)),
            (b"RIFF\0\0\0\0WAVE", None),
            (b"GIF80a", None),
            (b"\x89PNG", None),
            (b"<svg xmlns='http://www.w3.org/2000/svg'/>", None),
            (b"BM\0\0", None),
            (b"%PDF-1.7", None),
            (b"", None),
        ] {
            assert_eq!(ImageType::of(bytes), kind, "{bytes:?}");
        }
    }

    #[test]
    fn numbers_have_one_spelling() {
        assert_eq!("12".parse(), Ok(ImageNumber(12)));
        for text in ["", "0", "01", "+1", "-1", " 1", "1.0", "99999999999"] {
            assert!(text.parse::<ImageNumber>().is_err(), "{text}");
        }
    }
}
