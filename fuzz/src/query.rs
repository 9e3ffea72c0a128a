//! Query options: `$filter`, `$orderby`, `$select`, `$expand`, `$top`, `$search`, tokens.

use visavis_graph_api::fuzzing;

use crate::bytes::{is_fit_to_tell, text};

pub fn target(bytes: &[u8]) {
    let Some(query) = text(bytes) else { return };
    match fuzzing::query(query) {
        Ok(read) => {
            // Options that are not ours change nothing.
            let more = format!("{query}&client=1&x=%24top");
            assert_eq!(fuzzing::query(&more).ok(), Some(read));
        }
        Err(error) => is_fit_to_tell(&fuzzing::told(error)),
    }
}
