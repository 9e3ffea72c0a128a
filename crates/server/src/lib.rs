//! The binary `visavis`: the server with its wiring, and the command line.

mod account_command;
mod audit_command;
mod chat_command;
mod chat_reference;
mod client;
mod command;
mod cs;
mod demo;
mod edge;
mod exit;
mod external_access;
mod external_access_command;
mod group_command;
mod landing;
mod listener;
mod live;
mod log;
mod manage_api;
mod operator;
mod organisation_command;
mod output;
mod page_policy;
mod private_file;
mod profile;
mod reference;
mod serve;
mod session;
mod shown;
mod sign_in_command;
mod system;
mod talk;
mod tls;
mod token_command;
mod web;
mod webhook;

pub use command::{Cli, main};
