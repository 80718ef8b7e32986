//! Errors in the earlier system's shape: `success: false`, `error`, and the statuses its clients know, with the
//! code and the other members of a problem beside them.

use std::collections::BTreeMap;

use axum::Json;
use axum::http::{StatusCode, header};
use axum::response::IntoResponse;
use serde::Serialize;
use serde_json::{Map, Value, json};
use utoipa::openapi::content::ContentBuilder;
use utoipa::openapi::{Ref, RefOr, Response, ResponseBuilder};
use utoipa::{IntoResponses, ToSchema};

use crate::dispatch::error::RunError;
use crate::http::problem::Problem;
use crate::model::outcome::{Executed, Failed};

/// An answer in the earlier system's shape; each route has fields of its own beside these.
#[derive(Serialize, ToSchema)]
pub struct EarlierAnswer {
    /// Whether it did what was asked.
    success: bool,
}

/// A refusal in the earlier system's shape.
#[derive(Serialize, ToSchema)]
pub struct EarlierRefusal {
    /// No.
    success: bool,
    /// What went wrong and what to do next, for a person.
    error: String,
    /// Stable, for programs.
    code: String,
    /// Whether the same request may succeed later without anybody changing anything.
    retryable: bool,
    /// Whether the thing asked for was done.
    executed: Executed,
}

/// What the earlier routes may refuse with.
pub struct Refused;

impl IntoResponses for Refused {
    fn responses() -> BTreeMap<String, RefOr<Response>> {
        // 401, 403 and 429 may come from who calls as well, before the route is asked.
        let statuses = [
            400_u16, 401, 403, 404, 408, 409, 413, 415, 429, 500, 502, 503, 504,
        ];
        let refusal = |status: u16| {
            let content = |name| {
                let schema = Ref::from_schema_name(name);
                ContentBuilder::new().schema(Some(schema)).build()
            };
            let words = axum::http::StatusCode::from_u16(status).ok();
            let response = ResponseBuilder::new()
                .description(
                    words
                        .and_then(|it| it.canonical_reason())
                        .unwrap_or("Error"),
                )
                .content("application/json", content("EarlierRefusal"))
                .content("application/problem+json", content("Problem"))
                .build();
            (status.to_string(), RefOr::T(response))
        };
        statuses.map(refusal).into()
    }
}

/// An error on one of the earlier routes.
#[derive(Debug)]
pub struct Refusal(Problem);

impl From<Problem> for Refusal {
    fn from(problem: Problem) -> Self {
        Self(problem)
    }
}

impl From<RunError> for Refusal {
    fn from(error: RunError) -> Self {
        Self(error.into())
    }
}

impl From<Failed> for Refusal {
    fn from(failed: Failed) -> Self {
        Self(failed.into())
    }
}

impl IntoResponse for Refusal {
    fn into_response(self) -> axum::response::Response {
        let Self(problem) = self;
        let (status, retry) = (status(&problem), problem.retry_after());
        let failed = problem.failed();
        let mut body = Map::from_iter([
            ("success".to_owned(), json!(false)),
            ("error".to_owned(), json!(failed.detail)),
            ("code".to_owned(), json!(failed.code)),
            ("retryable".to_owned(), json!(failed.retryable)),
            ("executed".to_owned(), json!(failed.executed)),
        ]);
        if let Some(kind) = sign_in_error(&failed.code) {
            body.insert("details".to_owned(), json!(kind));
        }
        // A paused run, in the words of the earlier system's appointment sessions.
        if let Some(hold) = failed.more.get("hold") {
            body.insert("appointment_session_id".to_owned(), hold["id"].clone());
        }
        if let Some(phase) = failed.more.get("phase") {
            body.insert("current_phase".to_owned(), phase.clone());
        }
        body.extend(failed.more.clone());
        let mut response = (status, Json(Value::Object(body))).into_response();
        if let Some(retry) = retry {
            response.headers_mut().insert(header::RETRY_AFTER, retry);
        }
        response
    }
}

/// Bad input was 400 and a failed login 401; a session that is gone is 404, which earlier it was not.
fn status(problem: &Problem) -> StatusCode {
    if sign_in_error(&problem.failed().code).is_some() {
        return StatusCode::UNAUTHORIZED;
    }
    match problem.status() {
        StatusCode::UNPROCESSABLE_ENTITY => StatusCode::BAD_REQUEST,
        other => other,
    }
}

/// The earlier system's names for a failed login.
fn sign_in_error(code: &str) -> Option<&'static str> {
    match code {
        "credentials-invalid" | "account-locked" => Some("invalid_credentials"),
        "forbidden-region" => Some("vpn_required"),
        "operator-needed" => Some("recaptcha_failed"),
        _ => None,
    }
}
