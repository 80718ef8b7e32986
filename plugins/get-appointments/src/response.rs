//! What a caller gets: the portal's spreadsheet, what is in it, and how complete that is.

use appointment_list::{Listing, Stopped};
use gantry_sdk::clock;
use schemars::JsonSchema;
use serde::Serialize;

use crate::exporting::Export;

/// The appointments that were exported.
#[derive(Debug, Serialize, JsonSchema)]
pub(crate) struct Response {
    /// How many rows were ticked, as the page itself said, and are in the file.
    selected_count: usize,
    /// How many rows were in the list when reading ended.
    listed_count: usize,
    /// True only if the list was read to its end and every appointment of it is in the file.
    complete: bool,
    /// Why the reading of the list ended.
    stopped_reason: Stopped,
    /// What is in the file.
    rows: Rows,
    /// The artifact with the portal's own spreadsheet; null if there is no appointment.
    file: Option<String>,
    /// When the file was there, in milliseconds since 1970-01-01T00:00:00Z.
    observed_at: u64,
}

/// A table.
#[derive(Debug, Default, Serialize, JsonSchema)]
struct Rows {
    /// The portal's headings.
    columns: Vec<String>,
    /// The cells of each row, as many as there are columns.
    rows: Vec<Vec<String>>,
}

/// The answer where the list has nothing to export.
pub(crate) fn of_nothing(listing: &Listing) -> Response {
    Response {
        selected_count: 0,
        listed_count: listing.rows.len(),
        complete: listing.stopped == Stopped::EndOfList,
        stopped_reason: listing.stopped,
        rows: Rows::default(),
        file: None,
        observed_at: clock::now(),
    }
}

/// The answer with the portal's file, whose rows are those that were ticked.
pub(crate) fn of_export(listing: &Listing, selected: usize, export: Export) -> Response {
    let Export { file, sheet } = export;
    Response {
        selected_count: selected,
        listed_count: listing.rows.len(),
        complete: listing.stopped == Stopped::EndOfList && selected == listing.rows.len(),
        stopped_reason: listing.stopped,
        rows: Rows {
            columns: sheet.columns,
            rows: sheet.rows,
        },
        file: Some(file),
        observed_at: clock::now(),
    }
}
