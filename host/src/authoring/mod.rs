//! What the author of a plugin does with the command line: begin a project, see whether its tools are there, build it,
//! test it, and put it into a host.
//!
//! Owns: the projects' templates and the copies of the SDKs that go with them, as part of the program.
//! Never: talks to a portal or a browser.

pub mod build;
mod cases;
mod differences;
pub mod doctor;
mod error;
pub mod install;
pub mod new;
mod notes;
mod program;
pub mod project;
pub mod testing;
mod tools;
mod trial;

pub use error::AuthoringError;
