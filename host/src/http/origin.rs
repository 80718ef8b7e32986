//! Which request it is: `Request-Id` in and out, and `traceparent`.

use axum::body::Body;
use axum::extract::Request;
use axum::http::{HeaderMap, HeaderName, HeaderValue, header};
use axum::middleware::Next;
use axum::response::Response;
use serde_json::json;

use crate::config::limits;
use crate::http::problem::Problem;
use crate::model::ids::RunId;
use crate::model::origin::Origin;

/// The id of a request, of whoever asked or made here.
pub const REQUEST_ID: HeaderName = HeaderName::from_static("request-id");

/// Gives a request its id, and tells it with the answer: in the header, and in the document if it is a problem.
pub async fn tell(mut request: Request, next: Next) -> Response {
    let id = request_id(request.headers());
    let traceparent = request.headers().get("traceparent");
    let traceparent = traceparent.and_then(|value| value.to_str().ok().map(str::to_owned));
    request.extensions_mut().insert(Origin {
        request_id: Some(id.clone()),
        traceparent,
    });
    let mut response = next.run(request).await;
    if let Some(problem) = response.extensions_mut().remove::<Problem>() {
        let mut body = problem.body();
        body["request_id"] = json!(id);
        response.headers_mut().remove(header::CONTENT_LENGTH);
        *response.body_mut() = Body::from(body.to_string());
    }
    let id = HeaderValue::from_str(&id).expect("visible ASCII is a header's value");
    response.headers_mut().insert(REQUEST_ID, id);
    response
}

/// The id that whoever asked has given, if it is short and plain; else a new one.
fn request_id(headers: &HeaderMap) -> String {
    let given = headers.get(REQUEST_ID).map(HeaderValue::as_bytes);
    let given = given.filter(|given| {
        (1..=limits::REQUEST_ID_CHARACTERS).contains(&given.len())
            && given.iter().all(u8::is_ascii_graphic)
    });
    let given = given.and_then(|given| std::str::from_utf8(given).ok());
    given.map_or_else(|| RunId::random().to_string(), str::to_owned)
}
