//! How a run ends, from what its call gave and what it had said of its effect. Pure.

use crate::dispatch::error::RunError;
use crate::dispatch::request::RunAnswer;
use crate::dispatch::run::Run;
use crate::model::ids::RunId;
use crate::model::outcome::{Class, Executed, Failed};
use crate::model::run::{EffectState, Happened, RunState};
use crate::plugin::context::Settled;
use crate::store::runs::RunRecord;

/// What a run has said of its effect.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in crate::dispatch) enum EffectSaid {
    /// It has begun none.
    None,
    /// The intent is on disk, and nothing was sent.
    Begun,
    /// What causes it was sent.
    Submitted,
    /// How it ended.
    Settled(Settled),
}

/// How a run ended.
pub(in crate::dispatch) struct Settlement {
    pub(in crate::dispatch) state: RunState,
    pub(in crate::dispatch) outcome: Result<RunAnswer, Failed>,
    pub(in crate::dispatch) event: Happened,
    /// What is to be written of its effect, if that is not written yet.
    pub(in crate::dispatch) effect: Option<(EffectState, String)>,
}

impl Settlement {
    /// Whether the caller may try again with the same key: nothing was done, and it was not for good.
    pub(in crate::dispatch) fn releases_key(&self) -> bool {
        self.outcome.as_ref().is_err_and(|failed| {
            let is_paused = failed.more.contains_key("hold");
            failed.executed == Executed::No && (failed.retryable || is_paused)
        })
    }

    pub(in crate::dispatch) fn ended(state: RunState, outcome: Result<RunAnswer, Failed>) -> Self {
        Self {
            state,
            outcome,
            event: Happened::Ended { state },
            effect: None,
        }
    }

    pub(in crate::dispatch) fn failed(failed: Failed) -> Self {
        Self::ended(RunState::Failed, Err(failed))
    }
}

/// What a run comes to.
pub(in crate::dispatch) fn settled(
    run: &Run,
    effect: &EffectSaid,
    outcome: Result<RunAnswer, RunError>,
) -> Settlement {
    match (effect, outcome) {
        (EffectSaid::Submitted, outcome) => {
            let why = match outcome {
                Ok(_) => "the operation did not say how it ended".to_owned(),
                Err(error) => error.to_string(),
            };
            unknown(&run.journal.record(), why)
        }
        (EffectSaid::Settled(Settled::Unknown(why)), _) => {
            unknown(&run.journal.record(), why.clone())
        }
        (EffectSaid::Settled(Settled::Confirmed(evidence)), Err(error)) => {
            let mut failed = Failed::from(error).with("evidence_of_effect", evidence);
            failed.executed = Executed::Yes;
            failed.retryable = false;
            failed.detail = format!("it was done ({evidence}), but then: {}", failed.detail);
            Settlement::failed(failed)
        }
        // Nothing that could cause it was sent.
        (EffectSaid::Begun, outcome) => Settlement {
            effect: Some((EffectState::Absent, "nothing was sent".to_owned())),
            ..plainly(outcome)
        },
        (EffectSaid::None | EffectSaid::Settled(_), outcome) => plainly(outcome),
    }
}

/// What a run comes to whose effect has nothing to say about it.
fn plainly(outcome: Result<RunAnswer, RunError>) -> Settlement {
    match outcome {
        Ok(answer) => Settlement::ended(RunState::Succeeded, Ok(answer)),
        Err(error @ RunError::Cancelled(_)) => {
            Settlement::ended(RunState::Cancelled, Err(error.into()))
        }
        Err(error) => Settlement::failed(error.into()),
    }
}

/// It cannot be told whether the effect happened.
pub(in crate::dispatch) fn unknown(record: &RunRecord, why: String) -> Settlement {
    let detail = format!(
        "it cannot be told whether it happened: {why}. The host asks the portal now; follow `run_id`, and do not ask for the same again meanwhile"
    );
    let mut failed = Failed::new(Class::TimedOut, "outcome-unknown", detail)
        .with("run_id", record.id)
        .with("session_id", record.session_id);
    failed.executed = Executed::Maybe;
    Settlement {
        state: RunState::Unknown,
        outcome: Err(failed),
        effect: Some((EffectState::Unknown, why.clone())),
        event: Happened::Unknown { why },
    }
}

/// The failure of a run that a host's end cut short before anything was done.
pub(in crate::dispatch) fn interrupted(run: RunId) -> Failed {
    let detail = "the host was stopped before anything was done; ask for it again";
    Failed::new(Class::Unavailable, "host-restarted", detail)
        .with("run_id", run)
        .retryable()
}

/// What a kept run answered, if it did.
pub(in crate::dispatch) fn told(record: &RunRecord) -> Option<Result<RunAnswer, Failed>> {
    if let Some(failed) = &record.failure {
        return Some(Err(failed.clone()));
    }
    let answer = record.answer.clone()?;
    serde_json::from_value(answer).ok().map(Ok)
}
