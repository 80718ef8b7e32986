//! Appointments as the portal's list shows them, and whether one of them is the one wanted.
//!
//! Owns: those rules. How they are read is in `appointment_table`.
//! Never: takes one for the wanted one when something that the list shows differs, or shows nothing to tell it by.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::slots::Slot;
use crate::words::is_same;

/// One appointment, as the list shows it. None where the list has no such column, or says nothing.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Appointment {
    /// Its number.
    pub number: Option<String>,
    /// The terminal.
    pub terminal: Option<String>,
    /// Such as `PICK FULL`.
    pub move_type: Option<String>,
    /// The container.
    pub container_id: Option<String>,
    /// The booking.
    pub booking_number: Option<String>,
    /// The time, in the portal's words.
    pub time: Option<String>,
    /// The truck.
    pub truck_plate: Option<String>,
    /// What became of it.
    pub status: Option<String>,
}

/// What an appointment is known by in the list.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Wanted {
    /// The terminal's option in the wizard, or a caller's words for it.
    pub terminal: String,
    /// The move type.
    pub move_type: String,
    /// The container, where one is named.
    pub container_id: Option<String>,
    /// The booking, where one is named.
    pub booking_number: Option<String>,
    /// The time, as a caller or the wizard writes it.
    pub time: String,
    /// The truck.
    pub truck_plate: Option<String>,
}

impl Wanted {
    /// Whether this is it. A container is moved once at a time, whichever truck comes for it; a move without one is
    /// also told by its truck, as far as the list shows it. What was cancelled does not count.
    #[must_use]
    pub fn is(&self, shown: &Appointment) -> bool {
        let same = |wanted: &str, shown: &Option<String>| {
            shown.as_deref().is_some_and(|shown| is_same(wanted, shown))
        };
        let is_there = same(&self.terminal, &shown.terminal)
            && same(&self.move_type, &shown.move_type)
            && self.is_at(shown.time.as_deref())
            && !shown.is_cancelled();
        let same_truck = || match (&self.truck_plate, &shown.truck_plate) {
            (Some(wanted), Some(shown)) => is_same(wanted, shown),
            _ => true,
        };
        is_there
            && match (&self.container_id, &self.booking_number) {
                (Some(container), _) => same(container, &shown.container_id),
                (None, Some(booking)) => same(booking, &shown.booking_number) && same_truck(),
                (None, None) => {
                    shown.container_id.is_none() && shown.booking_number.is_none() && same_truck()
                }
            }
    }

    fn is_at(&self, shown: Option<&str>) -> bool {
        let Some(shown) = shown else { return false };
        match Slot::of_text(shown) {
            Some(slot) => slot.is_meant_by(&self.time),
            None => is_same(shown, &self.time),
        }
    }
}

impl Appointment {
    fn is_cancelled(&self) -> bool {
        let status = self.status.as_deref().unwrap_or_default().to_lowercase();
        status.starts_with("cancel")
    }

    /// In one line, as evidence.
    #[must_use]
    pub fn described(&self) -> String {
        let parts = [
            &self.number,
            &self.terminal,
            &self.move_type,
            &self.container_id,
            &self.booking_number,
            &self.time,
            &self.truck_plate,
            &self.status,
        ];
        let shown: Vec<&str> = parts.into_iter().filter_map(Option::as_deref).collect();
        shown.join(", ")
    }
}

/// Of the rows that are the wanted one now, one that was not there before. Rows without a number are counted.
#[must_use]
pub fn new_one<'a>(before: &[Appointment], now: &'a [Appointment]) -> Option<&'a Appointment> {
    let mut before: Vec<&Appointment> = before.iter().collect();
    now.iter().find(|shown| {
        let known = before
            .iter()
            .position(|old| match (&old.number, &shown.number) {
                (Some(old), Some(new)) => old == new,
                _ => old.time == shown.time && old.truck_plate == shown.truck_plate,
            });
        known.map(|place| before.swap_remove(place)).is_none()
    })
}

#[cfg(test)]
#[path = "appointments_tests.rs"]
mod tests;
