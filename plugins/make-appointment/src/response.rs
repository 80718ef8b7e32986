//! What a caller gets: the appointment, and how it is known.

use emodal::appointments::Appointment;
use emodal::slots::Slot;
use emodal::words::is_same;
use gantry_sdk::ArtifactId;
use schemars::JsonSchema;
use serde::Serialize;
use visit::{Actual, Difference, VisitRequest};

use crate::memo::Memo;

/// One appointment that stands in the portal.
#[derive(Debug, Serialize, JsonSchema)]
pub(crate) struct Response {
    /// True if it was there before, and nothing was submitted.
    pub(crate) already_exists: bool,
    /// What the portal said to Submit: null if nothing was submitted, or its answer was not seen.
    pub(crate) confirmation: Option<Confirmation>,
    /// As the list of own appointments shows it; null if it was not looked for there, or not seen.
    pub(crate) appointment: Option<Appointment>,
    /// Its time; null if the portal's words for it cannot be read.
    pub(crate) slot: Option<Slot>,
    /// What was asked for, without the PIN.
    pub(crate) requested: VisitRequest,
    /// What the form showed before Submit: null if nothing was submitted.
    pub(crate) actual: Option<Actual>,
    /// How an appointment that was there before differs from what was asked for.
    pub(crate) differences: Vec<Difference>,
    /// Pictures of the portal's answer.
    pub(crate) evidence: Vec<ArtifactId>,
}

/// What the portal said.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub(crate) struct Confirmation {
    /// The appointment's number, if one was shown.
    pub(crate) number: Option<String>,
    /// Its words.
    pub(crate) words: String,
}

impl Response {
    /// It was submitted, nobody saw the portal's answer, and now the list shows it.
    pub(crate) fn found(memo: &Memo, there: Appointment) -> Self {
        Self {
            already_exists: false,
            confirmation: None,
            slot: Slot::of_text(&memo.wanted.time),
            appointment: Some(there),
            requested: memo.requested.clone(),
            actual: Some(memo.actual.clone()),
            differences: Vec::new(),
            evidence: Vec::new(),
        }
    }

    /// It was there before.
    pub(crate) fn already(request: &VisitRequest, there: Appointment) -> Self {
        let plate = request.truck_plate.as_deref();
        let differences = match (plate, &there.truck_plate) {
            (Some(wanted), Some(shown)) if !is_same(wanted, shown) => vec![Difference {
                field: "truck_plate".to_owned(),
                requested: wanted.to_owned(),
                actual: Some(shown.clone()),
            }],
            _ => Vec::new(),
        };
        Self {
            already_exists: true,
            confirmation: None,
            slot: there.time.as_deref().and_then(Slot::of_text),
            appointment: Some(there),
            requested: request.clone(),
            actual: None,
            differences,
            evidence: Vec::new(),
        }
    }
}
