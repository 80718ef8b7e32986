//! Both forms of the list, and what a row says of itself.

use crate::appointment_table::{Columns, Row};
use crate::appointments::Appointment;

#[expect(clippy::unnecessary_wraps, reason = "as a page gives a text")]
fn some(text: &str) -> Option<String> {
    Some(text.to_owned())
}

fn columns(headings: &[&str]) -> Columns {
    let cells: Vec<_> = headings.iter().map(|text| vec![some(text)]).collect();
    Columns::of_headings(&cells).unwrap()
}

/// A row as the page gives it: its id, its box, and its cells, which are those of the headings that are not blank.
fn row(columns: &Columns, id: Option<&str>, state: &str, cells: &[&str]) -> Row {
    let name = cells.first().map(|text| (*text).to_owned());
    let mut parts = vec![id.map(str::to_owned), some(state), name];
    parts.extend(cells.iter().map(|text| some(text)));
    assert_eq!(parts.len(), columns.parts().len());
    columns.row(&parts)
}

const NUMBERED: [&str; 9] = [
    "",
    "Appointment #",
    "Terminal",
    "Move Type",
    "Container #",
    "Booking #",
    "Appointment Time",
    "Truck Plate",
    "Status",
];
const BARE: [&str; 6] = ["", "Container/Booking", "Type", "Terminal", "Slot", "Truck"];
const TIME: &str = "Monday 11/03/2025 07:00 - 09:00";

fn shown() -> Appointment {
    Appointment {
        number: None,
        terminal: some("Rail Head West - Annex"),
        move_type: some("PICK FULL"),
        container_id: some("CSQU3054383"),
        booking_number: None,
        time: some(TIME),
        truck_plate: some("ZZ0001Q"),
        status: None,
    }
}

#[test]
fn both_forms_of_the_list_are_read() {
    let numbered = columns(&NUMBERED);
    assert_eq!(numbered.tell_apart(), Ok(()));
    let cells = [
        "QA1",
        "Rail Head  West - Annex",
        "PICK FULL",
        "CSQU3054383",
        "N/A",
        TIME,
        "ZZ0001Q",
        "CONFIRMED",
    ];
    let expected = Appointment {
        number: some("QA1"),
        status: some("CONFIRMED"),
        ..shown()
    };
    let read = row(&numbered, Some("apt-QA1"), "false", &cells);
    assert_eq!(read.appointment, expected);

    let bare = columns(&BARE);
    assert_eq!(bare.tell_apart(), Ok(()));
    let cells = [
        "CSQU3054383",
        "PICK FULL",
        "Rail Head West - Annex",
        TIME,
        "ZZ0001Q",
    ];
    assert_eq!(row(&bare, None, "false", &cells).appointment, shown());
}

#[test]
fn list_that_does_not_show_what_an_appointment_is_known_by_is_refused() {
    let told = |headings: &[&str]| columns(headings).tell_apart().unwrap_err();
    assert_eq!(
        told(&["Terminal", "Type", "Slot", "Container #"]),
        "no column for the container and booking"
    );
    assert_eq!(
        told(&["Terminal", "Type", "Move Type", "Slot"]),
        "two columns \"Move Type\""
    );
}

#[test]
fn first_column_with_a_heading_names_the_appointment_whatever_the_others_are() {
    let columns = columns(&["\u{a0}", "Reference arrow_upward", "Place"]);
    assert_eq!(columns.naming(), "Reference");
    let read = columns.row(&[None, some("false"), some("R-7")]);
    assert_eq!(read.name, "R-7");
    assert_eq!(Columns::of_headings(&[vec![some("")]]), Err("no headings"));
}

#[test]
fn number_is_the_one_that_is_shown_or_else_the_one_of_the_id() {
    let numbered = columns(&["Appointment #"]);
    let number = |id, shown| {
        let read = row(&numbered, id, "false", &[shown]);
        read.number().map(str::to_owned)
    };
    assert_eq!(number(Some("apt-77"), "77"), some("77"));
    assert_eq!(number(None, "77"), some("77"));
    assert_eq!(number(Some("apt-77"), ""), some("77"));
    assert_eq!(number(Some("row-1"), "N/A"), None);
}

#[test]
fn row_is_the_same_whatever_its_box_says_and_a_box_without_state_is_not_ticked() {
    let numbered = columns(&["Appointment #"]);
    let [one, ticked, mixed] =
        ["false", "true", "mixed"].map(|state| row(&numbered, Some("apt-77"), state, &["77"]));
    assert_eq!(
        [one.ticked, ticked.ticked, mixed.ticked],
        [Some(false), Some(true), None]
    );
    assert!(one.is_same(&ticked));
    assert!(!one.is_same(&row(&numbered, None, "false", &["78"])));
}
