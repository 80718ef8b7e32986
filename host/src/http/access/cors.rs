//! Pages of other origins (the Fetch standard's CORS protocol). None may use the API but those that the configuration names,
//! and these with a token, which no browser sends by itself.

use axum::Router;
use axum::http::{HeaderName, HeaderValue, Method, header};
use tower_http::cors::CorsLayer;
use url::Url;

use crate::config::limits;
use crate::dispatch::handle::Dispatch;
use crate::http::operations::REPLAYED;
use crate::http::origin::REQUEST_ID;

/// Answers what browsers ask beforehand, and says in answers who may read them; without any origin nothing is said.
///
/// # Panics
/// If one is no origin, which the configuration is checked for.
pub fn open_to(origins: &[Url], router: Router<Dispatch>) -> Router<Dispatch> {
    if origins.is_empty() {
        return router;
    }
    let origins = origins.iter().map(|origin| {
        let origin = origin.origin().ascii_serialization();
        HeaderValue::from_str(&origin).expect("an origin is plain ASCII")
    });
    let sent = [
        header::AUTHORIZATION,
        header::CONTENT_TYPE,
        HeaderName::from_static("gantry-plugin-digest"),
        HeaderName::from_static("idempotency-key"),
        HeaderName::from_static("last-event-id"),
        HeaderName::from_static("prefer"),
        HeaderName::from_static("traceparent"),
        REQUEST_ID,
    ];
    let read = [
        header::CONTENT_DISPOSITION,
        header::LOCATION,
        header::RETRY_AFTER,
        HeaderName::from_static("preference-applied"),
        REPLAYED,
        HeaderName::from_static("ratelimit"),
        HeaderName::from_static("ratelimit-policy"),
        REQUEST_ID,
    ];
    let cors = CorsLayer::new()
        .allow_origin(origins.collect::<Vec<_>>())
        .allow_methods([Method::GET, Method::POST, Method::PUT, Method::DELETE])
        .allow_headers(sent)
        .expose_headers(read)
        .max_age(limits::PREFLIGHT);
    router.layer(cors)
}
