//! Query options: `$filter`, `$orderby`, `$select`, `$expand`, `$top`, `$search`, tokens.

use visavis_graph_api::fuzzing;

use crate::bytes::{is_fit_to_tell, text};

pub fn target(bytes: &[u8]) {
    let Some(query) = text(bytes) else { return };
    match fuzzing::query(query) {
        Ok(read) => {
            // The `$` may be left out; what is no option is refused.
            let parts = query.split('&').map(|part| part.strip_prefix('$').unwrap_or(part));
            let plain = parts.collect::<Vec<_>>().join("&");
            assert_eq!(fuzzing::query(&plain).ok(), Some(read), "{query}");
            assert!(fuzzing::query(&format!("{query}&client=1")).is_err(), "{query}");
        }
        Err(error) => is_fit_to_tell(&fuzzing::told(error)),
    }
}
