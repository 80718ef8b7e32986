//! What the operations on the list of own appointments have in common: opening the list, reading it to a proven end, and
//! looking for one appointment.
//!
//! Owns: everything that drives the page there. What the page says is known to `emodal`.
//! Never: clicks, or decides what an operation answers.

mod finding;
mod opening;
mod reading;

pub use finding::{Found, Until, find_own};
pub use opening::open_list;
pub use reading::{Listing, Stopped, read_list};
