//! How many requests a token may make, and what callers are told of that (draft-ietf-httpapi-ratelimit-headers-10).
//!
//! Owns: a limiter for each token that was used.

use std::collections::HashMap;
use std::num::NonZeroU32;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use axum::http::{HeaderMap, HeaderName, HeaderValue};
use governor::clock::{Clock as _, DefaultClock};
use governor::middleware::StateInformationMiddleware;
use governor::state::{InMemoryState, NotKeyed};
use governor::{Quota, RateLimiter};

use crate::model::caller::Grant;
use crate::model::ids::TokenId;

const POLICY: HeaderName = HeaderName::from_static("ratelimit-policy");
const LIMIT: HeaderName = HeaderName::from_static("ratelimit");
const WINDOW_S: u64 = 60;

type Limiter = RateLimiter<NotKeyed, InMemoryState, DefaultClock, StateInformationMiddleware>;

/// How many requests tokens may make.
#[derive(Default)]
pub struct Rates(Mutex<HashMap<TokenId, Arc<Limiter>>>);

/// How a token stands after a request.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Standing {
    /// Requests that it may make at once.
    pub left: u32,
    /// When another is allowed, if none is now.
    pub wait: Option<Duration>,
}

impl Rates {
    /// Counts a request.
    pub fn count(&self, grant: &Grant) -> Standing {
        let limiter = self.of(grant);
        match limiter.check() {
            Ok(state) => Standing {
                left: state.remaining_burst_capacity(),
                wait: None,
            },
            Err(until) => Standing {
                left: 0,
                wait: Some(until.wait_time_from(DefaultClock::default().now())),
            },
        }
    }

    fn of(&self, grant: &Grant) -> Arc<Limiter> {
        let mut limiters = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let new = || {
            let most = NonZeroU32::new(grant.requests).unwrap_or(NonZeroU32::MIN);
            let limiter = RateLimiter::direct(Quota::per_minute(most));
            Arc::new(limiter.with_middleware::<StateInformationMiddleware>())
        };
        Arc::clone(limiters.entry(grant.id).or_insert_with(new))
    }
}

/// Tells how a token stands: its requests, and its runs if it is known how many more it may begin.
pub fn tell(headers: &mut HeaderMap, grant: &Grant, standing: Standing, runs_left: Option<usize>) {
    let (requests, runs) = (grant.requests, grant.runs);
    let policy = format!(
        "\"requests\";q={requests};w={WINDOW_S}, \"runs\";q={runs};qu=\"concurrent-requests\""
    );
    let wait = standing
        .wait
        .map_or(0, |wait| wait.as_millis().div_ceil(1000));
    let runs = runs_left.map_or_else(String::new, |left| format!(", \"runs\";r={left}"));
    let limit = format!("\"requests\";r={};t={wait}{runs}", standing.left);
    for (name, value) in [(POLICY, policy), (LIMIT, limit)] {
        let value = HeaderValue::from_str(&value).expect("numbers and fixed words are plain ASCII");
        headers.insert(name, value);
    }
}
