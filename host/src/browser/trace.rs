//! What a page was asked to do lately, and what it complained of: for those who find out why a run failed.
//!
//! Never: holds what was typed, a locator, an address's query or anything that looks like a key.

use std::collections::VecDeque;
use std::time::{Duration, SystemTime};

use serde::Serialize;
use serde_json::Value;
use tracing::Span;
use tracing::field::Empty;

use crate::browser::error::PageError;
use crate::telemetry::figures::Figures;
use crate::telemetry::{table, traces};

/// Commands that are remembered.
const COMMANDS: usize = 50;
/// Complaints that are told, and characters of each.
const LINES: usize = 100;
const LINE_CHARS: usize = 500;
/// What is as long as this, without a break, is taken for a key: longer than numbers of containers and bookings.
const KEY_CHARS: usize = 32;

/// One WebDriver command.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct CommandNote {
    /// When it was sent, in milliseconds since 1970-01-01T00:00:00Z.
    pub at_ms: u64,
    /// What it was, in the host's words.
    pub command: &'static str,
    /// How long it took, in milliseconds.
    pub took_ms: u64,
    /// `ok`, or how it failed.
    pub outcome: &'static str,
}

/// One line of the browser's console.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct ConsoleLine {
    /// When, in milliseconds since 1970-01-01T00:00:00Z.
    pub at_ms: u64,
    /// How bad, in Chromium's words.
    pub level: String,
    /// What, without queries and keys.
    pub text: String,
}

/// The last commands of a page.
#[derive(Debug, Default)]
pub(crate) struct Trace {
    last: VecDeque<CommandNote>,
    figures: Figures,
}

/// The span of a command, if it is part of something that is traced.
pub(crate) fn span(command: &'static str) -> Span {
    if !traces::is_traced() {
        return Span::none();
    }
    tracing::info_span!(target: traces::TARGET, "webdriver",
        otel.name = %format_args!("webdriver.{command}"),
        error.type = Empty, otel.status_code = Empty)
}

impl Trace {
    /// None yet; they are counted here.
    pub(crate) fn counted_in(figures: Figures) -> Self {
        Self {
            last: VecDeque::new(),
            figures,
        }
    }

    pub(crate) fn add(
        &mut self,
        command: &'static str,
        took: Duration,
        result: &Result<Value, PageError>,
        span: &Span,
    ) {
        self.figures
            .took(&table::COMMAND_DURATION, &[command], took);
        if let Err(error) = result {
            self.figures.count(&table::COMMAND_ERRORS, &[error.name()]);
            span.record("error.type", error.name());
            span.record("otel.status_code", "ERROR");
        }
        if self.last.len() == COMMANDS {
            self.last.pop_front();
        }
        let began = SystemTime::now().checked_sub(took);
        self.last.push_back(CommandNote {
            at_ms: began.map_or(0, since_1970),
            command,
            took_ms: millis(took),
            outcome: result.as_ref().err().map_or("ok", PageError::name),
        });
    }

    pub(crate) fn notes(&self) -> Vec<CommandNote> {
        self.last.iter().cloned().collect()
    }
}

/// The last lines of the driver's log of the console.
pub(crate) fn console(entries: &Value) -> Vec<ConsoleLine> {
    let entries = entries.as_array().map(Vec::as_slice).unwrap_or_default();
    let last = &entries[entries.len().saturating_sub(LINES)..];
    let line = |entry: &Value| ConsoleLine {
        at_ms: entry["timestamp"].as_u64().unwrap_or_default(),
        level: entry["level"].as_str().unwrap_or_default().to_owned(),
        text: without_keys(entry["message"].as_str().unwrap_or_default()),
    };
    last.iter().map(line).collect()
}

/// A text without queries of addresses and without what looks like a key, and not too long.
#[must_use]
pub fn without_keys(text: &str) -> String {
    let short: String = text.chars().take(LINE_CHARS).collect();
    let words: Vec<String> = short.split(' ').map(plain).collect();
    words.join(" ")
}

fn plain(word: &str) -> String {
    let word = match word.split_once("://") {
        Some((_, rest)) => {
            let end = rest.find(['?', '#']).unwrap_or(rest.len());
            &word[..word.len() - rest.len() + end]
        }
        None => word,
    };
    let is_break = |c: char| !c.is_ascii_alphanumeric() && !"-_+=.".contains(c);
    let has_key = word
        .split(is_break)
        .any(|part| part.len() >= KEY_CHARS && part.bytes().any(|b| b.is_ascii_digit()));
    if has_key {
        "[removed]".to_owned()
    } else {
        word.to_owned()
    }
}

fn since_1970(time: SystemTime) -> u64 {
    let since = time.duration_since(SystemTime::UNIX_EPOCH);
    since.map_or(0, millis)
}

fn millis(duration: Duration) -> u64 {
    u64::try_from(duration.as_millis()).unwrap_or(u64::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_last_commands_are_remembered_by_name_and_outcome() {
        let mut trace = Trace::default();
        for _ in 0..60 {
            trace.add(
                "find",
                Duration::from_millis(3),
                &Ok(Value::Null),
                &Span::none(),
            );
        }
        let typed = PageError::NotInteractable("correct horse 1".to_owned());
        trace.add("type", Duration::ZERO, &Err(typed), &Span::none());
        let notes = trace.notes();
        assert_eq!(notes.len(), COMMANDS);
        assert_eq!(notes[0].outcome, "ok");
        assert_eq!(notes[COMMANDS - 1].outcome, "not-interactable");
        assert!(!serde_json::to_string(&notes).unwrap().contains("horse"));
    }

    #[test]
    fn queries_and_keys_are_left_out_of_texts() {
        let key = "eyJhbGciOiJIUzI1NiIsInR5cCI6IkpXVCJ9.abc";
        let text =
            format!("GET https://x.test/signin-oidc?code=1#a 401 with {key} for QXZU0175802");
        assert_eq!(
            without_keys(&text),
            "GET https://x.test/signin-oidc 401 with [removed] for QXZU0175802"
        );
    }
}
