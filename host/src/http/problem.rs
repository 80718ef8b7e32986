//! Errors as callers see them: `application/problem+json` (RFC 9457). The only place that knows which error has
//! which status code.

use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use serde::Serialize;
use serde_json::{Map, Value};

use crate::artifacts::error::ArtifactError;
use crate::config::limits;
use crate::dispatch::error::RunError;
use crate::dispatch::live::LiveError;
use crate::dispatch::news::ListenDenied;
use crate::http::runs;
use crate::model::outcome::{Class, Executed, Failed};
use crate::plugin::load_error::ChangeDenied;
use crate::pool::error::{LeaseDenied, PictureDenied};
use crate::webhooks::error::WebhookDenied;

/// An error, ready to be sent.
#[derive(Debug, Clone, PartialEq)]
pub struct Problem {
    status: StatusCode,
    failed: Failed,
}

#[derive(Serialize)]
struct Body<'a> {
    r#type: String,
    title: &'a str,
    status: u16,
    detail: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    instance: Option<String>,
    code: &'a str,
    retryable: bool,
    executed: Executed,
    #[serde(flatten)]
    more: &'a Map<String, Value>,
}

impl Problem {
    /// A problem of the request itself, or of this host; nothing was executed.
    #[must_use]
    pub fn new(class: Class, code: &str, detail: impl Into<String>) -> Self {
        Failed::new(class, code, detail).into()
    }

    /// A refusal of HTTP's own, which has a status that no failure of a run has.
    #[must_use]
    pub fn of_http(status: StatusCode, code: &str, detail: impl Into<String>) -> Self {
        let failed = Failed::new(Class::Malformed, code, detail);
        Self { status, failed }
    }

    /// The HTTP status.
    #[must_use]
    pub const fn status(&self) -> StatusCode {
        self.status
    }

    /// What it tells, whatever carries it.
    #[must_use]
    pub const fn failed(&self) -> &Failed {
        &self.failed
    }

    /// When to come back, for those who were turned away for lack of room; some come a little later than others.
    #[must_use]
    pub fn retry_after(&self) -> Option<HeaderValue> {
        let turned_away = matches!(
            self.status,
            StatusCode::TOO_MANY_REQUESTS | StatusCode::SERVICE_UNAVAILABLE
        );
        let wait = self.failed.wait.unwrap_or(limits::FIRST_HOLD);
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

impl Problem {
    /// The document.
    #[must_use]
    pub fn body(&self) -> Value {
        let failed = &self.failed;
        let body = Body {
            r#type: format!("urn:gantry:problem:{}", failed.code),
            title: self.status.canonical_reason().unwrap_or("Error"),
            status: self.status.as_u16(),
            detail: &failed.detail,
            instance: self.run().map(runs::path),
            code: &failed.code,
            retryable: failed.retryable,
            executed: failed.executed,
            more: &failed.more,
        };
        serde_json::to_value(body).expect("a problem serialises")
    }

    /// The run that it is about.
    fn run(&self) -> Option<&str> {
        self.failed.more.get("run_id").and_then(Value::as_str)
    }
}

impl IntoResponse for Problem {
    fn into_response(self) -> Response {
        let text = self.body().to_string();
        let kind = HeaderValue::from_static("application/problem+json");
        let mut response = (self.status, [(header::CONTENT_TYPE, kind)], text).into_response();
        let headers = response.headers_mut();
        if let Some(retry) = self.retry_after() {
            headers.insert(header::RETRY_AFTER, retry);
        }
        if self.status == StatusCode::UNAUTHORIZED {
            // RFC 9110 §15.5.2 wants it, RFC 6750 §3 names it.
            let scheme = HeaderValue::from_static("Bearer");
            headers.insert(header::WWW_AUTHENTICATE, scheme);
        }
        let location = self.run().map(runs::path);
        if let Some(Ok(location)) = location.map(|path| HeaderValue::from_str(&path)) {
            headers.insert(header::LOCATION, location);
        }
        // Whoever knows the id of the request adds it.
        response.extensions_mut().insert(self);
        response
    }
}

impl From<Failed> for Problem {
    fn from(failed: Failed) -> Self {
        let status = status(failed.class);
        Self { status, failed }
    }
}

const fn status(class: Class) -> StatusCode {
    match class {
        Class::Malformed => StatusCode::BAD_REQUEST,
        Class::Invalid => StatusCode::UNPROCESSABLE_ENTITY,
        Class::Unauthorized => StatusCode::UNAUTHORIZED,
        Class::Forbidden => StatusCode::FORBIDDEN,
        Class::NotFound => StatusCode::NOT_FOUND,
        Class::Gone => StatusCode::GONE,
        Class::Conflict => StatusCode::CONFLICT,
        Class::TooMany => StatusCode::TOO_MANY_REQUESTS,
        Class::Unavailable => StatusCode::SERVICE_UNAVAILABLE,
        Class::Portal => StatusCode::BAD_GATEWAY,
        Class::TimedOut => StatusCode::GATEWAY_TIMEOUT,
        Class::Internal => StatusCode::INTERNAL_SERVER_ERROR,
    }
}

impl From<RunError> for Problem {
    fn from(error: RunError) -> Self {
        Failed::from(error).into()
    }
}

impl From<LeaseDenied> for Problem {
    fn from(denied: LeaseDenied) -> Self {
        Failed::from(denied).into()
    }
}

impl From<PictureDenied> for Problem {
    fn from(denied: PictureDenied) -> Self {
        let detail = denied.to_string();
        match denied {
            PictureDenied::UnknownSession(_) => {
                Self::new(Class::NotFound, "session-not-found", detail)
            }
            PictureDenied::NoBrowser(_) => {
                Self::new(Class::Conflict, "session-without-browser", detail)
            }
            PictureDenied::NotTaken { .. } => {
                Failed::new(Class::Unavailable, "screen-not-taken", detail)
                    .retryable()
                    .into()
            }
        }
    }
}

impl From<ListenDenied> for Problem {
    fn from(denied: ListenDenied) -> Self {
        let detail = denied.to_string();
        let code = match denied {
            ListenDenied::Full { .. } => "too-many-listeners",
            ListenDenied::Stopping => "draining",
        };
        Failed::new(Class::Unavailable, code, detail)
            .retryable()
            .into()
    }
}

impl From<LiveError> for Problem {
    fn from(error: LiveError) -> Self {
        let detail = error.to_string();
        match error {
            LiveError::Lease(denied) => denied.into(),
            LiveError::NotNeeded(_) => Self::new(Class::Conflict, "operator-not-needed", detail),
            LiveError::NotOpen(_) => Self::new(Class::Conflict, "live-not-open", detail),
            LiveError::Busy => Failed::new(Class::TooMany, "gestures-waiting", detail)
                .retryable()
                .into(),
        }
    }
}

impl From<ChangeDenied> for Problem {
    fn from(denied: ChangeDenied) -> Self {
        let detail = denied.to_string();
        let (class, code) = match &denied {
            ChangeDenied::Unknown(_) => (Class::NotFound, "plugin-not-found"),
            ChangeDenied::NotWaiting { .. } | ChangeDenied::NotKept { .. } => {
                (Class::NotFound, "plugin-version-not-found")
            }
            ChangeDenied::Load(error) => (Class::Invalid, error.code()),
            ChangeDenied::OtherName { .. } => (Class::Invalid, "plugin-name-differs"),
            ChangeDenied::FileTaken { .. } => (Class::Conflict, "plugin-file-taken"),
            ChangeDenied::Folder(_) => (Class::Internal, "plugin-folder-unusable"),
            ChangeDenied::Store(_) => (Class::Unavailable, "store-failed"),
        };
        Self::new(class, code, detail)
    }
}

impl From<WebhookDenied> for Problem {
    fn from(denied: WebhookDenied) -> Self {
        let detail = denied.to_string();
        match denied {
            WebhookDenied::Unknown(_) => Self::new(Class::NotFound, "webhook-not-found", detail),
            WebhookDenied::UnknownDelivery(_) => {
                Self::new(Class::NotFound, "delivery-not-found", detail)
            }
            WebhookDenied::Disabled(_) => Self::new(Class::Conflict, "webhook-disabled", detail),
            WebhookDenied::Store(_) => Failed::new(Class::Unavailable, "store-failed", detail)
                .retryable()
                .into(),
        }
    }
}

impl From<ArtifactError> for Problem {
    fn from(error: ArtifactError) -> Self {
        let detail = error.to_string();
        match error {
            ArtifactError::NotFound(_) => Self::new(Class::NotFound, "artifact-not-found", detail),
            ArtifactError::NotATable(_) => Self::new(Class::Invalid, "not-a-table", detail),
            ArtifactError::TooLarge { .. }
            | ArtifactError::InvalidName(_)
            | ArtifactError::InvalidTable(_)
            | ArtifactError::Io(_) => Self::new(Class::Internal, "artifact-unreadable", detail),
        }
    }
}

#[cfg(test)]
#[path = "problem_tests.rs"]
mod tests;
