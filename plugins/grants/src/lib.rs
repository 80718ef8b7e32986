//! What a Gantry component may do: the rules that the host enforces and the mock page shares.
//!
//! Owns: the names of the grants, the state of a call's one effect, and the words of a refusal.
//! Never: knows a page, a component or a configuration; nothing here waits, reads or writes.

mod capability;
mod effect;

pub use capability::{Capability, UnknownCapability};
pub use effect::{BeginDenied, ClickDenied, Effect};
