//! What is done to one element, and what follows from it.

use ego_tree::NodeId;
use scraper::ElementRef;

use crate::actions::{Action, Target};
use crate::control::{is_key, takes_text, target};
use crate::error::{PageError, Problem};
use crate::guard::{self, form_button, guarded_at, is_button};
use crate::locate::{self, ancestors, fold, is_of_type, text_of};
use crate::page::MockPage;
use crate::portal::{Next, Trigger};
use crate::rendered::rendered;
use crate::visible::{is_disabled, is_visible};
use crate::words::{Clicked, ElementId, Locator};

impl MockPage {
    /// Clicks an element: what the portal says follows, or a link is followed. What would set off a guarded element is
    /// clicked only if `even_guarded`.
    ///
    /// # Errors
    /// `not-interactable` if it is hidden or disabled, `stale-element`, and what the page that follows fails with.
    pub fn click(&mut self, element: ElementId, even_guarded: bool) -> Result<Clicked, PageError> {
        let node = self.node(element)?;
        if !even_guarded {
            let guarded = guarded_at(self.element(node)?, &self.portal.guarded);
            if let Some(text) = guarded {
                return Ok(Clicked::Guarded(text));
            }
        }
        let target = self.usable(node)?;
        self.acted(Action::Clicked(target));
        self.clicked(node)?;
        Ok(Clicked::Yes)
    }

    /// Clears a text control, then types.
    ///
    /// # Errors
    /// `not-interactable` if it is hidden, disabled, read-only or no text control.
    pub fn fill(&mut self, element: ElementId, text: &str) -> Result<(), PageError> {
        let node = self.node(element)?;
        if text.contains(|c: char| c.is_control() && !matches!(c, '\n' | '\r')) {
            let message = "the text has a control character: press the key that is meant";
            return Err(Problem::new("invalid-argument", message).into());
        }
        let into = self.writable(node)?;
        let text_typed = text.to_owned();
        self.acted(Action::Typed {
            into,
            text: text_typed,
        });
        self.typed(node, text)
    }

    /// Presses one key: what the portal says follows; else Enter in a field clicks its form's button, and Enter or a space
    /// on a button clicks it.
    ///
    /// # Errors
    /// `not-interactable` if it is hidden or disabled, and `invalid-argument` if that is no key.
    pub fn press(&mut self, element: ElementId, key: &str) -> Result<(), PageError> {
        let node = self.node(element)?;
        if !is_key(key) {
            let message = format!("`{key}` is not a key");
            return Err(Problem::new("invalid-argument", message).into());
        }
        let on = self.usable(node)?;
        let key_pressed = key.to_owned();
        self.acted(Action::Pressed {
            on,
            key: key_pressed,
        });
        if let Some(next) = self.reaction(&Trigger::Press(key.to_owned()), node)? {
            return self.follow(next);
        }
        let element = self.element(node)?;
        let clicks_itself = is_button(element) && matches!(key, "Enter" | " ");
        let clicks = match key {
            _ if clicks_itself => Some(node),
            "Enter" => form_button(&self.document, element).map(|button| button.id()),
            _ => None,
        };
        clicks.map_or(Ok(()), |clicks| self.clicked(clicks))
    }

    /// Chooses the option with exactly this text in a native `select`.
    ///
    /// # Errors
    /// `not-interactable` if it is hidden, disabled or no `select`, or if not exactly one option says so.
    pub fn choose(&mut self, element: ElementId, choice: &str) -> Result<(), PageError> {
        let node = self.node(element)?;
        let select = self.element(node)?;
        if select.value().name() != "select" {
            return Err(PageError::NotInteractable("not a select".to_owned()));
        }
        let offered = select
            .descendent_elements()
            .filter(|at| at.value().name() == "option");
        let offered: Vec<String> = offered.map(text_of).collect();
        let fitting = offered.iter().filter(|text| **text == fold(choice)).count();
        if fitting != 1 {
            let offered = offered.join(" | ");
            let why = format!("{fitting} options say \"{choice}\"; offered: {offered}");
            return Err(PageError::NotInteractable(why));
        }
        let of = self.usable(node)?;
        self.acted(Action::Chose {
            of,
            choice: fold(choice),
        });
        self.values.insert(node, fold(choice));
        match self.reaction(&Trigger::Choose, node)? {
            Some(next) => self.follow(next),
            None => Ok(()),
        }
    }

    /// The text as a person reads it.
    ///
    /// # Errors
    /// `stale-element`.
    pub fn text(&self, element: ElementId) -> Result<String, PageError> {
        Ok(rendered(self.element(self.node(element)?)?))
    }

    /// An attribute, as it is written in the document: typing does not change `value`.
    ///
    /// # Errors
    /// `stale-element`.
    pub fn attribute(&self, element: ElementId, name: &str) -> Result<Option<String>, PageError> {
        let element = self.element(self.node(element)?)?;
        let value = element.attr(&name.to_ascii_lowercase());
        Ok(value.map(str::to_owned))
    }

    /// Whether a person could see it.
    ///
    /// # Errors
    /// `stale-element`.
    pub fn is_visible(&self, element: ElementId) -> Result<bool, PageError> {
        Ok(is_visible(self.element(self.node(element)?)?))
    }

    /// The text of the guarded element that this key, typed into the element, would set off.
    ///
    /// # Errors
    /// `stale-element`.
    pub fn sets_off(&self, element: ElementId, key: &str) -> Result<Option<String>, PageError> {
        let element = self.element(self.node(element)?)?;
        let words = &self.portal.guarded;
        Ok(guard::sets_off(&self.document, element, key, words))
    }

    /// What is in a control now: what was typed or chosen, else its `value`. Not part of the contract: for tests.
    #[must_use]
    pub fn value(&self, what: &Locator) -> Option<String> {
        let node = *locate::all(&self.document, None, what).ok()?.first()?;
        let written = || Some(self.document.element(node)?.attr("value")?.to_owned());
        self.values.get(&node).cloned().or_else(written)
    }

    /// Types without a record of the text.
    pub(crate) fn fill_secretly(
        &mut self,
        element: ElementId,
        which: &'static str,
        secret: &str,
    ) -> Result<(), PageError> {
        let node = self.node(element)?;
        let into = self.writable(node)?;
        self.acted(Action::TypedSecret { into, which });
        self.typed(node, secret)
    }

    fn typed(&mut self, node: NodeId, text: &str) -> Result<(), PageError> {
        self.values.insert(node, text.to_owned());
        if let Some(next) = self.reaction(&Trigger::Fill, node)? {
            return self.follow(next);
        }
        let element = self.element(node)?;
        let is_sent = text.contains(['\n', '\r']) && element.value().name() == "input";
        let button = is_sent
            .then(|| form_button(&self.document, element))
            .flatten();
        match button.map(|button| button.id()) {
            Some(button) => self.clicked(button),
            None => Ok(()),
        }
    }

    fn clicked(&mut self, node: NodeId) -> Result<(), PageError> {
        if let Some(next) = self.reaction(&Trigger::Click, node)? {
            return self.follow(next);
        }
        let href = ancestors(self.element(node)?)
            .find(|at| at.value().name() == "a")
            .and_then(|link| link.attr("href"))
            .map(str::to_owned);
        href.map_or(Ok(()), |href| self.follow_link(&href))
    }

    /// What the portal says follows, the nearest first: the element itself, then what it lies in.
    fn reaction(&mut self, trigger: &Trigger, node: NodeId) -> Result<Option<Next>, PageError> {
        let path: Vec<NodeId> = ancestors(self.element(node)?).map(|at| at.id()).collect();
        let mut nearest: Option<(usize, usize)> = None;
        for (place, reaction) in self.portal.reactions.iter().enumerate() {
            if reaction.trigger != *trigger {
                continue;
            }
            let matching = locate::all(&self.document, None, &reaction.on)?;
            let distance = path.iter().position(|at| matching.contains(at));
            let is_nearer = |distance| nearest.is_none_or(|(known, _)| distance < known);
            if let Some(distance) = distance.filter(|distance| is_nearer(*distance)) {
                nearest = Some((distance, place));
            }
        }
        Ok(nearest.map(|(_, place)| {
            let nexts = &self.portal.reactions[place].nexts;
            let next = nexts[self.used[place].min(nexts.len() - 1)].clone();
            self.used[place] += 1;
            next
        }))
    }

    fn element(&self, node: NodeId) -> Result<ElementRef<'_>, PageError> {
        self.document.element(node).ok_or(PageError::StaleElement)
    }

    fn usable(&self, node: NodeId) -> Result<Target, PageError> {
        let element = self.element(node)?;
        let refused = |why: &str| Err(PageError::NotInteractable(why.to_owned()));
        if !is_visible(element) {
            return refused("it cannot be seen");
        }
        if is_disabled(element) {
            return refused("it is disabled");
        }
        Ok(target(&self.document, element))
    }

    fn writable(&self, node: NodeId) -> Result<Target, PageError> {
        let target = self.usable(node)?;
        let element = self.element(node)?;
        let refused = |why: &str| Err(PageError::NotInteractable(why.to_owned()));
        if !takes_text(element) {
            return refused("it takes no text");
        }
        if element.attr("readonly").is_some() {
            return refused("it is read-only");
        }
        Ok(target)
    }

    /// Whether an element is a control for passwords.
    pub(crate) fn is_password(&self, element: ElementId) -> Result<bool, PageError> {
        Ok(is_of_type(self.element(self.node(element)?)?, "password"))
    }
}
