//! The launch breaker: when browsers do not start, stop trying for a while (host-behaviour e.4). Pure.

use std::collections::VecDeque;
use std::time::Duration;

use crate::config::limits;
use crate::model::clock::Moment;

/// Counts failures to start a browser.
#[derive(Debug, Default)]
pub struct Breaker {
    failures: VecDeque<Moment>,
    opened: Option<Moment>,
}

impl Breaker {
    /// A browser could not be started.
    pub fn failed(&mut self, now: Moment) {
        self.failures.push_back(now);
        self.failures
            .retain(|failure| now.since(*failure) <= limits::BREAKER_WINDOW);
        if self.failures.len() >= limits::BREAKER_FAILURES {
            self.opened = Some(now);
        }
    }

    /// A browser was started: whatever was wrong is over.
    pub fn succeeded(&mut self) {
        self.failures.clear();
        self.opened = None;
    }

    /// Whether the last browser that was to be started was not, and that was lately. Older failures say nothing of now.
    #[must_use]
    pub fn failed_lately(&self, now: Moment) -> bool {
        let last = self.failures.back();
        last.is_some_and(|last| now.since(*last) <= limits::BREAKER_WINDOW)
    }

    /// How long no browser is started any more, if that is so. Afterwards one failure is enough to open it again,
    /// as long as the earlier ones are not forgotten.
    #[must_use]
    pub fn open_for(&self, now: Moment) -> Option<Duration> {
        let left = limits::BREAKER_OPEN.checked_sub(now.since(self.opened?))?;
        (!left.is_zero()).then_some(left)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::clock::{Clock as _, SystemClock};

    fn at(start: Moment, seconds: u64) -> Moment {
        Moment {
            instant: start.instant + Duration::from_secs(seconds),
            ..start
        }
    }

    #[test]
    fn it_opens_at_the_fifth_failure_in_a_minute_and_closes_by_itself() {
        let start = SystemClock.now();
        let mut breaker = Breaker::default();
        for second in 0..4 {
            breaker.failed(at(start, second));
        }
        assert_eq!(breaker.open_for(at(start, 4)), None);
        breaker.failed(at(start, 5));
        assert_eq!(breaker.open_for(at(start, 5)), Some(limits::BREAKER_OPEN));
        assert_eq!(breaker.open_for(at(start, 35)), None);
        // The next failure finds the earlier ones still in the window.
        breaker.failed(at(start, 36));
        assert!(breaker.open_for(at(start, 36)).is_some());
    }

    #[test]
    fn failures_that_are_far_apart_do_not_open_it() {
        let start = SystemClock.now();
        let mut breaker = Breaker::default();
        for round in 0..20 {
            breaker.failed(at(start, round * 20));
        }
        assert_eq!(breaker.open_for(at(start, 400)), None);
    }

    #[test]
    fn the_last_failure_is_told_until_a_start_succeeds_or_it_is_old() {
        let start = SystemClock.now();
        let mut breaker = Breaker::default();
        assert!(!breaker.failed_lately(start));
        breaker.failed(start);
        assert!(breaker.failed_lately(at(start, 60)));
        assert!(!breaker.failed_lately(at(start, 61)));
        breaker.failed(at(start, 62));
        breaker.succeeded();
        assert!(!breaker.failed_lately(at(start, 62)));
    }

    #[test]
    fn a_start_that_succeeds_closes_it() {
        let start = SystemClock.now();
        let mut breaker = Breaker::default();
        for _ in 0..5 {
            breaker.failed(start);
        }
        breaker.succeeded();
        assert_eq!(breaker.open_for(start), None);
    }
}
