//! The operation `check-appointments`: which times the portal offers for one visit.
//!
//! Owns: its output. The walk through the wizard is in the crate `visit`.
//! Never: submits, or leaves anything chosen that was not chosen before.

mod response;

use gantry_sdk::{Failure, Operation, log};
use visit::{Actual, AtTimes, Times, VisitRequest, leave, walk, walk_on};

use crate::response::Response;

/// Reads the free times of a visit.
struct CheckAppointments;

impl Operation for CheckAppointments {
    type Input = VisitRequest;
    type Output = Response;

    const NAME: &'static str = "check-appointments";
    const SUMMARY: &'static str =
        "Reads the appointment times that the portal offers for one visit, and books nothing.";

    fn run(input: VisitRequest) -> Result<Response, Failure> {
        let request = input.checked()?;
        let at = walk(&request)?;
        answer(request, at)
    }

    fn resume(input: VisitRequest, phase: u32) -> Result<Response, Failure> {
        let request = input.checked()?;
        let at = walk_on(&request, phase)?;
        answer(request, at)
    }
}

fn answer(request: VisitRequest, at: AtTimes) -> Result<Response, Failure> {
    let times = Times::read()?;
    // Nothing is kept of a form that was not submitted; a page that would not be left costs no answer.
    if let Err(error) = leave() {
        log::warn(format!("the wizard could not be left: {error:?}"));
    }
    let actual = Actual {
        slot: times.chosen,
        ..at.actual
    };
    Ok(Response::new(request, actual, times.offered))
}

gantry_sdk::export_operation!(CheckAppointments);
