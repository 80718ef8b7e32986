//! Wear of a browser, and when it is worn out: rules of rotation (host-behaviour e.3). Pure.

use std::time::Duration;

use crate::config::limits;
use crate::model::clock::Moment;
use crate::pool::entry::Condition;

/// What a session's present browser has been through.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Wear {
    /// Since when it runs.
    pub since: Moment,
    /// Operations it served.
    pub operations: u64,
    /// Its memory, when last measured.
    pub memory_bytes: Option<u64>,
    /// One for each lease that ended badly, half a one back for each that ended well.
    pub faults: f32,
    /// Browsers lost one after another, without a good lease between.
    pub losses: u32,
}

/// Why a browser is to be replaced when nobody uses it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum WornOut {
    /// It is old.
    Age(Duration),
    /// It has served many operations.
    Operations(u64),
    /// It has grown.
    Memory(u64),
    /// Too much went wrong with it.
    Faults,
}

impl Wear {
    pub(crate) const fn of_new(now: Moment) -> Self {
        Self {
            since: now,
            operations: 0,
            memory_bytes: None,
            faults: 0.0,
            losses: 0,
        }
    }

    pub(crate) fn note(&mut self, condition: &Condition) {
        match condition {
            Condition::Unknown => self.faults += 1.0,
            Condition::Broken(_) => {
                self.faults += 1.0;
                self.losses += 1;
            }
            Condition::SignedIn => {
                self.faults = (self.faults - 0.5).max(0.0);
                self.losses = 0;
            }
            _ => {}
        }
    }

    /// Whether its profile is to blame, as far as can be told: browser after browser was lost with it.
    pub(crate) const fn suspects_profile(&self) -> bool {
        self.losses >= limits::LOSSES_OF_A_PROFILE
    }

    /// Why it is to be replaced, if it is.
    #[must_use]
    pub fn worn_out(&self, now: Moment) -> Option<WornOut> {
        let age = now.since(self.since);
        if age > limits::BROWSER_AGE {
            return Some(WornOut::Age(age));
        }
        if self.operations > limits::BROWSER_OPERATIONS {
            return Some(WornOut::Operations(self.operations));
        }
        if let Some(bytes) = self
            .memory_bytes
            .filter(|bytes| *bytes > limits::BROWSER_MEMORY_BYTES)
        {
            return Some(WornOut::Memory(bytes));
        }
        (self.faults >= limits::BROWSER_FAULTS).then_some(WornOut::Faults)
    }
}
