//! Receivers outside: what they are told, how it is signed, and how it comes to them at last. With the real dispatch, store
//! and HTTP, and pages in memory; signatures are judged by another implementation of Standard Webhooks.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

mod events;
#[path = "../fake_host/mod.rs"]
mod fake_host;
#[path = "../plugin/fake_page.rs"]
#[allow(dead_code, unused_imports, reason = "shared with the tests of plugins")]
mod fake_page;
#[path = "../guests/mod.rs"]
#[allow(dead_code, reason = "shared with other tests")]
mod guests;
mod host;
mod receiver;
mod sending;
mod started;
