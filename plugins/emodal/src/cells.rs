//! The parts of one list row that are read from the page, and how they are put together again.
//!
//! Owns: the agreement between what is asked for and the order in which it comes back. Of each
//! cell: its whole text, the texts of its icons, and for the ticket also the texts of its innermost
//! elements, because two numbers stand there that only the elements keep apart.

use crate::columns::{COLUMNS, ColumnKey};
use crate::icons::{ICON, without_icons};
use crate::layout::Layout;
use gantry_sdk::css;
use gantry_sdk::page::{Column, Take};

/// What to read of each list row.
#[must_use]
pub fn parts(layout: &Layout) -> Vec<Column> {
    let mut columns = vec![column(format!(":scope > * {ICON}"), Take::AllText)];
    for (key, _) in COLUMNS {
        let cell = layout.cell(key);
        columns.push(column(
            format!("{cell} {ICON}:not({ICON} *)"),
            Take::AllText,
        ));
        columns.push(column(cell, Take::Text));
    }
    let ticket = layout.cell(ColumnKey::PregateTicket);
    columns.push(column(
        format!("{ticket} :not({ICON}, {ICON} *, :has(*))"),
        Take::AllText,
    ));
    columns.push(column(
        format!("{} *", layout.cell(ColumnKey::Fees)),
        Take::OwnText,
    ));
    columns
}

fn column(selector: String, take: Take) -> Column {
    Column {
        at: Some(css(selector)),
        take,
    }
}

/// One list row as read with [`parts`].
#[derive(Debug, Clone, Copy)]
pub struct Cells<'a> {
    row: &'a [Option<String>],
}

impl<'a> Cells<'a> {
    /// Looks at a row as it came back.
    #[must_use]
    pub fn new(row: &'a [Option<String>]) -> Self {
        Self { row }
    }

    /// Whether the row has this icon anywhere.
    #[must_use]
    pub fn has_icon(&self, name: &str) -> bool {
        self.at(0)
            .unwrap_or_default()
            .lines()
            .any(|icon| icon == name)
    }

    /// The texts of a cell's icons; none if it has no icon.
    #[must_use]
    pub fn icons(&self, key: ColumnKey) -> Option<Vec<&'a str>> {
        self.at(1 + 2 * key as usize)
            .map(|icons| icons.lines().collect())
    }

    /// A cell's value: its text without its icons. None if the row has no such cell.
    #[must_use]
    pub fn value(&self, key: ColumnKey) -> Option<String> {
        let text = self.at(2 + 2 * key as usize)?;
        Some(without_icons(text, &self.icons(key).unwrap_or_default()))
    }

    /// The ticket cell in the pieces that its elements make of it.
    #[must_use]
    pub fn ticket_pieces(&self) -> Option<Vec<String>> {
        let text = self.value(ColumnKey::PregateTicket)?;
        let leaves = self.at(1 + 2 * COLUMNS.len()).unwrap_or_default();
        Some(pieces(&text, leaves.lines()))
    }

    /// Whether the fees are shown by a picture, be it one that is not marked up as an icon.
    #[must_use]
    pub fn has_fees_icon(&self) -> bool {
        let drawn = self.at(2 + 2 * COLUMNS.len()).is_some();
        self.icons(ColumnKey::Fees).is_some()
            || (drawn
                && self
                    .value(ColumnKey::Fees)
                    .is_some_and(|value| value.is_empty()))
    }

    fn at(&self, place: usize) -> Option<&'a str> {
        self.row.get(place).and_then(Option::as_deref)
    }
}

/// Cuts a text where its elements begin and end; if they do not cut it, at its white space.
fn pieces<'a>(text: &str, leaves: impl Iterator<Item = &'a str>) -> Vec<String> {
    let mut cut = Vec::new();
    let mut rest = text;
    for leaf in leaves.map(str::trim).filter(|leaf| !leaf.is_empty()) {
        if let Some((before, after)) = rest.split_once(leaf) {
            cut.extend([before, leaf]);
            rest = after;
        }
    }
    cut.push(rest);
    let cut: Vec<String> = cut
        .into_iter()
        .map(|piece| piece.trim().to_owned())
        .filter(|piece| !piece.is_empty())
        .collect();
    if cut.len() > 1 {
        cut
    } else {
        text.split_whitespace().map(str::to_owned).collect()
    }
}

#[cfg(test)]
mod tests {
    use crate::cells::pieces;

    #[test]
    fn numbers_glued_in_the_text_are_kept_apart_by_their_elements() {
        assert_eq!(
            pieces("TTI-1002-12398765", ["TTI-1002-123", "98765"].into_iter()),
            ["TTI-1002-123", "98765"]
        );
    }

    #[test]
    fn text_beside_an_element_is_a_piece_of_its_own() {
        assert_eq!(pieces("N/A***", ["***"].into_iter()), ["N/A", "***"]);
        assert_eq!(pieces("TTI-1 22", ["TTI-1"].into_iter()), ["TTI-1", "22"]);
    }

    #[test]
    fn text_without_elements_is_cut_at_white_space() {
        assert_eq!(pieces("N/A ***", std::iter::empty()), ["N/A", "***"]);
        assert_eq!(pieces("N/A ***", ["N/A ***"].into_iter()), ["N/A", "***"]);
    }

    #[test]
    fn single_value_is_one_piece_and_nothing_is_none() {
        assert_eq!(pieces("N/A", ["N/A"].into_iter()), ["N/A"]);
        assert!(pieces("", std::iter::empty()).is_empty());
    }
}
