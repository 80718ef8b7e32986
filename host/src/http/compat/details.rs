//! `POST /get_container_timeline`, `/get_booking_number`, `/get_info_bulk` (portal-facts §1.2, §1.6).
//!
//! What the earlier system guessed is null here, with the reason beside it.

use axum::Json;
use serde::Deserialize;
use serde_json::{Map, Value, json};

use crate::http::compat::body::FlatDocument;
use crate::http::compat::call::Call;
use crate::http::compat::refusal::{EarlierAnswer, Refusal, Refused};

/// Which container, by either of its names.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Which {
    #[serde(alias = "container")]
    container_id: String,
}

impl Which {
    fn input(self) -> Value {
        json!({ "container_id": self.container_id })
    }
}

/// `POST /get_container_timeline`
#[utoipa::path(post, path = "/get_container_timeline", tag = "earlier clients", security(("token" = ["read"])),
    request_body = FlatDocument,
    responses((status = 200, description = "As the earlier system answered.", body = EarlierAnswer), Refused))]
pub async fn timeline(call: Call) -> Result<Json<Value>, Refusal> {
    let which: Which = call.shaped()?;
    let answer = call.run("get-container-timeline", which.input()).await?;
    Ok(call.success(&answer, as_timeline(&answer.output)))
}

/// `POST /get_booking_number`
#[utoipa::path(post, path = "/get_booking_number", tag = "earlier clients", security(("token" = ["read"])),
    request_body = FlatDocument,
    responses((status = 200, description = "As the earlier system answered.", body = EarlierAnswer), Refused))]
pub async fn booking_number(call: Call) -> Result<Json<Value>, Refusal> {
    let which: Which = call.shaped()?;
    let answer = call.run("get-booking-number", which.input()).await?;
    Ok(call.success(&answer, as_booking(&answer.output)))
}

/// `POST /get_info_bulk`
#[utoipa::path(post, path = "/get_info_bulk", tag = "earlier clients", security(("token" = ["read"])),
    request_body = FlatDocument,
    responses((status = 200, description = "As the earlier system answered.", body = EarlierAnswer), Refused))]
pub async fn bulk(call: Call) -> Result<Json<Value>, Refusal> {
    let input = Value::Object(call.fields.clone());
    let answer = call.run("get-info-bulk", input).await?;
    Ok(call.success(&answer, as_bulk(&answer.output)))
}

fn as_timeline(output: &Value) -> Value {
    json!({
        "container_id": output["container_id"],
        "passed_pregate": output["passed_pregate"],
        "pregate_reason": output["pregate_reason"],
        "timeline": milestones(&output["milestones"]),
        "milestone_count": output["milestone_count"],
        // By the classes of the page; pictures are not looked at.
        "detection_method": "dom_class_check",
    })
}

fn as_booking(output: &Value) -> Value {
    let mut body = Map::from_iter([
        ("container_id".to_owned(), output["container_id"].clone()),
        (
            "booking_number".to_owned(),
            output["booking_number"].clone(),
        ),
    ]);
    if let Some(reason) = output["reason"].as_str() {
        let message = format!("No booking number: {}", reason.replace(['-', '_'], " "));
        body.insert("message".to_owned(), json!(message));
    }
    Value::Object(body)
}

fn as_bulk(output: &Value) -> Value {
    let mut results = output["results"].clone();
    for import in results["import_results"]
        .as_array_mut()
        .into_iter()
        .flatten()
    {
        import["timeline"] = milestones(&import["timeline"]);
        import["error"] = error_text(&import["error"]);
    }
    for export in results["export_results"]
        .as_array_mut()
        .into_iter()
        .flatten()
    {
        export["error"] = error_text(&export["error"]);
    }
    let summary = &results["summary"];
    let count = |name: &str| summary[name].as_u64().unwrap_or(0);
    let asked = count("total_import") + count("total_export");
    let read = count("import_success") + count("export_success");
    let message = format!("{read} of {asked} containers read");
    json!({ "results": results, "message": message })
}

/// Milestones under the earlier names. A date that the portal does not show is `N/A`, as it was.
fn milestones(milestones: &Value) -> Value {
    let of = |milestone: &Value| {
        let date = milestone["date"].as_str().unwrap_or("N/A");
        json!({ "milestone": milestone["name"], "date": date, "status": milestone["state"] })
    };
    milestones
        .as_array()
        .into_iter()
        .flatten()
        .map(of)
        .collect()
}

/// Errors were prose; the code goes first, for programs.
fn error_text(error: &Value) -> Value {
    match (error["code"].as_str(), error["message"].as_str()) {
        (Some(code), Some(message)) => json!(format!("{code}: {message}")),
        _ => Value::Null,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_timeline_has_its_earlier_names_and_unknown_stays_unknown() {
        let output = json!({
            "container_id": "CSQU3054383", "passed_pregate": null, "pregate_reason": "export", "milestone_count": 2,
            "milestones": [
                { "name": "Loaded", "date": "11/02/2025 10:00", "state": "passed" },
                { "name": "Empty Pickup", "date": null, "state": "unknown" },
            ],
        });
        let body = as_timeline(&output);
        assert_eq!(body["passed_pregate"], Value::Null);
        assert_eq!(
            body["timeline"][0],
            json!({ "milestone": "Loaded", "date": "11/02/2025 10:00", "status": "passed" })
        );
        assert_eq!(
            body["timeline"][1],
            json!({ "milestone": "Empty Pickup", "date": "N/A", "status": "unknown" })
        );
    }

    #[test]
    fn no_booking_number_comes_with_a_message() {
        let body = as_booking(
            &json!({ "container_id": "X", "booking_number": null, "reason": "no-booking-label" }),
        );
        assert_eq!(body["booking_number"], Value::Null);
        assert_eq!(body["message"], "No booking number: no booking label");
        let body =
            as_booking(&json!({ "container_id": "X", "booking_number": "AB1", "reason": null }));
        assert!(body.get("message").is_none());
    }
}
