//! The timeline of an opened row: milestones, dates, and the dividers that colour them.
//!
//! Owns: the milestone lists and their drawing for one container.
//! Never: decides the document order; that is a setting of the page.

use chrono::{Duration, NaiveDateTime};
use serde::{Deserialize, Serialize};

use crate::random::Random;

/// Milestones of an import, newest first.
pub const IMPORT_MILESTONES: [&str; 9] = [
    "Empty Received",
    "Empty released by customer",
    "Arrived at customer",
    "Departed Terminal",
    "Pregate",
    "Ready for pick up",
    "Last Free Day",
    "Discharged",
    "Container Manifested",
];

/// Milestones of an export, newest first.
pub const EXPORT_MILESTONES: [&str; 5] = [
    "Loaded",
    "Terminal In-Gate",
    "Load Departure",
    "Empty Received",
    "Empty Pickup",
];

/// One milestone of a timeline.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Milestone {
    /// Its name.
    pub name: String,
    /// `MM/DD/YYYY HH:MM`, for the last free day the date only, or `N/A`.
    pub date: String,
    /// Whether its divider says passed.
    pub passed: bool,
    /// The classes of its divider besides `timeline-divider`.
    pub divider: Vec<String>,
}

/// The milestones of one container, newest first; the `passed` oldest are coloured.
pub(crate) fn draw(
    names: &[&str],
    passed: usize,
    first: NaiveDateTime,
    random: &mut Random,
) -> Vec<Milestone> {
    let mut at = first;
    let mut milestones: Vec<Milestone> = Vec::new();
    for (step, name) in names.iter().rev().enumerate() {
        let is_passed = step < passed;
        at += Duration::minutes(i64::try_from(random.between(300, 4_000)).expect("it is small"));
        milestones.push(Milestone {
            name: (*name).to_owned(),
            date: date_of(name, is_passed, at, random),
            passed: is_passed,
            divider: divider(is_passed, random),
        });
    }
    milestones.reverse();
    milestones
}

fn date_of(name: &str, is_passed: bool, at: NaiveDateTime, random: &mut Random) -> String {
    // Seen coloured without a date; so the colour is the truth, not the date.
    let often_dateless = matches!(name, "Pregate" | "Ready for pick up");
    if name == "Last Free Day" {
        // A day in the future is known before it has passed.
        return at.format("%m/%d/%Y").to_string();
    }
    if !is_passed || (often_dateless && random.percent(50)) {
        return "N/A".to_owned();
    }
    at.format("%m/%d/%Y %H:%M").to_string()
}

fn divider(is_passed: bool, random: &mut Random) -> Vec<String> {
    let classes: &[&str] = if is_passed {
        &["dividerflowcolor"]
    } else {
        match random.below(10) {
            0 => &["dividerflowcolor", "horizontalconflow"],
            1 => &["dividerflowcolor2"],
            _ => &["horizontalconflow"],
        }
    };
    classes.iter().map(|class| (*class).to_owned()).collect()
}
