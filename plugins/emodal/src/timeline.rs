//! The timeline of an opened row: which milestones there are, and which are passed.
//!
//! Owns: the known milestones and their order, and the meaning of dividers. A date says nothing about
//! whether a milestone is passed, and without a divider nothing is known (portal-facts D17).

use crate::icons::without_names;
use crate::trade::Trade;
use gantry_sdk::page::Take;
use schemars::JsonSchema;
use serde::Serialize;

/// The milestones of an import, newest first.
pub const IMPORT: [&str; 9] = [
    "Empty Received",
    "Empty released by customer",
    "Arrived at customer",
    "Departed Terminal",
    PREGATE,
    "Ready for pick up",
    "Last Free Day",
    "Discharged",
    "Container Manifested",
];

/// The milestones of an export, newest first. There is no Pregate.
pub const EXPORT: [&str; 5] = [
    "Loaded",
    "Terminal In-Gate",
    "Load Departure",
    "Empty Received",
    "Empty Pickup",
];

/// The milestone of an import that is asked for by itself.
pub const PREGATE: &str = "Pregate";

/// What to read of each row of the timeline: its names and dates, and which dividers it has.
pub(crate) const SELECTORS: [(&str, Take); 4] = [
    (".location-details-label", Take::AllText),
    (".timeline-divider.dividerflowcolor", Take::OwnText),
    (".timeline-divider.horizontalconflow", Take::OwnText),
    (".timeline-divider.dividerflowcolor2", Take::OwnText),
];

/// Whether a milestone is passed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum MilestoneState {
    /// The divider is coloured.
    Passed,
    /// The divider is grey, or both.
    Pending,
    /// There is no divider, or one that says nothing.
    Unknown,
}

/// A milestone of a container.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Milestone {
    /// Its name.
    pub name: String,
    /// As the portal writes it (MM/DD/YYYY HH:MM, or a day); null where it writes N/A. Passed ones
    /// may have none, and pending ones may have one.
    pub date: Option<String>,
    /// By the colour of its divider.
    pub state: MilestoneState,
}

/// A row of the timeline as the page has it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MilestoneRow {
    name: String,
    date: Option<String>,
    is_coloured: bool,
    is_grey: bool,
}

impl MilestoneRow {
    /// Takes a row with one milestone; the arrows at both ends, and what holds several, are none.
    pub(crate) fn of_parts(names: &str, dividers: &[Option<String>]) -> Option<Self> {
        let has = |place: usize| dividers.get(place).is_some_and(Option::is_some);
        let texts: Vec<String> = names.lines().map(without_names).collect();
        let (name, date) = match texts.as_slice() {
            [name] => (name, None),
            [name, date] => (name, Some(date)),
            _ => return None,
        };
        let known = |listed: &&str| listed.eq_ignore_ascii_case(name);
        let name = match IMPORT.iter().chain(&EXPORT).find(|listed| known(listed)) {
            Some(listed) => (*listed).to_owned(),
            // A milestone that is not known yet has a date beside it.
            None if date.is_some() && !name.is_empty() => name.clone(),
            None => return None,
        };
        let date = date.filter(|date| !date.is_empty() && *date != "N/A");
        Some(Self {
            name,
            date: date.cloned(),
            is_coloured: has(0),
            is_grey: has(1) || has(2),
        })
    }

    /// Rows within rows are the same milestone.
    fn join(&mut self, inner: Self) {
        self.date = self.date.take().or(inner.date);
        self.is_coloured |= inner.is_coloured;
        self.is_grey |= inner.is_grey;
    }

    fn finish(self) -> Milestone {
        let state = match (self.is_coloured, self.is_grey) {
            (_, true) => MilestoneState::Pending,
            (true, false) => MilestoneState::Passed,
            (false, false) => MilestoneState::Unknown,
        };
        Milestone {
            name: self.name,
            date: self.date,
            state,
        }
    }
}

/// The milestones, newest first, whatever the page's order; those that are not known come last.
#[must_use]
pub fn milestones(rows: &[MilestoneRow], trade: Trade) -> Vec<Milestone> {
    let mut joined: Vec<MilestoneRow> = Vec::new();
    for row in rows {
        match joined.last_mut() {
            Some(last) if last.name == row.name => last.join(row.clone()),
            _ => joined.push(row.clone()),
        }
    }
    let order = order(&joined, trade);
    let place = |row: &MilestoneRow| order.iter().position(|listed| *listed == row.name);
    joined.sort_by_key(|row| place(row).unwrap_or(order.len()));
    joined.into_iter().map(MilestoneRow::finish).collect()
}

fn order(rows: &[MilestoneRow], trade: Trade) -> &'static [&'static str] {
    let listed = |list: &[&str]| {
        let known = |row: &&MilestoneRow| list.contains(&row.name.as_str());
        rows.iter().filter(known).count()
    };
    match trade {
        Trade::Export => &EXPORT,
        Trade::Unknown if listed(&EXPORT) > listed(&IMPORT) => &EXPORT,
        Trade::Import | Trade::Unknown => &IMPORT,
    }
}

/// Why it is not said whether a container has passed Pregate.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum NoPregate {
    /// It is an export: they have no such milestone.
    Export,
    /// The timeline has no such milestone.
    NoMilestone,
    /// The milestone is there, and its divider says nothing.
    DividerUnknown,
}

/// Whether a container has passed Pregate.
///
/// # Errors
/// Why that cannot be said.
pub fn passed_pregate(milestones: &[Milestone], trade: Trade) -> Result<bool, NoPregate> {
    let pregate = milestones.iter().find(|one| one.name == PREGATE);
    match pregate.map(|one| one.state) {
        Some(MilestoneState::Passed) => Ok(true),
        Some(MilestoneState::Pending) => Ok(false),
        Some(MilestoneState::Unknown) => Err(NoPregate::DividerUnknown),
        None if trade == Trade::Export => Err(NoPregate::Export),
        None => Err(NoPregate::NoMilestone),
    }
}

#[cfg(test)]
#[path = "timeline_tests.rs"]
mod tests;
