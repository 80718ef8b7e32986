//! Scrolling, and lists that load more when they are scrolled to their end.

use ego_tree::NodeId;

use crate::actions::Action;
use crate::control::target;
use crate::error::PageError;
use crate::locate;
use crate::page::MockPage;
use crate::reading;
use crate::words::{Condition, GrowingList, Growth, Locator, ScrollTo, Scrolled};

/// What stands for the height of each child of what scrolls.
const ROW_PX: u32 = 40;
/// What stands for the height that can be seen.
const VIEWPORT_PX: u32 = 400;

impl MockPage {
    /// Scrolls the first element that matches. At its end the next batch of a growing list is appended, after the position was
    /// taken: a page loads on demand, not ahead.
    ///
    /// # Errors
    /// `no-such-element`.
    pub fn scroll(&mut self, container: &Locator, to: ScrollTo) -> Result<Scrolled, PageError> {
        let (node, scrolled) = self.scrolled(container, to)?;
        self.load_more(node, scrolled)?;
        Ok(scrolled)
    }

    /// Whether a list has more than `known` rows, or another condition is true. If it grew, scrolls it to its end and reads it
    /// from `start`, before the next batch is appended.
    ///
    /// # Errors
    /// `timed-out` if neither is so, and `no-such-element` if it grew and there is no container.
    pub fn grow(
        &mut self,
        list: &GrowingList,
        (known, start): (u32, u32),
        or_else: &[Condition],
    ) -> Result<Growth, PageError> {
        let grown = Condition::CountOver(list.rows.clone(), known);
        let any_of: Vec<Condition> = std::iter::once(grown)
            .chain(or_else.iter().cloned())
            .collect();
        let which = self.wait(&any_of)?;
        if which > 0 {
            return Ok(Growth::Other(which - 1));
        }
        let (node, scrolled) = self.scrolled(&list.container, ScrollTo::End)?;
        let table = reading::read(&self.document, &list.rows, &list.columns, start)?;
        self.load_more(node, scrolled)?;
        Ok(Growth::Grew(scrolled, table))
    }

    fn scrolled(
        &mut self,
        container: &Locator,
        to: ScrollTo,
    ) -> Result<(NodeId, Scrolled), PageError> {
        self.ready()?;
        let found = locate::all(&self.document, None, container)?;
        let missing = || PageError::NoSuchElement(container.clone());
        let &node = found.first().ok_or_else(missing)?;
        let element = self.document.element(node).ok_or_else(missing)?;
        let target = target(&self.document, element);
        let extent = self.extent(node)?;
        let end = extent - VIEWPORT_PX;
        let from = self.offsets.get(&node).copied().unwrap_or(0);
        let offset = match to {
            ScrollTo::Top => 0,
            ScrollTo::End => end,
            ScrollTo::By(pixels) => from.saturating_add_signed(pixels).min(end),
        };
        self.offsets.insert(node, offset);
        self.acted(Action::Scrolled(target));
        let scrolled = Scrolled {
            offset,
            viewport: VIEWPORT_PX,
            extent,
        };
        Ok((node, scrolled))
    }

    fn extent(&self, container: NodeId) -> Result<u32, PageError> {
        let into = match self.growing(container)? {
            Some(place) => self.first(&self.portal.growing[place].into)?,
            None => container,
        };
        let element = self.document.element(into);
        let rows = element.map_or(0, |element| element.child_elements().count());
        let height = u32::try_from(rows)
            .unwrap_or(u32::MAX)
            .saturating_mul(ROW_PX);
        Ok(height.max(VIEWPORT_PX))
    }

    fn load_more(&mut self, container: NodeId, scrolled: Scrolled) -> Result<(), PageError> {
        if scrolled.offset + scrolled.viewport < scrolled.extent {
            return Ok(());
        }
        let Some(place) = self.growing(container)? else {
            return Ok(());
        };
        let batches = &self.portal.growing[place];
        if let Some(html) = batches.htmls.get(self.grown[place]) {
            let into = self.first(&batches.into)?;
            self.document.append(into, html);
            self.grown[place] += 1;
        }
        Ok(())
    }

    /// Which of the portal's growing lists this container is.
    fn growing(&self, container: NodeId) -> Result<Option<usize>, PageError> {
        for (place, list) in self.portal.growing.iter().enumerate() {
            let found = locate::all(&self.document, None, &list.container)?;
            if found.first() == Some(&container) {
                return Ok(Some(place));
            }
        }
        Ok(None)
    }

    fn first(&self, what: &Locator) -> Result<NodeId, PageError> {
        let found = locate::all(&self.document, None, what)?;
        found
            .first()
            .copied()
            .ok_or_else(|| PageError::NoSuchElement(what.clone()))
    }
}
