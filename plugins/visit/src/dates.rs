//! The date view of an export: its days, and the times of each.
//!
//! Owns: reading all of it by looking at every day, and choosing one time. A day only shows its times; clicking a time
//! chooses it, so nothing but days is clicked while reading.

use emodal::instead::changed;
use emodal::slots::{Slot, is_day};
use emodal::wizard::{self, TIMES};
use emodal::words::is_same;
use gantry_sdk::page::{self, Condition, Element};
use gantry_sdk::{Failure, PageError};

use crate::stop::{Awaiting, Stop, click, texts};

/// Days and times may be loaded.
const VIEW_MS_MAX: u32 = 30_000;
const STILL_MS: u32 = 300;
/// A view closes at once.
const CLOSE_MS_MAX: u32 = 5_000;
/// More days than a view can have.
const DAYS_MAX: usize = 100;

/// A day, and what shows its times.
struct Day {
    text: String,
    button: Element,
}

/// Opens the view, reads every time, closes it with Escape.
pub(crate) fn read() -> Result<Vec<String>, Stop> {
    let days = open()?;
    let mut times = Vec::new();
    for day in days.iter().take(DAYS_MAX) {
        times.extend(day.times()?);
    }
    close()?;
    Ok(times)
}

/// Chooses a time.
pub(crate) fn choose(slot: &Slot) -> Result<(), Stop> {
    let days = open()?;
    let day = days
        .iter()
        .find(|day| slot.text.starts_with(&format!("{} ", day.text)));
    let Some(day) = day else {
        close()?;
        return Err(gone(slot).into());
    };
    day.times()?;
    let place = texts(&wizard::date_buttons())?
        .iter()
        .position(|text| is_same(text, &slot.text));
    let Some(place) = place else {
        close()?;
        return Err(gone(slot).into());
    };
    click(&page::find(&wizard::date_button(place + 1))?)?;
    closed()
}

fn gone(slot: &Slot) -> Failure {
    let message = format!(
        "\"{}\" is not offered any more; nothing was submitted",
        slot.text
    );
    Failure::new("slot-unavailable", message).with_field("appointment_time", "another time")
}

fn open() -> Result<Vec<Day>, Stop> {
    click(&page::find(&wizard::calendar())?)?;
    let seen = Awaiting::in_step(TIMES)
        .or((), Condition::Visible(wizard::date_buttons()))
        .or_still(STILL_MS)
        .first(VIEW_MS_MAX)?;
    if seen.is_none() {
        return Err(changed("the calendar opens no date view with days").into());
    }
    let buttons = page::find_all(&wizard::date_buttons())?;
    let words = texts(&wizard::date_buttons())?;
    let days: Vec<Day> = words
        .into_iter()
        .zip(buttons)
        .filter(|(text, _)| is_day(text))
        .map(|(text, button)| Day { text, button })
        .collect();
    if days.is_empty() {
        close()?;
        return Err(changed("the date view has no days").into());
    }
    Ok(days)
}

impl Day {
    /// Shows its times and reads them.
    fn times(&self) -> Result<Vec<String>, Stop> {
        match self.button.click() {
            // The view may be drawn anew at each click.
            Err(PageError::StaleElement) => click(&page::find(&wizard::day_button(&self.text))?)?,
            clicked => clicked?,
        }
        let shown = wizard::times_of_day(&self.text);
        Awaiting::in_step(TIMES)
            .or((), Condition::Visible(shown.clone()))
            .or_still(STILL_MS)
            .first(VIEW_MS_MAX)?;
        Ok(texts(&shown)?)
    }
}

fn close() -> Result<(), Stop> {
    page::find(&wizard::date_button(1))?.press("Escape")?;
    closed()
}

fn closed() -> Result<(), Stop> {
    match page::wait(&[Condition::Absent(wizard::date_buttons())], CLOSE_MS_MAX) {
        Ok(_) => Ok(()),
        Err(PageError::TimedOut(_)) => {
            Err(Failure::new("overlay-open", "The date view did not close")
                .retryable()
                .into())
        }
        Err(error) => Err(error.into()),
    }
}
