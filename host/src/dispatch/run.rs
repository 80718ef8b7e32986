//! A run of an operation: validated, leased, signed in, called, settled.

use std::sync::Arc;

use serde_json::Value;
use tokio::sync::watch;
use tokio::time::Instant;

use crate::artifacts::store::RunArtifacts;
use crate::dispatch::error::RunError;
use crate::dispatch::handle::Dispatch;
use crate::dispatch::request::{PluginRef, RunAnswer, RunRequest, Timing, millis};
use crate::model::ids::RunId;
use crate::model::session::LeaseKind;
use crate::plugin::call;
use crate::plugin::call_error::CallError;
use crate::plugin::context::{CallContext, Called};
use crate::plugin::version::OperationVersion;
use crate::pool::entry::{Condition, Standing};
use crate::pool::lease::Lease;

/// A run that has its session.
struct Run {
    id: RunId,
    /// Loaded once: the version that was served when the run began serves it to its end.
    version: Arc<OperationVersion>,
    input: Value,
    artifacts: Arc<RunArtifacts>,
    lease: Lease,
}

impl Dispatch {
    /// Runs an operation.
    ///
    /// # Cancellation
    /// A run whose future is dropped gives its session back as suspect: it is looked at before its next use.
    pub async fn run(&self, request: RunRequest) -> Result<RunAnswer, RunError> {
        let RunRequest {
            operation,
            input,
            who,
        } = request;
        let version = self.0.registry.operation(&operation);
        let version = version.ok_or_else(|| RunError::UnknownOperation(operation.clone()))?;
        version
            .validate_input(&input)
            .map_err(RunError::InvalidInput)?;

        let id = RunId::random();
        let asked = Instant::now();
        let mut lease = self.lease(who, LeaseKind::Operation, Some(id)).await?;
        let leased = Instant::now();
        let session_id = lease.session();
        let is_new_session = *lease.standing() == Standing::New;
        if let Err(stopped) = self.ensure_signed_in(&mut lease).await {
            return Err(stopped.end(lease));
        }
        let ready = Instant::now();

        let artifacts = Arc::new(self.0.artifacts.for_run(id));
        let plugin = PluginRef::of(&version.identity);
        let run = Run {
            id,
            version,
            input,
            artifacts: Arc::clone(&artifacts),
            lease,
        };
        let (output, webdriver_commands) = self.call(run).await?;
        let timing = Timing {
            queue_ms: millis(leased - asked),
            sign_in_ms: millis(ready - leased),
            run_ms: millis(ready.elapsed()),
        };
        tracing::info!(run.id = %id, session.id = %session_id, operation, ?timing,
            webdriver_commands, "run succeeded");
        Ok(RunAnswer {
            run_id: id,
            session_id,
            is_new_session,
            operation,
            plugin,
            output,
            artifacts: artifacts.list(),
            timing,
            webdriver_commands,
        })
    }

    /// Calls the plugin, a second time if the first found the session signed out and signing in helped.
    async fn call(&self, mut run: Run) -> Result<(Value, u64), RunError> {
        let mut commands = 0;
        for repeated in [false, true] {
            let called = self.call_once(&mut run).await;
            commands += called.stats.commands;
            drop(called.page);
            let error = match called.outcome {
                Ok(output) => {
                    run.lease.finish(Condition::SignedIn);
                    return Ok((output, commands));
                }
                Err(error) => error,
            };
            let signed_out = matches!(&error, CallError::Failure(failure) if failure.signed_out);
            if signed_out && !repeated {
                tracing::info!(run.id = %run.id, session.id = %run.lease.session(),
                    "found signed out; signing in and repeating once");
                if let Err(stopped) = self.sign_in(&mut run.lease).await {
                    return Err(stopped.end(run.lease));
                }
                continue;
            }
            let condition = match (signed_out, commands) {
                (true, _) => Condition::SignedOut,
                // It refused before it touched the page: what was known still holds.
                (false, 0) => Condition::SignedIn,
                // It stopped somewhere: what its page shows is not known.
                (false, _) => Condition::Unknown,
            };
            return Err(failed(run, error, condition));
        }
        unreachable!("the second round returns")
    }

    async fn call_once(&self, run: &mut Run) -> Called<Value> {
        let limits = &self.0.config.limits;
        let limit = if run.version.effectful {
            limits.run_write()
        } else {
            limits.run_read()
        };
        let context = CallContext {
            run_id: run.id,
            deadline: Instant::now() + limit,
            artifacts: Arc::clone(&run.artifacts),
            progress: watch::Sender::new(None),
            credentials: None,
        };
        call::run(
            &run.version,
            &run.input,
            Box::new(run.lease.lend()),
            context,
        )
        .await
    }
}

/// Settles a run that gave no answer.
fn failed(run: Run, error: CallError, condition: Condition) -> RunError {
    let Run {
        id: run_id, lease, ..
    } = run;
    let session_id = lease.session();
    tracing::warn!(run.id = %run_id, session.id = %session_id, code = error.code(), %error, "run failed");
    lease.finish(condition);
    RunError::Call {
        run_id,
        session_id,
        error,
    }
}
