//! `cargo xtask plugins`: the plugins as components in `target/plugins/<name>.wasm`, and those that only tests have
//! served, the examples, in `target/test-plugins/`.
//!
//! Owns: that folder's files of ours. They are replaced whole, and only if they changed, because a host may be
//! watching.

use anyhow::{Context, Result, bail};
use serde_json::Value;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Stdio;

use crate::inner_cargo::cargo_in;
use crate::program::shown;
use crate::setup::{self, Need};
use crate::tree::Tree;

/// Builds every plugin and leaves it where the host is pointed to.
pub(crate) fn build(tree: &Tree) -> Result<()> {
    setup::ensure(&[Need::WasmTarget])?;
    let folder = tree.built_plugins();
    let test_folder = tree.built_test_plugins();
    for folder in [&folder, &test_folder] {
        fs::create_dir_all(folder)
            .with_context(|| format!("cannot create {}", folder.display()))?;
    }
    let components = compile(&tree.plugins())?;
    if components.is_empty() {
        bail!("the plugins' workspace has no crate of type `cdylib`");
    }
    for component in components {
        let folder = if component.is_for_tests {
            &test_folder
        } else {
            &folder
        };
        put(
            &component.built,
            &folder.join(format!("{}.wasm", component.name)),
        )?;
    }
    Ok(())
}

/// Leaves a component that was built elsewhere in one of the folders, under its name.
pub(crate) fn leave(built: &Path, folder: &Path) -> Result<()> {
    fs::create_dir_all(folder).with_context(|| format!("cannot create {}", folder.display()))?;
    let name = built.file_name().context("a component has no name")?;
    put(built, &folder.join(name))
}

fn put(built: &Path, file: &Path) -> Result<()> {
    let (is_new, bytes) = place(built, file)?;
    let note = if is_new { "" } else { ", unchanged" };
    println!("{} ({} KiB{note})", file.display(), bytes.div_ceil(1024));
    Ok(())
}

/// A component as cargo built it.
#[derive(Debug, PartialEq, Eq)]
struct Component {
    name: String,
    /// Whether it is an example, in whichever sense.
    is_for_tests: bool,
    built: PathBuf,
}

fn compile(workspace: &Path) -> Result<Vec<Component>> {
    let mut cargo = cargo_in(workspace);
    cargo
        .args([
            "build",
            "--release",
            "--workspace",
            "--lib",
            "--examples",
            "--target",
            "wasm32-wasip2",
        ])
        .arg("--message-format=json-render-diagnostics")
        .stderr(Stdio::inherit());
    let shown = shown(&cargo);
    let output = cargo
        .output()
        .with_context(|| format!("`{shown}` could not be started"))?;
    if !output.status.success() {
        bail!(
            "`{shown}` failed in {} ({})",
            workspace.display(),
            output.status
        );
    }
    Ok(components(&String::from_utf8_lossy(&output.stdout)))
}

/// The components among cargo's messages.
fn components(messages: &str) -> Vec<Component> {
    messages
        .lines()
        .filter_map(|line| serde_json::from_str(line).ok())
        .filter_map(|message| component(&message))
        .collect()
}

fn component(message: &Value) -> Option<Component> {
    let is = |what: &str, wanted: &str| {
        let words = message["target"][what].as_array();
        words.is_some_and(|words| words.contains(&Value::from(wanted)))
    };
    if message["reason"] != "compiler-artifact" || !is("crate_types", "cdylib") {
        return None;
    }
    let files = message["filenames"].as_array()?;
    let built = files
        .iter()
        .filter_map(Value::as_str)
        .map(Path::new)
        .find(|file| file.extension().is_some_and(|ending| ending == "wasm"))?;
    // Cargo's name of a library has underscores; a plugin's has hyphens.
    let name = message["target"]["name"].as_str()?.replace('_', "-");
    Some(Component {
        name,
        is_for_tests: is("kind", "example") || is_in_examples(message),
        built: built.to_owned(),
    })
}

/// Whether its crate is one of `plugins/examples`.
fn is_in_examples(message: &Value) -> bool {
    let manifest = message["manifest_path"].as_str().map(Path::new);
    let folder = manifest.and_then(Path::parent).and_then(Path::parent);
    folder.is_some_and(|folder| folder.ends_with("plugins/examples"))
}

/// Puts a file in place, whole or not at all. Tells whether it is new, and its size.
fn place(built: &Path, file: &Path) -> Result<(bool, usize)> {
    let content = fs::read(built).with_context(|| format!("cannot read {}", built.display()))?;
    if fs::read(file).is_ok_and(|there| there == content) {
        return Ok((false, content.len()));
    }
    let partial = file.with_extension("wasm.partial");
    fs::write(&partial, &content).with_context(|| format!("cannot write {}", partial.display()))?;
    fs::rename(&partial, file).with_context(|| format!("cannot replace {}", file.display()))?;
    Ok((true, content.len()))
}

#[cfg(test)]
mod tests {
    use crate::plugins::{Component, components};
    use std::path::PathBuf;

    #[test]
    fn only_libraries_for_others_become_components() {
        let messages = concat!(
            r#"{"reason":"compiler-artifact","target":{"kind":["lib"],"crate_types":["lib"],"name":"emodal"},"filenames":["a/libemodal.rlib"]}"#,
            "\n",
            r#"{"reason":"compiler-artifact","target":{"kind":["cdylib"],"crate_types":["cdylib"],"name":"get_containers"},"filenames":["a/get_containers.wasm"]}"#,
            "\n",
            r#"{"reason":"compiler-artifact","target":{"kind":["example"],"crate_types":["cdylib"],"name":"hostile"},"filenames":["a/hostile.wasm"]}"#,
            "\n",
            r#"{"reason":"compiler-artifact","target":{"kind":["cdylib"],"crate_types":["cdylib"],"name":"last_free_day"},"filenames":["a/last_free_day.wasm"],"manifest_path":"/b/plugins/examples/rust/Cargo.toml"}"#,
            "\n",
            r#"{"reason":"build-finished","success":true}"#,
        );
        let expected = |name: &str, is_for_tests, built: &str| Component {
            name: name.to_owned(),
            is_for_tests,
            built: PathBuf::from(built),
        };
        assert_eq!(
            components(messages),
            [
                expected("get-containers", false, "a/get_containers.wasm"),
                expected("hostile", true, "a/hostile.wasm"),
                expected("last-free-day", true, "a/last_free_day.wasm"),
            ]
        );
    }
}
