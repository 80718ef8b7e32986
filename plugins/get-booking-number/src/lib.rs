//! The operation `get-booking-number`: the booking number of one container, or why it has none.
//!
//! Owns: its output. How the container is found is in `container_list`, what counts as its booking
//! number in `emodal`.

use container_list::request::ContainerRequest;
use container_list::search::look_up;
use emodal::booking::NoBooking;
use gantry_sdk::{Failure, Operation, clock};
use schemars::JsonSchema;
use serde::Serialize;

/// A container's booking number.
#[derive(Debug, Serialize, JsonSchema)]
struct Response {
    /// The number that was asked for.
    container_id: String,
    /// IMPORT, EXPORT or N/A, by the container's row.
    trade_type: String,
    /// What stands beside "Booking #" in the container's own details; null if there is none.
    booking_number: Option<String>,
    /// Why there is none.
    reason: Option<NoBooking>,
    /// When it was read, in milliseconds since 1970-01-01T00:00:00Z.
    observed_at: u64,
}

/// Reads a container's booking number.
struct GetBookingNumber;

impl Operation for GetBookingNumber {
    type Input = ContainerRequest;
    type Output = Response;

    const NAME: &'static str = "get-booking-number";
    const SUMMARY: &'static str = "Reads one container's booking number, or why it has none.";

    fn run(input: Self::Input) -> Result<Self::Output, Failure> {
        let number = input.number()?;
        let opened = look_up(&number)?;
        let booking = opened.booking_number()?;
        Ok(Response {
            container_id: number.to_string(),
            trade_type: opened.container.trade_type,
            reason: booking.as_ref().err().copied(),
            booking_number: booking.ok(),
            observed_at: clock::now(),
        })
    }
}

gantry_sdk::export_operation!(GetBookingNumber);
