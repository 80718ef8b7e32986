//! What somebody did, or tried, as it is noted.

use crate::model::ids::{RunId, TokenId};

/// Something that somebody did, or tried.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Deed {
    /// When, in milliseconds since 1970.
    pub at_ms: i64,
    /// By which token; none for callers without one.
    pub token_id: Option<TokenId>,
    /// By whom, for people.
    pub caller: String,
    /// What, such as `POST /v1/plugins/{name}/rollback`.
    pub action: String,
    /// To what: the path, or the name of a token.
    pub target: String,
    /// The HTTP status that answered it; none for what was not asked over HTTP.
    pub status: Option<u16>,
    /// The run that it began or was about.
    pub run_id: Option<RunId>,
    /// The request, as logs and answers name it.
    pub request_id: Option<String>,
}

/// A deed as it is kept.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KeptDeed {
    /// Its place in the order of deeds.
    pub id: i64,
    /// What was done.
    pub deed: Deed,
}
