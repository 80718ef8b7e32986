//! A session as everybody but the pool sees it: snapshots and the words in them.

use std::time::SystemTime;

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::model::ids::{RunId, SessionId};

/// Who uses a session, or asks to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "kebab-case")]
pub enum LeaseKind {
    /// A caller's operation.
    Operation,
    /// The refresh scheduler, so that the portal does not sign the session out.
    KeepAlive,
    /// Signing in, with nothing else to do afterwards.
    SignIn,
    /// A person at the live page.
    Operator,
}

impl LeaseKind {
    /// The kebab-case name, as in JSON and in log fields.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Operation => "operation",
            Self::KeepAlive => "keep-alive",
            Self::SignIn => "sign-in",
            Self::Operator => "operator",
        }
    }
}

/// Why the portal refuses an account. Trying again with the same credentials does not help.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Refusal {
    /// User name or password is wrong.
    CredentialsInvalid,
    /// The account is locked.
    Locked,
    /// The portal does not serve this region.
    ForbiddenRegion,
}

/// Where a session is in its life (design: opening → signing-in → idle ⇄ leased → closing → gone).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "kebab-case")]
pub enum SessionState {
    /// Waiting for a free slot in a full pool.
    Queued,
    /// Its browser is being started.
    Opening,
    /// Its user is being signed in.
    SigningIn,
    /// Signed in, as far as is known, and free.
    Idle,
    /// In use.
    Leased,
    /// Free, but what its page shows is not known; looked at before its next use.
    Suspect,
    /// Free, and known to be signed out.
    SignedOut,
    /// A person has to act before it can be used.
    AwaitingOperator,
    /// Its browser is being closed.
    Closing,
}

impl SessionState {
    /// All of them.
    pub const ALL: [Self; 9] = [
        Self::Queued,
        Self::Opening,
        Self::SigningIn,
        Self::Idle,
        Self::Leased,
        Self::Suspect,
        Self::SignedOut,
        Self::AwaitingOperator,
        Self::Closing,
    ];

    /// Its name, as in JSON.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Queued => "queued",
            Self::Opening => "opening",
            Self::SigningIn => "signing-in",
            Self::Idle => "idle",
            Self::Leased => "leased",
            Self::Suspect => "suspect",
            Self::SignedOut => "signed-out",
            Self::AwaitingOperator => "awaiting-operator",
            Self::Closing => "closing",
        }
    }
}

/// Who has a session now.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct InUse {
    /// What it is used for.
    pub by: LeaseKind,
    /// Since when (wall time; shown only).
    #[serde(serialize_with = "rfc3339")]
    #[schema(value_type = String, format = DateTime)]
    pub since: SystemTime,
    /// The run, if an operation uses it.
    pub run_id: Option<RunId>,
}

/// A session at one moment. Taken from the pool's books, never from a browser.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct SessionSnapshot {
    /// Its id.
    pub session_id: SessionId,
    /// The portal's user name.
    pub username: String,
    /// Where it is in its life.
    pub state: SessionState,
    /// Who has it; none if it is free.
    pub in_use: Option<InUse>,
    /// Until when it is held for the caller of a paused run, if it is; `in_use` then names that run.
    #[serde(serialize_with = "rfc3339_option")]
    #[schema(value_type = Option<String>, format = DateTime)]
    pub held_until: Option<SystemTime>,
    /// Whether it is kept signed in while idle.
    pub keep_alive: bool,
    /// Short form of the keyed hash of its credentials. Changes with every start of the host.
    /// None for a session of an earlier host whose caller has not said its password yet.
    pub credentials_hash: Option<String>,
    /// When it was asked for first.
    #[serde(serialize_with = "rfc3339")]
    #[schema(value_type = String, format = DateTime)]
    pub created_at: SystemTime,
    /// When an operation used it last.
    #[serde(serialize_with = "rfc3339_option")]
    #[schema(value_type = Option<String>, format = DateTime)]
    pub last_used: Option<SystemTime>,
    /// When a keep-alive last found it signed in.
    #[serde(serialize_with = "rfc3339_option")]
    #[schema(value_type = Option<String>, format = DateTime)]
    pub last_refresh: Option<SystemTime>,
    /// When anybody used it last, a keep-alive included.
    #[serde(serialize_with = "rfc3339")]
    #[schema(value_type = String, format = DateTime)]
    pub last_activity: SystemTime,
    /// When it is due to be kept signed in next, if nobody uses it before; the scheduler looks a little later.
    #[serde(serialize_with = "rfc3339_option")]
    #[schema(value_type = Option<String>, format = DateTime)]
    pub next_refresh: Option<SystemTime>,
    /// When it was last shown to be signed in, by whatever.
    #[serde(serialize_with = "rfc3339_option")]
    #[schema(value_type = Option<String>, format = DateTime)]
    pub last_probe: Option<SystemTime>,
    /// Operations it has served.
    pub operations: u64,
    /// Requests waiting for it.
    pub queue_length: usize,
    /// When its present browser was started.
    #[serde(serialize_with = "rfc3339_option")]
    #[schema(value_type = Option<String>, format = DateTime)]
    pub browser_since: Option<SystemTime>,
    /// Memory of its browser's processes, when last measured.
    pub memory_bytes: Option<u64>,
    /// Why a person is needed, while `awaiting-operator`.
    pub operator_reason: Option<String>,
    /// Where a person acts, while one is needed.
    pub live_url: Option<String>,
}

/// The path of the page on which a person acts in a session.
#[must_use]
pub fn live_path(session: SessionId) -> String {
    format!("/v1/sessions/{session}/live")
}

fn rfc3339<S: serde::Serializer>(time: &SystemTime, serializer: S) -> Result<S::Ok, S::Error> {
    let time = chrono::DateTime::<chrono::Utc>::from(*time);
    serializer.collect_str(&time.to_rfc3339_opts(chrono::SecondsFormat::Millis, true))
}

#[expect(clippy::ref_option, reason = "the signature is serde's")]
fn rfc3339_option<S: serde::Serializer>(
    time: &Option<SystemTime>,
    serializer: S,
) -> Result<S::Ok, S::Error> {
    match time {
        Some(time) => rfc3339(time, serializer),
        None => serializer.serialize_none(),
    }
}
