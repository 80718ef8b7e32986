//! The contract's words and the browser layer's, one into the other. No decisions are made here.

use crate::browser::page::{
    Column, Condition, GrowingList, Growth, Locator, ScrollTo, Scrolled, Table, Take,
};
use crate::plugin::bindings::page;
use crate::plugin::bindings::types;

/// From the guest.
#[must_use]
pub fn locator(what: types::Locator) -> Locator {
    match what {
        types::Locator::Css(text) => Locator::Css(text),
        types::Locator::Xpath(text) => Locator::Xpath(text),
        types::Locator::Text(text) => Locator::Text(text),
        types::Locator::Label(text) => Locator::Label(text),
    }
}

/// To the guest.
#[must_use]
pub fn locator_to_guest(what: Locator) -> types::Locator {
    match what {
        Locator::Css(text) => types::Locator::Css(text),
        Locator::Xpath(text) => types::Locator::Xpath(text),
        Locator::Text(text) => types::Locator::Text(text),
        Locator::Label(text) => types::Locator::Label(text),
    }
}

/// From the guest.
#[must_use]
pub fn condition(until: page::Condition) -> Condition {
    match until {
        page::Condition::Present(what) => Condition::Present {
            what: locator(what),
        },
        page::Condition::Visible(what) => Condition::Visible {
            what: locator(what),
        },
        page::Condition::Enabled(what) => Condition::Enabled {
            what: locator(what),
        },
        page::Condition::Absent(what) => Condition::Absent {
            what: locator(what),
        },
        page::Condition::CountOver(page::Counted { what, over }) => Condition::CountOver {
            what: locator(what),
            over,
        },
        page::Condition::AtSite(site) => Condition::AtSite { site },
        page::Condition::Answered(quiet_ms) => Condition::Answered { quiet_ms },
        page::Condition::Quiet(quiet_ms) => Condition::Quiet { quiet_ms },
    }
}

/// From the guest.
#[must_use]
pub fn column(column: page::Column) -> Column {
    let take = match column.take {
        page::Take::Text => Take::Text,
        page::Take::OwnText => Take::OwnText,
        page::Take::Attribute(name) => Take::Attribute(name),
        page::Take::AllText => Take::AllText,
    };
    Column {
        at: column.at.map(locator),
        take,
    }
}

/// To the guest.
#[must_use]
pub fn table_to_guest(table: Table) -> page::Table {
    page::Table {
        total: table.total,
        rows: table.rows,
    }
}

/// From the guest.
#[must_use]
pub const fn scroll_to(to: page::ScrollTo) -> ScrollTo {
    match to {
        page::ScrollTo::Top => ScrollTo::Top,
        page::ScrollTo::End => ScrollTo::End,
        page::ScrollTo::By(pixels) => ScrollTo::By(pixels),
    }
}

/// To the guest.
#[must_use]
pub const fn scrolled_to_guest(scrolled: Scrolled) -> page::Scrolled {
    page::Scrolled {
        offset: scrolled.offset,
        viewport: scrolled.viewport,
        extent: scrolled.extent,
    }
}

/// From the guest.
#[must_use]
pub fn growing_list(list: page::GrowingList) -> GrowingList {
    GrowingList {
        rows: locator(list.rows),
        columns: list.columns.into_iter().map(column).collect(),
        container: locator(list.container),
    }
}

/// To the guest.
#[must_use]
pub fn growth_to_guest(growth: Growth) -> page::Growth {
    match growth {
        Growth::Grew(position, table) => {
            page::Growth::Grew((scrolled_to_guest(position), table_to_guest(table)))
        }
        Growth::Other(place) => page::Growth::Other(
            u32::try_from(place).expect("a place in a list that came from a 32-bit guest"),
        ),
    }
}
