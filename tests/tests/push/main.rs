//! Live delivery over WebSocket, as browsers and programs have it.
#![cfg(test)]

mod client_fixtures;
mod consent;
mod ending;
mod fetched;
mod governed;
mod hostile;
mod live;
mod raw;
mod resume;
