//! The command line: `gantry serve`, `gantry config`, `gantry doctor`, `gantry token …`, `gantry plugin …`.

mod doctor_command;
mod plugin_command;
mod token_command;

use std::io::Write as _;
use std::path::PathBuf;
use std::process::ExitCode;

use clap::{Args, Parser, Subcommand};
use gantry::app::App;
use gantry::config::load;
use gantry::config::schema::Config;
use gantry::config::telemetry::Telemetry;
use gantry::telemetry::logs;
use tokio::signal::unix::{SignalKind, signal};
use tokio_util::sync::CancellationToken;

use crate::doctor_command::DoctorCommand;
use crate::plugin_command::PluginCommand;
use crate::token_command::TokenCommand;

/// A WebAssembly-plugin automation host for the E-Modal trucking portal.
#[derive(Parser)]
#[command(version)]
struct Cli {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Serve the HTTP API.
    Serve(Configured),
    /// Print the effective configuration. Passwords are not part of it.
    Config(Configured),
    /// Look whether a host could run here as configured, and say what to do where not.
    Doctor(DoctorCommand),
    /// Say who may call.
    #[command(subcommand)]
    Token(TokenCommand),
    /// Write plugins: begin one, build it, test it, put it into a host.
    #[command(subcommand)]
    Plugin(PluginCommand),
}

#[derive(Args)]
struct Configured {
    /// The configuration file; without it, defaults and environment.
    #[arg(long)]
    config: Option<PathBuf>,
}

#[tokio::main]
async fn main() -> anyhow::Result<ExitCode> {
    let command = Cli::parse().command;
    if let Command::Serve(configured) = command {
        serve(&configured).await?;
        return Ok(ExitCode::SUCCESS);
    }
    // Spans are told of runs, of which there are none here.
    let _telling = logs::begin(&Telemetry::default())?;
    match command {
        Command::Serve(_) => unreachable!("it was served above"),
        Command::Config(configured) => {
            let config = load::load(configured.config.as_deref())?;
            say(&toml::to_string_pretty(&config)?)?;
        }
        Command::Doctor(command) => return doctor_command::run(command).await,
        Command::Token(command) => token_command::run(command).await?,
        Command::Plugin(command) => plugin_command::run(command).await?,
    }
    Ok(ExitCode::SUCCESS)
}

async fn serve(configured: &Configured) -> anyhow::Result<()> {
    let config = load::load(configured.config.as_deref())?;
    // Before anything is started: a signal that comes meanwhile must not leave browsers.
    let stop = CancellationToken::new();
    tokio::spawn(stop_on_signal(stop.clone()));
    let telling = logs::begin(&config.telemetry)?;
    let served = served(config, stop).await;
    telling.end().await;
    served
}

async fn served(config: Config, stop: CancellationToken) -> anyhow::Result<()> {
    let app = App::start(config).await?;
    say(&format!("gantry listens on http://{}\n", app.address()?))?;
    app.run(stop).await
}

/// The first signal drains; a second one ends the process, and its browsers with it at the next start.
async fn stop_on_signal(stop: CancellationToken) {
    let mut terminate = signal(SignalKind::terminate()).expect("SIGTERM can be listened to");
    let mut interrupt = signal(SignalKind::interrupt()).expect("SIGINT can be listened to");
    for round in 0_u8.. {
        tokio::select! {
            _ = terminate.recv() => {}
            _ = interrupt.recv() => {}
        }
        if round > 0 {
            std::process::exit(130);
        }
        stop.cancel();
    }
}

fn say(text: &str) -> anyhow::Result<()> {
    std::io::stdout().write_all(text.as_bytes())?;
    Ok(std::io::stdout().flush()?)
}
