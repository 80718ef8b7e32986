//! `get-container-timeline`: the milestones of one container.

use anyhow::{Context, Result};
use serde_json::{Value, json};

use crate::demo::desk::Desk;
use crate::demo::shown::{block, text};
use crate::demo::truth::{PageWait, agree, or_null};

/// Reads the timeline of a container.
pub(crate) fn show(desk: &Desk, input: &Value) -> Result<()> {
    let ran = desk.run("get-container-timeline", input, PageWait::Row)?;
    let output = ran.output();
    let containers = desk.truth.containers()?;
    let number = &input["container_id"];
    let truth = milestones(&containers, number)?;
    agree("the milestones", &output["milestones"], &truth)?;
    agree(
        "Pregate",
        &output["passed_pregate"],
        &passed_pregate(&truth),
    )?;
    let pregate = match output["passed_pregate"].as_bool() {
        Some(true) => "passed",
        Some(false) => "not passed",
        None => text(&output["pregate_reason"]),
    };
    let what = format!(
        "{}, {}, {}",
        text(number),
        text(&output["trade_type"]),
        text(&output["status"])
    );
    let mut lines = vec![("container", what), ("Pregate", pregate.to_owned())];
    let mut label = "milestones";
    for one in output["milestones"].as_array().into_iter().flatten() {
        let date = one["date"].as_str().unwrap_or("no date");
        let line = format!("{:8} {date:17} {}", text(&one["state"]), text(&one["name"]));
        lines.push((std::mem::take(&mut label), line));
    }
    block(&lines, &ran.cost);
    Ok(())
}

/// The milestones of a container as they have to be answered.
pub(crate) fn milestones(containers: &[Value], number: &Value) -> Result<Value> {
    let row = containers.iter().find(|row| row["number"] == *number);
    let row = row.with_context(|| format!("the portal has no {number}"))?;
    let timeline = row["detail"]["timeline"].as_array();
    let timeline = timeline.with_context(|| format!("{number} has no timeline"))?;
    let milestone = |one: &Value| {
        let state = if one["passed"] == true {
            "passed"
        } else {
            "pending"
        };
        json!({ "name": one["name"], "date": or_null(&one["date"]), "state": state })
    };
    Ok(timeline.iter().map(milestone).collect())
}

/// Whether Pregate is among the passed ones; null without a Pregate.
pub(crate) fn passed_pregate(milestones: &Value) -> Value {
    let mut all = milestones.as_array().into_iter().flatten();
    let pregate = all.find(|one| one["name"] == "Pregate");
    pregate.map_or(Value::Null, |one| json!(one["state"] == "passed"))
}
