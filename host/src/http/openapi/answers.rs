//! Answers that many routes share, as their descriptions name them: every refusal is a problem (RFC 9457).

use std::collections::BTreeMap;

use serde::Serialize;
use utoipa::openapi::content::ContentBuilder;
use utoipa::openapi::{Ref, RefOr, Response, ResponseBuilder};
use utoipa::{IntoResponses, ToSchema};

use crate::model::ids::{RunId, SessionId};
use crate::model::outcome::Executed;

/// An error, as `application/problem+json`. Some have further members.
#[derive(Serialize, ToSchema)]
pub struct Problem {
    /// `urn:gantry:problem:` and the code.
    r#type: String,
    /// The words of the status.
    title: String,
    /// The HTTP status.
    status: u16,
    /// What went wrong and what to do next, for a person.
    detail: String,
    /// The run that it is about, as a path.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    instance: Option<String>,
    /// Stable, for programs: `docs/errors.md` has every one.
    code: String,
    /// Whether the same request may succeed later without anybody changing anything.
    retryable: bool,
    /// Whether the thing asked for was done.
    executed: Executed,
    /// The run that it is about.
    #[schema(nullable = true)]
    run_id: Option<RunId>,
    /// The session that it is about.
    #[schema(nullable = true)]
    session_id: Option<SessionId>,
    /// The request that was answered so, as logs and the header `Request-Id` name it; not in what is kept of a run.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    request_id: Option<String>,
}

/// A response that is a problem.
#[must_use]
pub fn problem(description: &str) -> Response {
    let schema = Ref::from_schema_name("Problem");
    ResponseBuilder::new()
        .description(description)
        .content(
            "application/problem+json",
            ContentBuilder::new().schema(Some(schema)).build(),
        )
        .build()
}

type Responses = BTreeMap<String, RefOr<Response>>;

macro_rules! problems {
    ($($(#[$doc:meta])* $name:ident { $($status:literal: $words:literal),+ $(,)? })+) => {$(
        $(#[$doc])*
        pub struct $name;

        impl IntoResponses for $name {
            fn responses() -> Responses {
                [$(($status.to_owned(), RefOr::T(problem($words)))),+].into()
            }
        }
    )+};
}

problems! {
    /// What the path names is not there, or not the caller's.
    NotFound { "404": "It is not there, or not the caller's." }
    /// How things stand does not allow it.
    Conflict { "409": "It does not go together with how things stand." }
    /// The query has what it must not have.
    BadQuery { "400": "The query cannot be read.", "422": "The query has what it must not have." }
    /// The body is refused.
    BadBody {
        "400": "The body is not JSON, or a header cannot be what it is.",
        "408": "The body did not come in time.",
        "413": "The body is too large.",
        "415": "The body is not declared as JSON.",
        "422": "The body, or what it asks for, cannot be followed; it has to be changed.",
    }
    /// A component is refused.
    BadComponent {
        "400": "The body cannot be read.",
        "408": "The body did not come in time.",
        "413": "The component is too large.",
        "415": "The body is not declared as a component.",
        "422": "The component cannot be served; the detail says why.",
    }
    /// It needs a session, which needs the portal.
    OnPortal {
        "404": "There is no such operation, session, account or hold.",
        "409": "It does not go together with how things stand: it is in use, under way, or needs a person.",
        "429": "Too much is asked for at once; nothing was done. `Retry-After` says when to come back.",
        "502": "The portal gave something else than what was wanted.",
        "503": "The host cannot serve it now; nothing was done. `Retry-After` says when to come back.",
        "504": "It took too long. `executed` says what is known.",
    }
    /// The host has no room, or is stopping.
    Unavailable { "503": "The host cannot serve it now. `Retry-After` says when to come back." }
}
