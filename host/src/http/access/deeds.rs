//! What is noted of requests: each that could change something, with who asked and what came of it.

use std::time::SystemTime;

use axum::extract::{MatchedPath, Request, State};
use axum::http::{Method, StatusCode};
use axum::middleware::Next;
use axum::response::Response;

use crate::dispatch::handle::Dispatch;
use crate::model::caller::Caller;
use crate::model::deed::Deed;
use crate::model::ids::RunId;
use crate::model::origin::Origin;
use crate::model::run::millis_since_1970;

/// The run that an answer is about. Handlers leave it with their answers.
#[derive(Clone, Copy)]
pub struct OfRun(pub RunId);

/// Part of a view that was noted when it was opened; a person makes hundreds.
const NOT_NOTED: [&str; 1] = ["/v1/sessions/{id}/live/gestures"];

/// Who asked. What decides whether it may leaves it with the answer, also if the answer is no.
#[derive(Clone)]
pub struct Asked(pub Caller);

/// Notes a request when it is answered. It is on disk before the answer is sent.
pub async fn note(State(dispatch): State<Dispatch>, request: Request, next: Next) -> Response {
    let could_change = !matches!(
        *request.method(),
        Method::GET | Method::HEAD | Method::OPTIONS
    );
    let route = request.extensions().get::<MatchedPath>().cloned();
    let route = route.filter(|route| could_change && !NOT_NOTED.contains(&route.as_str()));
    let Some(route) = route else {
        return next.run(request).await;
    };
    let action = format!("{} {}", request.method(), route.as_str());
    let target = request.uri().path().to_owned();
    let origin = request.extensions().get::<Origin>();
    let request_id = origin.and_then(|origin| origin.request_id.clone());
    let response = next.run(request).await;
    // Who was told to come back later did nothing, and may ask very often.
    let is_worth = response.status() != StatusCode::TOO_MANY_REQUESTS;
    if let Some(Asked(caller)) = response.extensions().get().filter(|_| is_worth) {
        let deed = Deed {
            at_ms: millis_since_1970(SystemTime::now()),
            token_id: caller.token(),
            caller: caller.name().to_owned(),
            action,
            target,
            status: Some(response.status().as_u16()),
            run_id: response.extensions().get::<OfRun>().map(|of| of.0),
            request_id,
        };
        dispatch.note(deed).await;
    }
    response
}
