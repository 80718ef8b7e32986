//! System tests: real Chromium, the real plugins, the simulated portal. One binary, so that it links once.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

mod api_defects;
mod appointments;
mod authoring;
mod bench;
mod bookings;
mod browser;
mod bundles;
mod callers;
mod cassettes;
mod containers;
mod dashboard;
mod described;
mod details;
mod doctor;
mod driver;
mod earlier_clients;
mod earlier_defects;
mod examples;
mod faults;
mod files;
mod guarded;
#[path = "../../../host/tests/guests/mod.rs"]
#[allow(dead_code, reason = "shared with the tests of the host")]
mod guests;
mod held;
mod hostile;
mod killed;
mod list_ends;
mod measure;
mod office;
mod operator;
mod pace;
mod priced;
mod processes;
#[path = "../../../host/tests/prometheus/mod.rs"]
mod prometheus;
mod reach;
mod refresh;
mod refusals;
mod remains;
mod restart;
mod runs;
mod screen;
mod secrets;
mod sessions;
mod stopping;
mod telling;
mod versions;
mod waves;
mod webhooks;
mod wizard;
