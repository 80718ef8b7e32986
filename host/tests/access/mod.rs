//! Who may call what: every route with every kind of caller, what belongs to whom, and how much a token may do. Over HTTP,
//! with the real dispatch and store, and pages in memory.

mod cors;
mod dashboard;
pub(crate) mod host;
mod limits;
mod owners;
mod routes;
mod table;
