//! The host functions, one file an interface of the contract, and the standard streams.

pub mod artifacts;
pub mod clock;
pub mod downloads;
pub mod effects;
pub mod element;
pub mod fault;
pub mod log;
pub mod page;
pub mod progress;
pub mod secrets;
pub mod stdio;
pub mod words;
