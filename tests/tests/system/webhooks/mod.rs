//! Receivers outside, told by a whole host: over its death, of people that are needed, and of browsers that are gone.

mod after_a_kill;
#[path = "../../../../host/tests/webhooks/receiver.rs"]
#[allow(dead_code, reason = "shared with the tests of webhooks")]
mod receiver;
pub(crate) mod scene;
mod sessions;
