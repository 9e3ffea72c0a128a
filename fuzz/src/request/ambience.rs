//! Time and chance of the world: the same in every run.

use std::sync::atomic::{AtomicI64, AtomicU64, Ordering};

use visavis_app::context::{Clock, Random};
use visavis_domain::time::Timestamp;

/// A clock that moves a millisecond at every look.
#[derive(Default)]
pub struct Ticking(AtomicI64);

impl Clock for Ticking {
    fn now(&self) -> Timestamp {
        Timestamp::from_ms(1_800_000_000_000 + self.0.fetch_add(1, Ordering::SeqCst))
    }
}

/// Numbers that never repeat; unpredictable they need not be here.
#[derive(Default)]
pub struct Counting(AtomicU64);

impl Random for Counting {
    fn fill(&self, buffer: &mut [u8]) {
        let mut state = (self.0.fetch_add(1, Ordering::SeqCst) + 1).wrapping_mul(0x9E37_79B9_7F4A_7C15);
        for byte in buffer {
            state ^= state << 13;
            state ^= state >> 7;
            state ^= state << 17;
            *byte = state.to_le_bytes()[0];
        }
    }
}
