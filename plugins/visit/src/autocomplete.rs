//! An input that offers what fits the typed text: choosing there, and reading all it offers.
//!
//! Owns: the choice of an offered text. The portal takes free text as well, and then nobody knows whether the truck
//! or the line exists (portal-facts D5); so a text that is not offered is never left in the input.

use emodal::wizard::{self, AUTOCOMPLETE_PANEL};
use emodal::words::{Match, find, is_same, listed};
use gantry_sdk::page::{self, Condition};
use gantry_sdk::{Failure, Locator, PageError};

use crate::select::gone;
use crate::stop::{Asked, Awaiting, Stop, texts};

/// Choices that the portal looks up while somebody types.
const OPTIONS_MS_MAX: u32 = 30_000;
/// The choices follow the typing: they have settled when nothing happens for so long.
const STILL_MS: u32 = 150;
/// The choices may be drawn anew between reading and clicking.
const TRIES: u32 = 3;

/// One such input.
#[derive(Debug)]
pub(crate) struct Autocomplete {
    pub(crate) at: Locator,
    pub(crate) name: &'static str,
    pub(crate) step: u32,
}

impl Autocomplete {
    /// Chooses what is wanted, or adds to what is asked for. Says what was chosen.
    pub(crate) fn ensure(
        &self,
        wanted: Option<&str>,
        field: &str,
        asked: &mut Asked,
    ) -> Result<Option<String>, Stop> {
        let Some(wanted) = wanted else {
            asked.missing(field, listed(&self.all()?));
            return Ok(None);
        };
        page::find(&self.at)?.fill(wanted)?;
        let offered = self.settled(Some(wanted))?;
        if let Some(chosen) = self.choose(wanted, offered)? {
            return Ok(Some(chosen));
        }
        // The portal filters by letters: what is written with another dash is only found among all.
        let all = self.all_open()?;
        if let Some(chosen) = self.choose(wanted, all.clone())? {
            return Ok(Some(chosen));
        }
        self.close()?;
        asked.refuse(field, listed(&all));
        Ok(None)
    }

    fn choose(&self, wanted: &str, mut offered: Vec<String>) -> Result<Option<String>, Stop> {
        for _ in 0..TRIES {
            let Match::One(place) = find(wanted, &offered) else {
                return Ok(None);
            };
            let text = offered.swap_remove(place);
            if click_option(place, &text)? {
                gone(AUTOCOMPLETE_PANEL, self.name)?;
                return Ok(Some(text));
            }
            offered = self.settled(None)?;
        }
        let message = format!("The choices of \"{}\" do not stand still", self.name);
        Err(Failure::new("choices-unstable", message).retryable().into())
    }

    /// Everything that is offered; the input is left empty and closed.
    fn all(&self) -> Result<Vec<String>, Stop> {
        let all = self.all_open()?;
        self.close()?;
        Ok(all)
    }

    fn all_open(&self) -> Result<Vec<String>, Stop> {
        let input = page::find(&self.at)?;
        input.fill("")?;
        input.click()?;
        self.settled(None)
    }

    fn close(&self) -> Result<(), Stop> {
        page::find(&self.at)?.press("Escape")?;
        gone(AUTOCOMPLETE_PANEL, self.name)
    }

    /// The choices, once they follow what was typed. `hint` is a text whose sight is enough.
    fn settled(&self, hint: Option<&str>) -> Result<Vec<String>, Stop> {
        let mut awaiting = Awaiting::in_step(self.step).or_still(STILL_MS);
        if let Some(hint) = hint {
            awaiting = awaiting.or((), Condition::Visible(gantry_sdk::text(hint)));
        }
        awaiting.first(OPTIONS_MS_MAX)?;
        Ok(texts(&wizard::options(AUTOCOMPLETE_PANEL))?)
    }
}

/// Clicks the option at a place if it still has its text. The handle stands for one element: drawn anew, it is stale.
fn click_option(place: usize, text: &str) -> Result<bool, Stop> {
    let clicked = page::find(&wizard::option(AUTOCOMPLETE_PANEL, place + 1)).and_then(|option| {
        let is_it = is_same(&option.text()?, text);
        if is_it {
            option.click()?;
        }
        Ok(is_it)
    });
    match clicked {
        Ok(is_it) => Ok(is_it),
        Err(PageError::StaleElement | PageError::NoSuchElement(_)) => Ok(false),
        Err(error) => Err(error.into()),
    }
}
