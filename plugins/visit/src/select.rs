//! A select of the wizard: what stands in it, what it offers, and choosing there.
//!
//! Owns: opening its panel and closing it with Escape. A click beside a panel would click what lies there
//! (portal-facts D2).
//! Never: leaves a panel open, or a choice unverified.

use emodal::instead::changed;
use emodal::wizard;
use emodal::words::{Match, find, folded, is_same, listed};
use gantry_sdk::page::{self, Condition};
use gantry_sdk::{Failure, Locator, PageError};

use crate::stop::{Asked, Awaiting, Stop, click, texts};

/// Options that are loaded when the panel opens.
const OPTIONS_MS_MAX: u32 = 30_000;
/// A panel closes, and a value shows, at once.
const CLOSE_MS_MAX: u32 = 5_000;
/// A panel without options for so long, while nothing is under way, has none.
const STILL_MS: u32 = 150;

/// One select.
#[derive(Debug)]
pub(crate) struct Select {
    pub(crate) at: Locator,
    pub(crate) name: &'static str,
    pub(crate) step: u32,
}

impl Select {
    /// What stands in it.
    pub(crate) fn value(&self) -> Result<Option<String>, Failure> {
        let table = page::read(&self.at, &wizard::select_parts(), 0)?;
        let Some(row) = table.rows.first() else {
            return Err(changed(&format!("there is no select \"{}\"", self.name)));
        };
        Ok(row
            .first()
            .cloned()
            .flatten()
            .filter(|text| !text.is_empty()))
    }

    /// Opens it and reads what it offers. It stays open.
    pub(crate) fn open(&self) -> Result<Vec<String>, Stop> {
        click(&page::find(&self.at)?)?;
        let options = wizard::options(wizard::SELECT_PANEL);
        Awaiting::in_step(self.step)
            .or((), Condition::Visible(options.clone()))
            .or_still(STILL_MS)
            .first(OPTIONS_MS_MAX)?;
        Ok(texts(&options)?)
    }

    /// Closes its panel and leaves its value as it is.
    pub(crate) fn close(&self) -> Result<(), Stop> {
        page::find(&self.at)?.press("Escape")?;
        gone(wizard::SELECT_PANEL, self.name)
    }

    /// Reads what it offers and leaves everything as it was.
    pub(crate) fn look(&self) -> Result<Vec<String>, Stop> {
        let before = self.value()?;
        let options = self.open()?;
        self.close()?;
        let after = self.value()?;
        if before != after {
            let message = format!(
                "Reading \"{}\" changed what stands in it; nothing was submitted",
                self.name
            );
            return Err(Failure::new("value-changed", message).into());
        }
        Ok(options)
    }

    /// Chooses an option of the open panel, from its place and text.
    pub(crate) fn pick(&self, place: usize, text: &str) -> Result<(), Stop> {
        click(&page::find(&wizard::option(
            wizard::SELECT_PANEL,
            place + 1,
        ))?)?;
        gone(wizard::SELECT_PANEL, self.name)?;
        let value = self.value()?;
        if value.as_deref().is_some_and(|shown| is_same(shown, text)) {
            return Ok(());
        }
        let shown = value.unwrap_or_default();
        let message = format!(
            "\"{text}\" was chosen as \"{}\", and the page shows \"{shown}\"",
            self.name
        );
        Err(Failure::new("value-not-taken", message).retryable().into())
    }

    /// Sees to it that what is wanted stands there, or the only choice if nothing is. Says what stands there, or adds
    /// to what is asked for. `fitting` are the choices that fit the rest of the request.
    pub(crate) fn ensure(
        &self,
        wanted: Option<&str>,
        field: &str,
        asked: &mut Asked,
        fitting: impl Fn(&[String]) -> Vec<String>,
    ) -> Result<Option<String>, Stop> {
        let current = self.value()?;
        if let (Some(wanted), Some(current)) = (wanted, &current)
            && folded(wanted) == *current
        {
            return Ok(Some(current.clone()));
        }
        let options = self.open()?;
        let place = match (wanted, options.as_slice()) {
            (Some(wanted), _) => match find(wanted, &options) {
                Match::One(place) => Some(place),
                Match::Nothing | Match::Several => None,
            },
            (None, [_]) => Some(0),
            (None, _) => None,
        };
        let Some(place) = place else {
            self.close()?;
            let choices = listed(&fitting(&options));
            if wanted.is_some() {
                asked.refuse(field, choices);
            } else {
                asked.missing(field, choices);
            }
            return Ok(None);
        };
        let text = &options[place];
        if current.as_ref() == Some(text) {
            self.close()?;
        } else {
            self.pick(place, text)?;
        }
        Ok(Some(text.clone()))
    }
}

/// Waits until a panel is closed.
pub(crate) fn gone(panel: &str, name: &str) -> Result<(), Stop> {
    match page::wait(&[Condition::Absent(wizard::options(panel))], CLOSE_MS_MAX) {
        Ok(_) => Ok(()),
        Err(PageError::TimedOut(_)) => {
            let message = format!("The choices of \"{name}\" did not close");
            Err(Failure::new("overlay-open", message).retryable().into())
        }
        Err(error) => Err(error.into()),
    }
}
