//! The control API: what a `Portal` offers in Rust, as JSON over HTTP on loopback.
//!
//! Owns: nothing; it reads and changes the world the sites share.

use std::sync::Arc;

use axum::extract::{Path, Query, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use axum::{Json, Router};
use serde::Deserialize;
use serde_json::{Value, json};

use crate::config::Latencies;
use crate::faults::Fault;
use crate::request_log;
use crate::sessions::Expiry;
use crate::visit::{BookingAnswer, MoveType};
use crate::world::World;

type Shared = State<Arc<World>>;

pub(crate) fn routes(world: Arc<World>) -> Router {
    Router::new()
        .route("/", get(overview))
        .route("/requests", get(requests).delete(clear_requests))
        .route("/waited", get(waited))
        .route("/attempts", get(attempts))
        .route("/sign-ins", get(sign_ins))
        .route("/challenges", get(challenges))
        .route("/containers", get(containers))
        .route("/bookings", get(bookings))
        .route("/appointments", get(appointments))
        .route("/terminals", get(terminals))
        .route("/slots", get(slots))
        .route("/companies", get(companies))
        .route("/plates", get(plates))
        .route("/booking-answer", get(booking_answer))
        .route("/expire", post(expire))
        .route("/faults", get(faults).post(add_fault).delete(clear_faults))
        .route("/latencies", get(latencies).put(set_latencies))
        .route("/accounts/{username}/unlock", post(unlock))
        .with_state(world)
}

async fn overview(State(world): Shared) -> Json<Value> {
    Json(json!({
        "origins": world.origins,
        "accounts": world.accounts.known(),
        "now_ms": world.clock.now_ms(),
        "config": world.config,
    }))
}

#[derive(Deserialize)]
struct Since {
    #[serde(default)]
    since: u64,
}

async fn requests(State(world): Shared, Query(query): Query<Since>) -> Response {
    Json(world.log.since(query.since)).into_response()
}

async fn clear_requests(State(world): Shared) -> StatusCode {
    world.log.clear();
    StatusCode::NO_CONTENT
}

#[derive(Deserialize)]
struct Span {
    sign_in: String,
    from_ms: u64,
    to_ms: u64,
}

async fn waited(State(world): Shared, Query(span): Query<Span>) -> Json<Value> {
    let mut entries = world.log.since(0);
    entries.retain(|entry| entry.sign_in.as_ref() == Some(&span.sign_in));
    Json(json!({ "waited_ms": request_log::waited_ms(&entries, span.from_ms, span.to_ms) }))
}

async fn attempts(State(world): Shared) -> Response {
    Json(world.accounts.attempts()).into_response()
}

async fn sign_ins(State(world): Shared) -> Response {
    Json(world.sessions.list()).into_response()
}

async fn challenges(State(world): Shared) -> Response {
    Json(world.challenges.list()).into_response()
}

#[derive(Deserialize)]
struct Whom {
    username: Option<String>,
}

impl Whom {
    /// The account that is meant: without a name the first.
    fn username(self, world: &World) -> String {
        let first = || world.accounts.known()[0].username.clone();
        self.username.unwrap_or_else(first)
    }
}

async fn containers(State(world): Shared, Query(whom): Query<Whom>) -> Response {
    match world.fleet(&whom.username(&world)) {
        Some(fleet) => Json(fleet.to_vec()).into_response(),
        None => StatusCode::NOT_FOUND.into_response(),
    }
}

async fn bookings(State(world): Shared) -> Response {
    Json(world.ledger.bookings()).into_response()
}

async fn appointments(State(world): Shared, Query(whom): Query<Whom>) -> Response {
    Json(world.appointments(&whom.username(&world))).into_response()
}

async fn companies(State(world): Shared, Query(whom): Query<Whom>) -> Json<Vec<String>> {
    Json(world.companies(&whom.username(&world)))
}

async fn plates(State(world): Shared, Query(whom): Query<Whom>) -> Json<Vec<String>> {
    Json(world.plates(&whom.username(&world)))
}

#[derive(Deserialize)]
struct Typed {
    username: Option<String>,
    number: String,
}

async fn booking_answer(State(world): Shared, Query(typed): Query<Typed>) -> Json<BookingAnswer> {
    let Typed { username, number } = typed;
    Json(world.booking_answer(&Whom { username }.username(&world), &number))
}

async fn terminals(State(world): Shared) -> Response {
    Json(world.ledger.terminals()).into_response()
}

#[derive(Deserialize)]
struct Where {
    terminal: String,
    move_type: MoveType,
}

async fn slots(State(world): Shared, Query(place): Query<Where>) -> Response {
    match world.ledger.terminal(&place.terminal) {
        Some(terminal) => Json(world.ledger.slots(terminal, place.move_type)).into_response(),
        None => StatusCode::NOT_FOUND.into_response(),
    }
}

async fn expire(State(world): Shared, Json(expiry): Json<Expiry>) -> Json<Value> {
    Json(json!({ "ended": world.sessions.expire(&expiry) }))
}

async fn faults(State(world): Shared) -> Response {
    Json(world.faults.list()).into_response()
}

async fn add_fault(State(world): Shared, Json(fault): Json<Fault>) -> StatusCode {
    world.faults.add(fault);
    StatusCode::NO_CONTENT
}

async fn clear_faults(State(world): Shared) -> StatusCode {
    world.faults.clear();
    StatusCode::NO_CONTENT
}

async fn latencies(State(world): Shared) -> Json<Latencies> {
    Json(world.latencies())
}

async fn set_latencies(State(world): Shared, Json(latencies): Json<Latencies>) -> StatusCode {
    world.set_latencies(latencies);
    StatusCode::NO_CONTENT
}

async fn unlock(State(world): Shared, Path(username): Path<String>) -> StatusCode {
    world.accounts.unlock(&username);
    StatusCode::NO_CONTENT
}
