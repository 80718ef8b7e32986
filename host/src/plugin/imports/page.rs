//! `page`: the one page of the one session lent to this call.
//!
//! Every function ends by the call's host deadline, whatever the page does; a wait by the shorter of its own
//! timeout and that.

use std::time::Duration;

use tokio::time::{Instant, timeout_at};
use wasmtime::component::Resource;

use crate::browser::page::{Column, Condition, ElementRef};
use crate::plugin::bindings::page;
use crate::plugin::bindings::types;
use crate::plugin::capability::Capability;
use crate::plugin::imports::fault::{self, PageFault};
use crate::plugin::imports::words;
use crate::plugin::state::{CallState, not_granted};

impl page::Host for CallState {
    async fn goto(&mut self, site: String, path: String) -> Result<(), PageFault> {
        if !self.may_be_at(&site) {
            self.count()?;
            return Err(not_granted(&site).into());
        }
        let (page, until) = self.begin_anywhere()?;
        let done = timeout_at(until, page.goto(&site, &path)).await;
        self.finish(done)
    }

    async fn location(&mut self) -> Result<page::Place, PageFault> {
        let (page, until) = self.begin_anywhere()?;
        let done = timeout_at(until, page.location()).await;
        let place = self.finish(done)?;
        // Where it may not be, what follows the path is none of its business: it can be the key of a sign-in.
        let is_its = place.site.is_some_and(|site| self.may_be_at(site));
        let url = if is_its || self.may_be_anywhere() {
            place.url
        } else {
            place
                .url
                .split(['?', '#'])
                .next()
                .unwrap_or_default()
                .to_owned()
        };
        Ok(page::Place {
            url,
            site: place.site.map(str::to_owned),
            path: place.path,
        })
    }

    async fn title(&mut self) -> Result<String, PageFault> {
        let (page, until) = self.begin().await?;
        let done = timeout_at(until, page.title()).await;
        self.finish(done)
    }

    async fn find(&mut self, what: types::Locator) -> Result<Resource<ElementRef>, PageFault> {
        let what = words::locator(what);
        let (page, until) = self.begin().await?;
        let done = timeout_at(until, page.find(None, &what)).await;
        let found = self.finish(done)?;
        self.hold(found)
    }

    async fn find_all(
        &mut self,
        what: types::Locator,
    ) -> Result<Vec<Resource<ElementRef>>, PageFault> {
        let what = words::locator(what);
        let (page, until) = self.begin().await?;
        let done = timeout_at(until, page.find_all(None, &what)).await;
        let found = self.finish(done)?;
        self.hold_all(found)
    }

    async fn find_visible(
        &mut self,
        what: types::Locator,
    ) -> Result<Vec<Resource<ElementRef>>, PageFault> {
        let what = words::locator(what);
        let (page, until) = self.begin().await?;
        let done = timeout_at(until, page.find_visible(&what)).await;
        let found = self.finish(done)?;
        self.hold_all(found)
    }

    async fn wait(
        &mut self,
        any_of: Vec<page::Condition>,
        timeout_ms: u32,
    ) -> Result<u32, PageFault> {
        let any_of: Vec<Condition> = any_of.into_iter().map(words::condition).collect();
        let asked = Duration::from_millis(timeout_ms.into());
        let (page, until) = self.begin().await?;
        let left = until.saturating_duration_since(Instant::now());
        let done = timeout_at(until, page.wait(&any_of, asked.min(left))).await;
        let which = self.waited(done, asked, left)?;
        self.stays_where_it_may_be().await?;
        Ok(u32::try_from(which).expect("a place in a list that came from a 32-bit guest"))
    }

    async fn read(
        &mut self,
        rows: types::Locator,
        columns: Vec<page::Column>,
        start: u32,
    ) -> Result<page::Table, PageFault> {
        let rows = words::locator(rows);
        let columns: Vec<Column> = columns.into_iter().map(words::column).collect();
        let (page, until) = self.begin().await?;
        let done = timeout_at(until, page.read(&rows, &columns, start)).await;
        self.finish(done).map(words::table_to_guest)
    }

    async fn scroll(
        &mut self,
        container: types::Locator,
        to: page::ScrollTo,
    ) -> Result<page::Scrolled, PageFault> {
        let (container, to) = (words::locator(container), words::scroll_to(to));
        let (page, until) = self.begin().await?;
        let done = timeout_at(until, page.scroll(&container, to)).await;
        self.finish(done).map(words::scrolled_to_guest)
    }

    async fn grow(
        &mut self,
        what: page::GrowingList,
        known: u32,
        start: u32,
        or_else: Vec<page::Condition>,
        timeout_ms: u32,
    ) -> Result<page::Growth, PageFault> {
        let list = words::growing_list(what);
        let or_else: Vec<Condition> = or_else.into_iter().map(words::condition).collect();
        let asked = Duration::from_millis(timeout_ms.into());
        let (page, until) = self.begin().await?;
        let left = until.saturating_duration_since(Instant::now());
        let wait = page.grow(&list, (known, start), &or_else, asked.min(left));
        let done = timeout_at(until, wait).await;
        let done = self.waited(done, asked, left)?;
        self.stays_where_it_may_be().await?;
        Ok(words::growth_to_guest(done))
    }

    async fn screenshot(&mut self, name: String) -> Result<String, PageFault> {
        let (page, until) = self.begin().await?;
        let done = timeout_at(until, page.screenshot()).await;
        let picture = self.finish(done)?;
        let name = if name.to_ascii_lowercase().ends_with(".png") {
            name
        } else {
            name + ".png"
        };
        self.keep(&name, "image/png", picture)
            .await
            .map_err(|problem| types::PageError::Other(problem).into())
    }

    async fn answer_dialog(&mut self, accept: bool) -> Result<Option<String>, PageFault> {
        let (page, until) = self.begin_anywhere()?;
        let done = timeout_at(until, page.answer_dialog(accept)).await;
        self.finish(done)
    }

    async fn evaluate(&mut self, script: String, args_json: String) -> Result<String, PageFault> {
        if !self.may(Capability::Script) {
            self.count()?;
            return Err(types::PageError::Denied(Capability::Script.missing()).into());
        }
        if self.secret_typed {
            self.count()?;
            let why = "scripts after `secrets.fill`: they could read what was typed";
            return Err(types::PageError::Denied(why.to_owned()).into());
        }
        self.begin().await?;
        let args: Vec<serde_json::Value> = serde_json::from_str(&args_json).map_err(|error| {
            let message = format!("`args-json` has to be a JSON array: {error}");
            types::PageError::Other(fault::problem("invalid-argument", &message, false))
        })?;
        let (page, until) = self.page_until()?;
        let done = timeout_at(until, page.evaluate(&script, args)).await;
        self.finish(done).map(|value| value.to_string())
    }
}
