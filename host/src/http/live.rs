//! `/v1/sessions/{id}/live`: the page on which a person completes a sign-in, and what that page calls.
//!
//! Never: writes what is typed anywhere; a body that cannot be read is refused without being quoted.

use std::collections::VecDeque;
use std::convert::Infallible;

use axum::Json;
use axum::extract::Path;
use axum::http::StatusCode;
use axum::response::sse::{Event, KeepAlive, Sse};
use axum::response::{IntoResponse, Response};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use futures::Stream;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use tokio::sync::watch;
use utoipa::ToSchema;

use crate::config::limits;
use crate::dispatch::desk::Desk;
use crate::dispatch::live::{Ended, Gesture, LiveView, Order, Scene};
use crate::dispatch::request::millis;
use crate::http::body::{self, Body};
use crate::http::embedded::embedded;
use crate::http::openapi::answers::{BadBody, Conflict, NotFound, OnPortal, Unavailable};
use crate::http::problem::Problem;
use crate::model::ids::SessionId;
use crate::model::session::live_path;

/// The page may load its own files and talk to its own host; nobody may show it in a frame, where clicks
/// could be stolen.
const POLICY: &str = "default-src 'none'; script-src 'self'; style-src 'self'; img-src data:; connect-src 'self'; \
                      base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

/// Gestures, in the order in which they were made.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct GesturesBody {
    /// At most as many as are carried out at once.
    gestures: Vec<Gesture>,
}

/// How a dialog is to be answered.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct DialogBody {
    /// With yes, or with no.
    accept: bool,
}

/// Nothing has to be said.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct EmptyBody {}

/// An open view.
#[derive(Serialize, ToSchema)]
pub struct Opened {
    /// The session.
    session_id: SessionId,
    /// The portal's user name.
    username: String,
    /// What a person is needed for.
    operator_reason: String,
    /// How long the view stays open, in milliseconds.
    time_left_ms: u64,
    /// Where the page is.
    live_url: String,
    /// Where its events are.
    events_url: String,
}

/// `GET /v1/sessions/{id}/live`: the page. Changes nothing; its script opens the view.
#[utoipa::path(get, path = "/v1/sessions/{id}/live", tag = "operator", security(()),
    params(("id" = String, Path, description = "The session.")),
    responses((status = 200, description = "The page.", body = String, content_type = "text/html"), NotFound))]
pub async fn page(Path(id): Path<String>) -> Result<Response, Problem> {
    body::session_id(&id)?;
    Ok(asset("text/html; charset=utf-8", include_str!("live.html")))
}

/// `GET /v1/live.js`
#[utoipa::path(get, path = "/v1/live.js", tag = "operator", security(()),
    responses((status = 200, description = "Its script.", body = String, content_type = "text/javascript")))]
pub async fn script() -> Response {
    asset("text/javascript; charset=utf-8", include_str!("live.js"))
}

/// `GET /v1/live.css`
#[utoipa::path(get, path = "/v1/live.css", tag = "operator", security(()),
    responses((status = 200, description = "Its style.", body = String, content_type = "text/css")))]
pub async fn style() -> Response {
    asset("text/css; charset=utf-8", include_str!("live.css"))
}

fn asset(kind: &'static str, text: &'static str) -> Response {
    embedded(POLICY, kind, text.as_bytes())
}

/// `POST /v1/sessions/{id}/live`: takes the operator's lease, or joins who has it.
#[utoipa::path(post, path = "/v1/sessions/{id}/live", tag = "operator", security(("token" = ["operate"])),
    params(("id" = String, Path, description = "The session.")),
    request_body = EmptyBody,
    responses((status = 200, description = "The view is open.", body = Opened), NotFound, Conflict, BadBody, Unavailable))]
pub async fn open(desk: Desk, Path(id): Path<String>, body: Body) -> Result<Json<Opened>, Problem> {
    let EmptyBody {} = shaped(body)?;
    let view = desk.open_live_view(body::session_id(&id)?).await?;
    let path = live_path(view.session_id());
    Ok(Json(Opened {
        session_id: view.session_id(),
        username: view.username().to_owned(),
        operator_reason: view.reason().to_owned(),
        time_left_ms: millis(view.time_left()),
        events_url: format!("{path}/events"),
        live_url: path,
    }))
}

/// `DELETE /v1/sessions/{id}/live`: gives up. Returns when the lease has ended.
#[utoipa::path(delete, path = "/v1/sessions/{id}/live", tag = "operator", security(("token" = ["operate"])),
    params(("id" = String, Path, description = "The session.")),
    responses((status = 204, description = "It has ended."), NotFound, Conflict))]
pub async fn give_up(desk: Desk, Path(id): Path<String>) -> Result<StatusCode, Problem> {
    view(&desk, &id)?.end(Ended::GivenUp).await;
    Ok(StatusCode::NO_CONTENT)
}

/// `GET /v1/sessions/{id}/live/events`: what is to be seen, until the view ends.
#[utoipa::path(get, path = "/v1/sessions/{id}/live/events", tag = "operator", security(("token" = ["operate"])),
    params(("id" = String, Path, description = "The session.")),
    responses((status = 200, description = "Server-sent events, until the view ends.", body = String, content_type = "text/event-stream"), NotFound, Conflict))]
pub async fn events(desk: Desk, Path(id): Path<String>) -> Result<Response, Problem> {
    let scene = view(&desk, &id)?.watch();
    let alive = KeepAlive::new().interval(limits::HEARTBEAT);
    Ok(Sse::new(stream(scene)).keep_alive(alive).into_response())
}

/// `POST /v1/sessions/{id}/live/gestures`: what the person did. Carried out in order, after the answer.
#[utoipa::path(post, path = "/v1/sessions/{id}/live/gestures", tag = "operator", security(("token" = ["operate"])),
    params(("id" = String, Path, description = "The session.")),
    request_body = GesturesBody,
    responses((status = 202, description = "It is carried out next."), NotFound, Conflict, BadBody, OnPortal))]
pub async fn gestures(
    desk: Desk,
    Path(id): Path<String>,
    body: Body,
) -> Result<StatusCode, Problem> {
    let GesturesBody { gestures } = shaped(body)?;
    let is_long = |gesture: &Gesture| match gesture {
        Gesture::Text { text } => text.len() > limits::GESTURE_TEXT_BYTES,
        _ => false,
    };
    if gestures.is_empty() || gestures.len() > limits::GESTURES || gestures.iter().any(is_long) {
        let detail = format!(
            "send 1 to {} gestures, each with at most {} bytes of text",
            limits::GESTURES,
            limits::GESTURE_TEXT_BYTES
        );
        return Err(body::invalid(detail));
    }
    let orders = gestures.into_iter().map(Order::Gesture).collect();
    accepted(&view(&desk, &id)?, orders)
}

/// `POST /v1/sessions/{id}/live/dialog`: answers the native dialog that is open.
#[utoipa::path(post, path = "/v1/sessions/{id}/live/dialog", tag = "operator", security(("token" = ["operate"])),
    params(("id" = String, Path, description = "The session.")),
    request_body = DialogBody,
    responses((status = 202, description = "It is carried out next."), NotFound, Conflict, BadBody, OnPortal))]
pub async fn dialog(desk: Desk, Path(id): Path<String>, body: Body) -> Result<StatusCode, Problem> {
    let DialogBody { accept } = shaped(body)?;
    accepted(&view(&desk, &id)?, vec![Order::Dialog { accept }])
}

/// `POST /v1/sessions/{id}/live/done`: asks the portal now whether somebody is signed in.
#[utoipa::path(post, path = "/v1/sessions/{id}/live/done", tag = "operator", security(("token" = ["operate"])),
    params(("id" = String, Path, description = "The session.")),
    request_body = EmptyBody,
    responses((status = 202, description = "It is carried out next."), NotFound, Conflict, BadBody, OnPortal))]
pub async fn done(desk: Desk, Path(id): Path<String>, body: Body) -> Result<StatusCode, Problem> {
    let EmptyBody {} = shaped(body)?;
    accepted(&view(&desk, &id)?, vec![Order::Done])
}

/// `POST /v1/sessions/{id}/live/restart`: begins the sign-in anew, with the form filled in again.
#[utoipa::path(post, path = "/v1/sessions/{id}/live/restart", tag = "operator", security(("token" = ["operate"])),
    params(("id" = String, Path, description = "The session.")),
    request_body = EmptyBody,
    responses((status = 202, description = "It is carried out next."), NotFound, Conflict, BadBody, OnPortal))]
pub async fn restart(
    desk: Desk,
    Path(id): Path<String>,
    body: Body,
) -> Result<StatusCode, Problem> {
    let EmptyBody {} = shaped(body)?;
    accepted(&view(&desk, &id)?, vec![Order::StartOver])
}

fn accepted(view: &LiveView, orders: Vec<Order>) -> Result<StatusCode, Problem> {
    view.ask(orders)?;
    Ok(StatusCode::ACCEPTED)
}

fn view(desk: &Desk, id: &str) -> Result<LiveView, Problem> {
    Ok(desk.live_view(body::session_id(id)?)?)
}

/// The body, in the shape wanted. Its text is not repeated: it may hold what was typed.
fn shaped<T: serde::de::DeserializeOwned>(body: Body) -> Result<T, Problem> {
    serde_json::from_value(body::json(body)?).map_err(|_| {
        body::invalid("the body does not have the fields wanted; docs/operating.md has them")
    })
}

/// What a viewer was told so far.
#[derive(Default)]
struct Told {
    picture: u64,
    dialog: Option<String>,
    notice: Option<String>,
    ended: bool,
}

impl Told {
    /// The events that lead from what was told to this scene.
    fn news(&mut self, scene: &Scene) -> VecDeque<Event> {
        let mut news = VecDeque::new();
        let mut tell = |name: &str, data: Value| {
            news.push_back(Event::default().event(name).data(data.to_string()));
        };
        if let Some(picture) = &scene.picture
            && picture.number != self.picture
        {
            self.picture = picture.number;
            let jpeg = STANDARD.encode(&picture.jpeg);
            tell(
                "frame",
                json!({
                    "jpeg": jpeg, "width": picture.width, "height": picture.height,
                    "windows": picture.windows,
                }),
            );
        }
        if scene.dialog != self.dialog {
            self.dialog.clone_from(&scene.dialog);
            tell("dialog", json!({ "text": scene.dialog }));
        }
        if scene.notice != self.notice {
            self.notice.clone_from(&scene.notice);
            tell("notice", json!({ "text": scene.notice }));
        }
        if let Some(why) = scene.ended {
            self.ended = true;
            tell("ended", json!({ "why": why }));
        }
        news
    }
}

/// A viewer that is slow misses pictures, never the end.
fn stream(scene: watch::Receiver<Scene>) -> impl Stream<Item = Result<Event, Infallible>> {
    let mut scene = scene;
    scene.mark_changed();
    let start = (scene, Told::default(), VecDeque::new());
    futures::stream::unfold(start, |(mut scene, mut told, mut news)| async move {
        while news.is_empty() {
            if told.ended || scene.changed().await.is_err() {
                return None;
            }
            let now = scene.borrow_and_update().clone();
            news = told.news(&now);
        }
        let event = news.pop_front()?;
        Some((Ok(event), (scene, told, news)))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_viewer_is_told_what_changed_and_nothing_twice() {
        let mut told = Told::default();
        let mut scene = Scene {
            notice: Some("Loading".to_owned()),
            ..Scene::default()
        };
        assert_eq!(told.news(&scene).len(), 1);
        assert!(told.news(&scene).is_empty());
        scene.notice = None;
        scene.ended = Some(Ended::SignedIn);
        assert_eq!(told.news(&scene).len(), 2);
        assert!(told.ended);
    }
}
