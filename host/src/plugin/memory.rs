//! The memory, table and instance bounds of one call: counts, denies, and remembers that it denied.
//!
//! A guest whose allocation was denied usually aborts, and its trap then says `unreachable` and nothing of
//! memory: only what is remembered here tells the true cause.

use wasmtime::ResourceLimiter;

use crate::plugin::bounds::GuestBounds;

const MEMORIES: usize = 4;
const TABLES: usize = 20;

/// Counts the linear memory of one store.
#[derive(Debug)]
pub struct GuestMemory {
    limit_bytes: usize,
    bytes: usize,
    peak_bytes: usize,
    denied: bool,
    table_elements: usize,
    table_denied: bool,
    instances: usize,
}

impl GuestMemory {
    /// Nothing used yet.
    #[must_use]
    pub const fn new(bounds: &GuestBounds) -> Self {
        Self {
            limit_bytes: bounds.memory_bytes,
            bytes: 0,
            peak_bytes: 0,
            denied: false,
            table_elements: bounds.table_elements,
            table_denied: false,
            instances: bounds.instances,
        }
    }

    /// What it may use.
    #[must_use]
    pub const fn limit_bytes(&self) -> usize {
        self.limit_bytes
    }

    /// The most it used.
    #[must_use]
    pub const fn peak_bytes(&self) -> usize {
        self.peak_bytes
    }

    /// Whether it asked for more than it may use.
    #[must_use]
    pub const fn was_denied(&self) -> bool {
        self.denied
    }

    /// Whether a table was to be larger than it may be.
    #[must_use]
    pub const fn was_table_denied(&self) -> bool {
        self.table_denied
    }
}

impl ResourceLimiter for GuestMemory {
    fn memory_growing(
        &mut self,
        current: usize,
        desired: usize,
        maximum: Option<usize>,
    ) -> wasmtime::Result<bool> {
        let total = (self.bytes - current).saturating_add(desired);
        if total > self.limit_bytes {
            self.denied = true;
            return Ok(false);
        }
        // The guest's own maximum is no denial of ours. It must not be counted: it will not grow.
        if maximum.is_some_and(|maximum| desired > maximum) {
            return Ok(false);
        }
        self.bytes = total;
        self.peak_bytes = self.peak_bytes.max(total);
        Ok(true)
    }

    fn memory_grow_failed(&mut self, _error: wasmtime::Error) -> wasmtime::Result<()> {
        self.denied = true;
        Ok(())
    }

    fn table_growing(
        &mut self,
        _current: usize,
        desired: usize,
        maximum: Option<usize>,
    ) -> wasmtime::Result<bool> {
        if desired > self.table_elements {
            self.table_denied = true;
            return Ok(false);
        }
        Ok(maximum.is_none_or(|maximum| desired <= maximum))
    }

    fn instances(&self) -> usize {
        self.instances
    }

    fn tables(&self) -> usize {
        TABLES
    }

    fn memories(&self) -> usize {
        MEMORIES
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::schema::Limits;

    fn memory() -> GuestMemory {
        GuestMemory::new(&GuestBounds {
            memory_bytes: 100,
            table_elements: 10,
            ..GuestBounds::new(&Limits::default())
        })
    }

    #[test]
    fn a_table_that_is_too_large_is_denied_and_one_beyond_its_own_maximum_just_fails() {
        let mut memory = memory();
        assert!(memory.table_growing(0, 10, None).unwrap());
        assert!(!memory.table_growing(0, 10, Some(5)).unwrap());
        assert!(!memory.was_table_denied());
        assert!(!memory.table_growing(0, 11, None).unwrap());
        assert!(memory.was_table_denied());
    }

    #[test]
    fn memories_are_counted_together() {
        let mut memory = memory();
        assert!(memory.memory_growing(0, 60, None).unwrap());
        assert!(memory.memory_growing(0, 40, None).unwrap());
        assert!(!memory.was_denied());
        assert!(!memory.memory_growing(60, 61, None).unwrap());
        assert!(memory.was_denied());
        assert_eq!(memory.peak_bytes(), 100);
    }

    #[test]
    fn the_guests_own_maximum_is_no_denial() {
        let mut memory = memory();
        assert!(!memory.memory_growing(0, 60, Some(50)).unwrap());
        assert!(!memory.was_denied());
    }
}
