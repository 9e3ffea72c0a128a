//! `run-guide [--tls] FILE…`: runs guides, each on a fresh demonstration. `NODE_PATH` and the search
//! path are those of the caller.
#![expect(clippy::print_stdout, reason = "a program that says what it does")]

use std::path::Path;

use visavis_tests::guide;
use visavis_tests::stage::Stage;

fn main() {
    let mut arguments = std::env::args().skip(1).peekable();
    let is_encrypted = arguments.next_if_eq("--tls").is_some();
    for file in arguments {
        let stage = if is_encrypted { Stage::encrypted() } else { Stage::plain() };
        guide::run(&stage, Path::new(&file), |place| println!("ok    {place}"));
    }
}
