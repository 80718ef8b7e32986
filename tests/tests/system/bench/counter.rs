//! A proxy before a driver that counts the commands on their way.
//!
//! Owns: its listener, until `drop`. Never: lets a command by that it has not counted, for there is no other way to the
//! driver.

use std::net::Ipv4Addr;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use axum::body::Bytes;
use axum::extract::State;
use axum::http::{Method, StatusCode, Uri};
use axum::response::{IntoResponse, Response};
use axum::serve::ListenerExt as _;
use axum::{Router, body::Body};
use tokio::net::TcpListener;
use tokio::task::JoinHandle;

pub(crate) struct Counter {
    /// Where it listens, as a URL.
    pub(crate) address: String,
    commands: Arc<AtomicU64>,
    server: JoinHandle<()>,
}

#[derive(Clone)]
struct Way {
    driver: String,
    client: reqwest::Client,
    commands: Arc<AtomicU64>,
}

impl Counter {
    /// Begins to pass commands on to a driver.
    pub(crate) async fn before(driver: &str) -> Self {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await.unwrap();
        let address = format!("http://{}", listener.local_addr().unwrap());
        // As for the client: a small packet does not wait for another.
        let listener = listener.tap_io(|stream| stream.set_nodelay(true).unwrap());
        let commands = Arc::default();
        let way = Way {
            driver: driver.to_owned(),
            client: reqwest::Client::builder().no_proxy().build().unwrap(),
            commands: Arc::clone(&commands),
        };
        let router = Router::new().fallback(pass_on).with_state(way);
        let server = tokio::spawn(async move { axum::serve(listener, router).await.unwrap() });
        Self {
            address,
            commands,
            server,
        }
    }

    /// How many commands so far.
    pub(crate) fn commands(&self) -> u64 {
        self.commands.load(Ordering::Relaxed)
    }
}

impl Drop for Counter {
    fn drop(&mut self) {
        self.server.abort();
    }
}

async fn pass_on(State(way): State<Way>, method: Method, uri: Uri, body: Bytes) -> Response {
    way.commands.fetch_add(1, Ordering::Relaxed);
    let url = format!("{}{uri}", way.driver);
    let request = way.client.request(method, url).body(body);
    let Ok(answer) = request.send().await else {
        return StatusCode::BAD_GATEWAY.into_response();
    };
    let (status, headers) = (answer.status(), answer.headers().clone());
    match answer.bytes().await {
        Ok(body) => (status, headers, Body::from(body)).into_response(),
        Err(_) => StatusCode::BAD_GATEWAY.into_response(),
    }
}
