//! `gantry plugin build`: a project's component, by its language's own tools, whole or not at all.

use std::fs;
use std::path::{Path, PathBuf};

use serde_json::Value;
use tokio::process::Command;

use crate::authoring::AuthoringError;
use crate::authoring::program::{run, run_for_output};
use crate::authoring::project::{Language, Project};
use crate::authoring::tools::{self, PY, QJS, WASM_TARGET};

/// Builds the component and gives its file, `dist/<name>.wasm`.
pub async fn build(project: &Project) -> Result<PathBuf, AuthoringError> {
    tools::ensure(project.language).await?;
    tools::install(project).await?;
    let component = project.component();
    let dist = project.dir.join("dist");
    fs::create_dir_all(&dist).map_err(AuthoringError::io(&dist))?;
    // Beside its place until it is whole; a name with a dot is not looked at, should this be a plugin folder.
    let partial = dist.join(format!(".{}.wasm", project.name));
    let built = match project.language {
        Language::Rust => rust(project, &partial).await,
        Language::JavaScript => javascript(project, &partial).await,
        Language::Python => python(project, &partial).await,
    };
    let placed = built
        .and_then(|()| fs::rename(&partial, &component).map_err(AuthoringError::io(&component)));
    if placed.is_err() {
        // What is half done; it may not be there at all.
        let _ = fs::remove_file(&partial);
    }
    placed.map(|()| component)
}

async fn rust(project: &Project, to: &Path) -> Result<(), AuthoringError> {
    let mut cargo = Command::new("cargo");
    cargo
        .args(["build", "--release", "--lib", "--target", WASM_TARGET])
        .arg("--message-format=json-render-diagnostics")
        .current_dir(&project.dir);
    let messages = run_for_output(&mut cargo).await?;
    let built = messages
        .lines()
        .filter_map(|line| serde_json::from_str(line).ok())
        .filter_map(|message| component(&message))
        .next_back()
        .ok_or_else(|| AuthoringError::NothingBuilt("cargo build".to_owned()))?;
    fs::copy(&built, to).map_err(AuthoringError::io(built))?;
    Ok(())
}

/// The component that a message of cargo's tells of. The project's own comes last.
fn component(message: &Value) -> Option<PathBuf> {
    if message["reason"] != "compiler-artifact" {
        return None;
    }
    let files = message["filenames"].as_array()?;
    files
        .iter()
        .filter_map(Value::as_str)
        .map(PathBuf::from)
        .find(|file| file.extension().is_some_and(|ending| ending == "wasm"))
}

async fn javascript(project: &Project, to: &Path) -> Result<(), AuthoringError> {
    let source = entry(project).unwrap_or_else(|| "src/operation.js".to_owned());
    let mut node = Command::new("node");
    node.arg(QJS)
        .args(["--world", "operation", "--js", &source])
        .arg("--module-root")
        .arg(module_root(project)?)
        // The contract has plain functions; without this the component would ask for more than hosts offer.
        .arg("--sync")
        .arg("--wit")
        .arg(project.wit())
        .arg("--output")
        .arg(to)
        .current_dir(&project.dir);
    run(&mut node).await
}

/// The folder below which modules are found: the project, or one around it if its SDK is a link to somewhere else.
fn module_root(project: &Project) -> Result<PathBuf, AuthoringError> {
    let real = |path: &Path| fs::canonicalize(path).map_err(AuthoringError::io(path));
    let dir = real(&project.dir)?;
    let sdk = real(&project.dir.join("node_modules/gantry-sdk"))?;
    let mut folders = dir.ancestors();
    let root = folders.find(|folder| sdk.starts_with(folder));
    Ok(root.unwrap_or(&dir).to_owned())
}

/// The file that `package.json` names as its beginning.
fn entry(project: &Project) -> Option<String> {
    let text = fs::read_to_string(project.dir.join("package.json")).ok()?;
    let parsed: Value = serde_json::from_str(&text).ok()?;
    parsed["main"].as_str().map(str::to_owned)
}

async fn python(project: &Project, to: &Path) -> Result<(), AuthoringError> {
    let sdk = project.dir.join("vendor/sdk-python");
    let sdk = if sdk.is_dir() {
        sdk
    } else {
        project.shared("sdk-python")
    };
    let mut componentize = Command::new(project.dir.join(PY));
    componentize
        .arg("--wit-path")
        .arg(project.wit())
        .args(["--world", "operation", "componentize", "app"])
        // CPython asks for files, sockets and clocks, which no component gets.
        .arg("--stub-wasi")
        .args(["--python-path", "src", "--python-path"])
        .arg(sdk)
        .arg("--output")
        .arg(to)
        // Packages that the project installed go into the component as well.
        .env("VIRTUAL_ENV", project.dir.join(".venv"))
        .current_dir(&project.dir);
    run(&mut componentize).await
}
