//! `gantry plugin check`: what the host would say of a component, without serving it.

use std::collections::BTreeSet;
use std::path::Path;
use std::time::Duration;

use serde::{Serialize, Serializer};

use crate::config::schema::Config;
use crate::plugin::capability::{self, Capability};
use crate::plugin::engine::Engine;
use crate::plugin::load::{Loader, Plugin};
use crate::plugin::load_error::LoadError;
use crate::plugin::status::PluginKind;

/// What the host says of a component.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Report {
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
    /// The size of its file.
    pub bytes: usize,
    /// What it imports.
    pub imports: Vec<String>,
    /// What it asks for, and is granted.
    #[serde(serialize_with = "capability::names")]
    pub capabilities: BTreeSet<Capability>,
    /// Whether it does something that cannot be taken back.
    pub effectful: bool,
    /// How long it took to compile, or to read the compiled form.
    #[serde(rename = "compile_ms", serialize_with = "milliseconds")]
    pub compile: Duration,
    /// Whether the compiled form was on disk.
    pub from_cache: bool,
}

/// Checks a component file as if it were put into the plugin folder. The name's uniqueness is not checked.
pub async fn check(path: &Path, engine: Engine, config: &Config) -> Result<Report, LoadError> {
    let loaded = Loader::new(engine, config).load_file(path).await?;
    let (kind, effectful) = match &loaded.plugin {
        Plugin::Operation(version) => (PluginKind::Operation, version.effectful),
        Plugin::Session(_) => (PluginKind::Session, false),
    };
    let identity = loaded.plugin.identity().clone();
    Ok(Report {
        name: identity.name,
        kind,
        version: identity.version.to_string(),
        summary: identity.summary,
        digest: identity.digest,
        bytes: loaded.bytes,
        imports: loaded.imports,
        capabilities: identity.capabilities,
        effectful,
        compile: loaded.compile,
        from_cache: loaded.from_cache,
    })
}

fn milliseconds<S: Serializer>(duration: &Duration, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.serialize_u128(duration.as_millis())
}
