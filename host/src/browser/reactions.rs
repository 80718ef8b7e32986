//! How soon a list has asked its server for more after it was scrolled to its end: what its silence is measured by.
//!
//! Owns: how long a page may be silent before it is believed to want nothing.

use std::time::Duration;

use crate::config::limits;

/// A page that reacted once may have done so by chance.
const REACTIONS_MIN: u32 = 2;
/// Reactions vary: pages sample their scrolling, and work on rows meanwhile.
const SLACK: u32 = 4;

/// The reactions of one document.
#[derive(Debug, Default)]
pub struct Reactions {
    seen: u32,
    slowest: Duration,
}

impl Reactions {
    /// A list grew, and what its page last asked for before that was asked so long after the scrolling.
    pub fn reacted(&mut self, after: Duration) {
        self.seen += 1;
        self.slowest = self.slowest.max(after);
    }

    /// A page that does not react for this long after it was scrolled wants nothing.
    #[must_use]
    pub fn silence(&self) -> Duration {
        if self.seen < REACTIONS_MIN {
            return limits::SILENCE;
        }
        (self.slowest * SLACK).clamp(limits::SILENCE_MIN, limits::SILENCE)
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::Reactions;
    use crate::config::limits::{SILENCE, SILENCE_MIN};

    fn after(reactions: &[u64]) -> Duration {
        let mut known = Reactions::default();
        for after_ms in reactions {
            known.reacted(Duration::from_millis(*after_ms));
        }
        known.silence()
    }

    #[test]
    fn a_page_whose_reactions_are_not_known_is_given_all_the_time() {
        assert_eq!(after(&[]), SILENCE);
        assert_eq!(after(&[5]), SILENCE);
    }

    #[test]
    fn a_page_is_given_several_times_its_slowest_reaction() {
        assert_eq!(after(&[5, 200, 10]), Duration::from_millis(800));
    }

    #[test]
    fn a_page_is_never_given_less_than_pages_delay_their_reactions_nor_more_than_all_the_time() {
        assert_eq!(after(&[5, 5, 5]), SILENCE_MIN);
        assert_eq!(after(&[5, 20_000]), SILENCE);
    }
}
