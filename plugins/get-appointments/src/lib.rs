//! The operation `get-appointments`: has the portal export appointments of the signed-in account.
//!
//! Owns: its input and output. Which rows there are is read by `appointment_list`, they are ticked in `selecting`, and the
//! portal's file is had and checked in `exporting`.

mod exporting;
mod request;
mod response;
mod selecting;

use appointment_list::{open_list, read_list};
use gantry_sdk::{Capability, Failure, Operation};

/// Exports appointments.
struct GetAppointments;

impl Operation for GetAppointments {
    type Input = request::Request;
    type Output = response::Response;

    const NAME: &'static str = "get-appointments";
    const SUMMARY: &'static str =
        "Has the portal export the account's appointments: all of them, so many, or one.";
    const CAPABILITIES: &'static [Capability] = &[Capability::Downloads];

    fn run(input: Self::Input) -> Result<Self::Output, Failure> {
        let goal = input.goal()?;
        let columns = open_list()?;
        let listing = read_list(&columns, |rows| goal.is_reached(rows))?;
        let wanted = goal.wanted(&listing)?;
        if wanted.is_empty() {
            return Ok(response::of_nothing(&listing));
        }
        selecting::select(&listing, &wanted, &columns)?;
        let export = exporting::export(&listing, &wanted, &columns)?;
        Ok(response::of_export(&listing, wanted.len(), export))
    }
}

gantry_sdk::export_operation!(GetAppointments);
