//! One row of the list: what the screen shows in each of its eighteen cells.
//!
//! Owns: the truth a test compares a read row with. Never: knows how it is drawn.

use serde::{Deserialize, Serialize};

use crate::fleet::Detail;

/// The headers of the eighteen columns, in order.
pub const COLUMNS: [&str; 18] = [
    "Container #",
    "Trade Type",
    "Status",
    "Holds",
    "Pregate Ticket#",
    "Emodal Pregate Status",
    "Gate Status",
    "Origin",
    "Destination",
    "Current Loc",
    "Line",
    "Vessel Name",
    "Vessel Code",
    "Voyage",
    "Size Type",
    "Fees",
    "LFD/GTD",
    "Tags",
];

/// The round badge beside a container number.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Badge {
    /// Loaded.
    L,
    /// Empty.
    E,
}

/// A cell that may be hidden behind asterisks because it is another company's.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct TextCell {
    /// What stands there: the value, `N/A`, or asterisks.
    pub text: String,
    /// Whether it is asterisks instead of a value. A leading asterisk is not a mask.
    pub masked: bool,
}

impl TextCell {
    pub(crate) fn plain(text: &str) -> Self {
        Self {
            text: text.to_owned(),
            masked: false,
        }
    }

    pub(crate) fn mask(length: usize) -> Self {
        Self {
            text: "*".repeat(length),
            masked: true,
        }
    }
}

/// The Holds cell.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum HoldsCell {
    /// `N/A`, without an icon.
    NotAvailable,
    /// A green icon and `NO`.
    No,
    /// A red icon and `YES`.
    Yes,
}

/// The Pregate Ticket# cell: a first line and sometimes a small grey second number.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct TicketCell {
    /// The ticket, `N/A`, or asterisks.
    pub first: TextCell,
    /// Whether the first line is a link.
    pub link: bool,
    /// The small grey number.
    pub second: Option<TextCell>,
}

/// The Fees cell.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum FeesCell {
    /// `N/A`.
    NotAvailable,
    /// An icon and no text; the portal's own Excel says `N/A` there.
    IconOnly,
}

/// One container of an account: its row, and what opens under it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Container {
    /// Four letters, six digits and the check digit.
    pub number: String,
    /// The badge beside the number.
    pub badge: Option<Badge>,
    /// `IMPORT`, `EXPORT` or `N/A`.
    pub trade_type: String,
    /// `GATE OUT`, `GATE IN`, `ON VESSEL`, `IN YARD` or `N/A`.
    pub status: String,
    /// Holds.
    pub holds: HoldsCell,
    /// Pregate Ticket#.
    pub pregate_ticket: TicketCell,
    /// Emodal Pregate Status.
    pub emodal_pregate_status: TextCell,
    /// Gate Status.
    pub gate_status: TextCell,
    /// Origin, a terminal code.
    pub origin: String,
    /// Destination, a terminal code.
    pub destination: String,
    /// Current Loc, a terminal code.
    pub current_loc: String,
    /// Line.
    pub line: String,
    /// Vessel Name.
    pub vessel_name: String,
    /// Vessel Code.
    pub vessel_code: String,
    /// Voyage.
    pub voyage: String,
    /// Size Type.
    pub size_type: String,
    /// Fees.
    pub fees: FeesCell,
    /// LFD/GTD as on the screen, `MM/DD/YYYY - MM/DD/YYYY`, or `N/A`.
    pub lfd_gtd: String,
    /// Tags.
    pub tags: String,
    /// What opens under the row; `None` for a row without an arrow.
    pub detail: Option<Detail>,
}

impl Container {
    /// The main text of each cell as a person reads it: no badge, no second ticket
    /// number, no icon. The icon-only Fees cell is the empty text.
    #[must_use]
    pub fn shown(&self) -> [String; 18] {
        [
            self.number.clone(),
            self.trade_type.clone(),
            self.status.clone(),
            match self.holds {
                HoldsCell::NotAvailable => "N/A",
                HoldsCell::No => "NO",
                HoldsCell::Yes => "YES",
            }
            .to_owned(),
            self.pregate_ticket.first.text.clone(),
            self.emodal_pregate_status.text.clone(),
            self.gate_status.text.clone(),
            self.origin.clone(),
            self.destination.clone(),
            self.current_loc.clone(),
            self.line.clone(),
            self.vessel_name.clone(),
            self.vessel_code.clone(),
            self.voyage.clone(),
            self.size_type.clone(),
            match self.fees {
                FeesCell::NotAvailable => "N/A".to_owned(),
                FeesCell::IconOnly => String::new(),
            },
            self.lfd_gtd.clone(),
            self.tags.clone(),
        ]
    }

    /// Each cell as the portal's own Excel has it.
    #[must_use]
    pub fn exported(&self) -> [String; 18] {
        let mut cells = self.shown();
        "N/A".clone_into(&mut cells[15]);
        cells[16] = cells[16].replace(" - ", "-");
        cells
    }

    /// Whether the row can be opened.
    #[must_use]
    pub fn is_expandable(&self) -> bool {
        self.detail.is_some()
    }
}
