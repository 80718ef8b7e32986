//! Where things are in the checkout.

use anyhow::{Context, Result};
use std::env;
use std::path::{Path, PathBuf, absolute};

/// A checkout of the project.
#[derive(Debug, Clone)]
pub(crate) struct Tree {
    root: PathBuf,
    target: PathBuf,
}

impl Tree {
    /// The checkout that this program was built from.
    pub(crate) fn of_this_checkout() -> Result<Self> {
        let root = Path::new(env!("CARGO_MANIFEST_DIR"))
            .parent()
            .context("xtask has no parent")?;
        let target = match env::var_os("CARGO_TARGET_DIR").filter(|dir| !dir.is_empty()) {
            Some(dir) => absolute(PathBuf::from(dir))?,
            None => root.join("target"),
        };
        Ok(Self {
            root: root.to_owned(),
            target,
        })
    }

    /// The host's workspace.
    pub(crate) fn root(&self) -> &Path {
        &self.root
    }

    /// The plugins' workspace.
    pub(crate) fn plugins(&self) -> PathBuf {
        self.root.join("plugins")
    }

    /// Where cargo puts what it builds of the host's workspace.
    pub(crate) fn target(&self) -> &Path {
        &self.target
    }

    /// A program of the host's workspace, as `cargo build` leaves it.
    pub(crate) fn built(&self, program: &str) -> PathBuf {
        self.target.join("debug").join(program)
    }

    /// Where the built plugins are left.
    pub(crate) fn built_plugins(&self) -> PathBuf {
        self.target.join("plugins")
    }

    /// Where the components are left that only tests have served.
    pub(crate) fn built_test_plugins(&self) -> PathBuf {
        self.target.join("test-plugins")
    }
}
