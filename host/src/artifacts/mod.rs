//! Files that runs leave for their callers: written whole or not at all, found by id.

pub mod error;
pub mod spreadsheet;
pub mod store;
