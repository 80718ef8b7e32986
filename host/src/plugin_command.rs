//! The commands of `gantry plugin`, and what they print.

use std::fmt::Write as _;
use std::io::Write as _;
use std::path::{Path, PathBuf};

use anyhow::{Context, bail};
use clap::{Args, Subcommand};
use secrecy::SecretString;
use url::Url;

use gantry::authoring::install::Installed;
use gantry::authoring::project::{Language, Project};
use gantry::authoring::testing::{self, Outcome};
use gantry::authoring::{AuthoringError, build, doctor, install, new};
use gantry::config::load;
use gantry::plugin::check;
use gantry::plugin::engine::Engine;

/// What `gantry plugin` does.
#[derive(Debug, Subcommand)]
pub(crate) enum PluginCommand {
    /// Write a small project that builds and passes its own test.
    New {
        /// The operation's name, in kebab-case.
        name: String,
        /// The language it is written in.
        #[arg(long = "lang", value_enum)]
        language: Language,
        /// The folder to put it in.
        #[arg(long = "in", default_value = ".")]
        parent: PathBuf,
    },
    /// See whether the tools are there, and what to do if not.
    Doctor(InProject),
    /// Build the component, into `dist/<name>.wasm`.
    Build(InProject),
    /// Build it, and run its own tests, its cases and its cassettes.
    Test {
        #[command(flatten)]
        project: InProject,
        /// Replay this cassette, and nothing else.
        #[arg(long)]
        replay: Option<PathBuf>,
    },
    /// Load a component as the host would, and say what it is or what is wrong with it.
    Check {
        /// The component.
        file: PathBuf,
        /// The configuration file; without it, defaults and environment.
        #[arg(long)]
        config: Option<PathBuf>,
    },
    /// Build it and put it into a host that runs.
    Install {
        #[command(flatten)]
        project: InProject,
        /// Where the host is.
        #[arg(long, default_value = "http://127.0.0.1:5010")]
        host: Url,
        /// A file with the token to show the host, if it asks for one; without it, what `GANTRY_TOKEN` has.
        #[arg(long)]
        token_file: Option<PathBuf>,
    },
}

/// Which project.
#[derive(Debug, Args)]
pub(crate) struct InProject {
    /// Its folder.
    #[arg(default_value = ".")]
    dir: PathBuf,
}

/// Does it, and prints what came of it.
pub(crate) async fn run(command: PluginCommand) -> anyhow::Result<()> {
    match command {
        PluginCommand::New {
            name,
            language,
            parent,
        } => {
            let dir = new::write(language, &name, &parent)?;
            say(&format!(
                "{} is an operation in {}. Next:\n  cd {}\n  gantry plugin test\n  gantry plugin install\n",
                dir.display(),
                language.name(),
                dir.display()
            ))
        }
        PluginCommand::Doctor(at) => examine(&at.dir).await,
        PluginCommand::Build(at) => {
            let project = Project::open(&at.dir)?;
            let file = build::build(&project).await?;
            say(&format!("{} ({})\n", file.display(), size(&file)))
        }
        PluginCommand::Test { project, replay } => test(&project.dir, replay.as_deref()).await,
        PluginCommand::Check { file, config } => inspect(&file, config.as_deref()).await,
        PluginCommand::Install {
            project,
            host,
            token_file,
        } => put(&project.dir, &host, token_file.as_deref()).await,
    }
}

async fn examine(dir: &Path) -> anyhow::Result<()> {
    let project = match Project::open(dir) {
        Ok(project) => Some(project),
        // Before there is a project, all languages are looked at.
        Err(AuthoringError::NoProject(_)) if dir == Path::new(".") => None,
        Err(error) => return Err(error.into()),
    };
    let findings = doctor::examine(project.as_ref()).await;
    let mut text = String::new();
    for finding in &findings {
        let (mark, rest) = match &finding.found {
            Ok(found) => ("ok     ", found),
            Err(advice) => ("missing", advice),
        };
        let (language, what) = (finding.language.name(), finding.what);
        // Writing to a string cannot fail.
        let _ = writeln!(text, "{mark}  {language:<10}  {what}: {rest}");
    }
    say(&text)?;
    // Without a project any one language is enough.
    let missing = findings
        .iter()
        .filter(|finding| finding.found.is_err())
        .count();
    if project.is_some() && missing > 0 {
        bail!("{missing} missing");
    }
    Ok(())
}

async fn test(dir: &Path, replay: Option<&Path>) -> anyhow::Result<()> {
    let project = Project::open(dir)?;
    let results = testing::test(&project, replay).await?;
    let mut failed = 0;
    for result in &results {
        let took = result.took.as_millis();
        match &result.outcome {
            Outcome::Passed => say(&format!("ok      {} ({took} ms)\n", result.name))?,
            Outcome::Failed(why) => {
                failed += 1;
                say(&format!(
                    "FAILED  {} ({took} ms)\n{}\n",
                    result.name,
                    indented(why)
                ))?;
            }
        }
    }
    if results.is_empty() {
        bail!(
            "there is nothing to test: {} has no tests",
            dir.join("tests").display()
        );
    }
    if failed > 0 {
        bail!("{failed} of {} failed", results.len());
    }
    Ok(())
}

async fn inspect(file: &Path, config: Option<&Path>) -> anyhow::Result<()> {
    let mut config = load::load(config)?;
    // A check leaves nothing behind, not even the compiled form.
    let scratch = tempfile::tempdir()?;
    scratch.path().clone_into(&mut config.storage.dir);
    let report = check::check(file, Engine::new(&config.limits)?, &config)
        .await
        .with_context(|| format!("{} cannot be served", file.display()))?;
    say(&format!("{}\n", serde_json::to_string_pretty(&report)?))
}

async fn put(dir: &Path, host: &Url, token_file: Option<&Path>) -> anyhow::Result<()> {
    let token = token(token_file)?;
    let project = Project::open(dir)?;
    let file = build::build(&project).await?;
    let name = &project.name;
    match install::install(host, token.as_ref(), name, &file).await? {
        Installed::Served => say(&format!("{name} is served at {host}v1/operations/{name}\n")),
        Installed::Waits { why, digest } => {
            let token = token.map_or("", |_| " -H \"authorization: Bearer $GANTRY_TOKEN\"");
            say(&format!(
                "{name} is in the host's folder and waits to be accepted, because callers would notice:\n{}\n\
                 Accept it:\n  curl {host}v1/plugins/{name}/accept{token} -H 'content-type: application/json' -d '{{\"digest\": \"{digest}\"}}'\n",
                indented(&why)
            ))
        }
    }
}

/// The token to show the host. It is no argument: those can be seen by everybody on the machine.
fn token(file: Option<&Path>) -> anyhow::Result<Option<SecretString>> {
    let Some(file) = file else {
        return Ok(std::env::var("GANTRY_TOKEN").ok().map(SecretString::from));
    };
    let text = std::fs::read_to_string(file)
        .with_context(|| format!("cannot read the token file {}", file.display()))?;
    Ok(Some(text.trim().into()))
}

fn size(file: &Path) -> String {
    let bytes = file.metadata().map_or(0, |metadata| metadata.len());
    format!("{} KiB", bytes.div_ceil(1024))
}

fn indented(text: &str) -> String {
    let lines: Vec<String> = text.lines().map(|line| format!("        {line}")).collect();
    lines.join("\n")
}

fn say(text: &str) -> anyhow::Result<()> {
    std::io::stdout().write_all(text.as_bytes())?;
    Ok(std::io::stdout().flush()?)
}
