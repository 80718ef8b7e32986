//! What has opened under a row: cards of labels and values, and the timeline, read in one round trip.
//!
//! Owns: the agreement between what is asked for and what comes back, and the pairing of labels with
//! values. A card may have all labels first and then all values, or each value after its label. Where
//! the numbers do not match nothing is paired: a neighbour's value is worse than none.

use crate::container_number::ContainerNumber;
use crate::icons::without_names;
use crate::layout::Layout;
use crate::opened::{detail_path, has_class};
use crate::timeline::{self, MilestoneRow};
use gantry_sdk::page::{Column, Take};
use gantry_sdk::{Locator, css, xpath};
use schemars::JsonSchema;
use serde::Serialize;

/// The headings that cards were seen with.
const HEADINGS: [&str; 5] = [
    "Holds/Releases",
    "Fees",
    "Arrival Information",
    "Departure Information",
    "Other Information",
];

const CLASS: usize = 0;
const TEXT: usize = 1;
const HEADING: usize = 2;
const TIMELINE: usize = 3;

/// A label and what stands for it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Field {
    /// As the portal writes it.
    pub label: String,
    /// As the portal shows it, N/A included; null if it cannot be told which value is its own.
    pub value: Option<String>,
}

/// A card of an opened row.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Card {
    /// Its heading; null if it has none of those that are known.
    pub heading: Option<String>,
    /// Its labels with their values, in the page's order.
    pub fields: Vec<Field>,
}

/// What has opened under a row.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Detail {
    /// The cards that have labels.
    pub cards: Vec<Card>,
    /// The rows of the timeline, in the page's order.
    pub milestone_rows: Vec<MilestoneRow>,
}

/// The parts of this container's detail that say something, in the page's order.
#[must_use]
pub fn items(number: &ContainerNumber, layout: &Layout) -> Locator {
    let detail = detail_path(number, layout);
    let (label, value) = (has_class("field-label"), has_class("field-data"));
    let (card, name) = (has_class("mat-card"), has_class("location-details-label"));
    let (spine, wrapper) = (has_class("timeline-container"), has_class("curr-loc-div"));
    xpath(format!(
        "{detail}//*[{label} or {value} or self::mat-card or {card}] \
         | {detail}//*[self::app-containerflow or {spine}]\
         //*[@fxlayout='row' or {wrapper}][.//*[{name}]]"
    ))
}

/// What to read of each.
#[must_use]
pub fn parts() -> Vec<Column> {
    let known = HEADINGS
        .map(|heading| format!("normalize-space(.)='{heading}'"))
        .join(" or ");
    let mut parts = vec![
        Column {
            at: None,
            take: Take::Attribute("class".to_owned()),
        },
        Column {
            at: None,
            take: Take::Text,
        },
        Column {
            at: Some(xpath(format!(".//*[not(*)][{known}]"))),
            take: Take::Text,
        },
    ];
    parts.extend(timeline::SELECTORS.map(|(selector, take)| Column {
        at: Some(css(selector)),
        take,
    }));
    parts
}

impl Detail {
    /// Puts together what was read with [`parts`].
    #[must_use]
    pub fn of_items(rows: &[Vec<Option<String>>]) -> Self {
        let mut pairing = Pairing::default();
        let mut milestone_rows = Vec::new();
        for row in rows {
            let at = |place: usize| row.get(place).and_then(Option::as_deref);
            let classes: Vec<&str> = at(CLASS).unwrap_or_default().split_whitespace().collect();
            let text = || without_names(at(TEXT).unwrap_or_default());
            if classes.contains(&"field-label") {
                pairing.label(text());
            } else if classes.contains(&"field-data") {
                pairing.value(text());
            } else if let Some(names) = at(TIMELINE)
                && !classes.contains(&"mat-card")
            {
                milestone_rows.extend(MilestoneRow::of_parts(names, &row[TIMELINE + 1..]));
            } else {
                pairing.card(at(HEADING).map(str::to_owned));
            }
        }
        Self {
            cards: pairing.finish(),
            milestone_rows,
        }
    }

    /// The value beside a label, wherever it stands. Case, spacing and signs of the label do not
    /// matter.
    #[must_use]
    pub fn beside(&self, label: &str) -> Beside<'_> {
        let wanted = folded(label);
        let fields = self.cards.iter().flat_map(|card| &card.fields);
        let mut values = fields
            .filter(|field| folded(&field.label) == wanted)
            .map(|field| field.value.as_deref());
        match (values.next(), values.next()) {
            (None, _) => Beside::NoLabel,
            (Some(Some(value)), None) => Beside::Value(value),
            _ => Beside::Unclear,
        }
    }

    /// Whether every label has its value. While a page builds a card it may not.
    #[must_use]
    pub fn is_paired(&self) -> bool {
        let mut fields = self.cards.iter().flat_map(|card| &card.fields);
        fields.all(|field| field.value.is_some())
    }
}

/// What stands beside a label.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Beside<'a> {
    /// This value, perhaps N/A.
    Value(&'a str),
    /// There is no such label.
    NoLabel,
    /// The label is there, and which value is its own cannot be told.
    Unclear,
}

/// Labels and values as they come, and the cards that were made of them.
#[derive(Default)]
struct Pairing {
    cards: Vec<Card>,
    card: Card,
    labels: Vec<String>,
    values: Vec<String>,
}

impl Pairing {
    fn card(&mut self, heading: Option<String>) {
        self.close_run();
        let done = std::mem::take(&mut self.card);
        self.cards.push(done);
        self.card.heading = heading;
    }

    fn label(&mut self, label: String) {
        // A label after values begins another run.
        if !self.values.is_empty() {
            self.close_run();
        }
        self.labels.push(label);
    }

    fn value(&mut self, value: String) {
        self.values.push(value);
    }

    fn close_run(&mut self) {
        let is_matched = self.labels.len() == self.values.len();
        let mut values = std::mem::take(&mut self.values).into_iter();
        for label in std::mem::take(&mut self.labels) {
            let value = if is_matched { values.next() } else { None };
            self.card.fields.push(Field { label, value });
        }
    }

    fn finish(mut self) -> Vec<Card> {
        self.card(None);
        self.cards.retain(|card| !card.fields.is_empty());
        self.cards
    }
}

fn folded(label: &str) -> String {
    label
        .chars()
        .filter(char::is_ascii_alphanumeric)
        .map(|c| c.to_ascii_lowercase())
        .collect()
}

#[cfg(test)]
#[path = "detail_tests.rs"]
mod tests;
