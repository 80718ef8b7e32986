//! The grants by name.

use std::fmt;
use std::str::FromStr;

/// A grant that a component needs from the operator.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Capability {
    /// Running scripts of its own in the page: `page.evaluate`.
    Script,
    /// Doing what cannot be taken back: `effects.begin`, and with it one click on an element that the host guards.
    Submit,
    /// Keeping files that the portal hands to the browser: `downloads`.
    Downloads,
}

/// The text names no capability.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("`{0}` is no capability; there are `script`, `submit` and `downloads`")]
pub struct UnknownCapability(pub String);

impl Capability {
    /// Every one.
    pub const ALL: [Self; 3] = [Self::Script, Self::Submit, Self::Downloads];

    /// Its name in the contract and in the host's configuration.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Script => "script",
            Self::Submit => "submit",
            Self::Downloads => "downloads",
        }
    }

    /// What a component is told that lacks it: the text of the contract's `denied`.
    #[must_use]
    pub fn missing(self) -> String {
        format!("the grant `{self}`")
    }
}

impl fmt::Display for Capability {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

impl FromStr for Capability {
    type Err = UnknownCapability;

    fn from_str(text: &str) -> Result<Self, UnknownCapability> {
        Self::ALL
            .into_iter()
            .find(|capability| capability.name() == text)
            .ok_or_else(|| UnknownCapability(text.to_owned()))
    }
}

#[cfg(test)]
mod tests {
    use crate::Capability;

    #[test]
    fn every_name_reads_back_and_another_is_told_what_there_is() {
        for capability in Capability::ALL {
            assert_eq!(capability.name().parse(), Ok(capability));
        }
        let error = "Script".parse::<Capability>().unwrap_err();
        assert_eq!(
            error.to_string(),
            "`Script` is no capability; there are `script`, `submit` and `downloads`"
        );
    }
}
