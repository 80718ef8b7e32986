//! The parts of one list row that are read from the page, and how they are put together again.
//!
//! Owns: the agreement between what is asked for and the order in which it comes back. Of each cell
//! the whole text; of the row the texts of its icons, and once more of those cells alone where it
//! matters which icon is whose; of the ticket also the texts of its innermost elements, because two
//! numbers stand there that only the elements keep apart.

use crate::columns::{COLUMNS, ColumnKey};
use crate::icons::{ICON, without_icons, without_names};
use crate::layout::Layout;
use gantry_sdk::css;
use gantry_sdk::page::{Column, Take};

/// The cells whose icons are asked for one by one: where there are icons, and where people write what
/// they like, so that a word must not be taken for another cell's icon. Each such question costs the
/// page as much as all texts of the row together.
const WITH_ICONS: [ColumnKey; 4] = [
    ColumnKey::ContainerNumber,
    ColumnKey::Holds,
    ColumnKey::Fees,
    ColumnKey::Tags,
];

const ROW_ICONS: usize = 0;
const TEXTS: usize = ROW_ICONS + 1;
const CELL_ICONS: usize = TEXTS + COLUMNS.len();
const TICKET_ELEMENTS: usize = CELL_ICONS + WITH_ICONS.len();
const FEES_ELEMENT: usize = TICKET_ELEMENTS + 1;

/// What to read of each list row.
#[must_use]
pub fn parts(layout: &Layout) -> Vec<Column> {
    let cell = |key: ColumnKey| layout.cell(key);
    let mut columns = vec![column(format!(":scope > * {ICON}"), Take::AllText)];
    columns.extend(COLUMNS.map(|(key, _)| column(cell(key), Take::Text)));
    columns.extend(WITH_ICONS.map(|key| column(format!("{} {ICON}", cell(key)), Take::AllText)));
    let ticket = cell(ColumnKey::PregateTicket);
    columns.push(column(
        format!("{ticket} :not({ICON}, {ICON} *, :has(*))"),
        Take::AllText,
    ));
    columns.push(column(
        format!("{} *", cell(ColumnKey::Fees)),
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
        self.texts(ROW_ICONS)
            .is_some_and(|icons| icons.contains(&name))
    }

    /// A cell's value: its text without icons. None if the row has no such cell.
    #[must_use]
    pub fn value(&self, key: ColumnKey) -> Option<String> {
        let text = self.at(TEXTS + key as usize)?;
        let icons = match own_icons(key) {
            Some(place) => self.texts(place),
            None => self.texts(ROW_ICONS),
        };
        let without_icons = without_icons(text, &icons.unwrap_or_default());
        // People write tags as they like: a word there that is no icon is one of theirs.
        Some(if key == ColumnKey::Tags {
            without_icons
        } else {
            without_names(&without_icons)
        })
    }

    /// The ticket cell in the pieces that its elements make of it.
    #[must_use]
    pub fn ticket_pieces(&self) -> Option<Vec<String>> {
        let text = self.value(ColumnKey::PregateTicket)?;
        let elements = self.texts(TICKET_ELEMENTS).unwrap_or_default();
        Some(pieces(&text, elements.into_iter()))
    }

    /// Whether the fees are shown by a picture, be it one that is not marked up as an icon.
    #[must_use]
    pub fn has_fees_icon(&self) -> bool {
        let has_icon = own_icons(ColumnKey::Fees).is_some_and(|place| self.at(place).is_some());
        let is_drawn = self.at(FEES_ELEMENT).is_some();
        has_icon
            || (is_drawn
                && self
                    .value(ColumnKey::Fees)
                    .is_some_and(|value| value.is_empty()))
    }

    fn texts(&self, place: usize) -> Option<Vec<&'a str>> {
        self.at(place).map(|texts| texts.lines().collect())
    }

    fn at(&self, place: usize) -> Option<&'a str> {
        self.row.get(place).and_then(Option::as_deref)
    }
}

/// Where the icons of this cell alone are, if they were asked for.
fn own_icons(key: ColumnKey) -> Option<usize> {
    WITH_ICONS
        .iter()
        .position(|with| *with == key)
        .map(|place| CELL_ICONS + place)
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
