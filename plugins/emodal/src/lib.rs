//! What is known of the E-Modal portal's pages: where things are, and what they say.
//!
//! Owns: locators, the reading of a list row into a [`Container`](container::Container), and the
//! rules of what counts as evidence. Pure but for [`look`], so that it is tested without a browser.
//! Never: decides what an operation does with what it learned.

pub mod cells;
pub mod columns;
pub mod container;
pub mod container_number;
pub mod icons;
pub mod layout;
pub mod list;
pub mod login;
pub mod look;
pub mod presence;
pub mod sites;
