//! System tests: real Chromium, the real plugins, the simulated portal. One binary, so that it links once.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

mod browser;
mod callers;
mod containers;
mod earlier_clients;
mod earlier_defects;
mod faults;
#[path = "../../../host/tests/guests/mod.rs"]
mod guests;
mod held;
mod hostile;
mod killed;
mod list_ends;
mod office;
mod operator;
mod processes;
mod refresh;
mod refusals;
mod restart;
mod screen;
mod sessions;
mod stopping;
mod waves;
