//! `/v1/plugins`: what is served, which files are not and why, and changes of it: a version installed, accepted, gone back
//! to, removed.

use axum::Json;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::dispatch::handle::Dispatch;
use crate::http::body::{self, Body, Component};
use crate::http::openapi::answers::{BadBody, BadComponent, Conflict, NotFound};
use crate::http::problem::Problem;
use crate::plugin::status::{PluginDetail, PluginStatus, VersionStatus};

/// A version of a plugin.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Version {
    /// SHA-256 of its component, hexadecimal.
    digest: String,
}

/// A version of a plugin, or the one before.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Former {
    /// SHA-256 of its component, hexadecimal.
    digest: Option<String>,
}

/// Plugins.
#[derive(Serialize, ToSchema)]
pub struct Plugins {
    /// One entry for each file of the plugin folder.
    plugins: Vec<PluginStatus>,
}

/// Versions of a plugin.
#[derive(Serialize, ToSchema)]
pub struct Versions {
    /// Those that are or were served, in service first.
    versions: Vec<VersionStatus>,
}

/// `GET /v1/plugins`
#[utoipa::path(get, path = "/v1/plugins", tag = "plugins", security(("token" = ["read"])),
    responses((status = 200, description = "What is served, and what is not and why.", body = Plugins)))]
pub async fn list(State(dispatch): State<Dispatch>) -> Json<Plugins> {
    Json(Plugins {
        plugins: dispatch.plugins(),
    })
}

/// `GET /v1/plugins/{name}`
#[utoipa::path(get, path = "/v1/plugins/{name}", tag = "plugins", security(("token" = ["read"])),
    params(("name" = String, Path, description = "The plugin.")),
    responses((status = 200, description = "The plugin, with its schemas.", body = PluginDetail), NotFound))]
pub async fn show(
    State(dispatch): State<Dispatch>,
    Path(name): Path<String>,
) -> Result<Response, Problem> {
    Ok(Json(dispatch.plugin(&name)?).into_response())
}

/// `GET /v1/plugins/{name}/versions`
#[utoipa::path(get, path = "/v1/plugins/{name}/versions", tag = "plugins", security(("token" = ["read"])),
    params(("name" = String, Path, description = "The plugin.")),
    responses((status = 200, description = "Its versions.", body = Versions), NotFound))]
pub async fn versions(
    State(dispatch): State<Dispatch>,
    Path(name): Path<String>,
) -> Result<Json<Versions>, Problem> {
    let versions = dispatch.plugin_versions(&name).await?;
    Ok(Json(Versions { versions }))
}

/// `PUT /v1/plugins/{name}`: writes a component into the plugin folder. 200 if it is served, 202 if it waits there; the
/// answer says why.
#[utoipa::path(put, path = "/v1/plugins/{name}", tag = "plugins", security(("token" = ["admin"])),
    params(("name" = String, Path, description = "The plugin.")),
    request_body(content = [u8], content_type = "application/wasm"),
    responses((status = 200, description = "It is served.", body = PluginStatus),
        (status = 202, description = "It waits; the answer says why.", body = PluginStatus),
        NotFound, Conflict, BadComponent))]
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
#[utoipa::path(delete, path = "/v1/plugins/{name}", tag = "plugins", security(("token" = ["admin"])),
    params(("name" = String, Path, description = "The plugin.")),
    responses((status = 204, description = "It is removed."), NotFound))]
pub async fn remove(
    State(dispatch): State<Dispatch>,
    Path(name): Path<String>,
) -> Result<StatusCode, Problem> {
    dispatch.remove_plugin(&name).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// `POST /v1/plugins/{name}/accept`: serves the version that waits because callers would notice it, or because it crashed.
#[utoipa::path(post, path = "/v1/plugins/{name}/accept", tag = "plugins", security(("token" = ["admin"])),
    params(("name" = String, Path, description = "The plugin.")),
    request_body = Version,
    responses((status = 204, description = "It is served."), NotFound, Conflict, BadBody))]
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
#[utoipa::path(post, path = "/v1/plugins/{name}/rollback", tag = "plugins", security(("token" = ["admin"])),
    params(("name" = String, Path, description = "The plugin.")),
    request_body = Former,
    responses((status = 200, description = "What is served.", body = PluginStatus), NotFound, Conflict, BadBody))]
pub async fn roll_back(
    State(dispatch): State<Dispatch>,
    Path(name): Path<String>,
    body: Body,
) -> Result<Response, Problem> {
    let Former { digest } = body::shaped(body)?;
    let status = dispatch.roll_back_plugin(&name, digest.as_deref()).await?;
    Ok(Json(status).into_response())
}
