//! Dispatch: the only place where sessions and plugins meet. A request becomes a lease, and a lease a call.

pub mod error;
pub mod handle;
pub mod keeping;
pub mod request;
mod run;
mod sign_in;
