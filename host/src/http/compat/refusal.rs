//! Errors in the earlier system's shape: `success: false`, `error`, and the statuses its clients know, with the
//! code and the other members of a problem beside them.

use axum::Json;
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use serde_json::{Map, Value, json};

use crate::dispatch::error::RunError;
use crate::http::problem::Problem;

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

impl IntoResponse for Refusal {
    fn into_response(self) -> Response {
        let Self(problem) = self;
        let status = status(&problem);
        let mut body = Map::from_iter([
            ("success".to_owned(), json!(false)),
            ("error".to_owned(), json!(problem.detail)),
            ("code".to_owned(), json!(problem.code)),
            ("retryable".to_owned(), json!(problem.retryable)),
            ("executed".to_owned(), json!(problem.executed)),
        ]);
        if let Some(kind) = sign_in_error(&problem.code) {
            body.insert("details".to_owned(), json!(kind));
        }
        // A paused run, in the words of the earlier system's appointment sessions.
        if let Some(hold) = problem.more.get("hold") {
            body.insert("appointment_session_id".to_owned(), hold["id"].clone());
        }
        if let Some(phase) = problem.more.get("phase") {
            body.insert("current_phase".to_owned(), phase.clone());
        }
        let retry = problem.retry_after();
        body.extend(problem.more);
        let mut response = (status, Json(Value::Object(body))).into_response();
        if let Some(retry) = retry {
            response.headers_mut().insert(header::RETRY_AFTER, retry);
        }
        response
    }
}

/// Bad input was 400 and a failed login 401; a session that is gone is 404, which earlier it was not.
fn status(problem: &Problem) -> StatusCode {
    if sign_in_error(&problem.code).is_some() {
        return StatusCode::UNAUTHORIZED;
    }
    match problem.status {
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
