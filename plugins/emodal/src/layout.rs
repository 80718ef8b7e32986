//! Where each column stands in the list as the page shows it, by its heading.
//!
//! Owns: the map from column to place, and the refusal of a list whose headings cannot be mapped.

use crate::columns::{COLUMNS, ColumnKey};
use crate::icons::{ICON, without_icons, without_names};
use gantry_sdk::page::{Column, Take};
use gantry_sdk::{Locator, css};
use std::fmt;

/// The heading cells of the list.
#[must_use]
pub fn heading_cells() -> Locator {
    css("#searchres thead:not(td *) > tr:first-child > :is(th, td)")
}

/// What to read of a heading cell.
#[must_use]
pub fn heading_parts() -> Vec<Column> {
    vec![
        Column {
            at: None,
            take: Take::Text,
        },
        Column {
            at: Some(css(ICON)),
            take: Take::AllText,
        },
        Column {
            at: None,
            take: Take::Attribute("colspan".to_owned()),
        },
    ]
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
    /// Maps the columns by the heading cells, as read with [`heading_parts`].
    ///
    /// # Errors
    /// A column is missing or there twice. Cells with other headings, or none, are passed over.
    pub fn of_headings(cells: &[Vec<Option<String>>]) -> Result<Self, LayoutError> {
        let mut places = [0; COLUMNS.len()];
        let mut place = 1;
        for cell in cells {
            let text = cell.first().and_then(Option::as_deref).unwrap_or_default();
            let icons: Vec<&str> = cell
                .get(1)
                .and_then(Option::as_deref)
                .unwrap_or_default()
                .lines()
                .collect();
            if let Some(key) = ColumnKey::of_heading(&without_names(&without_icons(text, &icons))) {
                if places[key as usize] != 0 {
                    return Err(LayoutError::Twice(key.heading()));
                }
                places[key as usize] = place;
            }
            place += span(cell.get(2).and_then(Option::as_deref));
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

    /// The selector of a column's cell, relative to its row.
    #[must_use]
    pub fn cell(&self, key: ColumnKey) -> String {
        format!(":scope > :nth-child({})", self.places[key as usize])
    }
}

fn span(attribute: Option<&str>) -> usize {
    attribute
        .and_then(|text| text.trim().parse().ok())
        .filter(|span| *span > 0)
        .unwrap_or(1)
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
