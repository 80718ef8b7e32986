//! Pairing labels with values, in every order that a page may have them.

use crate::detail::{Beside, Card, Detail};

type Item = Vec<Option<String>>;

fn item(class: &str, text: &str) -> Item {
    vec![Some(class.to_owned()), Some(text.to_owned()), None, None]
}

fn label(text: &str) -> Item {
    item("field-label ng-star-inserted", text)
}

fn value(text: &str) -> Item {
    item("field-data btn-link ng-star-inserted", text)
}

fn card(heading: Option<&str>) -> Item {
    let mut item = item("mat-card", "everything in it");
    item[2] = heading.map(str::to_owned);
    item
}

fn fields(card: &Card) -> Vec<(&str, Option<&str>)> {
    let fields = card.fields.iter();
    fields
        .map(|field| (field.label.as_str(), field.value.as_deref()))
        .collect()
}

#[test]
fn all_labels_then_all_values_belong_together_by_position() {
    let rows = [
        card(None),
        label("Status"),
        label("Booking #"),
        value("GATE OUT"),
        value("QZB0000001"),
    ];
    let detail = Detail::of_items(&rows);
    assert_eq!(detail.beside("Booking #"), Beside::Value("QZB0000001"));
    assert_eq!(detail.beside("status"), Beside::Value("GATE OUT"));
    assert!(detail.is_paired());
}

#[test]
fn each_value_after_its_label_is_paired_too() {
    let rows = [
        card(None),
        label("Status"),
        value("GATE OUT"),
        label("Booking #"),
        value("QZB0000001"),
    ];
    let detail = Detail::of_items(&rows);
    assert_eq!(
        fields(&detail.cards[0]),
        [
            ("Status", Some("GATE OUT")),
            ("Booking #", Some("QZB0000001"))
        ]
    );
}

#[test]
fn labels_without_as_many_values_are_not_paired_at_all() {
    let rows = [
        card(None),
        label("Status"),
        label("Booking #"),
        value("GATE OUT"),
        card(Some("Fees")),
        label("Demurrage"),
        value("USD 120.00"),
    ];
    let detail = Detail::of_items(&rows);
    assert_eq!(detail.beside("Booking #"), Beside::Unclear);
    assert_eq!(detail.beside("Status"), Beside::Unclear);
    assert_eq!(detail.beside("Demurrage"), Beside::Value("USD 120.00"));
    assert!(!detail.is_paired());
}

#[test]
fn a_card_never_lends_its_values_to_another() {
    let rows = [
        card(None),
        label("Booking #"),
        card(None),
        value("QZB0000001"),
        label("Line"),
        value("QXLN"),
    ];
    let detail = Detail::of_items(&rows);
    assert_eq!(detail.beside("Booking #"), Beside::Unclear);
    assert_eq!(detail.beside("Line"), Beside::Value("QXLN"));
}

#[test]
fn a_label_that_is_in_two_cards_is_unclear() {
    let rows = [
        card(Some("Arrival Information")),
        label("Truck #"),
        value("TRK001"),
        card(Some("Departure Information")),
        label("Truck #"),
        value("TRK002"),
    ];
    let detail = Detail::of_items(&rows);
    assert_eq!(detail.beside("Truck #"), Beside::Unclear);
    assert_eq!(
        detail.cards[1].heading.as_deref(),
        Some("Departure Information")
    );
    assert_eq!(fields(&detail.cards[1]), [("Truck #", Some("TRK002"))]);
}

#[test]
fn a_label_that_only_resembles_another_is_not_it() {
    let detail = Detail::of_items(&[label("Booking # status"), value("CONFIRMED")]);
    assert_eq!(detail.beside("Booking #"), Beside::NoLabel);
}

#[test]
fn cards_without_labels_are_left_out() {
    let detail = Detail::of_items(&[card(Some("Fees")), card(None), label("Haz"), value("NO")]);
    assert_eq!(detail.cards.len(), 1);
}
