//! Files that an operation leaves: in memory, for the test to look at.

pub use crate::bindings::operation::gantry::automation::artifacts::Spreadsheet;

use crate::native::installed::with;
use crate::native::words;
use crate::{ArtifactId, Problem};

/// Keeps bytes under a file name.
pub fn put_bytes(name: &str, media_type: &str, content: &[u8]) -> Result<ArtifactId, Problem> {
    with("artifacts.put-bytes", |backend| {
        let content = content.to_vec();
        backend.call.put_bytes(name, media_type, content)
    })
    .map_err(words::problem)
}

/// Keeps a table. It stays one: no xlsx is written.
pub fn put_table(
    name: &str,
    sheet: &str,
    columns: &[String],
    rows: &[Vec<String>],
) -> Result<ArtifactId, Problem> {
    let table = gantry_mock_page::Spreadsheet {
        sheet: sheet.to_owned(),
        columns: columns.to_vec(),
        rows: rows.to_vec(),
    };
    with("artifacts.put-table", |backend| {
        backend.call.put_table(name, table)
    })
    .map_err(words::problem)
}

/// Reads a table that was kept, or a csv.
pub fn read_table(artifact: &str) -> Result<Spreadsheet, Problem> {
    with("artifacts.read-table", |backend| {
        backend.call.read_table(artifact)
    })
    .map(|table| Spreadsheet {
        sheet: table.sheet,
        columns: table.columns,
        rows: table.rows,
    })
    .map_err(words::problem)
}
