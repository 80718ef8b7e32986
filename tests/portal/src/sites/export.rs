//! The portal's own Excel of ticked rows.
//!
//! Owns: the sheet `DisplayList`, a header and the columns on the screen, everything as text.

use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use rust_xlsxwriter::{Workbook, XlsxError};

const XLSX: &str = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet";

/// The answer with the file.
pub(crate) fn answer<Cells: IntoIterator<Item = String>>(
    columns: &[&str],
    rows: impl Iterator<Item = Cells>,
) -> Response {
    match workbook(columns, rows) {
        Ok(bytes) => ([(header::CONTENT_TYPE, XLSX)], bytes).into_response(),
        Err(error) => (StatusCode::INTERNAL_SERVER_ERROR, error.to_string()).into_response(),
    }
}

fn workbook<Cells: IntoIterator<Item = String>>(
    columns: &[&str],
    rows: impl Iterator<Item = Cells>,
) -> Result<Vec<u8>, XlsxError> {
    let mut workbook = Workbook::new();
    let sheet = workbook.add_worksheet().set_name("DisplayList")?;
    sheet.write_row(0, 0, columns.iter().copied())?;
    for (place, cells) in (1..).zip(rows) {
        sheet.write_row(place, 0, cells)?;
    }
    workbook.save_to_buffer()
}
