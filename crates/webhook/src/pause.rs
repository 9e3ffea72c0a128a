//! How long is waited before a request is tried again.

use std::time::Duration;

use aws_lc_rs::rand;

/// The shortest and the longest pause.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Pauses {
    /// After the first failure.
    pub first: Duration,
    /// After many.
    pub longest: Duration,
}

impl Default for Pauses {
    fn default() -> Self {
        Self { first: Duration::from_secs(1), longest: Duration::from_secs(300) }
    }
}

impl Pauses {
    /// The pause after so many failures: twice as long each time, and shorter by up to a half, so
    /// that those who failed together do not come back together.
    pub(crate) fn after(self, failures: u32) -> Duration {
        let doubled = 2_u32.saturating_pow(failures.saturating_sub(1));
        let whole = self.first.saturating_mul(doubled).min(self.longest);
        let mut byte = [0_u8; 1];
        // Without randomness the pause is the whole one.
        let share = rand::fill(&mut byte)
            .map_or(0, |()| u32::from(byte.first().copied().unwrap_or_default()));
        whole - whole / 2 * share / 255
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pauses_grow_up_to_the_longest_and_differ() {
        let pauses = Pauses::default();
        for (failures, whole) in [(1, 1), (2, 2), (5, 16), (9, 256), (10, 300), (u32::MAX, 300)] {
            let whole = Duration::from_secs(whole);
            for _ in 0..50 {
                let pause = pauses.after(failures);
                assert!(pause <= whole && pause >= whole / 2, "{failures}: {pause:?}");
            }
        }
        let all: std::collections::HashSet<Duration> = (0..50).map(|_| pauses.after(9)).collect();
        assert!(all.len() > 10, "{all:?}");
    }
}
