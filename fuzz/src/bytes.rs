//! What several targets make of their bytes.

/// The bytes as text, where they are.
pub fn text(bytes: &[u8]) -> Option<&str> {
    std::str::from_utf8(bytes).ok()
}

/// The lines, at most so many; the last one has the rest.
pub fn lines(text: &str, count: usize) -> Vec<&str> {
    text.splitn(count, '\n').collect()
}

/// What a caller is told must be short, whatever they sent, and must not show our own types.
pub fn is_fit_to_tell(told: &str) {
    let count = told.chars().count();
    assert!(count < 1_500, "{count} characters are told: {told}");
    assert!(!told.contains("visavis_"), "a type is told: {told}");
}
