//! Having the portal's spreadsheet, and checking that it holds what was ticked.
//!
//! Never: takes a file for the right one because it came. As many rows as were ticked, and the same ones as far as the
//! list and the file can be compared (portal-facts D18, D19).

use std::collections::BTreeMap;

use appointment_list::Listing;
use emodal::appointment_table::Columns;
use emodal::look::look;
use emodal::presence::Verdict;
use emodal::{appointment_table, instead};
use gantry_sdk::artifacts::{self, Spreadsheet};
use gantry_sdk::downloads;
use gantry_sdk::page::{self, Condition};
use gantry_sdk::wait::within;
use gantry_sdk::{Failure, PageError};

/// A button that does not work by then does not work: it needs no answer of the portal.
const BUTTON_MS_MAX: u32 = 5_000;
/// Exports were slow in the field: 45 s were found necessary.
const EXPORT_MS_MAX: u32 = 180_000;
/// Kept for reading the file and for the answer.
const RESERVE_MS: u64 = 5_000;

/// The portal's file.
#[derive(Debug)]
pub(crate) struct Export {
    pub(crate) file: String,
    pub(crate) sheet: Spreadsheet,
}

/// Exports what is ticked.
///
/// # Errors
/// `export-failed`, `export-differs`, `layout-changed`, `signed-out`, or whatever the page fails with.
pub(crate) fn export(
    listing: &Listing,
    wanted: &[usize],
    columns: &Columns,
) -> Result<Export, Failure> {
    let works = Condition::Enabled(appointment_table::excel_button());
    match page::wait(&[works], within(BUTTON_MS_MAX, RESERVE_MS)) {
        Ok(_) => {}
        Err(PageError::TimedOut(_)) => {
            return Err(instead::changed("there is no Excel button that works"));
        }
        Err(error) => return Err(error.into()),
    }
    let button = page::find(&appointment_table::excel_button())?;
    downloads::begin()?;
    button.click()?;
    let file = downloads::finish(within(EXPORT_MS_MAX, RESERVE_MS)).map_err(without_file)?;
    let sheet = artifacts::read_table(&file).map_err(|problem| {
        let message = format!("The portal's export cannot be read: {}", problem.message);
        Failure::new("export-unreadable", message).with_evidence([file.clone()])
    })?;
    let names: Vec<&str> = wanted
        .iter()
        .map(|place| listing.rows[*place].name.as_str())
        .collect();
    match difference(&names, columns.naming(), &sheet) {
        None => Ok(Export { file, sheet }),
        Some(how) => {
            let message = format!("The portal exported something else than what was ticked: {how}");
            Err(Failure::new("export-differs", message)
                .retryable()
                .with_evidence([file]))
        }
    }
}

/// Why there is no file: a page that signed out meanwhile, or what the portal answered.
fn without_file(error: PageError) -> Failure {
    if let PageError::Other(problem) = &error
        && problem.code == "portal-error"
    {
        if let Ok(seen) = look()
            && let Verdict::SignedOut(how) = seen.verdict()
        {
            return Failure::signed_out(format!("Signed out during the export: {how}"));
        }
        let message = format!("The portal failed the export: {}", problem.message);
        return Failure::new("export-failed", message).retryable();
    }
    if let PageError::TimedOut(what) = &error {
        let message = format!("The portal's export did not come in time: {what}");
        return Failure::new("export-timed-out", message).retryable();
    }
    error.into()
}

/// In what the file is not what was ticked; none if it is.
fn difference(ticked: &[&str], naming: &str, sheet: &Spreadsheet) -> Option<String> {
    if sheet.rows.len() != ticked.len() {
        return Some(format!(
            "{} rows for {} appointments",
            sheet.rows.len(),
            ticked.len()
        ));
    }
    let place = sheet
        .columns
        .iter()
        .position(|heading| heading.trim() == naming);
    // A file with other columns cannot be compared further.
    let place = place?;
    let exported = sheet.rows.iter().map(|row| row[place].trim());
    let mut left = counted(exported);
    for name in ticked {
        match left.get_mut(name.trim()) {
            Some(count) if *count > 0 => *count -= 1,
            _ => return Some(format!("`{name}` is not in it")),
        }
    }
    None
}

fn counted<'a>(names: impl Iterator<Item = &'a str>) -> BTreeMap<&'a str, u32> {
    let mut counted = BTreeMap::new();
    for name in names {
        *counted.entry(name).or_insert(0) += 1;
    }
    counted
}

#[cfg(test)]
mod tests {
    use crate::exporting::difference;
    use gantry_sdk::artifacts::Spreadsheet;

    fn sheet(names: &[&str]) -> Spreadsheet {
        let row = |name: &&str| vec!["T".to_owned(), (*name).to_owned()];
        Spreadsheet {
            sheet: "DisplayList".to_owned(),
            columns: vec!["Terminal".to_owned(), "Appointment #".to_owned()],
            rows: names.iter().map(row).collect(),
        }
    }

    #[test]
    fn same_appointments_in_another_order_are_the_same() {
        let differ = difference(&["1", "2", "2"], "Appointment #", &sheet(&["2", "1", "2"]));
        assert_eq!(differ, None);
    }

    #[test]
    fn d18_missing_rows_are_told() {
        let differ = difference(&["1", "2"], "Appointment #", &sheet(&["1"]));
        assert_eq!(differ.as_deref(), Some("1 rows for 2 appointments"));
    }

    #[test]
    fn d19_rows_of_others_are_told() {
        let differ = difference(&["1", "2"], "Appointment #", &sheet(&["1", "1"]));
        assert_eq!(differ.as_deref(), Some("`2` is not in it"));
    }

    #[test]
    fn other_columns_are_compared_by_their_number() {
        assert_eq!(
            difference(&["x"], "Container/Booking", &sheet(&["1"])),
            None
        );
    }
}
