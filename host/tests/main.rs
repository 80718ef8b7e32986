//! The host from outside, without a browser: its layers one by one and together, over pages in memory.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

mod access;
mod errors;
mod fake_host;
mod fake_page;
mod gate;
mod guests;
mod layering;
mod live;
mod packaging;
mod plugin;
mod pool;
mod prometheus;
mod readiness;
mod runs;
mod telemetry;
mod webhooks;
