//! The command line, as people at several terminals have it.
#![cfg(test)]

mod administration;
mod help;
mod json;
mod serve;
mod talk;
mod terminal;
