//! The real server under faults: it is killed, its disk is full or read-only, somebody tampers with
//! its data, and administrators change terms while everybody writes.
#![cfg(test)]

mod crash;
mod disk;
mod governed;
mod load;
mod model;
mod person;
mod process;
mod refused;
mod seed;
mod small_disk;
mod stop;
mod stored;
mod tampering;
mod webhook;
