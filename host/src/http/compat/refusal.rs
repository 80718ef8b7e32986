//! Errors in the earlier system's shape: `success: false`, `error`, and the statuses its clients know, with the
//! code and the other members of a problem beside them.

use axum::Json;
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use serde_json::{Map, Value, json};

use crate::dispatch::error::RunError;
use crate::http::problem::Problem;
use crate::model::outcome::Failed;

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
    fn into_response(self) -> Response {
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
