//! From one step to the next: the one Next that can be seen, once the form allows it.
//!
//! Owns: the proof that the step has changed. Pressed once: a Next that does nothing is told with what is wrong in the
//! form.

use emodal::instead::{changed, picture};
use emodal::wizard::{self, MOVES};
use gantry_sdk::page::{self, Condition, Element};
use gantry_sdk::{Failure, PageError};

use crate::opening::current_step;
use crate::stop::{Awaiting, Stop, click, texts};

/// The portal works on a step.
const STEP_MS_MAX: u32 = 90_000;
/// A form becomes right at the latest so long after the last answer, unless it does not.
const FORM_STILL_MS: u32 = 250;
/// After an answer the next step is there at once.
const STEP_STILL_MS: u32 = 500;

/// Goes on from a step.
///
/// # Errors
/// What the portal says, `form-not-valid`, `step-unchanged`, `layout-changed`.
pub(crate) fn next(step: u32) -> Result<(), Stop> {
    if !is_allowed(step)? {
        // What the boxes of the moves are for is not known: some forms want them, and for others they only select.
        let is_ticked = step == MOVES && tick_moves()?;
        if !is_ticked || !is_allowed(step)? {
            return Err(not_valid(step)?.into());
        }
    }
    click(&button("Next")?)?;
    let come = Awaiting::in_step(step)
        .or((), Condition::Present(wizard::at_step(step + 1)))
        .or_still(STEP_STILL_MS)
        .first(STEP_MS_MAX)?;
    if come.is_some() {
        return Ok(());
    }
    let now = current_step()?;
    if now == step {
        let message = format!("Next was pressed in step {step}, and nothing came of it");
        let failure = Failure::new("step-unchanged", message).retryable();
        return Err(with_wrong_fields(failure.with_evidence(picture()), step)?.into());
    }
    Err(changed(&format!("step {now} came after step {step}")).into())
}

fn is_allowed(step: u32) -> Result<bool, Stop> {
    let seen = Awaiting::in_step(step)
        .or((), Condition::Visible(wizard::active_next()))
        .or_still(FORM_STILL_MS)
        .first(STEP_MS_MAX)?;
    Ok(seen.is_some())
}

/// Ticks the moves. Says whether there was any that was not ticked.
fn tick_moves() -> Result<bool, Stop> {
    let boxes = page::find_all(&wizard::unticked_boxes())?;
    for tick in &boxes {
        click(tick)?;
    }
    Ok(!boxes.is_empty())
}

fn not_valid(step: u32) -> Result<Failure, PageError> {
    let message =
        format!("The portal's form does not let step {step} end: something in it is not right yet");
    let failure = Failure::new("form-not-valid", message).with_evidence(picture());
    with_wrong_fields(failure, step)
}

/// Names the form's fields that the page marks as wrong, in the page's words.
fn with_wrong_fields(mut failure: Failure, step: u32) -> Result<Failure, PageError> {
    let wrong = texts(&wizard::wrong_fields(step))?;
    if !wrong.is_empty() {
        failure.message = format!("{}; marked as wrong: {}", failure.message, wrong.join(", "));
    }
    Ok(failure)
}

/// The one button with these words that can be seen.
///
/// # Errors
/// `layout-changed` if none or more than one can be seen.
pub fn button(words: &str) -> Result<Element, Failure> {
    let mut seen = page::find_visible(&wizard::buttons(words))?;
    match (seen.pop(), seen.pop()) {
        (Some(one), None) => Ok(one),
        (None, _) => Err(changed(&format!("no button \"{words}\" can be seen"))),
        (Some(_), Some(_)) => Err(changed(&format!(
            "more than one button \"{words}\" can be seen"
        ))),
    }
}
