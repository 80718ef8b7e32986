//! Gantry: a WebAssembly-plugin automation host for the E-Modal trucking portal.
//!
//! The library is the whole host; the binary only reads the command line. Modules are listed lowest layer
//! first: a module imports only from those above it in this list (`tests/layering.rs` holds that).

pub mod model;

pub mod config;

pub mod telemetry;

pub mod artifacts;

pub mod browser;

pub mod pool;

pub mod plugin;

pub mod authoring;

pub mod webhooks;

pub mod dispatch;

pub mod refresh;
pub mod store;

pub mod http;

pub mod doctor;

pub mod app;
