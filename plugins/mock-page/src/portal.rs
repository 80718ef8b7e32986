//! The portal as a test describes it: its pages, and what they become when something is done to them.

use crate::words::{File, Locator};

/// Sites that every portal has, as in the contract.
const SITES: [&str; 4] = ["account", "containers", "wizard", "appointments"];

/// What the host guards unless it is configured otherwise.
const GUARDED: &str = "Submit";

/// What follows when something is done to the page.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum Next {
    /// The page goes to a path of a site, as a link does.
    Page {
        /// The site.
        site: String,
        /// The path.
        path: String,
    },
    /// Another document, under the same address.
    Document(String),
    /// What is inside the first match becomes this; the rest of the document stays.
    Inside(Locator, String),
    /// A file comes.
    Download(File),
    /// A native dialog opens.
    Dialog(String),
    /// Several of these, in order.
    All(Vec<Next>),
}

impl Next {
    /// The page goes to a path of a site, as a link does.
    pub fn page(site: impl Into<String>, path: impl Into<String>) -> Self {
        Self::Page {
            site: site.into(),
            path: path.into(),
        }
    }

    /// Another document, under the same address.
    pub fn document(html: impl Into<String>) -> Self {
        Self::Document(html.into())
    }

    /// What is inside the first match becomes this; the rest of the document stays.
    pub fn inside(what: impl Into<Locator>, html: impl Into<String>) -> Self {
        Self::Inside(what.into(), html.into())
    }

    /// A file comes.
    pub fn download(name: impl Into<String>, content: impl Into<Vec<u8>>) -> Self {
        Self::Download(File {
            name: name.into(),
            content: content.into(),
        })
    }

    /// A native dialog opens with this text.
    pub fn dialog(text: impl Into<String>) -> Self {
        Self::Dialog(text.into())
    }

    /// This, then that.
    #[must_use]
    pub fn and(self, then: Self) -> Self {
        Self::All(vec![self, then])
    }
}

/// What is done to an element that something follows from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Trigger {
    Click,
    Fill,
    Choose,
    Press(String),
}

#[derive(Debug, Clone)]
pub(crate) struct Reaction {
    pub(crate) trigger: Trigger,
    pub(crate) on: Locator,
    /// Used in order; the last one stays.
    pub(crate) nexts: Vec<Next>,
}

/// What an address shows.
#[derive(Debug, Clone)]
pub(crate) enum Shows {
    Html(String),
    Redirect { site: String, path: String },
}

#[derive(Debug, Clone)]
pub(crate) struct Fixture {
    pub(crate) site: String,
    pub(crate) path: String,
    pub(crate) shows: Shows,
}

/// A list that grows when its container is scrolled to its end.
#[derive(Debug, Clone)]
pub(crate) struct Batches {
    pub(crate) container: Locator,
    pub(crate) into: Locator,
    pub(crate) htmls: Vec<String>,
}

/// A portal in memory: what a test gives.
#[derive(Debug, Clone)]
pub struct Portal {
    pub(crate) sites: Vec<(String, String)>,
    pub(crate) fixtures: Vec<Fixture>,
    pub(crate) reactions: Vec<Reaction>,
    pub(crate) growing: Vec<Batches>,
    pub(crate) scripts: Vec<(String, String)>,
    pub(crate) guarded: Vec<String>,
    pub(crate) dialog: Option<String>,
}

impl Default for Portal {
    fn default() -> Self {
        Self::new()
    }
}

impl Portal {
    /// A portal with the contract's sites and no pages. `Submit` is guarded.
    #[must_use]
    pub fn new() -> Self {
        Self {
            sites: SITES.map(|name| (name.to_owned(), origin(name))).to_vec(),
            fixtures: Vec::new(),
            reactions: Vec::new(),
            growing: Vec::new(),
            scripts: Vec::new(),
            guarded: vec![GUARDED.to_owned()],
            dialog: None,
        }
    }

    /// What a path of a site shows. A path with a query is that address only; one without stands for every query. The
    /// site is at `https://<site>.test`.
    #[must_use]
    pub fn page(self, site: &str, path: &str, html: impl Into<String>) -> Self {
        self.showing(site, path, Shows::Html(html.into()))
    }

    /// A path of a site that leads on to another, as a portal does with whoever is signed out.
    #[must_use]
    pub fn redirect(self, (site, path): (&str, &str), to: (&str, &str)) -> Self {
        let shows = Shows::Redirect {
            site: to.0.to_owned(),
            path: to.1.to_owned(),
        };
        self.showing(site, path, shows)
    }

    /// What follows a click on what matches, or on something inside it. Given again for the same locator it is for the next click;
    /// the last one stays.
    #[must_use]
    pub fn on_click(self, what: impl Into<Locator>, next: Next) -> Self {
        self.reacting(Trigger::Click, what.into(), next)
    }

    /// What follows when something is typed into what matches.
    #[must_use]
    pub fn on_fill(self, what: impl Into<Locator>, next: Next) -> Self {
        self.reacting(Trigger::Fill, what.into(), next)
    }

    /// What follows when an option of what matches is chosen.
    #[must_use]
    pub fn on_choose(self, what: impl Into<Locator>, next: Next) -> Self {
        self.reacting(Trigger::Choose, what.into(), next)
    }

    /// What follows when a key is pressed on what matches.
    #[must_use]
    pub fn on_press(self, what: impl Into<Locator>, key: &str, next: Next) -> Self {
        self.reacting(Trigger::Press(key.to_owned()), what.into(), next)
    }

    /// A list that loads on demand: each time `container` is scrolled to its end, the next batch is appended inside `into`.
    #[must_use]
    pub fn grows(
        mut self,
        container: impl Into<Locator>,
        into: impl Into<Locator>,
        batches: impl IntoIterator<Item = impl Into<String>>,
    ) -> Self {
        self.growing.push(Batches {
            container: container.into(),
            into: into.into(),
            htmls: batches.into_iter().map(Into::into).collect(),
        });
        self
    }

    /// What a script answers, as JSON: any script that contains this text, whatever its arguments. The first that fits.
    #[must_use]
    pub fn on_script(mut self, containing: &str, answer_json: impl Into<String>) -> Self {
        self.scripts
            .push((containing.to_owned(), answer_json.into()));
        self
    }

    /// The words that are guarded, instead of `Submit`.
    #[must_use]
    pub fn guarding(mut self, words: impl IntoIterator<Item = impl Into<String>>) -> Self {
        self.guarded = words.into_iter().map(Into::into).collect();
        self
    }

    /// A native dialog that is open from the start.
    #[must_use]
    pub fn with_dialog(mut self, text: impl Into<String>) -> Self {
        self.dialog = Some(text.into());
        self
    }

    fn showing(mut self, site: &str, path: &str, shows: Shows) -> Self {
        if !self.sites.iter().any(|(name, _)| name == site) {
            self.sites.push((site.to_owned(), origin(site)));
        }
        self.fixtures
            .retain(|fixture| (fixture.site.as_str(), fixture.path.as_str()) != (site, path));
        self.fixtures.push(Fixture {
            site: site.to_owned(),
            path: path.to_owned(),
            shows,
        });
        self
    }

    fn reacting(mut self, trigger: Trigger, on: Locator, next: Next) -> Self {
        let same = self
            .reactions
            .iter_mut()
            .find(|reaction| reaction.trigger == trigger && reaction.on == on);
        match same {
            Some(reaction) => reaction.nexts.push(next),
            None => self.reactions.push(Reaction {
                trigger,
                on,
                nexts: vec![next],
            }),
        }
        self
    }
}

fn origin(site: &str) -> String {
    format!("https://{site}.test")
}
