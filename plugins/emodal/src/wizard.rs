//! The appointment wizard: where its steps, fields, panels, dialogs and buttons are.
//!
//! Owns: those locators, and which step the stepper shows. Steps that are not shown stay in the document, so what
//! belongs to a step is looked for in that step's page.
//! Never: takes a stepper that tells no number for a step.

use gantry_sdk::page::{Column, Take};
use gantry_sdk::{Locator, css, xpath};
use std::fmt;

use crate::sites::{Visit, WIZARD};

/// The wizard's page.
pub const ADD_VISIT: Visit = Visit {
    site: WIZARD,
    path: "/trucker/web/addvisit",
};

/// Company, terminal, move type, and what is moved.
pub const DATA: u32 = 1;
/// Each move, and the truck.
pub const MOVES: u32 = 2;
/// The times.
pub const TIMES: u32 = 3;
/// What came of it.
pub const CONFIRMATION: u32 = 4;

/// Options of an open select.
pub const SELECT_PANEL: &str = "mat-select-panel";
/// Options of an open autocomplete.
pub const AUTOCOMPLETE_PANEL: &str = "mat-autocomplete-panel";

const CAPITALS: &str = "'ABCDEFGHIJKLMNOPQRSTUVWXYZ', 'abcdefghijklmnopqrstuvwxyz'";

/// The stepper's headers, whatever they tell.
#[must_use]
pub fn step_headers() -> Locator {
    css("mat-step-header")
}

/// The header of the current step.
#[must_use]
pub fn current_header() -> Locator {
    css("mat-step-header[aria-selected='true']")
}

/// What to read of it.
#[must_use]
pub fn header_parts() -> Vec<Column> {
    vec![Column {
        at: None,
        take: Take::Attribute("aria-posinset".to_owned()),
    }]
}

/// That this step is the current one.
#[must_use]
pub fn at_step(number: u32) -> Locator {
    css(format!(
        "mat-step-header[aria-selected='true'][aria-posinset='{number}']"
    ))
}

/// Why it cannot be told which step is shown.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StepUnknown;

impl fmt::Display for StepUnknown {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("the stepper does not tell which step is shown")
    }
}

/// The current step, of what was read of [`current_header`].
///
/// # Errors
/// None is selected, more than one is, or it has no number from 1 to 4.
pub fn step_of(rows: &[Vec<Option<String>>]) -> Result<u32, StepUnknown> {
    let [row] = rows else {
        return Err(StepUnknown);
    };
    row.first()
        .and_then(Option::as_deref)
        .and_then(|number| number.parse().ok())
        .filter(|number| (DATA..=CONFIRMATION).contains(number))
        .ok_or(StepUnknown)
}

/// The page of a step.
pub(crate) fn page_of(step: u32) -> String {
    format!("(//*[@role='tabpanel'])[{step}]")
}

/// The page of a step, as an element to read in.
#[must_use]
pub fn step_page(step: u32) -> Locator {
    xpath(page_of(step))
}

pub(crate) fn small(expression: &str) -> String {
    format!("translate({expression}, {CAPITALS})")
}

fn in_class(name: &str) -> String {
    format!("contains(concat(' ', normalize-space(@class), ' '), ' {name} ')")
}

/// A form field by its label; a star for "required" does not count.
fn field(step: u32, label: &str) -> String {
    let said = small("normalize-space(.)");
    format!(
        "{}//mat-form-field[.//mat-label[{said}='{label}' or {said}='{label} *']]",
        page_of(step)
    )
}

/// A select of step 1 by its label, in small letters.
#[must_use]
pub fn select(label: &str) -> Locator {
    xpath(format!("{}//mat-select", field(DATA, label)))
}

/// What stands in that select.
#[must_use]
pub fn select_value(label: &str) -> Locator {
    xpath(format!(
        "{}//mat-select//*[{}]",
        field(DATA, label),
        in_class("mat-select-value-text")
    ))
}

/// An input of step 1 that has no known name: by its label or what stands in it while it is empty.
#[must_use]
pub fn labelled_input(label: &str) -> Locator {
    let placeholder = small("normalize-space(@placeholder)");
    xpath(format!(
        "{}//input | {}//input[{placeholder}='{label}']",
        field(DATA, label),
        page_of(DATA)
    ))
}

/// An input of a step by its `formcontrolname`.
#[must_use]
pub fn input(step: u32, name: &str) -> Locator {
    let named = small("@formcontrolname");
    xpath(format!(
        "{}//input[{named}='{}']",
        page_of(step),
        name.to_ascii_lowercase()
    ))
}

/// What stands in a select; nothing if it shows its placeholder.
#[must_use]
pub fn select_parts() -> Vec<Column> {
    vec![Column {
        at: Some(css(".mat-select-value-text")),
        take: Take::Text,
    }]
}

/// The options of an open panel.
#[must_use]
pub fn options(panel: &str) -> Locator {
    css(format!(".{panel} mat-option"))
}

/// One of them, from 1.
#[must_use]
pub fn option(panel: &str, place: usize) -> Locator {
    xpath(format!("(//*[{}]//mat-option)[{place}]", in_class(panel)))
}

/// Any open panel.
#[must_use]
pub fn any_panel() -> Locator {
    css(format!(":is(.{SELECT_PANEL}, .{AUTOCOMPLETE_PANEL})"))
}

/// A text and the icons in it.
#[must_use]
pub fn text_parts() -> Vec<Column> {
    vec![
        Column {
            at: None,
            take: Take::Text,
        },
        Column {
            at: Some(css(crate::icons::ICON)),
            take: Take::AllText,
        },
    ]
}

/// The chips beside the input with this `formcontrolname`.
#[must_use]
pub fn chips(name: &str) -> Locator {
    css(format!(
        "mat-chip-list:has(input[formcontrolname='{name}' i]) mat-chip"
    ))
}

/// What takes the first of those chips away.
#[must_use]
pub fn chip_remove(name: &str) -> Locator {
    css(format!(
        "mat-chip-list:has(input[formcontrolname='{name}' i]) mat-chip [matchipremove]"
    ))
}

/// The footers' buttons with these words. All but one of them are hidden.
#[must_use]
pub fn buttons(words: &str) -> Locator {
    xpath(format!("//button[normalize-space(.)='{words}']"))
}

/// A Next that the form allows.
#[must_use]
pub fn active_next() -> Locator {
    css(".text-next")
}

/// Inputs of a step that the page marks as wrong, and form fields that are required and empty.
#[must_use]
pub fn wrong_fields(step: u32) -> Locator {
    xpath(format!(
        "{}//mat-form-field[{} or .//*[{}]]",
        page_of(step),
        in_class("mat-form-field-invalid"),
        in_class("ng-invalid")
    ))
}

/// A dialog of the portal.
#[must_use]
pub fn dialog() -> Locator {
    css(":is(mat-dialog-container, .dialog-content)")
}

/// Its words.
#[must_use]
pub fn dialog_words() -> Locator {
    css(".dialog-content, mat-dialog-container:not(:has(.dialog-content))")
}

/// What closes it.
#[must_use]
pub fn dialog_close() -> Locator {
    let words = small("normalize-space(.)");
    xpath(format!(
        "//mat-dialog-container//button[{words}='close'] \
         | //*[{}]/ancestor-or-self::*[.//button][1]//button[{words}='close']",
        in_class("dialog-content")
    ))
}

/// What a step says in red beside its form.
#[must_use]
pub fn complaint(step: u32) -> Locator {
    xpath(format!(
        "{}//*[self::mat-error or @role='alert' or {} or {}]\
         [normalize-space(.)!=''][not(ancestor-or-self::*[@hidden])]",
        page_of(step),
        in_class("text-danger"),
        in_class("alert-danger")
    ))
}

/// The boxes of the moves of step 2.
#[must_use]
pub fn unticked_boxes() -> Locator {
    xpath(format!(
        "{}//mat-checkbox[.//input[not(@aria-checked='true')]]//label",
        page_of(MOVES)
    ))
}

/// The times of an import: a select without a label.
#[must_use]
pub fn slot_select() -> Locator {
    css("mat-select[formcontrolname='slot']")
}

/// What opens the date view of an export.
#[must_use]
pub fn calendar() -> Locator {
    xpath(format!(
        "{}//button[.//mat-icon[normalize-space(.)='calendar_month' \
         or @svgicon='calendar_month']]",
        page_of(TIMES)
    ))
}

/// The buttons of an open date view: days and times.
#[must_use]
pub fn date_buttons() -> Locator {
    css(".cdk-overlay-container button")
}

/// One of them, from 1.
#[must_use]
pub fn date_button(place: usize) -> Locator {
    xpath(format!(
        "(//*[{}]//button)[{place}]",
        in_class("cdk-overlay-container")
    ))
}

/// A day of the date view, which was read with [`is_day`](crate::slots::is_day): such a text has no quotes.
#[must_use]
pub fn day_button(day: &str) -> Locator {
    xpath(format!(
        "//*[{}]//button[normalize-space(.)='{day}']",
        in_class("cdk-overlay-container")
    ))
}

/// The times of such a day.
#[must_use]
pub fn times_of_day(day: &str) -> Locator {
    xpath(format!(
        "//*[{}]//button[starts-with(normalize-space(.), '{day} ')]",
        in_class("cdk-overlay-container")
    ))
}

/// The texts of a step in their order: what holds no other element, icons aside.
#[must_use]
pub fn texts(step: u32) -> Locator {
    xpath(format!(
        "{}//*[not(*)][not(self::mat-icon)][not(ancestor::button)]",
        page_of(step)
    ))
}

#[cfg(test)]
mod tests {
    use crate::wizard::step_of;

    fn row(cells: &[Option<&str>]) -> Vec<Option<String>> {
        cells.iter().map(|cell| cell.map(str::to_owned)).collect()
    }

    #[test]
    fn step_is_known_only_by_the_number_of_the_one_selected_header() {
        assert_eq!(step_of(&[row(&[Some("3")])]), Ok(3));
        for rows in [
            vec![],
            vec![row(&[None])],
            vec![row(&[Some("5")])],
            vec![row(&[Some("1")]), row(&[Some("2")])],
        ] {
            assert!(step_of(&rows).is_err());
        }
    }
}
