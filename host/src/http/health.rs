//! Whether the host lives, and whether it can serve.

use axum::Json;
use axum::extract::State;
use serde_json::{Value, json};

use crate::dispatch::error::RunError;
use crate::dispatch::handle::Dispatch;
use crate::http::openapi::answers::Unavailable;
use crate::http::problem::Problem;
use crate::pool::error::LeaseDenied;

/// `GET /livez`: the process answers.
#[utoipa::path(get, path = "/livez", tag = "host", security(()),
    responses((status = 200, description = "It lives.", body = Object)))]
pub async fn live() -> Json<Value> {
    Json(json!({ "status": "live" }))
}

/// `GET /readyz`: requests can be served.
#[utoipa::path(get, path = "/readyz", tag = "host", security(()),
    responses((status = 200, description = "It can serve.", body = Object), Unavailable))]
pub async fn ready(State(dispatch): State<Dispatch>) -> Result<Json<Value>, Problem> {
    if dispatch.is_stopping() {
        return Err(LeaseDenied::Draining.into());
    }
    if dispatch.can_sign_in() {
        return Ok(Json(json!({ "status": "ready" })));
    }
    Err(RunError::NoSessionPlugin.into())
}
