//! What the mock page does, by its public face.

#![allow(clippy::unwrap_used, reason = "this is a test")]

mod acting;
mod calls;
mod finding;
mod going;
mod lists;
mod locators;
