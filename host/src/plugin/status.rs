//! What can be seen of the plugin folder from outside: one entry a file, loaded or not.

use std::collections::BTreeSet;

use chrono::{DateTime, Utc};
use serde::Serialize;
use serde_json::Value;
use utoipa::ToSchema;

use crate::plugin::capability::{self, Capability};
use crate::plugin::load::Plugin;
use crate::plugin::load_error::LoadError;

/// What a component is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "kebab-case")]
pub enum PluginKind {
    /// Something that callers ask for.
    Operation,
    /// The portal's own rules of signing in.
    Session,
}

/// A component file at one moment.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct PluginStatus {
    /// The file's name in the plugin folder.
    pub file: String,
    /// What is served from it; none if nothing is.
    pub served: Option<ServedStatus>,
    /// What waits in it to be accepted, or for its name; `problem` says why.
    pub waiting: Option<WaitingStatus>,
    /// Why the file, as it is now, is not served; an earlier version may be all the same.
    pub problem: Option<LoadProblem>,
}

/// A component that is served.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct ServedStatus {
    /// Its name.
    pub name: String,
    /// What it is.
    pub kind: PluginKind,
    /// Its author's version.
    pub version: String,
    /// One sentence.
    pub summary: String,
    /// SHA-256 of the component.
    pub digest: String,
    /// What it was granted.
    #[serde(serialize_with = "capability::names")]
    #[schema(value_type = Vec<String>)]
    pub capabilities: BTreeSet<Capability>,
    /// Whether it does something that cannot be taken back.
    pub effectful: bool,
    /// Since when.
    #[schema(value_type = String, format = DateTime)]
    pub loaded_at: DateTime<Utc>,
}

/// A component that could be served and is not.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct WaitingStatus {
    /// Its name.
    pub name: String,
    /// Its author's version.
    pub version: String,
    /// SHA-256 of the component.
    pub digest: String,
}

/// A plugin with all that its callers have to know.
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
pub struct PluginDetail {
    /// Its file.
    #[serde(flatten)]
    pub status: PluginStatus,
    /// JSON Schema of the input that is taken now; none for the session component.
    pub input_schema: Option<Value>,
    /// JSON Schema of the output.
    pub output_schema: Option<Value>,
}

/// A version that is or was served.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct VersionStatus {
    /// SHA-256 of the component.
    pub digest: String,
    /// Its author's version.
    pub version: String,
    /// Whether it is in service.
    pub served: bool,
    /// When it was served for the first time.
    #[schema(value_type = String, format = DateTime)]
    pub first_served_at: DateTime<Utc>,
    /// When it was put into service last.
    #[schema(value_type = String, format = DateTime)]
    pub last_served_at: DateTime<Utc>,
    /// Why it is not served again by itself.
    pub quarantined: Option<String>,
}

/// Why a file is not served.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct LoadProblem {
    /// The stable code of the `LoadError`.
    pub code: &'static str,
    /// Its text.
    pub message: String,
    /// Since when.
    #[schema(value_type = String, format = DateTime)]
    pub since: DateTime<Utc>,
}

impl ServedStatus {
    /// What can be seen of this component.
    #[must_use]
    pub fn new(plugin: &Plugin, loaded_at: DateTime<Utc>) -> Self {
        let identity = plugin.identity();
        let (kind, effectful) = match plugin {
            Plugin::Operation(version) => (PluginKind::Operation, version.effectful),
            Plugin::Session(_) => (PluginKind::Session, false),
        };
        Self {
            name: identity.name.clone(),
            kind,
            version: identity.version.to_string(),
            summary: identity.summary.clone(),
            digest: identity.digest.clone(),
            capabilities: identity.capabilities.clone(),
            effectful,
            loaded_at,
        }
    }
}

impl WaitingStatus {
    /// What can be seen of this component.
    #[must_use]
    pub fn new(plugin: &Plugin) -> Self {
        let identity = plugin.identity();
        Self {
            name: identity.name.clone(),
            version: identity.version.to_string(),
            digest: identity.digest.clone(),
        }
    }
}

impl LoadProblem {
    /// This error, from now on.
    #[must_use]
    pub fn now(error: &LoadError) -> Self {
        Self {
            code: error.code(),
            message: error.to_string(),
            since: Utc::now(),
        }
    }
}
