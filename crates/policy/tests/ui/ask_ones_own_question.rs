use visavis_policy::verdict::sealed::Sealed;

struct Anything;

impl Sealed for Anything {}

fn main() {}
