//! A permit written down field by field.

use std::marker::PhantomData;

use visavis_domain::id::AccountId;
use visavis_policy::permit::{Permit, Send};
use visavis_policy::verdict::Delivery;

fn main() {
    let _permit: Permit<Send> = Permit {
        actor: AccountId::from_bytes([1; 16]),
        target: None,
        gate: None,
        delivery: Delivery::Delivered,
        action: PhantomData,
    };
}
