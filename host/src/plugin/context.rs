//! What the caller of a guest brings along, and what it gets back beside the answer.

use std::sync::Arc;
use std::time::Duration;

use serde::Serialize;
use tokio::sync::watch;
use tokio::time::Instant;

use crate::artifacts::store::RunArtifacts;
use crate::browser::error::PageError;
use crate::browser::page::Page;
use crate::config::secrets::Credentials;
use crate::model::ids::RunId;
use crate::plugin::call_error::CallError;

/// How far a run is, in the words of its operation.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Progress {
    /// A short name of what it does now.
    pub step: String,
    /// How much of it is done, in whatever the step counts.
    pub done: u32,
    /// How much there is, if known.
    pub total: Option<u32>,
}

/// What the caller of a guest brings along.
#[derive(Debug)]
pub struct CallContext {
    /// The run that this call belongs to; of keep-alive and sign-in too.
    pub run_id: RunId,
    /// When the call ends at the latest.
    pub deadline: Instant,
    /// Where its files go.
    pub artifacts: Arc<RunArtifacts>,
    /// Where its progress goes. Only the last report is kept.
    pub progress: watch::Sender<Option<Progress>>,
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
