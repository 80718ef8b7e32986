//! Tables: a spreadsheet's first sheet, or a csv, as columns and rows of texts; and a table as any of these.
//!
//! Never: believes a file. Components and the portal write them, so what it unpacks to and how many cells it has are
//! bounded, before memory is taken. Cells keep their text exactly, also one that a spreadsheet would calculate: only
//! the program that opens a csv can know whether it does.

use std::collections::BTreeMap;
use std::io::{Cursor, Read as _};

use calamine::{Data, Reader as _, Xls, Xlsx};
use serde::Serialize;

use crate::artifacts::error::ArtifactError;
use crate::artifacts::spreadsheet;
use crate::config::limits;

/// The form of a table.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Form {
    /// A spreadsheet.
    Xlsx,
    /// Comma-separated values, UTF-8, with a header.
    Csv,
    /// `{"sheet", "columns", "rows"}`.
    Json,
}

/// One sheet. Every row has as many cells as there are columns.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct Table {
    /// The sheet's name; of a csv it is empty.
    pub sheet: String,
    /// The first row.
    pub columns: Vec<String>,
    /// The others.
    pub rows: Vec<Vec<String>>,
}

/// Cells by row and column.
type Cells = BTreeMap<(u32, u32), String>;

impl Table {
    /// Reads a file, by what it is and not by its name.
    pub fn read(content: &[u8]) -> Result<Self, ArtifactError> {
        if content.starts_with(b"PK\x03\x04") {
            return xlsx(content);
        }
        if content.starts_with(&[0xD0, 0xCF, 0x11, 0xE0]) {
            return xls(content);
        }
        csv(content)
    }

    /// The table in a form.
    pub fn write(&self, form: Form) -> Result<Vec<u8>, ArtifactError> {
        match form {
            Form::Xlsx => {
                let sheet = if self.sheet.is_empty() {
                    "Table"
                } else {
                    &self.sheet
                };
                spreadsheet::xlsx(sheet, &self.columns, &self.rows)
            }
            Form::Csv => self.csv().map_err(no_table),
            Form::Json => Ok(serde_json::to_vec(self).expect("a table of texts serialises")),
        }
    }

    fn csv(&self) -> Result<Vec<u8>, csv::Error> {
        let mut writer = csv::Writer::from_writer(Vec::new());
        writer.write_record(&self.columns)?;
        for row in &self.rows {
            writer.write_record(row)?;
        }
        let written = writer.into_inner();
        Ok(written.expect("writing to memory does not fail"))
    }

    /// Puts cells in order: the first row that has any is the header.
    fn of_cells(sheet: String, cells: &Cells) -> Result<Self, ArtifactError> {
        let rows = cells.keys().map(|(row, _)| *row);
        let Some((first, last)) = rows.clone().min().zip(rows.max()) else {
            return Ok(Self {
                sheet,
                ..Self::default()
            });
        };
        let columns = cells.keys().map(|(_, column)| *column);
        let (left, right) = (columns.clone().min(), columns.max());
        let (left, right) = (left.unwrap_or_default(), right.unwrap_or_default());
        let size = u64::from(last - first + 1) * u64::from(right - left + 1);
        if size > limits::TABLE_CELLS {
            return Err(too_large());
        }
        let text = |row, column| cells.get(&(row, column)).cloned().unwrap_or_default();
        let line = |row| (left..=right).map(|column| text(row, column)).collect();
        Ok(Self {
            sheet,
            columns: line(first),
            rows: (first + 1..=last).map(line).collect(),
        })
    }
}

fn xlsx(content: &[u8]) -> Result<Table, ArtifactError> {
    is_bounded(content)?;
    let mut book: Xlsx<_> = Xlsx::new(Cursor::new(content)).map_err(no_table)?;
    let sheet = first(book.sheet_names())?;
    // Cell by cell: a sheet may say that it is as large as sheets can be, and hold two.
    let mut reader = book.worksheet_cells_reader(&sheet).map_err(no_table)?;
    let mut cells = Cells::new();
    while let Some(cell) = reader.next_cell().map_err(no_table)? {
        let text = shown(&Data::from(cell.get_value().clone()));
        if !text.is_empty() {
            cells.insert(cell.get_position(), text);
        }
        if cells.len() as u64 > limits::TABLE_CELLS {
            return Err(too_large());
        }
    }
    Table::of_cells(sheet, &cells)
}

fn xls(content: &[u8]) -> Result<Table, ArtifactError> {
    let mut book: Xls<_> = Xls::new(Cursor::new(content)).map_err(no_table)?;
    let sheet = first(book.sheet_names())?;
    let range = book.worksheet_range(&sheet).map_err(no_table)?;
    let (top, left) = range.start().unwrap_or_default();
    let mut cells = Cells::new();
    for (row, column, value) in range.used_cells() {
        let at = |offset: usize, from: u32| from + u32::try_from(offset).unwrap_or(u32::MAX - from);
        let text = shown(value);
        if !text.is_empty() {
            cells.insert((at(row, top), at(column, left)), text);
        }
        if cells.len() as u64 > limits::TABLE_CELLS {
            return Err(too_large());
        }
    }
    Table::of_cells(sheet, &cells)
}

fn csv(content: &[u8]) -> Result<Table, ArtifactError> {
    let text = std::str::from_utf8(content).map_err(no_table)?;
    if text.contains('\0') {
        return Err(no_table("it is neither a spreadsheet nor text"));
    }
    let text = text.trim_start_matches('\u{FEFF}');
    let mut reader = csv::ReaderBuilder::new()
        .has_headers(false)
        .flexible(true)
        .from_reader(text.as_bytes());
    let mut lines: Vec<Vec<String>> = Vec::new();
    let mut cells = 0;
    for record in reader.records() {
        let record = record.map_err(no_table)?;
        cells += record.len() as u64;
        if cells > limits::TABLE_CELLS {
            return Err(too_large());
        }
        lines.push(record.iter().map(str::to_owned).collect());
    }
    let width = lines.iter().map(Vec::len).max().unwrap_or_default();
    if width as u64 * lines.len() as u64 > limits::TABLE_CELLS {
        return Err(too_large());
    }
    let mut lines = lines.into_iter().map(|mut line| {
        line.resize(width, String::new());
        line
    });
    Ok(Table {
        sheet: String::new(),
        columns: lines.next().unwrap_or_default(),
        rows: lines.collect(),
    })
}

fn first(sheets: Vec<String>) -> Result<String, ArtifactError> {
    let none = || no_table("it has no sheet");
    sheets.into_iter().next().ok_or_else(none)
}

/// What all its parts unpack to; what they say of it themselves is not believed.
fn is_bounded(content: &[u8]) -> Result<(), ArtifactError> {
    let mut archive = zip::ZipArchive::new(Cursor::new(content)).map_err(no_table)?;
    let mut left = limits::TABLE_UNPACKED_BYTES;
    for index in 0..archive.len() {
        let part = archive.by_index(index).map_err(no_table)?;
        let unpacked = std::io::copy(&mut part.take(left + 1), &mut std::io::sink());
        let unpacked = unpacked.map_err(no_table)?;
        left = left.checked_sub(unpacked).ok_or_else(too_large)?;
    }
    Ok(())
}

/// A cell as a person would read it, as far as that can be told without the sheet's own formats.
fn shown(value: &Data) -> String {
    match value {
        Data::Empty => String::new(),
        Data::DateTime(at) => match at.as_datetime() {
            Some(time) if time.time() == chrono::NaiveTime::MIN => time.date().to_string(),
            Some(time) => time.format("%Y-%m-%d %H:%M:%S").to_string(),
            None => at.as_f64().to_string(),
        },
        Data::Bool(value) => if *value { "TRUE" } else { "FALSE" }.to_owned(),
        other => other.to_string(),
    }
}

fn no_table(why: impl std::fmt::Display) -> ArtifactError {
    ArtifactError::NotATable(why.to_string())
}

fn too_large() -> ArtifactError {
    ArtifactError::NotATable(format!(
        "it has more than {} cells, or is larger than {} bytes",
        limits::TABLE_CELLS,
        limits::TABLE_UNPACKED_BYTES
    ))
}

#[cfg(test)]
#[path = "table_tests.rs"]
mod tests;
