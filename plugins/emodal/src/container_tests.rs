//! What a list row becomes, cell by cell.

use crate::cells::parts;
use crate::columns::{COLUMNS, ColumnKey};
use crate::container::{Container, Load, RowError};
use crate::layout::Layout;
use gantry_sdk::page::{Column, Take};

/// A row as read: every cell "N/A" and without icons, and the ticket without elements.
struct Row(Vec<Option<String>>);

impl Row {
    fn plain() -> Self {
        let layout = Layout::of_headings(
            &COLUMNS.map(|(_, heading)| vec![Some(heading.to_owned()), None, None]),
        );
        let parts = parts(&layout.unwrap());
        let is_text = |column: &Column| matches!(column.take, Take::Text);
        let read = parts
            .iter()
            .map(|column| is_text(column).then(|| "N/A".to_owned()));
        Self(read.collect()).with(ColumnKey::ContainerNumber, "CSQU3054383")
    }

    fn with(mut self, key: ColumnKey, text: &str) -> Self {
        self.0[1 + key as usize] = Some(text.to_owned());
        self
    }

    fn with_icons(mut self, key: ColumnKey, icons: &str) -> Self {
        let keys = [
            ColumnKey::ContainerNumber,
            ColumnKey::Holds,
            ColumnKey::Fees,
            ColumnKey::Tags,
        ];
        let place = keys.iter().position(|with| *with == key);
        self.0[0] = Some(icons.to_owned());
        if let Some(place) = place {
            self.0[19 + place] = Some(icons.to_owned());
        }
        self
    }

    fn with_ticket_elements(mut self, texts: &str) -> Self {
        self.0[23] = Some(texts.to_owned());
        self
    }

    fn with_fees_element(mut self) -> Self {
        self.0[24] = Some(String::new());
        self
    }

    fn container(&self) -> Container {
        Container::of_row(&self.0).unwrap()
    }
}

#[test]
fn badge_is_taken_off_the_number_and_told_apart() {
    let load_of = |text| {
        let container = Row::plain()
            .with(ColumnKey::ContainerNumber, text)
            .container();
        assert_eq!(container.container_number, "CSQU3054383");
        container.load
    };
    assert_eq!(load_of("CSQU3054383L"), Some(Load::Loaded));
    assert_eq!(load_of("CSQU3054383 E"), Some(Load::Empty));
    assert_eq!(load_of("CSQU3054383"), None);
}

#[test]
fn number_of_another_form_is_kept_as_shown() {
    let container = Row::plain()
        .with(ColumnKey::ContainerNumber, "CHASSIS 12")
        .container();
    assert_eq!(
        (container.container_number.as_str(), container.load),
        ("CHASSIS 12", None)
    );
}

#[test]
fn arrow_makes_a_row_expandable_and_stays_out_of_the_number() {
    let container = Row::plain()
        .with(
            ColumnKey::ContainerNumber,
            "keyboard_arrow_rightCSQU3054383L",
        )
        .with_icons(ColumnKey::ContainerNumber, "keyboard_arrow_right")
        .container();
    assert!(container.expandable);
    assert_eq!(container.container_number, "CSQU3054383");
    assert!(!Row::plain().container().expandable);
}

#[test]
fn fees_shown_by_an_icon_are_empty_with_a_mark_and_move_no_other_column() {
    let container = Row::plain()
        .with(ColumnKey::Fees, "attach_money")
        .with_icons(ColumnKey::Fees, "attach_money")
        .with(ColumnKey::LfdGtd, "11/01/2025 - 11/05/2025")
        .container();
    assert_eq!((container.fees.as_str(), container.fees_icon), ("", true));
    assert_eq!(container.lfd_gtd, "11/01/2025 - 11/05/2025");
    assert_eq!(container.tags, "N/A");
    assert!(!Row::plain().container().fees_icon);
}

#[test]
fn fees_icon_without_a_name_is_still_an_icon() {
    let container = Row::plain()
        .with(ColumnKey::Fees, "")
        .with_icons(ColumnKey::Fees, "")
        .container();
    assert_eq!((container.fees.as_str(), container.fees_icon), ("", true));
}

#[test]
fn fees_icon_that_is_drawn_otherwise_is_known_by_its_element() {
    let row = Row::plain().with(ColumnKey::Fees, "");
    assert!(!row.container().fees_icon);
    assert!(row.with_fees_element().container().fees_icon);
}

#[test]
fn second_ticket_number_is_a_field_of_its_own() {
    let container = Row::plain()
        .with(ColumnKey::PregateTicket, "TTI-1002-12398765")
        .with_ticket_elements("TTI-1002-123\n98765")
        .container();
    assert_eq!(container.pregate_ticket, "TTI-1002-123");
    assert_eq!(container.pregate_ticket_second.as_deref(), Some("98765"));
    assert_eq!(Row::plain().container().pregate_ticket_second, None);
}

#[test]
fn masked_values_are_kept_and_named() {
    let container = Row::plain()
        .with(ColumnKey::PregateTicket, "N/A*****")
        .with_ticket_elements("*****")
        .with(ColumnKey::GateStatus, "********")
        .container();
    assert_eq!(container.pregate_ticket, "N/A");
    assert_eq!(container.pregate_ticket_second.as_deref(), Some("*****"));
    assert_eq!(container.gate_status, "********");
    assert_eq!(container.masked, [ColumnKey::GateStatus]);
    assert!(container.pregate_ticket_second_masked);
}

#[test]
fn leading_asterisk_is_no_mask() {
    let container = Row::plain()
        .with(ColumnKey::EmodalPregateStatus, "*CONFIRMED")
        .container();
    assert_eq!(container.emodal_pregate_status, "*CONFIRMED");
    assert_eq!(container.starred, [ColumnKey::EmodalPregateStatus]);
    assert!(container.masked.is_empty());
}

#[test]
fn icon_name_does_not_leak_into_holds() {
    let container = Row::plain()
        .with(ColumnKey::Holds, "info YES")
        .with_icons(ColumnKey::Holds, "info")
        .container();
    assert_eq!(container.holds, "YES");
}

#[test]
fn icon_that_is_asked_for_with_the_row_stays_out_of_every_cell() {
    let container = Row::plain()
        .with(ColumnKey::Status, "directions_boatON VESSEL")
        .with_icons(ColumnKey::Status, "directions_boat")
        .container();
    assert_eq!(container.status, "ON VESSEL");
}

#[test]
fn tag_that_reads_like_an_icon_is_kept() {
    let container = Row::plain()
        .with(ColumnKey::Tags, "info")
        .with(ColumnKey::Holds, "infoNO")
        .with_icons(ColumnKey::Holds, "info")
        .container();
    assert_eq!(
        (container.tags.as_str(), container.holds.as_str()),
        ("info", "NO")
    );
}

#[test]
fn row_without_a_cell_is_refused_by_heading() {
    let mut row = Row::plain();
    row.0[1 + ColumnKey::Tags as usize] = None;
    assert_eq!(Container::of_row(&row.0), Err(RowError { missing: "Tags" }));
}

#[test]
fn values_come_in_the_order_of_the_portals_columns() {
    let container = Row::plain().with(ColumnKey::Tags, "last").container();
    let values = container.values();
    assert_eq!((values[0], values[17]), ("CSQU3054383", "last"));
}
