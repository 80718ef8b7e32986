//! What the API is tried with: schemathesis and a validator, in an environment of their own below the target folder.

use anyhow::{Context, Result};
use std::fs;
use std::process::Command;

use crate::program::run;
use crate::tree::Tree;

/// Makes sure that what `tests/fuzzer/requirements.txt` names is there.
pub(crate) fn prepare(tree: &Tree) -> Result<()> {
    let wanted = tree.root().join("tests/fuzzer/requirements.txt");
    let wanted_text =
        fs::read_to_string(&wanted).with_context(|| format!("cannot read {}", wanted.display()))?;
    let place = tree.target().join("fuzzer");
    let had = place.join("installed.txt");
    if fs::read_to_string(&had).is_ok_and(|had| had == wanted_text) {
        return Ok(());
    }
    run(Command::new("python3")
        .args(["-m", "venv", "--clear"])
        .arg(&place))?;
    run(Command::new(place.join("bin/pip"))
        .args(["install", "--quiet", "--disable-pip-version-check"])
        .arg("--requirement")
        .arg(&wanted))?;
    fs::write(&had, wanted_text).with_context(|| format!("cannot write {}", had.display()))
}
