//! Dispatch: the only place where sessions and plugins meet. A request becomes a lease, and a lease a call.

pub mod attempts;
pub mod error;
pub mod handle;
mod held;
pub mod keeping;
mod pausing;
mod ready;
pub mod request;
mod restoring;
mod run;
mod sign_in;
mod stopped;
