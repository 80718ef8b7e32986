//! `cargo xtask demo`: the host and the simulated portal, started, used over HTTP, and stopped.

mod client;
mod command;
mod host;
mod patience;
mod portal;
mod service;

pub(crate) use command::run;
