//! The shape of the host's sources: who may import whom, how long a file may be, and a code map that is true.
//!
//! Reads the sources as text. A rule that fails here is changed in ARCHITECTURE.md first, with its reason.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

/// Lowest first. A module may import the modules named beside it and no others.
const MAY_IMPORT: [(&str, &[&str]); 15] = [
    ("model", &[]),
    ("config", &["model"]),
    ("telemetry", &["model", "config"]),
    ("store", &["model", "config"]),
    ("artifacts", &["model", "config"]),
    ("browser", &["model", "config", "telemetry"]),
    ("pool", &["model", "config", "telemetry", "browser"]),
    (
        "plugin",
        &[
            "model",
            "config",
            "telemetry",
            "store",
            "artifacts",
            "browser",
        ],
    ),
    (
        "authoring",
        &["model", "config", "artifacts", "browser", "plugin"],
    ),
    ("webhooks", &["model", "config", "telemetry", "store"]),
    (
        "dispatch",
        &[
            "model",
            "config",
            "telemetry",
            "store",
            "artifacts",
            "browser",
            "pool",
            "plugin",
            "webhooks",
        ],
    ),
    ("refresh", &["model", "config", "pool", "dispatch"]),
    (
        "http",
        &[
            "model",
            "config",
            "telemetry",
            "artifacts",
            "pool",
            "plugin",
            "webhooks",
            "dispatch",
        ],
    ),
    (
        "doctor",
        &["model", "config", "telemetry", "store", "browser", "plugin"],
    ),
    (
        "app",
        &[
            "model",
            "config",
            "telemetry",
            "store",
            "artifacts",
            "browser",
            "pool",
            "plugin",
            "webhooks",
            "dispatch",
            "refresh",
            "http",
        ],
    ),
];

/// Where a row allows only part of a module: words, views and errors, not the means behind them.
const ONLY: [(&str, &str, &[&str]); 6] = [
    // The page of a lease, for the live view; no browser and no driver.
    ("dispatch", "browser", &["page", "live", "error", "trace"]),
    ("refresh", "pool", &["words"]),
    ("dispatch", "webhooks", &["handle"]),
    ("http", "pool", &["error"]),
    ("http", "webhooks", &["error", "status"]),
    (
        "http",
        "plugin",
        &["call_error", "load_error", "schema", "status"],
    ),
];

const LINES_MAX: usize = 400;

struct Source {
    /// Its path below the repository, such as `host/src/pool/task.rs`.
    path: String,
    /// The top module it is part of; empty for the crate's roots.
    module: String,
    text: String,
}

impl Source {
    /// The text without the tests at its end.
    fn code(&self) -> &str {
        if self.path.ends_with("_tests.rs") {
            return "";
        }
        self.text.split("#[cfg(test)]\nmod tests").next().unwrap()
    }

    /// What it names of this crate: for `crate::pool::words::Action` it is `pool` and `words`.
    fn imports(&self) -> Vec<(&str, &str)> {
        let word = |text: &'_ str| text.find(|c: char| !c.is_alphanumeric() && c != '_');
        let paths = self.code().split("crate::").skip(1);
        paths
            .map(|path| {
                let (module, rest) = path.split_at(word(path).unwrap_or(path.len()));
                let rest = rest.strip_prefix("::").unwrap_or_default();
                (module, &rest[..word(rest).unwrap_or(rest.len())])
            })
            .collect()
    }
}

fn repository() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR"))
        .parent()
        .unwrap()
        .to_owned()
}

fn sources() -> Vec<Source> {
    let root = repository();
    let mut sources = Vec::new();
    let mut folders = vec![root.join("host/src")];
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
            } else if path.extension().is_some_and(|ending| ending == "rs") {
                let text = fs::read_to_string(&path).unwrap();
                let path = path
                    .strip_prefix(&root)
                    .unwrap()
                    .to_str()
                    .unwrap()
                    .to_owned();
                let below = path.strip_prefix("host/src/").unwrap();
                let module = below.split(['/', '.']).next().unwrap();
                let is_root = matches!(module, "lib" | "main") || module.ends_with("_command");
                let module = if is_root { "" } else { module }.to_owned();
                sources.push(Source { path, module, text });
            }
        }
    }
    assert!(sources.len() > 50, "the sources were not found");
    sources
}

/// Fails with every offence at once.
#[track_caller]
fn assert_none(offences: &[String]) {
    assert!(offences.is_empty(), "\n{}\n", offences.join("\n"));
}

#[test]
fn every_module_imports_only_what_its_layer_may() {
    let mut offences = Vec::new();
    for source in sources().iter().filter(|source| !source.module.is_empty()) {
        let row = MAY_IMPORT
            .iter()
            .find(|(module, _)| *module == source.module);
        let Some((module, allowed)) = row else {
            offences.push(format!("{} is in no layer", source.path));
            continue;
        };
        for (target, part) in source.imports() {
            let only = ONLY
                .iter()
                .find(|(from, to, _)| (from, to) == (module, &target));
            if target != *module && !allowed.contains(&target) {
                offences.push(format!("{} imports crate::{target}", source.path));
            } else if let Some((.., parts)) = only
                && !parts.contains(&part)
            {
                offences.push(format!("{} imports crate::{target}::{part}", source.path));
            }
        }
    }
    assert_none(&offences);
}

#[test]
fn every_layer_names_only_layers_below_it() {
    for (index, (module, allowed)) in MAY_IMPORT.iter().enumerate() {
        let below: Vec<&str> = MAY_IMPORT[..index]
            .iter()
            .map(|(module, _)| *module)
            .collect();
        assert!(allowed.iter().all(|name| below.contains(name)), "{module}");
    }
}

#[test]
fn imports_are_one_a_line_and_by_full_path() {
    let mut offences = Vec::new();
    for source in sources() {
        for wrong in ["super::", "crate::{"] {
            if source.code().contains(wrong) {
                offences.push(format!("{} has {wrong}", source.path));
            }
        }
    }
    assert_none(&offences);
}

#[test]
fn files_are_short_and_say_what_they_are() {
    let mut offences = Vec::new();
    for source in sources() {
        let lines = source.text.lines().count();
        if lines > LINES_MAX {
            offences.push(format!(
                "{} has {lines} lines; {LINES_MAX} is the limit",
                source.path
            ));
        }
        if !source.text.starts_with("//! ") {
            offences.push(format!("{} does not begin with what it is", source.path));
        }
    }
    assert_none(&offences);
}

#[test]
fn the_code_map_names_every_folder_and_nothing_that_is_not_there() {
    let root = repository();
    let text = fs::read_to_string(root.join("ARCHITECTURE.md")).unwrap();
    let named: BTreeSet<&str> = text.split('`').skip(1).step_by(2).collect();
    let mut offences = Vec::new();
    for folder in sources()
        .iter()
        .filter_map(|source| Path::new(&source.path).parent())
    {
        let folder = format!("{}/", folder.display());
        if !named.contains(folder.as_str()) {
            offences.push(format!("ARCHITECTURE.md does not name {folder}"));
        }
    }
    let is_path = |name: &&str| {
        let endings = [".rs", ".js", ".wit", ".toml", ".md", "/"];
        let below = [
            "host/", "plugins/", "wit/", "tests/", "xtask/", "docs/", ".ci/",
        ];
        below.iter().any(|start| name.starts_with(start))
            && endings.iter().any(|end| name.ends_with(end))
    };
    for name in named.into_iter().filter(is_path) {
        if !root.join(name).exists() {
            offences.push(format!("ARCHITECTURE.md names {name}, which is not there"));
        }
    }
    offences.dedup();
    assert_none(&offences);
}
