//! Visits of trucks: terminals and their forms, slots, and the ledger of what was booked.

mod form;
mod ledger;
mod slots;
mod terminal;
mod terminals;
mod words;

pub use form::BookingAnswer;
pub use ledger::Booking;
pub use slots::{Slot, Slots};
pub use terminal::{FormShape, MoveType, Terminal};

pub(crate) use form::{MoveForm, Refusal, VisitForm, booking_answer, booking_words};
pub(crate) use ledger::Ledger;
pub(crate) use terminals::all as all_terminals;
pub(crate) use words::{companies, lines, plates, sizes};
