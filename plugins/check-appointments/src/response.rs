//! What a caller gets: the times, and what the form showed beside what was asked for.

use emodal::slots::{Offered, Slot};
use schemars::JsonSchema;
use serde::Serialize;
use visit::{Actual, Difference, VisitRequest, differences};

/// The times of one visit.
#[derive(Debug, Serialize, JsonSchema)]
pub(crate) struct Response {
    /// The times that can be booked, in the portal's order.
    slots: Vec<Slot>,
    /// How many they are.
    count: usize,
    /// What the portal says instead of times.
    no_slots_reason: Option<String>,
    /// What was asked for, without the PIN.
    requested: VisitRequest,
    /// What the portal's form showed in its third step.
    actual: Actual,
    /// What of it is not as asked for. The times are those of what the form showed.
    differences: Vec<Difference>,
}

impl Response {
    pub(crate) fn new(requested: VisitRequest, actual: Actual, offered: Offered) -> Self {
        Self {
            count: offered.slots.len(),
            no_slots_reason: offered.nothing.filter(|_| offered.slots.is_empty()),
            slots: offered.slots,
            differences: differences(&requested, &actual),
            requested,
            actual,
        }
    }
}
