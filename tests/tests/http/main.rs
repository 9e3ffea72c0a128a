//! The product over HTTP, against the real server.
#![cfg(test)]

mod rows;
mod secrecy;
mod story;
