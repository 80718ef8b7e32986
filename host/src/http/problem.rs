//! Errors as callers see them: `application/problem+json` (RFC 9457). The only place that knows which error has
//! which status code.

use std::time::Duration;

use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use serde::Serialize;
use serde_json::{Map, Value, json};

use crate::artifacts::error::ArtifactError;
use crate::config::limits;
use crate::dispatch::error::{HoldDenied, Paused, RunError, Taken};
use crate::dispatch::live::LiveError;
use crate::model::ids::SessionId;
use crate::model::outcome::Executed;
use crate::model::session::{Refusal, live_path};
use crate::plugin::call_error::{CallError, Failure};
use crate::pool::error::LeaseDenied;

/// An error, ready to be sent.
#[derive(Debug, Clone, PartialEq)]
pub struct Problem {
    /// The HTTP status.
    pub status: StatusCode,
    /// Stable, kebab-case, for programs.
    pub code: String,
    /// For a person; says what to do next.
    pub detail: String,
    /// Whether the same request may succeed later without anybody changing anything.
    pub retryable: bool,
    /// What is known of the request's effect on the portal.
    pub executed: Executed,
    /// When another try is worth it, as far as is known.
    pub wait: Option<Duration>,
    /// Further members.
    pub more: Map<String, Value>,
}

#[derive(Serialize)]
struct Body<'a> {
    r#type: String,
    title: &'a str,
    status: u16,
    detail: &'a str,
    code: &'a str,
    retryable: bool,
    executed: Executed,
    #[serde(flatten)]
    more: &'a Map<String, Value>,
}

impl Problem {
    /// A problem of the request itself, or of this host; nothing was executed.
    #[must_use]
    pub fn new(status: StatusCode, code: &str, detail: impl Into<String>) -> Self {
        Self {
            status,
            code: code.to_owned(),
            detail: detail.into(),
            retryable: false,
            executed: Executed::No,
            wait: None,
            more: Map::new(),
        }
    }

    /// The same request may succeed later.
    #[must_use]
    pub const fn retryable(mut self) -> Self {
        self.retryable = true;
        self
    }

    /// With a further member.
    #[must_use]
    pub fn with(mut self, name: &str, value: impl Serialize) -> Self {
        let value = serde_json::to_value(value).expect("members of problems serialise");
        self.more.insert(name.to_owned(), value);
        self
    }

    /// Worth another try after so long.
    #[must_use]
    pub const fn after(mut self, wait: Option<Duration>) -> Self {
        self.wait = wait;
        self.retryable()
    }

    /// When to come back, for those who were turned away for lack of room; some come a little later than others.
    #[must_use]
    pub fn retry_after(&self) -> Option<HeaderValue> {
        let turned_away = matches!(
            self.status,
            StatusCode::TOO_MANY_REQUESTS | StatusCode::SERVICE_UNAVAILABLE
        );
        let wait = self.wait.unwrap_or(limits::FIRST_HOLD);
        let spread = wait.mul_f64(1.0 + limits::RETRY_SPREAD * rand::random::<f64>());
        turned_away.then(|| {
            HeaderValue::from(
                spread
                    .as_millis()
                    .div_ceil(1000)
                    .try_into()
                    .unwrap_or(u64::MAX),
            )
        })
    }
}

impl IntoResponse for Problem {
    fn into_response(self) -> Response {
        let title = self.status.canonical_reason().unwrap_or("Error");
        let body = Body {
            r#type: format!("urn:gantry:problem:{}", self.code),
            title,
            status: self.status.as_u16(),
            detail: &self.detail,
            code: &self.code,
            retryable: self.retryable,
            executed: self.executed,
            more: &self.more,
        };
        let text = serde_json::to_vec(&body).expect("a problem serialises");
        let kind = HeaderValue::from_static("application/problem+json");
        let mut response = (self.status, [(header::CONTENT_TYPE, kind)], text).into_response();
        if let Some(retry) = self.retry_after() {
            response.headers_mut().insert(header::RETRY_AFTER, retry);
        }
        response
    }
}

impl From<RunError> for Problem {
    fn from(error: RunError) -> Self {
        let detail = error.to_string();
        let executed = error.executed();
        let mut problem = match error {
            RunError::UnknownOperation(_) => {
                Self::new(StatusCode::NOT_FOUND, "operation-not-found", detail)
            }
            RunError::InvalidInput(problems) => {
                Self::new(StatusCode::UNPROCESSABLE_ENTITY, "invalid-input", detail)
                    .with("problems", problems)
            }
            RunError::WhoMissing => {
                Self::new(StatusCode::UNPROCESSABLE_ENTITY, "who-missing", detail)
            }
            RunError::WhoAmbiguous => {
                Self::new(StatusCode::UNPROCESSABLE_ENTITY, "who-ambiguous", detail)
            }
            RunError::UnknownAccount(_) => {
                Self::new(StatusCode::NOT_FOUND, "account-not-found", detail)
            }
            RunError::Account(_) => Self::new(
                StatusCode::INTERNAL_SERVER_ERROR,
                "account-misconfigured",
                detail,
            ),
            RunError::NoSessionPlugin => Self::new(
                StatusCode::SERVICE_UNAVAILABLE,
                "session-plugin-missing",
                detail,
            ),
            RunError::Lease(denied) => lease(&denied, detail),
            RunError::Refused { refusal, .. } => refused(refusal, detail),
            RunError::OperatorNeeded { session_id, .. } => operator_needed(session_id, detail),
            RunError::SignInLimited { retry_after } => {
                Self::new(StatusCode::TOO_MANY_REQUESTS, "sign-in-limited", detail)
                    .after(Some(retry_after))
            }
            RunError::PortalDown(_) => {
                Self::new(StatusCode::BAD_GATEWAY, "portal-down", detail).retryable()
            }
            RunError::LayoutChanged(failure) => failed(&failure, detail),
            RunError::Paused(paused) => self::paused(&paused, detail),
            RunError::Hold(denied) => hold(&denied, detail),
            RunError::HoldLost { session_id } => {
                Self::new(StatusCode::CONFLICT, "hold-lost", detail).with("session_id", session_id)
            }
            RunError::TakenAway {
                session_id,
                run_id,
                why,
            } => taken_away(why, detail)
                .with("session_id", session_id)
                .with("run_id", run_id),
            RunError::SignIn(error) => call(&error, detail),
            RunError::Call {
                run_id,
                session_id,
                error,
            } => call(&error, detail)
                .with("run_id", run_id)
                .with("session_id", session_id),
        };
        problem.executed = executed;
        problem
    }
}

impl From<LeaseDenied> for Problem {
    fn from(denied: LeaseDenied) -> Self {
        let detail = denied.to_string();
        lease(&denied, detail)
    }
}

impl From<LiveError> for Problem {
    fn from(error: LiveError) -> Self {
        let detail = error.to_string();
        match error {
            LiveError::Lease(denied) => lease(&denied, detail),
            LiveError::NotNeeded(_) => {
                Self::new(StatusCode::CONFLICT, "operator-not-needed", detail)
            }
            LiveError::NotOpen(_) => Self::new(StatusCode::CONFLICT, "live-not-open", detail),
            LiveError::Busy => {
                Self::new(StatusCode::TOO_MANY_REQUESTS, "gestures-waiting", detail).retryable()
            }
        }
    }
}

impl From<ArtifactError> for Problem {
    fn from(error: ArtifactError) -> Self {
        let detail = error.to_string();
        match error {
            ArtifactError::NotFound(_) => {
                Self::new(StatusCode::NOT_FOUND, "artifact-not-found", detail)
            }
            ArtifactError::TooLarge { .. }
            | ArtifactError::InvalidName(_)
            | ArtifactError::InvalidTable(_)
            | ArtifactError::Io(_) => Self::new(
                StatusCode::INTERNAL_SERVER_ERROR,
                "artifact-unreadable",
                detail,
            ),
        }
    }
}

fn lease(denied: &LeaseDenied, detail: String) -> Problem {
    match denied {
        LeaseDenied::UnknownSession(_) => {
            Problem::new(StatusCode::NOT_FOUND, "session-not-found", detail)
        }
        LeaseDenied::OtherAccount(_) => {
            Problem::new(StatusCode::CONFLICT, "session-of-other-account", detail)
        }
        LeaseDenied::QueueFull { retry_after, .. } => {
            Problem::new(StatusCode::TOO_MANY_REQUESTS, "queue-full", detail)
                .after(Some(*retry_after))
        }
        LeaseDenied::HostFull { retry_after, .. } => {
            Problem::new(StatusCode::SERVICE_UNAVAILABLE, "host-full", detail)
                .after(Some(*retry_after))
        }
        LeaseDenied::WaitedTooLong { retry_after, .. } => {
            Problem::new(StatusCode::SERVICE_UNAVAILABLE, "queue-timeout", detail)
                .after(Some(*retry_after))
        }
        LeaseDenied::LaunchesStopped { retry_after } => {
            Problem::new(StatusCode::SERVICE_UNAVAILABLE, "launches-stopped", detail)
                .after(Some(*retry_after))
        }
        LeaseDenied::CredentialsNeeded(_) => {
            Problem::new(StatusCode::CONFLICT, "credentials-needed", detail)
        }
        LeaseDenied::InUse(_) => {
            Problem::new(StatusCode::CONFLICT, "session-in-use", detail).retryable()
        }
        LeaseDenied::OperatorNeeded { session, .. } => operator_needed(*session, detail),
        LeaseDenied::Refused { refusal, .. } => refused(*refusal, detail),
        LeaseDenied::LaunchFailed(_) => {
            Problem::new(StatusCode::SERVICE_UNAVAILABLE, "launch-failed", detail).retryable()
        }
        LeaseDenied::Closed(_) => {
            Problem::new(StatusCode::CONFLICT, "session-closed", detail).retryable()
        }
        LeaseDenied::Draining => {
            Problem::new(StatusCode::SERVICE_UNAVAILABLE, "draining", detail).retryable()
        }
    }
}

/// What is missing, and what leads back. Always 422: the caller can mend it.
fn paused(paused: &Paused, detail: String) -> Problem {
    let mut problem = failed(&paused.failure, detail)
        .with("phase", paused.phase)
        .with("run_id", paused.run_id)
        .with("session_id", paused.session_id);
    problem.status = StatusCode::UNPROCESSABLE_ENTITY;
    if let Some((id, within)) = &paused.kept {
        let hold = json!({ "id": id, "expires_in_s": within.as_secs() });
        problem = problem.with("hold", hold);
    }
    problem
}

fn hold(denied: &HoldDenied, detail: String) -> Problem {
    match denied {
        HoldDenied::NotFound(_) => Problem::new(StatusCode::NOT_FOUND, "hold-not-found", detail),
        HoldDenied::OtherOperation(_) => {
            Problem::new(StatusCode::CONFLICT, "hold-of-other-operation", detail)
        }
        HoldDenied::OtherAccount => {
            Problem::new(StatusCode::CONFLICT, "hold-of-other-account", detail)
        }
        HoldDenied::InUse => Problem::new(StatusCode::CONFLICT, "hold-in-use", detail).retryable(),
        HoldDenied::Draining => {
            Problem::new(StatusCode::SERVICE_UNAVAILABLE, "draining", detail).retryable()
        }
    }
}

fn taken_away(why: Taken, detail: String) -> Problem {
    match why {
        Taken::Closed => Problem::new(StatusCode::CONFLICT, "session-closed", detail).retryable(),
        Taken::Overdue => Problem::new(StatusCode::GATEWAY_TIMEOUT, "lease-overdue", detail),
    }
}

/// A person opens the page at `live_url` and signs in there.
fn operator_needed(session: SessionId, detail: String) -> Problem {
    Problem::new(StatusCode::CONFLICT, "operator-needed", detail)
        .with("session_id", session)
        .with("live_url", live_path(session))
}

fn refused(refusal: Refusal, detail: String) -> Problem {
    match refusal {
        Refusal::CredentialsInvalid => Problem::new(
            StatusCode::UNPROCESSABLE_ENTITY,
            "credentials-invalid",
            detail,
        ),
        Refusal::Locked => Problem::new(StatusCode::CONFLICT, "account-locked", detail),
        Refusal::ForbiddenRegion => {
            Problem::new(StatusCode::BAD_GATEWAY, "forbidden-region", detail)
        }
    }
}

fn call(error: &CallError, detail: String) -> Problem {
    let status = match error {
        CallError::Failure(failure) => return failed(failure, detail),
        CallError::BrowserLost(_) | CallError::NotStarted(_) => StatusCode::SERVICE_UNAVAILABLE,
        CallError::Deadline { .. } => StatusCode::GATEWAY_TIMEOUT,
        CallError::Trap { .. }
        | CallError::StackOverflow { .. }
        | CallError::OutOfMemory { .. }
        | CallError::CpuLimit { .. }
        | CallError::HostCallLimit { .. }
        | CallError::HostCallTooLarge { .. }
        | CallError::OutputTooLarge { .. }
        | CallError::OutputNotJson(_)
        | CallError::OutputInvalid(_) => StatusCode::INTERNAL_SERVER_ERROR,
    };
    let mut problem = Problem::new(status, error.code(), detail);
    problem.retryable = error.is_retryable();
    problem
}

/// What an operation said itself: its code is kept, its status follows from what it says.
fn failed(failure: &Failure, detail: String) -> Problem {
    let status = if !failure.fields.is_empty() {
        StatusCode::UNPROCESSABLE_ENTITY
    } else if failure.code.ends_with("-not-found") {
        StatusCode::NOT_FOUND
    } else if failure.signed_out {
        StatusCode::CONFLICT
    } else {
        StatusCode::BAD_GATEWAY
    };
    let fields: Vec<Value> = failure
        .fields
        .iter()
        .map(|(field, wanted)| json!({ "field": field, "wanted": wanted }))
        .collect();
    let mut problem = Problem::new(status, &failure.code, detail);
    problem.retryable = failure.retryable;
    if let Some(phase) = failure.phase {
        problem = problem.with("phase", phase);
    }
    if !fields.is_empty() {
        problem = problem.with("fields", fields);
    }
    if !failure.evidence.is_empty() {
        problem = problem.with("evidence", &failure.evidence);
    }
    problem
}

#[cfg(test)]
#[path = "problem_tests.rs"]
mod tests;
