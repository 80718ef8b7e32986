//! Walks the portal's appointment wizard up to its times, for the operations that check and that book.
//!
//! Owns: the walk, what it asks a caller for, and what it reads back. Where things are is in `emodal`.
//! Never: submits, sleeps, invents a value, or takes one for another. What a form lacks is asked for by name.

mod autocomplete;
mod chips;
mod data;
mod dates;
mod moves;
mod next;
mod opening;
mod report;
mod request;
mod select;
mod stop;
mod times;
mod walk;

pub use next::button;
pub use opening::leave;
pub use report::{Actual, Difference, differences};
pub use request::{ContainerType, VisitRequest};
pub use stop::{Asked, Awaiting, Said, Stop, close_dialog, texts};
pub use times::{Times, current_slot};
pub use walk::{AtTimes, walk, walk_on};
