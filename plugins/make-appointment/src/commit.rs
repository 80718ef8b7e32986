//! The point of no return: one click on Submit, and finding out what came of it.
//!
//! Owns: the effect, and its end. Confirmed and refused need the portal's own words; whatever else is seen, or is not,
//! is unknown (portal-facts D7). A click that was lost looks like a slow confirmation.
//! Never: clicks twice.

use appointment_list::{Found, Until, find_own};
use emodal::appointments::{Appointment, Wanted};
use emodal::arrival::signs_of_stillness;
use emodal::sites::APPOINTMENTS;
use emodal::wizard::{self, CONFIRMATION, TIMES};
use emodal::words::normal;
use gantry_sdk::effects::{self, Effect, Settled};
use gantry_sdk::page::{self, Condition, Element};
use gantry_sdk::{ArtifactId, Failure, PageError, log, progress};
use visit::{Awaiting, Said, Stop, VisitRequest, button, close_dialog, texts};

use crate::before::{Ready, wanted};
use crate::evidence::{confirmation, is_refusal};
use crate::memo::Memo;
use crate::response::{Confirmation, Response};

/// The portal's answer to Submit. A slow one is waited for: its request is open.
const ANSWER_MS_MAX: u32 = 60_000;
/// With nothing under way for so long, nothing comes any more.
const STILL_MS: u32 = 5_000;
/// The form's own answer follows the portal's.
const SETTLED_MS: u32 = 150;
/// A confirmation without a number is followed by the list.
const TEXT_MS_MAX: u32 = 10_000;

/// What was seen after the click.
#[derive(Clone, Copy)]
enum Seen {
    Confirmation,
    /// The page went to the list by itself.
    List,
}

/// How it ended, with what the caller is told of it.
enum End {
    Confirmed(Confirmation),
    Refused(String),
    Unknown(Why),
}

/// Why it cannot be told.
struct Why {
    words: String,
    /// The page asks who is there: whoever looks later has to sign in first.
    signed_out: bool,
}

impl Why {
    fn said(words: impl Into<String>) -> Self {
        Self {
            words: words.into(),
            signed_out: false,
        }
    }
}

impl From<Failure> for Why {
    fn from(failure: Failure) -> Self {
        Self {
            words: failure.message,
            signed_out: failure.signed_out,
        }
    }
}

/// Submits, once.
///
/// # Errors
/// `portal-refused` in the portal's words, `outcome-unknown`; before the click whatever keeps the host from recording.
pub(crate) fn submit(request: &VisitRequest, ready: Ready) -> Result<Response, Failure> {
    let Ready { slot, actual } = ready;
    let memo = Memo {
        wanted: Wanted {
            terminal: actual.terminal.clone().unwrap_or_default(),
            move_type: actual.summary.move_type.clone().unwrap_or_default(),
            truck_plate: actual.summary.truck_plate.clone(),
            ..wanted(request, &slot.text)
        },
        // Had there been one that matches, nothing would be submitted.
        before: Vec::new(),
        requested: request.clone(),
        actual: actual.clone(),
    };
    let submit = button("Submit")?;
    let summary = summary(&memo);
    progress::report("submitting", 0, None);
    let effect = effects::begin(&summary, &key(request), &memo.written()?)?;
    let end = click_once(&submit);
    let evidence: Vec<ArtifactId> = page::screenshot("after-submit").ok().into_iter().collect();
    let (end, seen) = prove(end, &memo);
    settle(effect, &end);
    match end {
        End::Confirmed(confirmation) => Ok(Response {
            already_exists: false,
            appointment: seen.or_else(|| shown(&memo)),
            confirmation: Some(confirmation),
            slot: Some(slot),
            requested: request.clone(),
            actual: Some(actual),
            differences: Vec::new(),
            evidence,
        }),
        End::Refused(words) => {
            let message = format!("The portal refuses: {words}");
            Err(Failure::new("portal-refused", message)
                .in_phase(TIMES)
                .with_evidence(evidence))
        }
        End::Unknown(Why { words, signed_out }) => {
            let message = format!(
                "Submit was clicked once, and it is not known what came of it: {words}. Nothing is submitted again; \
                 look at the list of appointments before asking again"
            );
            let unknown = Failure::new("outcome-unknown", message).in_phase(TIMES);
            Err(Failure {
                signed_out,
                ..unknown.with_evidence(evidence)
            })
        }
    }
}

fn summary(memo: &Memo) -> String {
    let wanted = &memo.wanted;
    let what = wanted
        .container_id
        .as_ref()
        .or(wanted.booking_number.as_ref());
    let what = what.map_or("an empty container", String::as_str);
    format!(
        "{} of {what} at {}, {}",
        wanted.move_type, wanted.terminal, wanted.time
    )
}

/// Names the move among all effects of the account.
fn key(request: &VisitRequest) -> String {
    let parts = [
        &request.terminal,
        &request.move_type,
        &request.container_id,
        &request.booking_number,
        &request.unit_number,
        &request.line,
        &request.equip_size,
    ];
    let parts: Vec<String> = parts
        .iter()
        .map(|part| part.as_deref().map(normal).unwrap_or_default())
        .collect();
    parts.join("/")
}

/// The one click, and what follows from it.
fn click_once(submit: &Element) -> End {
    match submit.click() {
        Ok(()) => {}
        // The driver did not click.
        Err(PageError::NotInteractable(why) | PageError::Denied(why)) => {
            return End::Refused(format!("Submit could not be clicked ({why})"));
        }
        Err(error) => {
            return End::Unknown(Why::said(format!(
                "the click was not seen to end: {error:?}"
            )));
        }
    }
    let seen = Awaiting::in_step(TIMES)
        .or(
            Seen::Confirmation,
            Condition::Present(wizard::at_step(CONFIRMATION)),
        )
        .or(Seen::List, Condition::AtSite(APPOINTMENTS.to_owned()))
        .or_still(STILL_MS)
        .first(ANSWER_MS_MAX);
    match seen {
        Ok(Some(Seen::Confirmation)) => match read_confirmation() {
            Ok(confirmation) => End::Confirmed(confirmation),
            Err(failure) => End::Unknown(failure.into()),
        },
        Ok(Some(Seen::List)) => End::Confirmed(Confirmation {
            number: None,
            words: String::new(),
        }),
        Ok(None) => End::Unknown(Why::said("the page did nothing")),
        Err(Stop::Said(said)) => judge(&said),
        Err(Stop::Failure(failure)) => End::Unknown(failure.into()),
    }
}

/// Words are a refusal if they say so and the portal's answer was one, not a failure.
fn judge(said: &Said) -> End {
    let failed = match page::wait(&signs_of_stillness(SETTLED_MS), TEXT_MS_MAX) {
        Ok(_) => false,
        Err(PageError::Other(problem)) => !is_refusing_status(&problem.message),
        Err(_) => true,
    };
    if failed || !is_refusal(&said.words) {
        return End::Unknown(Why::said(format!("the portal says \"{}\"", said.words)));
    }
    if said.in_dialog
        && let Err(error) = close_dialog()
    {
        log::warn(format!(
            "the portal's dialog could not be closed: {error:?}"
        ));
    }
    End::Refused(said.words.clone())
}

/// Whether the host's words about a failed request name a status by which a server refuses.
fn is_refusing_status(message: &str) -> bool {
    message
        .split(|c: char| !c.is_ascii_digit())
        .any(|word| word.len() == 3 && word.starts_with('4'))
}

fn read_confirmation() -> Result<Confirmation, Failure> {
    Ok(confirmation(&texts(&wizard::texts(CONFIRMATION))?))
}

/// A confirmation with a number is proof. One without is, once the list shows the appointment; so is any other end that
/// the list can tell. With the appointment as the list shows it, where it was looked at.
fn prove(end: End, memo: &Memo) -> (End, Option<Appointment>) {
    let End::Confirmed(Confirmation {
        number: None,
        words,
    }) = end
    else {
        return (end, None);
    };
    let matching = find_own(&memo.wanted, Until::First).map(|Found { matching, .. }| matching);
    let why = match matching.map(|matching| matching.into_iter().next()) {
        Ok(Some(seen)) => {
            let number = seen.number.clone();
            return (End::Confirmed(Confirmation { number, words }), Some(seen));
        }
        Ok(None) => "does not show the appointment".to_owned(),
        Err(failure) => format!("could not be read: {}", failure.message),
    };
    let why = format!("the portal says \"{words}\", and its list {why}");
    (End::Unknown(Why::said(why)), None)
}

fn settle(effect: Effect, end: &End) {
    let settled = match end {
        End::Confirmed(confirmation) => {
            let number = confirmation.number.as_deref();
            Settled::Confirmed(
                number
                    .unwrap_or("the list of appointments shows it")
                    .to_owned(),
            )
        }
        End::Refused(words) => Settled::Refused(words.clone()),
        End::Unknown(why) => Settled::Unknown(why.words.clone()),
    };
    effects::settle(effect, &settled);
}

/// As the list shows it; welcome, and never worth a failure.
fn shown(memo: &Memo) -> Option<Appointment> {
    match find_own(&memo.wanted, Until::First) {
        Ok(found) => found.matching.into_iter().next(),
        Err(failure) => {
            log::warn(format!(
                "the list of appointments could not be read: {}",
                failure.message
            ));
            None
        }
    }
}
