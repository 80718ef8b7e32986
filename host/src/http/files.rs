//! `/v1/artifacts/{id}` and, for older clients, `GET /files/{path}`: the files that runs left, and tables among them in
//! another form.

use std::path::Path as FilePath;

use axum::body::Body;
use axum::extract::rejection::QueryRejection;
use axum::extract::{Path, Query, State};
use axum::http::{HeaderName, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use serde::Deserialize;
use tokio_util::io::ReaderStream;

use crate::artifacts::error::ArtifactError;
use crate::artifacts::media;
use crate::artifacts::table::Form;
use crate::dispatch::handle::Dispatch;
use crate::http::body::invalid_query;
use crate::http::problem::Problem;
use crate::model::ids::ArtifactId;

/// In which form a file is wanted.
#[derive(Debug, Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct FormQuery {
    format: Option<Wanted>,
}

#[derive(Debug, Clone, Copy, Deserialize)]
#[serde(rename_all = "lowercase")]
enum Wanted {
    Xlsx,
    Csv,
    Json,
}

/// `GET /v1/artifacts/{id}`, with `?format=` a table in that form.
pub async fn artifact(
    State(dispatch): State<Dispatch>,
    Path(id): Path<String>,
    query: Result<Query<FormQuery>, QueryRejection>,
) -> Result<Response, Problem> {
    let id = artifact_id(&id)?;
    let Query(FormQuery { format }) =
        query.map_err(|_| invalid_query("the query may have `format`: `xlsx`, `csv` or `json`"))?;
    match format {
        None => send(&dispatch, id).await,
        Some(wanted) => send_table(&dispatch, id, wanted).await,
    }
}

/// `DELETE /v1/artifacts/{id}`
pub async fn remove(
    State(dispatch): State<Dispatch>,
    Path(id): Path<String>,
) -> Result<StatusCode, Problem> {
    dispatch.artifacts().remove(artifact_id(&id)?).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// `GET /files/{path}`: the path that answers give, `<artifact id>/<file name>`. The name is for people; the id alone
/// finds the file, so no path can lead anywhere else.
pub async fn file(
    State(dispatch): State<Dispatch>,
    Path(path): Path<String>,
) -> Result<Response, Problem> {
    let id = path.split_once('/').map_or(path.as_str(), |(id, _)| id);
    send(&dispatch, artifact_id(id)?).await
}

/// The file of an artifact, as a download.
pub async fn send(dispatch: &Dispatch, id: ArtifactId) -> Result<Response, Problem> {
    let (artifact, path) = dispatch.artifacts().find(id).await?;
    let file = tokio::fs::File::open(path)
        .await
        .map_err(ArtifactError::from)?;
    let body = Body::from_stream(ReaderStream::new(file));
    let (name, media_type) = (&artifact.name, &artifact.media_type);
    Ok((headers(name, media_type, artifact.bytes), body).into_response())
}

async fn send_table(
    dispatch: &Dispatch,
    id: ArtifactId,
    wanted: Wanted,
) -> Result<Response, Problem> {
    let (artifact, table) = dispatch.artifacts().table(id).await?;
    let (form, ending, media_type) = match wanted {
        // As it came, with whatever else is in it.
        Wanted::Xlsx if artifact.media_type == media::XLSX => return send(dispatch, id).await,
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
