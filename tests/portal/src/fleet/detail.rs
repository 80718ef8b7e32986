//! What opens under a row: cards of labels and values, and the timeline.
//!
//! Owns: the truth of the cards and their drawing for one container.
//! Never: decides how the labels and values are laid out in the document.

use chrono::NaiveDateTime;
use serde::{Deserialize, Serialize};

use crate::fleet::{EXPORT_MILESTONES, IMPORT_MILESTONES, words};
use crate::fleet::{Milestone, timeline};
use crate::random::Random;

/// What opens under a row.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Detail {
    /// A terminal code, or `UNKNOWN`.
    pub place: String,
    /// The terminal's name in capitals.
    pub terminal_name: String,
    /// The booking number of an export; `None` for an import and where there is none.
    pub booking: Option<String>,
    /// The cards in order; the first is the one with place and terminal name.
    pub cards: Vec<Card>,
    /// The milestones, newest first.
    pub timeline: Vec<Milestone>,
}

/// A card: a heading, and labels with values.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Card {
    /// Its heading; empty for the first card.
    pub title: String,
    /// Its labels and values, matched by position in the document.
    pub fields: Vec<Field>,
}

/// One label with its value.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Field {
    /// The label.
    pub label: String,
    /// The value.
    pub value: String,
    /// Whether the value is a link.
    pub link: bool,
}

/// What the row already decides about its detail.
pub(crate) struct Facts<'a> {
    pub is_export: bool,
    pub status: &'a str,
    pub has_hold: bool,
    pub terminal: (&'a str, &'a str),
    pub line: &'a str,
    pub vessel: &'a str,
    pub voyage: &'a str,
    pub fees_due: bool,
    pub milestones_passed: usize,
    pub first: NaiveDateTime,
    /// Another container, named in this one's yard location now and then.
    pub neighbour: &'a str,
}

pub(crate) fn draw(facts: &Facts, random: &mut Random) -> Detail {
    let is_placed = random.percent(90);
    let booking = (facts.is_export && random.percent(85))
        .then(|| format!("QZB{:07}", random.below(9_999_999)));
    let names: &[&str] = if facts.is_export {
        &EXPORT_MILESTONES
    } else {
        &IMPORT_MILESTONES
    };
    Detail {
        place: if is_placed {
            facts.terminal.0
        } else {
            "UNKNOWN"
        }
        .to_owned(),
        terminal_name: facts.terminal.1.to_owned(),
        cards: vec![
            top(facts, booking.as_deref()),
            holds(facts, random),
            fees(facts),
            arrival(facts, random),
            departure(facts, random),
            other(facts, random),
        ],
        booking,
        timeline: timeline::draw(names, facts.milestones_passed, facts.first, random),
    }
}

fn top(facts: &Facts, booking: Option<&str>) -> Card {
    let mut card = card("", &[("Status", facts.status)]);
    if facts.is_export {
        card.fields.push(Field {
            label: "Booking #".to_owned(),
            value: booking.unwrap_or("N/A").to_owned(),
            link: booking.is_some(),
        });
    }
    card
}

fn holds(facts: &Facts, random: &mut Random) -> Card {
    let hold = if facts.has_hold { "HOLD" } else { "NO" };
    let release = if facts.has_hold { "NO" } else { "RELEASED" };
    let lfd = facts.first.format("%m/%d/%Y").to_string();
    card(
        "Holds/Releases",
        &[
            ("Custom Hold", hold),
            ("Custom Release", release),
            ("Line Hold", random.pick(&["NO", "NO", "HOLD"])),
            ("Line Release", "RELEASED"),
            ("Other Holds", "N/A"),
            ("LFD", &lfd),
            ("Good Through", "N/A"),
        ],
    )
}

fn fees(facts: &Facts) -> Card {
    if facts.fees_due {
        card("Fees", &[("Demurrage", "USD 120.00")])
    } else {
        card("Fees", &[])
    }
}

fn arrival(facts: &Facts, random: &mut Random) -> Card {
    let pregate = facts.first.format("%m/%d/%Y %H:%M").to_string();
    let truck = format!("TRK{:03}", random.below(1000));
    let mut fields = vec![
        (
            "Arrival Carrier",
            if facts.is_export {
                "MOTOR CARRIER"
            } else {
                "VESSEL"
            },
        ),
        ("Truck #", truck.as_str()),
        ("Trucker Scac", "QXTR"),
        ("Driver Name", random.pick(&words::DRIVERS)),
        ("Pregate Time", pregate.as_str()),
        (
            "Pregate Status",
            random.pick(&["COMPLETED", "CONFIRMED", "N/A"]),
        ),
    ];
    if facts.is_export {
        fields.push(("Rail Number", "N/A"));
    }
    card("Arrival Information", &fields)
}

fn departure(facts: &Facts, random: &mut Random) -> Card {
    if facts.is_export {
        let voyage = format!("{}/{}", facts.vessel, facts.voyage);
        return card(
            "Departure Information",
            &[
                ("Departure Carrier", "VESSEL"),
                ("Line", facts.line),
                ("Vessel Code/Voyage", &voyage),
            ],
        );
    }
    let truck = format!("TRK{:03}", random.below(1000));
    card(
        "Departure Information",
        &[
            ("Departure Carrier", "MOTOR CARRIER"),
            ("Truck #", &truck),
            ("Trucker Scac", "QXTR"),
            ("Driver Name", random.pick(&words::DRIVERS)),
        ],
    )
}

fn other(facts: &Facts, random: &mut Random) -> Card {
    // A neighbour's number inside a detail: text searches over the page find it here.
    let yard = if random.percent(20) {
        format!("UNDER {}", facts.neighbour)
    } else {
        format!("ROW {:02}-{:02}", random.below(60), random.below(20))
    };
    let weight = format!("{}", random.between(4_000, 28_000));
    card(
        "Other Information",
        &[
            ("Haz", random.pick(&["NO", "NO", "NO", "YES"])),
            ("OD", "NO"),
            ("Reefer", "NO"),
            ("Yard Location", &yard),
            ("Weight", &weight),
            ("UOM", "KG"),
            ("Yard Status", facts.status),
        ],
    )
}

fn card(title: &str, fields: &[(&str, &str)]) -> Card {
    let field = |(label, value): &(&str, &str)| Field {
        label: (*label).to_owned(),
        value: (*value).to_owned(),
        link: false,
    };
    Card {
        title: title.to_owned(),
        fields: fields.iter().map(field).collect(),
    }
}
