//! What callers prefer (RFC 7240): `wait=SECONDS` (§4.3), how long they wait, and `respond-async` (§4.1), an answer at
//! once that says where the run is.

use std::convert::Infallible;
use std::time::Duration;

use axum::extract::FromRequestParts;
use axum::http::HeaderMap;
use axum::http::request::Parts;

/// How long the caller is ready to wait, if it says so. What is not understood is ignored, as the RFC wants it.
pub struct Patience(pub Option<Duration>);

/// All that a caller prefers.
pub struct Preferences {
    /// How long it waits: for its session, a person's sign-in included, or, if it wants an answer at once, for the end of
    /// the run.
    pub wait: Option<Duration>,
    /// It wants to be told where the run is, and to ask for its end later.
    pub respond_async: bool,
}

impl<S: Sync> FromRequestParts<S> for Patience {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Infallible> {
        Ok(Self(wait(&parts.headers)))
    }
}

impl<S: Sync> FromRequestParts<S> for Preferences {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Infallible> {
        Ok(Self {
            wait: wait(&parts.headers),
            respond_async: preferences(&parts.headers)
                .any(|(name, _)| name.eq_ignore_ascii_case("respond-async")),
        })
    }
}

fn wait(headers: &HeaderMap) -> Option<Duration> {
    // The first counts.
    preferences(headers).find_map(|(name, value)| {
        let seconds = value.trim_matches('"').parse().ok()?;
        name.eq_ignore_ascii_case("wait")
            .then(|| Duration::from_secs(seconds))
    })
}

/// Names and values, of all lines of the header; parameters do not matter here.
fn preferences(headers: &HeaderMap) -> impl Iterator<Item = (&str, &str)> {
    let lines = headers.get_all("prefer").iter();
    lines
        .filter_map(|line| line.to_str().ok())
        .flat_map(|line| line.split(','))
        .filter_map(|preference| preference.split(';').next())
        .map(|preference| preference.split_once('=').unwrap_or((preference, "")))
        .map(|(name, value)| (name.trim(), value.trim()))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn headers(line: &'static str) -> HeaderMap {
        HeaderMap::from_iter([(
            axum::http::HeaderName::from_static("prefer"),
            axum::http::HeaderValue::from_static(line),
        )])
    }

    #[test]
    fn wait_is_found_among_other_preferences() {
        for line in [
            "wait=120",
            "respond-async, Wait=\"120\"",
            "a=b; c, wait = 120; x",
        ] {
            assert_eq!(wait(&headers(line)), Some(Duration::from_mins(2)), "{line}");
        }
    }

    #[test]
    fn what_is_not_understood_is_ignored() {
        for line in ["wait", "wait=soon", "wait=-1", "await=3", ""] {
            assert_eq!(wait(&headers(line)), None, "{line}");
        }
    }
}
