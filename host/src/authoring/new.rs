//! `gantry plugin new`: a small project that builds and passes its own test, with all it needs of Gantry in it.
//!
//! The templates are projects themselves, of an operation named `page-title`; only the name is changed. The SDK and the
//! WIT files are those of this host's version.

use std::fs;
use std::path::{Path, PathBuf};

use include_dir::{Dir, DirEntry, include_dir};

use crate::authoring::AuthoringError;
use crate::authoring::project::Language;
use crate::plugin::manifest::is_name;

static WIT: Dir<'_> = include_dir!("$CARGO_MANIFEST_DIR/../wit");
static RUST: Dir<'_> = include_dir!("$CARGO_MANIFEST_DIR/../plugins/templates/rust");
static JAVASCRIPT: Dir<'_> = include_dir!("$CARGO_MANIFEST_DIR/../plugins/templates/javascript");
static PYTHON: Dir<'_> = include_dir!("$CARGO_MANIFEST_DIR/../plugins/templates/python");
static SDK: Dir<'_> = include_dir!("$CARGO_MANIFEST_DIR/../plugins/sdk");
static GRANTS: Dir<'_> = include_dir!("$CARGO_MANIFEST_DIR/../plugins/grants");
static MOCK_PAGE: Dir<'_> = include_dir!("$CARGO_MANIFEST_DIR/../plugins/mock-page");
static SDK_JAVASCRIPT: Dir<'_> = include_dir!("$CARGO_MANIFEST_DIR/../plugins/sdk-javascript");
static SDK_PYTHON: Dir<'_> = include_dir!("$CARGO_MANIFEST_DIR/../plugins/sdk-python");

/// The operation that the templates have.
const TEMPLATE: &str = "page-title";
/// Names that stand for something else in a project: a type of the template, a crate, a key of the host's configuration.
const TAKEN: [&str; 14] = [
    "alloc",
    "app",
    "core",
    "crate",
    "dir",
    "failure",
    "gantry-sdk",
    "input",
    "operation",
    "output",
    "self",
    "std",
    "super",
    "test",
];
/// What a build leaves in a folder, should this program have been built from one in which somebody built.
const BUILT: [&str; 5] = ["target", "node_modules", ".venv", "dist", "__pycache__"];
/// Parts of SDK and contract that no project needs.
const NOT_NEEDED: [&str; 3] = ["released", "examples", "tests"];

/// Writes a project into a folder of this name, and gives the folder.
pub fn write(language: Language, name: &str, parent: &Path) -> Result<PathBuf, AuthoringError> {
    if !is_name(name) || TAKEN.contains(&name) {
        return Err(AuthoringError::Name(name.to_owned()));
    }
    let project = parent.join(name);
    if project.exists() {
        return Err(AuthoringError::InTheWay(project));
    }
    let (template, vendored): (_, &[(&str, &Dir<'_>)]) = match language {
        Language::Rust => (
            &RUST,
            &[
                ("sdk", &SDK),
                ("grants", &GRANTS),
                ("mock-page", &MOCK_PAGE),
            ],
        ),
        Language::JavaScript => (&JAVASCRIPT, &[("sdk-javascript", &SDK_JAVASCRIPT)]),
        Language::Python => (&PYTHON, &[("sdk-python", &SDK_PYTHON)]),
    };
    // The whole project appears at once, or nothing.
    fs::create_dir_all(parent).map_err(AuthoringError::io(parent))?;
    let partial = tempfile::Builder::new()
        .prefix(".new-plugin-")
        .tempdir_in(parent)
        .map_err(AuthoringError::io(parent))?;
    // A folder in it: the temporary one is its owner's only, and a project is as open as others.
    let to = &partial.path().join(name);
    copy(template, to, &[], &|text| renamed(text, name))?;
    copy_parts(&WIT, &to.join("wit"))?;
    for (folder, content) in vendored {
        copy_parts(content, &to.join("vendor").join(folder))?;
    }
    fs::rename(to, &project).map_err(AuthoringError::io(&project))?;
    Ok(project)
}

/// The template's text with its operation's name, in the three ways in which it is written, replaced.
fn renamed(text: &str, name: &str) -> String {
    let pascal = |name: &str| {
        let capital = |word: &str| word[..1].to_ascii_uppercase() + &word[1..];
        name.split('-').map(capital).collect::<String>()
    };
    text.replace(TEMPLATE, name)
        .replace(&TEMPLATE.replace('-', "_"), &name.replace('-', "_"))
        .replace(&pascal(TEMPLATE), &pascal(name))
}

/// All of it as it is, but for tests, examples and what builds leave.
fn copy_parts(from: &Dir<'_>, to: &Path) -> Result<(), AuthoringError> {
    copy(from, to, &NOT_NEEDED, &str::to_owned)
}

fn copy(
    from: &Dir<'_>,
    to: &Path,
    left_out: &[&str],
    change: &dyn Fn(&str) -> String,
) -> Result<(), AuthoringError> {
    fs::create_dir_all(to).map_err(AuthoringError::io(to))?;
    for entry in from.entries() {
        let Some(name) = entry.path().file_name() else {
            continue;
        };
        let place = to.join(name);
        match entry {
            DirEntry::Dir(_) if BUILT.iter().chain(left_out).any(|out| name == *out) => {}
            DirEntry::Dir(folder) => copy(folder, &place, left_out, change)?,
            DirEntry::File(file) => {
                let content = match file.contents_utf8() {
                    Some(text) => change(text).into_bytes(),
                    None => file.contents().to_vec(),
                };
                fs::write(&place, content).map_err(AuthoringError::io(&place))?;
            }
        }
    }
    Ok(())
}
