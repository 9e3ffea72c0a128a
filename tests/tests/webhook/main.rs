//! Change notifications to other servers, as subscribers have them.
#![cfg(test)]

mod bad_input;
mod consent;
mod delivery;
mod handshake;
mod lifecycle;
mod resources;
mod rich;
