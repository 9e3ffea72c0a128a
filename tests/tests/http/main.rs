//! The product over HTTP, against the real server.
#![cfg(test)]

mod bad_input;
mod idempotency;
mod rows;
mod secrecy;
mod shape;
mod story;
