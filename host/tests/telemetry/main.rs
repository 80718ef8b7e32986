//! What a host tells of itself: figures that Prometheus takes, that are true, and that are documented; ids of requests.
//! Over HTTP, with the real dispatch and store, and pages in memory.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

mod documented;
#[path = "../fake_host/mod.rs"]
mod fake_host;
#[path = "../plugin/fake_page.rs"]
#[allow(dead_code, unused_imports, reason = "shared with the tests of plugins")]
mod fake_page;
mod figures;
#[path = "../guests/mod.rs"]
#[allow(dead_code, reason = "shared with the tests of plugins")]
mod guests;
#[path = "../access/host.rs"]
#[allow(dead_code, reason = "shared with the tests of access")]
mod host;
mod lint;
#[path = "../prometheus/mod.rs"]
mod prometheus;
mod requests;
#[path = "../access/routes.rs"]
#[allow(dead_code, reason = "shared with the tests of access")]
mod routes;
