//! Tokens that callers keep: sealed so that they tell nothing and cannot be made up.
//!
//! # Resume tokens: watermarks
//!
//! A watermark counts everything that happens on the deployment. In the clear it would let
//! somebody who asked see that the other side did something (P5), so it is encrypted: a keyed hash
//! of the watermark is both the check and the seed of the mask.
//!
//! There are two forms. One watermark always gives the same token, so that a frame about an event is
//! the same bytes for everybody who gets it; it says no more than that the event was one event. The
//! token that opens a connection is about no event that its reader saw, and two of them must not
//! tell whether anything happened in between: a nonce makes each of them different.
//!
//! # Tokens of any content
//!
//! The same construction for a few numbers that a later request needs again, bound to what the token
//! is for (the purpose, the account, the chat): elsewhere it does not open.

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

/// Bytes of the nonce and of the check before what a token of any content says.
const NONCE_BYTES: usize = 8;
const CHECK_BYTES: usize = 16;

impl Seal {
    /// A seal with a key of 32 bytes.
    #[must_use]
    pub fn new(key: &[u8; 32]) -> Option<Self> {
        Hmac::new_from_slice(key).ok().map(Self)
    }

    /// The token of a watermark: always the same.
    #[must_use]
    pub fn seal(&self, watermark: Watermark) -> String {
        URL_SAFE_NO_PAD.encode(self.sealed(watermark, &[]))
    }

    /// A token of a watermark: another one for each nonce, which must not be used twice.
    #[must_use]
    pub fn seal_fresh(&self, watermark: Watermark, nonce: [u8; 8]) -> String {
        let mut token = nonce.to_vec();
        token.extend(self.sealed(watermark, &nonce));
        URL_SAFE_NO_PAD.encode(token)
    }

    /// The watermark of a token of either form; `None` when this deployment did not make it.
    #[must_use]
    pub fn unseal(&self, token: &str) -> Option<Watermark> {
        let bytes = URL_SAFE_NO_PAD.decode(token).ok()?;
        let (nonce, sealed) = bytes.split_at_checked(bytes.len().checked_sub(16)?)?;
        if !matches!(nonce.len(), 0 | 8) {
            return None;
        }
        let (tag, masked) = sealed.split_first_chunk::<8>()?;
        let masked: [u8; 8] = masked.try_into().ok()?;
        let plain = xor(masked, self.hash(b"mask", nonce, tag));
        let is_ours = self.hash(b"tag", nonce, &plain) == *tag;
        is_ours.then_some(Watermark(i64::from_be_bytes(plain)))
    }

    /// A token that says `content` to whoever opens it with the same `binding`. The nonce must not
    /// be used twice, so that equal tokens are never made.
    #[must_use]
    pub fn seal_content(&self, binding: &[u8], content: &[u8], nonce: [u8; NONCE_BYTES]) -> String {
        let check = self.check(binding, &nonce, content);
        let mut token = nonce.to_vec();
        token.extend(check);
        token.extend(self.masked(check, content));
        URL_SAFE_NO_PAD.encode(token)
    }

    /// A token as of [`Self::seal_content`] that is always the same for the same content and binding.
    /// That is all that two of them tell; the mask is another for every content, nonce or none.
    #[must_use]
    pub fn seal_place(&self, binding: &[u8], content: &[u8]) -> String {
        self.seal_content(binding, content, [0; NONCE_BYTES])
    }

    /// What a token says; `None` when this deployment did not make it for this binding.
    #[must_use]
    pub fn unseal_content(&self, binding: &[u8], token: &str) -> Option<Vec<u8>> {
        let bytes = URL_SAFE_NO_PAD.decode(token).ok()?;
        let (nonce, rest) = bytes.split_first_chunk::<NONCE_BYTES>()?;
        let (check, masked) = rest.split_first_chunk::<CHECK_BYTES>()?;
        let content = self.masked(*check, masked);
        (self.check(binding, nonce, &content) == *check).then_some(content)
    }

    fn check(
        &self,
        binding: &[u8],
        nonce: &[u8; NONCE_BYTES],
        content: &[u8],
    ) -> [u8; CHECK_BYTES] {
        let mut mac = self.0.clone();
        mac.update(b"content check");
        mac.update(&(binding.len() as u64).to_be_bytes());
        mac.update(binding);
        mac.update(nonce);
        mac.update(content);
        let mut check = [0_u8; CHECK_BYTES];
        for (to, from) in check.iter_mut().zip(mac.finalize().into_bytes()) {
            *to = from;
        }
        check
    }

    /// Masks content, or takes the mask off again.
    fn masked(&self, check: [u8; CHECK_BYTES], content: &[u8]) -> Vec<u8> {
        let mut masked = Vec::with_capacity(content.len());
        for (block, bytes) in (0_u64..).zip(content.chunks(32)) {
            let mut mac = self.0.clone();
            mac.update(b"content mask");
            mac.update(&check);
            mac.update(&block.to_be_bytes());
            let mask = mac.finalize().into_bytes();
            masked.extend(bytes.iter().zip(mask).map(|(byte, mask)| byte ^ mask));
        }
        masked
    }

    /// The check and the masked watermark.
    fn sealed(&self, watermark: Watermark, nonce: &[u8]) -> [u8; 16] {
        let plain = watermark.0.to_be_bytes();
        let tag = self.hash(b"tag", nonce, &plain);
        let masked = xor(plain, self.hash(b"mask", nonce, &tag));
        let mut sealed = [0_u8; 16];
        for (to, from) in sealed.iter_mut().zip(tag.into_iter().chain(masked)) {
            *to = from;
        }
        sealed
    }

    /// What is hashed has one length with a nonce and another without, so neither passes for the
    /// other.
    fn hash(&self, label: &[u8], nonce: &[u8], bytes: &[u8; 8]) -> [u8; 8] {
        let mut mac = self.0.clone();
        mac.update(label);
        mac.update(nonce);
        mac.update(bytes);
        let full = mac.finalize().into_bytes();
        let mut short = [0_u8; 8];
        for (to, from) in short.iter_mut().zip(full) {
            *to = from;
        }
        short
    }
}

fn xor(mut bytes: [u8; 8], mask: [u8; 8]) -> [u8; 8] {
    for (byte, mask) in bytes.iter_mut().zip(mask) {
        *byte ^= mask;
    }
    bytes
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn content_opens_for_its_binding_only() {
        let seal = Seal::new(&[7; 32]).unwrap();
        for content in [&b""[..], b"1", &[5; 31], &[5; 32], &[5; 100]] {
            let token = seal.seal_content(b"ab", content, [3; 8]);
            assert_eq!(seal.unseal_content(b"ab", &token).as_deref(), Some(content));
            assert_eq!(seal.unseal_content(b"a", &token), None);
            assert_eq!(seal.unseal_content(b"abc", &token), None);
            assert_eq!(Seal::new(&[8; 32]).unwrap().unseal_content(b"ab", &token), None);
            assert_eq!(seal.unseal(&token), None, "no resume token");
            assert_ne!(seal.seal_content(b"ab", content, [4; 8]), token);
            let bytes = URL_SAFE_NO_PAD.decode(&token).unwrap();
            for at in 0..bytes.len() {
                let mut altered = bytes.clone();
                altered[at] ^= 1;
                let altered = URL_SAFE_NO_PAD.encode(altered);
                assert_eq!(seal.unseal_content(b"ab", &altered), None, "byte {at}");
            }
        }
        let place = seal.seal_place(b"ab", b"1");
        assert_eq!(place, seal.seal_place(b"ab", b"1"));
        assert_eq!(seal.unseal_content(b"ab", &place).as_deref(), Some(&b"1"[..]));
        for other in [seal.seal_place(b"ab", b"2"), seal.seal_place(b"a", b"1")] {
            let [one, other] = [&place, &other].map(|token| URL_SAFE_NO_PAD.decode(token).unwrap());
            let equal = one.iter().zip(&other).skip(NONCE_BYTES).filter(|(a, b)| a == b).count();
            assert!(equal < 4, "{equal} bytes of {} are the same", one.len());
        }
        for watermark in [0, 9].map(Watermark) {
            assert_eq!(seal.unseal_content(b"", &seal.seal(watermark)), None);
            assert_eq!(seal.unseal_content(b"", &seal.seal_fresh(watermark, [3; 8])), None);
        }
    }

    #[test]
    fn only_the_own_tokens_open() {
        let seal = Seal::new(&[7; 32]).unwrap();
        for watermark in [0, 1, 2, i64::MAX].map(Watermark) {
            let token = seal.seal(watermark);
            assert_eq!(token, seal.seal(watermark));
            let fresh = [1, 2].map(|byte| seal.seal_fresh(watermark, [byte; 8]));
            for token in fresh.iter().chain([&token]) {
                assert_eq!(seal.unseal(token), Some(watermark));
                assert_eq!(Seal::new(&[8; 32]).unwrap().unseal(token), None);
            }
            // Nothing but the nonce shows whether two fresh ones are of one watermark.
            let [one, other] = fresh.map(|token| URL_SAFE_NO_PAD.decode(token).unwrap());
            assert!(one.iter().zip(&other).filter(|(one, other)| one == other).count() < 8);
            let sealed = URL_SAFE_NO_PAD.encode(one.get(8..).unwrap());
            assert_eq!(seal.unseal(&sealed), None, "a fresh one without its nonce");
        }
        for garbage in
            ["", "1", "AAAA", "!!!!", &"A".repeat(22), &"A".repeat(32), &"A".repeat(4_000)]
        {
            assert_eq!(seal.unseal(garbage), None, "{garbage}");
        }
    }
}
