//! The appointment wizard's origin: for now a signed-in shell.

use axum::extract::State;
use axum::http::Uri;
use axum::response::Response;
use axum::routing::get;
use axum::{Extension, Router};
use serde_json::json;

use crate::sites::gate::{Site, Visit};
use crate::sites::{entry, html};

pub(crate) fn routes() -> Router<Site> {
    Router::new()
        .route("/", get(|| async { html::redirect("/trucker/web/") }))
        .route("/signin-oidc", get(entry::signin_oidc))
        .route("/signout", get(entry::sign_out))
        .route("/trucker/web/", get(page))
        .route("/trucker/web/addvisit", get(page))
}

async fn page(State(site): State<Site>, Extension(visit): Extension<Visit>, uri: Uri) -> Response {
    match entry::enter(&site, &visit, uri.path()) {
        Ok(username) => entry::shell(&site, &visit, &username, json!({ "page": uri.path() })),
        Err(answer) => *answer,
    }
}
