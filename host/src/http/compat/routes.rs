//! Which of the earlier routes there are.

use axum::Router;
use axum::routing::{delete, get, post};

use crate::dispatch::handle::Dispatch;
use crate::http::compat::{appointments, cleanup, containers, details, operation, session, visit};
use crate::http::files;

/// The earlier system's routes.
pub fn routes() -> Router<Dispatch> {
    Router::new()
        .route("/health", get(session::health))
        .route("/get_session", post(session::get_session))
        .route("/sessions", get(session::list))
        .route("/sessions/{id}", delete(session::close))
        .route("/get_containers", post(containers::get_containers))
        .route("/get_container_timeline", post(details::timeline))
        .route("/get_booking_number", post(details::booking_number))
        .route("/get_info_bulk", post(details::bulk))
        .route("/get_appointments", post(appointments::get_appointments))
        .route("/check_appointments", post(visit::check))
        .route("/make_appointment", post(visit::make))
        .route("/cleanup", post(cleanup::cleanup))
        .route("/files/{*path}", get(files::file))
        .route("/{operation}", post(operation::run))
}
