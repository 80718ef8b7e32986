//! Time that stands still: it goes on only when it is slept through, which takes no time.

use std::time::{SystemTime, UNIX_EPOCH};

use crate::native::installed::try_with;

/// What a call has if the test does not say.
const CALL_MS: u64 = 60_000;

/// The time of a mock portal.
#[derive(Debug)]
pub(crate) struct MockClock {
    pub(crate) now_ms: u64,
    pub(crate) remaining_ms: u64,
}

impl MockClock {
    /// Stands where the machine's clock is.
    pub(crate) fn new() -> Self {
        Self {
            now_ms: machine_ms(),
            remaining_ms: CALL_MS,
        }
    }

    fn sleep(&mut self, duration_ms: u64) {
        self.now_ms = self.now_ms.saturating_add(duration_ms);
        self.remaining_ms = self.remaining_ms.saturating_sub(duration_ms);
    }
}

/// Wall time, in milliseconds since 1970: the mock portal's, or the machine's without one.
#[must_use]
pub fn now() -> u64 {
    try_with(|backend| backend.clock.now_ms).unwrap_or_else(machine_ms)
}

/// Milliseconds left of this call.
#[must_use]
pub fn remaining_ms() -> u64 {
    try_with(|backend| backend.clock.remaining_ms).unwrap_or(CALL_MS)
}

/// Sets the clock forward.
pub fn sleep_ms(duration: u32) {
    try_with(|backend| backend.clock.sleep(duration.into()));
}

fn machine_ms() -> u64 {
    let since_1970 = SystemTime::now().duration_since(UNIX_EPOCH);
    since_1970.map_or(0, |since| {
        u64::try_from(since.as_millis()).unwrap_or(u64::MAX)
    })
}
