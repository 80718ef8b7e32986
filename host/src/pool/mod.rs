//! The session pool: who may touch which browser, and when. Pure rules in `roster`; `task` owns the browsers;
//! a `Lease` is the right to use one. Knows no plugins, no HTTP and no storage.

mod admission;
pub mod breaker;
mod commands;
mod doing;
pub mod ended;
mod ending;
pub mod entry;
pub mod error;
pub mod handle;
pub mod happening;
mod invariants;
pub mod lease;
pub mod lent;
pub mod recall;
pub mod roster;
mod settling;
mod task;
mod told;
mod upkeep;
pub mod wear;
pub mod words;
