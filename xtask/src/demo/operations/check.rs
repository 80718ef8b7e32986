//! `check-appointments`: the times that the portal offers for a visit. Nothing is booked.

use anyhow::{Context, Result, ensure};
use serde_json::{Value, json};

use crate::demo::desk::Desk;
use crate::demo::shown::{block, text};
use crate::demo::truth::{PageWait, agree};

/// Times that are shown, of those that are offered.
const SHOWN: usize = 3;

/// Checks a visit, and gives the first time that is offered.
pub(crate) fn show(desk: &Desk, visit: &Value) -> Result<Value> {
    let ledger = desk.truth.ledger()?;
    let ran = desk.run("check-appointments", visit, PageWait::Wizard)?;
    let output = ran.output();
    let slots = output["slots"].as_array();
    let slots = slots.context("the answer has no slots")?;
    let times: Value = slots.iter().map(|slot| slot["text"].clone()).collect();
    let truth = desk.truth.times(&visit["terminal"], &visit["move_type"])?;
    agree("the times", &times, &json!(truth))?;
    agree(
        "what differs from the request",
        &output["differences"],
        &json!([]),
    )?;
    ensure!(desk.truth.ledger()? == ledger, "a check booked something");
    let what = match visit["container_id"].as_str() {
        Some(container) => format!("container {container}"),
        None => format!("booking {}", text(&visit["booking_number"])),
    };
    let place = format!(
        "{} at {}, {what}",
        text(&visit["move_type"]),
        text(&visit["terminal"])
    );
    let count = format!("{} of the portal's {}", slots.len(), truth.len());
    let mut lines = vec![("visit", place), ("free times", count)];
    for slot in slots.iter().take(SHOWN) {
        let words = format!("{} to {}", text(&slot["start"]), text(&slot["end"]));
        lines.push(("", words));
    }
    lines.push(("", "…".to_owned()));
    block(&lines, &ran.cost);
    let first = slots.first().context("no time is offered")?;
    Ok(first["text"].clone())
}
