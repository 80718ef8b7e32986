//! `GET /health`, `POST /get_session`, `GET /sessions`, `DELETE /sessions/{id}` (portal-facts §1.2).

use axum::Json;
use axum::extract::{Path, State};
use chrono::{DateTime, SecondsFormat, Utc};
use serde_json::{Value, json};

use crate::dispatch::handle::Dispatch;
use crate::http::body::{self, Body};
use crate::http::compat::body::FlatBody;
use crate::http::compat::refusal::Refusal;
use crate::http::prefer::Patience;

/// `GET /health`; unlike earlier it changes nothing.
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
pub async fn get_session(
    State(dispatch): State<Dispatch>,
    Patience(patience): Patience,
    body: Body,
) -> Result<Json<Value>, Refusal> {
    let flat = FlatBody::read(body)?;
    flat.fields::<Nothing>()?;
    let ready = dispatch.ready_session(flat.who, patience).await?;
    let session = dispatch.session(ready.session_id).await?;
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
pub async fn list(State(dispatch): State<Dispatch>) -> Json<Value> {
    let sessions = dispatch.sessions().await;
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
pub async fn close(
    State(dispatch): State<Dispatch>,
    Path(id): Path<String>,
) -> Result<Json<Value>, Refusal> {
    let id = body::session_id(&id)?;
    dispatch.close_session(id, false).await?;
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
