//! Time: monotonic for every decision, wall time for showing. Whoever decides by time is given a clock, so that
//! tests can move it.

use std::time::{Duration, Instant, SystemTime};

/// A point in time, told twice.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Moment {
    /// What is compared. Never steps.
    pub instant: Instant,
    /// What is shown. Steps when somebody sets the machine's clock.
    pub wall: SystemTime,
}

impl Moment {
    /// How long ago `earlier` was.
    #[must_use]
    pub fn since(&self, earlier: Self) -> Duration {
        self.instant.saturating_duration_since(earlier.instant)
    }
}

/// Tells the time.
pub trait Clock: Send + Sync {
    /// Now.
    fn now(&self) -> Moment;
}

/// The machine's clock.
#[derive(Debug, Clone, Copy, Default)]
pub struct SystemClock;

impl Clock for SystemClock {
    fn now(&self) -> Moment {
        Moment {
            instant: Instant::now(),
            wall: SystemTime::now(),
        }
    }
}
