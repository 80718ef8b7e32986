//! An input whose texts become chips: container numbers, booking numbers.
//!
//! Owns: that exactly the wanted chip is there in the end. A chip that "may have been added" was not (D5).

use emodal::wizard;
use emodal::words::is_same;
use gantry_sdk::Failure;
use gantry_sdk::page::{self, Condition, Counted};

use crate::stop::{Awaiting, Stop, click, texts};

/// The portal checks what becomes a chip.
const CHECK_MS_MAX: u32 = 60_000;
/// Every check is over when nothing happens for so long.
const STILL_MS: u32 = 120;
/// More chips than the portal allows.
const CHIPS_MAX: usize = 16;

/// Sees to it that the one chip of an input is this.
///
/// # Errors
/// What the portal says of it, or `chip-not-taken`.
pub(crate) fn ensure(name: &str, field: &str, wanted: &str) -> Result<(), Stop> {
    let step = wizard::DATA;
    let shown = texts(&wizard::chips(name))?;
    if is_only(&shown, wanted) {
        return Ok(());
    }
    for _ in 0..shown.len().min(CHIPS_MAX) {
        click(&page::find(&wizard::chip_remove(name))?)?;
    }
    page::wait(&[Condition::Absent(wizard::chips(name))], CHECK_MS_MAX)?;
    let input = page::find(&wizard::input(step, name))?;
    input.fill(wanted)?;
    input.press("Enter")?;
    let one = Counted {
        what: wizard::chips(name),
        over: 0,
    };
    Awaiting::in_step(step)
        .or((), Condition::CountOver(one))
        .or_still(STILL_MS)
        .first(CHECK_MS_MAX)?;
    let shown = texts(&wizard::chips(name))?;
    if is_only(&shown, wanted) {
        return Ok(());
    }
    let message = format!("The portal's form does not take `{wanted}`");
    let failure = Failure::new("chip-not-taken", message).in_phase(step);
    Err(failure
        .with_field(field, "what the portal's form takes")
        .into())
}

/// Waits until the portal has checked what was typed, and hears what it says.
///
/// # Errors
/// What the portal says.
pub(crate) fn checked() -> Result<(), Stop> {
    let nothing_else = Awaiting::<()>::in_step(wizard::DATA);
    nothing_else
        .or_still(STILL_MS)
        .first(CHECK_MS_MAX)
        .map(drop)
}

fn is_only(shown: &[String], wanted: &str) -> bool {
    matches!(shown, [one] if is_same(one, wanted))
}
