//! `GET /` and `GET /dashboard/{file}`: the page and what it loads. Both tell nothing of anybody: what is shown comes from
//! the API, with the token of whoever looks.

use axum::extract::Path;
use axum::response::Response;

use crate::http::embedded::embedded;
use crate::http::openapi::answers::NotFound;
use crate::http::problem::Problem;
use crate::model::outcome::Class;

/// The page loads its own files only, and talks to its own host only; pictures of sessions are blobs of its own.
const POLICY: &str = "default-src 'none'; script-src 'self'; style-src 'self'; img-src data: blob:; connect-src 'self'; \
                      base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

/// What the page loads.
const FILES: [(&str, &str); 11] = [
    ("dashboard.css", include_str!("dashboard.css")),
    ("main.js", include_str!("main.js")),
    ("token.js", include_str!("token.js")),
    ("dom.js", include_str!("dom.js")),
    ("element.js", include_str!("element.js")),
    ("sessions.js", include_str!("sessions.js")),
    ("runs.js", include_str!("runs.js")),
    ("result.js", include_str!("result.js")),
    ("plugins.js", include_str!("plugins.js")),
    ("operations.js", include_str!("operations.js")),
    ("schema-form.js", include_str!("schema-form.js")),
];

/// `GET /`: the dashboard.
#[utoipa::path(get, path = "/", tag = "dashboard", security(()),
    responses((status = 200, description = "The page.", body = String, content_type = "text/html")))]
pub async fn page() -> Response {
    sent("text/html; charset=utf-8", include_str!("index.html"))
}

/// `GET /dashboard/{file}`: what the page loads.
#[utoipa::path(get, path = "/dashboard/{file}", tag = "dashboard", security(()),
    params(("file" = String, Path, description = "The file.")),
    responses((status = 200, description = "The file.", body = String, content_type = "text/javascript"), NotFound))]
pub async fn file(Path(file): Path<String>) -> Result<Response, Problem> {
    let found = FILES.iter().find(|(name, _)| *name == file);
    let (name, text) = found.ok_or_else(|| {
        let detail = "the dashboard has no such file; open it at /";
        Problem::new(Class::NotFound, "file-not-found", detail)
    })?;
    let kind = match name.rsplit_once('.') {
        Some((_, "css")) => "text/css; charset=utf-8",
        _ => "text/javascript; charset=utf-8",
    };
    Ok(sent(kind, text))
}

fn sent(kind: &'static str, text: &'static str) -> Response {
    embedded(POLICY, kind, text.as_bytes())
}
