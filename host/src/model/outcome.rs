//! What can be said of a request's effect on the portal.

use serde::{Deserialize, Serialize};

/// Whether the thing asked for was done. Part of every error, because a dispatcher's next step depends on it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Executed {
    /// Nothing was done that cannot be repeated.
    No,
    /// It cannot be told; do not repeat it blindly.
    Maybe,
    /// It was done.
    Yes,
}
