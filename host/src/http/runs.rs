//! `/v1/runs`: runs as resources. Their state, their events as they happen, and taking one back.

use std::convert::Infallible;
use std::time::Duration;

use axum::Json;
use axum::extract::{Path, Query, State};
use axum::http::{HeaderMap, HeaderValue, StatusCode};
use axum::response::sse::{self, KeepAlive, Sse};
use axum::response::{IntoResponse, Response};
use chrono::{DateTime, SecondsFormat, Utc};
use futures::stream::{self, Stream};
use serde::Deserialize;
use serde_json::{Value, json};

use crate::config::limits;
use crate::dispatch::error::RunError;
use crate::dispatch::handle::Dispatch;
use crate::dispatch::viewing::RunView;
use crate::http::problem::Problem;
use crate::model::ids::RunId;
use crate::model::run::{Event, Happened, wall_time};

/// `?wait=SECONDS`
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Waiting {
    wait: Option<u64>,
}

/// `GET /v1/runs`: the newest.
pub async fn list(State(dispatch): State<Dispatch>) -> Result<Json<Value>, Problem> {
    let runs = dispatch.newest_runs().await?;
    let runs: Vec<Value> = runs.into_iter().map(|view| json(view).0).collect();
    Ok(Json(json!({ "runs": runs })))
}

/// `GET /v1/runs/{id}`; with `?wait=` it answers when the run has ended, or after so many seconds.
pub async fn show(
    State(dispatch): State<Dispatch>,
    Path(id): Path<String>,
    Query(Waiting { wait }): Query<Waiting>,
) -> Result<Json<Value>, Problem> {
    let wait = wait.map(|seconds| Duration::from_secs(seconds).min(limits::WAIT_MAX));
    Ok(json(dispatch.run_view(run_id(&id)?, wait).await?))
}

/// `DELETE /v1/runs/{id}`: takes a run back, unless what it does may have happened.
pub async fn cancel(
    State(dispatch): State<Dispatch>,
    Path(id): Path<String>,
) -> Result<Response, Problem> {
    let id = run_id(&id)?;
    dispatch.cancel_run(id).await?;
    // It ends at once; how it ended is worth the moment.
    let view = dispatch.run_view(id, Some(limits::CANCELLED)).await?;
    Ok((StatusCode::ACCEPTED, json(view)).into_response())
}

/// `POST /v1/runs/{id}/reconcile`: asks the portal once more about a run whose effect is unknown.
pub async fn reconcile(
    State(dispatch): State<Dispatch>,
    Path(id): Path<String>,
) -> Result<Response, Problem> {
    let id = run_id(&id)?;
    dispatch.look_again(id).await?;
    let view = dispatch.run_view(id, None).await?;
    Ok((StatusCode::ACCEPTED, json(view)).into_response())
}

/// `GET /v1/runs/{id}/events`: server-sent events. `Last-Event-ID` goes on after one.
pub async fn events(
    State(dispatch): State<Dispatch>,
    Path(id): Path<String>,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    let after = headers.get("last-event-id").and_then(|id| id.to_str().ok());
    let after = after.and_then(|id| id.parse().ok()).unwrap_or(0);
    let events = dispatch.run_events(run_id(&id)?, after).await?;
    let batches = stream::unfold(events, async |mut events| {
        let batch = events.next().await?;
        Some((batch, events))
    });
    let beat = KeepAlive::new().interval(limits::HEARTBEAT);
    Ok(Sse::new(flat(batches)).keep_alive(beat).into_response())
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

/// A run as JSON.
pub fn json(view: RunView) -> Json<Value> {
    let id = view.run_id;
    let mut body = json!({
        "run_id": id,
        "operation": view.operation,
        "plugin": view.plugin,
        "account": view.account,
        "session_id": view.session_id,
        "state": view.state,
        "created_at": time(view.created_ms),
        "ended_at": view.ended_ms.map(time),
        "progress": view.progress,
        "parts": view.parts,
        "effect": view.effect,
        "events": format!("/v1/runs/{id}/events"),
    });
    match view.outcome {
        Some(Ok(answer)) => body["answer"] = json!(answer),
        Some(Err(failed)) => body["problem"] = Problem::from(failed).body(),
        None => {}
    }
    Json(body)
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
