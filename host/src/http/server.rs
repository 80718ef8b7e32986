//! The routes, and the server.

use std::net::SocketAddr;

use axum::Router;
use axum::extract::DefaultBodyLimit;
use axum::http::{HeaderValue, Method, StatusCode, Uri, header};
use axum::routing::{delete, get, post};
use tokio::net::TcpListener;
use tokio_util::sync::CancellationToken;
use tower_http::catch_panic::CatchPanicLayer;
use tower_http::set_header::SetResponseHeaderLayer;

use crate::config::limits;
use crate::dispatch::handle::Dispatch;
use crate::http::compat;
use crate::http::problem::Problem;
use crate::http::{files, guard, health, holds, live, operations, plugins, runs, sessions};
use crate::model::outcome::Class;

/// All routes.
pub fn routes(dispatch: Dispatch) -> Router {
    let no_store = HeaderValue::from_static("no-store");
    Router::new()
        .route("/livez", get(health::live))
        .route("/readyz", get(health::ready))
        .route("/v1/operations/{name}", post(operations::run))
        .route("/v1/sessions", get(sessions::list).post(sessions::open))
        .route(
            "/v1/sessions/{id}",
            get(sessions::show).delete(sessions::close),
        )
        .route("/v1/sessions/{id}/refresh", post(sessions::refresh))
        .merge(live_view())
        .route("/v1/holds/{id}", delete(holds::give_up))
        .route("/v1/runs", get(runs::list))
        .route("/v1/runs/{id}", get(runs::show).delete(runs::cancel))
        .route("/v1/runs/{id}/events", get(runs::events))
        .route("/v1/runs/{id}/reconcile", post(runs::reconcile))
        .merge(plugins())
        .route(
            "/v1/artifacts/{id}",
            get(files::artifact).delete(files::remove),
        )
        .merge(compat::routes::routes())
        .fallback(no_route)
        .method_not_allowed_fallback(no_method)
        .with_state(dispatch)
        .layer(DefaultBodyLimit::max(limits::BODY_BYTES))
        .layer(axum::middleware::from_fn(guard::only_by_own_name))
        .layer(SetResponseHeaderLayer::if_not_present(
            header::CACHE_CONTROL,
            no_store,
        ))
        .layer(CatchPanicLayer::custom(|_| {
            let detail = "the host met an error of its own; its log has more";
            let problem = Problem::new(Class::Internal, "internal-error", detail);
            axum::response::IntoResponse::into_response(problem)
        }))
}

/// What is served, and changes of it.
fn plugins() -> Router<Dispatch> {
    let component = usize::try_from(limits::COMPONENT_BYTES).expect("it fits into memory");
    let one = get(plugins::show)
        .put(plugins::install)
        .delete(plugins::remove)
        .layer(DefaultBodyLimit::max(component));
    Router::new()
        .route("/v1/plugins", get(plugins::list))
        .route("/v1/plugins/{name}", one)
        .route("/v1/plugins/{name}/versions", get(plugins::versions))
        .route("/v1/plugins/{name}/accept", post(plugins::accept))
        .route("/v1/plugins/{name}/rollback", post(plugins::roll_back))
}

/// The live page and what it calls.
fn live_view() -> Router<Dispatch> {
    Router::new()
        .route(
            "/v1/sessions/{id}/live",
            get(live::page).post(live::open).delete(live::give_up),
        )
        .route("/v1/sessions/{id}/live/events", get(live::events))
        .route("/v1/sessions/{id}/live/gestures", post(live::gestures))
        .route("/v1/sessions/{id}/live/dialog", post(live::dialog))
        .route("/v1/sessions/{id}/live/done", post(live::done))
        .route("/v1/sessions/{id}/live/restart", post(live::restart))
        .route("/v1/live.js", get(live::script))
        .route("/v1/live.css", get(live::style))
}

/// A bound server, not yet serving.
pub struct Server {
    listener: TcpListener,
    routes: Router,
}

impl Server {
    /// Binds the address.
    pub async fn bind(listen: SocketAddr, dispatch: Dispatch) -> std::io::Result<Self> {
        Ok(Self {
            listener: TcpListener::bind(listen).await?,
            routes: routes(dispatch),
        })
    }

    /// Where it listens.
    pub fn address(&self) -> std::io::Result<SocketAddr> {
        self.listener.local_addr()
    }

    /// Serves until `stop`, then finishes the requests under way.
    pub async fn serve(self, stop: CancellationToken) -> std::io::Result<()> {
        let stopped = async move { stop.cancelled().await };
        axum::serve(self.listener, self.routes)
            .with_graceful_shutdown(stopped)
            .await
    }
}

async fn no_route(method: Method, uri: Uri) -> Problem {
    let detail = format!("no route {method} {}; the README lists them", uri.path());
    Problem::new(Class::NotFound, "route-not-found", detail)
}

async fn no_method(method: Method, uri: Uri) -> Problem {
    let detail = format!("{} does not take {method}", uri.path());
    Problem::of_http(StatusCode::METHOD_NOT_ALLOWED, "method-not-allowed", detail)
}
