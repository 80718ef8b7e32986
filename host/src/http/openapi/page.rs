//! `GET /v1/openapi.json`, and `GET /docs`: the document, and Swagger UI to browse it and to try it out. Nothing is loaded
//! from elsewhere: Swagger UI is in the program.

use std::io::{Cursor, Read as _};
use std::sync::{Arc, LazyLock};

use axum::extract::{Path, State};
use axum::response::Response;
use axum::{Extension, Json};
use serde_json::Value;
use zip::ZipArchive;

use crate::dispatch::handle::Dispatch;
use crate::http::embedded::embedded;
use crate::http::openapi::answers::NotFound;
use crate::http::openapi::document;
use crate::http::problem::Problem;
use crate::model::outcome::Class;

/// The document of the routes, without the operations of this moment.
#[derive(Clone)]
pub struct OfRoutes(pub Arc<Value>);

/// Swagger UI sets styles by itself and draws with data addresses; scripts are its own and ours only.
const POLICY: &str = "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; \
                      connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

/// The two files of Swagger UI that its page needs.
static SWAGGER_UI: LazyLock<[(&'static str, Vec<u8>); 2]> = LazyLock::new(|| {
    let archive = Cursor::new(utoipa_swagger_ui_vendored::SWAGGER_UI_VENDORED);
    let mut archive = ZipArchive::new(archive).expect("the archive is part of the program");
    ["swagger-ui.css", "swagger-ui-bundle.js"].map(|name| {
        let ending = format!("/dist/{name}");
        let index = (0..archive.len()).find(|index| {
            let path = archive.name_for_index(*index);
            path.is_some_and(|path| path.is_ok_and(|path| path.ends_with(&ending)))
        });
        let mut content = Vec::new();
        let mut file = archive
            .by_index(index.expect("the archive has it"))
            .expect("the archive is whole");
        file.read_to_end(&mut content)
            .expect("the archive is whole");
        (name, content)
    })
});

/// `GET /v1/openapi.json`: the routes, and the operations as they are served at this moment.
#[utoipa::path(get, path = "/v1/openapi.json", tag = "host", security(()),
    responses((status = 200, description = "OpenAPI 3.1.", body = Object)))]
pub async fn document(
    State(dispatch): State<Dispatch>,
    Extension(OfRoutes(routes)): Extension<OfRoutes>,
) -> Json<Value> {
    Json(document::now(&routes, &dispatch))
}

/// `GET /docs`: the document, to be browsed.
#[utoipa::path(get, path = "/docs", tag = "host", security(()),
    responses((status = 200, description = "The page.", body = String, content_type = "text/html")))]
pub async fn page() -> Response {
    sent("text/html; charset=utf-8", include_bytes!("docs.html"))
}

/// `GET /docs/{file}`: what the page loads.
#[utoipa::path(get, path = "/docs/{file}", tag = "host", security(()),
    params(("file" = String, Path, description = "The file.")),
    responses((status = 200, description = "The file.", body = [u8], content_type = "application/octet-stream"), NotFound))]
pub async fn asset(Path(file): Path<String>) -> Result<Response, Problem> {
    let kind = match file.rsplit_once('.') {
        Some((_, "css")) => "text/css; charset=utf-8",
        _ => "text/javascript; charset=utf-8",
    };
    if file == "docs.js" {
        return Ok(sent(kind, include_bytes!("docs.js")));
    }
    let found = SWAGGER_UI.iter().find(|(name, _)| *name == file);
    let (_, content) = found.ok_or_else(|| {
        Problem::new(
            Class::NotFound,
            "file-not-found",
            "the page /docs has no such file",
        )
    })?;
    Ok(sent(kind, content))
}

fn sent(kind: &'static str, content: &'static [u8]) -> Response {
    embedded(POLICY, kind, content)
}
