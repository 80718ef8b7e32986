//! `page.element`: handles in the call's table, each standing for a WebDriver element reference.
//!
//! A handle does not keep its element: after the document is gone every method says `stale-element`.

use tokio::time::timeout_at;
use wasmtime::component::Resource;

use crate::browser::page::{Clicked, ElementRef};
use crate::plugin::bindings::page::HostElement;
use crate::plugin::bindings::types;
use crate::plugin::imports::fault::{PageFault, problem};
use crate::plugin::imports::words;
use crate::plugin::state::CallState;

impl CallState {
    /// The element behind a handle.
    pub(in crate::plugin) fn element(
        &self,
        handle: &Resource<ElementRef>,
    ) -> Result<ElementRef, PageFault> {
        Ok(self.table.get(handle)?.clone())
    }

    /// A handle for an element.
    pub(in crate::plugin) fn hold(
        &mut self,
        element: ElementRef,
    ) -> Result<Resource<ElementRef>, PageFault> {
        Ok(self.table.push(element)?)
    }

    /// Handles for elements: for all of them or for none.
    pub(in crate::plugin) fn hold_all(
        &mut self,
        elements: Vec<ElementRef>,
    ) -> Result<Vec<Resource<ElementRef>>, PageFault> {
        let mut held: Vec<Resource<ElementRef>> = Vec::with_capacity(elements.len());
        for element in elements {
            match self.table.push(element) {
                Ok(handle) => held.push(handle),
                Err(error) => {
                    for handle in held {
                        self.table.delete(handle)?;
                    }
                    return Err(error.into());
                }
            }
        }
        Ok(held)
    }
}

impl HostElement for CallState {
    async fn click(&mut self, this: Resource<ElementRef>) -> Result<(), PageFault> {
        let element = self.element(&this)?;
        let even_guarded = !self.is_guarded;
        let (page, until) = self.begin().await?;
        let done = timeout_at(until, page.click(&element, even_guarded)).await;
        let Clicked::Guarded(text) = self.finish(done)? else {
            return Ok(());
        };
        // Whatever refuses has to refuse before the effect is spent.
        self.begin().await?;
        self.let_through(&text)?;
        let (page, until) = self.page_until()?;
        let done = timeout_at(until, page.click(&element, true)).await;
        self.finish(done).map(drop)
    }

    async fn fill(&mut self, this: Resource<ElementRef>, text: String) -> Result<(), PageFault> {
        let element = self.element(&this)?;
        // To the page a line feed is the Enter key, and a tab leads to the next control, whatever follows it.
        let is_key = |c: char| c.is_control() && !matches!(c, '\n' | '\r');
        if text.contains(is_key) {
            self.count()?;
            let message = "the text has a control character: press the key that is meant";
            return Err(
                types::PageError::Other(problem("invalid-argument", message, false)).into(),
            );
        }
        let line_ends = text.replace("\r\n", "\n").matches(['\n', '\r']).count();
        if line_ends > 0 {
            self.pass_guard(&element, "Enter", line_ends).await?;
        }
        let (page, until) = self.begin().await?;
        let done = timeout_at(until, page.fill(&element, &text)).await;
        self.finish(done)
    }

    async fn press(&mut self, this: Resource<ElementRef>, key: String) -> Result<(), PageFault> {
        let element = self.element(&this)?;
        self.pass_guard(&element, &key, 1).await?;
        let (page, until) = self.begin().await?;
        let done = timeout_at(until, page.press(&element, &key)).await;
        self.finish(done)
    }

    async fn choose(
        &mut self,
        this: Resource<ElementRef>,
        choice: String,
    ) -> Result<(), PageFault> {
        let element = self.element(&this)?;
        let (page, until) = self.begin().await?;
        let done = timeout_at(until, page.choose(&element, &choice)).await;
        self.finish(done)
    }

    async fn text(&mut self, this: Resource<ElementRef>) -> Result<String, PageFault> {
        let element = self.element(&this)?;
        let (page, until) = self.begin().await?;
        let done = timeout_at(until, page.text(&element)).await;
        self.finish(done)
    }

    async fn attribute(
        &mut self,
        this: Resource<ElementRef>,
        name: String,
    ) -> Result<Option<String>, PageFault> {
        let element = self.element(&this)?;
        let (page, until) = self.begin().await?;
        let done = timeout_at(until, page.attribute(&element, &name)).await;
        self.finish(done)
    }

    async fn is_visible(&mut self, this: Resource<ElementRef>) -> Result<bool, PageFault> {
        let element = self.element(&this)?;
        let (page, until) = self.begin().await?;
        let done = timeout_at(until, page.is_visible(&element)).await;
        self.finish(done)
    }

    async fn find(
        &mut self,
        this: Resource<ElementRef>,
        what: types::Locator,
    ) -> Result<Resource<ElementRef>, PageFault> {
        let (scope, what) = (self.element(&this)?, words::locator(what));
        let (page, until) = self.begin().await?;
        let done = timeout_at(until, page.find(Some(&scope), &what)).await;
        let found = self.finish(done)?;
        self.hold(found)
    }

    async fn find_all(
        &mut self,
        this: Resource<ElementRef>,
        what: types::Locator,
    ) -> Result<Vec<Resource<ElementRef>>, PageFault> {
        let (scope, what) = (self.element(&this)?, words::locator(what));
        let (page, until) = self.begin().await?;
        let done = timeout_at(until, page.find_all(Some(&scope), &what)).await;
        let found = self.finish(done)?;
        self.hold_all(found)
    }

    async fn drop(&mut self, this: Resource<ElementRef>) -> wasmtime::Result<()> {
        self.table.delete(this)?;
        Ok(())
    }
}
