//! `GET /v1/events`: news of sessions, runs and plugins, for pages that show them.

use std::collections::VecDeque;
use std::convert::Infallible;

use axum::response::sse::{Event, KeepAlive, Sse};
use axum::response::{IntoResponse, Response};
use futures::Stream;

use crate::config::limits;
use crate::dispatch::desk::Desk;
use crate::dispatch::news::{Changed, Listener};
use crate::http::openapi::answers::Unavailable;
use crate::http::problem::Problem;

/// `GET /v1/events`: `sessions`, `runs` or `plugins` when that list is not as it was, for this caller; at first all three.
/// Ends after some minutes, or when the host stops; ask again then.
#[utoipa::path(get, path = "/v1/events", tag = "host", security(("token" = ["read"])),
    responses((status = 200, description = "Server-sent events: `sessions`, `runs`, `plugins`; each says that the list of that name has changed, a few a second at most.", body = String, content_type = "text/event-stream"), Unavailable))]
pub async fn events(desk: Desk) -> Result<Response, Problem> {
    let listener = desk.listen()?;
    let alive = KeepAlive::new().interval(limits::HEARTBEAT);
    Ok(Sse::new(stream(listener)).keep_alive(alive).into_response())
}

fn stream(listener: Listener) -> impl Stream<Item = Result<Event, Infallible>> {
    futures::stream::unfold(
        (listener, VecDeque::new()),
        |(mut listener, mut news)| async move {
            while news.is_empty() {
                news = names(listener.next().await?);
            }
            let event = Event::default().event(news.pop_front()?).data("{}");
            Some((Ok(event), (listener, news)))
        },
    )
}

fn names(changed: Changed) -> VecDeque<&'static str> {
    let all = [
        (changed.sessions, "sessions"),
        (changed.runs, "runs"),
        (changed.plugins, "plugins"),
    ];
    let told = all.into_iter().filter(|(has_changed, _)| *has_changed);
    told.map(|(_, name)| name).collect()
}
