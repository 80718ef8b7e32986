//! `cargo xtask demo`: the host and the simulated portal, started, used over HTTP, and stopped.

mod choice;
mod client;
mod command;
mod desk;
mod events;
mod host;
mod operations;
mod patience;
mod portal;
mod service;
mod shown;
mod step;
mod tour;
mod truth;
mod try_this;

pub(crate) use command::run;
