//! `DELETE /v1/holds/{id}`: gives a paused run up.

use axum::extract::Path;
use axum::http::StatusCode;

use crate::dispatch::desk::Desk;
use crate::http::body;
use crate::http::openapi::answers::{Conflict, NotFound, Unavailable};
use crate::http::problem::Problem;

/// `DELETE /v1/holds/{id}`: its session is free when this returns.
#[utoipa::path(delete, path = "/v1/holds/{id}", tag = "runs", security(("token" = ["read"])),
    params(("id" = String, Path, description = "The hold, as the paused run's answer names it.")),
    responses((status = 204, description = "It is given up."), NotFound, Conflict, Unavailable))]
pub async fn give_up(desk: Desk, Path(id): Path<String>) -> Result<StatusCode, Problem> {
    desk.give_up(body::hold_id(&id)?).await?;
    Ok(StatusCode::NO_CONTENT)
}
