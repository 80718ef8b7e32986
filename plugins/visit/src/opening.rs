//! Coming to the wizard, coming back to it, and leaving it.
//!
//! Owns: the proof of which step is shown. A step that cannot be told is a failure, never a success (D5).

use emodal::arrival::arrive;
use emodal::instead;
use emodal::instead::changed;
use emodal::look::look;
use emodal::presence::Verdict;
use emodal::sites::WIZARD_ROOT;
use emodal::wizard::{self, ADD_VISIT, DATA};
use gantry_sdk::page::{self, Condition};
use gantry_sdk::{Failure, PageError};

use crate::stop::{Awaiting, Stop};

/// The page stays white for up to half a minute.
const OPEN_MS_MAX: u32 = 60_000;
/// A stepper that has come up marks its step at once.
const MARK_STILL_MS: u32 = 500;

/// Goes to the wizard's first step.
///
/// # Errors
/// `signed-out`, `layout-changed`, `portal-down`, or what the portal says.
pub(crate) fn open() -> Result<(), Failure> {
    arrive(ADD_VISIT, || {
        come_up().map_err(|stop| stop.failure(DATA, None))
    })
}

fn come_up() -> Result<(), Stop> {
    let drawn = Awaiting::in_step(DATA)
        .or((), Condition::Present(wizard::step_headers()))
        .first(OPEN_MS_MAX);
    match drawn {
        Ok(_) => {}
        Err(Stop::Failure(failure)) if failure.code == "portal-timeout" => {
            return Err(instead::of_page("the appointment wizard").into());
        }
        Err(stop) => return Err(stop),
    }
    let ready = Awaiting::in_step(DATA)
        .or((), Condition::Present(wizard::at_step(DATA)))
        .or_still(MARK_STILL_MS)
        .first(OPEN_MS_MAX)?;
    if ready.is_none() {
        let step = current_step()?;
        return Err(changed(&format!("the wizard begins with step {step}")).into());
    }
    Ok(())
}

/// The step that the stepper shows.
///
/// # Errors
/// `layout-changed` if it does not tell.
pub(crate) fn current_step() -> Result<u32, Failure> {
    let table = page::read(&wizard::current_header(), &wizard::header_parts(), 0)?;
    wizard::step_of(&table.rows).map_err(|unknown| changed(&unknown.to_string()))
}

/// Looks whether the page still is the wizard in this step, as it was left.
///
/// # Errors
/// `wizard-moved` if it is anything else, `signed-out` if the portal asks who is there.
pub(crate) fn still_at(step: u32) -> Result<(), Failure> {
    let table = page::read(&wizard::current_header(), &wizard::header_parts(), 0)?;
    if wizard::step_of(&table.rows) == Ok(step) {
        return Ok(());
    }
    let seen = look()?;
    if let Verdict::SignedOut(how) = seen.verdict() {
        return Err(Failure::signed_out(format!("Signed out meanwhile: {how}")));
    }
    let message = format!(
        "The wizard is not in step {step} any more, the page is {}; begin again without `resume`",
        seen.described()
    );
    Err(Failure::new("wizard-moved", message).in_phase(step))
}

/// Leaves the wizard, so that nothing that was filled in matters any more.
///
/// # Errors
/// Whatever the page fails with.
pub fn leave() -> Result<(), PageError> {
    page::goto(WIZARD_ROOT.site, WIZARD_ROOT.path)
}
