//! The contract's imports on the build machine: the same functions and types as in a component, over a mock portal.
//!
//! Owns: which portal is installed in this thread, and the translation between the contract's words and the mock's.
//! Never: decides anything. The rules are in `gantry-grants` and the mock page.

pub mod artifacts;
pub mod clock;
pub mod downloads;
pub mod effects;
pub(crate) mod installed;
pub(crate) mod log;
pub mod page;
pub mod progress;
pub mod secrets;
#[cfg(test)]
mod signatures;
pub(crate) mod words;
