//! Making sure that a leased session is signed in, by the session plugin, under the lease that needs it.
//!
//! Twenty callers with the same new credentials wait for one session; the first to get it signs in, and the
//! others find it done.

use std::sync::Arc;
use std::time::Duration;

use tokio::sync::watch;
use tokio::time::Instant;

use crate::config::limits;
use crate::dispatch::error::RunError;
use crate::dispatch::handle::{Dispatch, Stopped};
use crate::model::ids::RunId;
use crate::plugin::call;
use crate::plugin::call::{Presence, SignInOutcome};
use crate::plugin::context::CallContext;
use crate::plugin::version::SessionVersion;
use crate::pool::entry::{Condition, Standing};
use crate::pool::lease::Lease;

impl Dispatch {
    /// Signs in where it is needed. A session that was left in good order is believed; one that was left in the
    /// middle of something is looked at first.
    pub(in crate::dispatch) async fn ensure_signed_in(
        &self,
        lease: &mut Lease,
    ) -> Result<(), Stopped> {
        match lease.standing() {
            Standing::SignedIn => Ok(()),
            Standing::New | Standing::SignedOut => self.sign_in(lease).await,
            Standing::Suspect | Standing::AwaitingOperator(_) => {
                match self.probe(lease).await? {
                    Presence::SignedIn => Ok(()),
                    // Signing in types nothing where it finds itself signed in.
                    Presence::SignedOut | Presence::Unknown(_) => self.sign_in(lease).await,
                }
            }
        }
    }

    /// Signs in, whatever is known.
    pub(in crate::dispatch) async fn sign_in(&self, lease: &mut Lease) -> Result<(), Stopped> {
        let session_id = lease.session();
        let version = self.session_version()?;
        let mut context = self.session_context(limits::SIGN_IN);
        context.credentials = Some(lease.credentials().clone());
        let called = call::sign_in(&version, Box::new(lease.lend()), context).await;
        drop(called.page);
        match called.outcome {
            Ok(SignInOutcome::SignedIn) => {
                tracing::info!(session.id = %session_id, "signed in");
                Ok(())
            }
            Ok(SignInOutcome::OperatorNeeded(reason)) => {
                tracing::warn!(session.id = %session_id, reason, "signing in needs a person");
                let condition = Condition::AwaitingOperator(reason.clone());
                Err(Stopped {
                    error: RunError::OperatorNeeded { session_id, reason },
                    condition,
                })
            }
            Ok(SignInOutcome::Refused(refusal, message)) => {
                tracing::warn!(session.id = %session_id, ?refusal, message, "the portal refused the account");
                let condition = Condition::Refused {
                    refusal,
                    message: message.clone(),
                };
                Err(Stopped {
                    error: RunError::Refused { refusal, message },
                    condition,
                })
            }
            Err(error) => {
                tracing::warn!(session.id = %session_id, %error, "could not sign in");
                Err(Stopped::without_verdict(error))
            }
        }
    }

    /// Asks the portal whether the session is signed in.
    pub(in crate::dispatch) async fn probe(&self, lease: &mut Lease) -> Result<Presence, Stopped> {
        let version = self.session_version()?;
        let context = self.session_context(limits::PROBE);
        let called = call::probe(&version, Box::new(lease.lend()), context).await;
        drop(called.page);
        called.outcome.map_err(Stopped::without_verdict)
    }

    pub(in crate::dispatch) fn session_version(&self) -> Result<Arc<SessionVersion>, Stopped> {
        self.0.registry.session().ok_or(Stopped {
            error: RunError::NoSessionPlugin,
            condition: Condition::Untouched,
        })
    }

    pub(in crate::dispatch) fn session_context(&self, limit: Duration) -> CallContext {
        let run_id = RunId::random();
        CallContext {
            run_id,
            deadline: Instant::now() + limit,
            artifacts: Arc::new(self.0.artifacts.for_run(run_id)),
            progress: watch::Sender::new(None),
            credentials: None,
        }
    }
}
