//! Files that a call keeps: in memory, for the test to look at.

use crate::error::Problem;

const NAME_MAX: usize = 100;
const MEDIA_TYPE_MAX: usize = 100;

/// A table.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Spreadsheet {
    /// The sheet's name.
    pub sheet: String,
    /// Its header.
    pub columns: Vec<String>,
    /// As many cells each as there are columns.
    pub rows: Vec<Vec<String>>,
}

/// What is in a file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Content {
    /// Bytes.
    Bytes(Vec<u8>),
    /// A table that the host would write as xlsx. It stays a table here.
    Table(Spreadsheet),
}

/// A file that was kept.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Kept {
    /// Its number.
    pub id: String,
    /// Its name, for people.
    pub name: String,
    /// Its media type.
    pub media_type: String,
    /// What is in it.
    pub content: Content,
}

const XLSX: &str = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet";

/// All that was kept.
#[derive(Debug, Default)]
pub(crate) struct Files(pub(crate) Vec<Kept>);

impl Files {
    pub(crate) fn put_bytes(
        &mut self,
        name: &str,
        media_type: &str,
        content: Vec<u8>,
    ) -> Result<String, Problem> {
        if !is_media_type(media_type) {
            let message = format!("`{media_type}` is no media type such as `text/csv`");
            return Err(Problem::new("invalid-media-type", message));
        }
        self.put(name, media_type, Content::Bytes(content))
    }

    pub(crate) fn put_table(&mut self, name: &str, table: Spreadsheet) -> Result<String, Problem> {
        let width = table.columns.len();
        let mut rows = (1..).zip(&table.rows);
        if let Some((row, cells)) = rows.find(|(_, cells)| cells.len() != width) {
            let cells = cells.len();
            let message =
                format!("the table cannot be written: row {row} has {cells} cells of {width}");
            return Err(Problem::new("invalid-table", message));
        }
        self.put(&format!("{name}.xlsx"), XLSX, Content::Table(table))
    }

    /// A table that was put, or a csv.
    pub(crate) fn read_table(&self, id: &str) -> Result<Spreadsheet, Problem> {
        let Some(kept) = self.0.iter().find(|kept| kept.id == id) else {
            let message = format!("`{id}` is no artifact's id");
            return Err(Problem::new("artifact-not-found", message));
        };
        match &kept.content {
            Content::Table(table) => Ok(table.clone()),
            Content::Bytes(bytes)
                if bytes.starts_with(b"PK") || bytes.starts_with(&[0xd0, 0xcf]) =>
            {
                let message = format!(
                    "the mock page reads no xlsx or xls such as `{}`: give it csv",
                    kept.name
                );
                Err(Problem::unsupported(message))
            }
            Content::Bytes(bytes) => csv(bytes),
        }
    }

    fn put(&mut self, name: &str, media_type: &str, content: Content) -> Result<String, Problem> {
        if !is_name(name) {
            let message = format!(
                "`{name}` cannot be a file name: use up to {NAME_MAX} letters, digits, `-`, `_`, `.` and spaces"
            );
            return Err(Problem::new("invalid-name", message));
        }
        let id = format!("mock-artifact-{}", self.0.len() + 1);
        self.0.push(Kept {
            id: id.clone(),
            name: name.to_owned(),
            media_type: media_type.to_owned(),
            content,
        });
        Ok(id)
    }
}

fn csv(bytes: &[u8]) -> Result<Spreadsheet, Problem> {
    let no_table =
        |error: csv::Error| Problem::new("not-a-table", format!("the file is no table: {error}"));
    let bytes = bytes.strip_prefix("\u{feff}".as_bytes()).unwrap_or(bytes);
    let mut reader = csv::ReaderBuilder::new().flexible(true).from_reader(bytes);
    let columns: Vec<String> = reader
        .headers()
        .map_err(no_table)?
        .iter()
        .map(str::to_owned)
        .collect();
    let rows = reader.records().map(|record| {
        let mut row: Vec<String> = record?.iter().map(str::to_owned).collect();
        row.resize(columns.len(), String::new());
        Ok(row)
    });
    let rows = rows.collect::<Result<_, csv::Error>>().map_err(no_table)?;
    Ok(Spreadsheet {
        sheet: String::new(),
        columns,
        rows,
    })
}

fn is_name(name: &str) -> bool {
    let is_of_length = (1..=NAME_MAX).contains(&name.len());
    is_of_length && !name.starts_with('.') && name.chars().all(is_plain)
}

fn is_plain(c: char) -> bool {
    c.is_ascii_alphanumeric() || "-_. ".contains(c)
}

/// A plain name for what was downloaded under this one, as the host makes it.
pub(crate) fn name_of_download(suggested: &str) -> String {
    let tame = |c: char| if is_plain(c) { c } else { '_' };
    let name: String = suggested.chars().map(tame).collect();
    let name = name.trim_start_matches(['.', ' ']);
    // Of a name that is too long the end matters: it says what the file is.
    let name = &name[name.len().saturating_sub(NAME_MAX)..];
    match name.trim_start_matches(['.', ' ']).trim_end() {
        "" => "download".to_owned(),
        name => name.to_owned(),
    }
}

fn is_media_type(text: &str) -> bool {
    let is_token = |part: &str| {
        !part.is_empty()
            && part
                .bytes()
                .all(|b| b.is_ascii_alphanumeric() || b"!#$&-^_.+".contains(&b))
    };
    let parts = text.split_once('/');
    text.len() <= MEDIA_TYPE_MAX
        && parts.is_some_and(|(kind, subtype)| is_token(kind) && is_token(subtype))
}
