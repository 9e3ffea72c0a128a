//! A permit for one action used for another.

use visavis_policy::permit::{AddToGroup, Permit, Send};

fn append(_permit: Permit<Send>) {}

fn add(permit: Permit<AddToGroup>) {
    append(permit);
}

fn main() {}
