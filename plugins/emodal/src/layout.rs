//! Where each column stands in the list as the page shows it, by its heading.
//!
//! Owns: the map from column to place, and the refusal of a list whose headings cannot be mapped.

use crate::columns::{COLUMNS, ColumnKey};
use crate::headings;
use gantry_sdk::{Locator, css};
use std::fmt;

/// The heading cells of the list.
#[must_use]
pub fn heading_cells() -> Locator {
    css("#searchres thead:not(td *) > tr:first-child > :is(th, td)")
}

/// Where each column stands, from 1 as CSS counts.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Layout {
    places: [usize; COLUMNS.len()],
}

/// Why the headings cannot be mapped.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum LayoutError {
    /// These columns are not there.
    Missing(Vec<&'static str>),
    /// Two cells have this heading.
    Twice(&'static str),
}

impl fmt::Display for LayoutError {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Missing(headings) => {
                write!(
                    formatter,
                    "the container list has no column \"{}\"",
                    headings.join("\", \"")
                )
            }
            Self::Twice(heading) => {
                write!(
                    formatter,
                    "the container list has two columns \"{heading}\""
                )
            }
        }
    }
}

impl std::error::Error for LayoutError {}

impl Layout {
    /// Maps the columns by the heading cells, as read with [`headings::parts`].
    ///
    /// # Errors
    /// A column is missing or there twice. Cells with other headings, or none, are passed over.
    pub fn of_headings(cells: &[Vec<Option<String>>]) -> Result<Self, LayoutError> {
        let mut places = [0; COLUMNS.len()];
        for (place, heading) in headings::texts(cells) {
            if let Some(key) = ColumnKey::of_heading(&heading) {
                if places[key as usize] != 0 {
                    return Err(LayoutError::Twice(key.heading()));
                }
                places[key as usize] = place;
            }
        }
        let missing: Vec<&str> = COLUMNS
            .iter()
            .filter(|(key, _)| places[*key as usize] == 0)
            .map(|(_, heading)| *heading)
            .collect();
        if missing.is_empty() {
            Ok(Self { places })
        } else {
            Err(LayoutError::Missing(missing))
        }
    }

    /// Where a column's cell stands in its row, from 1.
    #[must_use]
    pub fn place(&self, key: ColumnKey) -> usize {
        self.places[key as usize]
    }

    /// The selector of a column's cell, relative to its row.
    #[must_use]
    pub fn cell(&self, key: ColumnKey) -> String {
        format!(":scope > :nth-child({})", self.place(key))
    }
}

#[cfg(test)]
mod tests {
    use crate::columns::{COLUMNS, ColumnKey};
    use crate::layout::{Layout, LayoutError};

    fn cell(text: &str) -> Vec<Option<String>> {
        vec![Some(text.to_owned()), None, None]
    }

    fn portal_headings() -> Vec<Vec<Option<String>>> {
        COLUMNS.iter().map(|(_, heading)| cell(heading)).collect()
    }

    #[test]
    fn columns_are_found_behind_cells_without_heading() {
        let mut cells = vec![cell(""), cell("")];
        cells.extend(portal_headings());
        cells.push(cell("more_vert"));
        let layout = Layout::of_headings(&cells).unwrap();
        assert_eq!(
            layout.cell(ColumnKey::ContainerNumber),
            ":scope > :nth-child(3)"
        );
        assert_eq!(layout.cell(ColumnKey::Tags), ":scope > :nth-child(20)");
    }

    #[test]
    fn another_order_is_followed() {
        let mut cells = portal_headings();
        cells.swap(1, 16);
        let layout = Layout::of_headings(&cells).unwrap();
        assert_eq!(layout.cell(ColumnKey::TradeType), ":scope > :nth-child(17)");
        assert_eq!(layout.cell(ColumnKey::LfdGtd), ":scope > :nth-child(2)");
    }

    #[test]
    fn sort_arrow_in_a_heading_does_not_hide_it() {
        let mut cells = portal_headings();
        cells[2] = vec![
            Some("Statusarrow_upward".to_owned()),
            Some("arrow_upward".to_owned()),
            None,
        ];
        assert!(Layout::of_headings(&cells).is_ok());
    }

    #[test]
    fn heading_over_two_cells_moves_the_rest() {
        let mut cells = portal_headings();
        cells[0][2] = Some("2".to_owned());
        let layout = Layout::of_headings(&cells).unwrap();
        assert_eq!(layout.cell(ColumnKey::TradeType), ":scope > :nth-child(3)");
    }

    #[test]
    fn column_that_is_missing_or_there_twice_is_refused_by_name() {
        let mut cells = portal_headings();
        cells.remove(15);
        assert_eq!(
            Layout::of_headings(&cells),
            Err(LayoutError::Missing(vec!["Fees"]))
        );
        cells.push(cell("Status"));
        assert_eq!(
            Layout::of_headings(&cells),
            Err(LayoutError::Twice("Status"))
        );
    }
}
