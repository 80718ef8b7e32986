//! `get-info-bulk`: several containers in one walk, answered later, each told of as soon as it is known.

use anyhow::{Context, Result, ensure};
use serde_json::{Value, json};
use std::time::Instant;

use crate::demo::desk::Desk;
use crate::demo::operations::{booking_number, timeline};
use crate::demo::shown::{block, line, seconds, text};
use crate::demo::truth::{PageWait, agree};

/// Reads imports and exports.
pub(crate) fn show(desk: &Desk, input: &Value) -> Result<()> {
    let begun = Instant::now();
    let mut parts = 0;
    println!();
    let ran = desk.run_followed("get-info-bulk", input, PageWait::Row, |event| {
        let after_ms = u64::try_from(begun.elapsed().as_millis()).unwrap_or(u64::MAX);
        if event["kind"] == "part" {
            parts += 1;
        }
        if let Some(words) = words(event) {
            line(&format!("after {}", seconds(after_ms)), &words);
        }
    })?;
    let results = &ran.output()["results"];
    let containers = desk.truth.containers()?;
    let (imports, exports) = (
        list(&results["import_results"])?,
        list(&results["export_results"])?,
    );
    for (asked, answered) in [
        ("import_containers", imports),
        ("export_containers", exports),
    ] {
        let numbers: Value = answered
            .iter()
            .map(|one| one["container_id"].clone())
            .collect();
        agree(asked, &numbers, &input[asked])?;
    }
    for one in imports {
        let truth = timeline::milestones(&containers, &one["container_id"])?;
        agree("a timeline", &one["timeline"], &truth)?;
        let pregate = timeline::passed_pregate(&truth);
        agree("Pregate", &one["pregate_status"], &pregate)?;
    }
    for one in exports {
        let truth = booking_number::booking(&containers, &one["container_id"])?;
        agree("success", &one["success"], &json!(true))?;
        agree("a booking number", &one["booking_number"], &truth)?;
    }
    let all = imports.len() + exports.len();
    ensure!(
        parts == all,
        "{parts} of {all} containers were told of while the run went on"
    );
    let how_many = format!(
        "{} imports, {} exports, all as the portal has them",
        imports.len(),
        exports.len()
    );
    block(&[("containers", how_many)], &ran.cost);
    Ok(())
}

fn list(results: &Value) -> Result<&Vec<Value>> {
    results.as_array().context("the answer has no results")
}

/// What an event says to a person; of those that say something.
fn words(event: &Value) -> Option<String> {
    match event["kind"].as_str()? {
        "queued" => Some("accepted, and followed".to_owned()),
        "leased" => Some("it has its session".to_owned()),
        "part" => Some(format!(
            "{}: {}",
            text(&event["item"]),
            found(&event["result"])
        )),
        "ended" => Some(text(&event["state"]).to_owned()),
        _ => None,
    }
}

fn found(result: &Value) -> String {
    if result["success"] != true {
        return text(&result["error"]["code"]).to_owned();
    }
    match (
        result["pregate_status"].as_bool(),
        result["booking_number"].as_str(),
    ) {
        (Some(true), _) => "Pregate passed".to_owned(),
        (Some(false), _) => "Pregate not passed".to_owned(),
        (None, Some(booking)) => format!("booking {booking}"),
        (None, None) => format!("no booking: {}", text(&result["reason"])),
    }
}
