//! Whether a container comes or goes: it decides which milestones there are, and whether there is a
//! booking.

/// What the column "Trade Type" says.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Trade {
    /// IMPORT.
    Import,
    /// EXPORT.
    Export,
    /// N/A, or anything else.
    Unknown,
}

impl Trade {
    /// By the cell's text.
    #[must_use]
    pub fn of_cell(text: &str) -> Self {
        match text.trim() {
            "IMPORT" => Self::Import,
            "EXPORT" => Self::Export,
            _ => Self::Unknown,
        }
    }
}
