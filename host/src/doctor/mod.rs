//! `gantry doctor`: whether a host could run here as it is configured, each part for itself, and what to do where not. Nothing
//! of a host that runs is changed.

pub mod accounts;
pub mod browser;
pub mod database;
pub mod examine;
pub mod finding;
pub mod machine;
pub mod plugins;
pub mod portal;
mod program;
pub mod storage;
