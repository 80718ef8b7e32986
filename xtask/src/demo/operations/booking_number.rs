//! `get-booking-number`: the booking number of an export.

use anyhow::{Context, Result};
use serde_json::Value;

use crate::demo::desk::Desk;
use crate::demo::shown::{block, text};
use crate::demo::truth::{PageWait, agree};

/// Reads the booking number of a container.
pub(crate) fn show(desk: &Desk, input: &Value) -> Result<()> {
    let ran = desk.run("get-booking-number", input, PageWait::Row)?;
    let output = ran.output();
    let number = &input["container_id"];
    let truth = booking(&desk.truth.containers()?, number)?;
    agree("the booking number", &output["booking_number"], &truth)?;
    let what = format!("{}, {}", text(number), text(&output["trade_type"]));
    let booking = text(&output["booking_number"]).to_owned();
    block(
        &[("container", what), ("booking number", booking)],
        &ran.cost,
    );
    Ok(())
}

/// The booking number of a container; null if it has none.
pub(crate) fn booking(containers: &[Value], number: &Value) -> Result<Value> {
    let row = containers.iter().find(|row| row["number"] == *number);
    let row = row.with_context(|| format!("the portal has no {number}"))?;
    Ok(row["detail"]["booking"].clone())
}
