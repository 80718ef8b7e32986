//! The session pool: who may touch which browser, and when. Pure rules in `roster`; `task` owns the browsers;
//! a `Lease` is the right to use one. Knows no plugins, no HTTP and no storage.

pub mod entry;
pub mod error;
pub mod handle;
pub mod lease;
pub mod lent;
pub mod recall;
pub mod roster;
mod task;
pub mod words;
