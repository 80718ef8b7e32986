//! `gantry doctor`: prints what is found, one line a check.

use std::io::Write as _;
use std::path::PathBuf;
use std::process::ExitCode;

use clap::Args;
use gantry::doctor::examine::examine;
use gantry::doctor::finding::{Finding, Level};
use serde_json::json;

/// What `gantry doctor` takes.
#[derive(Debug, Args)]
pub(crate) struct DoctorCommand {
    /// The configuration file; without it, defaults and environment.
    #[arg(long)]
    config: Option<PathBuf>,
    /// Print JSON: `ok`, and `checks` with `level`, `name`, `detail` and `advice`.
    #[arg(long)]
    json: bool,
}

/// Looks at everything. The exit code is 1 if a check fails.
pub(crate) async fn run(command: DoctorCommand) -> anyhow::Result<ExitCode> {
    let mut findings: Vec<Finding> = Vec::new();
    let mut printed = Ok(());
    examine(command.config.as_deref(), &mut |finding| {
        // As they come: some take a while.
        if !command.json && printed.is_ok() {
            printed = say(&format!("{finding}\n"));
        }
        findings.push(finding);
    })
    .await;
    printed?;
    let failed = findings.iter().filter(|it| it.level == Level::Fail).count();
    if command.json {
        let told = json!({ "ok": failed == 0, "checks": findings });
        say(&format!("{told:#}\n"))?;
    }
    if failed > 0 {
        // Said as an error of the program it would come with where in the program it was said.
        eprintln!("{failed} of {} checks failed", findings.len());
        return Ok(ExitCode::FAILURE);
    }
    Ok(ExitCode::SUCCESS)
}

fn say(text: &str) -> anyhow::Result<()> {
    std::io::stdout().write_all(text.as_bytes())?;
    Ok(std::io::stdout().flush()?)
}
