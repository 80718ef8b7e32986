//! What was done to the page, in order, so that a test can ask.

use std::fmt;

/// An element, as a test speaks of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Target {
    /// The element's name, such as `button`.
    pub tag: String,
    /// Its `id`.
    pub id: Option<String>,
    /// What it is called on the page: its text or button caption, else its label, `name` or `placeholder`.
    pub name: String,
}

impl fmt::Display for Target {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.id {
            Some(id) => write!(f, "<{} id=\"{id}\"> \"{}\"", self.tag, self.name),
            None => write!(f, "<{}> \"{}\"", self.tag, self.name),
        }
    }
}

/// One thing that was done to the page.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum Action {
    /// The page was sent to a path of a site.
    WentTo {
        /// The site.
        site: String,
        /// The path.
        path: String,
    },
    /// An element was clicked.
    Clicked(Target),
    /// A control was cleared, and a text typed.
    Typed {
        /// Where.
        into: Target,
        /// What.
        text: String,
    },
    /// A secret was typed by the host. Which one; never the secret.
    TypedSecret {
        /// Where.
        into: Target,
        /// `username` or `password`.
        which: &'static str,
    },
    /// A key was pressed.
    Pressed {
        /// Where.
        on: Target,
        /// Its name.
        key: String,
    },
    /// An option was chosen.
    Chose {
        /// In which `select`.
        of: Target,
        /// Its text.
        choice: String,
    },
    /// A container was scrolled.
    Scrolled(Target),
    /// A native dialog was answered.
    AnsweredDialog {
        /// What it said.
        text: String,
        /// Whether with "yes".
        accept: bool,
    },
    /// A script was run.
    Evaluated {
        /// Its text.
        script: String,
        /// Its arguments, as JSON.
        args: String,
    },
}
