//! Slots of a terminal: their times as the wizard writes them.
//!
//! Owns: the drawing of a terminal's slots from the seed. Never: counts what is booked.

use chrono::{Duration, NaiveDate, NaiveDateTime};
use serde::{Deserialize, Serialize};

use crate::random::Random;
use crate::visit::{MoveType, Terminal};

/// One time a truck may come at.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Slot {
    /// The option's text: `Weekday MM/DD/YYYY HH:MM - HH:MM`, in the terminal's time.
    pub text: String,
    /// How many may still book it.
    pub left: u32,
}

/// What step 3 offers for a terminal and a move type.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Slots {
    /// The slots with room, in order.
    pub open: Vec<Slot>,
    /// The text of the only option when there is no slot with room.
    pub none: Option<String>,
}

/// The texts of all slots of a terminal for a move type, full ones too.
pub(crate) fn texts(
    seed: u64,
    first_day: NaiveDate,
    terminal: &Terminal,
    move_type: MoveType,
) -> Vec<String> {
    if terminal.no_appointments.is_some() {
        return Vec::new();
    }
    let part = format!("slots {} {}", terminal.code, move_type.words());
    let mut random = Random::derived(seed, &part);
    let hours = i64::try_from(random.between(1, 5)).expect("it is small");
    let count = random.between(24, 60);
    let mut start = first_day.and_hms_opt(7, 0, 0).expect("seven exists");
    let mut texts = Vec::with_capacity(count);
    while texts.len() < count {
        texts.push(text(start, hours));
        // Some slots are missing from the start, as if others had taken them.
        let gap = if random.percent(20) { 2 } else { 1 };
        start += Duration::hours(hours * gap);
    }
    texts
}

fn text(start: NaiveDateTime, hours: i64) -> String {
    let end = start + Duration::hours(hours);
    format!(
        "{} - {}",
        start.format("%A %m/%d/%Y %H:%M"),
        end.format("%H:%M")
    )
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::visit::all_terminals;

    #[test]
    fn slots_are_dozens_and_some_end_past_midnight() {
        let first_day = NaiveDate::from_ymd_opt(2025, 11, 3).unwrap();
        let mut past_midnight = 0;
        for terminal in all_terminals() {
            let texts = texts(1, first_day, &terminal, MoveType::PickFull);
            assert_eq!(texts.is_empty(), terminal.no_appointments.is_some());
            assert!(texts.is_empty() || texts.len() >= 24);
            for text in &texts {
                let (start, end) = text.split_once(" - ").unwrap();
                past_midnight += usize::from(start[start.len() - 5..] > *end);
            }
        }
        assert!(past_midnight > 0);
    }
}
