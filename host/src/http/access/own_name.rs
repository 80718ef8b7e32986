//! What keeps web pages from using the host behind the back of the person who looks at them. Loopback is no
//! protection from those: a browser sends requests there for any page.
//!
//! Bodies have to be declared as JSON (`body.rs`), which a page of another origin may not do without being
//! allowed to; and the host answers only under a loopback name, so that a name that was pointed at it does not
//! make a page one of its own origin (DNS rebinding).

use std::net::IpAddr;

use axum::extract::{Request, State};
use axum::http::{HeaderMap, StatusCode, header};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};

use crate::dispatch::handle::Dispatch;
use crate::http::problem::Problem;

/// Lets a request through if it names the host by a loopback name, or if it has to show a token in any case, which no page
/// of another origin has.
pub async fn only(State(dispatch): State<Dispatch>, request: Request, next: Next) -> Response {
    if dispatch.needs_tokens() || is_loopback(request.headers()) {
        return next.run(request).await;
    }
    let detail = "ask by a loopback name, such as 127.0.0.1 or localhost";
    Problem::of_http(StatusCode::MISDIRECTED_REQUEST, "host-not-served", detail).into_response()
}

fn is_loopback(headers: &HeaderMap) -> bool {
    let host = headers
        .get(header::HOST)
        .and_then(|host| host.to_str().ok());
    let authority = host.and_then(|host| host.parse::<axum::http::uri::Authority>().ok());
    authority.is_some_and(|authority| {
        let name = authority.host().trim_matches(['[', ']']);
        let address = name.parse::<IpAddr>();
        name.eq_ignore_ascii_case("localhost") || address.is_ok_and(|ip| ip.is_loopback())
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_loopback_names_are_served() {
        let served = |host: &str| {
            is_loopback(
                &[(header::HOST, host.parse().unwrap())]
                    .into_iter()
                    .collect(),
            )
        };
        for host in [
            "127.0.0.1:5010",
            "localhost",
            "LOCALHOST:80",
            "[::1]:5010",
            "127.8.0.1",
        ] {
            assert!(served(host), "{host}");
        }
        for host in [
            "portal.test:5010",
            "localhost.portal.test",
            "10.0.0.1",
            "127.0.0.1.nip.test",
            "",
        ] {
            assert!(!served(host), "{host}");
        }
    }
}
