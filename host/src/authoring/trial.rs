//! One call of a component outside a host, on a page that is no browser: the engine, the bounds and the grants are those
//! of a host; what it asks for is granted.

use std::path::Path;
use std::sync::Arc;

use serde_json::Value;
use tempfile::TempDir;
use tokio::time::Instant;

use crate::artifacts::store::ArtifactStore;
use crate::authoring::AuthoringError;
use crate::authoring::notes::Notes;
use crate::browser::cassette::Outcome;
use crate::browser::page::Page;
use crate::config::limits;
use crate::config::schema::{Config, PluginSettings};
use crate::model::ids::RunId;
use crate::plugin::call;
use crate::plugin::call_error::CallError;
use crate::plugin::capability::Capability;
use crate::plugin::context::CallContext;
use crate::plugin::engine::Engine;
use crate::plugin::load::{Loader, Plugin};
use crate::plugin::load_error::LoadError;
use crate::plugin::recorded;
use crate::plugin::version::OperationVersion;

/// How a call ended.
pub(in crate::authoring) struct Ended {
    /// Its files go by their place among those of the call: `artifact-1` and so on.
    pub(in crate::authoring) outcome: Outcome,
    /// How the component broke, if it did.
    pub(in crate::authoring) broke: Option<String>,
    /// How it says that its effect ended, if it began one.
    pub(in crate::authoring) effect: Option<&'static str>,
}

/// A component that was loaded for tests, and the folder for what its calls leave.
pub(in crate::authoring) struct Trial {
    /// The component.
    pub(in crate::authoring) version: Arc<OperationVersion>,
    artifacts: ArtifactStore,
    _scratch: TempDir,
}

impl Trial {
    /// Loads the component of an operation of this name.
    pub(in crate::authoring) async fn load(
        name: &str,
        file: &Path,
    ) -> Result<Self, AuthoringError> {
        let scratch = tempfile::tempdir().map_err(AuthoringError::io(std::env::temp_dir()))?;
        let mut config = Config::default();
        config.storage.dir = scratch.path().to_owned();
        let grants = Capability::ALL.map(|capability| capability.name().to_owned());
        let settings = PluginSettings {
            grants: grants.to_vec(),
            ..PluginSettings::default()
        };
        config.plugins.settings.insert(name.to_owned(), settings);
        let engine = Engine::new(&config.limits)
            .map_err(|error| AuthoringError::Engine(error.to_string()))?;
        let loaded = match Loader::new(engine, &config).load_file(file).await {
            // What it asks for is granted under the project's name.
            Err(LoadError::NotGrantedDenied { name: other, .. }) if other != name => {
                return Err(other_name(name, &other));
            }
            loaded => loaded?,
        };
        let Plugin::Operation(version) = loaded.plugin else {
            return Err(AuthoringError::NoOperation);
        };
        if version.identity.name != name {
            return Err(other_name(name, &version.identity.name));
        }
        let artifacts = ArtifactStore::open(&scratch.path().join("artifacts"))
            .map_err(|error| AuthoringError::Engine(error.to_string()))?;
        Ok(Self {
            version,
            artifacts,
            _scratch: scratch,
        })
    }

    /// Calls it once.
    pub(in crate::authoring) async fn call(&self, input: &Value, page: Box<dyn Page>) -> Ended {
        let run_id = RunId::random();
        let notes = Arc::new(Notes::default());
        let artifacts = Arc::new(self.artifacts.for_run(run_id));
        let context = CallContext {
            run_id,
            deadline: Instant::now() + limits::TRIAL,
            artifacts: Arc::clone(&artifacts),
            journal: Some(notes.clone()),
            credentials: None,
        };
        let called = call::run(&self.version, (input, None), page, context).await;
        let broke = match &called.outcome {
            Ok(_) | Err(CallError::Failure(_)) => None,
            Err(error) => Some(error.to_string()),
        };
        Ended {
            outcome: recorded::outcome(&called.outcome, &artifacts.list()),
            broke,
            effect: notes.effect(),
        }
    }
}

fn other_name(project: &str, component: &str) -> AuthoringError {
    AuthoringError::OtherName {
        project: project.to_owned(),
        component: component.to_owned(),
    }
}
