//! The configuration: its keys, how they are loaded, the bounds that are not keys, and secrets.

pub mod check_limits;
pub mod limits;
pub mod load;
pub mod schema;
pub mod secrets;
pub mod telemetry;
pub mod token;
pub mod webhooks;
