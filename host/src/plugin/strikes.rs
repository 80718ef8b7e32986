//! Crashes of one version in a row. After some of them it is reported; what answers in between clears it.
//!
//! Never: decides what happens to the version. A failure that a guest tells is no crash, nor is a deadline: those may be
//! the portal's doing.

use std::sync::atomic::{AtomicU32, Ordering};

use tokio::sync::mpsc;

use crate::config::limits;
use crate::plugin::call_error::CallError;

/// A version that crashed too often.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Struck {
    /// SHA-256 of its component.
    pub digest: String,
    /// What its last crash was.
    pub why: String,
}

/// Where such versions are reported.
pub(in crate::plugin) type Reports = mpsc::Sender<Struck>;

/// The crashes of one version.
#[derive(Debug)]
pub(in crate::plugin) struct Strikes {
    digest: String,
    in_a_row: AtomicU32,
    reports: Option<Reports>,
}

impl Strikes {
    /// None yet. Without somebody to report to they are only counted.
    pub(in crate::plugin) fn none(digest: &str, reports: Option<Reports>) -> Self {
        Self {
            digest: digest.to_owned(),
            in_a_row: AtomicU32::new(0),
            reports,
        }
    }

    /// A call ended.
    pub(in crate::plugin) fn note<T>(&self, outcome: &Result<T, CallError>) {
        let crash = match outcome {
            Err(error) if error.is_crash() => error,
            _ => {
                self.in_a_row.store(0, Ordering::Relaxed);
                return;
            }
        };
        let in_a_row = self.in_a_row.fetch_add(1, Ordering::Relaxed) + 1;
        if in_a_row < limits::CRASHES_IN_A_ROW {
            return;
        }
        if let Some(reports) = &self.reports {
            let struck = Struck {
                digest: self.digest.clone(),
                why: crash.to_string(),
            };
            // Full: the next crash tells it again. Told, a version that is accepted all the same begins anew.
            if reports.try_send(struck).is_ok() {
                self.in_a_row.store(0, Ordering::Relaxed);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn crash() -> Result<(), CallError> {
        Err(CallError::Trap {
            kind: "unreachable".to_owned(),
            last_words: None,
        })
    }

    #[test]
    fn only_crashes_in_a_row_are_reported_and_an_answer_begins_the_row_anew() {
        let (reports, mut inbox) = mpsc::channel(4);
        let strikes = Strikes::none("d", Some(reports));
        for outcome in [crash(), crash(), Ok(()), crash(), crash()] {
            strikes.note(&outcome);
        }
        assert!(inbox.try_recv().is_err());
        strikes.note(&crash());
        assert_eq!(inbox.try_recv().unwrap().digest, "d");
        strikes.note(&crash());
        assert!(inbox.try_recv().is_err(), "the next row has begun");
    }
}
