//! What is known of the E-Modal portal's pages: where things are, and what they say.
//!
//! Owns: locators, the reading of a list row into a [`Container`](container::Container) and of what
//! opens under it into a [`Detail`](detail::Detail), and the rules of what counts as evidence. Pure but for [`look`],
//! [`instead`], [`arrival`] and [`growing`], so that it is tested without a browser.
//! Never: decides what an operation does with what it learned.

pub mod appointment_table;
pub mod appointments;
pub mod arrival;
pub mod booking;
pub mod cells;
pub mod chassis;
pub mod columns;
pub mod container;
pub mod container_number;
pub mod detail;
pub mod growing;
pub mod headings;
pub mod icons;
pub mod instead;
pub mod layout;
pub mod list;
pub mod login;
pub mod look;
pub mod opened;
pub mod presence;
pub mod sites;
pub mod slots;
pub mod summary;
pub mod timeline;
pub mod trade;
pub mod wizard;
pub mod words;
