//! `get-containers`: the whole list, row by row as the portal has it, and its spreadsheet.

use anyhow::{Context, Result, ensure};
use serde_json::{Value, json};
use std::path::Path;

use crate::demo::desk::Desk;
use crate::demo::shown::block;
use crate::demo::truth::{PageWait, agree};

/// Columns that have the same name and text in the answer and in the truth.
const COLUMNS: [&str; 12] = [
    "trade_type",
    "status",
    "origin",
    "destination",
    "current_loc",
    "line",
    "vessel_name",
    "vessel_code",
    "voyage",
    "size_type",
    "lfd_gtd",
    "tags",
];

/// Reads the list, and downloads its spreadsheet into a file.
pub(crate) fn show(desk: &Desk, file: &Path) -> Result<()> {
    let ran = desk.run("get-containers", &json!({}), PageWait::None)?;
    let output = ran.output();
    let rows = output["containers"].as_array();
    let rows = rows.context("the answer has no containers")?;
    let truth = desk.truth.containers()?;
    ensure!(
        output["complete"] == true,
        "the list is not whole: {} rows",
        rows.len()
    );
    agree(
        "the rows",
        &compared(rows, "container_number"),
        &compared(&truth, "number"),
    )?;
    let bytes = desk.download(&output["spreadsheet"], file)?;
    let whole = format!(
        "{} of the portal's {}, the whole list",
        rows.len(),
        truth.len()
    );
    let sheet = format!("{} ({} KiB)", file.display(), bytes.div_ceil(1024));
    block(&[("rows", whole), ("spreadsheet", sheet)], &ran.cost);
    Ok(())
}

/// Rows by their number: each time the list is opened it has another order.
fn compared(rows: &[Value], number: &str) -> Value {
    let mut rows: Vec<Vec<&str>> = rows
        .iter()
        .map(|row| {
            let keys = std::iter::once(number).chain(COLUMNS);
            keys.map(|key| row[key].as_str().unwrap_or("nothing"))
                .collect()
        })
        .collect();
    rows.sort_unstable();
    json!(rows)
}
