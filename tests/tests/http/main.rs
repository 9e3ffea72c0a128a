//! The product over HTTP, against the real server.
#![cfg(test)]

mod accounts;
mod administration;
mod asking;
mod authorisation;
mod bad_input;
mod batch;
mod chats;
mod delta;
mod directory;
mod encrypted;
mod eviction;
mod export;
mod foreign;
mod foresight;
mod hosted_content;
mod idempotency;
mod late;
mod limits;
mod names;
mod options;
mod pinned;
mod report;
mod rows;
mod secrecy;
mod send_refusal;
mod sessions;
mod shape;
mod story;
mod viewpoint;
mod web;
