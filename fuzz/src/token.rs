//! Tokens that callers keep, to resume from and of places in lists: only what was sealed with the key
//! opens, and it opens to what was sealed.

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
    contents(&ours, &theirs, bytes);
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

/// The same of tokens of any content, which are bound to what they are for.
fn contents(ours: &Seal, theirs: &Seal, bytes: &[u8]) {
    if let Some(token) = text(bytes) {
        assert_eq!(theirs.unseal_content(b"list", token), None, "{token:?}");
    }
    let Some((at, rest)) = bytes.split_first() else { return };
    let (binding, content) = rest.split_at(usize::from(*at).min(rest.len()));
    let token = ours.seal_content(binding, content, [3; 8]);
    assert_eq!(ours.unseal_content(binding, &token).as_deref(), Some(content));
    assert_eq!(theirs.unseal_content(binding, &token), None);
    let other = [binding, b"x"].concat();
    assert_eq!(ours.unseal_content(&other, &token), None);
    let at = usize::from(*at) % token.len();
    let mut changed = token.clone().into_bytes();
    changed[at] = if changed[at] == b'A' { b'B' } else { b'A' };
    let changed = String::from_utf8(changed).expect("ASCII");
    assert_eq!(ours.unseal_content(binding, &changed), None, "{token} changed to {changed}");
}
