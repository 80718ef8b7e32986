//! What a caller asks for: a visit, and its time.
//!
//! Owns: which of a visit's fields are needed from the start, to know whether the appointment is there already.

use emodal::slots::is_nothing;
use gantry_sdk::Failure;
use schemars::JsonSchema;
use serde::Deserialize;
use visit::VisitRequest;

/// One appointment.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
pub(crate) struct Request {
    /// What is to be done there.
    #[serde(flatten)]
    visit: VisitRequest,
    /// The time: exactly as the portal writes it (white space, dashes and case do not count), or its start as
    /// `YYYY-MM-DDTHH:MM` in the terminal's time, or start and end with a slash between them.
    appointment_time: String,
}

impl Request {
    /// The visit and the time, once they are right as far as they go.
    ///
    /// # Errors
    /// `invalid-input`, naming the fields.
    pub(crate) fn checked(self) -> Result<(VisitRequest, String), Failure> {
        let visit = self.visit.checked()?;
        let refuse = |message: &str, field: &str, accepted: &str| {
            Err(Failure::new("invalid-input", message).with_field(field, accepted))
        };
        if visit.terminal.is_none() {
            return refuse(
                "An appointment needs a terminal",
                "terminal",
                "the terminal's name",
            );
        }
        if visit.move_type.is_none() {
            return refuse(
                "An appointment needs a move type",
                "move_type",
                "such as PICK FULL",
            );
        }
        if visit.quantity.is_some_and(|quantity| quantity != 1) {
            return refuse("One appointment is made at a time", "quantity", "1");
        }
        let time = self.appointment_time.trim().to_owned();
        if time.is_empty() || is_nothing(&time) {
            return refuse(
                "An appointment needs a time",
                "appointment_time",
                "one of the times that are offered",
            );
        }
        Ok((visit, time))
    }
}
