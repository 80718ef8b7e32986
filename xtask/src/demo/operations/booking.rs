//! `make-appointment`: one appointment, and then the same request again, which books nothing.
//!
//! Owns: the comparison with the portal's ledger, which has to have exactly one booking.

use anyhow::{Context, Result, ensure};
use serde_json::{Value, json};
use std::time::Instant;

use crate::demo::desk::{Desk, Ran};
use crate::demo::shown::{block, line, seconds, text};
use crate::demo::truth::{PageWait, agree};

const OPERATION: &str = "make-appointment";
/// The caller's own name for its request.
pub(crate) const KEY: &str = "demo-appointment-0001";

/// Books.
pub(crate) fn show(desk: &Desk, input: &Value) -> Result<Ran> {
    let ran = desk.run_under_key(OPERATION, input, KEY, PageWait::Wizard)?;
    let output = ran.output();
    let booking = only_booking(desk)?;
    let asked = [
        ("terminal", "terminal"),
        ("move_type", "move_type"),
        ("container", "container_id"),
        ("plate", "truck_plate"),
        ("slot", "appointment_time"),
    ];
    for (booked, wanted) in asked {
        agree(wanted, &input[wanted], &booking[booked])?;
    }
    let confirmation = &output["confirmation"];
    agree(
        "the confirmation's number",
        &confirmation["number"],
        &booking["number"],
    )?;
    agree(
        "the list's number",
        &output["appointment"]["number"],
        &booking["number"],
    )?;
    ensure!(
        !ran.is_replayed,
        "the first answer under a key is no repetition"
    );
    let what = format!(
        "{} at {}",
        text(&input["container_id"]),
        text(&input["terminal"])
    );
    let lines = [
        ("booked", text(&confirmation["number"]).to_owned()),
        ("for", what),
        ("when", text(&output["slot"]["text"]).to_owned()),
        (
            "the portal's words",
            text(&confirmation["words"]).to_owned(),
        ),
        (
            "the portal's ledger",
            "one booking, as asked for".to_owned(),
        ),
    ];
    block(&lines, &ran.cost);
    Ok(ran)
}

/// Sends the same request under the same key.
pub(crate) fn repeat(desk: &Desk, input: &Value, first: &Ran) -> Result<()> {
    let begun = Instant::now();
    let again = desk.run_under_key(OPERATION, input, KEY, PageWait::None)?;
    let took = begun.elapsed();
    ensure!(
        again.is_replayed,
        "the answer does not say that it is repeated"
    );
    agree("the repeated answer", &again.answer, &first.answer)?;
    only_booking(desk)?;
    let portal = seconds(again.cost.portal_ms);
    println!();
    line("answer", "the same, and says that it is the earlier one");
    line("the portal's ledger", "still one booking");
    line(
        "time",
        &format!(
            "{} ms, of which {portal} the portal's own",
            took.as_millis()
        ),
    );
    println!();
    Ok(())
}

/// The one booking in the ledger.
fn only_booking(desk: &Desk) -> Result<Value> {
    let mut ledger = desk.truth.ledger()?;
    ensure!(
        ledger.len() == 1,
        "the portal's ledger has {} bookings: {}",
        ledger.len(),
        json!(ledger)
    );
    ledger.pop().context("there is one")
}
