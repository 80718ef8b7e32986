//! Finding out whether an effect happened whose end nobody saw, and what an earlier host left in the middle.
//!
//! The operation itself looks, on a fresh page, some times with growing pauses. Found: the run succeeded. Never there:
//! it failed, and nothing was done. Neither: it stays unknown until somebody asks again. Never: does it once more.

use std::sync::Arc;

use futures::FutureExt as _;
use tokio::time::{Duration, Instant, sleep_until};

use crate::config::load;
use crate::dispatch::error::RunError;
use crate::dispatch::handle::Dispatch;
use crate::dispatch::journal::RunJournal;
use crate::dispatch::request::{PluginRef, RunAnswer, Timing, millis};
use crate::dispatch::settling::{self, Settlement};
use crate::model::caller::Caller;
use crate::model::ids::RunId;
use crate::model::outcome::{Class, Executed, Failed};
use crate::model::run::{EffectRecord, EffectState, Happened, RunState};
use crate::plugin::call::{self, Trace};
use crate::plugin::call_error::CallError;
use crate::plugin::context::CallContext;
use crate::plugin::version::OperationVersion;
use crate::pool::entry::Condition;
use crate::pool::handle::Whose;
use crate::store::error::StoreError;
use crate::store::runs::RunRecord;
use crate::telemetry::table;

/// What looking brought.
struct Seen {
    trace: Trace,
    answer: Option<RunAnswer>,
}

impl Dispatch {
    /// Takes up what an earlier host left in the middle: what had no effect has failed, and of the rest the portal is
    /// asked.
    pub async fn recover_runs(&self) -> Result<(), StoreError> {
        for record in self.0.store.unfinished().await? {
            let effect = self.0.store.effect(record.id).await?;
            let state = effect.as_ref().map(|effect| effect.state);
            let events = self.0.store.events(record.id, 0).await?;
            let (store, clock) = (self.0.store.clone(), Arc::clone(&self.0.clock));
            let id = record.id;
            let journal = Arc::new(RunJournal::left(store, clock, record, events));
            match state {
                Some(EffectState::Open | EffectState::Unknown) => {
                    tracing::warn!(run.id = %id, "an earlier host did not see the end of this run's effect");
                    let why = "the host was stopped in the middle of it";
                    let unknown = settling::unknown(&journal.record(), why.to_owned());
                    self.write_down(&journal, unknown).await;
                    self.look_in_background(journal, None, None);
                }
                Some(EffectState::Confirmed) => {
                    let mut failed = settling::interrupted(id);
                    failed.executed = Executed::Yes;
                    failed.retryable = false;
                    "it was done, and the host was stopped before it could say so"
                        .clone_into(&mut failed.detail);
                    let evidence = effect.and_then(|effect| effect.evidence);
                    let failed = failed.with("evidence_of_effect", evidence);
                    self.write_down(&journal, Settlement::failed(failed)).await;
                }
                Some(EffectState::Refused | EffectState::Absent) | None => {
                    let failed = settling::interrupted(id);
                    self.write_down(&journal, Settlement::failed(failed)).await;
                }
            }
        }
        Ok(())
    }

    /// Has the portal asked once more about a run whose effect is still unknown.
    pub async fn look_again(&self, id: RunId) -> Result<(), RunError> {
        if let Some(journal) = self.0.live.get(id) {
            // It is being asked at this moment.
            let is_unknown = journal.record().state == RunState::Unknown;
            return is_unknown.then_some(()).ok_or(RunError::NotUnknown(id));
        }
        let record = self.0.store.run(id).await?;
        let record = record.ok_or_else(|| RunError::UnknownRun(id.to_string()))?;
        if record.state != RunState::Unknown {
            return Err(RunError::NotUnknown(id));
        }
        let events = self.0.store.events(id, 0).await?;
        let (store, clock) = (self.0.store.clone(), Arc::clone(&self.0.clock));
        let journal = Arc::new(RunJournal::left(store, clock, record, events));
        self.look_in_background(journal, None, None);
        Ok(())
    }

    /// Finds out about the effect of a run in a task of its own.
    pub(in crate::dispatch) fn look_in_background(
        &self,
        journal: Arc<RunJournal>,
        whose: Option<Whose>,
        version: Option<Arc<OperationVersion>>,
    ) {
        let dispatch = self.clone();
        let id = journal.record().id;
        self.0.live.insert(id, Arc::clone(&journal));
        tokio::spawn(async move {
            let looking = dispatch.reconcile(&journal, whose, version);
            if std::panic::AssertUnwindSafe(looking)
                .catch_unwind()
                .await
                .is_err()
            {
                tracing::error!(run.id = %id, "looking for an effect ended by a fault of the host");
            }
            journal.close();
            dispatch.0.live.remove(id);
        });
    }

    /// Finds out about the effect of a run.
    pub(in crate::dispatch) async fn reconcile(
        &self,
        journal: &Arc<RunJournal>,
        whose: Option<Whose>,
        version: Option<Arc<OperationVersion>>,
    ) {
        let record = journal.record();
        let effect = match self.0.store.effect_record(record.id).await {
            Ok(Some(effect)) => effect,
            Ok(None) => return,
            Err(error) => {
                tracing::error!(run.id = %record.id, %error, "an effect cannot be read");
                return;
            }
        };
        let began = Instant::now();
        let wanted = self.0.config.limits.reconcile_ms.len();
        let (mut absent, mut looked) = (0, 0);
        for after in looks(&self.0.config.limits.reconcile_ms) {
            // Looks that show nothing are made up for, as long as others show that it is not there.
            if absent == wanted || (looked >= wanted && absent == 0) {
                break;
            }
            looked += 1;
            sleep_until(began + after).await;
            let whose = whose.clone();
            let seen = match self
                .look_for(&record, &effect, whose, version.clone())
                .await
            {
                Ok(seen) => seen,
                Err(error) => Seen {
                    trace: Trace::Unclear(error.to_string()),
                    answer: None,
                },
            };
            tracing::info!(run.id = %record.id, trace = ?seen.trace, "looked for the effect of a run");
            let found = match seen.trace {
                Trace::Happened(_) => {
                    journal.happened(Happened::Reconciled {
                        found: "it happened".to_owned(),
                    });
                    self.figures().count(&table::RECONCILIATIONS, &["happened"]);
                    let settled =
                        Settlement::found(seen.answer.expect("what happened has an answer"));
                    return self.write_down(journal, settled).await;
                }
                Trace::Absent => {
                    absent += 1;
                    "it is not there".to_owned()
                }
                Trace::Unclear(seen) => seen,
            };
            journal.happened(Happened::Reconciled { found });
        }
        if absent == wanted && absent > 0 {
            self.figures().count(&table::RECONCILIATIONS, &["absent"]);
            let settled = Settlement::absent(record.id);
            return self.write_down(journal, settled).await;
        }
        self.figures()
            .count(&table::RECONCILIATIONS, &["unresolved"]);
        tracing::error!(run.id = %record.id, account = record.account,
            "it could not be found out whether a run's effect happened: look into the portal, or have the host look again");
        if let Err(error) = journal.save().await {
            tracing::error!(run.id = %record.id, %error, "the events of a run could not be written");
        }
    }

    /// Looks once.
    async fn look_for(
        &self,
        record: &RunRecord,
        effect: &EffectRecord,
        whose: Option<Whose>,
        version: Option<Arc<OperationVersion>>,
    ) -> Result<Seen, RunError> {
        let version = version.or_else(|| self.0.registry.operation(&effect.operation));
        let version =
            version.ok_or_else(|| RunError::UnknownOperation(effect.operation.clone()))?;
        let whose = match whose {
            Some(whose) => whose,
            None => self.whose_account(&effect.account).await?,
        };
        let purpose = self.operation(record.id, self.look_limit(&version), None, None);
        let began = Instant::now();
        let mut ready = self.ready(&Caller::Local, whose, purpose).await?;
        let session = (ready.lease.session(), ready.is_new);
        let context = CallContext {
            run_id: record.id,
            deadline: Instant::now() + self.look_limit(&version),
            artifacts: Arc::new(self.0.artifacts.for_run(record.id)),
            journal: None,
            credentials: None,
        };
        let recall = ready.lease.recall().clone();
        let page = Box::new(ready.lease.lend());
        let called = tokio::select! {
            biased;
            _ = recall.taken_away() => None,
            called = call::reconcile(&version, &effect.memo, page, context) => Some(called),
        };
        let Some(called) = called else {
            let taken = RunError::taken_away(&ready.lease, Some(record.id));
            return Err(taken.expect("it was just taken away"));
        };
        let (outcome, commands) = (called.outcome, called.stats.commands);
        drop(called.page);
        ready.lease.tidy().await;
        let condition = match &outcome {
            Ok(_) => Condition::SignedIn,
            Err(CallError::Failure(failure)) if failure.signed_out => Condition::SignedOut,
            Err(_) => Condition::Unknown,
        };
        ready.lease.finish(condition);
        let trace = outcome.map_err(|error| RunError::Call {
            run_id: record.id,
            session_id: session.0,
            error,
            left: Vec::new(),
        })?;
        let answer = match &trace {
            Trace::Happened(output) => Some(RunAnswer {
                run_id: record.id,
                session_id: session.0,
                is_new_session: session.1,
                operation: record.operation.clone(),
                plugin: PluginRef::of(&version.identity),
                output: output.clone(),
                artifacts: Vec::new(),
                timing: Timing {
                    run_ms: millis(began.elapsed()),
                    ..Timing::default()
                },
                webdriver_commands: commands,
            }),
            Trace::Absent | Trace::Unclear(_) => None,
        };
        Ok(Seen { trace, answer })
    }

    /// How to get at the session of an account when its caller is gone: the session it has, or the password of the
    /// configuration.
    async fn whose_account(&self, username: &str) -> Result<Whose, RunError> {
        let accounts = &self.0.config.accounts;
        let configured = accounts
            .iter()
            .find(|(_, account)| account.username == username);
        if let Some((alias, account)) = configured {
            return Ok(Whose::Account(load::credentials(alias, account)?));
        }
        let sessions = self.sessions().await;
        let session = sessions.iter().find(|session| session.username == username);
        match session {
            Some(session) => Ok(Whose::Session(session.session_id, None)),
            None => Err(RunError::NoWayIn(username.to_owned())),
        }
    }
}

/// When to look: as configured, and as often again at the last distance.
fn looks(pauses: &[u64]) -> impl Iterator<Item = Duration> {
    let last = pauses.last().copied().unwrap_or_default();
    let before = pauses.iter().rev().nth(1).copied().unwrap_or_default();
    let again = (1..).map(move |times| last + times * last.saturating_sub(before));
    let again = again.take(pauses.len());
    pauses
        .iter()
        .copied()
        .chain(again)
        .map(Duration::from_millis)
}

impl Settlement {
    /// The effect was found in the portal.
    fn found(answer: RunAnswer) -> Self {
        let evidence = answer.output.to_string();
        Self {
            effect: Some((EffectState::Confirmed, evidence)),
            ..Self::ended(RunState::Succeeded, Ok(answer))
        }
    }

    /// The effect is not in the portal, each time it was looked for.
    fn absent(run: RunId) -> Self {
        let detail =
            "the portal was asked several times and shows that it did not happen; ask for it again";
        let failed = Failed::new(Class::Portal, "not-executed", detail)
            .with("run_id", run)
            .retryable();
        Self {
            effect: Some((EffectState::Absent, "not in the portal".to_owned())),
            ..Self::failed(failed)
        }
    }
}
