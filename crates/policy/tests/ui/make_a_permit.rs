//! A permit made without a verdict.

use visavis_domain::id::AccountId;
use visavis_policy::permit::{Permit, Send};
use visavis_policy::verdict::Delivery;

fn main() {
    let actor = AccountId::from_bytes([1; 16]);
    let _permit: Permit<Send> = Permit::new(actor, None, None, Delivery::Delivered);
}
