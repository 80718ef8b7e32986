//! Step 1: company, terminal, move type, and what is moved.
//!
//! Owns: the discovery of what the form asks for. Its shape follows from terminal and move type; nothing of it is
//! assumed.

use emodal::instead::changed;
use emodal::wizard::{self, DATA};
use gantry_sdk::page::{self, Condition};

use crate::autocomplete::Autocomplete;
use crate::chips;
use crate::next::next;
use crate::request::VisitRequest;
use crate::select::Select;
use crate::stop::{Asked, Awaiting, Stop};

/// What follows from a choice is loaded.
const FORM_MS_MAX: u32 = 60_000;
/// The form has its shape when nothing happens for so long.
const STILL_MS: u32 = 120;

pub(crate) const CONTAINER_INPUT: &str = "containerNumber";
pub(crate) const BOOKING_INPUT: &str = "bookingNumber";

/// What the second panel asks for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Shape {
    Container,
    Booking,
    Line,
}

impl Shape {
    /// The field that a refusal of the step is about.
    fn field(self) -> &'static str {
        match self {
            Self::Container => "container_id",
            Self::Booking => "booking_number",
            Self::Line => "line",
        }
    }
}

/// Fills step 1 in and goes on.
///
/// # Errors
/// `field-missing` and `field-not-accepted`, resumable; what the portal says; whatever the page fails with.
pub(crate) fn fill(request: &VisitRequest) -> Result<(), gantry_sdk::Failure> {
    let shape = place(request).map_err(|stop| stop.failure(DATA, None))?;
    let filled = what(request, shape).and_then(|()| next(DATA));
    filled.map_err(|stop| stop.failure(DATA, Some(shape.field())))
}

fn select(label: &'static str) -> Select {
    Select {
        at: wizard::select(label),
        name: label,
        step: DATA,
    }
}

/// Company, terminal and move type, and the shape that follows.
fn place(request: &VisitRequest) -> Result<Shape, Stop> {
    let mut asked = Asked::default();
    let every = |offered: &[String]| offered.to_vec();
    select("trucking company").ensure(
        request.trucking_company.as_deref(),
        "trucking_company",
        &mut asked,
        every,
    )?;
    let terminal =
        select("terminal").ensure(request.terminal.as_deref(), "terminal", &mut asked, every)?;
    if terminal.is_some() {
        let move_type = select("move type");
        Awaiting::in_step(DATA)
            .or((), Condition::Enabled(move_type.at.clone()))
            .first(FORM_MS_MAX)?;
        move_type.ensure(
            request.move_type.as_deref(),
            "move_type",
            &mut asked,
            |offered| request.fitting(offered),
        )?;
    }
    asked.ask(DATA)?;
    shape()
}

fn shape() -> Result<Shape, Stop> {
    let nothing_else = Awaiting::<()>::in_step(DATA);
    nothing_else.or_still(STILL_MS).first(FORM_MS_MAX)?;
    let visible = |what| Condition::Visible(what);
    Awaiting::in_step(DATA)
        .or(
            Shape::Container,
            visible(wizard::input(DATA, CONTAINER_INPUT)),
        )
        .or(Shape::Booking, visible(wizard::input(DATA, BOOKING_INPUT)))
        .or(Shape::Line, visible(wizard::labelled_input("line")))
        .or_still(STILL_MS)
        .first(FORM_MS_MAX)?
        .ok_or_else(|| {
            changed("step 1 asks neither for a container, nor a booking, nor a line").into()
        })
}

/// What is moved.
fn what(request: &VisitRequest, shape: Shape) -> Result<(), Stop> {
    let mut asked = Asked::default();
    match shape {
        Shape::Container => match &request.container_id {
            Some(container) => chips::ensure(CONTAINER_INPUT, "container_id", container)?,
            None => asked.missing("container_id", "the container's number"),
        },
        Shape::Booking => match &request.booking_number {
            Some(booking) => {
                chips::ensure(BOOKING_INPUT, "booking_number", booking)?;
                chips::checked()?;
            }
            None => asked.missing("booking_number", "a booking with open transactions"),
        },
        Shape::Line => line(request, &mut asked)?,
    }
    if shape != Shape::Container {
        quantity(request, &mut asked)?;
    }
    asked.ask(DATA)?;
    Ok(())
}

fn line(request: &VisitRequest, asked: &mut Asked) -> Result<(), Stop> {
    let input = |name: &'static str| Autocomplete {
        at: wizard::labelled_input(name),
        name,
        step: DATA,
    };
    let line = input("line").ensure(request.line.as_deref(), "line", asked)?;
    // The sizes are those of the line.
    if line.is_some() {
        input("equip size").ensure(request.equip_size.as_deref(), "equip_size", asked)?;
    } else if request.equip_size.is_none() {
        asked.missing("equip_size", "a size of the line");
    }
    Ok(())
}

fn quantity(request: &VisitRequest, asked: &mut Asked) -> Result<(), Stop> {
    let Some(input) = page::find_all(&wizard::labelled_input("quantity"))?.pop() else {
        return Ok(());
    };
    let Some(quantity) = request.quantity else {
        asked.missing("quantity", "1 to 10");
        return Ok(());
    };
    input.fill(&quantity.to_string())?;
    chips::checked()
}
