//! The plugin folder: each component is loaded as the host would load it.

use std::collections::BTreeMap;
use std::collections::btree_map::Entry;
use std::path::{Path, PathBuf};

use tokio::time::timeout;

use crate::config::check_limits;
use crate::config::schema::Config;
use crate::doctor::finding::Finding;
use crate::plugin::check::{self, Report};
use crate::plugin::engine::Engine;
use crate::plugin::load_error::LoadError;
use crate::plugin::status::PluginKind;

/// Looks at `[plugins] dir`.
pub async fn examine(config: &Config, tell: &mut dyn FnMut(Finding)) {
    let dir = &config.plugins.dir;
    let files = match components(dir) {
        Ok(files) => files,
        Err(error) => {
            let detail = format!("{} cannot be read: {error}", dir.display());
            let advice = "make it and put the components there, or set [plugins] dir";
            tell(Finding::fail("plugins", detail, advice));
            return;
        }
    };
    // Compiled forms are left to the host: made by another user, it could not use them.
    let scratch = tempfile::tempdir();
    let engine = Engine::new(&config.limits);
    let (Ok(scratch), Ok(engine)) = (scratch, engine) else {
        let advice = "look at the temporary folder and at [limits] memory_mib";
        tell(Finding::fail("plugins", "nothing can be compiled", advice));
        return;
    };
    let mut config = config.clone();
    scratch.path().clone_into(&mut config.storage.dir);
    let mut loaded: BTreeMap<String, (String, PluginKind)> = BTreeMap::new();
    for path in files {
        let file = path
            .file_name()
            .unwrap_or_default()
            .to_string_lossy()
            .into_owned();
        let name = format!("plugin.{}", file.trim_end_matches(".wasm"));
        let checked = check::check(&path, engine.clone(), &config);
        let found = match timeout(check_limits::DOCTOR_COMPONENT, checked).await {
            Ok(Ok(report)) => match loaded.entry(report.name.clone()) {
                Entry::Occupied(other) => Finding::fail(
                    name,
                    format!("{} has a plugin `{}` as well", other.get().0, report.name),
                    "remove one of the two files",
                ),
                Entry::Vacant(place) => {
                    place.insert((file, report.kind));
                    Finding::ok(name, told(&report))
                }
            },
            // Nobody asked for it by a table: the host serves the others.
            Ok(Err(
                ref error @ LoadError::NotGrantedDenied {
                    name: ref plugin, ..
                },
            )) if !config.plugins.settings.contains_key(plugin) => {
                let advice = "grant it what it needs if callers are to have it";
                Finding::warn(name, error.to_string(), advice)
            }
            Ok(Err(error)) => {
                let advice = "put another build of it into the folder, or remove the file; `gantry plugin check` looks again";
                Finding::fail(name, error.to_string(), advice)
            }
            Err(_) => {
                let detail = "it was not loaded in time";
                Finding::fail(name, detail, "try again while the machine is less busy")
            }
        };
        tell(found);
    }
    tell(together(&config, &loaded));
}

fn together(config: &Config, loaded: &BTreeMap<String, (String, PluginKind)>) -> Finding {
    let of = |kind| loaded.values().filter(|(_, it)| *it == kind).count();
    let (sessions, operations) = (of(PluginKind::Session), of(PluginKind::Operation));
    let name = "plugins";
    if sessions != 1 {
        let detail = format!("{sessions} session plugins can be served, and one is needed");
        return Finding::fail(name, detail, "have one session.wasm in the plugin folder");
    }
    if operations == 0 {
        let advice = "put components into the plugin folder";
        return Finding::fail(name, "no operation can be served", advice);
    }
    let settings = config.plugins.settings.keys();
    let absent: Vec<&str> = settings
        .filter(|name| !loaded.contains_key(*name))
        .map(String::as_str)
        .collect();
    if !absent.is_empty() {
        let detail = format!("configured and not served: {}", absent.join(", "));
        let advice = "put them into the plugin folder, or correct their names in the configuration";
        return Finding::warn(name, detail, advice);
    }
    Finding::ok(
        name,
        format!("{operations} operations and a session plugin"),
    )
}

fn told(report: &Report) -> String {
    let kind = match report.kind {
        PluginKind::Operation if report.effectful => "operation with effects",
        PluginKind::Operation => "operation",
        PluginKind::Session => "session plugin",
    };
    format!("{} {}, {kind}", report.name, report.version)
}

/// The files that the host would look at, in the order of their names.
fn components(dir: &Path) -> std::io::Result<Vec<PathBuf>> {
    let mut files = Vec::new();
    for entry in std::fs::read_dir(dir)? {
        let path = entry?.path();
        let name = path.file_name().unwrap_or_default().to_string_lossy();
        if name.ends_with(".wasm") && !name.starts_with('.') && path.is_file() {
            files.push(path);
        }
    }
    files.sort();
    Ok(files)
}
