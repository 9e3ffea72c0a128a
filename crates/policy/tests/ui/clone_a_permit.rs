//! A permit used twice.

use visavis_policy::permit::{Permit, Send};

fn twice(permit: &Permit<Send>) -> Permit<Send> {
    permit.clone()
}

fn copied(permit: Permit<Send>) -> (Permit<Send>, Permit<Send>) {
    (permit, permit)
}

fn main() {}
