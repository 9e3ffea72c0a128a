//! The rules of the house: what the code and the documents must look like, held by ordinary tests.
//!
//! Arrows between crates, sizes, names, words, limits, documents that cite only what exists, and
//! released migrations that never change. A rule that nothing holds is not written down as one.
#![cfg(test)]

mod arrows;
mod contract;
mod documents;
mod limits;
mod migrations;
mod ratchet;
mod reference;
mod source;
mod tidy;
mod tree;
mod words;
