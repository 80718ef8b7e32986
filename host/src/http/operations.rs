//! `POST /v1/operations/{name}`: runs an operation and waits for its answer.

use axum::Json;
use axum::extract::{Path, State};
use serde::Deserialize;
use serde_json::Value;

use crate::dispatch::handle::Dispatch;
use crate::dispatch::request::{RunAnswer, RunRequest};
use crate::http::body::{self, Body, WhoFields};
use crate::http::prefer::Patience;
use crate::http::problem::Problem;

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
    #[serde(default = "empty")]
    input: Value,
}

/// Runs an operation.
pub async fn run(
    State(dispatch): State<Dispatch>,
    Path(operation): Path<String>,
    Patience(patience): Patience,
    body: Body,
) -> Result<Json<RunAnswer>, Problem> {
    let OperationBody {
        session_id,
        username,
        password,
        account,
        keep_alive,
        resume,
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
    let request = RunRequest {
        operation,
        input,
        resume: resume.as_deref().map(body::hold_id).transpose()?,
        who,
        patience,
    };
    Ok(Json(dispatch.run(request).await?))
}

fn empty() -> Value {
    Value::Object(serde_json::Map::new())
}
