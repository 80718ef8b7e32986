//! Runs that pause for something their caller has to send, and go on where they stand.
//!
//! Owns: the lease of a paused run, with all that is needed to go on; a task for each waits for its end.
//! Ends: continued, given up, expired, taken away, or when the host stops. The session is then suspect, and is looked
//! at before its next use (portal-facts S10).
//! Never: closes a browser, or begins anew what cannot be continued (S31).

use std::convert::Infallible;
use std::sync::{Arc, MutexGuard, PoisonError};

use serde_json::Value;
use tokio::sync::oneshot;
use tokio::time::{Instant, sleep_until};

use crate::config::limits;
use crate::dispatch::error::{HoldDenied, Paused, RunError};
use crate::dispatch::handle::Dispatch;
use crate::dispatch::held::{Holds, Turn};
use crate::dispatch::request::{RunAnswer, RunRequest, Timing, millis};
use crate::dispatch::run::{Journey, Run, Stand};
use crate::model::ids::{HoldId, SessionId};
use crate::plugin::call_error::Failure;
use crate::plugin::version::OperationVersion;
use crate::pool::entry::Condition;
use crate::pool::lease::Lease;
use crate::pool::words::Term;

/// A run that is paused.
pub(in crate::dispatch) struct Held {
    lease: Lease,
    /// The version that paused; it serves the run to its end.
    version: Arc<OperationVersion>,
    /// All that its caller has sent.
    input: Value,
    phase: u32,
    /// Tells the task that waits for the end of the hold that somebody took it.
    _taken: oneshot::Sender<Infallible>,
}

/// A run that goes on; its hold is in use until this is dropped.
struct Continued {
    dispatch: Dispatch,
    id: HoldId,
    turn: Turn,
}

impl Drop for Continued {
    fn drop(&mut self) {
        self.dispatch.holds().end(self.id, self.turn);
    }
}

impl Dispatch {
    /// What going on with a paused run means. What is refused leaves the hold as it is.
    pub(in crate::dispatch) fn planned_to_go_on(
        &self,
        id: HoldId,
        request: RunRequest,
    ) -> Result<(Arc<OperationVersion>, Value, Journey), RunError> {
        // Before the lock: an account's password is read from a file.
        let whose = self.whose(request.who)?;
        let (turn, version, input, phase) = {
            let holds = self.holds();
            let (turn, held) = holds.see(id)?;
            if !self.0.pool.is_of(&held.lease, &whose) {
                return Err(HoldDenied::OtherAccount.into());
            }
            let name = &held.version.identity.name;
            if *name != request.operation {
                return Err(HoldDenied::OtherOperation(name.clone()).into());
            }
            let input = merged(held.input.clone(), request.input);
            (turn, Arc::clone(&held.version), input, held.phase)
        };
        version
            .validate_input(&input)
            .map_err(RunError::InvalidInput)?;
        let stand = Stand { hold: id, phase };
        Ok((version, input, Journey::Resumed { whose, stand, turn }))
    }

    /// Goes on with a paused run.
    ///
    /// # Cancellation
    /// As `go`; the hold is over.
    pub(in crate::dispatch) async fn go_on(
        &self,
        run: &Run,
        id: HoldId,
        turn: Turn,
    ) -> Result<RunAnswer, RunError> {
        let (turn, held) = self.holds().take(id, turn)?;
        let _continued = Continued {
            dispatch: self.clone(),
            id,
            turn,
        };
        let lease = self.still_there(run, held.lease).await?;
        let (mut timing, mut commands) = (Timing::default(), 0);
        let session_id = lease.session();
        let began = Instant::now();
        tracing::info!(run.id = %run.id, session.id = %session_id, hold.id = %id, "run continued");
        run.journal.leased(session_id);
        let called = self.call(run, lease, &mut commands).await;
        timing.run_ms = millis(began.elapsed());
        run.spent(timing);
        let output = called?;
        Ok(run.answer((session_id, false), output, timing, commands))
    }

    /// The session that a hold is on, unless somebody goes on with it.
    pub(in crate::dispatch) fn held_session(&self, id: HoldId) -> Option<SessionId> {
        let holds = self.holds();
        let (_, held) = holds.see(id).ok()?;
        Some(held.lease.session())
    }

    /// Ends a hold; the session is free again.
    pub async fn give_up(&self, id: HoldId) -> Result<(), RunError> {
        let held = self.holds().give_up(id)?;
        held.release("given up").await;
        Ok(())
    }

    /// Ends all holds; nothing is held from now on.
    pub(in crate::dispatch) async fn end_holds(&self) {
        let held = self.holds().close();
        let released = held.into_iter().map(|held| held.release("the host stops"));
        futures::future::join_all(released).await;
    }

    /// Holds the session of a run that says it can go on.
    pub(in crate::dispatch) async fn pause(
        &self,
        run: &Run,
        lease: Lease,
        failure: Failure,
    ) -> RunError {
        let within = self.0.config.limits.held();
        let term = Term {
            run_id: run.id,
            hold: within + limits::LEASE_MARGIN,
            held: Some(within),
        };
        self.0.pool.prolong(&lease, term).await;
        let (session_id, until) = (lease.session(), Instant::now() + within);
        let id = run.stand.map_or_else(HoldId::random, |stand| stand.hold);
        let recall = lease.recall().clone();
        let (taken, is_taken) = oneshot::channel();
        let held = Held {
            lease,
            version: Arc::clone(&run.version),
            input: run.input.clone(),
            phase: failure.paused_in().unwrap_or(1),
            _taken: taken,
        };
        let put = self.holds().put(id, held);
        let kept = match put {
            Ok(turn) => {
                tracing::info!(run.id = %run.id, session.id = %session_id, hold.id = %id,
                    code = failure.code, "run paused");
                let over = async move {
                    tokio::select! {
                        _ = is_taken => None,
                        _ = recall.taken_away() => Some("taken away"),
                        () = sleep_until(until) => Some("expired"),
                    }
                };
                tokio::spawn(self.clone().release_when(over, id, turn));
                Some((id, within))
            }
            Err(held) => {
                held.release("the host stops").await;
                None
            }
        };
        RunError::Paused(Box::new(Paused {
            run_id: run.id,
            session_id,
            phase: failure.paused_in().unwrap_or(1),
            failure,
            kept,
        }))
    }

    /// Waits for the end of a hold that nobody takes.
    async fn release_when(
        self,
        over: impl Future<Output = Option<&'static str>>,
        id: HoldId,
        turn: Turn,
    ) {
        let Some(why) = over.await else { return };
        let held = self.holds().expire(id, turn);
        if let Some(held) = held {
            held.release(why).await;
        }
    }

    pub(in crate::dispatch) fn holds(&self) -> MutexGuard<'_, Holds<Held>> {
        let holds = self.0.holds.lock();
        holds.unwrap_or_else(PoisonError::into_inner)
    }

    /// A lease for the rest of a run, if its browser still answers.
    async fn still_there(&self, run: &Run, mut lease: Lease) -> Result<Lease, RunError> {
        let term = Term {
            run_id: run.id,
            hold: self.call_limit(&run.version) + limits::LEASE_MARGIN,
            held: None,
        };
        self.0.pool.prolong(&lease, term).await;
        let answers = lease.answers().await;
        if let Some(taken) = RunError::taken_away(&lease, Some(run.id)) {
            return Err(taken);
        }
        if answers {
            return Ok(lease);
        }
        let session_id = lease.session();
        lease.finish(Condition::Unknown);
        Err(RunError::HoldLost { session_id })
    }
}

impl Held {
    async fn release(mut self, why: &str) {
        tracing::info!(session.id = %self.lease.session(), operation = self.version.identity.name, why,
            "hold ended");
        self.lease.tidy().await;
        self.lease.finish(Condition::Unknown);
    }
}

/// What was sent now over what was sent before, field by field.
fn merged(before: Value, now: Value) -> Value {
    match (before, now) {
        (Value::Object(mut before), Value::Object(now)) => {
            before.extend(now);
            Value::Object(before)
        }
        (_, now) => now,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn s30_what_is_sent_now_fills_and_replaces_whole_fields() {
        let before = json!({ "a": 1, "b": { "c": 2 } });
        let now = json!({ "b": { "d": 3 }, "e": 4 });
        let whole = json!({ "a": 1, "b": { "d": 3 }, "e": 4 });
        assert_eq!(merged(before, now), whole);
    }
}
