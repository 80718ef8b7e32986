//! Appointment times as the wizard writes them: `Weekday MM/DD/YYYY HH:MM - HH:MM`, in the terminal's time.
//!
//! Owns: their reading, also that an option which says "no appointments" is no time, and which time a caller means.
//! Never: takes an option that it cannot read for anything.

use schemars::JsonSchema;
use serde::Serialize;
use std::fmt;

use crate::words::{folded, is_same, normal};

/// One time a truck may come at.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Slot {
    /// When it begins: `YYYY-MM-DDTHH:MM`, the terminal's local time, without a zone.
    pub start: String,
    /// When it ends, likewise; perhaps on the next day.
    pub end: String,
    /// As the portal writes it.
    pub text: String,
}

/// What the portal offers.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Offered {
    /// The times, in the portal's order.
    pub slots: Vec<Slot>,
    /// What the portal says instead of times.
    pub nothing: Option<String>,
}

/// An option that is neither a time nor says that there is none.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Unreadable(pub String);

impl fmt::Display for Unreadable {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "\"{}\" is no appointment time", self.0)
    }
}

impl Offered {
    /// Reads the options of a list of times.
    ///
    /// # Errors
    /// One of them cannot be read.
    pub fn of_options<T: AsRef<str>>(options: &[T]) -> Result<Self, Unreadable> {
        let mut offered = Self::default();
        for option in options {
            let text = folded(option.as_ref());
            if is_nothing(&text) {
                offered.nothing = Some(text);
            } else {
                let slot = Slot::of_text(&text).ok_or(Unreadable(text))?;
                offered.slots.push(slot);
            }
        }
        Ok(offered)
    }
}

/// Whether an option says that there are no times.
#[must_use]
pub fn is_nothing(option: &str) -> bool {
    normal(option).trim_end_matches(['!', '.', ' ']) == "no appointments available"
}

/// Whether a text is a day as the date view writes it, `Weekday MM/DD/YYYY`.
#[must_use]
pub fn is_day(text: &str) -> bool {
    text.split_once(' ')
        .is_some_and(|(weekday, date)| is_word(weekday) && Date::of_text(date).is_some())
}

fn is_word(text: &str) -> bool {
    !text.is_empty() && text.chars().all(|c| c.is_ascii_alphabetic())
}

impl Slot {
    /// Reads one option.
    #[must_use]
    pub fn of_text(text: &str) -> Option<Self> {
        let parts: Vec<String> = normal(text)
            .split(['-', ' '])
            .filter(|part| !part.is_empty())
            .map(str::to_owned)
            .collect();
        let [weekday, date, from, to] = parts.as_slice() else {
            return None;
        };
        if !is_word(weekday) {
            return None;
        }
        let (from, to) = (time(from)?, time(to)?);
        let day = Date::of_text(date)?;
        // An end that is not after the start is on the next day.
        let last = if to > from { day } else { day.next() };
        Some(Self {
            start: format!("{day}T{from}"),
            end: format!("{last}T{to}"),
            text: folded(text),
        })
    }

    /// Whether this is the time that somebody wrote: in the portal's words, by its start, or by start and end
    /// with a slash between them. Seconds of zero may be there.
    #[must_use]
    pub fn is_meant_by(&self, wanted: &str) -> bool {
        if is_same(&self.text, wanted) {
            return true;
        }
        let written: Vec<String> = wanted.split('/').map(minutes).collect();
        match written.as_slice() {
            [start] => *start == self.start,
            [start, end] => *start == self.start && *end == self.end,
            _ => false,
        }
    }
}

/// `YYYY-MM-DDTHH:MM` of a local date-time that may have seconds of zero.
fn minutes(text: &str) -> String {
    let text = text.trim().replacen(' ', "T", 1);
    match text.strip_suffix(":00") {
        Some(shorter) if shorter.len() == "YYYY-MM-DDTHH:MM".len() => shorter.to_owned(),
        _ => text,
    }
}

fn time(text: &str) -> Option<String> {
    let (hours, minutes) = text.split_once(':')?;
    let is_right = number(hours, 2)? < 24 && number(minutes, 2)? < 60;
    is_right.then(|| text.to_owned())
}

fn number(text: &str, digits: usize) -> Option<u32> {
    let is_plain = text.len() == digits && text.bytes().all(|byte| byte.is_ascii_digit());
    is_plain.then(|| text.parse().ok())?
}

/// A day of the calendar.
#[derive(Clone, Copy)]
struct Date {
    year: u32,
    month: u32,
    day: u32,
}

impl Date {
    fn of_text(text: &str) -> Option<Self> {
        let mut parts = text.split('/');
        let (month, day, year) = (parts.next()?, parts.next()?, parts.next()?);
        let date = Self {
            year: number(year, 4)?,
            month: number(month, 2)?,
            day: number(day, 2)?,
        };
        let is_right = (1..=12).contains(&date.month) && (1..=date.days()).contains(&date.day);
        (parts.next().is_none() && is_right).then_some(date)
    }

    fn days(self) -> u32 {
        let is_leap = self.year.is_multiple_of(4)
            && (!self.year.is_multiple_of(100) || self.year.is_multiple_of(400));
        match self.month {
            4 | 6 | 9 | 11 => 30,
            2 if is_leap => 29,
            2 => 28,
            _ => 31,
        }
    }

    fn next(self) -> Self {
        let Self { year, month, day } = self;
        match (day < self.days(), month < 12) {
            (true, _) => Self {
                day: day + 1,
                ..self
            },
            (false, true) => Self {
                year,
                month: month + 1,
                day: 1,
            },
            (false, false) => Self {
                year: year + 1,
                month: 1,
                day: 1,
            },
        }
    }
}

impl fmt::Display for Date {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            formatter,
            "{:04}-{:02}-{:02}",
            self.year, self.month, self.day
        )
    }
}

#[cfg(test)]
mod tests {
    use crate::slots::{Offered, Slot, is_day};

    fn slot(text: &str) -> Slot {
        Slot::of_text(text).unwrap()
    }

    #[test]
    fn start_and_end_are_local_times_and_the_end_may_be_tomorrow() {
        let plain = slot("Monday 11/03/2025 07:00 - 09:00");
        assert_eq!(plain.start, "2025-11-03T07:00");
        assert_eq!(plain.end, "2025-11-03T09:00");
        assert_eq!(
            slot("Wednesday 12/31/2025 23:00 - 02:00").end,
            "2026-01-01T02:00"
        );
        assert_eq!(
            slot("Thursday 02/29/2024 23:00 - 00:00").end,
            "2024-03-01T00:00"
        );
        assert_eq!(
            slot("Sunday 11/30/2025 22:00-00:00").end,
            "2025-12-01T00:00"
        );
    }

    #[test]
    fn what_is_no_time_is_not_read_as_one() {
        for text in [
            "",
            "Monday",
            "Monday 13/03/2025 07:00 - 09:00",
            "Monday 02/29/2025 07:00 - 09:00",
            "Monday 11/03/2025 24:00 - 09:00",
            "11/03/2025 07:00 - 09:00",
            "Monday 11/03/2025 07:00 - 09:00 (full)",
        ] {
            assert_eq!(Slot::of_text(text), None, "{text}");
        }
    }

    #[test]
    fn d1_both_spellings_of_no_appointments_are_an_empty_list_with_the_reason() {
        for text in ["No Appointments Available", "No Appointments Available!"] {
            let offered = Offered::of_options(&[text]).unwrap();
            assert_eq!(offered.slots, []);
            assert_eq!(offered.nothing.as_deref(), Some(text));
        }
        assert!(Offered::of_options(&["Please wait"]).is_err());
    }

    #[test]
    fn time_is_meant_by_its_text_its_start_or_both_ends() {
        let slot = slot("Monday 11/03/2025 07:00 - 09:00");
        for wanted in [
            "monday 11/03/2025  07:00\u{2013}09:00",
            "2025-11-03T07:00",
            "2025-11-03T07:00:00",
            "2025-11-03 07:00",
            "2025-11-03T07:00/2025-11-03T09:00",
        ] {
            assert!(slot.is_meant_by(wanted), "{wanted}");
        }
        for wanted in [
            "07:00",
            "Monday",
            "2025-11-03T07:00/2025-11-03T10:00",
            "2025-11-03",
        ] {
            assert!(!slot.is_meant_by(wanted), "{wanted}");
        }
    }

    #[test]
    fn days_of_the_date_view_are_told_from_times() {
        assert!(is_day("Monday 11/03/2025"));
        assert!(!is_day("Monday 11/03/2025 07:00 - 09:00"));
        assert!(!is_day("CLOSE"));
    }
}
