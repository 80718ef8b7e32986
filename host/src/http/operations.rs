//! `POST /v1/operations/{name}`: runs an operation, and waits for its answer or says where it will be.

use axum::Json;
use axum::extract::{Path, State};
use axum::http::{HeaderMap, HeaderName, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use serde::Deserialize;
use serde_json::Value;

use crate::config::limits;
use crate::dispatch::error::RunError;
use crate::dispatch::handle::Dispatch;
use crate::dispatch::request::{RunAnswer, RunRequest};
use crate::dispatch::runs::{Started, Ticket};
use crate::http::body::{self, Body, WhoFields};
use crate::http::prefer::Preferences;
use crate::http::problem::Problem;
use crate::http::runs;
use crate::model::ids::RunId;
use crate::model::outcome::{Class, Failed};

/// The body: for whom, the operation's own input, and the hold to go on from.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct OperationBody {
    session_id: Option<String>,
    username: Option<String>,
    password: Option<String>,
    account: Option<String>,
    keep_alive: Option<bool>,
    resume: Option<String>,
    #[serde(default)]
    debug: bool,
    #[serde(default)]
    record: bool,
    #[serde(default = "empty")]
    input: Value,
}

/// Runs an operation.
pub async fn run(
    State(dispatch): State<Dispatch>,
    Path(operation): Path<String>,
    preferences: Preferences,
    headers: HeaderMap,
    body: Body,
) -> Result<Response, Problem> {
    let OperationBody {
        session_id,
        username,
        password,
        account,
        keep_alive,
        resume,
        debug,
        record,
        input,
    } = body::shaped(body)?;
    let who = WhoFields {
        session_id,
        username,
        password,
        account,
        keep_alive,
    }
    .who()?;
    let patience = if preferences.respond_async {
        // What the caller says is how long it waits for the answer, not for its session.
        Some(limits::WAIT_MAX)
    } else {
        preferences.wait
    };
    let request = RunRequest {
        operation,
        input,
        resume: resume.as_deref().map(body::hold_id).transpose()?,
        who,
        patience,
        key: idempotency_key(&headers)?,
        detached: preferences.respond_async,
        debug,
        record,
        version: wanted_version(&headers)?,
    };
    match dispatch.start(request).await? {
        Started::New(ticket) if preferences.respond_async => {
            let wait = preferences.wait.unwrap_or_default().min(limits::WAIT_MAX);
            match ticket.ended_within(wait).await {
                Some(outcome) => Ok(answered(outcome)),
                None => accepted(&dispatch, &ticket).await,
            }
        }
        Started::New(ticket) => Ok(answered(ticket.answered().await)),
        Started::Repeated(run, outcome) => Ok(repeated(run, outcome)),
    }
}

/// `Idempotency-Key` (draft-ietf-httpapi-idempotency-key-header): the caller's name for its request.
pub fn idempotency_key(headers: &HeaderMap) -> Result<Option<String>, Problem> {
    let Some(key) = headers.get("idempotency-key") else {
        return Ok(None);
    };
    let key = key.to_str().map_err(|_| RunError::KeyInvalid)?;
    Ok(Some(key.to_owned()))
}

/// `Gantry-Plugin-Digest`: the version that is wanted, such as one that waits and is to be looked at before it is accepted.
fn wanted_version(headers: &HeaderMap) -> Result<Option<String>, Problem> {
    let digest = headers.get("gantry-plugin-digest").map(HeaderValue::to_str);
    let digest = digest.transpose().map_err(|_| {
        let detail = "`Gantry-Plugin-Digest` has to be a SHA-256, hexadecimal";
        Problem::new(Class::Malformed, "invalid-digest", detail)
    })?;
    Ok(digest.map(str::to_ascii_lowercase))
}

/// `Idempotency-Replayed`: the answer is that of an earlier, equal request.
pub const REPLAYED: HeaderName = HeaderName::from_static("idempotency-replayed");

fn answered(outcome: Result<RunAnswer, Failed>) -> Response {
    match outcome {
        Ok(answer) => Json(answer).into_response(),
        Err(failed) => Problem::from(failed).into_response(),
    }
}

fn repeated(run: RunId, outcome: Result<RunAnswer, Failed>) -> Response {
    let mut response = answered(outcome);
    let headers = response.headers_mut();
    headers.insert(REPLAYED, HeaderValue::from_static("true"));
    headers.insert(header::LOCATION, runs::location(run));
    response
}

async fn accepted(dispatch: &Dispatch, ticket: &Ticket) -> Result<Response, Problem> {
    let id = ticket.run_id();
    let view = dispatch.run_view(id, None).await?;
    let mut response = (StatusCode::ACCEPTED, runs::json(view)).into_response();
    let headers = response.headers_mut();
    headers.insert(header::LOCATION, runs::location(id));
    let applied = HeaderName::from_static("preference-applied");
    headers.insert(applied, HeaderValue::from_static("respond-async"));
    Ok(response)
}

fn empty() -> Value {
    Value::Object(serde_json::Map::new())
}
