//! How fast this machine is: what the bounds of tests are measured in.
//!
//! Owns: the measuring, which takes some hundredths of a second. A bound says what holds on the machine it was set on; one
//! with half its speed, or with as much to do beside, takes twice as long for what the machine does itself, and no longer
//! for what the portal does.

use std::hint::black_box;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::{Duration, Instant};

/// What the work takes where the bounds were set: two cores of 2026 with nothing else to do.
const SET_AT: Duration = Duration::from_millis(45);
/// A machine that is slower than this cannot be told from one that hangs.
const SLOWEST: f64 = 8.0;

/// The slowest that was measured in this process, in hundredths.
static PACE: AtomicU32 = AtomicU32::new(100);

/// How many times slower than where the bounds were set; never less than once, and never less than it was before: what
/// has to be waited for began then.
pub(crate) fn pace() -> f64 {
    let now = (work().as_secs_f64() / SET_AT.as_secs_f64()).clamp(1.0, SLOWEST);
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "between 100 and 800"
    )]
    let now = (now * 100.0) as u32;
    f64::from(PACE.fetch_max(now, Ordering::Relaxed).max(now)) / 100.0
}

/// A bound of something that the machine does.
pub(crate) fn paced(bound: Duration) -> Duration {
    bound.mul_f64(pace())
}

/// The same in milliseconds, for a configuration.
pub(crate) fn paced_ms(bound_ms: u64) -> u64 {
    u64::try_from(paced(Duration::from_millis(bound_ms)).as_millis()).unwrap()
}

/// Some work that always is the same, and how long it takes.
fn work() -> Duration {
    let began = Instant::now();
    let mut mixed = 1_u64;
    for round in 0..3_000_000_u64 {
        mixed = black_box(mixed.rotate_left(5) ^ round);
    }
    black_box(mixed);
    began.elapsed()
}
