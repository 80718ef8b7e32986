//! `DELETE /v1/holds/{id}`: gives a paused run up.

use axum::extract::{Path, State};
use axum::http::StatusCode;

use crate::dispatch::handle::Dispatch;
use crate::http::body;
use crate::http::problem::Problem;

/// `DELETE /v1/holds/{id}`: its session is free when this returns.
pub async fn give_up(
    State(dispatch): State<Dispatch>,
    Path(id): Path<String>,
) -> Result<StatusCode, Problem> {
    dispatch.give_up(body::hold_id(&id)?).await?;
    Ok(StatusCode::NO_CONTENT)
}
