//! Keeping idle sessions signed in: a client of dispatch like any other.

pub mod agenda;
pub mod person;
pub mod task;
