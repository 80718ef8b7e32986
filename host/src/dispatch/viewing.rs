//! Runs as they are seen from outside, while they are under way and afterwards.

use std::collections::BTreeMap;
use std::sync::Arc;

use serde::Serialize;
use serde_json::Value;
use utoipa::ToSchema;

use crate::config::limits;
use crate::dispatch::error::RunError;
use crate::dispatch::handle::Dispatch;
use crate::dispatch::journal::RunJournal;
use crate::dispatch::request::{PluginRef, RunAnswer};
use crate::dispatch::settling;
use crate::model::ids::{RunId, SessionId, TokenId};
use crate::model::outcome::Failed;
use crate::model::run::{Event, Happened, RunState};
pub use crate::plugin::context::Progress;
use crate::store::effects::EffectStanding;
use crate::store::error::StoreError;
use crate::store::runs::RunRecord;

/// A run as it is seen from outside.
#[derive(Debug, Clone)]
pub struct RunView {
    /// Its id.
    pub run_id: RunId,
    /// The operation.
    pub operation: String,
    /// The plugin that runs it.
    pub plugin: PluginRef,
    /// The portal's user name.
    pub account: String,
    /// The session it runs on, once it has one.
    pub session_id: Option<SessionId>,
    /// Where it is.
    pub state: RunState,
    /// When it was accepted, in milliseconds since 1970.
    pub created_ms: i64,
    /// When it ended.
    pub ended_ms: Option<i64>,
    /// How far it is, while it is under way.
    pub progress: Option<Progress>,
    /// The parts of its result that it has kept, by their names.
    pub parts: BTreeMap<String, Value>,
    /// How its effect stands, if it began one.
    pub effect: Option<EffectView>,
    /// What it answered, or why it did not.
    pub outcome: Option<Result<RunAnswer, Failed>>,
}

/// How an effect stands.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct EffectView {
    /// `open`, `confirmed`, `refused`, `unknown`, `absent`.
    pub state: &'static str,
    /// For people.
    pub summary: String,
    /// What shows it.
    pub evidence: Option<String>,
}

/// The events of a run, one after another.
pub struct RunEvents {
    after: u64,
    source: Source,
}

enum Source {
    UnderWay(Arc<RunJournal>),
    Over(Vec<Event>),
}

impl RunEvents {
    /// The next events; none when nothing follows.
    pub async fn next(&mut self) -> Option<Vec<Event>> {
        match &mut self.source {
            Source::Over(events) => {
                let events = std::mem::take(events);
                (!events.is_empty()).then_some(events)
            }
            Source::UnderWay(journal) => {
                let mut changes = journal.changes();
                loop {
                    let (events, is_closed) = journal.events_after(self.after);
                    if let Some(last) = events.last() {
                        self.after = last.seq;
                        return Some(events);
                    }
                    if is_closed {
                        return None;
                    }
                    let _ = changes.changed().await;
                }
            }
        }
    }
}

impl Dispatch {
    /// A run; with `wait` only when it has ended, or after so long.
    pub async fn run_view(
        &self,
        id: RunId,
        wait: Option<std::time::Duration>,
    ) -> Result<RunView, RunError> {
        if let (Some(journal), Some(wait)) = (self.0.live.get(id), wait) {
            let _ = tokio::time::timeout(wait, journal.ended()).await;
        }
        let effect = self.0.store.effect(id).await?;
        if let Some(journal) = self.0.live.get(id) {
            let (events, _) = journal.events_after(0);
            return Ok(view(journal.record(), &events, effect));
        }
        let record = self.0.store.run(id).await?;
        let record = record.ok_or_else(|| RunError::UnknownRun(id.to_string()))?;
        let events = self.0.store.events(id, 0).await?;
        Ok(view(record, &events, effect))
    }

    /// The newest runs that were written down, of everybody or of one token, without parts and answers.
    pub async fn newest_runs(&self, owner: Option<TokenId>) -> Result<Vec<RunView>, RunError> {
        let records = self.0.store.newest(owner, limits::RUNS_LISTED).await?;
        let mut views = Vec::with_capacity(records.len());
        for record in records {
            let effect = self.0.store.effect(record.id).await?;
            // Of those under way the journal knows more than what is on disk.
            let (record, events) = match self.0.live.get(record.id) {
                Some(journal) => (journal.record(), journal.events_after(0).0),
                None => (record, Vec::new()),
            };
            views.push(RunView {
                outcome: None,
                parts: BTreeMap::new(),
                ..view(record, &events, effect)
            });
        }
        Ok(views)
    }

    /// The events of a run that come after one.
    pub async fn run_events(&self, id: RunId, after: u64) -> Result<RunEvents, RunError> {
        if let Some(journal) = self.0.live.get(id) {
            let source = Source::UnderWay(journal);
            return Ok(RunEvents { after, source });
        }
        if self.0.store.run(id).await?.is_none() {
            return Err(RunError::UnknownRun(id.to_string()));
        }
        let source = Source::Over(self.0.store.events(id, after).await?);
        Ok(RunEvents { after, source })
    }

    /// Takes a run back, unless its effect has begun.
    pub async fn cancel_run(&self, id: RunId) -> Result<(), RunError> {
        if let Some(journal) = self.0.live.get(id) {
            return journal.cancel();
        }
        match self.0.store.run(id).await? {
            None => Err(RunError::UnknownRun(id.to_string())),
            Some(record) if record.state == RunState::Unknown => Err(RunError::PastCancelling(id)),
            Some(_) => Err(RunError::HasEnded(id)),
        }
    }

    /// Forgets runs that ended longer ago than they are kept.
    pub async fn forget_old_runs(&self) -> Result<u64, StoreError> {
        let now = crate::model::run::millis_since_1970(self.0.clock.now().wall);
        let hours = i64::try_from(self.0.config.limits.runs_kept_h).unwrap_or(i64::MAX);
        let kept = hours.saturating_mul(3_600_000);
        self.0.store.forget_before(now.saturating_sub(kept)).await
    }

    /// Whether the store answers.
    pub async fn store_answers(&self) -> Result<(), StoreError> {
        self.0.store.answers().await
    }
}

fn view(record: RunRecord, events: &[Event], effect: Option<EffectStanding>) -> RunView {
    let outcome = settling::told(&record);
    let mut parts = BTreeMap::new();
    let mut progress = None;
    for event in events {
        match &event.what {
            Happened::Part { item, result } => {
                parts.insert(item.clone(), result.clone());
            }
            Happened::Step { step, done, total } => {
                progress = Some(Progress {
                    step: step.clone(),
                    done: *done,
                    total: *total,
                });
            }
            _ => {}
        }
    }
    RunView {
        run_id: record.id,
        operation: record.operation,
        plugin: PluginRef {
            version: record.plugin_version,
            digest: record.plugin_digest,
        },
        account: record.account,
        session_id: record.session_id,
        state: record.state,
        created_ms: record.created_ms,
        ended_ms: record.ended_ms,
        progress: progress.filter(|_| !record.state.is_final()),
        parts,
        effect: effect.map(|effect| EffectView {
            state: effect.state.as_str(),
            summary: effect.summary,
            evidence: effect.evidence,
        }),
        outcome,
    }
}
