//! `/v1/sessions`: opening, looking at, refreshing and closing sessions. Looking never asks a browser.

use axum::Json;
use axum::extract::rejection::QueryRejection;
use axum::extract::{Path, Query, State};
use axum::http::StatusCode;
use serde::Deserialize;
use serde_json::{Value, json};

use crate::dispatch::handle::Dispatch;
use crate::dispatch::keeping::Kept;
use crate::http::body::{self, Body, WhoFields};
use crate::http::prefer::Patience;
use crate::http::problem::Problem;
use crate::model::session::SessionSnapshot;
use crate::pool::error::LeaseDenied;

/// How a session is closed.
#[derive(Debug, Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct CloseQuery {
    /// Whether to end whatever uses it.
    force: bool,
}

/// `GET /v1/sessions`
pub async fn list(State(dispatch): State<Dispatch>) -> Json<Value> {
    Json(json!({ "sessions": dispatch.sessions().await }))
}

/// `POST /v1/sessions`: a session that is signed in, opened if there is none.
pub async fn open(
    State(dispatch): State<Dispatch>,
    Patience(patience): Patience,
    body: Body,
) -> Result<(StatusCode, Json<Value>), Problem> {
    let who = body::shaped::<WhoFields>(body)?.who()?;
    let ready = dispatch.ready_session(who, patience).await?;
    let status = if ready.is_new {
        StatusCode::CREATED
    } else {
        StatusCode::OK
    };
    let answer = json!({ "session_id": ready.session_id, "is_new_session": ready.is_new });
    Ok((status, Json(answer)))
}

/// `GET /v1/sessions/{id}`
pub async fn show(
    State(dispatch): State<Dispatch>,
    Path(id): Path<String>,
) -> Result<Json<SessionSnapshot>, Problem> {
    Ok(Json(dispatch.session(body::session_id(&id)?).await?))
}

/// `POST /v1/sessions/{id}/refresh`: keeps a session signed in, now, if nobody uses it.
pub async fn refresh(
    State(dispatch): State<Dispatch>,
    Path(id): Path<String>,
) -> Result<Json<Kept>, Problem> {
    let id = body::session_id(&id)?;
    match dispatch.keep_alive(id).await {
        Kept::Gone => Err(LeaseDenied::UnknownSession(id.to_string()).into()),
        Kept::SkippedInUse => Err(LeaseDenied::InUse(id).into()),
        kept => Ok(Json(kept)),
    }
}

/// `DELETE /v1/sessions/{id}`: returns when the session's browser is gone.
pub async fn close(
    State(dispatch): State<Dispatch>,
    Path(id): Path<String>,
    query: Result<Query<CloseQuery>, QueryRejection>,
) -> Result<StatusCode, Problem> {
    let Query(CloseQuery { force }) =
        query.map_err(|rejection| body::invalid_query(rejection.body_text()))?;
    dispatch
        .close_session(body::session_id(&id)?, force)
        .await?;
    Ok(StatusCode::NO_CONTENT)
}
