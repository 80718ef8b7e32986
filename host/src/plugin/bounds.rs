//! What one call of a guest may use. Each bound has its own error in `call_error.rs`.

use std::time::Duration;

use crate::config::limits;
use crate::config::schema::{Limits, PluginLimits};

/// What one call of a guest may use, beside its wall time.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct GuestBounds {
    /// Linear memory, all memories of the guest together.
    pub memory_bytes: usize,
    /// Elements of each of its tables.
    pub table_elements: usize,
    /// Core instances that it is made of.
    pub instances: usize,
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
            table_elements: limits::GUEST_TABLE_ELEMENTS,
            instances: limits::GUEST_CORE_INSTANCES as usize,
            cpu: limits::GUEST_CPU,
            host_calls: limits::HOST_CALLS,
            output_bytes: limits::OUTPUT_BYTES,
            log_bytes: limits::LOG_BYTES,
        }
    }

    /// These bounds, but for those that a plugin has of its own. There is room for as much memory, as large tables and as
    /// many instances as these allow, and for no more.
    #[must_use]
    pub fn with(&self, own: &PluginLimits) -> Self {
        let kib = |own: Option<usize>, bytes| own.map_or(bytes, |kib| kib << 10);
        let memory = own.memory_mib.map_or(self.memory_bytes, |mib| mib << 20);
        let elements = own.table_elements.unwrap_or(self.table_elements);
        let instances = own.instances.unwrap_or(self.instances);
        Self {
            memory_bytes: memory.min(self.memory_bytes),
            table_elements: elements.min(self.table_elements),
            instances: instances.min(self.instances),
            cpu: own.cpu_ms.map_or(self.cpu, Duration::from_millis),
            host_calls: own.host_calls.unwrap_or(self.host_calls),
            output_bytes: kib(own.output_kib, self.output_bytes),
            log_bytes: kib(own.log_kib, self.log_bytes),
        }
    }
}
