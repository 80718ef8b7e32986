//! What is other than it was expected or recorded, as an author reads it.

use serde_json::Value;

use crate::browser::cassette::Asked;
use crate::plugin::changes::Change;
use crate::plugin::replay::Report;

/// Calls of one kind that are named; of more only the number is told.
const NAMED: usize = 5;

/// A line for each place.
pub(in crate::authoring) fn listed(changes: &[Change], was: &str) -> String {
    let value = |value: &Option<Value>| {
        let text = value.as_ref().map(Value::to_string);
        text.unwrap_or_else(|| "nothing".to_owned())
    };
    let line = |change: &Change| {
        let at = if change.at.is_empty() {
            "/"
        } else {
            &change.at
        };
        format!(
            "{at}: {was} {}, got {}",
            value(&change.recorded),
            value(&change.now)
        )
    };
    changes.iter().map(line).collect::<Vec<_>>().join("\n")
}

/// How a replay differs from what was recorded.
pub(in crate::authoring) fn of_replay(report: &Report) -> String {
    let mut lines = vec![format!(
        "{} beside the recorded {}: {} calls of the page, {} recorded",
        report.replayed, report.recorded, report.calls_made, report.calls_recorded
    )];
    if let Some(difference) = &report.difference {
        lines.push(format!(
            "call {} has no recorded answer: {}",
            difference.call,
            asked(&difference.asked)
        ));
        lines.push(match &difference.recorded {
            Some(recorded) => {
                let (place, of) = (difference.place, difference.of);
                format!("recorded next (call {place} of {of}): {}", asked(recorded))
            }
            None if report.truncated => {
                "the cassette ends here, before the recorded run did".to_owned()
            }
            None => "the recorded run did nothing more".to_owned(),
        });
    }
    named(&mut lines, "not done", &report.not_done);
    named(&mut lines, "not read", &report.not_read);
    if !report.changes.is_empty() {
        lines.push(listed(&report.changes, "recorded"));
    }
    lines.join("\n")
}

fn named(lines: &mut Vec<String>, what: &str, calls: &[Asked]) {
    lines.extend(
        calls
            .iter()
            .take(NAMED)
            .map(|call| format!("{what}: {}", asked(call))),
    );
    if calls.len() > NAMED {
        lines.push(format!("{what}: {} more", calls.len() - NAMED));
    }
}

fn asked(asked: &Asked) -> String {
    format!("{} {}", asked.call, asked.with)
}
