//! The tools that each language needs, and how they are come by. Those of a project's own are put into it; those of the
//! machine are named.

use std::path::Path;

use tokio::process::Command;

use crate::authoring::AuthoringError;
use crate::authoring::program::{find, output, run};
use crate::authoring::project::{Language, Project};

/// The target of Rust plugins.
pub(in crate::authoring) const WASM_TARGET: &str = "wasm32-wasip2";
/// The package that makes components of JavaScript, and where npm puts its program.
pub(in crate::authoring) const QJS: &str = "node_modules/componentize-qjs/bin/componentize-qjs";
/// The program that makes components of Python.
pub(in crate::authoring) const PY: &str = ".venv/bin/componentize-py";
/// Its version, for a project that names none.
const PY_VERSION: &str = "componentize-py==0.25.1";

/// Something that a machine has to have for a language.
pub(in crate::authoring) struct Tool {
    pub(in crate::authoring) what: &'static str,
    pub(in crate::authoring) advice: &'static str,
    /// Its version or place; none if it is missing.
    pub(in crate::authoring) found: Option<String>,
}

/// What a machine needs for a language, and whether it is there.
pub(in crate::authoring) async fn of_machine(language: Language) -> Vec<Tool> {
    match language {
        Language::Rust => vec![
            Tool {
                what: "cargo",
                advice: "install Rust from https://rustup.rs",
                found: output("cargo", &["--version"]).await,
            },
            Tool {
                what: "the Rust target wasm32-wasip2",
                advice: "run: rustup target add wasm32-wasip2",
                found: wasm_library().await,
            },
        ],
        Language::JavaScript => vec![
            Tool {
                what: "Node.js 18 or newer",
                advice: "install Node.js 18 or newer from https://nodejs.org",
                found: output("node", &["--version"])
                    .await
                    .filter(|it| is_new_enough(it)),
            },
            Tool {
                what: "npm",
                advice: "install npm; it comes with Node.js from https://nodejs.org",
                found: output("npm", &["--version"]).await,
            },
        ],
        Language::Python => vec![Tool {
            what: "Python 3.10 or newer with venv",
            advice: "install Python from https://python.org; on Debian: apt-get install python3 python3-venv",
            found: match output(
                "python3",
                &[
                    "-c",
                    "import ensurepip, sys; assert sys.version_info >= (3, 10)",
                ],
            )
            .await
            {
                Some(_) => output("python3", &["--version"]).await,
                None => None,
            },
        }],
    }
}

/// Fails with what to do if the machine lacks something.
pub(in crate::authoring) async fn ensure(language: Language) -> Result<(), AuthoringError> {
    let missing = of_machine(language)
        .await
        .into_iter()
        .find(|tool| tool.found.is_none());
    match missing {
        Some(tool) => Err(AuthoringError::Missing {
            what: tool.what,
            advice: tool.advice.to_owned(),
        }),
        None => Ok(()),
    }
}

/// The tools that live in a project, installed if they are not there.
pub(in crate::authoring) async fn install(project: &Project) -> Result<(), AuthoringError> {
    let dir = &project.dir;
    match project.language {
        Language::Rust => Ok(()),
        Language::JavaScript if dir.join(QJS).is_file() => Ok(()),
        Language::JavaScript => {
            // What a lock file names, if there is one.
            let act = if dir.join("package-lock.json").is_file() {
                "ci"
            } else {
                "install"
            };
            run(Command::new("npm")
                .args([act, "--no-audit", "--no-fund"])
                .current_dir(dir))
            .await
        }
        Language::Python if dir.join(PY).is_file() => Ok(()),
        Language::Python => {
            run(Command::new("python3")
                .args(["-m", "venv", ".venv"])
                .current_dir(dir))
            .await?;
            let pip = dir.join(".venv/bin/pip");
            let version = pinned(dir).unwrap_or_else(|| PY_VERSION.to_owned());
            let install = [
                "install",
                "--quiet",
                "--disable-pip-version-check",
                version.as_str(),
            ];
            run(Command::new(pip).args(install).current_dir(dir)).await
        }
    }
}

/// Whether the tools that live in a project are there.
pub(in crate::authoring) fn of_project(project: &Project) -> Option<(&'static str, bool)> {
    let has = |file| project.dir.join(file).is_file();
    match project.language {
        Language::Rust => None,
        Language::JavaScript => Some(("componentize-qjs", has(QJS))),
        Language::Python => Some(("componentize-py", has(PY))),
    }
}

/// The version of componentize-py among the project's development dependencies (PEP 735).
fn pinned(dir: &Path) -> Option<String> {
    let text = std::fs::read_to_string(dir.join("pyproject.toml")).ok()?;
    let parsed: toml::Value = toml::from_str(&text).ok()?;
    let group = parsed.get("dependency-groups")?.get("dev")?.as_array()?;
    let mut names = group.iter().filter_map(toml::Value::as_str);
    names
        .find(|name| name.starts_with("componentize-py"))
        .map(str::to_owned)
}

/// Whether this is Node.js 18 or newer; it tells `v20.1.2`.
fn is_new_enough(version: &str) -> bool {
    let major = version.trim_start_matches('v').split('.').next();
    major
        .and_then(|major| major.parse().ok())
        .is_some_and(|major: u32| major >= 18)
}

/// The library itself, so that a compiler without rustup counts as well.
async fn wasm_library() -> Option<String> {
    find("rustc")?;
    let folder = output(
        "rustc",
        &["--print", "target-libdir", "--target", WASM_TARGET],
    )
    .await?;
    Path::new(&folder).is_dir().then_some(folder)
}
