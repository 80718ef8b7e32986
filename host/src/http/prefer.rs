//! `Prefer: wait=SECONDS` (RFC 7240 §4.3): how long a caller waits for its session, a person's sign-in included.

use std::convert::Infallible;
use std::time::Duration;

use axum::extract::FromRequestParts;
use axum::http::HeaderMap;
use axum::http::request::Parts;

/// How long the caller is ready to wait, if it says so. What is not understood is ignored, as the RFC wants it.
pub struct Patience(pub Option<Duration>);

impl<S: Sync> FromRequestParts<S> for Patience {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Infallible> {
        Ok(Self(wait(&parts.headers)))
    }
}

fn wait(headers: &HeaderMap) -> Option<Duration> {
    let lines = headers.get_all("prefer").iter();
    let preferences = lines
        .filter_map(|line| line.to_str().ok())
        .flat_map(|line| line.split(','));
    let mut waits = preferences.filter_map(|preference| {
        let (name, value) = preference.split(';').next()?.split_once('=')?;
        let is_wait = name.trim().eq_ignore_ascii_case("wait");
        let seconds = value.trim().trim_matches('"').parse().ok()?;
        is_wait.then(|| Duration::from_secs(seconds))
    });
    // The first counts.
    waits.next()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn waits(line: &'static str) -> Option<Duration> {
        wait(&HeaderMap::from_iter([(
            axum::http::HeaderName::from_static("prefer"),
            axum::http::HeaderValue::from_static(line),
        )]))
    }

    #[test]
    fn wait_is_found_among_other_preferences() {
        for line in [
            "wait=120",
            "respond-async, Wait=\"120\"",
            "a=b; c, wait = 120; x",
        ] {
            assert_eq!(waits(line), Some(Duration::from_mins(2)), "{line}");
        }
    }

    #[test]
    fn what_is_not_understood_is_ignored() {
        for line in ["wait", "wait=soon", "wait=-1", "await=3", ""] {
            assert_eq!(waits(line), None, "{line}");
        }
    }
}
