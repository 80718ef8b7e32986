//! Making sure that a leased session is signed in, by the session plugin, under the lease that needs it.
//!
//! Twenty callers with the same new credentials wait for one session; the first to get it signs in, and the
//! others find it done. A caller that leaves does not stop a sign-in: the portal has counted it already.

use std::sync::Arc;
use std::time::Duration;

use tokio::sync::oneshot;
use tokio::time::Instant;
use tracing::Instrument as _;

use crate::config::limits;
use crate::config::secrets::Credentials;
use crate::dispatch::attempts::{Ended, NotNow, Wish};
use crate::dispatch::error::RunError;
use crate::dispatch::handle::Dispatch;
use crate::dispatch::stopped::Stopped;
use crate::model::ids::RunId;
use crate::plugin::call;
use crate::plugin::call::{Presence, SignInOutcome};
use crate::plugin::call_error::CallError;
use crate::plugin::context::{CallContext, Called};
use crate::plugin::version::SessionVersion;
use crate::pool::entry::{Condition, Standing};
use crate::pool::error::LeaseDenied;
use crate::pool::lease::Lease;
use crate::telemetry::table;

impl Dispatch {
    /// Gives the lease back signed in, or ends it. What a caller waits for goes on without the caller.
    pub(in crate::dispatch) async fn signed_in(&self, mut lease: Lease) -> Result<Lease, RunError> {
        if *lease.standing() == Standing::SignedIn {
            lease.dismiss_dialogs().await;
            return Ok(lease);
        }
        let dispatch = self.clone();
        let (reply, answer) = oneshot::channel();
        let signing_in = async move {
            let outcome = match dispatch.ensure_signed_in(&mut lease).await {
                Ok(()) => Ok(lease),
                Err(stopped) => Err(stopped.end(lease)),
            };
            if let Err(Ok(lease)) = reply.send(outcome) {
                lease.finish(Condition::SignedIn);
            }
        };
        tokio::spawn(signing_in.in_current_span());
        answer.await.expect("the task above answers")
    }

    /// Signs in where it is needed. A session that was left in good order is believed; one that was left in the
    /// middle of something is looked at first.
    async fn ensure_signed_in(&self, lease: &mut Lease) -> Result<(), Stopped> {
        match lease.standing() {
            Standing::SignedIn => Ok(()),
            Standing::New | Standing::SignedOut => self.sign_in(lease, Wish::Asked).await,
            Standing::Suspect | Standing::AwaitingOperator(_) => {
                match self.probe(lease).await? {
                    Presence::SignedIn => Ok(()),
                    // Signing in types nothing where it finds itself signed in.
                    Presence::SignedOut | Presence::Unknown(_) => {
                        self.sign_in(lease, Wish::Asked).await
                    }
                }
            }
        }
    }

    /// Signs in, whatever is known, within the bound of password attempts.
    pub(in crate::dispatch) async fn sign_in(
        &self,
        lease: &mut Lease,
        wish: Wish,
    ) -> Result<(), Stopped> {
        let session_id = lease.session();
        let version = self.session_version()?;
        let Some(credentials) = lease.credentials().cloned() else {
            let error = LeaseDenied::CredentialsNeeded(session_id).into();
            return Err(Stopped::new(error, Condition::Lost));
        };
        let username = credentials.username.clone();
        if let Err(NotNow { retry_after }) = self.attempts().begin(&username, wish, self.now()) {
            let error = RunError::SignInLimited { retry_after };
            return Err(Stopped::new(error, Condition::AsBefore));
        }
        let called = self.call_sign_in(&version, lease, credentials).await;
        let ended = match (&called.outcome, called.stats.secret_typed) {
            (Ok(SignInOutcome::SignedIn), _) => Ended::Well,
            (_, true) => Ended::BadlyTyped,
            (_, false) => Ended::BadlyUntyped,
        };
        self.attempts().end(&username, ended, self.now());
        let result = match &called.outcome {
            Ok(SignInOutcome::SignedIn) => "signed_in",
            Ok(SignInOutcome::OperatorNeeded(_)) => "operator_needed",
            Ok(SignInOutcome::Refused(..)) => "refused",
            Err(_) => "error",
        };
        self.figures().count(&table::AUTH_ATTEMPTS, &[result]);
        drop(called.page);
        match called.outcome {
            Ok(SignInOutcome::SignedIn) => {
                tracing::info!(session.id = %session_id, "signed in");
                Ok(())
            }
            Ok(outcome) => Err(Stopped::by_portal(session_id, outcome)),
            // Nothing was learned: not a reason to believe anything about the session.
            Err(error) => Err(Stopped::by_call(lease, error)),
        }
    }

    async fn call_sign_in(
        &self,
        version: &SessionVersion,
        lease: &mut Lease,
        credentials: Credentials,
    ) -> Called<SignInOutcome> {
        let mut context = self.session_context(limits::SIGN_IN);
        context.credentials = Some(credentials);
        // A lease that is taken away takes no command any more, so the call ends by itself.
        call::sign_in(version, Box::new(lease.lend()), context).await
    }

    /// Asks the portal whether the session is signed in.
    pub(in crate::dispatch) async fn probe(&self, lease: &mut Lease) -> Result<Presence, Stopped> {
        let version = self.session_version()?;
        let context = self.session_context(limits::PROBE);
        let called = call::probe(&version, Box::new(lease.lend()), context).await;
        drop(called.page);
        match called.outcome {
            Ok(presence) => Ok(presence),
            // A page that does not come up in the time of a probe may still do so in that of a sign-in.
            Err(error @ (CallError::Deadline { .. } | CallError::Failure(_))) => {
                Ok(Presence::Unknown(error.to_string()))
            }
            Err(error) => Err(Stopped::by_call(lease, error)),
        }
    }

    pub(in crate::dispatch) fn session_version(&self) -> Result<Arc<SessionVersion>, Stopped> {
        let version = self.0.registry.session();
        version.ok_or_else(|| Stopped::new(RunError::NoSessionPlugin, Condition::Untouched))
    }

    pub(in crate::dispatch) fn session_context(&self, limit: Duration) -> CallContext {
        let run_id = RunId::random();
        CallContext {
            run_id,
            deadline: Instant::now() + limit,
            artifacts: Arc::new(self.0.artifacts.for_run(run_id)),
            journal: None,
            credentials: None,
        }
    }
}
