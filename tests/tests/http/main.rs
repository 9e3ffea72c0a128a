//! The product over HTTP, against the real server.
#![cfg(test)]

mod administration;
mod authorisation;
mod bad_input;
mod idempotency;
mod limits;
mod rows;
mod secrecy;
mod shape;
mod story;
