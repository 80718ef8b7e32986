//! The listening socket of a host that is not yet put together: `/livez` answers, all else is told that it starts.
//!
//! Owns: the socket, until the server takes it over. A first start compiles plugins for some minutes; who watches the
//! process must not take it for dead meanwhile.

use std::net::{SocketAddr, TcpListener};

use axum::Router;
use axum::response::Response;
use axum::routing::get;
use tokio_util::task::AbortOnDropHandle;

use crate::config::limits;
use crate::dispatch::handle::Dispatch;
use crate::dispatch::readiness::Readiness;
use crate::http::health;
use crate::http::server::Server;

/// A bound address, at which the host says that it starts.
pub struct Starting {
    listener: TcpListener,
    handle: axum_server::Handle<SocketAddr>,
    serving: AbortOnDropHandle<()>,
}

impl Starting {
    /// Binds the address, and answers there from now on.
    pub async fn bind(listen: SocketAddr) -> std::io::Result<Self> {
        let listener = tokio::net::TcpListener::bind(listen).await?.into_std()?;
        let handle = axum_server::Handle::new();
        let server = axum_server::from_tcp(listener.try_clone()?)?.handle(handle.clone());
        let routes = Router::new()
            .route("/livez", get(health::live))
            .fallback(starts);
        let serving = tokio::spawn(async move {
            if let Err(error) = server.serve(routes.into_make_service()).await {
                tracing::error!(%error, "nobody can be told that the host starts");
            }
        });
        Ok(Self {
            listener,
            handle,
            serving: AbortOnDropHandle::new(serving),
        })
    }

    /// The host is put together: its server takes the socket over. Whoever connects in between waits in the socket's queue.
    pub async fn into_server(self, dispatch: Dispatch) -> Server {
        self.handle.graceful_shutdown(Some(limits::STOP_SERVER));
        // It only ends early if it failed, which it has logged.
        drop(self.serving.await);
        Server::on(self.listener, dispatch)
    }
}

async fn starts() -> Response {
    health::told(Readiness::starting())
}
