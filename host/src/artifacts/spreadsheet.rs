//! A table as a spreadsheet: one sheet, a coloured bold header, widths after the content but 50 at most
//! (as the earlier system's files were, portal-facts §1.7).

use rust_xlsxwriter::{Color, Format, Workbook, XlsxError};

use crate::artifacts::error::ArtifactError;

const WIDTH_MAX: f64 = 50.0;

/// The bytes of an xlsx file with this table. All cells are text, as the portal shows them.
pub fn xlsx(
    sheet: &str,
    columns: &[String],
    rows: &[Vec<String>],
) -> Result<Vec<u8>, ArtifactError> {
    if let Some(row) = rows.iter().position(|row| row.len() != columns.len()) {
        return Err(ArtifactError::InvalidTable(format!(
            "row {row} has {} cells, but there are {} columns",
            rows[row].len(),
            columns.len()
        )));
    }
    write(sheet, columns, rows).map_err(|error| ArtifactError::InvalidTable(error.to_string()))
}

fn write(sheet: &str, columns: &[String], rows: &[Vec<String>]) -> Result<Vec<u8>, XlsxError> {
    let mut workbook = Workbook::new();
    let header = Format::new()
        .set_bold()
        .set_background_color(Color::RGB(0x00D9_E7F5));
    let page = workbook
        .add_worksheet()
        .set_name(sheet)?
        .set_freeze_panes(1, 0)?;
    for (x, name) in (0..).zip(columns) {
        page.write_string_with_format(0, x, name, &header)?;
        for (y, row) in (1..).zip(rows) {
            page.write_string(y, x, &row[usize::from(x)])?;
        }
    }
    page.set_autofit_max_width(pixels(WIDTH_MAX)).autofit();
    workbook.save_to_buffer()
}

/// Excel's default font is seven pixels a character, and five of padding.
#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "a small constant"
)]
const fn pixels(width: f64) -> u32 {
    (width * 7.0 + 5.0) as u32
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_row_that_does_not_fit_is_refused_with_its_number() {
        let columns = ["A".to_owned(), "B".to_owned()];
        let error = xlsx("S", &columns, &[vec!["1".to_owned()]]).unwrap_err();
        assert!(error.to_string().contains("row 0 has 1 cells"), "{error}");
    }
}
