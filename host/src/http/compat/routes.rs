//! Which of the earlier routes there are.

use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::dispatch::handle::Dispatch;
use crate::http::compat::{appointments, cleanup, containers, details, operation, session, visit};
use crate::http::files;

/// The earlier system's routes.
pub fn routes() -> OpenApiRouter<Dispatch> {
    OpenApiRouter::new()
        .routes(routes!(session::health))
        .routes(routes!(session::get_session))
        .routes(routes!(session::list))
        .routes(routes!(session::close))
        .routes(routes!(containers::get_containers))
        .routes(routes!(details::timeline))
        .routes(routes!(details::booking_number))
        .routes(routes!(details::bulk))
        .routes(routes!(appointments::get_appointments))
        .routes(routes!(visit::check))
        .routes(routes!(visit::make))
        .routes(routes!(cleanup::cleanup))
        .routes(routes!(files::file))
        .routes(routes!(operation::run))
}
