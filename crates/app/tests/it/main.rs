//! The use cases, tested over a real store without a server.
#![expect(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::cast_possible_truncation,
    reason = "a test says what it expects and stops when that is not so"
)]

mod blocks;
mod delta_law;
mod export;
mod governed;
mod grants;
mod pinned;
mod push_law;
mod refusal_law;
mod returns;
mod secrecy;
mod simulation;
mod story;
mod subscription;
mod turns;
mod world;
