//! Images that come in a message, in base64, and the numbers that they are named by.

use visavis_domain::hosted_content::ImageNumber;
use visavis_graph_api::fuzzing;

use crate::bytes::{is_fit_to_tell, text};

pub fn target(bytes: &[u8]) {
    let Some(text) = text(bytes) else { return };
    match fuzzing::image(text) {
        Ok((bytes, kind)) => {
            assert!(bytes.len() <= text.len(), "{} bytes of {text:?}", bytes.len());
            // What begins like a page or a script is no image, whatever it claims.
            let is_markup = matches!(bytes.trim_ascii_start().first(), Some(b'<' | b'#' | b'{'));
            assert!(kind.is_none() || !is_markup, "{text:?} is {kind:?}");
        }
        Err(error) => is_fit_to_tell(&fuzzing::told(error)),
    }
    if let Ok(number) = text.parse::<ImageNumber>() {
        assert_eq!(number.to_string(), text);
    }
}
