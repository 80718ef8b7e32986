//! What one call of a guest may use. Each bound has its own error in `call_error.rs`.

use std::time::Duration;

use crate::config::limits;
use crate::config::schema::Limits;

/// What one call of a guest may use, beside its wall time.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct GuestBounds {
    /// Linear memory, all memories of the guest together.
    pub memory_bytes: usize,
    /// Time spent computing, without a call of the host in between.
    pub cpu: Duration,
    /// Calls of the host.
    pub host_calls: u64,
    /// The JSON that it returns.
    pub output_bytes: usize,
    /// Log text; further lines are dropped.
    pub log_bytes: usize,
}

impl GuestBounds {
    /// The bounds of a host with this configuration.
    #[must_use]
    pub const fn new(config: &Limits) -> Self {
        Self {
            memory_bytes: config.memory_mib << 20,
            cpu: limits::GUEST_CPU,
            host_calls: limits::HOST_CALLS,
            output_bytes: limits::OUTPUT_BYTES,
            log_bytes: limits::LOG_BYTES,
        }
    }
}
