//! The fault matrix: what goes wrong, at which step, and what comes of it.

mod matrix;
mod rest;
mod slow;
mod strike;
mod table;
mod trial;
