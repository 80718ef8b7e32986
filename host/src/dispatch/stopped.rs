//! Why a lease could not be used, and how its session is left.

use crate::dispatch::error::RunError;
use crate::model::ids::SessionId;
use crate::plugin::call::SignInOutcome;
use crate::plugin::call_error::CallError;
use crate::pool::entry::Condition;
use crate::pool::lease::Lease;

/// Why a lease could not be used, and how its session is left.
pub(in crate::dispatch) struct Stopped {
    pub(in crate::dispatch) error: RunError,
    pub(in crate::dispatch) condition: Condition,
}

impl Stopped {
    pub(in crate::dispatch) const fn new(error: RunError, condition: Condition) -> Self {
        Self { error, condition }
    }

    /// The portal did not sign in and said why.
    pub(in crate::dispatch) fn by_portal(session_id: SessionId, outcome: SignInOutcome) -> Self {
        match outcome {
            SignInOutcome::SignedIn => unreachable!("a sign-in that worked stops nothing"),
            SignInOutcome::OperatorNeeded(reason) => {
                tracing::warn!(session.id = %session_id, reason, "signing in needs a person");
                let condition = Condition::AwaitingOperator(reason.clone());
                Self::new(RunError::OperatorNeeded { session_id, reason }, condition)
            }
            SignInOutcome::Refused(refusal, message) => {
                tracing::warn!(session.id = %session_id, ?refusal, message, "the portal refused the account");
                let condition = Condition::Refused {
                    refusal,
                    message: message.clone(),
                };
                Self::new(RunError::Refused { refusal, message }, condition)
            }
        }
    }

    /// A call of the session plugin came to no end.
    pub(in crate::dispatch) fn by_call(lease: &Lease, error: CallError) -> Self {
        let session_id = lease.session();
        tracing::warn!(session.id = %session_id, code = error.code(), %error, "could not sign in");
        let error = match RunError::taken_away(lease, None) {
            Some(taken) => taken,
            None => match error {
                CallError::Failure(failure) if failure.code == "portal-down" => {
                    RunError::PortalDown(failure.message)
                }
                CallError::Failure(failure) if failure.code == "layout-changed" => {
                    RunError::LayoutChanged(failure)
                }
                error => RunError::SignIn(error),
            },
        };
        Self::new(error, Condition::Unknown)
    }

    /// Ends the lease.
    pub(in crate::dispatch) fn end(self, lease: Lease) -> RunError {
        lease.finish(self.condition);
        self.error
    }
}
