//! What the whole-product tests stand on: the real server as a child process, a small client, and
//! a cast of people.
//!
//! Nothing here knows how the server works; everything goes over HTTP. Whatever is not as it must
//! be fails the test at once, with the request and the answer.
#![expect(
    clippy::panic,
    clippy::indexing_slicing,
    clippy::expect_used,
    clippy::missing_panics_doc,
    reason = "the harness fails the test that uses it"
)]

pub mod answer;
pub mod authority;
pub mod begun;
pub mod chat;
pub mod client;
pub mod description;
pub mod external_access;
pub mod guide;
pub mod receiver;
pub mod schema;
pub mod sealed;
pub mod server;
pub mod socket;
pub mod stage;
pub mod world;
