//! A receiver of webhooks: keeps what comes, and answers as it is told.

use std::collections::VecDeque;
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use axum::Router;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode, Uri};
use axum::response::{IntoResponse, Response};
use serde_json::Value;
use tokio::net::TcpListener;
use tokio_util::task::AbortOnDropHandle;

/// What came.
#[derive(Debug, Clone)]
pub(crate) struct Received {
    pub(crate) at: Instant,
    pub(crate) path: String,
    pub(crate) headers: HeaderMap,
    pub(crate) text: String,
}

/// What is answered.
#[derive(Debug, Clone)]
pub(crate) struct Reply(
    pub(crate) u16,
    pub(crate) &'static [(&'static str, &'static str)],
);

pub(crate) struct Receiver {
    pub(crate) url: String,
    book: Arc<Book>,
    _serving: AbortOnDropHandle<()>,
}

#[derive(Default)]
struct Book {
    received: Mutex<Vec<Received>>,
    replies: Mutex<VecDeque<Reply>>,
}

impl Receiver {
    /// Answers these, and 204 afterwards.
    pub(crate) async fn answering(replies: &[Reply]) -> Self {
        let book = Arc::new(Book::default());
        book.replies.lock().unwrap().extend(replies.iter().cloned());
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://{}/hook", listener.local_addr().unwrap());
        let router = Router::new().fallback(take).with_state(Arc::clone(&book));
        let serving = tokio::spawn(async move { axum::serve(listener, router).await.unwrap() });
        Self {
            url,
            book,
            _serving: AbortOnDropHandle::new(serving),
        }
    }

    pub(crate) fn all(&self) -> Vec<Received> {
        self.book.received.lock().unwrap().clone()
    }

    /// The first so many that came, when they have.
    pub(crate) async fn first(&self, count: usize) -> Vec<Received> {
        self.until(&format!("{count} messages"), |all| all.len() >= count)
            .await
    }

    /// All of an event that came, when there is one.
    pub(crate) async fn of(&self, event: &str) -> Vec<Received> {
        let is = |it: &Received| it.event() == event;
        let all = self.until(event, |all| all.iter().any(is)).await;
        all.into_iter().filter(is).collect()
    }

    pub(crate) async fn until(
        &self,
        what: &str,
        holds: impl Fn(&[Received]) -> bool,
    ) -> Vec<Received> {
        let deadline = Instant::now() + Duration::from_mins(1);
        loop {
            let all = self.all();
            if holds(&all) {
                return all;
            }
            assert!(Instant::now() < deadline, "{what}: not in time: {all:#?}");
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
    }
}

impl Received {
    pub(crate) fn header(&self, name: &str) -> &str {
        self.headers[name].to_str().unwrap()
    }

    pub(crate) fn id(&self) -> &str {
        self.header("webhook-id")
    }

    pub(crate) fn body(&self) -> Value {
        serde_json::from_str(&self.text).unwrap()
    }

    pub(crate) fn event(&self) -> String {
        self.body()["type"].as_str().unwrap().to_owned()
    }

    /// Whether it is signed by who has this secret, in the judgement of another implementation.
    pub(crate) fn is_signed_by(&self, secret: &str) -> bool {
        let webhook = standardwebhooks::Webhook::new(secret).unwrap();
        webhook.verify(self.text.as_bytes(), &self.headers).is_ok()
    }
}

async fn take(
    State(book): State<Arc<Book>>,
    uri: Uri,
    headers: HeaderMap,
    text: String,
) -> Response {
    book.received.lock().unwrap().push(Received {
        at: Instant::now(),
        path: uri.path().to_owned(),
        headers,
        text,
    });
    let reply = book.replies.lock().unwrap().pop_front();
    let Reply(status, more) = reply.unwrap_or(Reply(204, &[]));
    let mut response = StatusCode::from_u16(status).unwrap().into_response();
    for (name, value) in more {
        response.headers_mut().insert(*name, value.parse().unwrap());
    }
    response
}
