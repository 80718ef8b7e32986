//! Scripts and style sheets, the same at every origin.

use axum::Router;
use axum::extract::Path;
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use axum::routing::get;

use crate::sites::gate::Site;

const SCRIPT: &str = "text/javascript; charset=utf-8";

pub(crate) fn routes() -> Router<Site> {
    Router::new().route("/assets/{name}", get(asset))
}

async fn asset(Path(name): Path<String>) -> Response {
    let (kind, text) = match name.as_str() {
        "portal.css" => (
            "text/css; charset=utf-8",
            include_str!("../../assets/portal.css"),
        ),
        "document.js" => (SCRIPT, include_str!("../../assets/document.js")),
        "chrome.js" => (SCRIPT, include_str!("../../assets/chrome.js")),
        "spa.js" => (SCRIPT, include_str!("../../assets/spa.js")),
        "trouble.js" => (SCRIPT, include_str!("../../assets/trouble.js")),
        "ask.js" => (SCRIPT, include_str!("../../assets/ask.js")),
        "list.js" => (SCRIPT, include_str!("../../assets/list.js")),
        "row.js" => (SCRIPT, include_str!("../../assets/row.js")),
        "detail.js" => (SCRIPT, include_str!("../../assets/detail.js")),
        "login.js" => (SCRIPT, include_str!("../../assets/login.js")),
        _ => return StatusCode::NOT_FOUND.into_response(),
    };
    ([(header::CONTENT_TYPE, kind)], text).into_response()
}
