//! A guest's lines in the host's log: bounded by bytes for each call, one line each, marked with plugin and run.
//!
//! Owns: the byte budget of one call. What is beyond it is counted and dropped, and the end says how much.

use std::collections::VecDeque;
use std::sync::{Mutex, MutexGuard, PoisonError};

use crate::config::limits;
use crate::model::ids::RunId;

/// Lines of standard error kept for the report of a trap: a Rust panic takes two.
const LAST_WORDS: usize = 4;

/// What Rust's standard library writes after every panic; it means nothing where there is no environment.
const RUST_HINT: &str = "note: run with `RUST_BACKTRACE=1`";

/// How urgent a line is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Level {
    /// For its author.
    Debug,
    /// For whoever wants to follow.
    Info,
    /// Something recovered.
    Warn,
    /// Something failed.
    Error,
}

/// Where a guest's lines go.
#[derive(Debug)]
pub struct GuestLog {
    plugin: String,
    run_id: RunId,
    budget: Mutex<Budget>,
}

#[derive(Debug)]
struct Budget {
    bytes_left: usize,
    dropped: u64,
    last_words: VecDeque<String>,
}

impl GuestLog {
    /// The log of one call.
    #[must_use]
    pub fn new(plugin: &str, run_id: RunId, bytes: usize) -> Self {
        let budget = Budget {
            bytes_left: bytes,
            dropped: 0,
            last_words: VecDeque::new(),
        };
        Self {
            plugin: plugin.to_owned(),
            run_id,
            budget: Mutex::new(budget),
        }
    }

    fn budget(&self) -> MutexGuard<'_, Budget> {
        // Nothing panics while it is held, and a log is no reason to end a call.
        self.budget.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Writes one line, or counts it as dropped.
    pub fn write(&self, level: Level, text: &str) {
        let line = one_line(text);
        {
            let mut budget = self.budget();
            let Some(left) = budget.bytes_left.checked_sub(line.len()) else {
                budget.bytes_left = 0;
                budget.dropped += 1;
                return;
            };
            budget.bytes_left = left;
        }
        let (plugin, run) = (self.plugin.as_str(), self.run_id);
        match level {
            Level::Debug => tracing::debug!(target: "guest", plugin, run.id = %run, "{line}"),
            Level::Info => tracing::info!(target: "guest", plugin, run.id = %run, "{line}"),
            Level::Warn => tracing::warn!(target: "guest", plugin, run.id = %run, "{line}"),
            Level::Error => tracing::error!(target: "guest", plugin, run.id = %run, "{line}"),
        }
    }

    /// Writes one line of standard error, and keeps it for the report of a trap.
    pub fn write_stderr(&self, text: &str) {
        if !text.trim().is_empty() && !text.starts_with(RUST_HINT) {
            let mut budget = self.budget();
            if budget.last_words.len() == LAST_WORDS {
                budget.last_words.pop_front();
            }
            budget.last_words.push_back(one_line(text));
        }
        self.write(Level::Warn, text);
    }

    /// Reports, once, how the guest was ended: with its backtrace, which its author needs.
    pub fn report_end(&self, error: &wasmtime::Error) {
        let (plugin, run) = (self.plugin.as_str(), self.run_id);
        tracing::warn!(plugin, run.id = %run, error = format!("{error:?}"), "a plugin was ended");
    }

    /// Says how many lines were dropped.
    pub fn report_dropped(&self) {
        let (plugin, run, lines) = (self.plugin.as_str(), self.run_id, self.dropped());
        tracing::warn!(plugin, run.id = %run, lines, "a plugin wrote more log than it may");
    }

    /// The last lines of standard error, in one.
    #[must_use]
    pub fn last_words(&self) -> Option<String> {
        let budget = self.budget();
        let words: Vec<&str> = budget.last_words.iter().map(String::as_str).collect();
        (!words.is_empty()).then(|| words.join(" | "))
    }

    /// How many lines were dropped.
    #[must_use]
    pub fn dropped(&self) -> u64 {
        self.budget().dropped
    }
}

/// At most a line's bytes, without control characters: a guest cannot forge a line of the host's log.
fn one_line(text: &str) -> String {
    let text = shortened(text.trim_end(), limits::LOG_LINE_BYTES);
    text.chars()
        .map(|c| if c.is_control() { ' ' } else { c })
        .collect()
}

/// The beginning of a text, in whole characters.
#[must_use]
pub fn shortened(text: &str, bytes: usize) -> &str {
    &text[..text.floor_char_boundary(bytes)]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_beyond_the_budget_are_counted_and_dropped() {
        let log = GuestLog::new("p", RunId::random(), 10);
        log.write(Level::Info, "12345");
        log.write(Level::Info, "1234567");
        log.write(Level::Info, "1");
        assert_eq!(log.dropped(), 2);
    }

    #[test]
    fn a_line_cannot_hold_another() {
        assert_eq!(one_line("a\nERROR b\x1b[31m\n"), "a ERROR b [31m");
    }

    #[test]
    fn the_last_lines_of_standard_error_are_kept() {
        let log = GuestLog::new("p", RunId::random(), 1000);
        for n in 0..9 {
            log.write_stderr(&n.to_string());
        }
        assert_eq!(log.last_words().as_deref(), Some("5 | 6 | 7 | 8"));
    }
}
