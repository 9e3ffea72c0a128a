//! A type elsewhere that answers its own question, and so could make permits.

use visavis_policy::verdict::sealed::Sealed;

struct Anything;

impl Sealed for Anything {}

fn main() {}
