//! The plugin layer from outside: real components in the real engine, over a page in memory.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

mod bench;
mod bounds;
mod contract;
mod damaged;
mod effects;
mod fake_journal;
#[allow(dead_code, reason = "shared with other test crates")]
mod fake_page;
mod files;
#[path = "../guests/mod.rs"]
mod guests;
mod imports;
mod languages;
mod loading;
mod recording;
mod registry;
mod session;
mod setup;
mod sites;
mod versions;
