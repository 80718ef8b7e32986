//! `GET /v1/plugins`: what is served, and which files are not and why.

use axum::Json;
use axum::extract::State;
use serde_json::{Value, json};

use crate::dispatch::handle::Dispatch;

/// `GET /v1/plugins`
pub async fn list(State(dispatch): State<Dispatch>) -> Json<Value> {
    Json(json!({ "plugins": dispatch.plugins() }))
}
