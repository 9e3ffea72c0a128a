use visavis_policy::reason::Refusal;

fn soften(refusal: Refusal) -> Refusal {
    Refusal { decider: None, ..refusal }
}

fn main() {}
