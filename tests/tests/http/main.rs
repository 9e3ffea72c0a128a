//! The product over HTTP, against the real server.
#![cfg(test)]

mod bad_input;
mod rows;
mod secrecy;
mod story;
