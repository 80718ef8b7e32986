//! Dispatch: the only place where sessions and plugins meet. A request becomes a lease, and a lease a call.

pub mod attempts;
mod ending;
pub mod error;
pub mod handle;
mod held;
pub mod keeping;
pub mod live;
mod operator;
mod pace;
mod pausing;
mod ready;
pub mod request;
mod restoring;
mod run;
mod sign_in;
mod stopped;
pub mod watching;
