//! A row of the container list, typed.
//!
//! Owns: the translation of cells to a [`Container`]. Values are what the portal shows, character
//! for character; what the portal shows by a picture or a sign stands beside them.

use crate::cells::Cells;
use crate::columns::{COLUMNS, ColumnKey};
use crate::container_number::has_form;
use schemars::JsonSchema;
use serde::Serialize;
use std::fmt;

/// Whether a container is loaded, by the round badge beside its number.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum Load {
    /// Badge L.
    Loaded,
    /// Badge E.
    Empty,
}

/// One container as the portal's list shows it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Container {
    /// Column "Container #", without the badge.
    pub container_number: String,
    /// The badge beside the number; null if there is none.
    pub load: Option<Load>,
    /// Column "Trade Type": IMPORT, EXPORT or N/A.
    pub trade_type: String,
    /// Column "Status".
    pub status: String,
    /// Column "Holds": YES, NO or N/A.
    pub holds: String,
    /// Column "Pregate Ticket#", the first number.
    pub pregate_ticket: String,
    /// The small second number in the same cell; null if there is none.
    pub pregate_ticket_second: Option<String>,
    /// Column "Emodal Pregate Status".
    pub emodal_pregate_status: String,
    /// Column "Gate Status".
    pub gate_status: String,
    /// Column "Origin".
    pub origin: String,
    /// Column "Destination".
    pub destination: String,
    /// Column "Current Loc".
    pub current_loc: String,
    /// Column "Line".
    pub line: String,
    /// Column "Vessel Name".
    pub vessel_name: String,
    /// Column "Vessel Code".
    pub vessel_code: String,
    /// Column "Voyage".
    pub voyage: String,
    /// Column "Size Type".
    pub size_type: String,
    /// Column "Fees": empty if the portal shows an icon only (see `fees_icon`).
    pub fees: String,
    /// Column "LFD/GTD".
    pub lfd_gtd: String,
    /// Column "Tags".
    pub tags: String,
    /// Whether the portal shows an icon in the column "Fees".
    pub fees_icon: bool,
    /// Whether the row has the arrow that opens its details; without it the portal has no more
    /// data.
    pub expandable: bool,
    /// The columns whose value the portal hides behind asterisks, because it belongs to another
    /// company.
    pub masked: Vec<ColumnKey>,
    /// Whether it hides the second ticket number in the same way.
    pub pregate_ticket_second_masked: bool,
    /// The columns whose value has an asterisk before it, as in `*CONFIRMED`; the value keeps it.
    pub starred: Vec<ColumnKey>,
}

/// The arrow before the number, closed and open, and what else the icon set has of the kind.
pub(crate) const ARROWS: [&str; 6] = [
    "keyboard_arrow_right",
    "keyboard_arrow_down",
    "chevron_right",
    "expand_more",
    "arrow_right",
    "arrow_drop_down",
];

/// A row that has not the cells of a container.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RowError {
    /// The heading of the cell that is missing.
    pub missing: &'static str,
}

impl fmt::Display for RowError {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            formatter,
            "a row of the container list has no cell \"{}\"",
            self.missing
        )
    }
}

impl std::error::Error for RowError {}

impl Container {
    /// Takes a container from a row that was read with [`parts`](crate::cells::parts).
    ///
    /// # Errors
    /// The row has fewer cells than the list has columns.
    pub fn of_row(row: &[Option<String>]) -> Result<Self, RowError> {
        let cells = Cells::new(row);
        let value = |key: ColumnKey| {
            cells.value(key).ok_or(RowError {
                missing: key.heading(),
            })
        };
        let (container_number, load) = split_badge(&value(ColumnKey::ContainerNumber)?);
        let mut ticket = cells.ticket_pieces().unwrap_or_default().into_iter();
        let pregate_ticket = ticket.next().unwrap_or_default();
        let second: Vec<String> = ticket.collect();
        let second = (!second.is_empty()).then(|| second.join(" "));
        let having = |mark: fn(&str) -> bool| -> Vec<ColumnKey> {
            let keys = COLUMNS.iter().map(|(key, _)| *key);
            keys.filter(|key| match key {
                // Its cell holds the second number too.
                ColumnKey::PregateTicket => mark(&pregate_ticket),
                key => cells.value(*key).is_some_and(|value| mark(&value)),
            })
            .collect()
        };
        let (masked, starred) = (having(is_masked), having(is_starred));
        Ok(Self {
            container_number,
            load,
            trade_type: value(ColumnKey::TradeType)?,
            status: value(ColumnKey::Status)?,
            holds: value(ColumnKey::Holds)?,
            pregate_ticket,
            pregate_ticket_second_masked: second.as_deref().is_some_and(is_masked),
            pregate_ticket_second: second,
            emodal_pregate_status: value(ColumnKey::EmodalPregateStatus)?,
            gate_status: value(ColumnKey::GateStatus)?,
            origin: value(ColumnKey::Origin)?,
            destination: value(ColumnKey::Destination)?,
            current_loc: value(ColumnKey::CurrentLoc)?,
            line: value(ColumnKey::Line)?,
            vessel_name: value(ColumnKey::VesselName)?,
            vessel_code: value(ColumnKey::VesselCode)?,
            voyage: value(ColumnKey::Voyage)?,
            size_type: value(ColumnKey::SizeType)?,
            fees: value(ColumnKey::Fees)?,
            lfd_gtd: value(ColumnKey::LfdGtd)?,
            tags: value(ColumnKey::Tags)?,
            fees_icon: cells.has_fees_icon(),
            expandable: ARROWS.iter().any(|arrow| cells.has_icon(arrow)),
            masked,
            starred,
        })
    }

    /// The values in the order of the portal's columns.
    #[must_use]
    pub fn values(&self) -> [&str; COLUMNS.len()] {
        [
            &self.container_number,
            &self.trade_type,
            &self.status,
            &self.holds,
            &self.pregate_ticket,
            &self.emodal_pregate_status,
            &self.gate_status,
            &self.origin,
            &self.destination,
            &self.current_loc,
            &self.line,
            &self.vessel_name,
            &self.vessel_code,
            &self.voyage,
            &self.size_type,
            &self.fees,
            &self.lfd_gtd,
            &self.tags,
        ]
    }
}

/// Parts the number from the badge's letter, which the text has right behind it.
pub(crate) fn split_badge(text: &str) -> (String, Option<Load>) {
    let Some((number, badge)) = text
        .split_at_checked(11)
        .filter(|(number, _)| has_form(number))
    else {
        return (text.to_owned(), None);
    };
    match badge.trim() {
        "" => (number.to_owned(), None),
        "L" => (number.to_owned(), Some(Load::Loaded)),
        "E" => (number.to_owned(), Some(Load::Empty)),
        _ => (text.to_owned(), None),
    }
}

/// Hidden by the portal: asterisks for a value, or several of them in it.
pub(crate) fn is_masked(value: &str) -> bool {
    value.contains("**") || value.split_whitespace().any(|word| word == "*")
}

fn is_starred(value: &str) -> bool {
    value
        .strip_prefix('*')
        .is_some_and(|rest| rest.trim_start().starts_with(char::is_alphanumeric))
}

#[cfg(test)]
#[path = "container_tests.rs"]
mod tests;
