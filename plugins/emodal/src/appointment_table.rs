//! The list of own appointments: where its parts are, which columns it has, and how a row is read.
//!
//! Owns: the locators, the headings that are known, and the reading of a row. The portal's real columns, ids and classes
//! are not known (portal-facts §3.7), and it shows the list in more than one form, with and without numbers: so nothing
//! here needs more than a table, and one heading.

use gantry_sdk::page::{Column, Take};
use gantry_sdk::{Locator, css};

use crate::appointments::Appointment;
use crate::container_number::ContainerNumber;
use crate::headings::{self, plain};
use crate::words::folded;

/// What the id of a row begins with, where rows have one; the number follows.
const ROW_ID: &str = "apt-";

/// What is clicked to tick: the box itself is hidden under what is drawn.
const TICK: &str = ":is(mat-checkbox label, label:has(input[type='checkbox']))";

/// The element that scrolls: the one around the table. The window does not (portal-facts D18).
#[must_use]
pub fn scroller() -> Locator {
    css(":is(div, mat-sidenav-content, main, section):has(> table)")
}

/// The heading cells. [`headings::parts`] is what to read of them.
#[must_use]
pub fn heading_cells() -> Locator {
    css("table:not(td *) thead > tr:first-child > :is(th, td)")
}

/// The rows of appointments: not the headings, nor a single cell that says "no data".
#[must_use]
pub fn rows() -> Locator {
    css("table tbody > tr:not(td *):has(> td + td)")
}

/// What is clicked to tick a row, inside it.
#[must_use]
pub fn row_box() -> Locator {
    css(format!(":scope > :is(td, th) {TICK}"))
}

/// The box in the headings. It ticks every row that is loaded, and none that comes later.
#[must_use]
pub fn header_box() -> Locator {
    css(format!("table thead {TICK}"))
}

/// The button that exports what is ticked. It does nothing as long as nothing is.
#[must_use]
pub fn excel_button() -> Locator {
    css(
        "button:is([aria-label='Excel' i], [mattooltip='Excel' i], :has(mat-icon[svgicon='xls'], .svg-xls-icon))",
    )
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Key {
    Number,
    Terminal,
    MoveType,
    Container,
    Booking,
    ContainerOrBooking,
    Time,
    Plate,
    Status,
}

/// Headings without signs and spaces, in small letters.
const HEADINGS: [(&str, Key); 23] = [
    ("appointment", Key::Number),
    ("appointmentnumber", Key::Number),
    ("appointmentno", Key::Number),
    ("confirmation", Key::Number),
    ("confirmationnumber", Key::Number),
    ("terminal", Key::Terminal),
    ("terminalname", Key::Terminal),
    ("movetype", Key::MoveType),
    ("move", Key::MoveType),
    ("type", Key::MoveType),
    ("container", Key::Container),
    ("containernumber", Key::Container),
    ("unitnumber", Key::Container),
    ("booking", Key::Booking),
    ("bookingnumber", Key::Booking),
    ("containerbooking", Key::ContainerOrBooking),
    ("appointmenttime", Key::Time),
    ("time", Key::Time),
    ("slot", Key::Time),
    ("truckplate", Key::Plate),
    ("truck", Key::Plate),
    ("plate", Key::Plate),
    ("status", Key::Status),
];

/// The columns of the list, by what its headings say.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Columns {
    /// The first column with a heading, which names an appointment one way or another: its place, from 1, and heading.
    naming: (usize, String),
    /// The place of each column that is known.
    known: Vec<(Key, usize)>,
    /// A heading that means the same as another.
    twice: Option<String>,
}

/// What is read of each row before the columns that are known.
const ID: usize = 0;
const STATE: usize = 1;
const NAME: usize = 2;
const KNOWN: usize = 3;

impl Columns {
    /// Maps the heading cells, as read with [`headings::parts`].
    ///
    /// # Errors
    /// That there is no heading at all.
    pub fn of_headings(cells: &[Vec<Option<String>>]) -> Result<Self, &'static str> {
        let texts = headings::texts(cells);
        let naming = texts.iter().find(|(_, text)| !plain(text).is_empty());
        let naming = naming.cloned().ok_or("no headings")?;
        let (mut known, mut twice) = (Vec::new(), None);
        for (place, text) in texts {
            let said = plain(&text);
            let Some((_, key)) = HEADINGS.iter().find(|(heading, _)| *heading == said) else {
                continue;
            };
            if known.iter().any(|(other, _)| other == key) {
                twice = Some(text);
            } else {
                known.push((*key, place));
            }
        }
        Ok(Self {
            naming,
            known,
            twice,
        })
    }

    /// The heading of the column that names an appointment.
    #[must_use]
    pub fn naming(&self) -> &str {
        &self.naming.1
    }

    /// Whether the list shows all by which an appointment is told from others.
    ///
    /// # Errors
    /// What of it is missing or there twice.
    pub fn tell_apart(&self) -> Result<(), String> {
        if let Some(twice) = &self.twice {
            return Err(format!("two columns \"{twice}\""));
        }
        let has = |key| self.known.iter().any(|(other, _)| *other == key);
        let what = has(Key::ContainerOrBooking) || (has(Key::Container) && has(Key::Booking));
        let needed = [
            (has(Key::Terminal), "terminal"),
            (has(Key::MoveType), "move type"),
            (has(Key::Time), "time"),
            (what, "container and booking"),
        ];
        match needed.iter().find(|(is_there, _)| !is_there) {
            None => Ok(()),
            Some((_, name)) => Err(format!("no column for the {name}")),
        }
    }

    /// What to read of each row.
    #[must_use]
    pub fn parts(&self) -> Vec<Column> {
        let part = |at: Option<Locator>, take: Take| Column { at, take };
        let cell = |place: &usize| {
            let at = css(format!(":scope > :nth-child({place})"));
            part(Some(at), Take::Text)
        };
        let state = css(":scope > :is(td, th) input[type='checkbox']");
        let mut parts = vec![
            part(None, Take::Attribute("id".to_owned())),
            part(Some(state), Take::Attribute("aria-checked".to_owned())),
            cell(&self.naming.0),
        ];
        parts.extend(self.known.iter().map(|(_, place)| cell(place)));
        parts
    }

    /// The row that came back for [`parts`](Self::parts).
    #[must_use]
    pub fn row(&self, parts: &[Option<String>]) -> Row {
        let at = |place: usize| parts.get(place).and_then(Option::as_deref);
        let mut appointment = self.appointment(parts.get(KNOWN..).unwrap_or_default());
        if appointment.number.is_none() {
            let number = at(ID).and_then(|id| id.strip_prefix(ROW_ID));
            appointment.number = number.map(str::to_owned);
        }
        Row {
            name: at(NAME).unwrap_or_default().to_owned(),
            ticked: match at(STATE) {
                Some("true") => Some(true),
                Some("false") => Some(false),
                _ => None,
            },
            appointment,
        }
    }

    fn appointment(&self, cells: &[Option<String>]) -> Appointment {
        let mut read = Appointment::default();
        for ((key, _), cell) in self.known.iter().zip(cells) {
            let value = cell
                .as_deref()
                .map(folded)
                .filter(|text| !text.is_empty() && !text.eq_ignore_ascii_case("n/a"));
            let Some(value) = value else { continue };
            let place = match key {
                Key::Number => &mut read.number,
                Key::Terminal => &mut read.terminal,
                Key::MoveType => &mut read.move_type,
                Key::Container => &mut read.container_id,
                Key::ContainerOrBooking if value.parse::<ContainerNumber>().is_ok() => {
                    &mut read.container_id
                }
                Key::Booking | Key::ContainerOrBooking => &mut read.booking_number,
                Key::Time => &mut read.time,
                Key::Plate => &mut read.truck_plate,
                Key::Status => &mut read.status,
            };
            *place = Some(value);
        }
        read
    }
}

/// One row.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Row {
    /// What the first column with a heading says.
    pub name: String,
    /// Whether its box is ticked; none if it does not say so.
    pub ticked: Option<bool>,
    /// The appointment. Its number is the one that is shown, or else the one in the row's id.
    pub appointment: Appointment,
}

impl Row {
    /// The appointment's number, if the list tells it at all.
    #[must_use]
    pub fn number(&self) -> Option<&str> {
        self.appointment.number.as_deref()
    }

    /// Whether it is the same appointment, whatever its box or its status says.
    #[must_use]
    pub fn is_same(&self, other: &Self) -> bool {
        self.number() == other.number() && self.name == other.name
    }
}

#[cfg(test)]
#[path = "appointment_table_tests.rs"]
mod tests;
