//! `POST /get_containers` with the earlier fields and defaults (portal-facts §1.3).
//!
//! The answer is the spreadsheet itself, unless `return_url` asks for a link. `total_containers` counts the rows
//! written, and `complete` says whether that is the whole list.

use axum::http::{HeaderName, HeaderValue};
use axum::response::{IntoResponse, Response};
use serde::Deserialize;
use serde_json::{Map, Value, json};

use crate::artifacts::store::Artifact;
use crate::dispatch::request::RunAnswer;
use crate::http::compat::body::FlatDocument;
use crate::http::compat::call::{Call, file};
use crate::http::compat::refusal::{EarlierAnswer, Refusal, Refused};
use crate::http::files;
use crate::http::problem::Problem;
use crate::model::outcome::Class;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Fields {
    #[serde(default = "yes")]
    infinite_scrolling: bool,
    target_count: Option<u64>,
    target_container_id: Option<String>,
    #[serde(default)]
    return_url: bool,
}

/// Lists containers.
#[utoipa::path(post, path = "/get_containers", tag = "earlier clients", security(("token" = ["read"])),
    request_body = FlatDocument,
    responses((status = 200, description = "The spreadsheet, or with `return_url` where it is.", content((EarlierAnswer = "application/json"), (Vec<u8> = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"))), Refused))]
pub async fn get_containers(call: Call) -> Result<Response, Refusal> {
    let fields: Fields = call.shaped()?;
    let answer = call.run("get-containers", input(&fields)).await?;
    let file = spreadsheet(&answer)?;
    if fields.return_url {
        return Ok(call
            .success(&answer, linked(&fields, &answer, file, &call))
            .into_response());
    }
    let mut response = files::send(call.desk(), file.id).await?;
    let session = HeaderValue::from_str(&answer.session_id.to_string());
    let session = session.expect("an id is plain ASCII");
    response.headers_mut().insert(SESSION_ID, session);
    let complete = answer.output["complete"].as_bool() == Some(true);
    let complete = HeaderValue::from_static(if complete { "true" } else { "false" });
    response.headers_mut().insert(COMPLETE, complete);
    Ok(response)
}

/// A spreadsheet has no place for these, and the earlier system's callers never learned them.
const SESSION_ID: HeaderName = HeaderName::from_static("gantry-session-id");
const COMPLETE: HeaderName = HeaderName::from_static("gantry-complete");

/// The operation's input. An id goes before a count, a count before the first page.
fn input(fields: &Fields) -> Value {
    let mut input = Map::new();
    if let Some(id) = &fields.target_container_id {
        input.insert("target_container_id".to_owned(), json!(id));
    } else if let Some(count) = fields.target_count {
        input.insert("target_count".to_owned(), json!(count));
    } else if !fields.infinite_scrolling {
        input.insert("first_page_only".to_owned(), json!(true));
    }
    Value::Object(input)
}

fn spreadsheet(answer: &RunAnswer) -> Result<&Artifact, Refusal> {
    file(answer, &answer.output["spreadsheet"]).ok_or_else(|| {
        let detail =
            "the get-containers plugin left no spreadsheet; install the one of this release";
        Problem::new(Class::Portal, "spreadsheet-missing", detail).into()
    })
}

fn linked(fields: &Fields, answer: &RunAnswer, file: &Artifact, call: &Call) -> Value {
    let output = &answer.output;
    let first_page = output["stopped_reason"] == "first-page";
    let total = if first_page {
        json!("first_page_only")
    } else {
        output["count"].clone()
    };
    let mut body = json!({
        "file_url": call.file_url(file),
        "file_name": file.name,
        "file_size": file.bytes,
        "total_containers": total,
        "count": output["count"],
        "complete": output["complete"],
        "scroll_cycles": output["batches"],
        "stopped_reason": output["stopped_reason"],
    });
    if fields.target_container_id.is_some() {
        body["found_target_container"] = output["found_target_container"].clone();
    }
    body
}

const fn yes() -> bool {
    true
}
