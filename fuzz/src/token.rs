//! Resume tokens: only what was sealed with the key opens, and it opens to what was sealed.

use visavis_app::seal::Seal;
use visavis_domain::id::Watermark;

use crate::bytes::text;

pub fn target(bytes: &[u8]) {
    let (ours, theirs) = (Seal::new(&[7; 32]).expect("a key"), Seal::new(&[8; 32]).expect("a key"));
    if let Some(token) = text(bytes)
        && let Some(watermark) = ours.unseal(token)
    {
        // Nobody finds one by trying; what opens is one of those that the corpus was given.
        assert_eq!(theirs.unseal(token), None);
        assert!(token.len() <= 32, "{token} means {watermark:?}");
    }
    let Some((watermark, rest)) = bytes.split_first_chunk::<8>() else { return };
    let watermark = Watermark(i64::from_be_bytes(*watermark));
    let nonce = rest.first_chunk::<8>().copied().unwrap_or_default();
    for token in [ours.seal(watermark), ours.seal_fresh(watermark, nonce)] {
        assert_eq!(ours.unseal(&token), Some(watermark));
        assert_eq!(theirs.unseal(&token), None);
        let Some(at) = rest.first().map(|byte| usize::from(*byte) % token.len()) else { continue };
        let mut changed = token.clone().into_bytes();
        changed[at] = if changed[at] == b'A' { b'B' } else { b'A' };
        let changed = String::from_utf8(changed).expect("ASCII");
        assert_eq!(ours.unseal(&changed), None, "{token} changed to {changed}");
    }
}
