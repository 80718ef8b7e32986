//! The operation `make-appointment`: one appointment, booked at most once.
//!
//! Owns: its order. Look whether it is there already; walk the wizard; read everything back; say what will be done;
//! click Submit once; find out what came of it.
//! Never: clicks Submit again, submits what is not as asked for, or calls something booked without evidence.

mod before;
mod commit;
mod evidence;
mod memo;
mod request;
mod response;

use appointment_list::{Until, find_own};
use gantry_sdk::{Capability, Failure, Operation, Trace};
use visit::{VisitRequest, walk};

use crate::memo::Memo;
use crate::request::Request;
use crate::response::Response;

/// Makes an appointment.
struct MakeAppointment;

impl Operation for MakeAppointment {
    type Input = Request;
    type Output = Response;

    const NAME: &'static str = "make-appointment";
    const SUMMARY: &'static str = "Makes one appointment, at most once, and tells what came of it.";
    const CAPABILITIES: &'static [Capability] = &[Capability::Submit];
    const EFFECTFUL: bool = true;
    const EFFECT_KEY: &'static [&'static str] = &[
        "terminal",
        "move_type",
        "container_id",
        "booking_number",
        "unit_number",
        "line",
        "equip_size",
    ];

    fn run(input: Request) -> Result<Response, Failure> {
        let (request, time) = input.checked()?;
        book(&request, &time)
    }

    /// Begins anew with all that was sent. What is there already has to be known before anything is submitted, for
    /// what is asked for now; and looking leaves the wizard.
    fn resume(input: Request, _phase: u32) -> Result<Response, Failure> {
        Self::run(input)
    }

    fn reconcile(memo: &str) -> Result<Trace, Failure> {
        let memo = Memo::read(memo)?;
        let found = find_own(&memo.wanted, Until::End)?;
        memo.trace(&found)
    }
}

fn book(request: &VisitRequest, time: &str) -> Result<Response, Failure> {
    if let Some(there) = before::look(request, time)? {
        return Ok(Response::already(request, there));
    }
    let at = walk(request)?;
    let ready = before::choose(request, time, at.actual)?;
    commit::submit(request, ready)
}

gantry_sdk::export_operation!(MakeAppointment);
