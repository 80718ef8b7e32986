//! The store: what must outlive the host. Runs, their events and results, keys of callers, effects, tokens, who did
//! what, and what receivers outside are told.
//!
//! Owns: `<storage>/gantry.db`, a SQLite database. One connection writes, so that what is checked and written in one
//! step is one step for everybody; a write has returned when it is on disk.

pub mod audit;
pub mod database;
pub mod deliveries;
pub mod effects;
pub mod error;
pub mod inspection;
pub mod keys;
pub mod messages;
pub mod owners;
pub mod plugins;
pub mod runs;
pub mod tokens;
