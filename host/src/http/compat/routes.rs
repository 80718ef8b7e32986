//! Which of the earlier routes there are.

use axum::Router;
use axum::routing::{delete, get, post};

use crate::dispatch::handle::Dispatch;
use crate::http::compat::{containers, operation, session};
use crate::http::files;

/// The earlier system's routes.
pub fn routes() -> Router<Dispatch> {
    Router::new()
        .route("/health", get(session::health))
        .route("/get_session", post(session::get_session))
        .route("/sessions", get(session::list))
        .route("/sessions/{id}", delete(session::close))
        .route("/get_containers", post(containers::get_containers))
        .route("/files/{*path}", get(files::file))
        .route("/{operation}", post(operation::run))
}
