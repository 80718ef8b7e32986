//! From a file to a version that can be served: a row of checks, each with its own error.
//!
//! Owns: nothing that is served; a component that fails a check changes nothing.
//! Never: runs a component with a page. `describe` runs without one, and within tight limits.
//! Compiling a stranger's code is bounded by the size of the file and by how many compile at once, not by time.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;
use std::sync::Arc;
use std::time::{Duration, Instant};

use serde_json::Value;
use tokio::io::AsyncReadExt;
use wasmtime::component::Component;

use crate::config::limits;
use crate::config::schema::{Config, PluginLimits, PluginSettings};
use crate::model::ids::RunId;
use crate::plugin::bindings::operation::OperationPre;
use crate::plugin::bindings::session::SessionPre;
use crate::plugin::bounds::GuestBounds;
use crate::plugin::cache::{Compiled, CompiledCache};
use crate::plugin::digest;
use crate::plugin::engine::Engine;
use crate::plugin::execution::{execute, instantiated};
use crate::plugin::load_error::LoadError;
use crate::plugin::manifest;
use crate::plugin::rehearsal::rehearse;
use crate::plugin::replacing::Promises;
use crate::plugin::state::{CallState, Caller};
use crate::plugin::strikes::{Reports, Strikes};
use crate::plugin::version::{Identity, OperationVersion, SessionVersion};
use crate::plugin::world::{self, World};

/// A component that passed every check.
#[derive(Clone)]
pub enum Plugin {
    /// An operation.
    Operation(Arc<OperationVersion>),
    /// The session component.
    Session(Arc<SessionVersion>),
}

impl Plugin {
    /// What it says of itself.
    #[must_use]
    pub fn identity(&self) -> &Identity {
        match self {
            Self::Operation(version) => &version.identity,
            Self::Session(version) => &version.identity,
        }
    }

    /// What callers and operators rely on in it.
    #[must_use]
    pub fn promises(&self) -> Promises<'_> {
        let capabilities = &self.identity().capabilities;
        match self {
            Self::Operation(version) => Promises {
                input: version.input_schema(),
                output: version.output_schema(),
                capabilities,
                effectful: version.effectful,
                effect_key: &version.effect_key,
            },
            Self::Session(_) => Promises {
                input: &Value::Null,
                output: &Value::Null,
                capabilities,
                effectful: false,
                effect_key: &[],
            },
        }
    }
}

/// A component that passed every check, and how that went.
pub struct Loaded {
    /// The component.
    pub plugin: Plugin,
    /// The size of its file.
    pub bytes: usize,
    /// What it imports.
    pub imports: Vec<String>,
    /// How long compiling took, or reading the compiled form.
    pub compile: Duration,
    /// Whether the compiled form was on disk.
    pub from_cache: bool,
}

/// Loads components.
pub struct Loader {
    engine: Engine,
    cache: Option<Arc<CompiledCache>>,
    settings: BTreeMap<String, PluginSettings>,
    reports: Option<Reports>,
}

impl Loader {
    /// A loader for a host with this configuration. Compiled forms are kept in its storage folder.
    #[must_use]
    pub fn new(engine: Engine, config: &Config) -> Self {
        let dir = config.storage.dir.join("compiled");
        let cache = match CompiledCache::open(&dir) {
            Ok(cache) => Some(Arc::new(cache)),
            Err(error) => {
                tracing::warn!(error = %error, "compiled plugins cannot be kept; each start compiles them again");
                None
            }
        };
        Self {
            engine,
            cache,
            settings: config.plugins.settings.clone(),
            reports: None,
        }
    }

    /// The same, whose versions report when they crash too often.
    #[must_use]
    pub(in crate::plugin) fn reporting_to(self, reports: Reports) -> Self {
        Self {
            reports: Some(reports),
            ..self
        }
    }

    /// Loads a file.
    pub async fn load_file(&self, path: &Path) -> Result<Loaded, LoadError> {
        self.load(read(path).await?).await
    }

    /// Loads a component from its bytes.
    pub async fn load(&self, bytes: Vec<u8>) -> Result<Loaded, LoadError> {
        check_kind(&bytes)?;
        let size = bytes.len();
        let digest = digest::sha256(&bytes);
        let begun = Instant::now();
        let Compiled {
            component,
            from_cache,
        } = self.compile(bytes, digest.clone()).await?;
        let compile = begun.elapsed();
        let component_type = component.component_type();
        let wasm = self.engine.wasm();
        let world = world::of_exports(component_type.exports(wasm).map(|(name, _)| name))?;
        let imports: Vec<String> = component_type
            .imports(wasm)
            .map(|(name, _)| name.to_owned())
            .collect();
        world::check_imports(world, imports.iter().map(String::as_str))?;
        check_demands(&component, self.engine.bounds())?;
        let plugin = match world {
            World::Operation => Plugin::Operation(self.operation(&component, &digest).await?),
            World::Session => Plugin::Session(self.session(&component, &digest).await?),
        };
        Ok(Loaded {
            plugin,
            bytes: size,
            imports,
            compile,
            from_cache,
        })
    }

    async fn compile(&self, bytes: Vec<u8>, digest: String) -> Result<Compiled, LoadError> {
        let _turn = self.engine.turn_to_compile().await;
        let (wasm, cache) = (self.engine.wasm().clone(), self.cache.clone());
        let compile = move || match cache {
            Some(cache) => cache.compiled(&wasm, &bytes, &digest),
            None => Component::from_binary(&wasm, &bytes).map(|component| Compiled {
                component,
                from_cache: false,
            }),
        };
        tokio::task::spawn_blocking(compile)
            .await
            .map_err(|error| LoadError::Interrupted(error.to_string()))?
            .map_err(|error| invalid(&error))
    }

    async fn operation(
        &self,
        component: &Component,
        digest: &str,
    ) -> Result<Arc<OperationVersion>, LoadError> {
        let pre = self
            .engine
            .operation_linker()
            .instantiate_pre(component)
            .and_then(OperationPre::new)
            .map_err(|error| LoadError::Link(format!("{error:#}")))?;
        let (said, _) = execute(&self.engine, self.describing(digest), async |store| {
            let guest = pre.instantiate_async(&mut *store).await?;
            instantiated(store);
            guest.gantry_automation_handler().call_describe(store).await
        })
        .await;
        let said = said.map_err(LoadError::Describe)?;
        let manifest = manifest::operation(said, digest, &self.settings)?;
        let own = self.own_limits(&manifest.identity.name);
        let bounds = self.engine.bounds().with(&own);
        check_demands(component, &bounds)?;
        let version = OperationVersion {
            identity: manifest.identity,
            run_limit: own.run_ms.map(Duration::from_millis),
            bounds,
            effectful: manifest.effectful,
            effect_key: manifest.effect_key,
            input: manifest.input,
            output: manifest.output,
            pre,
            strikes: Strikes::none(digest, self.reports.clone()),
            engine: self.engine.clone(),
        };
        rehearse(&version).await?;
        Ok(Arc::new(version))
    }

    async fn session(
        &self,
        component: &Component,
        digest: &str,
    ) -> Result<Arc<SessionVersion>, LoadError> {
        let pre = self
            .engine
            .session_linker()
            .instantiate_pre(component)
            .and_then(SessionPre::new)
            .map_err(|error| LoadError::Link(format!("{error:#}")))?;
        let (said, _) = execute(&self.engine, self.describing(digest), async |store| {
            let guest = pre.instantiate_async(&mut *store).await?;
            instantiated(store);
            guest.gantry_automation_portal().call_describe(store).await
        })
        .await;
        let said = said.map_err(LoadError::Describe)?;
        let identity = manifest::session(said, digest, &self.settings)?;
        let bounds = self.engine.bounds().with(&self.own_limits(&identity.name));
        check_demands(component, &bounds)?;
        Ok(Arc::new(SessionVersion {
            identity,
            bounds,
            pre,
            strikes: Strikes::none(digest, self.reports.clone()),
            engine: self.engine.clone(),
        }))
    }

    fn own_limits(&self, name: &str) -> PluginLimits {
        let settings = self.settings.get(name);
        settings.map(|it| it.limits.clone()).unwrap_or_default()
    }

    /// The state of a call of `describe`: no page, no rights, little time.
    fn describing(&self, digest: &str) -> CallState {
        let bounds = GuestBounds {
            host_calls: limits::DESCRIBE_HOST_CALLS,
            ..self.engine.bounds().clone()
        };
        // It has no name yet.
        let caller = Caller {
            plugin: digest[..12].to_owned(),
            grants: BTreeSet::new(),
            sites: None,
        };
        let deadline = tokio::time::Instant::now() + limits::DESCRIBE;
        CallState::without_page(caller, &bounds, RunId::random(), deadline)
    }
}

/// Reads a file that is not too large, however it grows while it is read.
pub(in crate::plugin) async fn read(path: &Path) -> Result<Vec<u8>, LoadError> {
    let file = tokio::fs::File::open(path)
        .await
        .map_err(LoadError::Unreadable)?;
    let size = file.metadata().await.map_err(LoadError::Unreadable)?.len();
    let limit_bytes = limits::COMPONENT_BYTES;
    let mut bytes = Vec::new();
    if size <= limit_bytes {
        file.take(limit_bytes + 1)
            .read_to_end(&mut bytes)
            .await
            .map_err(LoadError::Unreadable)?;
    }
    let size = size.max(bytes.len() as u64);
    if size > limit_bytes {
        Err(LoadError::TooLarge {
            bytes: size,
            limit_bytes,
        })
    } else {
        Ok(bytes)
    }
}

/// Compilers' words, but for the one mistake that authors are led into by a tool's default.
fn invalid(error: &wasmtime::Error) -> LoadError {
    let words = format!("{error:#}");
    if words.contains("requires the component model async") {
        LoadError::AsyncAbi
    } else {
        LoadError::Invalid(words)
    }
}

/// Tells a component from what people put there by mistake, and from native code.
fn check_kind(bytes: &[u8]) -> Result<(), LoadError> {
    if wasmtime::Engine::detect_precompiled(bytes).is_some() {
        return Err(LoadError::Precompiled);
    }
    match bytes {
        [0, b'a', b's', b'm', 1, 0, 0, 0, ..] => Err(LoadError::CoreModule),
        [0, b'a', b's', b'm', ..] => Ok(()),
        _ => Err(LoadError::NotWasm),
    }
}

/// Refuses now what could never start, rather than at the first call.
fn check_demands(component: &Component, bounds: &GuestBounds) -> Result<(), LoadError> {
    // None for a component that instantiates imported modules; the contract has none to import.
    let Some(needs) = component.resources_required() else {
        return Ok(());
    };
    let memory = needs.max_initial_memory_size.unwrap_or(0);
    if memory > bounds.memory_bytes as u64 {
        return Err(LoadError::NeedsTooMuch {
            needs: format!("{} MiB of memory", memory >> 20),
            limit: format!("{} MiB", bounds.memory_bytes >> 20),
            remedy: "raise `memory_mib` in `[limits]` and, if it is there, in `[plugins.<name>.limits]`",
        });
    }
    let elements = needs.max_initial_table_size.unwrap_or(0);
    if elements > bounds.table_elements as u64 {
        return Err(LoadError::NeedsTooMuch {
            needs: format!("a table of {elements} elements"),
            limit: bounds.table_elements.to_string(),
            remedy: "split the component, or raise `[plugins.<name>.limits] table_elements` if it is there",
        });
    }
    Ok(())
}
