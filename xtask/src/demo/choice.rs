//! What the demo asks for: containers, a booking and visits, chosen from the portal's truth by what they are.
//!
//! Owns: the inputs of the operations, each in one place, so that what was shown and what is printed to be tried is one.

use anyhow::{Context, Result};
use serde_json::{Value, json};

use crate::demo::truth::Truth;

/// Containers of the bulk, of each kind.
const BULK: usize = 2;
const IMPORT_MOVE: &str = "PICK FULL";
const EXPORT_MOVE: &str = "DROP FULL";

/// The inputs of the operations.
pub(crate) struct Choice {
    /// Of `get-container-timeline`: an import that has passed some milestones, Pregate among them, and others not.
    pub(crate) timeline: Value,
    /// Of `get-booking-number`: an export that has one.
    pub(crate) booking: Value,
    /// Of `get-info-bulk`: some of both.
    pub(crate) bulk: Value,
    /// Of `check-appointments`: an import that nobody has booked.
    pub(crate) import: Value,
    /// Of `check-appointments`: an export.
    pub(crate) export: Value,
    /// Another import that nobody has booked.
    pub(crate) next_import: Value,
}

impl Choice {
    /// Chooses.
    pub(crate) fn of(truth: &Truth) -> Result<Self> {
        let containers = truth.containers()?;
        let booked = truth.appointments()?;
        let opens = |row: &&Value| row["detail"].is_object();
        let of_trade = |trade: &'static str| {
            let rows = containers.iter().filter(opens);
            rows.filter(move |row| row["trade_type"] == trade)
        };
        let is_free = |row: &&Value| {
            let number = &row["number"];
            !booked.iter().any(|one| one["container"] == *number)
        };
        let under_way = of_trade("IMPORT").find(|row| is_under_way(row));
        let under_way = under_way.context("no import has passed Pregate and goes on")?;
        let export = export_that_can_be_brought(of_trade("EXPORT"), truth)?;
        let mut free = of_trade("IMPORT").filter(is_free);
        let mut visit = || -> Result<Value> {
            let import = free.next().context("every import is booked")?;
            let visit = visit("import", IMPORT_MOVE, truth)?;
            Ok(with(visit, json!({ "container_id": import["number"] })))
        };
        let numbers = |trade| -> Vec<&Value> {
            let rows = of_trade(trade).map(|row| &row["number"]);
            rows.step_by(7).take(BULK).collect()
        };
        let brought = json!({
            "booking_number": export["detail"]["booking"],
            "quantity": 1,
            "unit_number": export["number"],
        });
        Ok(Self {
            timeline: json!({ "container_id": under_way["number"] }),
            booking: json!({ "container_id": export["number"] }),
            bulk: json!({
                "import_containers": numbers("IMPORT"),
                "export_containers": numbers("EXPORT"),
            }),
            import: visit()?,
            export: with(self::visit("export", EXPORT_MOVE, truth)?, brought),
            next_import: visit()?,
        })
    }
}

/// Pregate is passed, and something newer is not.
fn is_under_way(row: &Value) -> bool {
    let timeline = row["detail"]["timeline"].as_array();
    let states = timeline.into_iter().flatten();
    let passed = |name: &str, one: &Value| one["name"] == name && one["passed"] == true;
    states.clone().any(|one| passed("Pregate", one))
        && states.clone().any(|one| one["passed"] == false)
}

/// An export whose booking number the wizard takes as it is.
fn export_that_can_be_brought<'a>(
    exports: impl Iterator<Item = &'a Value>,
    truth: &Truth,
) -> Result<&'a Value> {
    for export in exports {
        if let Some(number) = export["detail"]["booking"].as_str()
            && truth.takes_booking(number)?
        {
            return Ok(export);
        }
    }
    anyhow::bail!("no export has a booking number that the wizard takes")
}

/// A visit at a terminal that asks for nothing special, without what it is for. Of such terminals the one with the fewest
/// free times is the quickest to show.
fn visit(kind: &str, move_type: &str, truth: &Truth) -> Result<Value> {
    let is_plain = |one: &Value| {
        let flags = ["asks_pin", "own_chassis", "collapses"];
        flags.iter().all(|flag| one[flag] == false) && one["no_appointments"].is_null()
    };
    let move_type = json!(move_type);
    let mut found: Option<(usize, Value)> = None;
    for terminal in truth.terminals()?.into_iter().filter(is_plain) {
        let times = truth.times(&terminal["name"], &move_type)?.len();
        if times > 0 && found.as_ref().is_none_or(|(fewest, _)| times < *fewest) {
            found = Some((times, terminal));
        }
    }
    let (_, terminal) = found.context("every terminal asks for something special")?;
    Ok(json!({
        "container_type": kind,
        "trucking_company": truth.company()?,
        "terminal": terminal["name"],
        "move_type": move_type,
        "truck_plate": truth.plate()?,
    }))
}

/// An input with further fields.
pub(crate) fn with(mut input: Value, fields: Value) -> Value {
    if let (Some(input), Value::Object(fields)) = (input.as_object_mut(), fields) {
        input.extend(fields);
    }
    input
}
