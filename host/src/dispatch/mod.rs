//! Dispatch: the only place where sessions and plugins meet. A request becomes a lease, and a lease a call.

mod ending;
pub mod error;
pub mod handle;
pub mod keeping;
pub mod live;
mod operator;
mod pace;
pub mod request;
mod run;
mod sign_in;
pub mod watching;
