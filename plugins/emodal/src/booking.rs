//! The booking number of an opened row.
//!
//! Owns: what counts as one. It is the value beside the label "Booking #" in that row's own detail,
//! never a text that looks like a booking (portal-facts D10, D15).

use crate::container::is_masked;
use crate::detail::{Beside, Detail};
use crate::trade::Trade;
use schemars::JsonSchema;
use serde::Serialize;
use std::fmt;

const LABEL: &str = "Booking #";

/// Why there is no booking number.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum NoBooking {
    /// The container is an import, and its details have no such field.
    Import,
    /// The details of the container have no such field.
    NoField,
    /// The portal shows that there is none.
    NotAvailable,
    /// The portal hides it behind asterisks.
    Masked,
}

/// The field is there, and which value is its own cannot be told.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct BookingUnclear;

impl fmt::Display for BookingUnclear {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            formatter,
            "the details have a field \"{LABEL}\", but it cannot be told which value is its own"
        )
    }
}

impl std::error::Error for BookingUnclear {}

/// The booking number, or why there is none.
///
/// # Errors
/// It cannot be told: that is neither.
pub fn booking_number(
    detail: &Detail,
    trade: Trade,
) -> Result<Result<String, NoBooking>, BookingUnclear> {
    Ok(match detail.beside(LABEL) {
        Beside::Unclear => return Err(BookingUnclear),
        Beside::NoLabel if trade == Trade::Import => Err(NoBooking::Import),
        Beside::NoLabel => Err(NoBooking::NoField),
        Beside::Value(value) if is_masked(value) => Err(NoBooking::Masked),
        Beside::Value("" | "N/A" | "-") => Err(NoBooking::NotAvailable),
        Beside::Value(value) => Ok(value.to_owned()),
    })
}

#[cfg(test)]
mod tests {
    use crate::booking::{BookingUnclear, NoBooking, booking_number};
    use crate::detail::{Card, Detail, Field};
    use crate::trade::Trade;

    fn detail(fields: &[(&str, Option<&str>)]) -> Detail {
        let field = |(label, value): &(&str, Option<&str>)| Field {
            label: (*label).to_owned(),
            value: value.map(str::to_owned),
        };
        Detail {
            cards: vec![Card {
                heading: None,
                fields: fields.iter().map(field).collect(),
            }],
            ..Detail::default()
        }
    }

    #[test]
    fn number_is_what_stands_beside_its_label() {
        let detail = detail(&[("Status", Some("GATE OUT")), ("Booking #", Some("QZB1"))]);
        let number = booking_number(&detail, Trade::Export);
        assert_eq!(number, Ok(Ok("QZB1".to_owned())));
    }

    #[test]
    fn every_reason_for_none_has_its_name() {
        let none = |detail: &Detail, trade| booking_number(detail, trade).unwrap().unwrap_err();
        let other = detail(&[("Status", Some("BOOKED1234"))]);
        assert_eq!(none(&other, Trade::Import), NoBooking::Import);
        assert_eq!(none(&other, Trade::Export), NoBooking::NoField);
        for (value, reason) in [
            ("N/A", NoBooking::NotAvailable),
            ("", NoBooking::NotAvailable),
            ("*******", NoBooking::Masked),
        ] {
            let detail = detail(&[("Booking #", Some(value))]);
            assert_eq!(none(&detail, Trade::Export), reason, "{value}");
        }
    }

    #[test]
    fn field_without_a_value_of_its_own_is_neither() {
        let unpaired = detail(&[("Booking #", None)]);
        assert_eq!(
            booking_number(&unpaired, Trade::Export),
            Err(BookingUnclear)
        );
        let twice = detail(&[("Booking #", Some("QZB1")), ("Booking #", Some("QZB2"))]);
        assert_eq!(booking_number(&twice, Trade::Export), Err(BookingUnclear));
    }
}
