//! What the author of a Gantry plugin sees: typed operations over the plugin contract in `wit/`.
//!
//! Owns: the generated bindings and the thin layer that makes them typed; no knowledge of the
//! portal.
//! Never: holds state between calls. The host starts every call in a fresh instance.
//!
//! ```
//! use gantry_sdk::schemars::JsonSchema;
//! use gantry_sdk::serde::{Deserialize, Serialize};
//! use gantry_sdk::{Failure, Operation, page};
//!
//! /// Tells the title of one page.
//! struct PageTitle;
//!
//! #[derive(Deserialize, JsonSchema)]
//! #[serde(crate = "gantry_sdk::serde", deny_unknown_fields)]
//! #[schemars(crate = "gantry_sdk::schemars")]
//! struct Input {
//!     /// The path on the containers site.
//!     path: String,
//! }
//!
//! #[derive(Serialize, JsonSchema)]
//! #[serde(crate = "gantry_sdk::serde")]
//! #[schemars(crate = "gantry_sdk::schemars")]
//! struct Output {
//!     /// The document's title.
//!     title: String,
//! }
//!
//! impl Operation for PageTitle {
//!     type Input = Input;
//!     type Output = Output;
//!     const NAME: &'static str = "page-title";
//!     const SUMMARY: &'static str = "Tells the title of one page.";
//!
//!     fn run(input: Input) -> Result<Output, Failure> {
//!         page::goto("containers", &input.path)?;
//!         Ok(Output { title: page::title()? })
//!     }
//! }
//!
//! gantry_sdk::export_operation!(PageTitle);
//! # fn main() {}
//! ```
//!
//! Build it as a `cdylib` with `cargo build --release --target wasm32-wasip2`: the file that comes
//! out is the component. On the build machine the same functions work on a portal in memory: see
//! `mock`, which is not there for wasm.

#[doc(hidden)]
pub mod bindings;
mod failure;
mod locate;
pub mod log;
#[cfg(not(target_family = "wasm"))]
pub mod mock;
#[cfg(not(target_family = "wasm"))]
mod native;
mod operation;
mod portal;
mod schema;
pub mod wait;

pub use bindings::operation::exports::gantry::automation::handler::Trace;
pub use bindings::operation::gantry::automation::types::{
    ArtifactId, Failure, Locator, PageError, Problem,
};
#[cfg(target_family = "wasm")]
pub use bindings::operation::gantry::automation::{
    artifacts, clock, downloads, effects, page, progress,
};
#[cfg(target_family = "wasm")]
pub use bindings::session::gantry::automation::secrets;
pub use gantry_grants::Capability;
pub use locate::{css, label, text, xpath};
#[cfg(not(target_family = "wasm"))]
pub use native::{artifacts, clock, downloads, effects, page, progress, secrets};
pub use operation::Operation;
pub use portal::{Portal, Presence, Refusal, SignInOutcome};
pub use {schemars, serde, serde_json};

/// What the export macros call; not for authors.
#[doc(hidden)]
pub mod glue {
    pub use crate::operation::{describe as describe_operation, run};
    pub use crate::portal::describe as describe_portal;
}
