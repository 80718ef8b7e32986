//! Why an author's command did not do what it says.

use std::io;
use std::path::PathBuf;

use crate::plugin::load_error::LoadError;

/// Why an author's command did not do what it says. Nothing is half done unless the case says so.
#[derive(Debug, thiserror::Error)]
pub enum AuthoringError {
    /// The name cannot be that of an operation.
    #[error(
        "`{0}` cannot be the name of an operation: use kebab-case, such as `last-free-day`, and no word that stands for something else"
    )]
    Name(String),
    /// Project and component have other names.
    #[error(
        "the project is named `{project}`, and its component `{component}`: give both the same name"
    )]
    OtherName {
        /// In the project's file.
        project: String,
        /// In the manifest.
        component: String,
    },
    /// Only this way leads to a host.
    #[error("`{0}` is no address of a host; it has to be http://host:port, or https")]
    NoHost(String),
    /// Something is there already.
    #[error("{} is there already; choose another name, or another place with --in", .0.display())]
    InTheWay(PathBuf),
    /// No project of any of the languages.
    #[error(
        "{} is no plugin project: it has no Cargo.toml, package.json or pyproject.toml; `gantry plugin new` makes one",
        .0.display()
    )]
    NoProject(PathBuf),
    /// The project's file has no name.
    #[error("{}: {problem}", .file.display())]
    ProjectFile {
        /// The file.
        file: PathBuf,
        /// What is wrong with it.
        problem: String,
    },
    /// A tool is missing.
    #[error("{what} is missing; {advice}")]
    Missing {
        /// The tool.
        what: &'static str,
        /// What to do.
        advice: String,
    },
    /// A tool failed; what it printed was shown.
    #[error("`{command}` failed ({status})")]
    Failed {
        /// The command as it would be typed.
        command: String,
        /// How it ended.
        status: String,
    },
    /// The build ended well and left no component.
    #[error(
        "`{0}` left no component; a Rust plugin needs `crate-type = [\"cdylib\"]` under `[lib]`"
    )]
    NothingBuilt(String),
    /// The host would not serve it.
    #[error("the host would not serve it")]
    NotServed(#[from] LoadError),
    /// It is the session component, and cases are calls of operations.
    #[error("this component signs in; only operations have cases: test it against the portal")]
    NoOperation,
    /// A test's file cannot be read.
    #[error("{}: {problem}", .file.display())]
    TestFile {
        /// The file.
        file: PathBuf,
        /// What is wrong with it.
        problem: String,
    },
    /// The machine does not let the engine start.
    #[error("no component can be run here: {0}")]
    Engine(String),
    /// The host cannot be reached.
    #[error("{url} cannot be reached: {problem}; is the host running?")]
    Unreachable {
        /// Where.
        url: String,
        /// Why.
        problem: String,
    },
    /// The host asks for a token, and for another if there was one.
    #[error(
        "{said}; put a token with the scope `admin` into `GANTRY_TOKEN`, or into a file named with --token-file"
    )]
    TokenNeeded {
        /// What the host said.
        said: String,
    },
    /// The host refused.
    #[error("the host refused it ({status}): {said}")]
    Refused {
        /// The HTTP status.
        status: u16,
        /// What it said.
        said: String,
    },
    /// The file system.
    #[error("{}: {source}", .path.display())]
    Io {
        /// Where.
        path: PathBuf,
        /// What.
        source: io::Error,
    },
}

impl AuthoringError {
    /// For `map_err`.
    pub(in crate::authoring) fn io(path: impl Into<PathBuf>) -> impl FnOnce(io::Error) -> Self {
        let path = path.into();
        |source| Self::Io { path, source }
    }
}
