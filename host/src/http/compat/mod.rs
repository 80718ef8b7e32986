//! The earlier system's routes, for clients written against it: flat bodies, `success`, `session_id`, the same
//! port (portal-facts §1). Where its answer was not true, the truth is told in the same fields.

pub mod appointments;
pub mod body;
pub mod call;
pub mod cleanup;
pub mod containers;
pub mod details;
pub mod links;
pub mod operation;
pub mod refusal;
pub mod routes;
pub mod session;
pub mod visit;
