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
        "visit.css" => (
            "text/css; charset=utf-8",
            include_str!("../../assets/visit.css"),
        ),
        "select.js" => (SCRIPT, include_str!("../../assets/select.js")),
        "fields.js" => (SCRIPT, include_str!("../../assets/fields.js")),
        "dialog.js" => (SCRIPT, include_str!("../../assets/dialog.js")),
        "wizard.js" => (SCRIPT, include_str!("../../assets/wizard.js")),
        "step_data.js" => (SCRIPT, include_str!("../../assets/step_data.js")),
        "step_moves.js" => (SCRIPT, include_str!("../../assets/step_moves.js")),
        "step_slots.js" => (SCRIPT, include_str!("../../assets/step_slots.js")),
        "appointments.js" => (SCRIPT, include_str!("../../assets/appointments.js")),
        "excel.js" => (SCRIPT, include_str!("../../assets/excel.js")),
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
