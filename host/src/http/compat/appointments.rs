//! `POST /get_appointments` with the earlier fields (portal-facts §1.2).

use axum::Json;
use serde_json::{Value, json};

use crate::http::compat::body::FlatDocument;
use crate::http::compat::call::{Call, file};
use crate::http::compat::refusal::{EarlierAnswer, Refusal, Refused};

/// Exports appointments.
#[utoipa::path(post, path = "/get_appointments", tag = "earlier clients", security(("token" = ["read"])),
    request_body = FlatDocument,
    responses((status = 200, description = "As the earlier system answered.", body = EarlierAnswer), Refused))]
pub async fn get_appointments(call: Call) -> Result<Json<Value>, Refusal> {
    let mut fields = call.fields.clone();
    // Read and never used: the list is read to its end, or to the count that is asked for.
    fields.remove("infinite_scrolling");
    fields.retain(|_, value| !value.is_null());
    let answer = call.run("get-appointments", Value::Object(fields)).await?;
    let output = &answer.output;
    let file = file(&answer, &output["file"]);
    let body = json!({
        "selected_count": output["selected_count"],
        "complete": output["complete"],
        "file_url": file.map(|file| call.file_url(file)),
        "file_name": file.map(|file| &file.name),
    });
    Ok(call.success(&answer, body))
}
