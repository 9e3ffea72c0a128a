//! Time and randomness, from the operating system.

use visavis_app::context::{Clock, Random};
use visavis_domain::time::Timestamp;

/// The system's clock.
#[derive(Debug, Clone, Copy)]
pub(crate) struct SystemClock;

impl Clock for SystemClock {
    fn now(&self) -> Timestamp {
        Timestamp::from_ms(jiff::Timestamp::now().as_millisecond())
    }
}

/// The system's randomness.
#[derive(Debug, Clone, Copy)]
pub(crate) struct SystemRandom;

impl Random for SystemRandom {
    fn fill(&self, buffer: &mut [u8]) {
        if let Err(error) = getrandom::fill(buffer) {
            // Ids and secrets from anything less would be guessable.
            tracing::error!(%error, "the system gives no randomness; stopping");
            std::process::abort();
        }
    }
}
