//! `GET /health`, `POST /get_session`, `GET /sessions`, `DELETE /sessions/{id}` (portal-facts §1.2).

use axum::Json;
use axum::extract::{Path, State};
use chrono::{DateTime, SecondsFormat, Utc};
use serde_json::{Value, json};

use crate::dispatch::desk::Desk;
use crate::dispatch::handle::Dispatch;
use crate::http::body::{self, Body};
use crate::http::compat::body::FlatBody;
use crate::http::compat::body::FlatDocument;
use crate::http::compat::refusal::{EarlierAnswer, Refusal, Refused};
use crate::http::prefer::Patience;

/// `GET /health`; unlike earlier it changes nothing.
#[utoipa::path(get, path = "/health", tag = "earlier clients", security(()),
    responses((status = 200, description = "How the host is.", body = EarlierAnswer)))]
pub async fn health(State(dispatch): State<Dispatch>) -> Json<Value> {
    let sessions = dispatch.sessions().await;
    let most = dispatch.max_sessions();
    Json(json!({
        "success": true,
        "status": "healthy",
        "service": "gantry",
        "version": env!("CARGO_PKG_VERSION"),
        "active_sessions": sessions.len(),
        "max_sessions": most,
        "session_capacity": format!("{}/{most}", sessions.len()),
        "persistent_sessions": sessions.iter().filter(|session| session.keep_alive).count(),
        "timestamp": Utc::now().to_rfc3339_opts(SecondsFormat::Millis, true),
    }))
}

/// `POST /get_session`
#[utoipa::path(post, path = "/get_session", tag = "earlier clients", security(("token" = ["read"])),
    request_body = FlatDocument,
    responses((status = 200, description = "As the earlier system answered.", body = EarlierAnswer), Refused))]
pub async fn get_session(
    desk: Desk,
    Patience(patience): Patience,
    body: Body,
) -> Result<Json<Value>, Refusal> {
    let flat = FlatBody::read(body)?;
    flat.fields::<Nothing>()?;
    let ready = desk.ready_session(flat.who, patience).await?;
    let session = desk.session(ready.session_id).await?;
    let message = if ready.is_new {
        "New session created"
    } else {
        "Existing session reused"
    };
    Ok(Json(json!({
        "success": true,
        "session_id": ready.session_id,
        "is_new": ready.is_new,
        "username": session.username,
        "created_at": time(session.created_at),
        "expires_at": null,
        "message": message,
    })))
}

/// `GET /sessions`; never asks a browser, so that a dead one cannot break the listing. `current_url` is not
/// known without asking, and null.
#[utoipa::path(get, path = "/sessions", tag = "earlier clients", security(("token" = ["read"])),
    responses((status = 200, description = "The sessions.", body = EarlierAnswer)))]
pub async fn list(desk: Desk) -> Json<Value> {
    let sessions = desk.sessions().await;
    let listed: Vec<Value> = sessions
        .iter()
        .map(|session| {
            json!({
                "session_id": session.session_id,
                "username": session.username,
                "created_at": time(session.created_at),
                "last_used": session.last_used.map(time),
                "keep_alive": session.keep_alive,
                "current_url": null,
                "state": session.state,
                "in_use": session.in_use.is_some(),
            })
        })
        .collect();
    Json(json!({ "success": true, "active_sessions": sessions.len(), "sessions": listed }))
}

/// `DELETE /sessions/{id}`; waits for whoever uses the session.
#[utoipa::path(delete, path = "/sessions/{id}", tag = "earlier clients", security(("token" = ["operate"])),
    params(("id" = String, Path, description = "The session.")),
    responses((status = 200, description = "As the earlier system answered.", body = EarlierAnswer), Refused))]
pub async fn close(desk: Desk, Path(id): Path<String>) -> Result<Json<Value>, Refusal> {
    let id = body::session_id(&id)?;
    desk.close_session(id, false).await?;
    Ok(Json(
        json!({ "success": true, "message": format!("Session {id} closed") }),
    ))
}

/// No field but the common ones.
#[derive(serde::Deserialize)]
#[serde(deny_unknown_fields)]
struct Nothing {}

fn time(time: std::time::SystemTime) -> String {
    DateTime::<Utc>::from(time).to_rfc3339_opts(SecondsFormat::Millis, true)
}
