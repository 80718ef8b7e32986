//! How requests fail, in a form that can be kept and told again.

use std::time::Duration;

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use utoipa::ToSchema;

/// Whether the thing asked for was done. Part of every error, because a dispatcher's next step depends on it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "lowercase")]
pub enum Executed {
    /// Nothing was done that cannot be repeated.
    No,
    /// It cannot be told; do not repeat it blindly.
    Maybe,
    /// It was done.
    Yes,
}

/// Where the cause of a failure is to be looked for. HTTP has a status for each.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Class {
    /// The request cannot be read.
    Malformed,
    /// The request is understood and cannot be followed: the caller has to change it.
    Invalid,
    /// It is not said, or not shown, who asks.
    Unauthorized,
    /// Who asks may not.
    Forbidden,
    /// What it names is not there.
    NotFound,
    /// It was there, and is kept no longer.
    Gone,
    /// It does not go together with how things stand.
    Conflict,
    /// The caller asks too much at once.
    TooMany,
    /// The host cannot serve it now.
    Unavailable,
    /// The portal gave something else than what was wanted.
    Portal,
    /// It took too long.
    TimedOut,
    /// A fault of the host, or of a plugin.
    Internal,
}

impl Class {
    /// Its name.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Malformed => "malformed",
            Self::Invalid => "invalid",
            Self::Unauthorized => "unauthorized",
            Self::Forbidden => "forbidden",
            Self::NotFound => "not-found",
            Self::Gone => "gone",
            Self::Conflict => "conflict",
            Self::TooMany => "too-many",
            Self::Unavailable => "unavailable",
            Self::Portal => "portal",
            Self::TimedOut => "timed-out",
            Self::Internal => "internal",
        }
    }
}

/// A failure as it is told, and kept.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Failed {
    /// Whose turn it is.
    pub class: Class,
    /// Stable, kebab-case, for programs.
    pub code: String,
    /// For a person; says what to do next.
    pub detail: String,
    /// Whether the same request may succeed later without anybody changing anything.
    pub retryable: bool,
    /// What is known of the request's effect on the portal.
    pub executed: Executed,
    /// When another try is worth it, as far as is known.
    pub wait: Option<Duration>,
    /// Further members.
    pub more: Map<String, Value>,
}

impl Failed {
    /// A failure of the request itself, or of this host; nothing was executed.
    #[must_use]
    pub fn new(class: Class, code: &str, detail: impl Into<String>) -> Self {
        Self {
            class,
            code: code.to_owned(),
            detail: detail.into(),
            retryable: false,
            executed: Executed::No,
            wait: None,
            more: Map::new(),
        }
    }

    /// The same request may succeed later.
    #[must_use]
    pub const fn retryable(mut self) -> Self {
        self.retryable = true;
        self
    }

    /// With a further member.
    #[must_use]
    pub fn with(mut self, name: &str, value: impl Serialize) -> Self {
        let value = serde_json::to_value(value).expect("members of failures serialise");
        self.more.insert(name.to_owned(), value);
        self
    }

    /// Worth another try after so long.
    #[must_use]
    pub const fn after(mut self, wait: Option<Duration>) -> Self {
        self.wait = wait;
        self.retryable()
    }
}
