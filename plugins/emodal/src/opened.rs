//! One row of the list by its number, the arrow that opens it, and what has opened under it.
//!
//! Owns: the locators that keep rows apart. A row is found by the whole number in the number's own
//! cell, and its detail is the very next row: other open rows, numbers that begin alike and numbers
//! inside cards are never taken for it (portal-facts D13, D14).

use crate::columns::ColumnKey;
use crate::container::{ARROWS, split_badge};
use crate::container_number::ContainerNumber;
use crate::icons::without_names;
use crate::layout::Layout;
use gantry_sdk::page::{Column, Take};
use gantry_sdk::{Locator, css, xpath};

/// The cards of a detail and its timeline are there.
const READY: &str = "#searchres tbody > tr:is(.detail, .expanded):not(td *):has(.field-label)\
     :has(.field-data):has(:is(app-containerflow, .timeline-container) .location-details-label)";

/// The arrow of a row that is open.
const OPEN_ARROW: &str = "keyboard_arrow_down";

/// An XPath test for one word of an element's class.
pub(crate) fn has_class(class: &str) -> String {
    format!("contains(concat(' ', normalize-space(@class), ' '), ' {class} ')")
}

/// The first row of this container. A list may show one twice.
fn row_path(number: &ContainerNumber, layout: &Layout) -> String {
    let place = layout.place(ColumnKey::ContainerNumber);
    // Letters and digits only: nothing in it can end the quotes. The badge may be glued to it.
    let alone = ["", "L", " L", "E", " E"]
        .map(|badge| format!("normalize-space(.)='{number}{badge}'"))
        .join(" or ");
    let detail = has_class("detail");
    format!(
        "(//*[@id='searchres']//tbody/tr[not(ancestor::td)][not({detail})]\
         [*[{place}]//text()[{alone}]])[1]"
    )
}

/// What opens under the row, and nothing further down.
pub(crate) fn detail_path(number: &ContainerNumber, layout: &Layout) -> String {
    let row = row_path(number, layout);
    let below = detail_below();
    format!("{row}/{below}")
}

/// From a row to what has opened under it.
fn detail_below() -> String {
    let (detail, expanded) = (has_class("detail"), has_class("expanded"));
    format!("following-sibling::tr[1][{detail} or ({expanded} and count(td)=1)]")
}

/// The arrow that opens the row of this container. A row that is open has none: its arrow has turned,
/// or its detail is there, and to click it would close it.
#[must_use]
pub fn arrow_of(number: &ContainerNumber, layout: &Layout) -> Locator {
    let closed = ARROWS.iter().filter(|arrow| **arrow != OPEN_ARROW);
    let named: Vec<String> = closed
        .map(|arrow| format!("normalize-space(.)='{arrow}'"))
        .collect();
    let named = named.join(" or ");
    let row = row_path(number, layout);
    let below = detail_below();
    xpath(format!("{row}[not({below})]/*//*[not(*)][{named}]"))
}

/// Whatever has opened under the row of this container, be it empty.
#[must_use]
pub fn detail_of(number: &ContainerNumber, layout: &Layout) -> Locator {
    xpath(detail_path(number, layout))
}

/// Details that can be read, of any row.
#[must_use]
pub fn ready_details() -> Locator {
    css(READY)
}

/// What to read of each of those to know whose it is.
#[must_use]
pub fn owner_parts(layout: &Layout) -> Vec<Column> {
    let place = layout.place(ColumnKey::ContainerNumber);
    let cell = xpath(format!("preceding-sibling::tr[1]/*[{place}]"));
    vec![Column {
        at: Some(cell),
        take: Take::Text,
    }]
}

/// The number of the row that a detail belongs to, as read with [`owner_parts`].
#[must_use]
pub fn owner(parts: &[Option<String>]) -> Option<String> {
    let text = parts.first()?.as_deref()?;
    Some(split_badge(&without_names(text)).0)
}

#[cfg(test)]
mod tests {
    use crate::opened::owner;

    #[test]
    fn owner_of_a_detail_is_the_number_without_arrow_and_badge() {
        for text in [
            "CSQU3054383",
            "CSQU3054383L",
            "CSQU3054383 E",
            "keyboard_arrow_down CSQU3054383",
        ] {
            let parts = [Some(text.to_owned())];
            assert_eq!(owner(&parts).as_deref(), Some("CSQU3054383"), "{text}");
        }
        assert_eq!(owner(&[None]), None);
    }
}
