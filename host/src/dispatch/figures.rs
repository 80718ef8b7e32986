//! What figures tell of runs, and the gauges that are read from the books when somebody asks.

use std::collections::BTreeMap;
use std::time::{Duration, SystemTime};

use tracing::Span;
use tracing::field::Empty;

use crate::dispatch::handle::Dispatch;
use crate::dispatch::request::Timing;
use crate::dispatch::run::Run;
use crate::dispatch::settling::Settlement;
use crate::model::caller::Caller;
use crate::model::session::{SessionSnapshot, SessionState};
use crate::store::error::StoreError;
use crate::telemetry::figures::Figures;
use crate::telemetry::metric::{Reading, count};
use crate::telemetry::{table, traces};

/// Who has no alias, as labels name it.
const NO_ALIAS: &str = "-";

/// The span of a run, part of the trace of whoever asked for it.
pub(in crate::dispatch) fn span(run: &Run) -> Span {
    let identity = &run.version.identity;
    let span = tracing::info_span!(target: traces::TARGET, parent: None, "operation.run",
        operation = identity.name, plugin.version = %identity.version, plugin.digest = identity.digest,
        run.id = %run.id, request.id = run.origin.request_id, outcome = Empty, code = Empty,
        error.type = Empty, otel.status_code = Empty);
    traces::go_on(&span, run.origin.traceparent.as_deref());
    span
}

impl Dispatch {
    /// The figures of the host.
    #[must_use]
    pub fn figures(&self) -> &Figures {
        self.0.pool.figures()
    }

    /// All figures, in the text format of Prometheus. Accounts that the caller may not name have no alias in them.
    ///
    /// # Errors
    /// If the store cannot be read.
    pub async fn figures_text(&self, caller: &Caller) -> Result<String, StoreError> {
        let sessions = self.sessions().await;
        let mut gauges = of_sessions(&sessions);
        gauges.extend(self.of_browsers(&sessions, caller));
        let unknown = self.0.store.unknown().await?;
        gauges.push(Reading::of(&table::WRITES_UNKNOWN, &[], unknown.into()));
        let most = count(self.max_sessions());
        gauges.push(Reading::of(&table::POOL_MAX, &[], most));
        gauges.extend(self.of_plugins());
        let figures = self.figures().clone();
        // Some of them are read from folders.
        let text = tokio::task::spawn_blocking(move || figures.text(&gauges)).await;
        Ok(text.expect("writing figures down does not panic"))
    }

    /// Counts a run that has ended, and writes the one line about it.
    pub(in crate::dispatch) fn tell(&self, run: &Run, took: Duration, settled: &Settlement) {
        let record = run.journal.record();
        let op = run.version.identity.name.as_str();
        let failed = settled.outcome.as_ref().err();
        let is_paused = failed.is_some_and(|failed| failed.more.contains_key("hold"));
        let outcome = if is_paused {
            "paused"
        } else {
            settled.state.as_str()
        };
        let told = failed.map_or("ok", |failed| failed.code.as_str());
        let figures = self.figures();
        let code = figures.code(told);
        figures.count(&table::OPERATIONS, &[op, outcome, &code]);
        figures.took(&table::OPERATION_DURATION, &[op, outcome], took);
        let Timing {
            queue_ms,
            sign_in_ms,
            run_ms,
        } = run.timing();
        if record.session_id.is_some() {
            let waited = Duration::from_millis(queue_ms);
            figures.took(&table::QUEUE_WAIT, &[op], waited);
        }
        let class = failed.map(|failed| failed.class.as_str());
        let span = Span::current();
        span.record("outcome", outcome);
        if let Some(class) = class {
            span.record("code", told);
            span.record("error.type", class);
            span.record("otel.status_code", "ERROR");
        }
        let session_id = record.session_id.map(|id| id.to_string());
        tracing::info!(run.id = %run.id, request.id = run.origin.request_id, session.id = session_id,
            operation = op, outcome, code = told, class, queue_ms, sign_in_ms, run_ms,
            total_ms = u64::try_from(took.as_millis()).unwrap_or(u64::MAX), "run ended");
    }

    fn of_browsers(&self, sessions: &[SessionSnapshot], caller: &Caller) -> Vec<Reading> {
        let accounts = &self.0.config.accounts;
        let alias = |session: &SessionSnapshot| {
            let mut accounts = accounts.iter().filter(|(alias, _)| caller.may_use(alias));
            let own = accounts.find(|(_, account)| account.username == session.username);
            own.map_or(NO_ALIAS, |(alias, _)| alias.as_str())
        };
        let now = SystemTime::now();
        let (mut ages, mut memory) = (BTreeMap::new(), BTreeMap::new());
        for session in sessions {
            let alias = alias(session);
            if let Some(since) = session.browser_since {
                let age = now.duration_since(since).unwrap_or_default();
                let oldest = ages.entry(alias).or_insert(age);
                *oldest = age.max(*oldest);
            }
            if let Some(bytes) = session.memory_bytes {
                *memory.entry(alias).or_insert(0) += bytes;
            }
        }
        let ages = ages
            .into_iter()
            .map(|(alias, age)| Reading::of(&table::SESSION_AGE, &[alias], age.as_secs_f64()));
        let memory = memory.into_iter().map(|(alias, bytes)| {
            let bytes = usize::try_from(bytes).unwrap_or(usize::MAX);
            Reading::of(&table::SESSION_PSS, &[alias], count(bytes))
        });
        ages.chain(memory).collect()
    }

    fn of_plugins(&self) -> Vec<Reading> {
        let files = self.plugins();
        let served = files.iter().filter(|file| file.served.is_some()).count();
        let waiting = files.iter().filter(|file| file.waiting.is_some()).count();
        let failed = files.iter().filter(|file| file.problem.is_some()).count();
        let states = [("served", served), ("waiting", waiting), ("failed", failed)];
        states
            .map(|(state, number)| Reading::of(&table::PLUGINS, &[state], count(number)))
            .to_vec()
    }
}

/// How many sessions are where, and how many requests wait for them.
fn of_sessions(sessions: &[SessionSnapshot]) -> Vec<Reading> {
    let states = SessionState::ALL.map(|state| {
        let number = sessions.iter().filter(|it| it.state == state).count();
        Reading::of(&table::SESSIONS, &[state.as_str()], count(number))
    });
    let auth = [
        "signed_in",
        "signed_out",
        "needs_operator",
        "in_use",
        "unknown",
    ]
    .map(|state| {
        let number = sessions.iter().filter(|it| auth_state(it) == state).count();
        Reading::of(&table::AUTH_STATE, &[state], count(number))
    });
    let waiting = sessions.iter().map(|session| session.queue_length).sum();
    let waiting = Reading::of(&table::PENDING, &[], count(waiting));
    states.into_iter().chain(auth).chain([waiting]).collect()
}

/// What is known of an account's sign-in. While somebody uses its session it shows when that is over.
fn auth_state(session: &SessionSnapshot) -> &'static str {
    match session.state {
        _ if session.operator_reason.is_some() => "needs_operator",
        SessionState::Idle => "signed_in",
        SessionState::SignedOut => "signed_out",
        SessionState::Leased | SessionState::SigningIn => "in_use",
        SessionState::Queued
        | SessionState::Opening
        | SessionState::Suspect
        | SessionState::AwaitingOperator
        | SessionState::Closing => "unknown",
    }
}
