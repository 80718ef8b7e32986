//! `POST /get_containers` with the earlier fields and defaults (portal-facts §1.3).
//!
//! The answer is the spreadsheet itself, unless `return_url` asks for a link. `total_containers` counts the rows
//! written, and `complete` says whether that is the whole list.

use axum::Json;
use axum::extract::State;
use axum::http::{HeaderMap, HeaderName, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use serde::Deserialize;
use serde_json::{Map, Value, json};

use crate::artifacts::store::Artifact;
use crate::dispatch::handle::Dispatch;
use crate::dispatch::request::{RunAnswer, RunRequest};
use crate::http::body::Body;
use crate::http::compat::body::FlatBody;
use crate::http::compat::refusal::Refusal;
use crate::http::files;
use crate::http::prefer::Patience;
use crate::http::problem::Problem;

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
pub async fn get_containers(
    State(dispatch): State<Dispatch>,
    headers: HeaderMap,
    Patience(patience): Patience,
    body: Body,
) -> Result<Response, Refusal> {
    let mut flat = FlatBody::read(body)?;
    let resume = flat.take_resume()?;
    let fields: Fields = flat.fields()?;
    let request = RunRequest {
        operation: "get-containers".to_owned(),
        input: input(&fields),
        resume,
        who: flat.who,
        patience,
    };
    let answer = dispatch.run(request).await?;
    let file = spreadsheet(&answer)?;
    if fields.return_url {
        return Ok(Json(linked(&fields, &answer, &file, &headers)).into_response());
    }
    let mut response = files::send(&dispatch, file.id).await?;
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

fn spreadsheet(answer: &RunAnswer) -> Result<Artifact, Refusal> {
    let id = answer.output["spreadsheet"].as_str();
    let found = answer
        .artifacts
        .iter()
        .find(|file| id == Some(&file.id.to_string()));
    found.cloned().ok_or_else(|| {
        let detail =
            "the get-containers plugin left no spreadsheet; install the one of this release";
        Problem::new(StatusCode::BAD_GATEWAY, "spreadsheet-missing", detail).into()
    })
}

fn linked(fields: &Fields, answer: &RunAnswer, file: &Artifact, headers: &HeaderMap) -> Value {
    let host = headers
        .get(header::HOST)
        .and_then(|host| host.to_str().ok());
    let host = host.unwrap_or("127.0.0.1:5010");
    let output = &answer.output;
    let first_page = output["stopped_reason"] == "first-page";
    let total = if first_page {
        json!("first_page_only")
    } else {
        output["count"].clone()
    };
    let mut body = json!({
        "success": true,
        "session_id": answer.session_id,
        "is_new_session": answer.is_new_session,
        "file_url": format!("http://{host}/files/{}/{}", file.id, file.name),
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
