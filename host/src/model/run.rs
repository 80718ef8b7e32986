//! Runs as they are kept and told: states, events, effects.

use std::time::{Duration, SystemTime, UNIX_EPOCH};

use serde::{Deserialize, Serialize};
use serde_json::Value;
use utoipa::ToSchema;

use crate::model::ids::{RunId, SessionId};

/// Where a run is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "kebab-case")]
pub enum RunState {
    /// It waits for its session.
    Waiting,
    /// It has its session.
    Running,
    /// Its effect is written down and may happen any moment: it cannot be cancelled any more.
    Committing,
    /// It gave what was asked for.
    Succeeded,
    /// It did not.
    Failed,
    /// Its caller took it back; nothing was done that cannot be taken back.
    Cancelled,
    /// It cannot be told whether its effect happened. The portal is asked.
    Unknown,
}

impl RunState {
    /// Its name.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Waiting => "waiting",
            Self::Running => "running",
            Self::Committing => "committing",
            Self::Succeeded => "succeeded",
            Self::Failed => "failed",
            Self::Cancelled => "cancelled",
            Self::Unknown => "unknown",
        }
    }

    /// Whether nothing changes any more.
    #[must_use]
    pub const fn is_final(self) -> bool {
        matches!(self, Self::Succeeded | Self::Failed | Self::Cancelled)
    }
}

/// What happened in a run.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", tag = "kind")]
pub enum Happened {
    /// It was accepted, and waits for its session.
    Queued,
    /// It has its session.
    Leased {
        /// Which.
        session_id: SessionId,
    },
    /// How far it is, in the words of its operation. Not kept when the run has ended.
    Step {
        /// What it does.
        step: String,
        /// How much of it is done.
        done: u32,
        /// How much there is, if known.
        total: Option<u32>,
    },
    /// One part of its result.
    Part {
        /// Its name; a later one of the same name replaces it.
        item: String,
        /// What is known of it.
        result: Value,
    },
    /// Its effect is written down.
    Committing {
        /// What is about to be done.
        summary: String,
    },
    /// The operation has said how its effect ended.
    Settled {
        /// How.
        effect: EffectState,
        /// What shows it.
        evidence: String,
    },
    /// It cannot be told whether its effect happened; the portal is asked.
    Unknown {
        /// Why it cannot be told.
        why: String,
    },
    /// The portal was asked.
    Reconciled {
        /// What it showed.
        found: String,
    },
    /// It has ended.
    Ended {
        /// How.
        state: RunState,
    },
}

/// An event of a run.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Event {
    /// Its number in the run, from 1.
    pub seq: u64,
    /// When, in milliseconds since 1970.
    pub at_ms: i64,
    /// What.
    #[serde(flatten)]
    pub what: Happened,
}

/// Where an effect is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum EffectState {
    /// It may happen, or may have happened.
    Open,
    /// It happened.
    Confirmed,
    /// The portal refused it.
    Refused,
    /// It cannot be told.
    Unknown,
    /// It did not happen.
    Absent,
}

impl EffectState {
    /// Its name.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Open => "open",
            Self::Confirmed => "confirmed",
            Self::Refused => "refused",
            Self::Unknown => "unknown",
            Self::Absent => "absent",
        }
    }
}

/// An effect as it is kept.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EffectRecord {
    /// Its run.
    pub run_id: RunId,
    /// The operation.
    pub operation: String,
    /// The portal's user name.
    pub account: String,
    /// The session it ran on.
    pub session_id: Option<SessionId>,
    /// For people.
    pub summary: String,
    /// What the operation needs to find it.
    pub memo: String,
}

/// Wall time as it is kept.
#[must_use]
pub fn millis_since_1970(time: SystemTime) -> i64 {
    let since = time.duration_since(UNIX_EPOCH).unwrap_or_default();
    i64::try_from(since.as_millis()).unwrap_or(i64::MAX)
}

/// Kept time as wall time.
#[must_use]
pub fn wall_time(ms: i64) -> SystemTime {
    UNIX_EPOCH + Duration::from_millis(ms.try_into().unwrap_or(0))
}
