//! `/v1/plugins`: what is served, which files are not and why, and changes of it: a version installed, accepted, gone back
//! to, removed.

use axum::Json;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use serde::Deserialize;
use serde_json::{Value, json};

use crate::dispatch::handle::Dispatch;
use crate::http::body::{self, Body, Component};
use crate::http::problem::Problem;

/// A version of a plugin.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Version {
    /// SHA-256 of its component, hexadecimal.
    digest: String,
}

/// A version of a plugin, or the one before.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Former {
    /// SHA-256 of its component, hexadecimal.
    digest: Option<String>,
}

/// `GET /v1/plugins`
pub async fn list(State(dispatch): State<Dispatch>) -> Json<Value> {
    Json(json!({ "plugins": dispatch.plugins() }))
}

/// `GET /v1/plugins/{name}`
pub async fn show(
    State(dispatch): State<Dispatch>,
    Path(name): Path<String>,
) -> Result<Response, Problem> {
    Ok(Json(dispatch.plugin(&name)?).into_response())
}

/// `GET /v1/plugins/{name}/versions`
pub async fn versions(
    State(dispatch): State<Dispatch>,
    Path(name): Path<String>,
) -> Result<Json<Value>, Problem> {
    let versions = dispatch.plugin_versions(&name).await?;
    Ok(Json(json!({ "versions": versions })))
}

/// `PUT /v1/plugins/{name}`: writes a component into the plugin folder. 200 if it is served, 202 if it waits there; the
/// answer says why.
pub async fn install(
    State(dispatch): State<Dispatch>,
    Path(name): Path<String>,
    component: Component,
) -> Result<Response, Problem> {
    let status = dispatch.install_plugin(&name, component.bytes()?).await?;
    let code = match status.waiting {
        None => StatusCode::OK,
        Some(_) => StatusCode::ACCEPTED,
    };
    Ok((code, Json(status)).into_response())
}

/// `DELETE /v1/plugins/{name}`
pub async fn remove(
    State(dispatch): State<Dispatch>,
    Path(name): Path<String>,
) -> Result<StatusCode, Problem> {
    dispatch.remove_plugin(&name).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// `POST /v1/plugins/{name}/accept`: serves the version that waits because callers would notice it, or because it crashed.
pub async fn accept(
    State(dispatch): State<Dispatch>,
    Path(name): Path<String>,
    body: Body,
) -> Result<StatusCode, Problem> {
    let Version { digest } = body::shaped(body)?;
    dispatch.accept_plugin(&name, &digest).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// `POST /v1/plugins/{name}/rollback`: serves a former version again.
pub async fn roll_back(
    State(dispatch): State<Dispatch>,
    Path(name): Path<String>,
    body: Body,
) -> Result<Response, Problem> {
    let Former { digest } = body::shaped(body)?;
    let status = dispatch.roll_back_plugin(&name, digest.as_deref()).await?;
    Ok(Json(status).into_response())
}
