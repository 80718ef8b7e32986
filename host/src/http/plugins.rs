//! `/v1/plugins`: what is served, which files are not and why, and accepting a version that waits.

use axum::Json;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use serde::Deserialize;
use serde_json::{Value, json};

use crate::dispatch::handle::Dispatch;
use crate::http::body::{self, Body};
use crate::http::problem::Problem;

/// A version of a plugin.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Version {
    /// SHA-256 of its component, hexadecimal.
    digest: String,
}

/// `GET /v1/plugins`
pub async fn list(State(dispatch): State<Dispatch>) -> Json<Value> {
    Json(json!({ "plugins": dispatch.plugins() }))
}

/// `POST /v1/plugins/{name}/accept`: serves the version that waits because callers would notice it.
pub async fn accept(
    State(dispatch): State<Dispatch>,
    Path(name): Path<String>,
    body: Body,
) -> Result<StatusCode, Problem> {
    let Version { digest } = body::shaped(body)?;
    dispatch.accept_plugin(&name, &digest).await?;
    Ok(StatusCode::NO_CONTENT)
}
