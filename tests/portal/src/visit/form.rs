//! What the wizard sends, and whether the portal takes it.
//!
//! Owns: the rules of each step, which are pure. Never: records anything.

use serde::{Deserialize, Serialize};

use crate::fleet::{Container, has_valid_check_digit};
use crate::visit::{FormShape, MoveType, Terminal};

/// The most moves of one visit.
const MOVES_MAX: usize = 10;

const SEALS: usize = 4;

/// What the portal says to a booking number.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum BookingAnswer {
    /// It may be used.
    Open,
    /// The dialog "no open transactions for this booking number".
    NoOpenTransactions,
    /// The dialog "booking shippingline is required", which freezes the page.
    LineRequired,
}

/// What the portal knows of a booking number of an account.
pub(crate) fn booking_answer(fleet: &[Container], number: &str) -> BookingAnswer {
    let details = fleet
        .iter()
        .filter_map(|container| container.detail.as_ref());
    let is_known = details
        .filter_map(|detail| detail.booking.as_deref())
        .any(|booking| booking == number);
    if !is_known {
        BookingAnswer::NoOpenTransactions
    } else if number.ends_with('7') {
        BookingAnswer::LineRequired
    } else {
        BookingAnswer::Open
    }
}

/// Everything the wizard knows; a step sends what has been filled in so far.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub(crate) struct VisitForm {
    pub company: String,
    pub terminal: String,
    pub move_type: Option<MoveType>,
    pub containers: Vec<String>,
    pub booking: Option<String>,
    pub line: Option<String>,
    pub equip_size: Option<String>,
    pub quantity: usize,
    pub plate: String,
    pub moves: Vec<MoveForm>,
}

/// One move of a visit, as step 2 and 3 fill it in.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub(crate) struct MoveForm {
    pub container: Option<String>,
    pub own_chassis: bool,
    pub pin: String,
    pub unit: String,
    pub seals: Vec<String>,
    pub slot: String,
}

/// Why a step was not taken; nothing was recorded.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub(crate) struct Refusal {
    pub text: String,
    /// Whether the text stands in a dialog or beside the form.
    pub dialog: bool,
}

impl Refusal {
    pub(crate) fn dialog(text: &str) -> Self {
        Self {
            text: text.to_owned(),
            dialog: true,
        }
    }
}

impl VisitForm {
    /// Whether step 1 leads to step 2: the moves it makes, as their container numbers.
    pub(crate) fn moves_wanted(
        &self,
        terminal: &Terminal,
        move_type: MoveType,
        fleet: &[Container],
    ) -> Result<Vec<Option<String>>, Refusal> {
        match terminal.form(move_type) {
            FormShape::Container => self.containers_wanted(fleet),
            FormShape::Booking => {
                let number = self.booking.as_deref().unwrap_or_default();
                match booking_answer(fleet, number) {
                    BookingAnswer::Open => self.quantity_wanted(),
                    answer => Err(Refusal::dialog(booking_words(answer))),
                }
            }
            FormShape::Line => self.quantity_wanted(),
        }
    }

    fn containers_wanted(&self, fleet: &[Container]) -> Result<Vec<Option<String>>, Refusal> {
        if self.containers.is_empty() || self.containers.len() > MOVES_MAX {
            return Err(Refusal::dialog("one to ten container numbers are required"));
        }
        let is_known = |number: &String| {
            has_valid_check_digit(number) && fleet.iter().any(|row| row.number == *number)
        };
        match self.containers.iter().find(|number| !is_known(number)) {
            Some(number) => Err(Refusal::dialog(&format!(
                "no open transactions for this container number: {number}"
            ))),
            None => Ok(self.containers.iter().cloned().map(Some).collect()),
        }
    }

    fn quantity_wanted(&self) -> Result<Vec<Option<String>>, Refusal> {
        if (1..=MOVES_MAX).contains(&self.quantity) {
            Ok(vec![None; self.quantity])
        } else {
            Err(Refusal::dialog("quantity must be between 1 and 10"))
        }
    }

    /// Whether step 2 leads to step 3.
    pub(crate) fn check_moves(
        &self,
        terminal: &Terminal,
        move_type: MoveType,
    ) -> Result<(), Refusal> {
        let incomplete = |each: &MoveForm| {
            (terminal.asks_pin && each.pin.is_empty())
                || (move_type.is_export() && (each.unit.len() != 11 || each.seals.len() > SEALS))
        };
        if self.moves.is_empty() || self.plate.is_empty() || self.moves.iter().any(incomplete) {
            return Err(Refusal::dialog("required fields are missing"));
        }
        Ok(())
    }
}

/// What the dialog about a booking number says.
pub(crate) fn booking_words(answer: BookingAnswer) -> &'static str {
    match answer {
        BookingAnswer::Open => "",
        BookingAnswer::NoOpenTransactions => "no open transactions for this booking number",
        BookingAnswer::LineRequired => "booking shippingline is required",
    }
}
