//! Step 3's summary of each move, from the texts of the step.
//!
//! Owns: its labels, and which text belongs to which. A value stands after its label; where labels come in a row,
//! their values follow in the same order.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::words::normal;

/// What the portal shows of one move, as it will be submitted. None where it shows nothing.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Summary {
    /// Such as `PICK FULL`.
    pub move_type: Option<String>,
    /// The container.
    pub unit_number: Option<String>,
    /// The shipping line.
    pub line: Option<String>,
    /// The size.
    pub equip_size: Option<String>,
    /// Whether the chassis is the trucker's.
    pub own_chassis: Option<bool>,
    /// The truck.
    pub truck_plate: Option<String>,
}

const LABELS: [&str; 6] = [
    "move type",
    "unit number",
    "line",
    "equip size",
    "own chassis",
    "truck plate",
];

/// Reads the texts of step 3, one summary for each move.
#[must_use]
pub fn of_texts<T: AsRef<str>>(texts: &[T]) -> Vec<Summary> {
    let label = |place: usize| {
        let text = normal(texts.get(place)?.as_ref());
        let text = text.trim_end_matches([':', '*', ' ']);
        LABELS.iter().position(|known| *known == text)
    };
    let mut summaries: Vec<Summary> = Vec::new();
    let mut place = 0;
    while place < texts.len() {
        let run: Vec<usize> = (place..).map_while(label).collect();
        if run.is_empty() {
            place += 1;
            continue;
        }
        for (offset, which) in run.iter().enumerate() {
            let value = texts.get(place + run.len() + offset).map(AsRef::as_ref);
            if *which == 0 || summaries.is_empty() {
                summaries.push(Summary::default());
            }
            if let Some(summary) = summaries.last_mut() {
                summary.set(*which, value.unwrap_or_default().trim());
            }
        }
        place += 2 * run.len();
    }
    summaries
}

impl Summary {
    fn set(&mut self, label: usize, value: &str) {
        let text = (!value.is_empty()).then(|| value.to_owned());
        match label {
            0 => self.move_type = text,
            1 => self.unit_number = text,
            2 => self.line = text,
            3 => self.equip_size = text,
            4 => self.own_chassis = yes_or_no(value),
            _ => self.truck_plate = text,
        }
    }
}

fn yes_or_no(value: &str) -> Option<bool> {
    match normal(value).as_str() {
        "yes" => Some(true),
        "no" => Some(false),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use crate::summary::{Summary, of_texts};

    fn summary() -> Summary {
        Summary {
            move_type: Some("PICK FULL".to_owned()),
            unit_number: Some("CSQU3054383".to_owned()),
            line: Some("QXLN".to_owned()),
            equip_size: Some("40HC".to_owned()),
            own_chassis: Some(true),
            truck_plate: Some("ZZ0001Q".to_owned()),
        }
    }

    #[test]
    fn values_beside_their_labels_and_after_a_row_of_labels_are_the_same() {
        let beside = [
            "Check-in within 60 minutes",
            "Move Type",
            "PICK FULL",
            "Unit Number",
            "CSQU3054383",
            "Line",
            "QXLN",
            "Equip size",
            "40HC",
            "Own chassis",
            "Yes",
            "Truck Plate",
            "ZZ0001Q",
            "Monday 11/03/2025 07:00 - 09:00",
        ];
        let in_rows = [
            "Move Type",
            "Unit Number",
            "Line",
            "Equip size",
            "Own chassis",
            "Truck Plate",
            "PICK FULL",
            "CSQU3054383",
            "QXLN",
            "40HC",
            "Yes",
            "ZZ0001Q",
        ];
        assert_eq!(of_texts(&beside), [summary()]);
        assert_eq!(of_texts(&in_rows), [summary()]);
    }

    #[test]
    fn empty_value_moves_nothing_and_a_new_move_begins_with_its_type() {
        let texts = [
            "Move Type",
            "DROP EMPTY",
            "Unit Number",
            "",
            "Own chassis",
            "No",
            "Move Type",
            "DROP EMPTY",
            "Own chassis",
            "perhaps",
        ];
        let summaries = of_texts(&texts);
        assert_eq!(summaries.len(), 2);
        assert_eq!(summaries[0].unit_number, None);
        assert_eq!(summaries[0].own_chassis, Some(false));
        assert_eq!(summaries[1].own_chassis, None);
    }

    #[test]
    fn step_without_a_summary_has_none() {
        assert_eq!(of_texts(&["Monday", ""]), []);
    }
}
