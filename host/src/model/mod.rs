//! Words that every layer shares: ids, sessions as seen from outside, outcomes. Pure values, no I/O.

pub mod caller;
pub mod clock;
pub mod deed;
pub mod ids;
pub mod message;
pub mod origin;
pub mod outcome;
pub mod run;
pub mod session;
