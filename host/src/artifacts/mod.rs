//! Files that runs leave for their callers: written whole or not at all, found by id.

pub mod error;
pub mod media;
pub mod name;
pub mod run;
pub mod shelf;
pub mod spreadsheet;
pub mod store;
pub mod table;
