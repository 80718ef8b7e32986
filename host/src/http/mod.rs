//! HTTP: the routes, and the one map from errors to status codes. Knows dispatch; no browser, no wasmtime.

pub mod access;
pub mod accounts;
pub mod audit;
pub mod body;
pub mod compat;
pub mod dashboard;
pub mod embedded;
pub mod events;
pub mod figures;
pub mod files;
pub mod health;
pub mod holds;
pub mod live;
pub mod openapi;
pub mod operations;
pub mod origin;
pub mod plugins;
pub mod prefer;
pub mod problem;
pub mod runs;
pub mod server;
pub mod sessions;
pub mod starting;
pub mod webhooks;
