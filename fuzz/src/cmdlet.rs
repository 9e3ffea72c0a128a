//! The command line in the cmdlets' words, as a shell has split it: one argument a line.

#[path = "../../crates/server/src/cs/syntax.rs"]
mod syntax;

use crate::bytes::{lines, text};

pub fn target(bytes: &[u8]) {
    let Some(text) = text(bytes) else { return };
    let arguments: Vec<String> = lines(text, 32).into_iter().map(str::to_owned).collect();
    match syntax::read(&arguments) {
        Ok(line) => {
            assert!(line.named.len() + line.positional.len() <= arguments.len());
            assert!(line.named.iter().all(|(name, _written)| !name.is_empty()));
        }
        Err(sentence) => assert!(sentence.contains(' '), "no sentence: {sentence:?}"),
    }
}
