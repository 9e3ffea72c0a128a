//! References, as `user@odata.bind`, `message@odata.bind` and `@odata.id` have them, membership ids, and
//! what a subscription watches.

use visavis_graph_api::fuzzing;

use crate::bytes::{is_fit_to_tell, text};

pub fn target(bytes: &[u8]) {
    let Some(text) = text(bytes) else { return };
    for read in [fuzzing::bind(text), fuzzing::tail(text)] {
        match read {
            Ok(_key) => {}
            Err(error) => is_fit_to_tell(&fuzzing::told(error)),
        }
    }
    let _account = fuzzing::member(text);
    match fuzzing::message(text) {
        // However a message was named, the ways in which we write it name the same one.
        Ok((chat, id)) => {
            for written in [
                format!("https://a.example/v1.0/chats/{chat}/messages/{id}"),
                format!("chats('{chat}')/messages('{id}')"),
            ] {
                let read = fuzzing::message(&written).ok();
                assert_eq!(read, Some((chat.clone(), id)), "{text:?} was written {written:?}");
            }
        }
        Err(error) => is_fit_to_tell(&fuzzing::told(error)),
    }
    match fuzzing::resource(text) {
        // With or without a slash before it is the same.
        Ok(read) => {
            if let Ok(again) = fuzzing::resource(&format!("/{}", text.trim())) {
                assert_eq!(again, read, "{text:?}");
            }
        }
        Err(error) => is_fit_to_tell(&fuzzing::told(error)),
    }
}
