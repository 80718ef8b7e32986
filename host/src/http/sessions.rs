//! `/v1/sessions`: opening, looking at, refreshing and closing sessions. Looking never asks a browser.

use axum::Json;
use axum::extract::rejection::QueryRejection;
use axum::extract::{Path, Query};
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use crate::dispatch::desk::Desk;
use crate::dispatch::keeping::Kept;
use crate::http::body::{self, Body, WhoFields};
use crate::http::openapi::answers::{BadBody, BadQuery, Conflict, NotFound, OnPortal, Unavailable};
use crate::http::prefer::Patience;
use crate::http::problem::Problem;
use crate::model::ids::SessionId;
use crate::model::session::SessionSnapshot;
use crate::pool::error::LeaseDenied;

/// How a session is closed.
#[derive(Debug, Default, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(default, deny_unknown_fields)]
pub struct CloseQuery {
    /// Whether to end whatever uses it.
    force: bool,
}

/// Sessions.
#[derive(Serialize, ToSchema)]
pub struct Sessions {
    /// Those that the caller may see.
    sessions: Vec<SessionSnapshot>,
}

/// A session that is signed in.
#[derive(Serialize, ToSchema)]
pub struct Opened {
    /// Its id.
    session_id: SessionId,
    /// Whether it was signed in for this request.
    is_new_session: bool,
}

/// `GET /v1/sessions`
#[utoipa::path(get, path = "/v1/sessions", tag = "sessions", security(("token" = ["read"])),
    responses((status = 200, description = "The sessions that the caller may see.", body = Sessions)))]
pub async fn list(desk: Desk) -> Json<Sessions> {
    let sessions = desk.sessions().await;
    Json(Sessions { sessions })
}

/// `POST /v1/sessions`: a session that is signed in, opened if there is none.
#[utoipa::path(post, path = "/v1/sessions", tag = "sessions", security(("token" = ["read"])),
    params(("Prefer" = Option<String>, Header, description = "`wait=SECONDS`: how long to wait for the session (RFC 7240).")),
    request_body = WhoFields,
    responses(
        (status = 200, description = "It was open.", body = Opened),
        (status = 201, description = "It was opened.", body = Opened),
        BadBody, OnPortal,
    ))]
pub async fn open(
    desk: Desk,
    Patience(patience): Patience,
    body: Body,
) -> Result<(StatusCode, Json<Opened>), Problem> {
    let who = body::shaped::<WhoFields>(body)?.who()?;
    let ready = desk.ready_session(who, patience).await?;
    let status = if ready.is_new {
        StatusCode::CREATED
    } else {
        StatusCode::OK
    };
    let opened = Opened {
        session_id: ready.session_id,
        is_new_session: ready.is_new,
    };
    Ok((status, Json(opened)))
}

/// `GET /v1/sessions/{id}`
#[utoipa::path(get, path = "/v1/sessions/{id}", tag = "sessions", security(("token" = ["read"])),
    params(("id" = String, Path, description = "The session.")),
    responses((status = 200, description = "The session.", body = SessionSnapshot), NotFound))]
pub async fn show(desk: Desk, Path(id): Path<String>) -> Result<Json<SessionSnapshot>, Problem> {
    Ok(Json(desk.session(body::session_id(&id)?).await?))
}

/// `GET /v1/sessions/{id}/screen`: a small picture of its page, as it looks now. Whoever uses the session is not disturbed.
#[utoipa::path(get, path = "/v1/sessions/{id}/screen", tag = "sessions", security(("token" = ["operate"])),
    params(("id" = String, Path, description = "The session.")),
    responses((status = 200, description = "The picture.", body = [u8], content_type = "image/jpeg"), NotFound, Conflict, Unavailable))]
pub async fn screen(desk: Desk, Path(id): Path<String>) -> Result<Response, Problem> {
    let jpeg = desk.picture(body::session_id(&id)?).await?;
    let kind = HeaderValue::from_static("image/jpeg");
    let no_store = HeaderValue::from_static("no-store");
    let headers = [
        (header::CONTENT_TYPE, kind),
        (header::CACHE_CONTROL, no_store),
    ];
    Ok((headers, jpeg).into_response())
}

/// `POST /v1/sessions/{id}/refresh`: keeps a session signed in, now, if nobody uses it.
#[utoipa::path(post, path = "/v1/sessions/{id}/refresh", tag = "sessions", security(("token" = ["operate"])),
    params(("id" = String, Path, description = "The session.")),
    responses((status = 200, description = "What became of it.", body = Kept), NotFound, Conflict))]
pub async fn refresh(desk: Desk, Path(id): Path<String>) -> Result<Json<Kept>, Problem> {
    let id = body::session_id(&id)?;
    match desk.keep_alive(id).await? {
        Kept::Gone => Err(LeaseDenied::UnknownSession(id.to_string()).into()),
        Kept::SkippedInUse => Err(LeaseDenied::InUse(id).into()),
        kept => Ok(Json(kept)),
    }
}

/// `DELETE /v1/sessions/{id}`: returns when the session's browser is gone.
#[utoipa::path(delete, path = "/v1/sessions/{id}", tag = "sessions", security(("token" = ["operate"])),
    params(("id" = String, Path, description = "The session."), CloseQuery),
    responses((status = 204, description = "Its browser is gone."), NotFound, Conflict, BadQuery, Unavailable))]
pub async fn close(
    desk: Desk,
    Path(id): Path<String>,
    query: Result<Query<CloseQuery>, QueryRejection>,
) -> Result<StatusCode, Problem> {
    let Query(CloseQuery { force }) =
        query.map_err(|rejection| body::invalid_query(rejection.body_text()))?;
    desk.close_session(body::session_id(&id)?, force).await?;
    Ok(StatusCode::NO_CONTENT)
}
