//! `/v1/runs`: runs as resources. Their state, their events as they happen, and taking one back.

use std::collections::BTreeMap;
use std::convert::Infallible;
use std::time::Duration;

use axum::extract::rejection::QueryRejection;
use axum::extract::{Path, Query};
use axum::http::{HeaderMap, HeaderValue, StatusCode};
use axum::response::sse::{self, KeepAlive, Sse};
use axum::response::{IntoResponse, Response};
use axum::{Extension, Json};
use chrono::{DateTime, SecondsFormat, Utc};
use futures::stream::{self, Stream};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use utoipa::{IntoParams, ToSchema};

use crate::config::limits;
use crate::dispatch::desk::Desk;
use crate::dispatch::error::RunError;
use crate::dispatch::request::{PluginRef, RunAnswer};
use crate::dispatch::viewing::{EffectView, Progress, RunView};
use crate::http::access::deeds::OfRun;
use crate::http::body;
use crate::http::openapi::answers::{self, BadQuery, Conflict, NotFound};
use crate::http::problem::Problem;
use crate::model::ids::{RunId, SessionId};
use crate::model::run::{Event, Happened, RunState, wall_time};

/// `?wait=SECONDS`
#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
pub struct Waiting {
    /// How many seconds to wait for its end.
    wait: Option<u64>,
}

/// Runs.
#[derive(Serialize, ToSchema)]
pub struct Runs {
    /// The newest of those that the caller may see, newest first.
    runs: Vec<RunDocument>,
}

/// `GET /v1/runs`: the newest.
#[utoipa::path(get, path = "/v1/runs", tag = "runs", security(("token" = ["read"])),
    responses((status = 200, description = "The newest runs that the caller may see.", body = Runs)))]
pub async fn list(desk: Desk) -> Result<Json<Runs>, Problem> {
    let runs = desk.newest_runs().await?;
    let runs = runs.into_iter().map(RunDocument::from).collect();
    Ok(Json(Runs { runs }))
}

/// `GET /v1/runs/{id}`; with `?wait=` it answers when the run has ended, or after so many seconds.
#[utoipa::path(get, path = "/v1/runs/{id}", tag = "runs", security(("token" = ["read"])),
    params(("id" = String, Path, description = "The run."), Waiting),
    responses((status = 200, description = "How it stands.", body = RunDocument), NotFound, BadQuery))]
pub async fn show(
    desk: Desk,
    Path(id): Path<String>,
    query: Result<Query<Waiting>, QueryRejection>,
) -> Result<Json<RunDocument>, Problem> {
    let Query(Waiting { wait }) = query.map_err(|_| {
        body::invalid_query(
            "the query may have `wait`: whole seconds to wait for the end of the run",
        )
    })?;
    let wait = wait.map(|seconds| Duration::from_secs(seconds).min(limits::WAIT_MAX));
    let view = desk.run_view(run_id(&id)?, wait).await?;
    Ok(Json(view.into()))
}

/// `DELETE /v1/runs/{id}`: takes a run back, unless what it does may have happened.
#[utoipa::path(delete, path = "/v1/runs/{id}", tag = "runs", security(("token" = ["read"])),
    params(("id" = String, Path, description = "The run."),),
    responses((status = 202, description = "It is taken back.", body = RunDocument), NotFound, Conflict))]
pub async fn cancel(desk: Desk, Path(id): Path<String>) -> Result<Response, Problem> {
    let id = run_id(&id)?;
    desk.cancel_run(id).await?;
    // It ends at once; how it ended is worth the moment.
    let view = desk.run_view(id, Some(limits::CANCELLED)).await?;
    Ok(accepted(view))
}

/// `POST /v1/runs/{id}/reconcile`: asks the portal once more about a run whose effect is unknown.
#[utoipa::path(post, path = "/v1/runs/{id}/reconcile", tag = "runs", security(("token" = ["read"])),
    params(("id" = String, Path, description = "The run."),),
    responses((status = 202, description = "The portal is asked.", body = RunDocument), NotFound, Conflict))]
pub async fn reconcile(desk: Desk, Path(id): Path<String>) -> Result<Response, Problem> {
    let id = run_id(&id)?;
    desk.look_again(id).await?;
    let view = desk.run_view(id, None).await?;
    Ok(accepted(view))
}

/// `GET /v1/runs/{id}/events`: server-sent events. `Last-Event-ID` goes on after one.
#[utoipa::path(get, path = "/v1/runs/{id}/events", tag = "runs", security(("token" = ["read"])),
    params(("id" = String, Path, description = "The run."),
        ("Last-Event-ID" = Option<u64>, Header, description = "The event to go on after."),),
    responses((status = 200, description = "Server-sent events, until the run ends.", body = String, content_type = "text/event-stream"), NotFound))]
pub async fn events(
    desk: Desk,
    Path(id): Path<String>,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    let after = headers.get("last-event-id").and_then(|id| id.to_str().ok());
    let after = after.and_then(|id| id.parse().ok()).unwrap_or(0);
    let events = desk.run_events(run_id(&id)?, after).await?;
    let batches = stream::unfold(events, async |mut events| {
        let batch = events.next().await?;
        Some((batch, events))
    });
    let beat = KeepAlive::new().interval(limits::HEARTBEAT);
    Ok(Sse::new(flat(batches)).keep_alive(beat).into_response())
}

fn accepted(view: RunView) -> Response {
    let run = OfRun(view.run_id);
    (
        StatusCode::ACCEPTED,
        Extension(run),
        Json(RunDocument::from(view)),
    )
        .into_response()
}

fn flat(
    batches: impl Stream<Item = Vec<Event>>,
) -> impl Stream<Item = Result<sse::Event, Infallible>> {
    use futures::StreamExt as _;
    batches.flat_map(|batch| stream::iter(batch.into_iter().map(|event| Ok(sent(&event)))))
}

fn sent(event: &Event) -> sse::Event {
    let mut data = serde_json::to_value(event).expect("events of plain fields serialise");
    data["at"] = json!(time(event.at_ms));
    if let Some(fields) = data.as_object_mut() {
        fields.remove("at_ms");
    }
    sse::Event::default()
        .id(event.seq.to_string())
        .event(name(&event.what))
        .data(data.to_string())
}

const fn name(what: &Happened) -> &'static str {
    match what {
        Happened::Queued => "queued",
        Happened::Leased { .. } => "leased",
        Happened::Step { .. } => "step",
        Happened::Part { .. } => "part",
        Happened::Committing { .. } => "committing",
        Happened::Settled { .. } => "settled",
        Happened::Unknown { .. } => "unknown",
        Happened::Reconciled { .. } => "reconciled",
        Happened::Ended { .. } => "ended",
    }
}

/// A run as it is told.
#[derive(Serialize, ToSchema)]
pub struct RunDocument {
    /// Its id.
    run_id: RunId,
    /// The operation.
    operation: String,
    /// The version of the plugin that runs it.
    plugin: PluginRef,
    /// The portal's user name.
    account: String,
    /// The session it runs on, once it has one.
    session_id: Option<SessionId>,
    /// Where it is.
    state: RunState,
    /// When it was accepted.
    #[schema(format = DateTime)]
    created_at: String,
    /// When it ended.
    #[schema(format = DateTime)]
    ended_at: Option<String>,
    /// How far it is, while it is under way.
    progress: Option<Progress>,
    /// The parts of its result that it has kept, by their names.
    #[schema(value_type = std::collections::BTreeMap<String, Value>)]
    parts: BTreeMap<String, Value>,
    /// How its effect stands, if it began one.
    effect: Option<EffectView>,
    /// Where its events are.
    events: String,
    /// What it answered.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    answer: Option<RunAnswer>,
    /// Why it did not.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<answers::Problem>, nullable = false)]
    problem: Option<Value>,
}

impl From<RunView> for RunDocument {
    fn from(view: RunView) -> Self {
        let id = view.run_id;
        let (answer, problem) = match view.outcome {
            Some(Ok(answer)) => (Some(answer), None),
            Some(Err(failed)) => (None, Some(Problem::from(failed).body())),
            None => (None, None),
        };
        Self {
            run_id: id,
            operation: view.operation,
            plugin: view.plugin,
            account: view.account,
            session_id: view.session_id,
            state: view.state,
            created_at: time(view.created_ms),
            ended_at: view.ended_ms.map(time),
            progress: view.progress,
            parts: view.parts,
            effect: view.effect,
            events: format!("{}/events", path(id)),
            answer,
            problem,
        }
    }
}

/// Where a run is.
#[must_use]
pub fn location(id: RunId) -> HeaderValue {
    HeaderValue::from_str(&path(id)).expect("an id is plain ASCII")
}

/// The path of a run.
pub fn path(id: impl std::fmt::Display) -> String {
    format!("/v1/runs/{id}")
}

/// The run id in a path. Text that cannot be an id is the id of no run.
fn run_id(text: &str) -> Result<RunId, Problem> {
    let none = |_| Problem::from(RunError::UnknownRun(text.to_owned()));
    text.parse().map_err(none)
}

fn time(ms: i64) -> String {
    DateTime::<Utc>::from(wall_time(ms)).to_rfc3339_opts(SecondsFormat::Millis, true)
}
