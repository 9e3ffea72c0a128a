//! Resume tokens: watermarks, sealed so that they tell nothing and cannot be made up.
//!
//! A watermark counts everything that happens on the deployment. In the clear it would let
//! somebody who asked see that the other side did something (P5), so it is encrypted: a keyed hash
//! of the watermark is both the check and the seed of the mask.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use hmac::{Hmac, KeyInit, Mac};
use sha2::Sha256;
use visavis_domain::id::Watermark;

/// The key of a deployment's resume tokens.
#[derive(Clone)]
pub struct Seal(Hmac<Sha256>);

impl std::fmt::Debug for Seal {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Seal")
    }
}

impl Seal {
    /// A seal with a key of 32 bytes.
    #[must_use]
    pub fn new(key: &[u8; 32]) -> Option<Self> {
        Hmac::new_from_slice(key).ok().map(Self)
    }

    /// The token of a watermark.
    #[must_use]
    pub fn seal(&self, watermark: Watermark) -> String {
        let plain = watermark.0.to_be_bytes();
        let tag = self.hash(b"tag", &plain);
        let mask = self.hash(b"mask", &tag);
        let mut token = [0_u8; 16];
        let masked = plain.iter().zip(mask).map(|(byte, mask)| byte ^ mask);
        for (to, from) in token.iter_mut().zip(tag.into_iter().chain(masked)) {
            *to = from;
        }
        URL_SAFE_NO_PAD.encode(token)
    }

    /// The watermark of a token; `None` when this deployment did not make it.
    #[must_use]
    pub fn unseal(&self, token: &str) -> Option<Watermark> {
        let bytes = URL_SAFE_NO_PAD.decode(token).ok()?;
        let (tag, masked) = bytes.split_first_chunk::<8>()?;
        let masked: [u8; 8] = masked.try_into().ok()?;
        let mask = self.hash(b"mask", tag);
        let mut plain = [0_u8; 8];
        for ((to, byte), mask) in plain.iter_mut().zip(masked).zip(mask) {
            *to = byte ^ mask;
        }
        let is_ours = self.hash(b"tag", &plain) == *tag;
        is_ours.then_some(Watermark(i64::from_be_bytes(plain)))
    }

    fn hash(&self, label: &[u8], bytes: &[u8]) -> [u8; 8] {
        let mut mac = self.0.clone();
        mac.update(label);
        mac.update(bytes);
        let full = mac.finalize().into_bytes();
        let mut short = [0_u8; 8];
        for (to, from) in short.iter_mut().zip(full) {
            *to = from;
        }
        short
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_own_tokens_open() {
        let seal = Seal::new(&[7; 32]).unwrap();
        for watermark in [0, 1, 2, i64::MAX].map(Watermark) {
            let token = seal.seal(watermark);
            assert_eq!(seal.unseal(&token), Some(watermark));
            assert_eq!(Seal::new(&[8; 32]).unwrap().unseal(&token), None);
        }
        for garbage in ["", "1", "AAAA", "!!!!", &"A".repeat(22), &"A".repeat(4_000)] {
            assert_eq!(seal.unseal(garbage), None, "{garbage}");
        }
    }
}
