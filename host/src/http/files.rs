//! `GET /v1/artifacts/{id}` and, for older clients, `GET /files/{path}`: the files that runs left.

use axum::body::Body;
use axum::extract::{Path, State};
use axum::http::{HeaderName, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use tokio_util::io::ReaderStream;

use crate::artifacts::error::ArtifactError;
use crate::dispatch::handle::Dispatch;
use crate::http::problem::Problem;
use crate::model::ids::ArtifactId;

/// `GET /v1/artifacts/{id}`
pub async fn artifact(
    State(dispatch): State<Dispatch>,
    Path(id): Path<String>,
) -> Result<Response, Problem> {
    send(&dispatch, artifact_id(&id)?).await
}

/// `GET /files/{path}`: the path that `get_containers` gave, `<artifact id>/<file name>`. The name is for
/// people; the id alone finds the file, so no path can lead anywhere else.
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
    let disposition = format!("attachment; filename=\"{}\"", artifact.name);
    let headers: [(HeaderName, HeaderValue); 5] = [
        (header::CONTENT_TYPE, text(&artifact.media_type)),
        (header::CONTENT_LENGTH, HeaderValue::from(artifact.bytes)),
        (header::CONTENT_DISPOSITION, text(&disposition)),
        (header::CACHE_CONTROL, HeaderValue::from_static("no-store")),
        (
            header::X_CONTENT_TYPE_OPTIONS,
            HeaderValue::from_static("nosniff"),
        ),
    ];
    Ok((headers, Body::from_stream(ReaderStream::new(file))).into_response())
}

fn artifact_id(text: &str) -> Result<ArtifactId, Problem> {
    text.parse().map_err(|_| {
        let detail = "no artifact has this id; answers name the artifacts of their run";
        Problem::new(StatusCode::NOT_FOUND, "artifact-not-found", detail)
    })
}

/// Media types come from components: one that cannot stand in a header becomes plain bytes.
fn text(value: &str) -> HeaderValue {
    HeaderValue::from_str(value)
        .unwrap_or_else(|_| HeaderValue::from_static("application/octet-stream"))
}
