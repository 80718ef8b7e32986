//! Calls of guests, as the rest of the host makes them: a page goes in, an outcome and the page come out.
//!
//! Owns: nothing; the store is `execution.rs`'s. A call that is dropped drops the page with it.
//! Never: decides what happens to a session afterwards.

use serde_json::Value;
use tracing::field::Empty;
use tracing::{Instrument as _, Span};
use wasmtime::Store;

use crate::browser::page::Page;
use crate::model::session::Refusal;
use crate::plugin::answer;
use crate::plugin::bindings::operation::exports::gantry::automation::handler;
use crate::plugin::bindings::session::Session;
use crate::plugin::bindings::session::exports::gantry::automation::portal;
use crate::plugin::bindings::types;
use crate::plugin::call_error::CallError;
use crate::plugin::context::{CallContext, CallStats, Called};
use crate::plugin::execution::{execute, instantiated};
use crate::plugin::state::CallState;
use crate::plugin::strikes::Strikes;
use crate::plugin::version::{Identity, OperationVersion, SessionVersion};
use crate::telemetry::traces;

/// How signing in ended.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum SignInOutcome {
    /// The portal's own page says that somebody is signed in.
    SignedIn,
    /// A person has to act; the text says what the page asks for.
    OperatorNeeded(String),
    /// The portal refused, in these words.
    Refused(Refusal, String),
}

/// What the page says of its session.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Presence {
    /// Somebody is signed in.
    SignedIn,
    /// Nobody is.
    SignedOut,
    /// Neither could be shown; the text says what was seen.
    Unknown(String),
}

/// What became of an effect.
#[derive(Debug, Clone, PartialEq)]
pub enum Trace {
    /// It happened; this is what the run would have answered.
    Happened(Value),
    /// The portal shows what there is, and this is not among it.
    Absent,
    /// Neither could be shown; the text says what was seen.
    Unclear(String),
}

/// Runs an operation, or goes on with one in the phase in which it paused. The input has to match its schema: see
/// `OperationVersion::validate_input`.
///
/// # Cancellation
/// A dropped call drops the page in whatever state it is.
pub async fn run(
    version: &OperationVersion,
    (input, resumed): (&Value, Option<u32>),
    page: Box<dyn Page>,
    context: CallContext,
) -> Called<Value> {
    let input = input.to_string();
    let commands = page.commands();
    let state = CallState::new(version.identity.caller(), &version.bounds, page, context);
    let span = span(&version.identity, "run");
    let (outcome, state) = execute(&version.engine, state, async |store| {
        let guest = version.pre.instantiate_async(&mut *store).await?;
        instantiated(store);
        guest
            .gantry_automation_handler()
            .call_run(store, &input, resumed)
            .await
    })
    .instrument(span.clone())
    .await;
    let outcome = match flatten(outcome) {
        Ok(output) => answer::parse(version, output).await,
        Err(error) => Err(error),
    };
    note(&span, &outcome);
    called(&version.strikes, outcome, state, commands)
}

/// Has an operation look whether an effect happened whose end nobody saw. It gets no journal: it may only read.
///
/// # Cancellation
/// A dropped call drops the page in whatever state it is.
pub async fn reconcile(
    version: &OperationVersion,
    memo: &str,
    page: Box<dyn Page>,
    context: CallContext,
) -> Called<Trace> {
    let commands = page.commands();
    let state = CallState::new(version.identity.caller(), &version.bounds, page, context);
    let span = span(&version.identity, "reconcile");
    let (outcome, state) = execute(&version.engine, state, async |store| {
        let guest = version.pre.instantiate_async(&mut *store).await?;
        instantiated(store);
        guest
            .gantry_automation_handler()
            .call_reconcile(store, memo)
            .await
    })
    .instrument(span.clone())
    .await;
    let outcome = match flatten(outcome) {
        Ok(handler::Trace::Happened(output)) => {
            let parsed = answer::parse(version, output).await;
            parsed.map(Trace::Happened)
        }
        Ok(handler::Trace::Absent) => Ok(Trace::Absent),
        Ok(handler::Trace::Unclear(seen)) => Ok(Trace::Unclear(seen)),
        Err(error) => Err(error),
    };
    note(&span, &outcome);
    called(&version.strikes, outcome, state, commands)
}

/// Signs the page's session in.
///
/// # Cancellation
/// A dropped call drops the page in whatever state it is.
pub async fn sign_in(
    version: &SessionVersion,
    page: Box<dyn Page>,
    context: CallContext,
) -> Called<SignInOutcome> {
    let act = async |guest: &Session, store: &mut Store<CallState>| {
        guest.gantry_automation_portal().call_sign_in(store).await
    };
    session_call(version, page, context, ("sign-in", act), sign_in_outcome).await
}

/// Looks whether the page's session is signed in.
///
/// # Cancellation
/// A dropped call drops the page in whatever state it is.
pub async fn probe(
    version: &SessionVersion,
    page: Box<dyn Page>,
    context: CallContext,
) -> Called<Presence> {
    let act = async |guest: &Session, store: &mut Store<CallState>| {
        guest.gantry_automation_portal().call_probe(store).await
    };
    session_call(version, page, context, ("probe", act), presence).await
}

/// Looks at the page that is open, without touching it.
///
/// # Cancellation
/// A dropped call drops the page in whatever state it is.
pub async fn look(
    version: &SessionVersion,
    page: Box<dyn Page>,
    context: CallContext,
) -> Called<Presence> {
    let act = async |guest: &Session, store: &mut Store<CallState>| {
        guest.gantry_automation_portal().call_look(store).await
    };
    session_call(version, page, context, ("look", act), presence).await
}

/// Keeps the page's session signed in, and looks.
///
/// # Cancellation
/// A dropped call drops the page in whatever state it is.
pub async fn keep_alive(
    version: &SessionVersion,
    page: Box<dyn Page>,
    context: CallContext,
) -> Called<Presence> {
    let act = async |guest: &Session, store: &mut Store<CallState>| {
        guest
            .gantry_automation_portal()
            .call_keep_alive(store)
            .await
    };
    session_call(version, page, context, ("keep-alive", act), presence).await
}

async fn session_call<T, U>(
    version: &SessionVersion,
    page: Box<dyn Page>,
    context: CallContext,
    (name, act): (
        &'static str,
        impl AsyncFnOnce(&Session, &mut Store<CallState>) -> wasmtime::Result<Result<T, types::Failure>>,
    ),
    said: impl FnOnce(T) -> U,
) -> Called<U> {
    let commands = page.commands();
    let mut state = CallState::new(version.identity.caller(), &version.bounds, page, context);
    state.is_guarded = false;
    let span = span(&version.identity, name);
    let (outcome, state) = execute(&version.engine, state, async |store| {
        let guest = version.pre.instantiate_async(&mut *store).await?;
        instantiated(store);
        act(&guest, store).await
    })
    .instrument(span.clone())
    .await;
    let outcome = flatten(outcome).map(said);
    note(&span, &outcome);
    called(&version.strikes, outcome, state, commands)
}

/// The span of a call, if it is part of something that is traced.
fn span(plugin: &Identity, call: &'static str) -> Span {
    if !traces::is_traced() {
        return Span::none();
    }
    tracing::info_span!(target: traces::TARGET, "plugin", plugin.name = plugin.name,
        plugin.version = %plugin.version, plugin.call = call,
        error.type = Empty, otel.status_code = Empty)
}

fn note<T>(span: &Span, outcome: &Result<T, CallError>) {
    if let Err(error) = outcome {
        span.record("error.type", error.code());
        span.record("otel.status_code", "ERROR");
    }
}

fn flatten<T>(outcome: Result<Result<T, types::Failure>, CallError>) -> Result<T, CallError> {
    outcome?.map_err(|failure| CallError::Failure(answer::failure(failure)))
}

/// Takes the page back, and counts a crash.
fn called<T>(
    strikes: &Strikes,
    outcome: Result<T, CallError>,
    state: CallState,
    commands: u64,
) -> Called<T> {
    let page = state
        .page
        .expect("the state of a call with a page keeps it to the end");
    let used = CallStats {
        wall: state.begun.elapsed(),
        instantiate: state
            .instantiated
            .map(|made| made.duration_since(state.begun))
            .unwrap_or_default(),
        host_calls: state.host_calls,
        commands: page.commands().saturating_sub(commands),
        memory_peak_bytes: state.memory.peak_bytes(),
        log_lines_dropped: state.log.dropped(),
        secret_typed: state.secret_typed,
    };
    if used.log_lines_dropped > 0 {
        state.log.report_dropped();
    }
    // A guest that fails or panics over a lost browser is not to blame.
    let outcome = match (outcome, &state.browser_lost) {
        (Err(CallError::Failure(_) | CallError::Trap { .. }), Some(lost)) => {
            Err(CallError::BrowserLost(lost.clone()))
        }
        (outcome, _) => outcome,
    };
    strikes.note(&outcome);
    Called {
        outcome,
        page,
        stats: used,
        browser_lost: state.browser_lost,
    }
}

fn sign_in_outcome(said: portal::SignInOutcome) -> SignInOutcome {
    match said {
        portal::SignInOutcome::SignedIn => SignInOutcome::SignedIn,
        portal::SignInOutcome::OperatorNeeded(asked) => SignInOutcome::OperatorNeeded(asked),
        portal::SignInOutcome::Refused((refusal, words)) => {
            let refusal = match refusal {
                portal::Refusal::CredentialsInvalid => Refusal::CredentialsInvalid,
                portal::Refusal::Locked => Refusal::Locked,
                portal::Refusal::ForbiddenRegion => Refusal::ForbiddenRegion,
            };
            SignInOutcome::Refused(refusal, words)
        }
    }
}

fn presence(said: portal::Presence) -> Presence {
    match said {
        portal::Presence::SignedIn => Presence::SignedIn,
        portal::Presence::SignedOut => Presence::SignedOut,
        portal::Presence::Unknown(seen) => Presence::Unknown(seen),
    }
}
