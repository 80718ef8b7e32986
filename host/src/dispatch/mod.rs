//! Dispatch: the only place where sessions and plugins meet. A request becomes a lease, and a lease a call.

pub mod attempts;
pub mod bundle;
mod ending;
pub mod error;
mod failed;
pub mod handle;
mod held;
mod journal;
pub mod keeping;
mod keys;
pub mod live;
mod operator;
mod pace;
mod pausing;
mod ready;
mod reconciling;
pub mod recorder;
pub mod request;
mod restoring;
mod run;
pub mod runs;
mod settling;
mod sign_in;
mod stopped;
pub mod viewing;
pub mod watching;
