//! The export of all appointments, as a script for this portal has it.

use std::path::Path;

use calamine::{Reader as _, Xlsx};
use fantoccini::Client;
use fantoccini::error::CmdError;

use crate::bench::steps::{click, css, file, more_rows, until};

/// Ticks all appointments and has them exported. Gives the file.
pub(crate) async fn export(
    page: &Client,
    list: &str,
    downloads: &Path,
) -> Result<Vec<u8>, CmdError> {
    page.goto(list).await?;
    until(page, css(".appointments-container tbody > tr")).await?;
    while more_rows(page, ".appointments-container").await? {}
    click(page, css("thead mat-checkbox label")).await?;
    click(page, css("button[aria-label=Excel]:enabled")).await?;
    Ok(file(&downloads.join("appointments.xlsx")).await)
}

/// How many appointments are in such a file.
pub(crate) fn rows_of(file: Vec<u8>) -> usize {
    let mut book: Xlsx<_> = Xlsx::new(std::io::Cursor::new(file)).unwrap();
    let sheet = book.worksheet_range("DisplayList").unwrap();
    // The first row is the headings.
    sheet.height() - 1
}
