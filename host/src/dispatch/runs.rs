//! Runs as resources: accepted once, carried out in a task of their own, followed by whoever knows their id.
//!
//! Owns: the runs that are under way. A run ends by its own end, by being cancelled, or, if it only reads and its caller
//! waits for it, when that caller leaves. Never: drops a run whose effect has begun.

use std::collections::HashMap;
use std::panic::AssertUnwindSafe;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use futures::FutureExt as _;
use tokio::time::Instant;
use tokio_util::sync::DropGuard;
use tracing::Instrument as _;

use crate::config::limits;
use crate::dispatch::error::RunError;
use crate::dispatch::figures;
use crate::dispatch::handle::Dispatch;
use crate::dispatch::journal::RunJournal;
use crate::dispatch::keys;
use crate::dispatch::news::{News, OfRuns};
use crate::dispatch::recorder::Recorder;
use crate::dispatch::request::{RunAnswer, RunRequest};
use crate::dispatch::run::{Journey, Run};
use crate::dispatch::settling;
use crate::dispatch::turns::Turn;
use crate::model::caller::{Caller, Scope};
use crate::model::ids::RunId;
use crate::model::message::Message;
use crate::model::outcome::Failed;
use crate::model::run::{EffectState, RunState, millis_since_1970};
use crate::plugin::version::OperationVersion;
use crate::pool::error::LeaseDenied;
use crate::pool::handle::Whose;
use crate::store::error::StoreError;
use crate::store::keys::Accepted;
use crate::store::runs::RunRecord;
use crate::telemetry::table;

/// The runs that are under way.
pub(in crate::dispatch) struct Live {
    runs: Mutex<HashMap<RunId, Arc<RunJournal>>>,
    news: OfRuns,
}

impl Live {
    /// None yet; their changes are news.
    pub(in crate::dispatch) fn over(news: &News) -> Self {
        Self {
            runs: Mutex::default(),
            news: news.runs.clone(),
        }
    }

    pub(in crate::dispatch) fn get(&self, id: RunId) -> Option<Arc<RunJournal>> {
        self.runs().get(&id).cloned()
    }

    pub(in crate::dispatch) fn insert(&self, id: RunId, journal: Arc<RunJournal>) {
        journal.tell_also(self.news.clone());
        self.runs().insert(id, journal);
    }

    pub(in crate::dispatch) fn remove(&self, id: RunId) {
        self.runs().remove(&id);
    }

    fn runs(&self) -> MutexGuard<'_, HashMap<RunId, Arc<RunJournal>>> {
        self.runs.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// How a run ended, to be written down.
struct End {
    journal: Arc<RunJournal>,
    state: RunState,
    effect: Option<(EffectState, String)>,
    message: Option<Message>,
    /// Whether the caller may use its key again.
    release: bool,
}

/// What became of a request for a run.
pub enum Started {
    /// It is under way.
    New(Ticket),
    /// The same request was made before, and this came of it.
    Repeated(RunId, Result<RunAnswer, Failed>),
}

/// A run under way, for the caller that asked for it.
pub struct Ticket {
    run_id: RunId,
    journal: Arc<RunJournal>,
    /// Takes the run back when the caller leaves, if it may be.
    _attached: Option<DropGuard>,
}

impl Ticket {
    /// The run.
    #[must_use]
    pub const fn run_id(&self) -> RunId {
        self.run_id
    }

    /// Waits for what the run answers. If it cannot be told whether its effect happened, that is the answer, and the
    /// run goes on to find out.
    pub async fn answered(&self) -> Result<RunAnswer, Failed> {
        let mut changes = self.journal.changes();
        loop {
            if let Some(outcome) = self.journal.outcome() {
                return outcome;
            }
            // The journal is held here, so its sender is.
            let _ = changes.changed().await;
        }
    }

    /// Waits for the end of the run, but no longer than so long; none if it goes on.
    pub async fn ended_within(&self, wait: Duration) -> Option<Result<RunAnswer, Failed>> {
        let _ = tokio::time::timeout(wait, self.journal.ended()).await;
        let has_ended = self.journal.has_ended();
        has_ended.then(|| self.journal.outcome()).flatten()
    }
}

impl RunJournal {
    /// Comes when nothing changes any more.
    pub(in crate::dispatch) async fn ended(&self) {
        let mut changes = self.changes();
        while !self.has_ended() && !self.events_after(u64::MAX).1 {
            let _ = changes.changed().await;
        }
    }
}

impl Dispatch {
    /// Runs an operation, or goes on with one that paused, and waits for its answer.
    ///
    /// # Cancellation
    /// A run that only reads is taken back: its session is suspect, and looked at before its next use. One with
    /// effects goes on.
    pub async fn run(&self, request: RunRequest) -> Result<RunAnswer, Failed> {
        match self.start(request).await? {
            Started::New(ticket) => ticket.answered().await,
            Started::Repeated(_, outcome) => outcome,
        }
    }

    /// Has an operation run, or one that paused go on. What is refused here has done nothing.
    pub async fn start(&self, request: RunRequest) -> Result<Started, RunError> {
        let key = request.key.as_deref().map(keys::checked).transpose()?;
        let (detached, debug) = (request.detached, request.debug);
        let (caller, origin) = (request.caller.clone(), request.origin.clone());
        let recorder = request.record.then(Recorder::default);
        let (version, input, journey) = self.planned(request)?;
        if version.effectful && !caller.may(Scope::Book) {
            return Err(RunError::ScopeMissing(Scope::Book));
        }
        if version.effectful && key.is_none() {
            return Err(RunError::KeyMissing(version.identity.name.clone()));
        }
        let figures = self.figures();
        if self.is_stopping() {
            figures.count(&table::REJECTIONS, &["draining"]);
            return Err(LeaseDenied::Draining.into());
        }
        let account = self.username(journey.whose()).await?;
        let turn = self.0.turns.take(&caller).map_err(|most| {
            figures.count(&table::REJECTIONS, &["too-many-runs"]);
            RunError::TooManyRuns(most)
        })?;
        let record = self.new_record(&caller, &version, account, &input);
        let id = record.id;
        let journal = Arc::new(RunJournal::new(
            self.0.store.clone(),
            Arc::clone(&self.0.clock),
            record,
        ));
        if version.effectful || detached {
            // Of those that only read the key names nothing that must not be done twice; it is kept all the same.
            let key = key.map(|key| keys::of_request(key, &journal.record(), &input));
            let accepted = journal.accept(key.as_ref()).await?;
            self.count_key(key.is_some(), &accepted);
            match accepted {
                Accepted::New => {}
                Accepted::Repeated(earlier) => return self.repeated(earlier).await,
                Accepted::OtherRequest(earlier) => return Err(RunError::KeyReused(earlier)),
                Accepted::SameEffect(earlier) => return Err(RunError::SameEffect(earlier)),
            }
        }
        let effectful = version.effectful;
        let mut run = self.make_run(id, version, input, journey.stand(), Arc::clone(&journal));
        (run.caller, run.debug, run.recorder) = (caller, debug, recorder);
        run.origin = origin;
        self.0.live.insert(id, Arc::clone(&journal));
        let span = figures::span(&run);
        tokio::spawn(self.clone().carry_out(run, journey, turn).instrument(span));
        let attached = (!effectful && !detached).then(|| journal.cancelled().clone().drop_guard());
        Ok(Started::New(Ticket {
            run_id: id,
            journal,
            _attached: attached,
        }))
    }

    /// Carries a run out to its end, and finds out about its effect if that is not known.
    async fn carry_out(self, run: Run, journey: Journey, turn: Turn) {
        let journal = Arc::clone(&run.journal);
        let whose = journey.whose().clone();
        let began = Instant::now();
        let outcome = {
            let going = AssertUnwindSafe(self.go(&run, journey)).catch_unwind();
            tokio::select! {
                biased;
                () = journal.cancelled().cancelled() => Err(RunError::Cancelled(run.id)),
                gone = going => gone.unwrap_or(Err(RunError::Panicked(run.id))),
            }
        };
        drop(turn);
        let settled = settling::settled(&run, &journal.effect(), outcome);
        self.tell(&run, began.elapsed(), &settled);
        self.write_down(&journal, settled).await;
        if journal.record().state == RunState::Unknown {
            self.reconcile(&journal, Some(whose), Some(run.version))
                .await;
        }
        journal.close();
        self.0.live.remove(run.id);
    }

    /// Writes how a run ended, and tells its caller.
    pub(in crate::dispatch) async fn write_down(
        &self,
        journal: &Arc<RunJournal>,
        settled: settling::Settlement,
    ) {
        let release = settled.releases_key();
        // If nobody has heard of the run but the caller who waits, there is time to write it down afterwards.
        let is_known = journal.is_kept();
        let before = journal.record().state;
        journal.stands(settled.state, &settled.outcome, settled.event);
        let record = journal.record();
        if !is_known {
            journal.answers(settled.outcome.clone());
            // It never had a session: nothing happened.
            if record.session_id.is_none() {
                return;
            }
        }
        let end = End {
            journal: Arc::clone(journal),
            state: record.state,
            effect: settled.effect,
            message: self.message_of_end(before, &record),
            release,
        };
        if let Err(error) = self.write_end(&end).await {
            tracing::error!(run.id = %record.id, %error, "the end of a run could not be written; trying again");
            self.write_end_later(end);
        }
        journal.answers(settled.outcome);
    }

    fn count_key(&self, is_named: bool, accepted: &Accepted) {
        let result = match accepted {
            _ if !is_named => return,
            Accepted::New => "new",
            Accepted::Repeated(run) => {
                let live = self.0.live.get(*run);
                if live.is_some_and(|journal| journal.outcome().is_none()) {
                    "conflict"
                } else {
                    "replay"
                }
            }
            Accepted::OtherRequest(_) => "mismatch",
            Accepted::SameEffect(_) => "conflict",
        };
        self.figures().count(&table::IDEMPOTENCY, &[result]);
    }

    async fn write_end(&self, end: &End) -> Result<(), StoreError> {
        let record = end.journal.record();
        // What was found out meanwhile is not made unknown again.
        let is_so = record.state == end.state;
        let effect = end.effect.as_ref().filter(|_| is_so);
        let message = end.message.as_ref();
        end.journal.save_end(effect, message).await?;
        if end.release && is_so {
            self.0.store.release_key(record.id).await?;
        }
        Ok(())
    }

    /// Neither how a run ended nor the message of it is lost because the disk was full for a while.
    fn write_end_later(&self, end: End) {
        let dispatch = self.clone();
        tokio::spawn(async move {
            for _ in 0..limits::webhooks::WRITES {
                tokio::time::sleep(limits::webhooks::STORE_AGAIN).await;
                let Err(error) = dispatch.write_end(&end).await else {
                    return;
                };
                tracing::warn!(run.id = %end.journal.record().id, %error, "the end of a run could not be written");
            }
        });
    }

    async fn repeated(&self, id: RunId) -> Result<Started, RunError> {
        if let Some(journal) = self.0.live.get(id) {
            return match journal.outcome() {
                Some(outcome) => Ok(Started::Repeated(id, outcome)),
                None => Err(RunError::KeyInFlight(id)),
            };
        }
        let record = self
            .0
            .store
            .run(id)
            .await?
            .ok_or(RunError::UnknownRun(id.to_string()))?;
        match settling::told(&record) {
            Some(outcome) => Ok(Started::Repeated(id, outcome)),
            None => Err(RunError::KeyInFlight(id)),
        }
    }

    fn new_record(
        &self,
        caller: &Caller,
        version: &OperationVersion,
        account: String,
        input: &serde_json::Value,
    ) -> RunRecord {
        let identity = &version.identity;
        RunRecord {
            id: RunId::random(),
            owner: caller.token(),
            operation: identity.name.clone(),
            plugin_version: identity.version.to_string(),
            plugin_digest: identity.digest.clone(),
            account,
            session_id: None,
            effect_key: version
                .effectful
                .then(|| keys::of_effect(&version.effect_key, input)),
            state: RunState::Waiting,
            created_ms: millis_since_1970(self.0.clock.now().wall),
            ended_ms: None,
            answer: None,
            failure: None,
        }
    }

    /// The user name of whom a run is for.
    async fn username(&self, whose: &Whose) -> Result<String, RunError> {
        match whose {
            Whose::Session(_, Some(credentials)) | Whose::Account(credentials) => {
                Ok(credentials.username.clone())
            }
            Whose::Session(id, None) => Ok(self.session(*id).await?.username),
        }
    }
}
