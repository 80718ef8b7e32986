//! The routes, and the server.

use std::net::SocketAddr;
use std::sync::Arc;

use axum::extract::DefaultBodyLimit;
use axum::http::{HeaderValue, Method, StatusCode, Uri, header};
use axum::{Extension, Router, middleware};
use hyper_util::rt::TokioTimer;
use serde_json::Value;
use tokio::net::TcpListener;
use tokio_util::sync::CancellationToken;
use tower_http::catch_panic::CatchPanicLayer;
use tower_http::set_header::SetResponseHeaderLayer;
use tower_http::timeout::RequestBodyTimeoutLayer;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::config::limits;
use crate::dispatch::handle::Dispatch;
use crate::http::access::needs::Needs;
use crate::http::access::who::{self, Access};
use crate::http::access::{cors, deeds, own_name};
use crate::http::compat;
use crate::http::dashboard::page as dashboard;
use crate::http::openapi::document;
use crate::http::openapi::page::{self, OfRoutes};
use crate::http::problem::Problem;
use crate::http::{
    accounts, audit, events, figures, files, health, holds, live, operations, origin, plugins,
    runs, sessions, webhooks as hooks,
};
use crate::model::outcome::Class;

/// All routes, each described where it is written: for whom it is, what it takes and what it answers.
fn described() -> OpenApiRouter<Dispatch> {
    OpenApiRouter::with_openapi(document::frame())
        .routes(routes!(health::live))
        .routes(routes!(health::ready))
        .routes(routes!(figures::metrics))
        .routes(routes!(page::document))
        .routes(routes!(page::page))
        .routes(routes!(page::asset))
        .routes(routes!(dashboard::page))
        .routes(routes!(dashboard::file))
        .routes(routes!(events::events))
        .routes(routes!(accounts::list))
        .routes(routes!(audit::list))
        .routes(routes!(operations::run))
        .routes(routes!(sessions::list, sessions::open))
        .routes(routes!(sessions::show, sessions::close))
        .routes(routes!(sessions::refresh))
        .routes(routes!(sessions::screen))
        .merge(live_view())
        .routes(routes!(holds::give_up))
        .routes(routes!(runs::list))
        .routes(routes!(runs::show, runs::cancel))
        .routes(routes!(runs::events))
        .routes(routes!(runs::reconcile))
        .merge(plugins())
        .merge(webhooks())
        .routes(routes!(files::artifact, files::remove))
        .merge(compat::routes::routes())
}

/// What is served, and changes of it.
fn plugins() -> OpenApiRouter<Dispatch> {
    let component = usize::try_from(limits::COMPONENT_BYTES).expect("it fits into memory");
    let one = OpenApiRouter::new()
        .routes(routes!(plugins::show, plugins::install, plugins::remove))
        .layer(DefaultBodyLimit::max(component));
    OpenApiRouter::new()
        .routes(routes!(plugins::list))
        .merge(one)
        .routes(routes!(plugins::versions))
        .routes(routes!(plugins::accept))
        .routes(routes!(plugins::roll_back))
}

/// Who outside is told what happens.
fn webhooks() -> OpenApiRouter<Dispatch> {
    OpenApiRouter::new()
        .routes(routes!(hooks::list))
        .routes(routes!(hooks::deliveries))
        .routes(routes!(hooks::retry))
        .routes(routes!(hooks::enable))
        .routes(routes!(hooks::test))
}

/// The live page and what it calls.
fn live_view() -> OpenApiRouter<Dispatch> {
    OpenApiRouter::new()
        .routes(routes!(live::page, live::open, live::give_up))
        .routes(routes!(live::events))
        .routes(routes!(live::gestures))
        .routes(routes!(live::dialog))
        .routes(routes!(live::done))
        .routes(routes!(live::restart))
        .routes(routes!(live::script))
        .routes(routes!(live::style))
}

/// The document of all routes, as the router knows them: which there are, and what each needs.
#[must_use]
pub fn document() -> Value {
    serde_json::to_value(described().get_openapi()).expect("the document serialises")
}

/// All routes, each behind what it needs.
pub fn routes(dispatch: Dispatch) -> Router {
    let (router, openapi) = described().split_for_parts();
    let access = Access::new(dispatch.clone(), Needs::of(&openapi));
    let of_routes = OfRoutes(Arc::new(document::of_routes(&openapi)));
    let no_store = HeaderValue::from_static("no-store");
    let router = router
        .fallback(no_route)
        .method_not_allowed_fallback(no_method)
        .layer(DefaultBodyLimit::max(limits::BODY_BYTES))
        .layer(Extension(of_routes))
        .layer(middleware::from_fn_with_state(access, who::may))
        .layer(middleware::from_fn_with_state(
            dispatch.clone(),
            deeds::note,
        ))
        .layer(middleware::from_fn_with_state(
            dispatch.clone(),
            own_name::only,
        ));
    cors::open_to(dispatch.cors_origins(), router)
        .layer(RequestBodyTimeoutLayer::new(limits::BODY_PAUSE))
        .layer(SetResponseHeaderLayer::if_not_present(
            header::CACHE_CONTROL,
            no_store,
        ))
        .layer(CatchPanicLayer::custom(|_| {
            let detail = "the host met an error of its own; its log has more";
            let problem = Problem::new(Class::Internal, "internal-error", detail);
            axum::response::IntoResponse::into_response(problem)
        }))
        .layer(middleware::from_fn_with_state(
            dispatch.clone(),
            figures::measure,
        ))
        .layer(middleware::from_fn(origin::tell))
        .with_state(dispatch)
}

/// A bound server, not yet serving.
pub struct Server {
    listener: std::net::TcpListener,
    routes: Router,
}

impl Server {
    /// Binds the address.
    pub async fn bind(listen: SocketAddr, dispatch: Dispatch) -> std::io::Result<Self> {
        let listener = TcpListener::bind(listen).await?.into_std()?;
        Ok(Self::on(listener, dispatch))
    }

    /// On an address that is bound.
    #[must_use]
    pub fn on(listener: std::net::TcpListener, dispatch: Dispatch) -> Self {
        let routes = routes(dispatch);
        Self { listener, routes }
    }

    /// Where it listens.
    pub fn address(&self) -> std::io::Result<SocketAddr> {
        self.listener.local_addr()
    }

    /// Serves until `stop`, then finishes the requests under way.
    pub async fn serve(self, stop: CancellationToken) -> std::io::Result<()> {
        let handle = axum_server::Handle::new();
        let mut server = axum_server::from_tcp(self.listener)?.handle(handle.clone());
        server
            .http_builder()
            .http1()
            .timer(TokioTimer::new())
            .header_read_timeout(limits::HEADERS)
            .max_buf_size(limits::HEADER_BYTES);
        let serving = server.serve(self.routes.into_make_service());
        tokio::pin!(serving);
        tokio::select! {
            ended = &mut serving => return ended,
            () = stop.cancelled() => handle.graceful_shutdown(None),
        }
        serving.await
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
