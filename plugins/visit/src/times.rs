//! Step 3: the times that are offered, and the one that is chosen.
//!
//! Owns: reading them without changing anything (portal-facts D2), and choosing exactly one. Imports have a select,
//! exports a date view.

use emodal::instead::changed;
use emodal::slots::{Offered, Slot, is_nothing};
use emodal::wizard::{self, TIMES};
use emodal::words::is_same;
use gantry_sdk::Failure;
use gantry_sdk::page::Condition;

use crate::dates;
use crate::select::Select;
use crate::stop::{Awaiting, Stop, texts};

/// The step's content comes with it.
const FORM_MS_MAX: u32 = 60_000;
const STILL_MS: u32 = 300;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Form {
    Select,
    Dates,
}

/// What step 3 offers.
#[derive(Debug)]
pub struct Times {
    /// The times, or what is said instead of them.
    pub offered: Offered,
    /// The one that is chosen after all were read, in the portal's words.
    pub chosen: Option<String>,
    form: Option<Form>,
}

fn select() -> Select {
    Select {
        at: wizard::slot_select(),
        name: "slot",
        step: TIMES,
    }
}

impl Times {
    /// Reads them; everything stays as it is.
    ///
    /// # Errors
    /// `layout-changed` if there are neither times nor a word that there are none, `value-changed`.
    pub fn read() -> Result<Self, Failure> {
        read().map_err(|stop| stop.failure(TIMES, None))
    }

    /// Chooses one of those that were read, and reads it back.
    ///
    /// # Errors
    /// `slot-unavailable` if it went meanwhile, `value-not-taken`.
    pub fn choose(&self, slot: &Slot) -> Result<(), Failure> {
        self.choose_in(slot)
            .map_err(|stop| stop.failure(TIMES, None))
    }

    fn choose_in(&self, slot: &Slot) -> Result<(), Stop> {
        if shown()?.is_some_and(|text| is_same(&text, &slot.text)) {
            return Ok(());
        }
        match self.form {
            Some(Form::Dates) => dates::choose(slot)?,
            Some(Form::Select) => {
                let options = select().open()?;
                let Some(place) = options.iter().position(|text| is_same(text, &slot.text)) else {
                    select().close()?;
                    let message = format!(
                        "\"{}\" is not offered any more; nothing was submitted",
                        slot.text
                    );
                    let gone = Failure::new("slot-unavailable", message);
                    return Err(gone.with_field("appointment_time", "another time").into());
                };
                select().pick(place, &slot.text)?;
            }
            None => return Err(changed("there is nothing to choose a time in").into()),
        }
        if shown()?.is_some_and(|text| is_same(&text, &slot.text)) {
            return Ok(());
        }
        let message = format!(
            "\"{}\" was chosen, and the page shows another time",
            slot.text
        );
        Err(Failure::new("value-not-taken", message).retryable().into())
    }
}

fn read() -> Result<Times, Stop> {
    let form = Awaiting::in_step(TIMES)
        .or(Form::Select, Condition::Visible(wizard::slot_select()))
        .or(Form::Dates, Condition::Visible(wizard::calendar()))
        .or_still(STILL_MS)
        .first(FORM_MS_MAX)?;
    let before = shown()?;
    let options = match (form, &before) {
        (Some(Form::Select), _) => select().look()?,
        (_, Some(text)) if is_nothing(text) => vec![text.clone()],
        (Some(Form::Dates), _) => dates::read()?,
        (None, _) => return Err(changed("step 3 has no list of times").into()),
    };
    let offered =
        Offered::of_options(&options).map_err(|unreadable| changed(&unreadable.to_string()))?;
    if offered.slots.is_empty() && offered.nothing.is_none() {
        return Err(changed("the list of times is empty").into());
    }
    let chosen = shown()?;
    if chosen != before {
        let message = "Reading the times changed the one that is chosen; nothing was submitted";
        return Err(Failure::new("value-changed", message).into());
    }
    Ok(Times {
        offered,
        chosen,
        form,
    })
}

/// The time that is chosen, or what stands in its place.
///
/// # Errors
/// Whatever the page fails with.
pub fn current_slot() -> Result<Option<String>, Failure> {
    shown().map_err(|stop| stop.failure(TIMES, None))
}

fn shown() -> Result<Option<String>, Stop> {
    let is_time = |text: &String| Slot::of_text(text).is_some() || is_nothing(text);
    Ok(texts(&wizard::texts(TIMES))?.into_iter().find(is_time))
}
