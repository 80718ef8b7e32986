//! Errors of requests in the form that is told and kept: which error has which code, and whose turn it is.

use serde_json::{Value, json};

use crate::dispatch::error::{HoldDenied, Paused, RunError, Taken};
use crate::model::ids::{ArtifactId, SessionId};
use crate::model::outcome::{Class, Failed};
use crate::model::session::{Refusal, live_path};
use crate::plugin::call_error::{CallError, Failure};
use crate::pool::error::LeaseDenied;

impl From<RunError> for Failed {
    fn from(error: RunError) -> Self {
        let detail = error.to_string();
        match error {
            RunError::UnknownOperation(_) => {
                Self::new(Class::NotFound, "operation-not-found", detail)
            }
            RunError::UnknownVersion { .. } => {
                Self::new(Class::NotFound, "plugin-version-not-found", detail)
            }
            RunError::InvalidInput(problems) => {
                Self::new(Class::Invalid, "invalid-input", detail).with("problems", problems)
            }
            RunError::WhoMissing => Self::new(Class::Invalid, "who-missing", detail),
            RunError::WhoAmbiguous => Self::new(Class::Invalid, "who-ambiguous", detail),
            RunError::UnknownAccount(_) => Self::new(Class::NotFound, "account-not-found", detail),
            RunError::AccountNotAllowed(_) => {
                Self::new(Class::Forbidden, "account-not-allowed", detail)
            }
            RunError::ScopeMissing(scope) => {
                Self::new(Class::Forbidden, "scope-missing", detail).with("scope", scope)
            }
            RunError::TooManyRuns(_) => {
                Self::new(Class::TooMany, "too-many-runs", detail).retryable()
            }
            RunError::PasswordsNotTaken => Self::new(Class::Invalid, "passwords-not-taken", detail),
            RunError::Account(_) => Self::new(Class::Internal, "account-misconfigured", detail),
            RunError::NoSessionPlugin => {
                Self::new(Class::Unavailable, "session-plugin-missing", detail)
            }
            RunError::Lease(denied) => lease(&denied, detail),
            RunError::Refused { refusal, .. } => refused(refusal, detail),
            RunError::OperatorNeeded { session_id, .. } => operator_needed(session_id, detail),
            RunError::SignInLimited { retry_after } => {
                Self::new(Class::TooMany, "sign-in-limited", detail).after(Some(retry_after))
            }
            RunError::PortalDown(_) => Self::new(Class::Portal, "portal-down", detail).retryable(),
            RunError::LayoutChanged(failure) => said(&failure, detail),
            RunError::Paused(paused) => self::paused(&paused, detail),
            RunError::Hold(denied) => hold(&denied, detail),
            RunError::HoldLost { session_id } => {
                Self::new(Class::Conflict, "hold-lost", detail).with("session_id", session_id)
            }
            RunError::TakenAway {
                session_id,
                run_id,
                why,
            } => taken_away(why, detail)
                .with("session_id", session_id)
                .with("run_id", run_id),
            RunError::SignIn(error) => call(&error, detail),
            RunError::UnknownRun(_) => Self::new(Class::NotFound, "run-not-found", detail),
            RunError::KeyMissing(_) => {
                Self::new(Class::Malformed, "idempotency-key-missing", detail)
            }
            RunError::KeyInvalid => Self::new(Class::Malformed, "idempotency-key-invalid", detail),
            RunError::KeyInFlight(run) => {
                Self::new(Class::Conflict, "idempotency-key-in-flight", detail)
                    .retryable()
                    .with("run_id", run)
            }
            RunError::KeyReused(run) => {
                Self::new(Class::Invalid, "idempotency-key-reused", detail).with("run_id", run)
            }
            RunError::SameEffect(run) => Self::new(Class::Conflict, "duplicate-intent", detail)
                .retryable()
                .with("run_id", run),
            RunError::Cancelled(run) => {
                Self::new(Class::Conflict, "run-cancelled", detail).with("run_id", run)
            }
            RunError::PastCancelling(run) => {
                Self::new(Class::Conflict, "run-committing", detail).with("run_id", run)
            }
            RunError::HasEnded(run) => {
                Self::new(Class::Conflict, "run-ended", detail).with("run_id", run)
            }
            RunError::NotUnknown(run) => {
                Self::new(Class::Conflict, "run-not-unknown", detail).with("run_id", run)
            }
            RunError::NoWayIn(_) => Self::new(Class::Conflict, "credentials-needed", detail),
            RunError::Panicked(run) => {
                Self::new(Class::Internal, "internal-error", detail).with("run_id", run)
            }
            RunError::Store(_) => Self::new(Class::Unavailable, "store-failed", detail).retryable(),
            RunError::Call {
                run_id,
                session_id,
                error,
                left,
            } => shown(call(&error, detail), left)
                .with("run_id", run_id)
                .with("session_id", session_id),
        }
    }
}

fn lease(denied: &LeaseDenied, detail: String) -> Failed {
    match denied {
        LeaseDenied::UnknownSession(_) => Failed::new(Class::NotFound, "session-not-found", detail),
        LeaseDenied::OtherAccount(_) => {
            Failed::new(Class::Conflict, "session-of-other-account", detail)
        }
        LeaseDenied::QueueFull { retry_after, .. } => {
            Failed::new(Class::TooMany, "queue-full", detail).after(Some(*retry_after))
        }
        LeaseDenied::HostFull { retry_after, .. } => {
            Failed::new(Class::Unavailable, "host-full", detail).after(Some(*retry_after))
        }
        LeaseDenied::WaitedTooLong { retry_after, .. } => {
            Failed::new(Class::Unavailable, "queue-timeout", detail).after(Some(*retry_after))
        }
        LeaseDenied::LaunchesStopped { retry_after } => {
            Failed::new(Class::Unavailable, "launches-stopped", detail).after(Some(*retry_after))
        }
        LeaseDenied::CredentialsNeeded(_) => {
            Failed::new(Class::Conflict, "credentials-needed", detail)
        }
        LeaseDenied::InUse(_) => Failed::new(Class::Conflict, "session-in-use", detail).retryable(),
        LeaseDenied::OperatorNeeded { session, .. } => operator_needed(*session, detail),
        LeaseDenied::Refused { refusal, .. } => refused(*refusal, detail),
        LeaseDenied::LaunchFailed(_) => {
            Failed::new(Class::Unavailable, "launch-failed", detail).retryable()
        }
        LeaseDenied::Closed(_) => {
            Failed::new(Class::Conflict, "session-closed", detail).retryable()
        }
        LeaseDenied::Draining => Failed::new(Class::Unavailable, "draining", detail).retryable(),
    }
}

/// What is missing, and what leads back. Always 422: the caller can mend it.
fn paused(paused: &Paused, detail: String) -> Failed {
    let mut failed = said(&paused.failure, detail)
        .with("phase", paused.phase)
        .with("run_id", paused.run_id)
        .with("session_id", paused.session_id);
    failed.class = Class::Invalid;
    if let Some((id, within)) = &paused.kept {
        let hold = json!({ "id": id, "expires_in_s": within.as_secs() });
        failed = failed.with("hold", hold);
    }
    failed
}

fn hold(denied: &HoldDenied, detail: String) -> Failed {
    match denied {
        HoldDenied::NotFound(_) => Failed::new(Class::NotFound, "hold-not-found", detail),
        HoldDenied::OtherOperation(_) => {
            Failed::new(Class::Conflict, "hold-of-other-operation", detail)
        }
        HoldDenied::OtherAccount => Failed::new(Class::Conflict, "hold-of-other-account", detail),
        HoldDenied::InUse => Failed::new(Class::Conflict, "hold-in-use", detail).retryable(),
        HoldDenied::Draining => Failed::new(Class::Unavailable, "draining", detail).retryable(),
    }
}

fn taken_away(why: Taken, detail: String) -> Failed {
    match why {
        Taken::Closed => Failed::new(Class::Conflict, "session-closed", detail).retryable(),
        Taken::Overdue => Failed::new(Class::TimedOut, "lease-overdue", detail),
    }
}

/// A person opens the page at `live_url` and signs in there.
fn operator_needed(session: SessionId, detail: String) -> Failed {
    Failed::new(Class::Conflict, "operator-needed", detail)
        .with("session_id", session)
        .with("live_url", live_path(session))
}

fn refused(refusal: Refusal, detail: String) -> Failed {
    let class = match refusal {
        Refusal::CredentialsInvalid => Class::Invalid,
        Refusal::Locked => Class::Conflict,
        Refusal::ForbiddenRegion => Class::Portal,
    };
    Failed::new(class, code_of(refusal), detail)
}

/// The code of a refusal, for programs.
pub(in crate::dispatch) const fn code_of(refusal: Refusal) -> &'static str {
    match refusal {
        Refusal::CredentialsInvalid => "credentials-invalid",
        Refusal::Locked => "account-locked",
        Refusal::ForbiddenRegion => "forbidden-region",
    }
}

fn call(error: &CallError, detail: String) -> Failed {
    let class = match error {
        CallError::Failure(failure) => return said(failure, detail),
        CallError::BrowserLost(_) | CallError::NotStarted(_) => Class::Unavailable,
        CallError::Deadline { .. } => Class::TimedOut,
        CallError::Trap { .. }
        | CallError::StackOverflow { .. }
        | CallError::OutOfMemory { .. }
        | CallError::TableLimit { .. }
        | CallError::InstanceLimit { .. }
        | CallError::CpuLimit { .. }
        | CallError::HostCallLimit { .. }
        | CallError::HostCallTooLarge { .. }
        | CallError::OutputTooLarge { .. }
        | CallError::OutputNotJson(_)
        | CallError::OutputInvalid(_) => Class::Internal,
    };
    let mut failed = Failed::new(class, error.code(), detail);
    failed.retryable = error.is_retryable();
    failed
}

/// With the cassette and the debug bundle beside the evidence that the operation itself left.
fn shown(mut failed: Failed, left: Vec<ArtifactId>) -> Failed {
    if left.is_empty() {
        return failed;
    }
    let evidence = failed.more.entry("evidence").or_insert_with(|| json!([]));
    if let Value::Array(evidence) = evidence {
        evidence.extend(left.into_iter().map(|id| json!(id)));
    }
    failed
}

/// What an operation said itself: its code is kept, its status follows from what it says.
fn said(failure: &Failure, detail: String) -> Failed {
    let class = if !failure.fields.is_empty() || failure.code == "invalid-input" {
        Class::Invalid
    } else if failure.code.ends_with("-not-found") {
        Class::NotFound
    } else if failure.signed_out {
        Class::Conflict
    } else {
        Class::Portal
    };
    let fields: Vec<Value> = failure
        .fields
        .iter()
        .map(|(field, wanted)| json!({ "field": field, "wanted": wanted }))
        .collect();
    let mut failed = Failed::new(class, &failure.code, detail);
    failed.retryable = failure.retryable;
    if let Some(phase) = failure.phase {
        failed = failed.with("phase", phase);
    }
    if !fields.is_empty() {
        failed = failed.with("fields", fields);
    }
    if !failure.evidence.is_empty() {
        failed = failed.with("evidence", &failure.evidence);
    }
    failed
}

impl From<LeaseDenied> for Failed {
    fn from(denied: LeaseDenied) -> Self {
        let detail = denied.to_string();
        lease(&denied, detail)
    }
}
