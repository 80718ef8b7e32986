//! The portal's clock: milliseconds since it started, and the wall time for people.
//!
//! Owns: the moment of the start. Never: goes backwards.

use std::time::Instant;

/// A monotonic clock that starts at zero.
#[derive(Debug)]
pub(crate) struct Clock {
    start: Instant,
}

impl Clock {
    pub(crate) fn new() -> Self {
        Self {
            start: Instant::now(),
        }
    }

    pub(crate) fn now_ms(&self) -> u64 {
        u64::try_from(self.start.elapsed().as_millis()).expect("a portal does not run that long")
    }

    /// Wall time, for people to read; nothing is computed from it.
    pub(crate) fn wall() -> String {
        chrono::Local::now().to_rfc3339_opts(chrono::SecondsFormat::Millis, false)
    }
}
