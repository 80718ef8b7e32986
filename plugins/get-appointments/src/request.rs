//! What a caller asks for, the goal it stands for, and which rows that are.
//!
//! Owns: the checks that need no browser; they come first.

use appointment_list::{Listing, Stopped};
use emodal::appointment_table::Row;
use gantry_sdk::Failure;
use schemars::JsonSchema;
use serde::Deserialize;

/// Which appointments to export. Without any field: all of them.
#[derive(Debug, Clone, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct Request {
    /// The first so many of the list, newest first, or all if there are fewer. Not together with
    /// `target_appointment_id`.
    #[serde(default)]
    #[schemars(range(min = 1))]
    target_count: Option<u32>,
    /// The one with this number. Not together with `target_count`.
    #[serde(default)]
    target_appointment_id: Option<String>,
}

/// What is wanted of the list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Goal {
    /// All.
    All,
    /// The first so many.
    Count(usize),
    /// The one with this number.
    One(String),
}

impl Request {
    /// The goal that the fields stand for.
    ///
    /// # Errors
    /// `invalid-input`, naming the field.
    pub(crate) fn goal(&self) -> Result<Goal, Failure> {
        let number = self.target_appointment_id.as_deref().map(str::trim);
        match (self.target_count, number) {
            (Some(_), Some(_)) => Err(refused(
                "target_appointment_id",
                "either this or `target_count`",
            )),
            (Some(0), None) => Err(refused("target_count", "a number from 1")),
            (Some(count), None) => Ok(Goal::Count(count as usize)),
            (None, Some("")) => Err(refused("target_appointment_id", "an appointment's number")),
            (None, Some(number)) => Ok(Goal::One(number.to_owned())),
            (None, None) => Ok(Goal::All),
        }
    }
}

impl Goal {
    /// Whether the rows that are known are enough.
    ///
    /// # Errors
    /// `appointment-ids-not-shown`: said at once, not after the whole list.
    pub(crate) fn is_reached(&self, rows: &[Row]) -> Result<Option<Stopped>, Failure> {
        match self {
            Self::All => Ok(None),
            Self::Count(count) => Ok((rows.len() >= *count).then_some(Stopped::TargetCount)),
            Self::One(_) if rows.first().is_some_and(|row| row.number().is_none()) => {
                let message = "The portal's list shows no appointment numbers to this account, so none can be looked for; \
                               ask for all appointments, or for so many";
                Err(Failure::new("appointment-ids-not-shown", message))
            }
            Self::One(number) => Ok(place_of(number, rows).map(|_| Stopped::TargetFound)),
        }
    }

    /// The places of the rows to be ticked, from 0, in order.
    ///
    /// # Errors
    /// `appointment-not-found`, and what says that this cannot be told.
    pub(crate) fn wanted(&self, listing: &Listing) -> Result<Vec<usize>, Failure> {
        let rows = listing.rows.len();
        // Nothing was read, and nothing shows that there is nothing.
        if rows == 0 && listing.stopped != Stopped::EndOfList {
            return Err(incomplete("The list of appointments could not be read"));
        }
        match self {
            Self::All => Ok((0..rows).collect()),
            Self::Count(count) => Ok((0..rows.min(*count)).collect()),
            Self::One(number) => match place_of(number, &listing.rows) {
                Some(place) => Ok(vec![place]),
                None => Err(not_found(number, listing)),
            },
        }
    }
}

/// The place of the row with this number.
fn place_of(number: &str, rows: &[Row]) -> Option<usize> {
    rows.iter().position(|row| row.number() == Some(number))
}

/// A number is absent only from a list that was read to its end, and that shows numbers at all.
fn not_found(number: &str, listing: &Listing) -> Failure {
    if listing.stopped != Stopped::EndOfList {
        return incomplete(
            "The list of appointments could not be read to its end, and the appointment is not in what was read",
        );
    }
    let message = format!(
        "No appointment `{number}` among the {} of this account",
        listing.rows.len()
    );
    Failure::new("appointment-not-found", message)
}

fn incomplete(what: &str) -> Failure {
    Failure::new("list-incomplete", format!("{what}; try again later")).retryable()
}

fn refused(field: &str, wanted: &str) -> Failure {
    let message = format!("`{field}` is not accepted: {wanted} is");
    Failure::new("invalid-input", message).with_field(field, wanted)
}

#[cfg(test)]
mod tests {
    use crate::request::{Goal, Request};
    use appointment_list::{Listing, Stopped};
    use emodal::appointment_table::Row;
    use emodal::appointments::Appointment;

    fn goal(json: &str) -> Result<Goal, gantry_sdk::Failure> {
        serde_json::from_str::<Request>(json).unwrap().goal()
    }

    fn listing(numbers: &[&str], stopped: Stopped) -> Listing {
        let row = |number: &&str| Row {
            name: (*number).to_owned(),
            ticked: Some(false),
            appointment: Appointment {
                number: Some((*number).to_owned()),
                ..Appointment::default()
            },
        };
        Listing {
            rows: numbers.iter().map(row).collect(),
            batches: 1,
            stopped,
        }
    }

    #[test]
    fn fields_stand_for_goals_and_exclude_each_other() {
        assert_eq!(goal("{}").unwrap(), Goal::All);
        assert_eq!(goal(r#"{"target_count": 5}"#).unwrap(), Goal::Count(5));
        assert_eq!(
            goal(r#"{"target_appointment_id": " 7 "}"#).unwrap(),
            Goal::One("7".to_owned())
        );
        for json in [
            r#"{"target_count": 5, "target_appointment_id": "7"}"#,
            r#"{"target_count": 0}"#,
            r#"{"target_appointment_id": " "}"#,
        ] {
            assert_eq!(goal(json).unwrap_err().code, "invalid-input", "{json}");
        }
    }

    #[test]
    fn number_is_looked_for_only_where_the_list_shows_numbers() {
        let mut rows = listing(&["70", "7"], Stopped::EndOfList).rows;
        let one = Goal::One("7".to_owned());
        assert_eq!(one.is_reached(&rows).unwrap(), Some(Stopped::TargetFound));
        assert_eq!(one.is_reached(&rows[..1]).unwrap(), None);
        assert_eq!(one.is_reached(&[]).unwrap(), None);
        rows[0].appointment.number = None;
        let told = one.is_reached(&rows).unwrap_err();
        assert_eq!(told.code, "appointment-ids-not-shown");
        assert_eq!(Goal::All.is_reached(&rows).unwrap(), None);
        let some = Goal::Count(2).is_reached(&rows).unwrap();
        assert_eq!(some, Some(Stopped::TargetCount));
    }

    #[test]
    fn d18_the_one_asked_for_is_ticked_and_no_other() {
        let listing = listing(&["70", "7"], Stopped::TargetFound);
        assert_eq!(Goal::One("7".to_owned()).wanted(&listing).unwrap(), [1]);
        assert_eq!(Goal::Count(9).wanted(&listing).unwrap(), [0, 1]);
        assert_eq!(Goal::Count(1).wanted(&listing).unwrap(), [0]);
    }

    #[test]
    fn number_is_absent_only_from_a_list_read_to_its_end() {
        let one = Goal::One("9".to_owned());
        let code = |stopped| one.wanted(&listing(&["7"], stopped)).unwrap_err().code;
        assert_eq!(code(Stopped::EndOfList), "appointment-not-found");
        assert_eq!(code(Stopped::Stalled), "list-incomplete");
        let nothing = Goal::All.wanted(&listing(&[], Stopped::Deadline));
        assert_eq!(nothing.unwrap_err().code, "list-incomplete");
    }
}
