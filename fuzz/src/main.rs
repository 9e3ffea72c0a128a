//! Targets for every parser of outside input. One program for all: `FUZZ_TARGET` names the one to
//! run, and the rest of the command line is libFuzzer's. `run` in this folder builds and calls it.
//!
//! A target is a function that must not panic, and that panics itself when something does not
//! hold that must: what is understood is understood the same when it is read again, what is refused
//! is refused in a sentence of bounded length, what is cleaned is clean.
#![no_main]

mod bind;
mod body;
mod bytes;
mod cmdlet;
mod frame;
mod header;
mod html;
mod image;
mod name;
mod opening;
mod path;
mod query;
mod receiver;
mod request;
mod session;
mod token;

use std::sync::OnceLock;

use libfuzzer_sys::fuzz_target;

type Target = fn(&[u8]);

/// Every target; `run` reads the names here.
const TARGETS: [(&str, Target); 15] = [
    ("bind", bind::target),
    ("body", body::target),
    ("cmdlet", cmdlet::target),
    ("frame", frame::target),
    ("header", header::target),
    ("html", html::target),
    ("image", image::target),
    ("name", name::target),
    ("opening", opening::target),
    ("path", path::target),
    ("query", query::target),
    ("receiver", receiver::target),
    ("request", request::target),
    ("session", session::target),
    ("token", token::target),
];

fn target() -> Target {
    static TARGET: OnceLock<Target> = OnceLock::new();
    *TARGET.get_or_init(|| {
        let wanted = std::env::var("FUZZ_TARGET").unwrap_or_default();
        let found = TARGETS.iter().find(|(name, _)| *name == wanted);
        found.unwrap_or_else(|| panic!("FUZZ_TARGET names no target: {wanted:?}")).1
    })
}

/// The world takes seconds to make, which are not to be counted.
fn prepare() {
    if matches!(std::env::var("FUZZ_TARGET").as_deref(), Ok("request" | "session")) {
        let _world = request::world();
    }
}

fuzz_target!(init: prepare(), |bytes: &[u8]| target()(bytes));
