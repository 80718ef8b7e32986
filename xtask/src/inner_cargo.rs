//! Calling cargo from a program that cargo started.
//!
//! Owns: the list of what the outer cargo exports for its own use. Left in place, it would make the inner one use
//! the wrong compiler, flags or target folder.

use std::env;
use std::path::Path;
use std::process::Command;

/// Set by cargo or rustup for what they start, or meant for the host's own build only.
const EXPORTED: [&str; 16] = [
    "CARGO",
    "CARGO_BUILD_RUSTC",
    "CARGO_BUILD_RUSTFLAGS",
    "CARGO_BUILD_TARGET",
    "CARGO_BUILD_TARGET_DIR",
    "CARGO_CRATE_NAME",
    "CARGO_ENCODED_RUSTFLAGS",
    "CARGO_PRIMARY_PACKAGE",
    "CARGO_TARGET_DIR",
    "CARGO_TARGET_TMPDIR",
    "OUT_DIR",
    "RUSTC",
    "RUSTDOC",
    "RUSTFLAGS",
    "RUSTUP_TOOLCHAIN",
    "RUST_RECURSION_COUNT",
];
const EXPORTED_PREFIXES: [&str; 5] = [
    "CARGO_BIN_",
    "CARGO_CFG_",
    "CARGO_FEATURE_",
    "CARGO_MANIFEST_",
    "CARGO_PKG_",
];

/// Cargo in another workspace, as if it were called from a shell there.
pub(crate) fn cargo_in(workspace: &Path) -> Command {
    let mut command = cleared("cargo");
    command.current_dir(workspace);
    command
}

/// A program that calls cargo itself, as if it were called from a shell.
pub(crate) fn cleared(program: &str) -> Command {
    let mut command = Command::new(program);
    for (name, _) in env::vars_os() {
        if name.to_str().is_some_and(is_exported) {
            command.env_remove(&name);
        }
    }
    command
}

fn is_exported(name: &str) -> bool {
    EXPORTED.contains(&name)
        || EXPORTED_PREFIXES
            .iter()
            .any(|prefix| name.starts_with(prefix))
}

#[cfg(test)]
mod tests {
    use crate::inner_cargo::is_exported;

    #[test]
    fn what_concerns_the_outer_build_is_cleared() {
        for name in [
            "RUSTC",
            "CARGO",
            "CARGO_TARGET_DIR",
            "CARGO_PKG_NAME",
            "CARGO_MANIFEST_DIR",
        ] {
            assert!(is_exported(name), "{name}");
        }
    }

    #[test]
    fn what_says_where_cargo_lives_and_downloads_is_kept() {
        for name in [
            "CARGO_HOME",
            "RUSTUP_HOME",
            "CARGO_NET_OFFLINE",
            "PATH",
            "RUSTC_WRAPPER",
        ] {
            assert!(!is_exported(name), "{name}");
        }
    }
}
