//! `GET /metrics`, and what is counted of every request.

use std::time::Instant;

use axum::Extension;
use axum::extract::{MatchedPath, Request, State};
use axum::http::{Method, header};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};

use crate::dispatch::error::RunError;
use crate::dispatch::handle::Dispatch;
use crate::http::openapi::answers::Unavailable;
use crate::http::problem::Problem;
use crate::model::caller::Caller;
use crate::telemetry::table;

/// The format of the answer: Prometheus' text format.
const FORMAT: &str = "text/plain; version=0.0.4; charset=utf-8";

/// The route of a request that has none.
const UNMATCHED: &str = "unmatched";

/// `GET /metrics`: figures of the host, for Prometheus.
#[utoipa::path(get, path = "/metrics", tag = "host", security(("token" = ["read"])),
    responses((status = 200, description = "Figures of the host, in the text format of Prometheus (0.0.4).",
        body = String, content_type = "text/plain"), Unavailable))]
pub async fn metrics(
    State(dispatch): State<Dispatch>,
    Extension(caller): Extension<Caller>,
) -> Result<Response, Problem> {
    let text = dispatch.figures_text(&caller).await;
    let text = text.map_err(RunError::from)?;
    Ok(([(header::CONTENT_TYPE, FORMAT)], text).into_response())
}

/// Notes how long a request took until its answer began.
pub async fn measure(State(dispatch): State<Dispatch>, request: Request, next: Next) -> Response {
    let began = Instant::now();
    let method = known(request.method());
    let route = request.extensions().get::<MatchedPath>().cloned();
    let response = next.run(request).await;
    let route = route.as_ref().map_or(UNMATCHED, MatchedPath::as_str);
    let status = response.status();
    let labels = [method, route, status.as_str()];
    let figures = dispatch.figures();
    figures.took(&table::REQUEST_DURATION, &labels, began.elapsed());
    response
}

/// The method, or one word for all that somebody made up.
fn known(method: &Method) -> &'static str {
    match method.as_str() {
        "GET" => "GET",
        "HEAD" => "HEAD",
        "POST" => "POST",
        "PUT" => "PUT",
        "PATCH" => "PATCH",
        "DELETE" => "DELETE",
        "OPTIONS" => "OPTIONS",
        _ => "_OTHER",
    }
}
