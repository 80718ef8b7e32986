//! The page: where it is, what it shows, and what was done to it. What is done to one element is in `element.rs`; where the page goes, in
//! `going.rs`.
//!
//! Owns: the current document, the handles on its elements, and the record of actions. Everything happens at once.

use std::collections::HashMap;

use ego_tree::NodeId;

use crate::actions::Action;
use crate::address::Address;
use crate::document::Document;
use crate::error::{PageError, Problem};
use crate::locate::{self, text_of};
use crate::picture;
use crate::portal::Portal;
use crate::reading;
use crate::visible::is_visible;
use crate::words::{Column, ElementId, File, Locator, Place, Table};

/// A page of a [`Portal`]. It begins nowhere, with an empty document.
#[derive(Debug)]
pub struct MockPage {
    pub(crate) portal: Portal,
    pub(crate) document: Document,
    pub(crate) actions: Vec<Action>,
    /// What was typed or chosen, by control.
    pub(crate) values: HashMap<NodeId, String>,
    /// How far containers were scrolled.
    pub(crate) offsets: HashMap<NodeId, u32>,
    /// How often each reaction was used.
    pub(crate) used: Vec<usize>,
    /// How many batches each growing list has got in this document.
    pub(crate) grown: Vec<usize>,
    /// Whether anything was done to the page since the last call began.
    pub(crate) has_acted: bool,
    pub(crate) at: Option<Address>,
    generation: u64,
    handles: Vec<(u64, NodeId)>,
    pub(crate) dialog: Option<String>,
    /// The files that came since a download was begun.
    pub(crate) awaited: Option<Vec<File>>,
}

impl MockPage {
    /// A page of this portal.
    #[must_use]
    pub fn new(portal: Portal) -> Self {
        Self {
            document: Document::parse(""),
            actions: Vec::new(),
            values: HashMap::new(),
            offsets: HashMap::new(),
            used: vec![0; portal.reactions.len()],
            grown: vec![0; portal.growing.len()],
            has_acted: false,
            at: None,
            generation: 0,
            handles: Vec::new(),
            dialog: portal.dialog.clone(),
            awaited: None,
            portal,
        }
    }

    /// Changes what the portal has. What is shown stays until the page goes on.
    pub fn change(&mut self, change: impl FnOnce(Portal) -> Portal) {
        self.portal = change(std::mem::take(&mut self.portal));
        self.used.resize(self.portal.reactions.len(), 0);
        self.grown.resize(self.portal.growing.len(), 0);
    }

    /// Everything that was done to the page, in order.
    #[must_use]
    pub fn actions(&self) -> &[Action] {
        &self.actions
    }

    /// Goes to a path of a site.
    ///
    /// # Errors
    /// `denied` for a site that the portal does not have, and `mock-no-fixture` for a path that nothing was given for.
    pub fn goto(&mut self, site: &str, path: &str) -> Result<(), PageError> {
        self.ready()?;
        let address = self.address(site, path)?;
        self.acted(Action::WentTo {
            site: site.to_owned(),
            path: path.to_owned(),
        });
        self.navigate(address)
    }

    /// Where the page is.
    ///
    /// # Errors
    /// With an open dialog.
    pub fn location(&self) -> Result<Place, PageError> {
        self.ready()?;
        Ok(match &self.at {
            Some(at) => Place {
                url: at.url(),
                site: self.site_of(at).map(str::to_owned),
                path: at.path.clone(),
            },
            None => Place {
                url: "about:blank".to_owned(),
                site: None,
                path: "blank".to_owned(),
            },
        })
    }

    /// The document's title.
    ///
    /// # Errors
    /// With an open dialog.
    pub fn title(&self) -> Result<String, PageError> {
        self.ready()?;
        let title = self
            .document
            .elements()
            .find(|e| e.value().name() == "title");
        Ok(title.map_or_else(String::new, text_of))
    }

    /// The first match, in the document or inside an element.
    ///
    /// # Errors
    /// `no-such-element`; and, as for all that finds, `mock-unsupported` for XPath.
    pub fn find(
        &mut self,
        scope: Option<ElementId>,
        what: &Locator,
    ) -> Result<ElementId, PageError> {
        let found = self.matches(scope, what)?;
        match found.first() {
            Some(&first) => Ok(self.handle(first)),
            None => Err(PageError::NoSuchElement(what.clone())),
        }
    }

    /// All matches, in the document or inside an element.
    ///
    /// # Errors
    /// As [`find`](Self::find), but for none.
    pub fn find_all(
        &mut self,
        scope: Option<ElementId>,
        what: &Locator,
    ) -> Result<Vec<ElementId>, PageError> {
        let found = self.matches(scope, what)?;
        Ok(found.into_iter().map(|node| self.handle(node)).collect())
    }

    /// All matches in the document that a person could see.
    ///
    /// # Errors
    /// As [`find_all`](Self::find_all).
    pub fn find_visible(&mut self, what: &Locator) -> Result<Vec<ElementId>, PageError> {
        let mut found = self.matches(None, what)?;
        found.retain(|node| self.document.element(*node).is_some_and(is_visible));
        Ok(found.into_iter().map(|node| self.handle(node)).collect())
    }

    /// Reads a list.
    ///
    /// # Errors
    /// As [`find_all`](Self::find_all).
    pub fn read(&self, rows: &Locator, columns: &[Column], start: u32) -> Result<Table, PageError> {
        self.ready()?;
        reading::read(&self.document, rows, columns, start)
    }

    /// A picture of nothing, as PNG.
    ///
    /// # Errors
    /// With an open dialog.
    pub fn screenshot(&self) -> Result<&'static [u8], PageError> {
        self.ready()?;
        Ok(picture::PNG)
    }

    /// Answers an open native dialog and gives its text.
    pub fn answer_dialog(&mut self, accept: bool) -> Option<String> {
        let text = self.dialog.take()?;
        self.acted(Action::AnsweredDialog {
            text: text.clone(),
            accept,
        });
        Some(text)
    }

    /// What the test says that a script answers, as JSON.
    ///
    /// # Errors
    /// `mock-unsupported` for a script that the test says nothing of.
    pub fn evaluate(&mut self, script: &str, args_json: &str) -> Result<String, PageError> {
        self.ready()?;
        let answer = self
            .portal
            .scripts
            .iter()
            .find(|(part, _)| script.contains(part))
            .map(|(_, answer)| answer.clone());
        let Some(answer) = answer else {
            let message =
                "the mock page runs no scripts: say with `on_script` what this one answers";
            return Err(Problem::unsupported(message).into());
        };
        self.acted(Action::Evaluated {
            script: script.to_owned(),
            args: args_json.to_owned(),
        });
        Ok(answer)
    }

    /// From here on a file that comes is kept.
    ///
    /// # Errors
    /// With an open dialog.
    pub fn begin_download(&mut self) -> Result<(), PageError> {
        self.ready()?;
        self.awaited = Some(Vec::new());
        Ok(())
    }

    /// The file that came since.
    ///
    /// # Errors
    /// `timed-out` if none came, `download-not-begun` without `begin_download`, `downloads-ambiguous` for two.
    pub fn finish_download(&mut self) -> Result<File, PageError> {
        let Some(mut files) = self.awaited.take() else {
            let message =
                "no download is waited for: call `downloads.begin` before the click that causes it";
            return Err(Problem::new("download-not-begun", message).into());
        };
        if let [first, second, ..] = files.as_slice() {
            let message = format!(
                "more than one download began: `{}` and `{}`",
                first.name, second.name
            );
            return Err(Problem::new("downloads-ambiguous", message).into());
        }
        let none = || PageError::TimedOut("the beginning of a download".to_owned());
        files.pop().ok_or_else(none)
    }

    /// A page that was just opened, with the same record: what a call finds that does not go on where another stopped.
    pub(crate) fn start_afresh(&mut self) {
        self.at = None;
        self.show("");
        self.dialog.clone_from(&self.portal.dialog);
        self.awaited = None;
    }

    pub(crate) fn ready(&self) -> Result<(), PageError> {
        match &self.dialog {
            Some(text) => Err(PageError::DialogOpen(text.clone())),
            None => Ok(()),
        }
    }

    pub(crate) fn acted(&mut self, action: Action) {
        self.has_acted = true;
        self.actions.push(action);
    }

    pub(crate) fn node(&self, element: ElementId) -> Result<NodeId, PageError> {
        self.ready()?;
        let place = usize::try_from(element.0).ok();
        let handle = place.and_then(|place| self.handles.get(place));
        match handle {
            Some(&(generation, node))
                if generation == self.generation && self.document.element(node).is_some() =>
            {
                Ok(node)
            }
            _ => Err(PageError::StaleElement),
        }
    }

    fn matches(&self, scope: Option<ElementId>, what: &Locator) -> Result<Vec<NodeId>, PageError> {
        self.ready()?;
        let scope = scope.map(|scope| self.node(scope)).transpose()?;
        locate::all(&self.document, scope, what)
    }

    fn handle(&mut self, node: NodeId) -> ElementId {
        let id = ElementId(self.handles.len() as u64);
        self.handles.push((self.generation, node));
        id
    }

    pub(crate) fn show(&mut self, html: &str) {
        self.document = Document::parse(html);
        self.generation += 1;
        self.values.clear();
        self.offsets.clear();
        self.grown.fill(0);
    }
}
