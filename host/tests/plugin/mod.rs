//! The plugin layer from outside: real components in the real engine, over a page in memory.

mod bench;
mod bounds;
mod contract;
mod damaged;
mod effects;
mod fake_journal;
mod files;
mod imports;
mod languages;
mod loading;
mod recording;
mod registry;
mod session;
mod setup;
mod sites;
mod versions;
