//! The order of milestones, and what their dividers mean.

use crate::timeline::{
    EXPORT, IMPORT, Milestone, MilestoneRow, MilestoneState, NoPregate, milestones, passed_pregate,
};
use crate::trade::Trade;

const COLOURED: [bool; 3] = [true, false, false];
const GREY: [bool; 3] = [false, true, false];
const NONE: [bool; 3] = [false, false, false];

fn row(names: &str, dividers: [bool; 3]) -> Option<MilestoneRow> {
    let dividers = dividers.map(|is_there| is_there.then(String::new));
    MilestoneRow::of_parts(names, &dividers)
}

fn state(dividers: [bool; 3]) -> MilestoneState {
    let rows = [row("Pregate\nN/A", dividers).unwrap()];
    milestones(&rows, Trade::Import)[0].state
}

fn names(milestones: &[Milestone]) -> Vec<&str> {
    milestones.iter().map(|one| one.name.as_str()).collect()
}

#[test]
fn the_divider_says_whether_a_milestone_is_passed() {
    assert_eq!(state(COLOURED), MilestoneState::Passed);
    assert_eq!(state(GREY), MilestoneState::Pending);
    assert_eq!(state([false, false, true]), MilestoneState::Pending);
    // Both are there in some rows; then it is not passed.
    assert_eq!(state([true, true, false]), MilestoneState::Pending);
    assert_eq!(state([true, false, true]), MilestoneState::Pending);
    assert_eq!(state(NONE), MilestoneState::Unknown);
}

#[test]
fn the_order_is_the_portals_whatever_the_page_has() {
    for (list, trade) in [(&IMPORT[..], Trade::Import), (&EXPORT[..], Trade::Export)] {
        let rows = list.iter().map(|name| row(name, COLOURED).unwrap());
        let forwards: Vec<MilestoneRow> = rows.collect();
        let backwards: Vec<MilestoneRow> = forwards.iter().rev().cloned().collect();
        assert_eq!(names(&milestones(&forwards, trade)), list);
        assert_eq!(names(&milestones(&backwards, trade)), list);
        assert_eq!(names(&milestones(&backwards, Trade::Unknown)), list);
    }
}

#[test]
fn a_date_is_kept_as_text_and_na_is_none() {
    let rows = [
        row("Discharged\n10/05/2025 07:30", GREY).unwrap(),
        row("Pregate\nN/A", COLOURED).unwrap(),
    ];
    let milestones = milestones(&rows, Trade::Import);
    assert_eq!(milestones[0].date, None);
    assert_eq!(milestones[1].date.as_deref(), Some("10/05/2025 07:30"));
}

#[test]
fn arrows_and_rows_of_several_milestones_are_none() {
    assert_eq!(row("arrow_drop_up", NONE), None);
    assert_eq!(row("Pregate\nN/A\nDischarged\nN/A", COLOURED), None);
    assert_eq!(row("somewhere", COLOURED), None);
}

#[test]
fn a_row_within_a_row_is_the_same_milestone() {
    let rows = [
        row("Pregate\nN/A", COLOURED).unwrap(),
        row("Pregate", NONE).unwrap(),
    ];
    let milestones = milestones(&rows, Trade::Import);
    assert_eq!(milestones.len(), 1);
    assert_eq!(milestones[0].state, MilestoneState::Passed);
}

#[test]
fn a_milestone_that_is_not_known_comes_last() {
    let rows = [
        row("Weighed\n10/05/2025 07:30", GREY).unwrap(),
        row("Container Manifested\nN/A", COLOURED).unwrap(),
    ];
    let milestones = milestones(&rows, Trade::Import);
    assert_eq!(names(&milestones), ["Container Manifested", "Weighed"]);
}

#[test]
fn pregate_is_passed_pending_or_not_to_be_told() {
    let of = |dividers| {
        let rows = [row("Pregate\nN/A", dividers).unwrap()];
        passed_pregate(&milestones(&rows, Trade::Import), Trade::Import)
    };
    assert_eq!(of(COLOURED), Ok(true));
    assert_eq!(of(GREY), Ok(false));
    assert_eq!(of(NONE), Err(NoPregate::DividerUnknown));
    assert_eq!(passed_pregate(&[], Trade::Export), Err(NoPregate::Export));
    assert_eq!(
        passed_pregate(&[], Trade::Import),
        Err(NoPregate::NoMilestone)
    );
}
