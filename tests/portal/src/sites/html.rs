//! Small pieces of HTTP and HTML that several sites need.
//!
//! Owns: escaping, templates, cookies, redirects and the plain error page.

use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{Html, IntoResponse, Response};

/// Fills the `{{name}}` places of a template; values are escaped.
pub(crate) fn fill(template: &str, values: &[(&str, &str)]) -> String {
    let mut page = template.to_owned();
    for (name, value) in values {
        page = page.replace(&format!("{{{{{name}}}}}"), &escape(value));
    }
    page
}

pub(crate) fn escape(text: &str) -> String {
    text.replace('&', "&amp;")
        .replace('<', "&lt;")
        .replace('>', "&gt;")
        .replace('"', "&quot;")
}

/// JSON that may stand inside a script element.
pub(crate) fn script_json(value: &serde_json::Value) -> String {
    value.to_string().replace('<', "\\u003c")
}

pub(crate) fn cookie(name: &str, value: &str) -> HeaderValue {
    let text = format!("{name}={value}; Path=/; HttpOnly; SameSite=Lax");
    HeaderValue::from_str(&text).unwrap_or_else(|_| HeaderValue::from_static("visitor=unknown"))
}

pub(crate) fn redirect(to: &str) -> Response {
    (StatusCode::FOUND, [(header::LOCATION, to.to_owned())]).into_response()
}

/// A redirect that sets cookies as well.
pub(crate) fn redirect_with(to: &str, cookies: Vec<HeaderValue>) -> Response {
    let mut response = redirect(to);
    for cookie in cookies {
        response.headers_mut().append(header::SET_COOKIE, cookie);
    }
    response
}

/// A value of a query or of a submitted form.
pub(crate) fn query_value(query: &str, name: &str) -> Option<String> {
    url::form_urlencoded::parse(query.as_bytes())
        .find(|(key, _)| key == name)
        .map(|(_, value)| value.into_owned())
}

/// A path of the same site, or `None` for anything that leads away from it.
pub(crate) fn local_path(path: String) -> Option<String> {
    let is_local = path.starts_with('/') && !path.starts_with("//") && !path.contains('\\');
    is_local.then_some(path)
}

/// A page with nothing but a status, such as `403 Forbidden`.
pub(crate) fn status_page(status: u16) -> Response {
    let status = StatusCode::from_u16(status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    let text = escape(&status.to_string());
    let page = format!(
        "<!doctype html>\n<html><head><title>{text}</title></head>\n\
         <body><center><h1>{text}</h1></center><hr></body></html>\n"
    );
    (status, Html(page)).into_response()
}
