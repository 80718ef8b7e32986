//! What a component may be granted beyond reading pages. The grants are in `[plugins.<name>] grants`.

use std::fmt;
use std::str::FromStr;

use serde::{Serialize, Serializer};

/// One thing that needs a grant.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Capability {
    /// Running scripts of its own in the page (`page.evaluate`).
    Script,
    /// Doing what cannot be taken back (`effects.begin`).
    Submit,
    /// Keeping files that the portal hands to the browser (`downloads`).
    Downloads,
}

/// The text names no capability.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("`{0}` is no capability; there are `script`, `submit` and `downloads`")]
pub struct UnknownCapability(pub String);

impl Capability {
    /// The name, as in manifests and in the configuration.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Script => "script",
            Self::Submit => "submit",
            Self::Downloads => "downloads",
        }
    }
}

impl fmt::Display for Capability {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl FromStr for Capability {
    type Err = UnknownCapability;

    fn from_str(text: &str) -> Result<Self, UnknownCapability> {
        [Self::Script, Self::Submit, Self::Downloads]
            .into_iter()
            .find(|capability| capability.as_str() == text)
            .ok_or_else(|| UnknownCapability(text.to_owned()))
    }
}

impl Serialize for Capability {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.as_str())
    }
}
