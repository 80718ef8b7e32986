//! Who may call what: every route with every kind of caller, what belongs to whom, and how much a token may do. Over HTTP,
//! with the real dispatch and store, and pages in memory.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

mod dashboard;
#[path = "../fake_host/mod.rs"]
mod fake_host;
#[path = "../plugin/fake_page.rs"]
#[allow(dead_code, unused_imports, reason = "shared with the tests of plugins")]
mod fake_page;
#[path = "../guests/mod.rs"]
#[allow(dead_code, reason = "shared with other tests")]
mod guests;
mod host;
mod limits;
mod owners;
mod routes;
mod table;
