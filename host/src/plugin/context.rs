//! What the caller of a guest brings along, and what it gets back beside the answer.

use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use tokio::time::Instant;
use utoipa::ToSchema;

use crate::artifacts::run::RunArtifacts;
use crate::browser::error::PageError;
use crate::browser::page::Page;
use crate::config::secrets::Credentials;
use crate::model::ids::RunId;
use crate::plugin::call_error::CallError;

/// How far a run is, in the words of its operation.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Progress {
    /// A short name of what it does now.
    pub step: String,
    /// How much of it is done, in whatever the step counts.
    pub done: u32,
    /// How much there is, if known.
    pub total: Option<u32>,
}

/// What a guest is about to do that cannot be taken back.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Intent {
    /// For people.
    pub summary: String,
    /// Its name among all effects of the account.
    pub key: String,
    /// What the guest needs to find it in the portal.
    pub memo: String,
}

/// How a guest says its effect ended.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Settled {
    /// It happened; with the evidence.
    Confirmed(String),
    /// The portal refused it, in these words.
    Refused(String),
    /// It cannot be told, for this reason.
    Unknown(String),
}

/// Why an effect may not begin.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum BeginError {
    /// The same is under way, or its end is not known.
    #[error("{0}")]
    Duplicate(String),
    /// It could not be written down.
    #[error("the intent could not be written to disk: {0}")]
    Storage(String),
    /// The run was cancelled just before.
    #[error("the run was cancelled")]
    Cancelled,
}

/// Why a part of a result was not kept.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum KeepError {
    /// The parts of a run together are bounded.
    #[error("the parts of a result are larger than {limit_bytes} bytes together")]
    TooLarge {
        /// The bound.
        limit_bytes: usize,
    },
    /// It could not be written down.
    #[error("the part could not be written to disk: {0}")]
    Storage(String),
}

/// Where a run writes down what must outlive it.
#[async_trait]
pub trait Journal: Send + Sync {
    /// How far the run is. Reports may be dropped.
    fn report(&self, progress: Progress);
    /// Keeps a part of the result; it is on disk when this returns.
    async fn keep(&self, item: String, result: Value) -> Result<(), KeepError>;
    /// Begins the one effect of this run; the intent is on disk when this returns.
    async fn begin(&self, intent: Intent) -> Result<(), BeginError>;
    /// The effect may have happened from now on: what causes it is about to be sent to the browser.
    fn submitting(&self);
    /// The guest says how its effect ended; it is on disk when this returns.
    async fn settle(&self, settled: Settled);
}

/// What the caller of a guest brings along.
pub struct CallContext {
    /// The run that this call belongs to; of keep-alive and sign-in too.
    pub run_id: RunId,
    /// When the call ends at the latest.
    pub deadline: Instant,
    /// Where its files go.
    pub artifacts: Arc<RunArtifacts>,
    /// Where it writes down what must outlive it. None for sign-in, keep-alive and the like, and for calls that may
    /// only look.
    pub journal: Option<Arc<dyn Journal>>,
    /// What `secrets.fill` types; only the session component can ask for it.
    pub credentials: Option<Credentials>,
}

/// A call that has ended: its outcome, and the page back.
///
/// There is no value of this kind if the call's future was dropped: the page was then dropped with it.
pub struct Called<T> {
    /// What the guest answered, or why it did not.
    pub outcome: Result<T, CallError>,
    /// The page that was lent.
    pub page: Box<dyn Page>,
    /// What the call used.
    pub stats: CallStats,
    /// Why the browser was lost, if it was, whatever the outcome: the session's browser has to be replaced.
    pub browser_lost: Option<PageError>,
}

/// What a call used.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct CallStats {
    /// Wall time.
    pub wall: Duration,
    /// Of it, making the instance.
    pub instantiate: Duration,
    /// Calls of the host.
    pub host_calls: u64,
    /// WebDriver commands sent.
    pub commands: u64,
    /// The most linear memory it had.
    pub memory_peak_bytes: usize,
    /// Log lines beyond the budget.
    pub log_lines_dropped: u64,
    /// Whether a secret was typed.
    pub secret_typed: bool,
}
