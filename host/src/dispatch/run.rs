//! A run of an operation: validated, leased, signed in, called, settled.

use std::sync::Arc;

use serde_json::Value;
use tokio::sync::watch;
use tokio::time::Instant;

use crate::artifacts::store::RunArtifacts;
use crate::dispatch::attempts::Wish;
use crate::dispatch::error::RunError;
use crate::dispatch::handle::Dispatch;
use crate::dispatch::ready::{Ready, again};
use crate::dispatch::request::{PluginRef, RunAnswer, RunRequest, Timing, millis};
use crate::model::ids::{HoldId, RunId, SessionId};
use crate::plugin::call;
use crate::plugin::call_error::CallError;
use crate::plugin::context::{CallContext, CallStats};
use crate::plugin::version::OperationVersion;
use crate::pool::entry::Condition;
use crate::pool::lease::Lease;

/// What is to be run.
pub(in crate::dispatch) struct Run {
    pub(in crate::dispatch) id: RunId,
    /// Loaded once: the version that was served when the run began serves it to its end.
    pub(in crate::dispatch) version: Arc<OperationVersion>,
    pub(in crate::dispatch) input: Value,
    /// Where it goes on, if it was paused.
    pub(in crate::dispatch) stand: Option<Stand>,
    artifacts: Arc<RunArtifacts>,
}

/// Where a paused run stands.
#[derive(Debug, Clone, Copy)]
pub(in crate::dispatch) struct Stand {
    pub(in crate::dispatch) hold: HoldId,
    pub(in crate::dispatch) phase: u32,
}

impl Run {
    pub(in crate::dispatch) fn answer(
        &self,
        (session_id, is_new_session): (SessionId, bool),
        output: Value,
        timing: Timing,
        webdriver_commands: u64,
    ) -> RunAnswer {
        tracing::info!(run.id = %self.id, session.id = %session_id, operation = self.version.identity.name,
            ?timing, webdriver_commands, "run succeeded");
        RunAnswer {
            run_id: self.id,
            session_id,
            is_new_session,
            operation: self.version.identity.name.clone(),
            plugin: PluginRef::of(&self.version.identity),
            output,
            artifacts: self.artifacts.list(),
            timing,
            webdriver_commands,
        }
    }
}

impl Dispatch {
    /// Runs an operation, or goes on with one that paused.
    ///
    /// # Cancellation
    /// A run whose future is dropped gives its session back as suspect: it is looked at before its next use.
    pub async fn run(&self, request: RunRequest) -> Result<RunAnswer, RunError> {
        match request.resume {
            Some(hold) => self.go_on(hold, request).await,
            None => self.run_anew(request).await,
        }
    }

    async fn run_anew(&self, request: RunRequest) -> Result<RunAnswer, RunError> {
        let version = self.0.registry.operation(&request.operation);
        let version = version.ok_or(RunError::UnknownOperation(request.operation))?;
        version
            .validate_input(&request.input)
            .map_err(RunError::InvalidInput)?;

        let run = self.make_run(version, request.input, None);
        let (who, effectful) = (request.who, run.version.effectful);
        let purpose = self.operation(run.id, effectful, request.patience, &who);
        let mut ready = self.ready(self.whose(who)?, purpose).await?;
        let mut timing = Timing::default();
        let mut commands = 0;
        let mut may_lose = !effectful;
        loop {
            let session = (ready.lease.session(), ready.is_new);
            timing.add(&ready);
            let began = Instant::now();
            let whose = again(&ready.lease);
            let called = self.call(&run, ready.lease, &mut commands).await;
            timing.run_ms += millis(began.elapsed());
            match called {
                Ok(output) => return Ok(run.answer(session, output, timing, commands)),
                // What only reads can be read again, with another browser.
                Err(error) if error.is_browser_lost() && may_lose => {
                    may_lose = false;
                    tracing::info!(run.id = %run.id, session.id = %session.0,
                        "lost its browser; repeating once with another");
                    ready = self.ready(whose, purpose).await?;
                }
                Err(error) => return Err(error),
            }
        }
    }

    pub(in crate::dispatch) fn make_run(
        &self,
        version: Arc<OperationVersion>,
        input: Value,
        stand: Option<Stand>,
    ) -> Run {
        let id = RunId::random();
        Run {
            id,
            version,
            input,
            stand,
            artifacts: Arc::new(self.0.artifacts.for_run(id)),
        }
    }

    /// Calls the plugin, a second time if the first found the session signed out and signing in helped; ends the
    /// lease, or has it held if the plugin pauses. A run that goes on is not called twice: signing in leaves its page.
    pub(in crate::dispatch) async fn call(
        &self,
        run: &Run,
        mut lease: Lease,
        commands: &mut u64,
    ) -> Result<Value, RunError> {
        for repeated in [false, true] {
            let (outcome, used) = self.call_once(run, &mut lease).await?;
            *commands += used.commands;
            let error = match outcome {
                Ok(output) => {
                    lease.tidy().await;
                    lease.finish(Condition::SignedIn);
                    return Ok(output);
                }
                Err(error) => error,
            };
            let error = match error {
                CallError::Failure(failure) if failure.paused_in().is_some() => {
                    return Err(self.pause(run, lease, failure).await);
                }
                error => error,
            };
            let signed_out = matches!(&error, CallError::Failure(failure) if failure.signed_out);
            if signed_out && !repeated && run.stand.is_none() {
                tracing::info!(run.id = %run.id, session.id = %lease.session(),
                    "found signed out; signing in and repeating once");
                if let Err(stopped) = self.sign_in(&mut lease, Wish::Asked).await {
                    return Err(stopped.end(lease));
                }
                continue;
            }
            let condition = match (signed_out, *commands) {
                (true, _) => Condition::SignedOut,
                // It refused before it touched the page: what was known still holds.
                (false, 0) if run.stand.is_none() => Condition::SignedIn,
                // It stopped somewhere: what its page shows is not known.
                (false, _) => Condition::Unknown,
            };
            return Err(self.failed(run, lease, error, condition).await);
        }
        unreachable!("the second round returns")
    }

    /// One call, unless the session is taken away from it.
    async fn call_once(
        &self,
        run: &Run,
        lease: &mut Lease,
    ) -> Result<(Result<Value, CallError>, CallStats), RunError> {
        let context = CallContext {
            run_id: run.id,
            deadline: Instant::now() + self.call_limit(run.version.effectful),
            artifacts: Arc::clone(&run.artifacts),
            progress: watch::Sender::new(None),
            credentials: None,
        };
        let page = Box::new(lease.lend());
        let recall = lease.recall().clone();
        let phase = run.stand.map(|stand| stand.phase);
        tokio::select! {
            biased;
            _ = recall.taken_away() => {}
            called = call::run(&run.version, (&run.input, phase), page, context) => {
                drop(called.page);
                return Ok((called.outcome, called.stats));
            }
        }
        let error = RunError::taken_away(lease, Some(run.id));
        Err(error.expect("it was just taken away"))
    }

    /// Settles a run that gave no answer.
    async fn failed(
        &self,
        run: &Run,
        mut lease: Lease,
        error: CallError,
        condition: Condition,
    ) -> RunError {
        let (run_id, session_id) = (run.id, lease.session());
        tracing::warn!(run.id = %run_id, session.id = %session_id, code = error.code(), %error, "run failed");
        lease.tidy().await;
        let taken = RunError::taken_away(&lease, Some(run_id));
        lease.finish(condition);
        taken.unwrap_or(RunError::Call {
            run_id,
            session_id,
            error,
        })
    }
}

impl Timing {
    fn add(&mut self, ready: &Ready) {
        self.queue_ms += millis(ready.queued);
        self.sign_in_ms += millis(ready.signing_in);
    }
}
