//! The pool through its handle, on browsers in memory.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

mod cost;
mod crowd;
#[path = "../plugin/fake_page.rs"]
#[allow(dead_code, unused_imports, reason = "shared with the tests of plugins")]
mod fake_page;
mod leases;
mod memory;
mod protocol;
mod schedules;
mod time;
