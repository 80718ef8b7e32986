//! The portal's own Excel of ticked containers.
//!
//! Owns: the sheet `DisplayList`, a header and the eighteen columns, everything as text.

use rust_xlsxwriter::{Workbook, XlsxError};

use crate::fleet::{COLUMNS, Container};

pub(crate) fn workbook<'a>(
    containers: impl Iterator<Item = &'a Container>,
) -> Result<Vec<u8>, XlsxError> {
    let mut workbook = Workbook::new();
    let sheet = workbook.add_worksheet().set_name("DisplayList")?;
    sheet.write_row(0, 0, COLUMNS)?;
    for (row, container) in (1..).zip(containers) {
        sheet.write_row(row, 0, container.exported())?;
    }
    workbook.save_to_buffer()
}
