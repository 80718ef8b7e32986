//! The origin of the list of own appointments: for now a signed-in shell.

use axum::extract::State;
use axum::response::Response;
use axum::routing::get;
use axum::{Extension, Router};
use serde_json::json;

use crate::sites::gate::{Site, Visit};
use crate::sites::{entry, html};

const PAGE: &str = "/myappointments";

pub(crate) fn routes() -> Router<Site> {
    Router::new()
        .route("/", get(|| async { html::redirect(PAGE) }))
        .route("/signin-oidc", get(entry::signin_oidc))
        .route("/signout", get(entry::sign_out))
        .route(PAGE, get(page))
}

async fn page(State(site): State<Site>, Extension(visit): Extension<Visit>) -> Response {
    match entry::enter(&site, &visit, PAGE) {
        Ok(username) => entry::shell(&site, &visit, &username, json!({ "page": PAGE })),
        Err(answer) => *answer,
    }
}
