//! What makes an appointment another one.

use crate::appointments::{Appointment, Wanted, new_one};

const TIME: &str = "Monday 11/03/2025 07:00 - 09:00";

fn wanted() -> Wanted {
    Wanted {
        terminal: "Rail Head West-Annex".to_owned(),
        move_type: "PICK FULL".to_owned(),
        container_id: Some("CSQU3054383".to_owned()),
        booking_number: None,
        time: "2025-11-03T07:00".to_owned(),
        truck_plate: Some("ZZ0001Q".to_owned()),
    }
}

#[test]
fn other_time_terminal_move_or_container_is_another_appointment() {
    let shown = Appointment {
        terminal: Some("Rail Head West - Annex".to_owned()),
        move_type: Some("PICK FULL".to_owned()),
        container_id: Some("CSQU3054383".to_owned()),
        time: Some(TIME.to_owned()),
        ..Appointment::default()
    };
    assert!(wanted().is(&shown));
    let other_truck = Appointment {
        truck_plate: Some("ZZ0002Q".to_owned()),
        ..shown.clone()
    };
    assert!(
        wanted().is(&other_truck),
        "another truck does not make it another move of the container"
    );
    let changes: [fn(&mut Appointment); 6] = [
        |shown| shown.terminal = Some("Rail Head West".to_owned()),
        |shown| shown.move_type = Some("DROP EMPTY".to_owned()),
        |shown| shown.container_id = None,
        |shown| shown.time = Some("Monday 11/03/2025 09:00 - 11:00".to_owned()),
        |shown| shown.time = None,
        |shown| shown.status = Some("CANCELED".to_owned()),
    ];
    for change in changes {
        let mut other = shown.clone();
        change(&mut other);
        assert!(!wanted().is(&other), "{other:?}");
    }
}

#[test]
fn move_of_a_booking_is_also_told_by_its_truck() {
    let wanted = Wanted {
        container_id: None,
        booking_number: Some("B1234".to_owned()),
        ..wanted()
    };
    let mut shown = Appointment {
        terminal: Some(wanted.terminal.clone()),
        move_type: Some(wanted.move_type.clone()),
        booking_number: wanted.booking_number.clone(),
        time: Some(TIME.to_owned()),
        truck_plate: Some("ZZ0001QB".to_owned()),
        ..Appointment::default()
    };
    assert!(!wanted.is(&shown));
    shown.truck_plate = None;
    assert!(wanted.is(&shown));
}

#[test]
fn new_row_is_told_from_those_that_were_there() {
    let row = |number: Option<&str>| Appointment {
        number: number.map(str::to_owned),
        ..Appointment::default()
    };
    let (one, two) = (row(Some("1")), row(Some("2")));
    let both = [two.clone(), one.clone()];
    assert_eq!(new_one(std::slice::from_ref(&one), &both), Some(&two));
    assert_eq!(new_one(&both, &both), None);
    let bare = [row(None), row(None)];
    assert_eq!(new_one(&bare[..1], &bare), Some(&bare[1]));
    assert_eq!(new_one(&bare, &bare), None);
}
