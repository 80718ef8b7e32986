//! The journal of one run: where it is, what happened in it, and what of that is on disk.
//!
//! Owns: the record and events of the run while it is under way. A guest writes into it by `Journal`; whoever follows
//! the run reads from it. Never: says that something is kept before it is.

use std::sync::{Arc, Mutex, MutexGuard, OnceLock, PoisonError};

use async_trait::async_trait;
use serde_json::Value;
use tokio::sync::watch;
use tokio_util::sync::CancellationToken;

use crate::config::limits;
use crate::dispatch::error::RunError;
use crate::dispatch::news::OfRuns;
use crate::dispatch::request::RunAnswer;
use crate::model::clock::Clock;
use crate::model::ids::SessionId;
use crate::model::message::Message;
use crate::model::outcome::Failed;
use crate::model::run::{EffectState, Event, Happened, RunState, millis_since_1970};
use crate::plugin::context::{BeginError, Intent, Journal, KeepError, Progress, Settled};
use crate::store::database::Store;
use crate::store::effects::{Begun, NewEffect};
use crate::store::error::StoreError;
use crate::store::keys::{Accepted, CallerKey};
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

/// The journal of one run.
pub(in crate::dispatch) struct RunJournal {
    store: Store,
    clock: Arc<dyn Clock>,
    told: Mutex<Told>,
    /// Writes to disk come one after another.
    writing: tokio::sync::Mutex<()>,
    changed: watch::Sender<u64>,
    /// Where its changes are news to those who look at the host.
    news: OnceLock<OfRuns>,
    cancelled: CancellationToken,
}

struct Told {
    record: RunRecord,
    events: Vec<Event>,
    next_seq: u64,
    /// The last event that is on disk; none if the run is not.
    kept: Option<u64>,
    parts_bytes: usize,
    effect: EffectSaid,
    outcome: Option<Result<RunAnswer, Failed>>,
    /// It has ended, and that is on disk if it is to be.
    ended: bool,
    /// Nothing follows.
    closed: bool,
}

impl RunJournal {
    pub(in crate::dispatch) fn new(store: Store, clock: Arc<dyn Clock>, record: RunRecord) -> Self {
        let journal = Self {
            store,
            clock,
            told: Mutex::new(Told {
                record,
                events: Vec::new(),
                next_seq: 1,
                kept: None,
                parts_bytes: 0,
                effect: EffectSaid::None,
                outcome: None,
                ended: false,
                closed: false,
            }),
            writing: tokio::sync::Mutex::default(),
            changed: watch::Sender::new(0),
            news: OnceLock::new(),
            cancelled: CancellationToken::new(),
        };
        journal.happened(Happened::Queued);
        journal
    }

    /// The journal of a run that an earlier host left, with what it had written.
    pub(in crate::dispatch) fn left(
        store: Store,
        clock: Arc<dyn Clock>,
        record: RunRecord,
        events: Vec<Event>,
    ) -> Self {
        let journal = Self::new(store, clock, record);
        {
            let mut told = journal.told();
            let last = events.last().map_or(0, |event| event.seq);
            told.events = events;
            told.next_seq = last + 1;
            told.kept = Some(last);
            told.outcome = told.record.failure.clone().map(Err);
        }
        journal
    }

    /// Writes the run to disk, unless its key or its effect is taken.
    pub(in crate::dispatch) async fn accept(
        &self,
        key: Option<&CallerKey>,
    ) -> Result<Accepted, StoreError> {
        let _turn = self.writing.lock().await;
        let (record, events) = self.unkept();
        let accepted = self.store.accept(&record, &events, key).await?;
        if accepted == Accepted::New {
            self.kept(&events);
        }
        Ok(accepted)
    }

    /// It has its session.
    pub(in crate::dispatch) fn leased(&self, session_id: SessionId) {
        {
            let mut told = self.told();
            told.record.session_id = Some(session_id);
            if told.record.state == RunState::Waiting {
                told.record.state = RunState::Running;
            }
        }
        self.happened(Happened::Leased { session_id });
    }

    /// Takes the run back, unless its effect has begun.
    pub(in crate::dispatch) fn cancel(&self) -> Result<(), RunError> {
        let told = self.told();
        match told.record.state {
            RunState::Waiting | RunState::Running => {
                self.cancelled.cancel();
                Ok(())
            }
            RunState::Committing | RunState::Unknown => {
                Err(RunError::PastCancelling(told.record.id))
            }
            RunState::Succeeded | RunState::Failed | RunState::Cancelled => {
                Err(RunError::HasEnded(told.record.id))
            }
        }
    }

    /// Comes true when the run was taken back.
    pub(in crate::dispatch) fn cancelled(&self) -> &CancellationToken {
        &self.cancelled
    }

    pub(in crate::dispatch) fn effect(&self) -> EffectSaid {
        self.told().effect.clone()
    }

    pub(in crate::dispatch) fn record(&self) -> RunRecord {
        self.told().record.clone()
    }

    /// Whether it is on disk: whoever knows of it may ask for it later.
    pub(in crate::dispatch) fn is_kept(&self) -> bool {
        self.told().kept.is_some()
    }

    /// The events after one, and whether none follow.
    pub(in crate::dispatch) fn events_after(&self, seq: u64) -> (Vec<Event>, bool) {
        let told = self.told();
        let later = told.events.iter().filter(|event| event.seq > seq);
        (later.cloned().collect(), told.closed)
    }

    /// Whether it has ended for good, and whoever asks the store finds it so.
    pub(in crate::dispatch) fn has_ended(&self) -> bool {
        self.told().ended
    }

    /// Tells of each change.
    pub(in crate::dispatch) fn changes(&self) -> watch::Receiver<u64> {
        self.changed.subscribe()
    }

    pub(in crate::dispatch) fn outcome(&self) -> Option<Result<RunAnswer, Failed>> {
        self.told().outcome.clone()
    }

    /// The run stands so from now on: it has ended, or nobody knows how.
    pub(in crate::dispatch) fn stands(
        &self,
        state: RunState,
        outcome: &Result<RunAnswer, Failed>,
        what: Happened,
    ) {
        {
            let mut told = self.told();
            told.record.state = state;
            if state.is_final() {
                told.record.ended_ms = Some(millis_since_1970(self.clock.now().wall));
            }
            told.record.answer = outcome.as_ref().ok().map(|answer| {
                serde_json::to_value(answer).expect("answers of plain fields serialise")
            });
            told.record.failure = outcome.as_ref().err().cloned();
        }
        self.happened(what);
    }

    /// Tells whoever waits for it what the run answers.
    pub(in crate::dispatch) fn answers(&self, outcome: Result<RunAnswer, Failed>) {
        {
            let mut told = self.told();
            told.outcome = Some(outcome);
            told.ended = told.record.state.is_final();
        }
        self.tell();
    }

    /// Nothing follows: who listens goes home.
    pub(in crate::dispatch) fn close(&self) {
        self.told().closed = true;
        self.tell();
    }

    /// Has something happen.
    pub(in crate::dispatch) fn happened(&self, what: Happened) {
        {
            let mut told = self.told();
            let event = Event {
                seq: told.next_seq,
                at_ms: millis_since_1970(self.clock.now().wall),
                what,
            };
            told.next_seq += 1;
            let is_step = |event: &Event| matches!(event.what, Happened::Step { .. });
            // Of reports one after another the last says all.
            if is_step(&event) && told.events.last().is_some_and(is_step) {
                told.events.pop();
            }
            told.events.push(event);
        }
        self.tell();
    }

    /// Writes what is not on disk yet.
    pub(in crate::dispatch) async fn save(&self) -> Result<(), StoreError> {
        let _turn = self.writing.lock().await;
        let (record, events) = self.unkept();
        self.store.save(&record, &events).await?;
        self.kept(&events);
        Ok(())
    }

    /// Writes how the run stands, how its effect does if that is news, and what receivers outside are told of it, all in
    /// one step.
    pub(in crate::dispatch) async fn save_end(
        &self,
        effect: Option<&(EffectState, String)>,
        message: Option<&Message>,
    ) -> Result<(), StoreError> {
        let _turn = self.writing.lock().await;
        let (record, events) = self.unkept();
        let now = millis_since_1970(self.clock.now().wall);
        let written = self.store.end(&record, &events, effect, message, now);
        written.await?;
        self.kept(&events);
        Ok(())
    }

    /// Writes how the effect ended, with what is not on disk yet.
    pub(in crate::dispatch) async fn save_effect(
        &self,
        state: EffectState,
        evidence: &str,
    ) -> Result<(), StoreError> {
        let _turn = self.writing.lock().await;
        let (record, events) = self.unkept();
        let now = millis_since_1970(self.clock.now().wall);
        self.store
            .settle(&record, &events, (state, evidence), now)
            .await?;
        self.kept(&events);
        Ok(())
    }

    /// Has its changes told there as well, from now on.
    pub(in crate::dispatch) fn tell_also(&self, news: OfRuns) {
        if self.news.set(news).is_ok() {
            self.tell();
        }
    }

    fn tell(&self) {
        self.changed.send_modify(|changes| *changes += 1);
        if let Some(news) = self.news.get() {
            // Nobody need listen.
            let _ = news.send(self.told().record.owner);
        }
    }

    fn unkept(&self) -> (RunRecord, Vec<Event>) {
        let told = self.told();
        let after = told.kept.unwrap_or(0);
        let worth =
            |event: &&Event| event.seq > after && !matches!(event.what, Happened::Step { .. });
        let events = told.events.iter().filter(worth).cloned().collect();
        (told.record.clone(), events)
    }

    fn kept(&self, events: &[Event]) {
        let mut told = self.told();
        let last = events.last().map_or(0, |event| event.seq);
        told.kept = Some(told.kept.unwrap_or(0).max(last));
    }

    fn told(&self) -> MutexGuard<'_, Told> {
        self.told.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[async_trait]
impl Journal for RunJournal {
    fn report(&self, progress: Progress) {
        let Progress { step, done, total } = progress;
        self.happened(Happened::Step { step, done, total });
    }

    async fn keep(&self, item: String, result: Value) -> Result<(), KeepError> {
        let bytes = item.len() + result.to_string().len();
        {
            let mut told = self.told();
            let limit_bytes = limits::PARTS_BYTES;
            if told.parts_bytes + bytes > limit_bytes {
                return Err(KeepError::TooLarge { limit_bytes });
            }
            told.parts_bytes += bytes;
        }
        self.happened(Happened::Part { item, result });
        let saved = self.save().await;
        saved.map_err(|error| KeepError::Storage(error.to_string()))
    }

    async fn begin(&self, intent: Intent) -> Result<(), BeginError> {
        let _turn = self.writing.lock().await;
        let summary = intent.summary.clone();
        {
            let mut told = self.told();
            if self.cancelled.is_cancelled() {
                return Err(BeginError::Cancelled);
            }
            // From here on nobody can cancel it.
            told.record.state = RunState::Committing;
        }
        self.happened(Happened::Committing { summary });
        let (record, events) = self.unkept();
        let effect = NewEffect {
            key: intent.key,
            summary: intent.summary,
            memo: intent.memo,
            begun_ms: millis_since_1970(self.clock.now().wall),
        };
        let refused = match self.store.begin(&record, &events, &effect).await {
            Ok(Begun::Written) => {
                self.kept(&events);
                self.told().effect = EffectSaid::Begun;
                return Ok(());
            }
            Ok(Begun::SameKey(run)) => BeginError::Duplicate(format!(
                "run `{run}` of this account does the same, and its end is not known yet"
            )),
            Err(error) => BeginError::Storage(error.to_string()),
        };
        let mut told = self.told();
        told.record.state = RunState::Running;
        let is_beginning = |event: &Event| matches!(event.what, Happened::Committing { .. });
        told.events.retain(|event| !is_beginning(event));
        Err(refused)
    }

    fn submitting(&self) {
        self.told().effect = EffectSaid::Submitted;
    }

    async fn settle(&self, settled: Settled) {
        let (state, evidence) = match &settled {
            Settled::Confirmed(evidence) => (EffectState::Confirmed, evidence.clone()),
            Settled::Refused(words) => (EffectState::Refused, words.clone()),
            Settled::Unknown(why) => (EffectState::Unknown, why.clone()),
        };
        self.told().effect = EffectSaid::Settled(settled);
        self.happened(Happened::Settled {
            effect: state,
            evidence: evidence.clone(),
        });
        if let Err(error) = self.save_effect(state, &evidence).await {
            // It stays open on disk, and is looked for in the portal if the host ends before the run is written.
            let run = self.told().record.id;
            tracing::error!(run.id = %run, %error, "how an effect ended could not be written");
        }
    }
}
