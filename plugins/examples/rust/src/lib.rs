//! The operation `last-free-day`: until when containers may stay at the terminal without a fee, as the list says.
//!
//! An example that needs the SDK and nothing else. The list is walked in the page, batch by batch, until every container
//! that was asked for has come by.

mod list;

use std::collections::BTreeMap;

use gantry_sdk::schemars::JsonSchema;
use gantry_sdk::serde::{Deserialize, Serialize};
use gantry_sdk::{Failure, Operation};

use crate::list::Walk;

struct LastFreeDay;

#[derive(Deserialize, JsonSchema)]
#[serde(crate = "gantry_sdk::serde", deny_unknown_fields)]
#[schemars(crate = "gantry_sdk::schemars")]
struct Input {
    /// Container numbers: four letters and seven digits each.
    #[schemars(length(min = 1, max = 500))]
    containers: Vec<String>,
}

#[derive(Debug, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(crate = "gantry_sdk::serde")]
#[schemars(crate = "gantry_sdk::schemars")]
struct Output {
    /// One entry for each container, in the order in which they were asked for.
    containers: Vec<Entry>,
    /// Whether the list was read to its end. If it was not, one that was not found may be there all the same.
    complete: bool,
}

#[derive(Debug, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(crate = "gantry_sdk::serde")]
#[schemars(crate = "gantry_sdk::schemars")]
struct Entry {
    container: String,
    /// Whether the list has it.
    found: bool,
    /// `YYYY-MM-DD`; null if the portal shows none.
    last_free_day: Option<String>,
    /// `YYYY-MM-DD`; null if the portal shows none.
    good_through: Option<String>,
}

impl Operation for LastFreeDay {
    type Input = Input;
    type Output = Output;
    const NAME: &'static str = "last-free-day";
    const SUMMARY: &'static str = "Tells until when containers may stay without a fee.";

    fn run(input: Input) -> Result<Output, Failure> {
        let mut walk = Walk::begin(&["Container #", "LFD/GTD"])?;
        let mut days: BTreeMap<String, String> = BTreeMap::new();
        let is_known = |days: &BTreeMap<String, String>| {
            let mut wanted = input.containers.iter();
            wanted.all(|container| days.contains_key(container))
        };
        let mut complete = false;
        while !is_known(&days) && !complete {
            match walk.next_rows()? {
                Some(rows) => days.extend(rows.into_iter().filter_map(number_and_days)),
                None => complete = true,
            }
        }
        let entry = |container: String| {
            let shown = days.get(&container);
            let (last_free_day, good_through) =
                shown.map(|text| two_days(text)).unwrap_or_default();
            Entry {
                found: shown.is_some(),
                container,
                last_free_day,
                good_through,
            }
        };
        let containers = input.containers.into_iter().map(entry).collect();
        Ok(Output {
            containers,
            complete,
        })
    }
}

gantry_sdk::export_operation!(LastFreeDay);

/// A row's number, without the badge that is glued to it, and its days.
fn number_and_days(row: Vec<Option<String>>) -> Option<(String, String)> {
    let [cell, days]: [Option<String>; 2] = row.try_into().ok()?;
    let cell = cell?;
    let mut places = cell.char_indices().map(|(place, _)| place);
    let number = places.find_map(|place| {
        cell.get(place..place + 11)
            .filter(|text| is_container(text))
    })?;
    Some((number.to_owned(), days.unwrap_or_default()))
}

fn is_container(text: &str) -> bool {
    let is_right = |(place, byte): (usize, u8)| match place {
        0..4 => byte.is_ascii_uppercase(),
        _ => byte.is_ascii_digit(),
    };
    text.bytes().enumerate().all(is_right)
}

/// `10/22/2025 - 10/24/2025`, with or without spaces; anything else is no day.
fn two_days(text: &str) -> (Option<String>, Option<String>) {
    let mut days = text.split('-').map(|day| iso(day.trim()));
    (days.next().flatten(), days.next().flatten())
}

fn iso(day: &str) -> Option<String> {
    let mut parts = day.split('/');
    let (month, day, year) = (parts.next()?, parts.next()?, parts.next()?);
    let is_number = |text: &str, len| text.len() == len && text.bytes().all(|b| b.is_ascii_digit());
    let is_day = is_number(month, 2) && is_number(day, 2) && is_number(year, 4);
    (is_day && parts.next().is_none()).then(|| format!("{year}-{month}-{day}"))
}

#[cfg(test)]
mod tests {
    use super::{number_and_days, two_days};

    fn row(cell: &str, days: &str) -> Vec<Option<String>> {
        vec![Some(cell.to_owned()), Some(days.to_owned())]
    }

    #[test]
    fn number_is_read_without_icons_and_badge() {
        let read = number_and_days(row("keyboard_arrow_rightABCU1234560L", "N/A"));
        assert_eq!(read, Some(("ABCU1234560".to_owned(), "N/A".to_owned())));
    }

    #[test]
    fn row_without_a_number_is_none() {
        assert_eq!(number_and_days(row("No data", "")), None);
    }

    #[test]
    fn days_are_read_with_and_without_spaces() {
        let both = (Some("2025-10-22".to_owned()), Some("2025-10-24".to_owned()));
        assert_eq!(two_days("10/22/2025 - 10/24/2025"), both);
        assert_eq!(two_days("10/22/2025-10/24/2025"), both);
    }

    #[test]
    fn what_is_no_day_is_none() {
        assert_eq!(two_days("N/A"), (None, None));
        assert_eq!(two_days(""), (None, None));
    }
}
