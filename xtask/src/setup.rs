//! What a checkout needs on this machine besides Rust and git.
//!
//! Owns: how each need is checked and met. Never: installs without saying so, or goes on without what is missing.

use anyhow::{Context, Result, bail};
use std::path::Path;
use std::process::Command;

use crate::program::{find, output, run};

/// The target that plugins are built for.
const WASM_TARGET: &str = "wasm32-wasip2";

/// Something that has to be there.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Need {
    /// The standard library for the plugins' target.
    WasmTarget,
    /// Chromium.
    Browser,
    /// Its WebDriver.
    Driver,
    /// The test runner.
    Nextest,
    /// For plugins in JavaScript.
    Node,
    /// For plugins in Python.
    Python,
}

/// All of it.
pub(crate) const EVERYTHING: [Need; 6] = [
    Need::WasmTarget,
    Need::Browser,
    Need::Driver,
    Need::Nextest,
    Need::Node,
    Need::Python,
];

/// Makes sure of the needs: installs what is missing if that can be done, else names the commands and fails.
pub(crate) fn ensure(needs: &[Need]) -> Result<()> {
    let mut by_hand = Vec::new();
    for need in needs.iter().filter(|need| !need.is_met()) {
        match need.commands() {
            Some(commands) => need.install(&commands)?,
            None => by_hand.push(format!("{}: {}", need.name(), need.advice())),
        }
    }
    if by_hand.is_empty() {
        return Ok(());
    }
    bail!("missing on this machine:\n  {}", by_hand.join("\n  "));
}

impl Need {
    fn name(self) -> &'static str {
        match self {
            Self::WasmTarget => "the Rust target wasm32-wasip2",
            Self::Browser => "Chromium",
            Self::Driver => "ChromeDriver",
            Self::Nextest => "cargo-nextest",
            Self::Node => "Node.js with npm",
            Self::Python => "Python 3.10 or newer with venv",
        }
    }

    fn is_met(self) -> bool {
        match self {
            Self::WasmTarget => has_wasm_target(),
            Self::Browser => find(&[
                "chromium",
                "chromium-browser",
                "google-chrome",
                "google-chrome-stable",
            ])
            .is_some(),
            Self::Driver => find(&["chromedriver"]).is_some(),
            Self::Nextest => find(&["cargo-nextest"]).is_some(),
            Self::Node => find(&["node"]).is_some() && find(&["npm"]).is_some(),
            Self::Python => has_python(),
        }
    }

    /// The commands that meet it, if they can be run here without asking anybody.
    fn commands(self) -> Option<Vec<Vec<&'static str>>> {
        let debian = |packages: &[&'static str]| {
            let install = ["apt-get", "install", "-q", "-y", "--no-install-recommends"];
            (is_debian() && is_root()).then(|| {
                vec![
                    vec!["apt-get", "update", "-q"],
                    [&install, packages].concat(),
                ]
            })
        };
        match self {
            Self::WasmTarget => {
                find(&["rustup"]).map(|_| vec![vec!["rustup", "target", "add", WASM_TARGET]])
            }
            Self::Browser => debian(&["chromium"]),
            Self::Driver => debian(&["chromium-driver"]),
            // Optimising it would take longer than it saves.
            Self::Nextest => Some(vec![vec![
                "cargo",
                "install",
                "cargo-nextest",
                "--locked",
                "--debug",
            ]]),
            Self::Node => debian(&["nodejs", "npm"]),
            Self::Python => debian(&["python3", "python3-venv"]),
        }
    }

    fn install(self, commands: &[Vec<&str>]) -> Result<()> {
        for words in commands {
            println!("{} is missing: {}", self.name(), words.join(" "));
            let (program, arguments) = words.split_first().context("a command has no words")?;
            run(Command::new(program)
                .args(arguments)
                .env("DEBIAN_FRONTEND", "noninteractive"))?;
        }
        if !self.is_met() {
            bail!("{} is still missing; {}", self.name(), self.advice());
        }
        Ok(())
    }

    /// What a person can do.
    fn advice(self) -> &'static str {
        match self {
            Self::WasmTarget => {
                "install rustup (https://rustup.rs), then run: rustup target add wasm32-wasip2"
            }
            Self::Browser | Self::Driver if is_debian() => {
                "run: sudo apt-get update && sudo apt-get install -y chromium chromium-driver"
            }
            Self::Browser | Self::Driver => {
                "install Chromium and the ChromeDriver of the same version, and put both on the PATH"
            }
            Self::Nextest => "run: cargo install cargo-nextest --locked",
            Self::Node => "install Node.js 18 or newer with npm (https://nodejs.org)",
            Self::Python => "install Python 3.10 or newer with venv (https://python.org)",
        }
    }
}

/// Looks for the library itself, so that a compiler without rustup counts as well.
fn has_wasm_target() -> bool {
    let arguments = ["--print", "target-libdir", "--target", WASM_TARGET];
    output(Command::new("rustc").args(arguments))
        .is_some_and(|folder| Path::new(folder.trim()).is_dir())
}

fn has_python() -> bool {
    let look = "import ensurepip, sys; assert sys.version_info >= (3, 10)";
    output(Command::new("python3").args(["-c", look])).is_some()
}

fn is_debian() -> bool {
    Path::new("/etc/debian_version").exists()
}

fn is_root() -> bool {
    output(Command::new("id").arg("-u")).is_some_and(|id| id.trim() == "0")
}
