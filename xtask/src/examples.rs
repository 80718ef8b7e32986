//! The example plugins in `plugins/examples`: built and tested as their authors would, by `gantry plugin test`, and left
//! with the components that only tests have served.

use anyhow::{Context, Result, bail};
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use crate::inner_cargo::{cargo_in, cleared};
use crate::plugins;
use crate::program::run;
use crate::tree::Tree;

/// Builds and tests each in its own language.
pub(crate) fn build_and_test(tree: &Tree) -> Result<()> {
    run(cargo_in(tree.root())
        .env("CARGO_TARGET_DIR", tree.target())
        // Of the whole workspace, so that nothing is built twice with other features.
        .args(["build", "--workspace", "--bin", "gantry"]))?;
    let sdk = tree.plugins().join("sdk-python");
    run(Command::new("python3")
        .args(["-m", "unittest", "discover", "--start-directory", "tests"])
        .env("PYTHONPATH", "gantry_sdk")
        // The host has this folder inside, and what Python leaves there would be in it.
        .env("PYTHONDONTWRITEBYTECODE", "1")
        .current_dir(sdk))?;
    let examples = tree.plugins().join("examples");
    for language in ["rust", "javascript", "python"] {
        let project = examples.join(language);
        // Of another name, an earlier one would be taken for it.
        let dist = project.join("dist");
        if dist.exists() {
            fs::remove_dir_all(&dist)
                .with_context(|| format!("cannot remove {}", dist.display()))?;
        }
        let mut gantry = cleared(&tree.built("gantry").to_string_lossy());
        run(gantry.args(["plugin", "test"]).arg(&project))?;
        plugins::leave(&component(&dist)?, &tree.built_test_plugins())?;
    }
    Ok(())
}

fn component(dist: &Path) -> Result<PathBuf> {
    let entries = fs::read_dir(dist).with_context(|| format!("cannot read {}", dist.display()))?;
    let mut files = entries.flatten().map(|entry| entry.path());
    let is_component = |file: &PathBuf| {
        let is_hidden = file
            .file_name()
            .is_some_and(|name| name.to_string_lossy().starts_with('.'));
        !is_hidden && file.extension().is_some_and(|ending| ending == "wasm")
    };
    match files.find(is_component) {
        Some(file) => Ok(file),
        None => bail!("{} has no component", dist.display()),
    }
}
