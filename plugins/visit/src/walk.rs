//! The walk to the times: from the beginning, or from the step in which it paused.
//!
//! Owns: its order, and what is read back at its end.

use emodal::icons::without_names;
use emodal::instead::changed;
use emodal::summary;
use emodal::wizard::{self, DATA, MOVES, TIMES};
use gantry_sdk::page::{self, Column, Take};
use gantry_sdk::{Failure, Locator, css, progress};

use crate::data::{self, BOOKING_INPUT, CONTAINER_INPUT};
use crate::moves::{self, PIN, SEALS, UNIT};
use crate::opening;
use crate::report::Actual;
use crate::request::VisitRequest;
use crate::stop::texts;
use crate::times::current_slot;

/// The page stands at step 3, and this is what it shows.
#[derive(Debug)]
pub struct AtTimes {
    /// Read back from the form.
    pub actual: Actual,
}

/// Opens the wizard and walks to its times.
///
/// # Errors
/// `field-missing` and `field-not-accepted`, resumable in their step; `portal-refused`; whatever the page fails with.
pub fn walk(request: &VisitRequest) -> Result<AtTimes, Failure> {
    opening::open()?;
    from(DATA, request)
}

/// Goes on in the step in which a walk paused.
///
/// # Errors
/// As [`walk`]; `wizard-moved` if the page is not in that step.
pub fn walk_on(request: &VisitRequest, step: u32) -> Result<AtTimes, Failure> {
    opening::still_at(step)?;
    from(step, request)
}

fn from(step: u32, request: &VisitRequest) -> Result<AtTimes, Failure> {
    let say = |step| progress::report("wizard", step, Some(TIMES));
    if step <= DATA {
        say(DATA);
        data::fill(request)?;
    }
    if step <= MOVES {
        say(MOVES);
        moves::fill(request)?;
    }
    say(TIMES);
    Ok(AtTimes {
        actual: read_back(request)?,
    })
}

/// What the form shows: step 3's summary, and of step 1, which stays in the document, what the summary leaves out.
fn read_back(request: &VisitRequest) -> Result<Actual, Failure> {
    let mut summaries = summary::of_texts(&texts(&wizard::texts(TIMES))?).into_iter();
    let first = summaries
        .next()
        .ok_or_else(|| changed("step 3 has no summary of the moves").in_phase(TIMES))?;
    let more_moves: Vec<_> = summaries.collect();
    let table = page::read(&css("body"), &parts(), 0)?;
    let row = table.rows.into_iter().next().unwrap_or_default();
    let at = |place: usize| row.get(place).cloned().flatten();
    let chips = |place: usize| -> Vec<String> {
        at(place)
            .unwrap_or_default()
            .lines()
            .map(without_names)
            .collect()
    };
    let not_asked_for = [
        ("container_id", request.container_id.is_some(), 4),
        ("booking_number", request.booking_number.is_some(), 5),
        ("quantity", request.quantity.is_some(), 6),
        ("pin_code", request.pin_code.is_some(), 7),
        ("unit_number", request.unit_number.is_some(), 8),
        ("seals", !request.seals.is_empty(), 9),
    ];
    let not_asked_for = not_asked_for
        .into_iter()
        .filter(|(_, is_sent, place)| *is_sent && at(*place).is_none())
        .map(|(field, ..)| field.to_owned())
        .collect();
    Ok(Actual {
        trucking_company: at(0),
        terminal: at(1),
        containers: chips(2),
        booking_number: chips(3).into_iter().next(),
        moves: 1 + more_moves.len(),
        summary: first,
        more_moves,
        slot: current_slot()?,
        not_asked_for,
    })
}

fn parts() -> Vec<Column> {
    let part = |at: Locator, take: Take| Column { at: Some(at), take };
    let is_there = |at: Locator| part(at, Take::OwnText);
    vec![
        part(wizard::select_value("trucking company"), Take::Text),
        part(wizard::select_value("terminal"), Take::Text),
        part(wizard::chips(CONTAINER_INPUT), Take::AllText),
        part(wizard::chips(BOOKING_INPUT), Take::AllText),
        is_there(wizard::input(DATA, CONTAINER_INPUT)),
        is_there(wizard::input(DATA, BOOKING_INPUT)),
        is_there(wizard::labelled_input("quantity")),
        is_there(wizard::input(MOVES, PIN)),
        is_there(wizard::input(MOVES, UNIT)),
        is_there(wizard::input(MOVES, SEALS[0])),
    ]
}
