//! How the demo shows what came: a short block of labels and values, and what it cost.

use crate::demo::desk::Cost;

/// Where the values of a block begin.
const LABEL: usize = 20;

/// Prints a block. A line without a label goes on with the one before.
pub(crate) fn block(lines: &[(&str, String)], cost: &Cost) {
    let portal = seconds(cost.portal_ms);
    let time = format!(
        "{}, of which {portal} the portal's own",
        seconds(cost.run_ms)
    );
    println!();
    for (label, value) in lines {
        line(label, value);
    }
    line("time", &time);
    line("WebDriver commands", &cost.commands.to_string());
    println!();
}

/// Prints one line of a block.
pub(crate) fn line(label: &str, value: &str) {
    println!("  {label:LABEL$} {value}");
}

/// Milliseconds, for a person.
pub(crate) fn seconds(ms: u64) -> String {
    format!("{}.{} s", ms / 1000, ms % 1000 / 100)
}

/// A text of JSON without its quotes, for a person.
pub(crate) fn text(value: &serde_json::Value) -> &str {
    value.as_str().unwrap_or("nothing")
}
