//! Whether the host lives, and whether it can take work.

use axum::Json;
use axum::extract::State;
use axum::response::{IntoResponse, Response};
use serde::Serialize;
use serde_json::{Value, json};
use utoipa::ToSchema;

use crate::dispatch::handle::Dispatch;
use crate::dispatch::readiness::Readiness;
use crate::http::openapi::answers::Unavailable;
use crate::http::problem::Problem;
use crate::model::outcome::{Class, Failed};

/// A host that can take work.
#[derive(Serialize, ToSchema)]
pub struct Ready {
    /// `ready`
    status: &'static str,
    #[serde(flatten)]
    readiness: Readiness,
}

/// `GET /livez`: the process answers.
#[utoipa::path(get, path = "/livez", tag = "host", security(()),
    responses((status = 200, description = "It lives.", body = Object)))]
pub async fn live() -> Json<Value> {
    Json(json!({ "status": "live" }))
}

/// `GET /readyz`: work can be taken. Each check says how it stands; no browser is started for it.
#[utoipa::path(get, path = "/readyz", tag = "host", security(()),
    responses((status = 200, description = "It can take work.", body = Ready), Unavailable))]
pub async fn ready(State(dispatch): State<Dispatch>) -> Response {
    told(dispatch.readiness().await)
}

/// The answer for a host that stands so.
pub(in crate::http) fn told(readiness: Readiness) -> Response {
    if readiness.is_ready() {
        let status = "ready";
        return Json(Ready { status, readiness }).into_response();
    }
    let fails = |name| readiness.checks.get(name).is_some_and(|check| !check.ok);
    let code = match () {
        () if fails("draining") => "draining",
        () if fails("starting") => "starting",
        () => "not-ready",
    };
    let failed = Failed::new(Class::Unavailable, code, readiness.why_not());
    let failed = failed.retryable().with("checks", &readiness.checks);
    Problem::from(failed).into_response()
}
