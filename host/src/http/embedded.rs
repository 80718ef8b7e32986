//! Parts of pages that are in the program: sent with the policy of their page, and for nothing else.

use axum::http::{HeaderName, HeaderValue, header};
use axum::response::{IntoResponse, Response};

/// A part of a page: its media type, its bytes, and what its page may load and do (Content Security Policy Level 3).
#[must_use]
pub fn embedded(policy: &'static str, kind: &'static str, content: &'static [u8]) -> Response {
    let headers: [(HeaderName, &'static str); 4] = [
        (header::CONTENT_TYPE, kind),
        (header::CONTENT_SECURITY_POLICY, policy),
        (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
        (header::REFERRER_POLICY, "no-referrer"),
    ];
    let headers = headers.map(|(name, value)| (name, HeaderValue::from_static(value)));
    (headers, content).into_response()
}
