//! Looking for an appointment among one's own.
//!
//! Owns: the proof that an appointment is absent: the list was read to its end, and tells appointments apart.

use emodal::appointment_table::Row;
use emodal::appointments::{Appointment, Wanted};
use gantry_sdk::Failure;

use crate::opening::{changed, open_list};
use crate::reading::{Stopped, read_list};

/// What was found.
#[derive(Debug, Clone, Default)]
pub struct Found {
    /// Those that are the wanted one, in the list's order.
    pub matching: Vec<Appointment>,
    /// Whether all of the list was read.
    pub complete: bool,
}

/// When to stop before the end.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Until {
    /// With the first that matches.
    First,
    /// Not at all.
    End,
}

/// Opens the list and looks for an appointment.
///
/// # Errors
/// `signed-out`, `layout-changed`, `portal-down`, and `list-incomplete` if neither it nor the end of the list was seen.
pub fn find_own(wanted: &Wanted, until: Until) -> Result<Found, Failure> {
    let columns = open_list()?;
    columns.tell_apart().map_err(changed)?;
    let is_it = |row: &Row| wanted.is(&row.appointment);
    let listing = read_list(&columns, |rows| {
        let is_enough = until == Until::First && rows.iter().any(is_it);
        Ok(is_enough.then_some(Stopped::TargetFound))
    })?;
    match listing.stopped {
        Stopped::EndOfList | Stopped::TargetFound | Stopped::TargetCount => {}
        Stopped::Stalled | Stopped::Deadline => {
            let message = "The list of appointments could not be read to its end; try again later";
            return Err(Failure::new("list-incomplete", message).retryable());
        }
    }
    let matching = listing.rows.into_iter().filter(is_it);
    Ok(Found {
        matching: matching.map(|row| row.appointment).collect(),
        complete: listing.stopped == Stopped::EndOfList,
    })
}
