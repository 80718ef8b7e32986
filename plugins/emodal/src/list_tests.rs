//! How rows are collected, and when the list has ended.

use crate::columns::{COLUMNS, ColumnKey};
use crate::container::Container;
use crate::list::{Collected, Ending, Silence, Step, Taken};
use gantry_sdk::page::Scrolled;

fn container(number: &str) -> Container {
    let mut row = vec![None];
    row.extend(COLUMNS.map(|(key, _)| {
        let is_number = key == ColumnKey::ContainerNumber;
        Some(if is_number { number } else { "N/A" }.to_owned())
    }));
    Container::of_row(&row).unwrap()
}

fn batch(numbers: &[&str]) -> Vec<Container> {
    numbers.iter().map(|number| container(number)).collect()
}

fn numbers(collected: &Collected) -> Vec<&str> {
    collected
        .containers()
        .iter()
        .map(|container| container.container_number.as_str())
        .collect()
}

const BOTTOM: Scrolled = Scrolled {
    offset: 600,
    viewport: 400,
    extent: 1000,
};
const MIDDLE: Scrolled = Scrolled {
    offset: 300,
    viewport: 400,
    extent: 1000,
};

#[test]
fn batches_follow_each_other_over_the_row_that_is_read_again() {
    let mut collected = Collected::default();
    assert_eq!(collected.start(), 0);
    assert_eq!(collected.take(batch(&["A", "B"])), Taken::Added(2));
    assert_eq!(collected.start(), 1);
    assert_eq!(collected.take(batch(&["B", "C"])), Taken::Added(1));
    assert_eq!(numbers(&collected), ["A", "B", "C"]);
    assert_eq!(collected.rows(), 3);
}

#[test]
fn duplicates_are_counted_and_the_first_is_kept() {
    let mut collected = Collected::default();
    collected.take(batch(&["A", "B", "A"]));
    assert_eq!(collected.take(batch(&["A", "B", "C"])), Taken::Added(2));
    assert_eq!(numbers(&collected), ["A", "B", "C"]);
    assert_eq!(collected.duplicates(), 2);
    assert_eq!(collected.rows(), 5);
}

#[test]
fn list_built_anew_is_noticed_and_nothing_of_the_old_one_is_kept() {
    for second in [batch(&["C", "D"]), Vec::new()] {
        let mut collected = Collected::default();
        collected.take(batch(&["A", "B"]));
        assert_eq!(collected.take(second), Taken::Rebuilt);
        assert_eq!(
            (collected.start(), collected.rows(), collected.duplicates()),
            (0, 0, 0)
        );
    }
}

#[test]
fn number_is_found_only_whole() {
    let mut collected = Collected::default();
    collected.take(batch(&["CSQU3054383"]));
    assert!(collected.has("CSQU3054383"));
    assert!(!collected.has("CSQU305438"));
}

#[test]
fn portal_that_was_asked_for_more_and_had_nothing_ends_the_list() {
    assert_eq!(
        Ending::default().silent(Silence::Answered, BOTTOM),
        Step::End
    );
}

#[test]
fn one_quiet_spell_is_no_end_but_a_second_after_a_nudge_is() {
    let mut ending = Ending::default();
    assert_eq!(ending.silent(Silence::Quiet, BOTTOM), Step::Nudge);
    assert_eq!(ending.silent(Silence::Quiet, BOTTOM), Step::End);
}

#[test]
fn growth_after_the_nudge_starts_over() {
    let mut ending = Ending::default();
    ending.silent(Silence::Quiet, BOTTOM);
    ending.grew();
    assert_eq!(ending.silent(Silence::Quiet, BOTTOM), Step::Nudge);
}

#[test]
fn list_that_is_not_at_its_bottom_has_not_ended() {
    let mut ending = Ending::default();
    assert_eq!(ending.silent(Silence::Answered, MIDDLE), Step::Nudge);
    assert_eq!(ending.silent(Silence::Quiet, MIDDLE), Step::Nudge);
}
