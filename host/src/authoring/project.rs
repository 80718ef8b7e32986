//! A plugin project: a folder with one operation in one of the languages, told by the file that its tools have.

use std::fs;
use std::path::{Path, PathBuf};

use clap::ValueEnum;
use serde_json::Value;

use crate::authoring::AuthoringError;
use crate::plugin::manifest::is_name;

/// The languages that have an SDK and a template.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Language {
    /// Built by cargo for `wasm32-wasip2`.
    Rust,
    /// Built by componentize-qjs, with `QuickJS` inside.
    #[value(name = "javascript")]
    JavaScript,
    /// Built by componentize-py, with `CPython` inside.
    Python,
}

impl Language {
    /// All of them.
    pub const ALL: [Self; 3] = [Self::Rust, Self::JavaScript, Self::Python];

    /// The file that says what a project is.
    #[must_use]
    pub const fn file(self) -> &'static str {
        match self {
            Self::Rust => "Cargo.toml",
            Self::JavaScript => "package.json",
            Self::Python => "pyproject.toml",
        }
    }

    /// As people write it.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Rust => "Rust",
            Self::JavaScript => "JavaScript",
            Self::Python => "Python",
        }
    }
}

/// A plugin project.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Project {
    /// Its folder.
    pub dir: PathBuf,
    /// Its language.
    pub language: Language,
    /// The name in its project file, which is its operation's too.
    pub name: String,
}

impl Project {
    /// The project in this folder.
    pub fn open(dir: &Path) -> Result<Self, AuthoringError> {
        // Its tools run in it, and find it from there as well.
        let dir = std::path::absolute(dir).map_err(AuthoringError::io(dir))?;
        let language = Language::ALL
            .into_iter()
            .find(|language| dir.join(language.file()).is_file())
            .ok_or_else(|| AuthoringError::NoProject(dir.clone()))?;
        let file = dir.join(language.file());
        let text = fs::read_to_string(&file).map_err(AuthoringError::io(&file))?;
        let name = name_in(language, &text)
            .map_err(|problem| AuthoringError::ProjectFile { file, problem })?;
        if !is_name(&name) {
            return Err(AuthoringError::Name(name));
        }
        Ok(Self {
            dir,
            language,
            name,
        })
    }

    /// Where its component is after a build.
    #[must_use]
    pub fn component(&self) -> PathBuf {
        self.dir.join("dist").join(format!("{}.wasm", self.name))
    }

    /// Where the WIT files of the contract are: the project's own, or those of a checkout around it.
    #[must_use]
    pub fn wit(&self) -> PathBuf {
        self.shared("wit")
    }

    /// A folder that a project has of its own, or below `vendor`, or shares with what is around it.
    pub(in crate::authoring) fn shared(&self, name: &str) -> PathBuf {
        let own = self.dir.join(name);
        let mut around = self.dir.ancestors().skip(1).map(|folder| folder.join(name));
        if own.is_dir() {
            return own;
        }
        around.find(|folder| folder.is_dir()).unwrap_or(own)
    }
}

fn name_in(language: Language, text: &str) -> Result<String, String> {
    let parsed: Value = match language {
        Language::Rust | Language::Python => {
            toml::from_str(text).map_err(|error| error.to_string())?
        }
        Language::JavaScript => serde_json::from_str(text).map_err(|error| error.to_string())?,
    };
    let place = match language {
        Language::Rust => "/package/name",
        Language::JavaScript => "/name",
        Language::Python => "/project/name",
    };
    let name = parsed.pointer(place).and_then(Value::as_str);
    name.map(str::to_owned)
        .ok_or_else(|| format!("it has no `{}`", place[1..].replace('/', ".")))
}
