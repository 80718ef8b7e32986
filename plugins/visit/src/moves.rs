//! Step 2: each move, and the truck.
//!
//! Owns: the own-chassis switch, which is read, moved, and read again (portal-facts D3), and the discovery of what the
//! terminal asks for. A PIN, a unit or a seal is never made up.

use emodal::chassis;
use emodal::instead::changed;
use emodal::wizard::{self, MOVES};
use gantry_sdk::page::{self, Condition};
use gantry_sdk::{Failure, PageError};

use crate::autocomplete::Autocomplete;
use crate::next::next;
use crate::request::VisitRequest;
use crate::stop::{Asked, Awaiting, Stop, click};

/// The step's content comes with it.
const FORM_MS_MAX: u32 = 60_000;
/// A switch moves at once.
const SWITCH_MS_MAX: u32 = 3_000;

pub(crate) const PIN: &str = "Pin";
pub(crate) const UNIT: &str = "Unit";
const PLATE: &str = "Plate";
pub(crate) const SEALS: [&str; 4] = ["Seal1_Num", "Seal2_Num", "Seal3_Num", "Seal4_Num"];

/// Fills step 2 in and goes on.
///
/// # Errors
/// `field-missing` and `field-not-accepted`, resumable; what the portal says; whatever the page fails with.
pub(crate) fn fill(request: &VisitRequest) -> Result<(), Failure> {
    let filled = fill_in(request).and_then(|()| next(MOVES));
    filled.map_err(|stop| stop.failure(MOVES, None))
}

fn fill_in(request: &VisitRequest) -> Result<(), Stop> {
    let plate = Autocomplete {
        at: wizard::input(MOVES, PLATE),
        name: "Truck Plate",
        step: MOVES,
    };
    Awaiting::in_step(MOVES)
        .or((), Condition::Visible(plate.at.clone()))
        .first(FORM_MS_MAX)?;
    if let Some(on) = request.own_chassis {
        set_chassis(on)?;
    }
    let mut asked = Asked::default();
    write(PIN, request.pin_code.as_deref(), || {
        asked.missing("pin_code", "the PIN that the terminal gave");
    })?;
    unit(request, &mut asked)?;
    for (name, seal) in SEALS.iter().zip(&request.seals) {
        write(name, Some(seal), || {})?;
    }
    plate.ensure(request.truck_plate.as_deref(), "truck_plate", &mut asked)?;
    asked.ask(MOVES)?;
    Ok(())
}

/// Writes into all inputs with a name, one for each move. If there are any and nothing to write, says so.
fn write(name: &str, text: Option<&str>, missing: impl FnOnce()) -> Result<(), PageError> {
    let inputs = page::find_all(&wizard::input(MOVES, name))?;
    match text {
        Some(text) => inputs.iter().try_for_each(|input| input.fill(text)),
        None if inputs.is_empty() => Ok(()),
        None => {
            missing();
            Ok(())
        }
    }
}

fn unit(request: &VisitRequest, asked: &mut Asked) -> Result<(), Stop> {
    let units = page::find_all(&wizard::input(MOVES, UNIT))?.len();
    if units > 1 {
        let message = format!(
            "The form asks for {units} units, and one can be sent; ask for one move at a time"
        );
        let failure = Failure::new("several-units", message).with_field("quantity", "1");
        return Err(failure.into());
    }
    write(UNIT, request.unit_number.as_deref(), || {
        asked.missing("unit_number", "the unit that is brought, 11 characters");
    })?;
    Ok(())
}

/// How the switches stand, one for each move.
fn states() -> Result<Vec<bool>, Failure> {
    let table = page::read(&chassis::switches(), &chassis::parts(), 0)?;
    if table.rows.is_empty() {
        return Err(changed("there is no switch \"Own chassis\""));
    }
    let states = table.rows.iter().map(|row| chassis::is_on(row));
    states
        .collect::<Option<_>>()
        .ok_or_else(|| changed("the switch \"Own chassis\" does not say whether it is on"))
}

fn set_chassis(on: bool) -> Result<(), Stop> {
    let before = states()?;
    let wrong: Vec<usize> = (1..)
        .zip(&before)
        .filter(|(_, is)| **is != on)
        .map(|(place, _)| place)
        .collect();
    for place in &wrong {
        click(&page::find(&chassis::label(*place))?)?;
        let moved = page::wait(
            &[Condition::Present(chassis::standing(*place, on))],
            SWITCH_MS_MAX,
        );
        match moved {
            Ok(_) | Err(PageError::TimedOut(_)) => {}
            Err(error) => return Err(error.into()),
        }
    }
    if wrong.is_empty() || states()?.iter().all(|is| *is == on) {
        return Ok(());
    }
    let message = "The switch \"Own chassis\" was moved and did not stay as wanted";
    Err(Failure::new("own-chassis-not-taken", message)
        .retryable()
        .into())
}
