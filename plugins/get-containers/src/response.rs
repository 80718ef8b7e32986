//! What a caller gets: the containers, how complete they are, and a spreadsheet of them.

use emodal::columns::COLUMNS;
use emodal::container::{Container, Load};
use gantry_sdk::{artifacts, clock, log};
use schemars::JsonSchema;
use serde::Serialize;

use crate::reading::Reading;
use crate::request::Goal;

/// The containers that were read.
#[derive(Debug, Serialize, JsonSchema)]
pub(crate) struct Response {
    /// In the order of the portal's list, each number once.
    containers: Vec<Container>,
    /// How many they are.
    count: usize,
    /// True only if the list was read to its end.
    complete: bool,
    /// Why the reading ended.
    stopped_reason: StoppedReason,
    /// Whether the container asked for is among them; null if none was asked for, or if it was not
    /// seen in a list that was not read to its end.
    found_target_container: Option<bool>,
    /// Rows left out because their container number was there already.
    duplicates: u32,
    /// In how many batches the portal gave its rows.
    batches: u32,
    /// The artifact with the same rows as a spreadsheet; null if it could not be kept.
    spreadsheet: Option<String>,
    /// When the last row was read, in milliseconds since 1970-01-01T00:00:00Z.
    observed_at: u64,
}

/// Why the reading of the list ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum StoppedReason {
    /// The list has no more rows: it stood at its bottom, with nothing under way, twice.
    EndOfList,
    /// As many as asked for were read.
    TargetCount,
    /// The container asked for was read.
    TargetFound,
    /// Only the first page was asked for.
    FirstPage,
    /// The portal did not answer for longer than a batch can take, or shows a complaint where the
    /// list ends.
    Stalled,
    /// The time of this call ran out.
    Deadline,
}

/// Puts the answer together and keeps the spreadsheet.
pub(crate) fn respond(goal: &Goal, reading: Reading) -> Response {
    let complete = reading.stopped_reason == StoppedReason::EndOfList;
    let found_target_container = found(goal, &reading, complete);
    let duplicates = reading.collected.duplicates();
    let containers = reading.collected.into_containers(goal.at_most());
    Response {
        count: containers.len(),
        complete,
        stopped_reason: reading.stopped_reason,
        found_target_container,
        duplicates,
        batches: reading.batches,
        spreadsheet: keep_spreadsheet(&containers),
        observed_at: clock::now(),
        containers,
    }
}

fn found(goal: &Goal, reading: &Reading, complete: bool) -> Option<bool> {
    let Goal::Container(number) = goal else {
        return None;
    };
    if reading.collected.has(number.as_str()) {
        return Some(true);
    }
    complete.then_some(false)
}

/// A list that was read is worth answering even if no file can be written.
fn keep_spreadsheet(containers: &[Container]) -> Option<String> {
    let rows: Vec<Vec<String>> = containers.iter().map(sheet_row).collect();
    match artifacts::put_table("containers", "Containers", &sheet_columns(), &rows) {
        Ok(artifact) => Some(artifact),
        Err(problem) => {
            log::warn(format!("the spreadsheet was not kept: {}", problem.message));
            None
        }
    }
}

/// The portal's columns first, in its order; then what the portal puts into the same cells.
fn sheet_columns() -> Vec<String> {
    let own = COLUMNS.iter().map(|(_, heading)| *heading);
    own.chain(["Load", "Pregate Ticket# (second)"])
        .map(str::to_owned)
        .collect()
}

fn sheet_row(container: &Container) -> Vec<String> {
    let load = match container.load {
        Some(Load::Loaded) => "L",
        Some(Load::Empty) => "E",
        None => "",
    };
    let second = container
        .pregate_ticket_second
        .as_deref()
        .unwrap_or_default();
    container
        .values()
        .into_iter()
        .chain([load, second])
        .map(str::to_owned)
        .collect()
}

#[cfg(test)]
mod tests {
    use crate::reading::Reading;
    use crate::request::Goal;
    use crate::response::{StoppedReason, found, sheet_columns};
    use emodal::list::Collected;

    fn reading(stopped_reason: StoppedReason) -> Reading {
        Reading {
            collected: Collected::default(),
            batches: 1,
            stopped_reason,
        }
    }

    #[test]
    fn container_that_was_not_seen_is_absent_only_from_a_complete_list() {
        let goal = Goal::Container("CSQU3054383".parse().unwrap());
        assert_eq!(
            found(&goal, &reading(StoppedReason::EndOfList), true),
            Some(false)
        );
        assert_eq!(found(&goal, &reading(StoppedReason::Deadline), false), None);
        assert_eq!(
            found(&Goal::All, &reading(StoppedReason::EndOfList), true),
            None
        );
    }

    #[test]
    fn spreadsheet_starts_with_the_portals_columns() {
        let columns = sheet_columns();
        assert_eq!(
            (columns[0].as_str(), columns[17].as_str()),
            ("Container #", "Tags")
        );
        assert_eq!(columns.len(), 20);
    }
}
