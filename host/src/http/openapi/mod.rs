//! The OpenAPI document: what the routes say of themselves, with the operations as they are loaded.

pub mod answers;
pub mod document;
pub mod operations;
pub mod page;
