//! A run of an operation: validated, leased, signed in, called, settled.

use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use serde_json::Value;
use tokio::time::Instant;

use crate::artifacts::run::RunArtifacts;
use crate::dispatch::attempts::Wish;
use crate::dispatch::bundle;
use crate::dispatch::error::RunError;
use crate::dispatch::handle::Dispatch;
use crate::dispatch::held::Turn;
use crate::dispatch::journal::RunJournal;
use crate::dispatch::ready::{Ready, again};
use crate::dispatch::recorder::Recorder;
use crate::dispatch::request::{PluginRef, RunAnswer, RunRequest, Timing, millis};
use crate::dispatch::settling::EffectSaid;
use crate::model::caller::Caller;
use crate::model::ids::{ArtifactId, HoldId, RunId, SessionId};
use crate::model::origin::Origin;
use crate::plugin::call_error::CallError;
use crate::plugin::context::{CallContext, CallStats};
use crate::plugin::version::OperationVersion;
use crate::pool::entry::Condition;
use crate::pool::handle::{Purpose, Whose};
use crate::pool::lease::Lease;

/// What is to be run.
pub(in crate::dispatch) struct Run {
    pub(in crate::dispatch) id: RunId,
    /// Who asked for it.
    pub(in crate::dispatch) caller: Caller,
    /// Loaded once: the version that was served when the run began serves it to its end.
    pub(in crate::dispatch) version: Arc<OperationVersion>,
    pub(in crate::dispatch) input: Value,
    /// Where it goes on, if it was paused.
    pub(in crate::dispatch) stand: Option<Stand>,
    /// Where it writes down what must outlive it.
    pub(in crate::dispatch) journal: Arc<RunJournal>,
    /// Whether it leaves a debug bundle even if it succeeds.
    pub(in crate::dispatch) debug: bool,
    /// What its calls leave, if it was asked to be recorded.
    pub(in crate::dispatch) recorder: Option<Recorder>,
    /// In which request it was asked for.
    pub(in crate::dispatch) origin: Origin,
    artifacts: Arc<RunArtifacts>,
    /// Where its time went so far.
    timing: Mutex<Timing>,
}

/// Where a run gets its session from.
pub(in crate::dispatch) enum Journey {
    /// From the pool.
    Anew {
        whose: Whose,
        keep_alive: Option<bool>,
        patience: Option<Duration>,
    },
    /// From a hold.
    Resumed {
        whose: Whose,
        stand: Stand,
        turn: Turn,
    },
}

impl Journey {
    pub(in crate::dispatch) const fn whose(&self) -> &Whose {
        match self {
            Self::Anew { whose, .. } | Self::Resumed { whose, .. } => whose,
        }
    }

    pub(in crate::dispatch) const fn stand(&self) -> Option<Stand> {
        match self {
            Self::Anew { .. } => None,
            Self::Resumed { stand, .. } => Some(*stand),
        }
    }
}

/// Where a paused run stands.
#[derive(Debug, Clone, Copy)]
pub(in crate::dispatch) struct Stand {
    pub(in crate::dispatch) hold: HoldId,
    pub(in crate::dispatch) phase: u32,
}

impl Run {
    pub(in crate::dispatch) fn artifacts(&self) -> &RunArtifacts {
        &self.artifacts
    }

    /// Notes where its time went so far.
    pub(in crate::dispatch) fn spent(&self, timing: Timing) {
        *self.timing.lock().unwrap_or_else(PoisonError::into_inner) = timing;
    }

    pub(in crate::dispatch) fn timing(&self) -> Timing {
        *self.timing.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(in crate::dispatch) fn answer(
        &self,
        (session_id, is_new_session): (SessionId, bool),
        output: Value,
        timing: Timing,
        webdriver_commands: u64,
    ) -> RunAnswer {
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
    /// What a request means, with all that can be refused before anything is done.
    pub(in crate::dispatch) fn planned(
        &self,
        request: RunRequest,
    ) -> Result<(Arc<OperationVersion>, Value, Journey), RunError> {
        if let Some(hold) = request.resume {
            return self.planned_to_go_on(hold, request);
        }
        let keep_alive = request.who.keep_alive;
        // Whether there is the operation is told before whether there is the account.
        let whose = self.whose(request.who);
        let caller = whose.as_ref().map(caller).unwrap_or_default();
        let registry = &self.0.registry;
        let version = match request.version {
            Some(digest) => {
                let version = registry.operation_version(&request.operation, &digest);
                version.ok_or(RunError::UnknownVersion {
                    operation: request.operation,
                    digest,
                })?
            }
            None => registry
                .operation_for(&request.operation, &caller)
                .ok_or(RunError::UnknownOperation(request.operation))?,
        };
        version
            .validate_input(&request.input)
            .map_err(RunError::InvalidInput)?;
        let journey = Journey::Anew {
            keep_alive,
            patience: request.patience,
            whose: whose?,
        };
        Ok((version, request.input, journey))
    }

    /// Carries a run out: gets its session and calls its operation.
    ///
    /// # Cancellation
    /// A run whose future is dropped gives its session back as suspect: it is looked at before its next use.
    pub(in crate::dispatch) async fn go(
        &self,
        run: &Run,
        journey: Journey,
    ) -> Result<RunAnswer, RunError> {
        match journey {
            Journey::Anew {
                whose,
                keep_alive,
                patience,
            } => {
                let purpose =
                    self.operation(run.id, self.call_limit(&run.version), patience, keep_alive);
                self.run_anew(run, whose, purpose).await
            }
            Journey::Resumed { stand, turn, .. } => self.go_on(run, stand.hold, turn).await,
        }
    }

    async fn run_anew(
        &self,
        run: &Run,
        whose: Whose,
        purpose: Purpose,
    ) -> Result<RunAnswer, RunError> {
        let mut ready = self.ready(&run.caller, whose, purpose).await?;
        let mut timing = Timing::default();
        let mut commands = 0;
        let mut may_lose = true;
        loop {
            let session = (ready.lease.session(), ready.is_new);
            timing.add(&ready);
            run.spent(timing);
            let began = Instant::now();
            let whose = again(&ready.lease);
            run.journal.leased(session.0);
            let called = self.call(run, ready.lease, &mut commands).await;
            timing.run_ms += millis(began.elapsed());
            run.spent(timing);
            match called {
                Ok(output) => return Ok(run.answer(session, output, timing, commands)),
                // What has only read can be read again, with another browser.
                Err(error)
                    if error.is_browser_lost()
                        && may_lose
                        && run.journal.effect() == EffectSaid::None =>
                {
                    may_lose = false;
                    tracing::info!(run.id = %run.id, session.id = %session.0,
                        "lost its browser; repeating once with another");
                    ready = self.ready(&run.caller, whose, purpose).await?;
                }
                Err(error) => return Err(error),
            }
        }
    }

    pub(in crate::dispatch) fn make_run(
        &self,
        id: RunId,
        version: Arc<OperationVersion>,
        input: Value,
        stand: Option<Stand>,
        journal: Arc<RunJournal>,
    ) -> Run {
        Run {
            id,
            caller: Caller::Local,
            version,
            input,
            stand,
            journal,
            debug: false,
            recorder: None,
            origin: Origin::default(),
            timing: Mutex::default(),
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
                    // The bundle stays the last file of a run: the earlier routes rely on it.
                    run.keep_cassette().await;
                    if run.debug {
                        bundle::make(run, &mut lease, None).await;
                    }
                    lease.tidy().await;
                    lease.finish(Condition::SignedIn);
                    return Ok(output);
                }
                Err(error) => error,
            };
            let error = match error {
                CallError::Failure(mut failure)
                    if failure.paused_in().is_some()
                        && run.journal.effect() == EffectSaid::None =>
                {
                    failure.evidence.extend(run.keep_cassette().await);
                    return Err(self.pause(run, lease, failure).await);
                }
                error => error,
            };
            let signed_out = matches!(&error, CallError::Failure(failure) if failure.signed_out);
            let is_untouched = run.journal.effect() == EffectSaid::None;
            if signed_out && !repeated && run.stand.is_none() && is_untouched {
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
            // What was begun and is not settled is settled first; nothing may come between.
            let effect = run.journal.effect();
            let is_settled = matches!(effect, EffectSaid::None | EffectSaid::Settled(_));
            let mut left = Vec::new();
            if is_settled {
                left.extend(run.keep_cassette().await);
            }
            if *commands > 0 && is_settled {
                left.extend(bundle::make(run, &mut lease, Some(&error)).await);
            }
            return Err(self.failed(run, lease, (error, left), condition).await);
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
            deadline: Instant::now() + self.call_limit(&run.version),
            artifacts: Arc::clone(&run.artifacts),
            journal: Some(run.journal.clone()),
            credentials: None,
        };
        let page = Box::new(lease.lend());
        let recall = lease.recall().clone();
        tokio::select! {
            biased;
            _ = recall.taken_away() => {}
            called = run.called(page, context) => {
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
        (error, left): (CallError, Vec<ArtifactId>),
        condition: Condition,
    ) -> RunError {
        let (run_id, session_id) = (run.id, lease.session());
        tracing::debug!(run.id = %run_id, session.id = %session_id, code = error.code(), %error, "a call failed");
        lease.tidy().await;
        let taken = RunError::taken_away(&lease, Some(run_id));
        lease.finish(condition);
        taken.unwrap_or(RunError::Call {
            run_id,
            session_id,
            error,
            left,
        })
    }
}

/// Who a caller is to a canary: the portal's user, or the session if that is all it says.
fn caller(whose: &Whose) -> String {
    match whose {
        Whose::Session(_, Some(credentials)) | Whose::Account(credentials) => {
            credentials.username.clone()
        }
        Whose::Session(id, None) => id.to_string(),
    }
}

impl Timing {
    fn add(&mut self, ready: &Ready) {
        self.queue_ms += millis(ready.queued);
        self.sign_in_ms += millis(ready.signing_in);
    }
}
