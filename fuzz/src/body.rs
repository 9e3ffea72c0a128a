//! JSON bodies of every call that has one. The first byte says of which.

use visavis_graph_api::fuzzing;

use crate::bytes::is_fit_to_tell;

pub fn target(bytes: &[u8]) {
    let Some((call, body)) = bytes.split_first() else { return };
    match fuzzing::body(usize::from(*call), body) {
        // Whatever is accepted is one object of JSON without NUL, and nothing after it. What is in
        // the parts that nobody reads counts for nothing, halves of characters among them.
        Ok(()) => {
            let read: &serde_json::value::RawValue = serde_json::from_slice(body).expect("JSON");
            assert!(read.get().starts_with('{'));
            assert!(!body.contains(&0));
        }
        Err(error) => is_fit_to_tell(&fuzzing::told(error)),
    }
}
