//! Words that every layer shares: ids, sessions as seen from outside, outcomes. Pure values, no I/O.

pub mod clock;
pub mod ids;
pub mod outcome;
pub mod run;
pub mod session;
