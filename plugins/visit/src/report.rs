//! What the form says in the end, beside what was asked for.
//!
//! Owns: the comparison. It is made with what step 3 shows, not with what was typed (portal-facts D3, D4).

use emodal::summary::Summary;
use emodal::words::is_same;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::request::VisitRequest;

/// What the portal's form shows, read back from it. None where it shows nothing.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Actual {
    /// The trucking company.
    pub trucking_company: Option<String>,
    /// The terminal.
    pub terminal: Option<String>,
    /// The containers of step 1.
    pub containers: Vec<String>,
    /// The booking of step 1.
    pub booking_number: Option<String>,
    /// How many moves.
    pub moves: usize,
    /// The first move, as step 3 shows it.
    #[serde(flatten)]
    pub summary: Summary,
    /// Further moves.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub more_moves: Vec<Summary>,
    /// The time that is chosen, in the portal's words.
    pub slot: Option<String>,
    /// What was sent and has no place in this form, by name.
    pub not_asked_for: Vec<String>,
}

/// One thing that is not as asked for.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Difference {
    /// The input's field.
    pub field: String,
    /// What was asked for.
    pub requested: String,
    /// What the form shows; null if it shows nothing.
    pub actual: Option<String>,
}

/// Whatever is not as asked for.
#[must_use]
pub fn differences(request: &VisitRequest, actual: &Actual) -> Vec<Difference> {
    let mut found = Vec::new();
    let mut compare = |field: &str, requested: Option<&str>, shown: Option<&str>| {
        let Some(requested) = requested else { return };
        if !shown.is_some_and(|shown| is_same(requested, shown)) {
            found.push(Difference {
                field: field.to_owned(),
                requested: requested.to_owned(),
                actual: shown.map(str::to_owned),
            });
        }
    };
    compare(
        "trucking_company",
        request.trucking_company.as_deref(),
        actual.trucking_company.as_deref(),
    );
    compare(
        "terminal",
        request.terminal.as_deref(),
        actual.terminal.as_deref(),
    );
    let booking = actual.booking_number.as_deref();
    compare("booking_number", request.booking_number.as_deref(), booking);
    let moves = actual.moves.to_string();
    let quantity = request.quantity.map(|quantity| quantity.to_string());
    if !actual.not_asked_for.iter().any(|field| field == "quantity") {
        compare("quantity", quantity.as_deref(), Some(&moves));
    }
    // An export's unit is the one that is brought; an import's is its container.
    let unit = request
        .unit_number
        .as_deref()
        .map(|unit| ("unit_number", unit));
    let unit = unit.or(request
        .container_id
        .as_deref()
        .map(|container| ("container_id", container)));
    let summaries = std::iter::once(&actual.summary).chain(&actual.more_moves);
    for shown in summaries {
        compare(
            "move_type",
            request.move_type.as_deref(),
            shown.move_type.as_deref(),
        );
        if let Some((field, unit)) = unit {
            compare(field, Some(unit), shown.unit_number.as_deref());
        }
        compare("line", request.line.as_deref(), shown.line.as_deref());
        compare(
            "equip_size",
            request.equip_size.as_deref(),
            shown.equip_size.as_deref(),
        );
        let chassis = request.own_chassis.map(yes_or_no);
        compare("own_chassis", chassis, shown.own_chassis.map(yes_or_no));
        compare(
            "truck_plate",
            request.truck_plate.as_deref(),
            shown.truck_plate.as_deref(),
        );
    }
    found
}

fn yes_or_no(on: bool) -> &'static str {
    if on { "yes" } else { "no" }
}

#[cfg(test)]
mod tests {
    use emodal::summary::Summary;

    use crate::report::{Actual, differences};
    use crate::request::VisitRequest;

    fn request() -> VisitRequest {
        serde_json::from_str(
            r#"{"container_type": "import", "terminal": "A-B", "move_type": "PICK FULL", "container_id": "CSQU3054383",
            "own_chassis": false, "truck_plate": "ZZ0001Q", "quantity": 1}"#,
        )
        .unwrap()
    }

    fn actual() -> Actual {
        Actual {
            terminal: Some("A - B".to_owned()),
            moves: 1,
            summary: Summary {
                move_type: Some("PICK FULL".to_owned()),
                unit_number: Some("CSQU3054383".to_owned()),
                line: Some("QXLN".to_owned()),
                own_chassis: Some(false),
                truck_plate: Some("ZZ0001Q".to_owned()),
                ..Summary::default()
            },
            ..Actual::default()
        }
    }

    #[test]
    fn what_was_not_asked_for_is_no_difference() {
        assert_eq!(differences(&request(), &actual()), []);
    }

    #[test]
    fn d3_d4_what_the_form_shows_counts_and_nothing_shown_is_a_difference() {
        let changed = |change: fn(&mut Actual)| {
            let mut other = actual();
            change(&mut other);
            other
        };
        let others = [
            (
                "own_chassis",
                changed(|it| it.summary.own_chassis = Some(true)),
            ),
            ("own_chassis", changed(|it| it.summary.own_chassis = None)),
            (
                "truck_plate",
                changed(|it| it.summary.truck_plate = Some("ZZ0001QB".to_owned())),
            ),
            ("container_id", changed(|it| it.summary.unit_number = None)),
            ("quantity", changed(|it| it.moves = 2)),
        ];
        for (field, other) in others {
            let found = differences(&request(), &other);
            assert_eq!(found.len(), 1, "{found:?}");
            assert_eq!(found[0].field, field);
        }
    }

    #[test]
    fn every_move_has_to_be_as_asked_for() {
        let mut two = actual();
        two.more_moves.push(Summary::default());
        assert!(differences(&request(), &two).len() >= 3);
    }
}
