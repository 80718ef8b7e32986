//! `POST /v1/operations/{name}`: runs an operation, and waits for its answer or says where it will be.

use axum::extract::Path;
use axum::http::{HeaderMap, HeaderName, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use axum::{Extension, Json};
use serde::Deserialize;
use serde_json::Value;
use utoipa::ToSchema;

use crate::config::limits;
use crate::dispatch::desk::Desk;
use crate::dispatch::error::RunError;
use crate::dispatch::request::{RunAnswer, RunRequest};
use crate::dispatch::runs::{Started, Ticket};
use crate::http::access::deeds::OfRun;
use crate::http::body::{self, Body, WhoFields};
use crate::http::openapi::answers::{BadBody, OnPortal};
use crate::http::prefer::Preferences;
use crate::http::problem::Problem;
use crate::http::runs::{self, RunDocument};
use crate::model::ids::RunId;
use crate::model::origin::Origin;
use crate::model::outcome::{Class, Failed};

/// For whom, the operation's own input, and the hold to go on from.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct OperationBody {
    /// A session the caller knows.
    session_id: Option<String>,
    /// The portal's user name; with the password.
    username: Option<String>,
    /// Its password.
    #[schema(format = Password)]
    password: Option<String>,
    /// An account of the configuration, instead of a user name and password.
    account: Option<String>,
    /// Whether the session is kept signed in from now on.
    keep_alive: Option<bool>,
    /// The hold of a paused run to go on with; the input is then only what was missing.
    resume: Option<String>,
    /// Whether the run leaves a debug bundle even if it succeeds.
    #[serde(default)]
    debug: bool,
    /// Whether the run leaves a cassette of what it does with its page.
    #[serde(default)]
    record: bool,
    /// What the operation takes; its schema is the plugin's.
    #[serde(default = "empty")]
    input: Value,
}

/// Runs an operation.
#[utoipa::path(post, path = "/v1/operations/{name}", tag = "operations", security(("token" = ["read"])),
    params(
        ("name" = String, Path, description = "The operation; GET /v1/plugins lists them."),
        ("Prefer" = Option<String>, Header, description = "`respond-async`: answer at once, and say where the run is. `wait=SECONDS`: how long to wait (RFC 7240)."),
        ("Idempotency-Key" = Option<String>, Header, description = "The caller's name for this request: the same again is not done again. What has effects needs one.", pattern = "^[!-~]{16,255}$"),
        ("Gantry-Plugin-Digest" = Option<String>, Header, description = "The version that is wanted, by the SHA-256 of its component."),
    ),
    request_body = OperationBody,
    responses(
        (status = 200, description = "The answer of the operation.", body = RunAnswer),
        (status = 202, description = "It is under way; `Location` says where.", body = RunDocument),
        BadBody, OnPortal,
    ))]
pub async fn run(
    desk: Desk,
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
        caller: desk.caller().clone(),
        origin: Origin::default(),
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
    match desk.start(request).await? {
        Started::New(ticket) if preferences.respond_async => {
            let wait = preferences.wait.unwrap_or_default().min(limits::WAIT_MAX);
            match ticket.ended_within(wait).await {
                Some(outcome) => Ok(answered(outcome)),
                None => accepted(&desk, &ticket).await,
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
        Ok(answer) => {
            let run = OfRun(answer.run_id);
            (Extension(run), Json(answer)).into_response()
        }
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

async fn accepted(desk: &Desk, ticket: &Ticket) -> Result<Response, Problem> {
    let id = ticket.run_id();
    let view = desk.run_view(id, None).await?;
    let mut response = (StatusCode::ACCEPTED, Json(RunDocument::from(view))).into_response();
    response.extensions_mut().insert(OfRun(id));
    let headers = response.headers_mut();
    headers.insert(header::LOCATION, runs::location(id));
    let applied = HeaderName::from_static("preference-applied");
    headers.insert(applied, HeaderValue::from_static("respond-async"));
    Ok(response)
}

fn empty() -> Value {
    Value::Object(serde_json::Map::new())
}
