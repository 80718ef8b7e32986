//! Waiting: the conditions are looked at once, at once. Nothing in the mock comes true by itself.

use crate::error::PageError;
use crate::locate;
use crate::page::MockPage;
use crate::visible::{is_enabled, is_visible};
use crate::words::{Condition, Locator};

impl MockPage {
    /// Which of the conditions is true: its place in the list, the earliest if several are.
    ///
    /// # Errors
    /// `timed-out` at once, naming them, if none is.
    pub fn wait(&mut self, any_of: &[Condition]) -> Result<u32, PageError> {
        self.ready()?;
        for (place, condition) in (0..).zip(any_of) {
            if self.holds(condition)? {
                return Ok(place);
            }
        }
        let wanted: Vec<String> = any_of.iter().map(Condition::to_string).collect();
        Err(PageError::TimedOut(wanted.join(" or ")))
    }

    fn holds(&self, condition: &Condition) -> Result<bool, PageError> {
        Ok(match condition {
            Condition::Present(what) => self.count(what, |_| true)? > 0,
            Condition::Absent(what) => self.count(what, |_| true)? == 0,
            Condition::Visible(what) => self.count(what, is_visible)? > 0,
            Condition::Enabled(what) => self.count(what, |e| is_visible(e) && is_enabled(e))? > 0,
            Condition::CountOver(what, over) => self.count(what, |_| true)? > *over as usize,
            Condition::AtSite(site) => {
                self.origin(site)?;
                self.site() == Some(site)
            }
            // Whatever an action asks of the portal is answered when the action is over.
            Condition::Answered(_) => self.has_acted,
            Condition::Quiet(_) => true,
        })
    }

    fn count(
        &self,
        what: &Locator,
        is_so: impl Fn(scraper::ElementRef<'_>) -> bool,
    ) -> Result<usize, PageError> {
        let found = locate::all(&self.document, None, what)?;
        let elements = found
            .into_iter()
            .filter_map(|node| self.document.element(node));
        Ok(elements.filter(|element| is_so(*element)).count())
    }
}
