//! A refusal with another decider, which would show what is hidden.

use visavis_policy::reason::Refusal;

fn soften(refusal: Refusal) -> Refusal {
    Refusal { decider: None, ..refusal }
}

fn main() {}
