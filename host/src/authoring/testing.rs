//! `gantry plugin test`: builds the component, then runs the language's own tests, the cases and the cassettes.
//!
//! Cases and cassettes run the component as it was built, in the engine of a host, on a page that is no browser.

use std::fs;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use serde_json::Value;
use tokio::process::Command;

use crate::authoring::program::run;
use crate::authoring::project::{Language, Project};
use crate::authoring::trial::Trial;
use crate::authoring::{AuthoringError, build, cases, differences};
use crate::browser::cassette::Cassette;
use crate::plugin::replay;

/// How the names of cases end.
const CASE: &str = ".case.json";
/// How the names of cassettes end.
const CASSETTE: &str = ".cassette.json";

/// One test that was run.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TestResult {
    /// What was run: a command, or a file.
    pub name: String,
    /// How it ended.
    pub outcome: Outcome,
    /// How long it took.
    pub took: Duration,
}

/// How a test ended.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Outcome {
    /// As it should.
    Passed,
    /// Otherwise; this is the difference.
    Failed(String),
}

/// Builds the project's component and runs its tests; with a cassette, this cassette only.
pub async fn test(
    project: &Project,
    replay: Option<&Path>,
) -> Result<Vec<TestResult>, AuthoringError> {
    let component = build::build(project).await?;
    if let Some(cassette) = replay {
        let trial = Trial::load(&project.name, &component).await?;
        return Ok(vec![
            timed(project, cassette, replayed(&trial, cassette)).await?,
        ]);
    }
    let mut results = Vec::new();
    if let Some(mut command) = own_tests(project) {
        let name = format!("{} tests", project.language.name());
        let ended = async {
            let ended = run(&mut command).await;
            Ok(ended.err().map(|error| error.to_string()))
        };
        results.push(timed(project, Path::new(&name), ended).await?);
    }
    let tests = project.dir.join("tests");
    let (cases, cassettes) = (files(&tests, CASE)?, files(&tests, CASSETTE)?);
    if cases.is_empty() && cassettes.is_empty() {
        return Ok(results);
    }
    let trial = Trial::load(&project.name, &component).await?;
    for file in cases {
        results.push(timed(project, &file, cases::play(&trial, &file)).await?);
    }
    for file in cassettes {
        results.push(timed(project, &file, replayed(&trial, &file)).await?);
    }
    Ok(results)
}

/// Runs one test and takes its time.
async fn timed(
    project: &Project,
    what: &Path,
    test: impl Future<Output = Result<Option<String>, AuthoringError>>,
) -> Result<TestResult, AuthoringError> {
    let begun = Instant::now();
    let difference = test.await?;
    Ok(TestResult {
        name: what
            .strip_prefix(&project.dir)
            .unwrap_or(what)
            .display()
            .to_string(),
        outcome: difference.map_or(Outcome::Passed, Outcome::Failed),
        took: begun.elapsed(),
    })
}

/// Runs the component against a cassette, and tells the difference.
async fn replayed(trial: &Trial, file: &Path) -> Result<Option<String>, AuthoringError> {
    let content = fs::read(file).map_err(AuthoringError::io(file))?;
    let cassette = Cassette::read(&content).map_err(|error| AuthoringError::TestFile {
        file: file.to_owned(),
        problem: error.to_string(),
    })?;
    match replay::replay(&trial.version, &cassette).await {
        Ok(report) => Ok((!report.is_same()).then(|| differences::of_replay(&report))),
        Err(error) => Ok(Some(error.to_string())),
    }
}

/// The command of the tests that the language has of its own, if the project has some.
fn own_tests(project: &Project) -> Option<Command> {
    match project.language {
        Language::Rust => {
            let mut cargo = Command::new("cargo");
            cargo.arg("test").current_dir(&project.dir);
            Some(cargo)
        }
        Language::JavaScript => {
            let text = fs::read_to_string(project.dir.join("package.json")).ok()?;
            let parsed: Value = serde_json::from_str(&text).ok()?;
            parsed.pointer("/scripts/test")?;
            let mut npm = Command::new("npm");
            npm.arg("test").current_dir(&project.dir);
            Some(npm)
        }
        Language::Python => {
            let is_test = |file: &PathBuf| {
                let name = file
                    .file_name()
                    .unwrap_or_default()
                    .to_string_lossy()
                    .into_owned();
                name.starts_with("test")
            };
            let tests = files(&project.dir.join("tests"), ".py").unwrap_or_default();
            let has_tests = tests.iter().any(is_test);
            has_tests.then(|| {
                // With the packages of the project, as the component has them.
                let mut python = Command::new(project.dir.join(".venv/bin/python3"));
                python
                    .args(["-m", "unittest", "discover", "--start-directory", "tests"])
                    .env("PYTHONPATH", "src")
                    .current_dir(&project.dir);
                python
            })
        }
    }
}

/// The files of a folder whose names end so, in order; none where there is no folder.
fn files(folder: &Path, ending: &str) -> Result<Vec<PathBuf>, AuthoringError> {
    if !folder.is_dir() {
        return Ok(Vec::new());
    }
    let mut files = Vec::new();
    for entry in fs::read_dir(folder).map_err(AuthoringError::io(folder))? {
        let file = entry.map_err(AuthoringError::io(folder))?.path();
        if file.to_string_lossy().ends_with(ending) {
            files.push(file);
        }
    }
    files.sort();
    Ok(files)
}
