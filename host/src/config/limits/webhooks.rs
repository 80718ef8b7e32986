//! Bounds of telling receivers outside, by webhooks.

use std::time::Duration;

/// Webhooks in a configuration. Each has a task of its own.
pub const ENDPOINTS: usize = 32;

/// Messages that are sent to one webhook at the same time: a receiver that is slow does not delay all that follows.
pub const PARALLEL: usize = 4;

/// How long connecting to a receiver may take.
pub const CONNECT: Duration = Duration::from_secs(5);

/// How long one attempt may take, connecting included. Receivers are asked to answer first and work afterwards.
pub const ATTEMPT: Duration = Duration::from_secs(15);

/// The pauses before further attempts, in milliseconds, as Standard Webhooks proposes them: about a day together.
pub const RETRY_MS: [u64; 7] = [
    5_000, 300_000, 1_800_000, 7_200_000, 18_000_000, 36_000_000, 36_000_000,
];

/// Pauses that a configuration may name, and the longest of them.
pub const RETRIES: usize = 20;
/// See `RETRIES`.
pub const RETRY_MAX: Duration = Duration::from_hours(24);

/// A pause is longer by up to this share, so that what failed together is not sent again together.
pub const RETRY_SPREAD: f64 = 0.1;

/// The longest `Retry-After` that is believed.
pub const RETRY_AFTER_MAX: Duration = Duration::from_hours(24);

/// A task that waits for a due time looks again after this long: somebody may have set the machine's clock.
pub const LOOK_AGAIN: Duration = Duration::from_secs(30);

/// What could not be read or written is tried again after this long.
pub const STORE_AGAIN: Duration = Duration::from_secs(5);

/// How often a message is tried to be written that was to be written with something else that failed.
pub const WRITES: usize = 120;

/// How long messages and what is known of their deliveries are kept, in days.
pub const KEPT_DAYS: u32 = 30;

/// Deliveries in one answer.
pub const LISTED: u32 = 100;

/// What happened to sessions and is not yet written as messages. Lost if more happens in a moment than in any hour.
pub const HAPPENINGS: usize = 1024;

/// Bytes of a shared secret, as Standard Webhooks has them.
pub const SECRET_BYTES: std::ops::RangeInclusive<usize> = 24..=64;
