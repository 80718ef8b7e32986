//! Loaded components: checked, compiled, linked, and ready to be called any number of times.
//!
//! A version never changes. It is held by the registry while it is served and by every call in flight, and ends
//! with the last of them.

use std::collections::BTreeSet;
use std::sync::Arc;
use std::time::Duration;

use serde_json::Value;

use crate::plugin::bindings::operation::OperationPre;
use crate::plugin::bindings::session::SessionPre;
use crate::plugin::bounds::GuestBounds;
use crate::plugin::capability::Capability;
use crate::plugin::engine::Engine;
use crate::plugin::schema::{InputProblem, Schema};
use crate::plugin::state::{CallState, Caller};
use crate::plugin::strikes::Strikes;

/// What every component says of itself.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Identity {
    /// Kebab-case, unique in a host.
    pub name: String,
    /// Its author's version.
    pub version: semver::Version,
    /// One sentence.
    pub summary: String,
    /// SHA-256 of the component, hexadecimal.
    pub digest: String,
    /// What it was granted: all that it asked for, or it would not have been loaded.
    pub capabilities: BTreeSet<Capability>,
    /// The sites that it may be at; none are all.
    pub sites: Option<BTreeSet<String>>,
}

impl Identity {
    pub(in crate::plugin) fn caller(&self) -> Caller {
        Caller {
            plugin: self.name.clone(),
            grants: self.capabilities.clone(),
            sites: self.sites.clone(),
        }
    }
}

/// One version of an operation.
pub struct OperationVersion {
    /// What it says of itself.
    pub identity: Identity,
    /// Whether it does something that cannot be taken back.
    pub effectful: bool,
    /// The input fields whose values together name what it does.
    pub effect_key: Vec<String>,
    /// Wall time of a call, if it has one of its own.
    pub run_limit: Option<Duration>,
    pub(in crate::plugin) bounds: GuestBounds,
    pub(in crate::plugin) input: Schema,
    pub(in crate::plugin) output: Arc<Schema>,
    pub(in crate::plugin) pre: OperationPre<CallState>,
    pub(in crate::plugin) strikes: Strikes,
    pub(in crate::plugin) engine: Engine,
}

impl OperationVersion {
    /// JSON Schema of its input.
    #[must_use]
    pub const fn input_schema(&self) -> &Value {
        self.input.text()
    }

    /// JSON Schema of its output.
    #[must_use]
    pub fn output_schema(&self) -> &Value {
        self.output.text()
    }

    /// Asks whether it takes this input. `call::run` expects that it does.
    ///
    /// # Errors
    /// What is wrong with the input, and where.
    pub fn validate_input(&self, input: &Value) -> Result<(), Vec<InputProblem>> {
        self.input.check(input)
    }
}

/// One version of the session component.
pub struct SessionVersion {
    /// What it says of itself.
    pub identity: Identity,
    pub(in crate::plugin) bounds: GuestBounds,
    pub(in crate::plugin) pre: SessionPre<CallState>,
    pub(in crate::plugin) strikes: Strikes,
    pub(in crate::plugin) engine: Engine,
}
