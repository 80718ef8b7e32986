//! What dispatch is asked, and what it answers.

use std::time::Duration;

use serde::{Deserialize, Serialize};
use serde_json::Value;
use utoipa::ToSchema;

use crate::artifacts::store::Artifact;
use crate::config::secrets::Credentials;
use crate::model::caller::Caller;
use crate::model::ids::{HoldId, RunId, SessionId};
use crate::model::origin::Origin;
use crate::plugin::version::Identity;

/// For whom something is to be done. What a caller sent, not yet looked at.
#[derive(Debug, Clone, Default)]
pub struct Who {
    /// A session the caller knows.
    pub session_id: Option<SessionId>,
    /// An account of the portal.
    pub credentials: Option<Credentials>,
    /// An account of the configuration, by its alias.
    pub account: Option<String>,
    /// Whether the session is kept signed in from now on.
    pub keep_alive: Option<bool>,
}

/// A request to run an operation.
#[derive(Debug, Clone)]
pub struct RunRequest {
    /// Who asks.
    pub caller: Caller,
    /// In which request.
    pub origin: Origin,
    /// Which.
    pub operation: String,
    /// Its input, to be validated against its schema.
    pub input: Value,
    /// The paused run to go on with; the input is then only what was missing.
    pub resume: Option<HoldId>,
    /// For whom.
    pub who: Who,
    /// How long it waits for its session, if it says so.
    pub patience: Option<Duration>,
    /// The caller's name for this request (`Idempotency-Key`): the same again is not done again. Operations with
    /// effects need one.
    pub key: Option<String>,
    /// Whether the run goes on when its caller leaves; those with effects do in any case.
    pub detached: bool,
    /// Whether it leaves a debug bundle even if it succeeds.
    pub debug: bool,
    /// Whether it leaves a cassette of what it does with its page.
    pub record: bool,
    /// The version of the operation that is wanted, by the SHA-256 of its component; one that waits can be had so.
    pub version: Option<String>,
}

/// How an operation was run.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct RunAnswer {
    /// The run.
    pub run_id: RunId,
    /// The session it ran on.
    pub session_id: SessionId,
    /// Whether this run was the first on that session, and so signed it in.
    pub is_new_session: bool,
    /// The operation.
    pub operation: String,
    /// The plugin that ran.
    pub plugin: PluginRef,
    /// What the operation answered.
    pub output: Value,
    /// The files it left.
    pub artifacts: Vec<Artifact>,
    /// Where the time went.
    pub timing: Timing,
    /// WebDriver commands that the operation used; signing in is not counted.
    pub webdriver_commands: u64,
}

/// The version of a plugin that served a run.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct PluginRef {
    /// Its version, in its own words.
    pub version: String,
    /// SHA-256 of its component.
    pub digest: String,
}

impl PluginRef {
    pub(in crate::dispatch) fn of(identity: &Identity) -> Self {
        Self {
            version: identity.version.to_string(),
            digest: identity.digest.clone(),
        }
    }
}

/// Where the time of a run went, in milliseconds.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Timing {
    /// Waiting for the session, the start of its browser included.
    pub queue_ms: u64,
    /// Signing in, or looking whether it is signed in.
    pub sign_in_ms: u64,
    /// The operation itself.
    pub run_ms: u64,
}

/// A session that is ready to be used.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ReadySession {
    /// Its id.
    pub session_id: SessionId,
    /// Whether it was signed in for this request.
    pub is_new: bool,
}

/// A duration in whole milliseconds.
#[must_use]
pub fn millis(duration: Duration) -> u64 {
    u64::try_from(duration.as_millis()).unwrap_or(u64::MAX)
}
