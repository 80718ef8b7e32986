//! Everything before the point of no return: whether the appointment is there already, which time is meant, and whether
//! the form says what was asked for.
//!
//! Owns: the refusals after which certainly nothing was submitted.

use appointment_list::{Until, find_own};
use emodal::appointments::{Appointment, Wanted};
use emodal::slots::Slot;
use emodal::wizard::TIMES;
use emodal::words::{is_same, listed};
use gantry_sdk::{Failure, progress};
use visit::{Actual, Difference, Times, VisitRequest, current_slot, differences};

/// The form is filled in, read back, and right.
#[derive(Debug)]
pub(crate) struct Ready {
    pub(crate) slot: Slot,
    pub(crate) actual: Actual,
}

/// What the appointment is known by among one's own.
pub(crate) fn wanted(request: &VisitRequest, time: &str) -> Wanted {
    Wanted {
        terminal: request.terminal.clone().unwrap_or_default(),
        move_type: request.move_type.clone().unwrap_or_default(),
        container_id: request.container_id.clone(),
        booking_number: request.booking_number.clone(),
        time: time.to_owned(),
        truck_plate: request.truck_plate.clone(),
    }
}

/// Looks whether it is there already.
///
/// # Errors
/// The list of own appointments could not be read to its end: then nothing is submitted either.
pub(crate) fn look(request: &VisitRequest, time: &str) -> Result<Option<Appointment>, Failure> {
    progress::report("own-appointments", 0, None);
    let found = find_own(&wanted(request, time), Until::First)?;
    Ok(found.matching.into_iter().next())
}

/// Chooses the time and compares everything that the form shows with what was asked for.
///
/// # Errors
/// `slot-unavailable` with what is offered, `read-back-differs` with the differences.
pub(crate) fn choose(request: &VisitRequest, time: &str, walked: Actual) -> Result<Ready, Failure> {
    // What is wrong already is not worth choosing a time for.
    refuse(&differences(request, &walked))?;
    if walked.moves != 1 {
        let message = format!(
            "The form has {} moves, and one appointment was asked for",
            walked.moves
        );
        return Err(differing(message));
    }
    let times = Times::read()?;
    let slot = pick(&times.offered.slots, time, times.offered.nothing.as_deref())?;
    times.choose(slot)?;
    let actual = Actual {
        slot: current_slot()?,
        ..walked
    };
    if actual
        .slot
        .as_deref()
        .is_some_and(|shown| is_same(shown, &slot.text))
    {
        return Ok(Ready {
            slot: slot.clone(),
            actual,
        });
    }
    let shown = actual.slot.unwrap_or_default();
    let message = format!(
        "The form shows \"{shown}\" instead of \"{}\"; nothing was submitted",
        slot.text
    );
    Err(differing(message).with_field("appointment_time", shown))
}

/// The one time that is meant.
fn pick<'a>(slots: &'a [Slot], time: &str, nothing: Option<&str>) -> Result<&'a Slot, Failure> {
    let meant: Vec<&Slot> = slots.iter().filter(|slot| slot.is_meant_by(time)).collect();
    if let [slot] = meant.as_slice() {
        return Ok(slot);
    }
    let texts: Vec<&str> = slots.iter().map(|slot| slot.text.as_str()).collect();
    let message = match (nothing, meant.is_empty()) {
        (Some(said), true) if slots.is_empty() => {
            format!("The portal says \"{said}\"; nothing was submitted")
        }
        (_, true) => format!("The portal does not offer \"{time}\"; nothing was submitted"),
        (_, false) => format!("\"{time}\" stands for more than one time; nothing was submitted"),
    };
    Err(Failure::new("slot-unavailable", message)
        .with_field("appointment_time", listed(&texts))
        .in_phase(TIMES))
}

fn refuse(differences: &[Difference]) -> Result<(), Failure> {
    if differences.is_empty() {
        return Ok(());
    }
    let message = "The form does not show what was asked for; nothing was submitted";
    let failure = differing(message.to_owned());
    Err(differences.iter().fold(failure, |failure, one| {
        let shown = one.actual.as_deref().map_or_else(
            || format!("the form does not show it; asked for: {}", one.requested),
            |shown| format!("the form shows {shown}; asked for: {}", one.requested),
        );
        failure.with_field(&one.field, shown)
    }))
}

fn differing(message: String) -> Failure {
    Failure::new("read-back-differs", message).in_phase(TIMES)
}

#[cfg(test)]
mod tests {
    use emodal::slots::Slot;

    use crate::before::pick;

    fn slots(texts: &[&str]) -> Vec<Slot> {
        texts
            .iter()
            .map(|text| Slot::of_text(text).unwrap())
            .collect()
    }

    const OFFERED: [&str; 3] = [
        "Monday 11/03/2025 07:00 - 09:00",
        "Monday 11/03/2025 07:00 - 12:00",
        "Monday 11/03/2025 17:00 - 19:00",
    ];

    #[test]
    fn d8_only_a_whole_time_is_taken_and_only_one() {
        let slots = slots(&OFFERED);
        for (time, text) in [
            ("monday 11/03/2025 07:00-09:00", OFFERED[0]),
            ("2025-11-03T07:00/2025-11-03T12:00", OFFERED[1]),
            ("2025-11-03T17:00", OFFERED[2]),
        ] {
            assert_eq!(pick(&slots, time, None).unwrap().text, text);
        }
        for time in [
            "2025-11-03T07:00",
            "07:00 - 09:00",
            "Monday",
            "2025-11-04T07:00",
        ] {
            let failure = pick(&slots, time, None).unwrap_err();
            assert_eq!(failure.code, "slot-unavailable");
            assert!(failure.fields[0].1.contains(OFFERED[2]));
        }
    }

    #[test]
    fn what_the_portal_says_instead_of_times_is_told() {
        let failure =
            pick(&[], "2025-11-03T07:00", Some("No Appointments Available!")).unwrap_err();
        assert!(failure.message.contains("No Appointments Available!"));
    }
}
