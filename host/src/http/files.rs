//! `/v1/artifacts/{id}` and, for older clients, `GET /files/{path}`: the files that runs left, and tables among them in
//! another form.

use std::path::Path as FilePath;

use axum::body::Body;
use axum::extract::rejection::QueryRejection;
use axum::extract::{Path, Query};
use axum::http::{HeaderName, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use serde::Deserialize;
use tokio_util::io::ReaderStream;
use utoipa::{IntoParams, ToSchema};

use crate::artifacts::error::ArtifactError;
use crate::artifacts::media;
use crate::artifacts::table::Form;
use crate::dispatch::desk::Desk;
use crate::http::body::invalid_query;
use crate::http::openapi::answers::{BadQuery, NotFound};
use crate::http::problem::Problem;
use crate::model::ids::ArtifactId;

/// In which form a file is wanted.
#[derive(Debug, Default, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(default, deny_unknown_fields)]
pub struct FormQuery {
    /// The form in which a table is wanted; without it the file as it is.
    #[param(inline)]
    format: Option<Wanted>,
}

#[derive(Debug, Clone, Copy, Deserialize, ToSchema)]
#[serde(rename_all = "lowercase")]
enum Wanted {
    Xlsx,
    Csv,
    Json,
}

/// `GET /v1/artifacts/{id}`, with `?format=` a table in that form.
#[utoipa::path(get, path = "/v1/artifacts/{id}", tag = "artifacts", security(("token" = ["read"])),
    params(("id" = String, Path, description = "The artifact."), FormQuery),
    responses((status = 200, description = "The file.", body = [u8], content_type = "application/octet-stream"),
        NotFound, BadQuery))]
pub async fn artifact(
    desk: Desk,
    Path(id): Path<String>,
    query: Result<Query<FormQuery>, QueryRejection>,
) -> Result<Response, Problem> {
    let id = artifact_id(&id)?;
    let Query(FormQuery { format }) =
        query.map_err(|_| invalid_query("the query may have `format`: `xlsx`, `csv` or `json`"))?;
    match format {
        None => send(&desk, id).await,
        Some(wanted) => send_table(&desk, id, wanted).await,
    }
}

/// `DELETE /v1/artifacts/{id}`
#[utoipa::path(delete, path = "/v1/artifacts/{id}", tag = "artifacts", security(("token" = ["read"])),
    params(("id" = String, Path, description = "The artifact.")),
    responses((status = 204, description = "It is gone."), NotFound))]
pub async fn remove(desk: Desk, Path(id): Path<String>) -> Result<StatusCode, Problem> {
    desk.remove_artifact(artifact_id(&id)?).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// `GET /files/{path}`: the path that answers give, `<artifact id>/<file name>`. The name is for people; the id alone
/// finds the file, so no path can lead anywhere else.
#[utoipa::path(get, path = "/files/{*path}", tag = "earlier clients", security(("token" = ["read"])),
    params(("path" = String, Path, description = "As answers give it: the artifact's id, and a name for people.")),
    responses((status = 200, description = "The file.", body = [u8], content_type = "application/octet-stream"),
        NotFound))]
pub async fn file(desk: Desk, Path(path): Path<String>) -> Result<Response, Problem> {
    let id = path.split_once('/').map_or(path.as_str(), |(id, _)| id);
    send(&desk, artifact_id(id)?).await
}

/// The file of an artifact, as a download.
pub async fn send(desk: &Desk, id: ArtifactId) -> Result<Response, Problem> {
    let (artifact, path) = desk.artifact(id).await?;
    let file = tokio::fs::File::open(path)
        .await
        .map_err(ArtifactError::from)?;
    let body = Body::from_stream(ReaderStream::new(file));
    let (name, media_type) = (&artifact.name, &artifact.media_type);
    Ok((headers(name, media_type, artifact.bytes), body).into_response())
}

async fn send_table(desk: &Desk, id: ArtifactId, wanted: Wanted) -> Result<Response, Problem> {
    let (artifact, table) = desk.table(id).await?;
    let (form, ending, media_type) = match wanted {
        // As it came, with whatever else is in it.
        Wanted::Xlsx if artifact.media_type == media::XLSX => return send(desk, id).await,
        Wanted::Xlsx => (Form::Xlsx, "xlsx", media::XLSX),
        Wanted::Csv => (Form::Csv, "csv", media::CSV),
        Wanted::Json => (Form::Json, "json", "application/json"),
    };
    let written = tokio::task::spawn_blocking(move || table.write(form)).await;
    let content = written
        .map_err(std::io::Error::other)
        .map_err(ArtifactError::from)??;
    let name = FilePath::new(&artifact.name).with_extension(ending);
    let name = name.to_string_lossy();
    let bytes = content.len() as u64;
    Ok((headers(&name, media_type, bytes), content).into_response())
}

/// Names are plain ones (`artifacts/name.rs`), so that they can stand in a header as they are.
fn headers(name: &str, media_type: &str, bytes: u64) -> [(HeaderName, HeaderValue); 5] {
    let disposition = format!("attachment; filename=\"{name}\"");
    [
        (header::CONTENT_TYPE, text(media_type)),
        (header::CONTENT_LENGTH, HeaderValue::from(bytes)),
        (header::CONTENT_DISPOSITION, text(&disposition)),
        (header::CACHE_CONTROL, HeaderValue::from_static("no-store")),
        (
            header::X_CONTENT_TYPE_OPTIONS,
            HeaderValue::from_static("nosniff"),
        ),
    ]
}

fn artifact_id(text: &str) -> Result<ArtifactId, Problem> {
    let none = |_| ArtifactError::NotFound(text.to_owned()).into();
    text.parse().map_err(none)
}

/// Media types come from components: one that cannot stand in a header becomes plain bytes.
fn text(value: &str) -> HeaderValue {
    HeaderValue::from_str(value)
        .unwrap_or_else(|_| HeaderValue::from_static("application/octet-stream"))
}
