//! The 18 columns of the container list, in the portal's order.

use crate::headings::plain;
use schemars::JsonSchema;
use serde::Serialize;

/// A column of the container list.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
#[expect(missing_docs, reason = "the heading says it")]
pub enum ColumnKey {
    ContainerNumber,
    TradeType,
    Status,
    Holds,
    PregateTicket,
    EmodalPregateStatus,
    GateStatus,
    Origin,
    Destination,
    CurrentLoc,
    Line,
    VesselName,
    VesselCode,
    Voyage,
    SizeType,
    Fees,
    LfdGtd,
    Tags,
}

/// Every column with its heading, in the portal's order.
pub const COLUMNS: [(ColumnKey, &str); 18] = [
    (ColumnKey::ContainerNumber, "Container #"),
    (ColumnKey::TradeType, "Trade Type"),
    (ColumnKey::Status, "Status"),
    (ColumnKey::Holds, "Holds"),
    (ColumnKey::PregateTicket, "Pregate Ticket#"),
    (ColumnKey::EmodalPregateStatus, "Emodal Pregate Status"),
    (ColumnKey::GateStatus, "Gate Status"),
    (ColumnKey::Origin, "Origin"),
    (ColumnKey::Destination, "Destination"),
    (ColumnKey::CurrentLoc, "Current Loc"),
    (ColumnKey::Line, "Line"),
    (ColumnKey::VesselName, "Vessel Name"),
    (ColumnKey::VesselCode, "Vessel Code"),
    (ColumnKey::Voyage, "Voyage"),
    (ColumnKey::SizeType, "Size Type"),
    (ColumnKey::Fees, "Fees"),
    (ColumnKey::LfdGtd, "LFD/GTD"),
    (ColumnKey::Tags, "Tags"),
];

impl ColumnKey {
    /// The column whose heading this is. Case, spacing and signs do not matter.
    #[must_use]
    pub fn of_heading(heading: &str) -> Option<Self> {
        let heading = plain(heading);
        COLUMNS
            .iter()
            .find(|(_, known)| plain(known) == heading)
            .map(|(key, _)| *key)
    }

    /// The heading as the portal writes it.
    #[must_use]
    pub fn heading(self) -> &'static str {
        COLUMNS[self as usize].1
    }
}

#[cfg(test)]
mod tests {
    use crate::columns::{COLUMNS, ColumnKey};

    #[test]
    fn every_key_stands_at_its_own_place() {
        for (place, (key, heading)) in COLUMNS.iter().enumerate() {
            assert_eq!(*key as usize, place);
            assert_eq!(key.heading(), *heading);
        }
    }

    #[test]
    fn heading_is_known_whatever_its_spacing_and_case() {
        assert_eq!(
            ColumnKey::of_heading("PREGATE  TICKET #"),
            Some(ColumnKey::PregateTicket)
        );
        assert_eq!(ColumnKey::of_heading("LFD / GTD"), Some(ColumnKey::LfdGtd));
        assert_eq!(
            ColumnKey::of_heading("Container"),
            Some(ColumnKey::ContainerNumber)
        );
        assert_eq!(ColumnKey::of_heading(""), None);
        assert_eq!(ColumnKey::of_heading("Container Status"), None);
    }
}
