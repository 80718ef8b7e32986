//! The heading cells of a list: which text stands over which column, and when two headings are the same.
//!
//! Owns: that reading. A sort arrow is no part of a heading, and one over two cells moves the rest.

use crate::icons::{ICON, without_icons, without_names};
use gantry_sdk::css;
use gantry_sdk::page::{Column, Take};

/// What to read of a heading cell.
#[must_use]
pub fn parts() -> Vec<Column> {
    let part = |at, take| Column { at, take };
    vec![
        part(None, Take::Text),
        part(Some(css(ICON)), Take::AllText),
        part(None, Take::Attribute("colspan".to_owned())),
    ]
}

/// The headings that were read so: where the column of each stands, from 1 as CSS counts, and its text.
#[must_use]
pub fn texts(cells: &[Vec<Option<String>>]) -> Vec<(usize, String)> {
    let mut place = 1;
    let mut texts = Vec::new();
    for cell in cells {
        let at = |part: usize| cell.get(part).and_then(Option::as_deref);
        let icons: Vec<&str> = at(1).unwrap_or_default().lines().collect();
        let text = without_names(&without_icons(at(0).unwrap_or_default(), &icons));
        texts.push((place, text));
        place += span(at(2));
    }
    texts
}

fn span(attribute: Option<&str>) -> usize {
    attribute
        .and_then(|text| text.trim().parse().ok())
        .filter(|span| *span > 0)
        .unwrap_or(1)
}

/// A heading as it is compared: case, spacing and signs do not matter.
#[must_use]
pub fn plain(heading: &str) -> String {
    heading
        .chars()
        .filter(char::is_ascii_alphanumeric)
        .map(|c| c.to_ascii_lowercase())
        .collect()
}
