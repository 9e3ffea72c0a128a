//! What Visavis talks about, and what is legal: ids, addresses, accounts, chats, consent,
//! messages and the events they cause.
//!
//! Nothing here performs I/O, reads a clock or draws a random number: time and ids come in as
//! values. So everything above can be tested without a server, replayed and simulated.
#![deny(missing_docs)]

pub mod account;
pub mod address;
pub mod audit;
pub mod chat;
pub mod contact;
pub mod directory;
pub mod emoji;
pub mod event;
pub mod home;
pub mod hosted_content;
pub mod id;
pub mod limit;
pub mod message;
pub mod organisation;
pub mod report;
pub mod subscription;
pub mod text;
pub mod time;
