//! All operations, in their order, each a step with what to do if it fails.
//!
//! Owns: that order. What reads comes before what books, so that each is compared with a portal that stands still.

use anyhow::Result;
use serde_json::{Value, json};

use crate::demo::choice::{Choice, with};
use crate::demo::desk::Desk;
use crate::demo::operations::{
    appointments, booking, booking_number, bulk, check, containers, timeline,
};
use crate::demo::step::step;
use crate::tree::Tree;

/// Reads what can be read.
pub(crate) fn read(tree: &Tree, desk: &Desk, choice: &Choice) -> Result<()> {
    let folder = tree.target().join("demo");
    step(
        "get-containers",
        "see the host's log for how the list ended, and whether the folder can be written to",
        || containers::show(desk, &folder.join("containers.xlsx")),
    )?;
    step(
        "get-container-timeline",
        "see the host's log; `details-failed` is a row that stayed empty, and worth another try",
        || timeline::show(desk, &choice.timeline),
    )?;
    step(
        "get-booking-number",
        "see the host's log; `details-failed` is a row that stayed empty, and worth another try",
        || booking_number::show(desk, &choice.booking),
    )?;
    step(
        "get-info-bulk, answered later and followed",
        "see the host's log; what was known until then is printed above",
        || bulk::show(desk, &choice.bulk),
    )?;
    step(
        "get-appointments",
        "see the host's log for the download, and whether the folder can be written to",
        || appointments::show(desk, &folder.join("appointments.xlsx")),
    )
}

/// Books one of the times that a check gave. Gives that time.
pub(crate) fn book(desk: &Desk, choice: &Choice) -> Result<Value> {
    let time = step(
        "check-appointments, an import",
        "see the host's log; a field that the form lacks is named in the answer",
        || check::show(desk, &choice.import),
    )?;
    step(
        "check-appointments, an export",
        "see the host's log; a field that the form lacks is named in the answer",
        || check::show(desk, &choice.export),
    )?;
    let input = with(choice.import.clone(), json!({ "appointment_time": time }));
    let booked = step(
        "make-appointment",
        "see the host's log; nothing is submitted again, and the next demo begins with an empty ledger",
        || booking::show(desk, &input),
    )?;
    step(
        "make-appointment, the same request under the same key",
        "see the host's log for the first run, whose answer has to come again",
        || booking::repeat(desk, &input, &booked),
    )?;
    Ok(time)
}
