//! `POST /check_appointments` and `/make_appointment` with the earlier fields (portal-facts §1.4, §1.5).
//!
//! Nothing is filled in that the caller did not send: no PIN, no unit, no seal, no plate. `phase_data` and
//! `appointment_details` say what the portal's form showed, no longer what was asked for.

use axum::Json;
use serde_json::{Map, Value, json};

use crate::http::compat::body::FlatDocument;
use crate::http::compat::call::Call;
use crate::http::compat::refusal::{EarlierAnswer, Refusal, Refused};

/// Drawn on pictures by the earlier system, and not needed.
const IGNORED: [&str; 5] = [
    "container_number",
    "vm_email",
    "manifested_date",
    "departed_date",
    "last_free_day_date",
];
/// Seals of an export; the earlier system wrote one text into all of them.
const SEALS: usize = 4;

/// `POST /check_appointments`
#[utoipa::path(post, path = "/check_appointments", tag = "earlier clients", security(("token" = ["read"])),
    request_body = FlatDocument,
    responses((status = 200, description = "As the earlier system answered.", body = EarlierAnswer), Refused))]
pub async fn check(call: Call) -> Result<Json<Value>, Refusal> {
    let input = visit(call.fields.clone());
    let answer = call.run("check-appointments", input).await?;
    Ok(call.success(&answer, as_check(&answer.output)))
}

/// `POST /make_appointment`; imports unless it says otherwise, as earlier.
#[utoipa::path(post, path = "/make_appointment", tag = "earlier clients", security(("token" = ["book"])),
    request_body = FlatDocument,
    responses((status = 200, description = "As the earlier system answered.", body = EarlierAnswer), Refused))]
pub async fn make(call: Call) -> Result<Json<Value>, Refusal> {
    let mut fields = call.fields.clone();
    if !call.is_resumed() && !fields.contains_key("container_type") {
        fields.insert("container_type".to_owned(), json!("import"));
    }
    let answer = call.run("make-appointment", visit(fields)).await?;
    Ok(call.success(&answer, as_made(&answer.output)))
}

/// The operation's input. What was null or empty counts as not sent.
fn visit(mut fields: Map<String, Value>) -> Value {
    for name in IGNORED {
        fields.remove(name);
    }
    if fields.get("own_chassis").is_some_and(|own| own == "ignore") {
        fields.remove("own_chassis");
    }
    if let Some(seal) = fields.remove("seal_value").filter(|seal| !is_nothing(seal)) {
        fields.insert("seals".to_owned(), json!(vec![seal; SEALS]));
    }
    fields.retain(|_, value| !is_nothing(value));
    Value::Object(fields)
}

fn is_nothing(value: &Value) -> bool {
    value.is_null() || value.as_str().is_some_and(|text| text.trim().is_empty())
}

fn as_check(output: &Value) -> Value {
    let slots = output["slots"].as_array();
    let times: Vec<&Value> = slots
        .into_iter()
        .flatten()
        .map(|slot| &slot["text"])
        .collect();
    let is_export = output["requested"]["container_type"] == "export";
    let mut body = json!({
        "container_type": output["requested"]["container_type"],
        "appointment_session_id": null,
        "phase_data": output["actual"],
        "requested": output["requested"],
        "differences": output["differences"],
        "available_times": times,
        "count": output["count"],
        "slots": output["slots"],
        "no_slots_reason": output["no_slots_reason"],
    });
    if is_export {
        body["calendar_found"] = json!(!times.is_empty());
    }
    body
}

fn as_made(output: &Value) -> Value {
    let shown = match &output["actual"] {
        Value::Null => &output["appointment"],
        actual => actual,
    };
    json!({
        "appointment_confirmed": true,
        "already_exists": output["already_exists"],
        "appointment_details": shown,
        "confirmation": output["confirmation"],
        "slot": output["slot"],
        "differences": output["differences"],
        "evidence": output["evidence"],
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn input(fields: Value) -> Value {
        let Value::Object(fields) = fields else {
            unreachable!()
        };
        visit(fields)
    }

    #[test]
    fn d06_nothing_is_invented_and_what_is_only_for_pictures_is_left_out() {
        let fields = json!({
            "container_type": "import", "terminal": "T", "container_number": "X", "vm_email": "a@example.test",
            "pin_code": null, "truck_plate": " ", "own_chassis": "ignore",
        });
        assert_eq!(
            input(fields),
            json!({ "container_type": "import", "terminal": "T" })
        );
    }

    #[test]
    fn one_seal_value_stands_in_all_four_seals() {
        let fields = json!({ "seal_value": "S1", "own_chassis": false });
        assert_eq!(
            input(fields),
            json!({ "seals": ["S1", "S1", "S1", "S1"], "own_chassis": false })
        );
    }

    #[test]
    fn d01_no_times_are_no_times() {
        let output = json!({
            "slots": [], "count": 0, "no_slots_reason": "No Appointments Available!",
            "requested": { "container_type": "import" }, "actual": {}, "differences": [],
        });
        let body = as_check(&output);
        assert_eq!(body["available_times"], json!([]));
        assert_eq!(body["count"], 0);
        assert_eq!(body["no_slots_reason"], "No Appointments Available!");
    }
}
