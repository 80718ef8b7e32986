//! `get-appointments`: the portal's own spreadsheet of all appointments.

use anyhow::{Context, Result};
use serde_json::{Value, json};
use std::path::Path;

use crate::demo::desk::Desk;
use crate::demo::shown::block;
use crate::demo::truth::{PageWait, agree};

/// Has all appointments exported, and downloads the spreadsheet into a file.
pub(crate) fn show(desk: &Desk, file: &Path) -> Result<()> {
    let ran = desk.run("get-appointments", &json!({}), PageWait::None)?;
    let output = ran.output();
    let truth = desk.truth.appointments()?;
    let rows = output["rows"]["rows"].as_array();
    let rows = rows.context("the answer has no rows")?;
    // The number is the first column.
    let numbers: Value = rows.iter().map(|row| row[0].clone()).collect();
    let true_numbers: Value = truth.iter().map(|one| one["number"].clone()).collect();
    agree("the appointments", &numbers, &true_numbers)?;
    agree("how many", &output["selected_count"], &json!(truth.len()))?;
    agree("whether that is all", &output["complete"], &json!(true))?;
    let bytes = desk.download(&output["file"], file)?;
    let whole = format!(
        "{} of the portal's {}, the whole list",
        rows.len(),
        truth.len()
    );
    let sheet = format!("{} ({} KiB)", file.display(), bytes.div_ceil(1024));
    block(
        &[("appointments", whole), ("spreadsheet", sheet)],
        &ran.cost,
    );
    Ok(())
}
