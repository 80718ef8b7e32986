//! What a component costs the host, by the language it is written in: the same small operation, begun by
//! `gantry plugin new` and built by `gantry plugin build`.

use anyhow::{Context, Result};
use std::fs;
use std::path::PathBuf;

use crate::inner_cargo::cleared;
use crate::program::run;
use crate::tree::Tree;

/// A language, the file that its operation is in, and the operation.
const GUESTS: [(&str, &str, &str); 3] = [
    ("rust", "src/lib.rs", include_str!("guests/lib.rs")),
    (
        "javascript",
        "src/operation.js",
        include_str!("guests/operation.js"),
    ),
    ("python", "src/app.py", include_str!("guests/app.py")),
];

/// Builds them, and gives the folder with a component for each language.
pub(crate) fn build(tree: &Tree) -> Result<PathBuf> {
    let folder = tree.target().join("bench-plugins");
    fs::create_dir_all(&folder)?;
    let gantry = tree.built("gantry");
    for (language, file, operation) in GUESTS {
        let scratch = tempfile::tempdir()?;
        let gantry = || cleared(&gantry.to_string_lossy());
        run(gantry()
            .args(["plugin", "new", "calls", "--lang", language, "--in"])
            .arg(scratch.path()))?;
        let project = scratch.path().join("calls");
        fs::write(project.join(file), operation)?;
        run(gantry().args(["plugin", "build"]).arg(&project))?;
        let built = project.join("dist/calls.wasm");
        fs::copy(&built, folder.join(format!("{language}.wasm")))
            .with_context(|| format!("cannot copy {}", built.display()))?;
    }
    Ok(folder)
}
