//! What the doctor says of one thing.

use std::fmt;

use serde::Serialize;

/// How it stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Level {
    /// As it should be.
    Ok,
    /// A host runs, and somebody should know of this.
    Warn,
    /// A host does not run like this, or cannot do its work.
    Fail,
}

impl Level {
    /// As it is printed.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Ok => "ok",
            Self::Warn => "warn",
            Self::Fail => "fail",
        }
    }
}

/// One thing that was looked at.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Finding {
    /// How it stands.
    pub level: Level,
    /// What was looked at, such as `storage` or `account.office`; stable, for programs.
    pub name: String,
    /// What was found.
    pub detail: String,
    /// What to do; none where all is well.
    pub advice: Option<String>,
}

impl Finding {
    /// As it should be.
    pub fn ok(name: impl Into<String>, detail: impl Into<String>) -> Self {
        Self::new(Level::Ok, name, detail, None)
    }

    /// Something that somebody should know of.
    pub fn warn(
        name: impl Into<String>,
        detail: impl Into<String>,
        advice: impl Into<String>,
    ) -> Self {
        Self::new(Level::Warn, name, detail, Some(advice.into()))
    }

    /// Something that keeps a host from its work.
    pub fn fail(
        name: impl Into<String>,
        detail: impl Into<String>,
        advice: impl Into<String>,
    ) -> Self {
        Self::new(Level::Fail, name, detail, Some(advice.into()))
    }

    fn new(
        level: Level,
        name: impl Into<String>,
        detail: impl Into<String>,
        advice: Option<String>,
    ) -> Self {
        Self {
            level,
            name: name.into(),
            detail: detail.into(),
            advice,
        }
    }
}

impl fmt::Display for Finding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (level, name) = (self.level.as_str(), &self.name);
        // One line a check, whatever a driver or a database writes.
        let detail = self.detail.replace(['\n', '\r'], " ");
        write!(f, "{level:<4}  {name:<30}  {detail}")?;
        match &self.advice {
            Some(advice) => write!(f, " → {}", advice.replace(['\n', '\r'], " ")),
            None => Ok(()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_finding_is_one_line_with_what_to_do_at_its_end() {
        let finding = Finding::fail("storage", "not\nwritable", "chmod it");
        assert_eq!(
            finding.to_string(),
            "fail  storage                         not writable → chmod it"
        );
    }
}
