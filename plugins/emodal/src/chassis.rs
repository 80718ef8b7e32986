//! The own-chassis switch of step 2: a pill that says YES or NO.
//!
//! Owns: its locators, and the reading of its state.
//! Never: assumes a state that the switch does not say (portal-facts D3).

use gantry_sdk::page::{Column, Take};
use gantry_sdk::{Locator, css, xpath};

use crate::wizard::{MOVES, page_of, small};

/// The own-chassis switches of step 2, one for each move.
#[must_use]
pub fn switches() -> Locator {
    xpath(switches_path())
}

fn switches_path() -> String {
    let named = small("@formcontrolname");
    let said = small("normalize-space(.)");
    let page = page_of(MOVES);
    format!(
        "{page}//mat-slide-toggle[contains({named}, 'chassis')] \
         | {page}//*[not(*)][{said}='own chassis']/following::mat-slide-toggle[1]"
    )
}

/// What of such a switch takes a click, from 1.
#[must_use]
pub fn label(place: usize) -> Locator {
    xpath(format!("({})[{place}]//label", switches_path()))
}

/// The switch at a place, from 1, if it stands so.
#[must_use]
pub fn standing(place: usize, on: bool) -> Locator {
    xpath(format!(
        "({})[{place}]//*[@aria-checked='{on}']",
        switches_path()
    ))
}

/// What to read of a switch.
#[must_use]
pub fn parts() -> Vec<Column> {
    vec![
        Column {
            at: None,
            take: Take::Text,
        },
        Column {
            at: Some(css("[aria-checked]")),
            take: Take::Attribute("aria-checked".to_owned()),
        },
    ]
}

/// Whether a switch is on. None if it does not say, or says two things: nothing is assumed.
#[must_use]
pub fn is_on(row: &[Option<String>]) -> Option<bool> {
    let at = |place: usize| row.get(place).and_then(Option::as_deref);
    let said = match at(0).map(str::to_uppercase).as_deref() {
        Some("YES") => Some(true),
        Some("NO") => Some(false),
        Some("") | None => None,
        Some(_) => return None,
    };
    let told = match at(1) {
        Some("true") => Some(true),
        Some("false") => Some(false),
        Some(_) => return None,
        None => None,
    };
    match (said, told) {
        (Some(one), Some(other)) => (one == other).then_some(one),
        (one, other) => one.or(other),
    }
}

#[cfg(test)]
mod tests {
    use crate::chassis::is_on;

    fn row(cells: &[Option<&str>]) -> Vec<Option<String>> {
        cells.iter().map(|cell| cell.map(str::to_owned)).collect()
    }

    #[test]
    fn d3_switch_is_read_and_never_assumed() {
        assert_eq!(is_on(&row(&[Some("YES"), Some("true")])), Some(true));
        assert_eq!(is_on(&row(&[Some("NO"), None])), Some(false));
        assert_eq!(is_on(&row(&[Some(""), Some("true")])), Some(true));
        assert_eq!(is_on(&row(&[Some("YES"), Some("false")])), None);
        assert_eq!(is_on(&row(&[Some("MAYBE"), Some("true")])), None);
        assert_eq!(is_on(&row(&[None, None])), None);
    }
}
