//! The containers of an account: what every cell, card and milestone truly is.

mod container;
mod detail;
mod generate;
mod iso6346;
mod timeline;
mod words;

pub use container::{Badge, COLUMNS, Container, FeesCell, HoldsCell, TextCell, TicketCell};
pub use detail::{Card, Detail, Field};
pub use iso6346::has_valid_check_digit;
pub use timeline::{EXPORT_MILESTONES, IMPORT_MILESTONES, Milestone};

pub(crate) use generate::generate;
