//! Problems: status, code, and when to come back.

use axum::http::{StatusCode, header};
use axum::response::IntoResponse;

use crate::dispatch::error::RunError;
use crate::http::problem::Problem;
use crate::model::ids::SessionId;
use crate::model::outcome::Executed;
use crate::pool::error::LeaseDenied;

#[test]
fn an_unknown_session_is_not_found_and_nothing_was_executed() {
    let denied = LeaseDenied::UnknownSession("no-id".to_owned());
    let problem = Problem::from(RunError::Lease(denied));
    assert_eq!(
        (problem.status(), problem.failed().code.as_str()),
        (StatusCode::NOT_FOUND, "session-not-found")
    );
    assert_eq!(problem.failed().executed, Executed::No);
}

#[test]
fn every_refusal_for_lack_of_room_says_when_to_come_back() {
    let session = SessionId::random();
    let retry_after = std::time::Duration::from_secs(7);
    for denied in [
        LeaseDenied::QueueFull {
            session,
            waiting: 8,
            retry_after,
        },
        LeaseDenied::HostFull {
            waiting: 64,
            retry_after,
        },
        LeaseDenied::WaitedTooLong {
            waited: retry_after,
            retry_after,
        },
        LeaseDenied::LaunchesStopped { retry_after },
        LeaseDenied::Draining,
    ] {
        let response = Problem::from(RunError::Lease(denied)).into_response();
        assert!(response.headers().contains_key(header::RETRY_AFTER));
    }
}
