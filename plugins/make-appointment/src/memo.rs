//! What is needed to find an appointment again: written down before Submit is clicked, read by whoever looks later.
//!
//! Owns: its form, and the verdict over what a later look found.

use appointment_list::Found;
use emodal::appointments::{Appointment, Wanted, new_one};
use gantry_sdk::{Failure, Trace, serde_json};
use serde::{Deserialize, Serialize};
use visit::{Actual, VisitRequest};

use crate::response::Response;

/// What is looked for, what looked the same before it was submitted, and what the run would answer.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct Memo {
    pub(crate) wanted: Wanted,
    pub(crate) before: Vec<Appointment>,
    pub(crate) requested: VisitRequest,
    pub(crate) actual: Actual,
}

impl Memo {
    /// As text for the host to keep.
    pub(crate) fn written(&self) -> Result<String, Failure> {
        serde_json::to_string(self)
            .map_err(|error| Failure::new("memo-unwritable", error.to_string()))
    }

    /// What was written so.
    ///
    /// # Errors
    /// `memo-unreadable`.
    pub(crate) fn read(text: &str) -> Result<Self, Failure> {
        serde_json::from_str(text).map_err(|error| {
            Failure::new(
                "memo-unreadable",
                format!("The memo of this effect cannot be read: {error}"),
            )
        })
    }

    /// What a look at the list says. Absent only if all of it was read.
    ///
    /// # Errors
    /// What was found cannot be written as JSON.
    pub(crate) fn trace(self, found: &Found) -> Result<Trace, Failure> {
        match new_one(&self.before, &found.matching) {
            Some(there) => {
                let answer = serde_json::to_string(&Response::found(&self, there.clone()));
                let answer =
                    answer.map_err(|error| Failure::new("output-not-json", error.to_string()))?;
                Ok(Trace::Happened(answer))
            }
            None if found.complete => Ok(Trace::Absent),
            None => Ok(Trace::Unclear(
                "The list of appointments was not read to its end".to_owned(),
            )),
        }
    }
}

#[cfg(test)]
mod tests {
    use appointment_list::Found;
    use emodal::appointments::{Appointment, Wanted};
    use gantry_sdk::Trace;
    use visit::Actual;

    use crate::memo::Memo;

    fn memo(before: Vec<Appointment>) -> Memo {
        let wanted = Wanted {
            terminal: "North Lock".to_owned(),
            move_type: "PICK FULL".to_owned(),
            container_id: Some("CSQU3054383".to_owned()),
            booking_number: None,
            time: "Monday 11/03/2025 07:00 - 09:00".to_owned(),
            truck_plate: None,
        };
        let requested = r#"{"container_type": "import", "pin_code": "4711"}"#;
        Memo {
            wanted,
            before,
            requested: gantry_sdk::serde_json::from_str(requested).unwrap(),
            actual: Actual::default(),
        }
    }

    fn numbered(number: &str) -> Appointment {
        Appointment {
            number: Some(number.to_owned()),
            ..Appointment::default()
        }
    }

    #[test]
    fn absent_needs_a_list_read_to_its_end() {
        let mut found = Found::default();
        assert!(matches!(
            memo(vec![]).trace(&found).unwrap(),
            Trace::Unclear(_)
        ));
        found.complete = true;
        assert!(matches!(memo(vec![]).trace(&found).unwrap(), Trace::Absent));
    }

    #[test]
    fn what_was_there_before_is_not_what_happened() {
        let found = Found {
            matching: vec![numbered("1")],
            complete: true,
        };
        assert!(matches!(
            memo(vec![numbered("1")]).trace(&found).unwrap(),
            Trace::Absent
        ));
        assert!(matches!(
            memo(vec![]).trace(&found).unwrap(),
            Trace::Happened(_)
        ));
    }

    #[test]
    fn memo_is_read_as_it_was_written() {
        let text = memo(vec![numbered("1")]).written().unwrap();
        assert!(!text.contains("4711"), "a PIN is not kept");
        let read = Memo::read(&text).unwrap();
        assert_eq!((read.wanted, read.before.len()), (memo(vec![]).wanted, 1));
        assert_eq!(Memo::read("{}").unwrap_err().code, "memo-unreadable");
    }
}
