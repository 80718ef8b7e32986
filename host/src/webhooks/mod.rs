//! Webhooks: receivers outside are told what happens, at least once each, signed as Standard Webhooks has it.
//!
//! Owns: what is on its way to them. Messages are written by whoever knows what happened, in the store; here they are
//! addressed and sent.

pub mod deliveries;
pub mod error;
pub mod handle;
pub mod pauses;
pub mod receiver;
pub mod signature;
pub mod status;
