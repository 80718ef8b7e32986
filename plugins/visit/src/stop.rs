//! Why a walk stops, and waiting that notices when it must: the portal says something, or asks who is there.
//!
//! Owns: what counts as the portal speaking up, and the fields that a caller is asked for.
//! Never: waits for one thing only. A dialog in the way is told in its own words.

use emodal::icons::without_icons;
use emodal::instead;
use emodal::instead::picture;
use emodal::{arrival, wizard};
use gantry_sdk::page::{self, Condition};
use gantry_sdk::wait::{Awaited, first_of, within};
use gantry_sdk::{Failure, Locator, PageError};

/// Kept of a call's time for telling what went wrong.
const RESERVE_MS: u64 = 5_000;
/// A dialog closes at once.
const CLOSE_MS_MAX: u32 = 5_000;

/// Something the portal said that it was not asked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Said {
    /// Its words.
    pub words: String,
    /// Whether they stand in a dialog or beside the form.
    pub in_dialog: bool,
}

/// Why a walk does not go on.
#[derive(Debug)]
pub enum Stop {
    /// The portal said something.
    Said(Said),
    /// Anything else.
    Failure(Failure),
}

impl From<Failure> for Stop {
    fn from(failure: Failure) -> Self {
        Self::Failure(failure)
    }
}

impl From<PageError> for Stop {
    fn from(error: PageError) -> Self {
        Self::Failure(error.into())
    }
}

impl Stop {
    /// The failure for a step: what the portal said is its refusal. `field` is what it was said to.
    pub(crate) fn failure(self, step: u32, field: Option<&str>) -> Failure {
        match self {
            Self::Failure(failure) => Failure {
                phase: failure.phase.or(Some(step)),
                ..failure
            },
            Self::Said(said) => said.failure(step, field),
        }
    }
}

impl Said {
    /// The portal's refusal, with a picture. Its dialog is closed afterwards, so that it freezes nobody's page.
    fn failure(self, step: u32, field: Option<&str>) -> Failure {
        let message = format!("The portal refuses: {}", self.words);
        let failure = Failure::new("portal-refused", message)
            .in_phase(step)
            .with_evidence(picture());
        if self.in_dialog && close_dialog().is_err() {
            gantry_sdk::log::warn("the portal's dialog could not be closed");
        }
        match field {
            Some(field) => failure.with_field(field, self.words),
            None => failure,
        }
    }
}

/// What is waited for in a step, beside everything that always counts.
#[derive(Debug)]
pub struct Awaiting<T> {
    step: u32,
    awaited: Vec<Awaited<Seen<T>>>,
    still_ms: Option<u32>,
}

#[derive(Debug, Clone)]
enum Seen<T> {
    Wanted(T),
    Dialog,
    Complaint,
    AnotherPage,
    Still,
}

impl<T: Clone> Awaiting<T> {
    /// In a step, from 1.
    #[must_use]
    pub fn in_step(step: u32) -> Self {
        Self {
            step,
            awaited: Vec::new(),
            still_ms: None,
        }
    }

    /// Waits also for this.
    #[must_use]
    pub fn or(mut self, meaning: T, condition: Condition) -> Self {
        self.awaited
            .push(Awaited::new(Seen::Wanted(meaning), condition));
        self
    }

    /// Gives up when nothing happens any more: no request is open, and for so long nothing changed.
    #[must_use]
    pub fn or_still(self, still_ms: u32) -> Self {
        Self {
            still_ms: Some(still_ms),
            ..self
        }
    }

    /// Waits. None means that nothing happens any more.
    ///
    /// # Errors
    /// What the portal said, `signed-out`, an error page, `portal-timeout`.
    pub fn first(mut self, limit_ms: u32) -> Result<Option<T>, Stop> {
        let visible = |what| Condition::Visible(what);
        let always = [
            (Seen::Dialog, visible(wizard::dialog())),
            (Seen::Complaint, visible(wizard::complaint(self.step))),
        ];
        for (seen, condition) in always {
            self.awaited.push(Awaited::new(seen, condition));
        }
        let another = arrival::signs_of_another();
        self.awaited
            .extend(another.map(|sign| Awaited::new(Seen::AnotherPage, sign)));
        if let Some(ms) = self.still_ms {
            let still = arrival::signs_of_stillness(ms);
            self.awaited
                .extend(still.map(|sign| Awaited::new(Seen::Still, sign)));
        }
        match first_of(self.awaited, within(limit_ms, RESERVE_MS))? {
            Seen::Wanted(meaning) => Ok(Some(meaning)),
            Seen::Still => Ok(None),
            Seen::Dialog => Err(said(&wizard::dialog_words(), true)?),
            Seen::Complaint => Err(said(&wizard::complaint(self.step), false)?),
            Seen::AnotherPage => Err(instead::of_page("the appointment wizard").into()),
        }
    }
}

/// Reads what the portal says.
fn said(what: &Locator, in_dialog: bool) -> Result<Stop, Stop> {
    let words = texts(what)?.join("; ");
    Ok(Stop::Said(Said { words, in_dialog }))
}

/// The texts of all matches, without icons.
///
/// # Errors
/// Whatever the page fails with.
pub fn texts(what: &Locator) -> Result<Vec<String>, PageError> {
    let table = page::read(what, &wizard::text_parts(), 0)?;
    Ok(table.rows.iter().map(|row| text_of(row)).collect())
}

/// The text of an element that was read with [`wizard::text_parts`].
pub(crate) fn text_of(row: &[Option<String>]) -> String {
    let at = |place: usize| {
        row.get(place)
            .and_then(Option::as_deref)
            .unwrap_or_default()
    };
    let icons: Vec<&str> = at(1).lines().collect();
    without_icons(at(0), &icons)
}

/// Closes the portal's dialogs with their own button.
///
/// # Errors
/// Whatever the page fails with.
pub fn close_dialog() -> Result<(), PageError> {
    // Each one may cover another.
    for _ in 0..3 {
        let Some(close) = page::find_all(&wizard::dialog_close())?.pop() else {
            break;
        };
        close.click()?;
    }
    page::wait(&[Condition::Absent(wizard::dialog())], CLOSE_MS_MAX).map(drop)
}

/// Clicks; if something lies over the element, says what the portal says there.
///
/// # Errors
/// What the portal said, or whatever the page fails with.
pub(crate) fn click(element: &page::Element) -> Result<(), Stop> {
    match element.click() {
        Err(PageError::NotInteractable(why)) => {
            let words = texts(&wizard::dialog_words())?;
            if words.is_empty() {
                Err(PageError::NotInteractable(why).into())
            } else {
                let words = words.join("; ");
                Err(Stop::Said(Said {
                    words,
                    in_dialog: true,
                }))
            }
        }
        other => Ok(other?),
    }
}

/// What a step needs of its caller: fields that are missing, or not among what the portal offers.
#[derive(Debug, Default)]
pub struct Asked {
    fields: Vec<(String, String)>,
    refused: bool,
}

impl Asked {
    /// A field that is needed and was left out.
    pub fn missing(&mut self, field: &str, accepted: impl Into<String>) {
        self.fields.push((field.to_owned(), accepted.into()));
    }

    /// A field whose value is not among what is offered, or stands for several of it.
    pub fn refuse(&mut self, field: &str, accepted: impl Into<String>) {
        self.refused = true;
        self.missing(field, accepted);
    }

    /// Asks for all of them at once, and to be called again in this step.
    ///
    /// # Errors
    /// `field-missing` or `field-not-accepted`, if there is anything to ask for.
    pub fn ask(self, step: u32) -> Result<(), Failure> {
        if self.fields.is_empty() {
            return Ok(());
        }
        let names: Vec<&str> = self.fields.iter().map(|(name, _)| name.as_str()).collect();
        let names = names.join("`, `");
        let failure = if self.refused {
            let message = format!(
                "The portal's form does not offer what was sent as `{names}`; send one of its choices"
            );
            Failure::new("field-not-accepted", message)
        } else {
            Failure::new(
                "field-missing",
                format!("The portal's form asks for more; send `{names}`"),
            )
        };
        let asking = failure.in_phase(step).resumable();
        Err(self
            .fields
            .into_iter()
            .fold(asking, |failure, (name, accepted)| {
                failure.with_field(name, accepted)
            }))
    }
}

#[cfg(test)]
mod tests {
    use crate::stop::{Asked, text_of};

    #[test]
    fn everything_a_step_lacks_is_asked_for_at_once_and_can_be_sent_later() {
        let mut asked = Asked::default();
        asked.missing("pin_code", "the PIN");
        asked.missing("truck_plate", "one of: A | B");
        let failure = asked.ask(2).unwrap_err();
        assert_eq!(failure.code, "field-missing");
        assert_eq!(failure.phase, Some(2));
        assert!(failure.resumable);
        assert_eq!(failure.fields.len(), 2);
        assert!(Asked::default().ask(2).is_ok());
    }

    #[test]
    fn value_that_is_not_offered_is_told_from_a_missing_one() {
        let mut asked = Asked::default();
        asked.refuse("line", "one of: A | B");
        assert_eq!(asked.ask(1).unwrap_err().code, "field-not-accepted");
    }

    #[test]
    fn picture_before_an_option_is_no_part_of_its_text() {
        let row = [
            Some("local_shipping PICK FULL".to_owned()),
            Some("local_shipping".to_owned()),
        ];
        assert_eq!(text_of(&row), "PICK FULL");
    }
}
