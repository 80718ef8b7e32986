//! What the operations on the container list have in common: opening the list, walking it batch by
//! batch, opening rows and reading what is under them.
//!
//! Owns: everything that drives the page there. What the page says is known to `emodal`.
//! Never: decides what an operation answers.

pub mod opening;
mod openings;
pub mod outcome;
pub mod request;
pub mod search;
pub mod step;
pub mod walk;
