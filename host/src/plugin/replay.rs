//! Replays: an operation is run against a cassette, without a browser, and what is different is told.
//!
//! Owns: a folder for the files of the run, which goes when the replay is over. Never: begins an effect. What is not of
//! the page is as in any call: random numbers, the bounds. `gantry plugin test --replay` prints the report.

use std::sync::Arc;

use async_trait::async_trait;
use serde::Serialize;
use serde_json::{Value, json};
use tokio::time::Instant;

use crate::artifacts::error::ArtifactError;
use crate::artifacts::store::ArtifactStore;
use crate::browser::cassette::{Asked, Cassette, Outcome};
use crate::browser::following::Difference;
use crate::browser::replaying::Replay;
use crate::browser::without_query;
use crate::config::limits;
use crate::model::ids::RunId;
use crate::plugin::call;
use crate::plugin::changes::{self, Change};
use crate::plugin::context::{
    BeginError, CallContext, Intent, Journal, KeepError, Progress, Settled,
};
use crate::plugin::recorded;
use crate::plugin::schema::InputProblem;
use crate::plugin::version::OperationVersion;

/// How a replay went.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Report {
    /// The operation that was recorded, with its version.
    pub recorded: String,
    /// The one that was replayed.
    pub replayed: String,
    /// Calls of the page that were recorded.
    pub calls_recorded: usize,
    /// Calls of the page that had an answer.
    pub calls_made: usize,
    /// Whether the cassette ends before the recorded run did.
    pub truncated: bool,
    /// The call of the page that had no recorded answer, if there was one: the replay ends with it.
    pub difference: Option<Difference>,
    /// What the recorded run read, and this one did not. Reading less is no difference.
    pub not_read: Vec<Asked>,
    /// Actions of the recorded run that this one did not come to.
    pub not_done: Vec<Asked>,
    /// How it ended.
    pub outcome: Outcome,
    /// Where that differs from the recorded outcome. Of failures the codes are compared.
    pub changes: Vec<Change>,
}

/// Why there is nothing to compare.
#[derive(Debug, thiserror::Error)]
pub enum ReplayError {
    /// The build does not take the recorded input.
    #[error("the recorded input is not one of this build: {}", listed(.0))]
    InputRefused(Vec<InputProblem>),
    /// There is no room for the files of the run.
    #[error("a folder for the files of the run cannot be made: {0}")]
    Folder(#[from] ArtifactError),
}

impl Report {
    /// Whether the build did what was recorded, and came to the same.
    #[must_use]
    pub fn is_same(&self) -> bool {
        self.difference.is_none() && self.not_done.is_empty() && self.changes.is_empty()
    }
}

/// Runs an operation against a cassette.
///
/// # Errors
/// If it cannot be run at all. A run that fails is no error: its report says how it ended.
pub async fn replay(
    version: &OperationVersion,
    cassette: &Cassette,
) -> Result<Report, ReplayError> {
    version
        .validate_input(&cassette.input)
        .map_err(ReplayError::InputRefused)?;
    let folder = tempfile::tempdir().map_err(ArtifactError::from)?;
    let run_id = RunId::random();
    let artifacts = Arc::new(ArtifactStore::open(folder.path())?.for_run(run_id));
    let context = CallContext {
        run_id,
        deadline: Instant::now() + limits::REPLAY,
        artifacts: Arc::clone(&artifacts),
        journal: Some(Arc::new(NoEffects)),
        credentials: None,
    };
    let (replay, page) = Replay::of(cassette);
    let input = (&cassette.input, cassette.resumed);
    let called = call::run(version, input, Box::new(page), context).await;
    let followed = replay.ended();
    let outcome = plain(recorded::outcome(&called.outcome, &artifacts.list()));
    let identity = &version.identity;
    Ok(Report {
        recorded: format!("{} {}", cassette.operation, cassette.version),
        replayed: format!("{} {}", identity.name, identity.version),
        calls_recorded: followed.recorded,
        calls_made: followed.made,
        truncated: cassette.truncated,
        difference: followed.difference,
        not_read: followed.not_read,
        not_done: followed.not_done,
        changes: changes::between(&compared(&cassette.outcome), &compared(&outcome)),
        outcome,
    })
}

/// As an outcome stands in a cassette.
fn plain(outcome: Outcome) -> Outcome {
    match outcome {
        Outcome::Output(output) => Outcome::Output(without_query::of_value(output)),
        failure @ Outcome::Failure { .. } => failure,
    }
}

/// What is compared of it. A failure's words may tell of times and of places in the page.
fn compared(outcome: &Outcome) -> Value {
    match outcome {
        Outcome::Output(output) => json!({ "output": output }),
        Outcome::Failure { code, .. } => json!({ "failure": code }),
    }
}

fn listed(problems: &[InputProblem]) -> String {
    let problems: Vec<String> = problems.iter().map(ToString::to_string).collect();
    problems.join("; ")
}

/// The journal of a replay: parts of a result are let go, and no effect begins.
struct NoEffects;

#[async_trait]
impl Journal for NoEffects {
    fn report(&self, _: Progress) {}

    async fn keep(&self, _: String, _: Value) -> Result<(), KeepError> {
        Ok(())
    }

    async fn begin(&self, _: Intent) -> Result<(), BeginError> {
        let why = "a replay begins no effects".to_owned();
        Err(BeginError::Storage(why))
    }

    fn submitting(&self) {}

    async fn settle(&self, _: Settled) {}
}
