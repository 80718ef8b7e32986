//! A leased page on loan: moved into the call that uses it, and back into its lease when that is over, whatever
//! way it ends.
//!
//! Owns: the page, for as long as the loan lasts.

use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use async_trait::async_trait;
use serde_json::Value;

use crate::browser::downloads::Downloaded;
use crate::browser::error::PageError;
use crate::browser::live::{Frame, Gesture};
use crate::browser::page::{
    Clicked, Column, Condition, ElementRef, GrowingList, Growth, Location, Locator, Page, ScrollTo,
    Scrolled, Table,
};
use crate::browser::trace::{CommandNote, ConsoleLine};
use crate::pool::recall::Recall;

/// The place in a lease where its page is, when it is not on loan.
pub(crate) struct Slot {
    page: Arc<Mutex<Option<Box<dyn Page>>>>,
    recall: Recall,
    was_lent: bool,
}

impl Slot {
    pub(crate) fn holding(page: Box<dyn Page>, recall: Recall) -> Self {
        Self {
            page: Arc::new(Mutex::new(Some(page))),
            recall,
            was_lent: false,
        }
    }

    pub(crate) fn lend(&mut self, can_wait: bool) -> Option<LentPage> {
        let page = self.take()?;
        self.was_lent = true;
        Some(LentPage {
            page: Some(page),
            home: Arc::clone(&self.page),
            recall: self.recall.clone(),
            can_wait,
        })
    }

    pub(crate) fn take(&self) -> Option<Box<dyn Page>> {
        self.page
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .take()
    }

    pub(crate) const fn was_lent(&self) -> bool {
        self.was_lent
    }
}

/// A page on loan.
pub struct LentPage {
    page: Option<Box<dyn Page>>,
    home: Arc<Mutex<Option<Box<dyn Page>>>>,
    recall: Recall,
    can_wait: bool,
}

impl LentPage {
    fn page(&self) -> &dyn Page {
        self.page
            .as_deref()
            .expect("a loan holds its page until it is dropped")
    }

    /// The page, unless it was called back: then no further command reaches it.
    fn page_mut(&mut self) -> Result<&mut dyn Page, PageError> {
        if self.recall.is_taken_away() || self.can_wait && self.recall.is_called() {
            return Err(PageError::CalledBack);
        }
        Ok(self
            .page
            .as_deref_mut()
            .expect("a loan holds its page until it is dropped"))
    }
}

impl Drop for LentPage {
    fn drop(&mut self) {
        let page = self.page.take();
        *self.home.lock().unwrap_or_else(PoisonError::into_inner) = page;
    }
}

#[async_trait]
impl Page for LentPage {
    async fn goto(&mut self, site: &str, path: &str) -> Result<(), PageError> {
        self.page_mut()?.goto(site, path).await
    }

    async fn location(&mut self) -> Result<Location, PageError> {
        self.page_mut()?.location().await
    }

    async fn title(&mut self) -> Result<String, PageError> {
        self.page_mut()?.title().await
    }

    async fn find(
        &mut self,
        scope: Option<&ElementRef>,
        what: &Locator,
    ) -> Result<ElementRef, PageError> {
        self.page_mut()?.find(scope, what).await
    }

    async fn find_all(
        &mut self,
        scope: Option<&ElementRef>,
        what: &Locator,
    ) -> Result<Vec<ElementRef>, PageError> {
        self.page_mut()?.find_all(scope, what).await
    }

    async fn find_visible(&mut self, what: &Locator) -> Result<Vec<ElementRef>, PageError> {
        self.page_mut()?.find_visible(what).await
    }

    async fn click(
        &mut self,
        element: &ElementRef,
        even_guarded: bool,
    ) -> Result<Clicked, PageError> {
        self.page_mut()?.click(element, even_guarded).await
    }

    async fn fill(&mut self, element: &ElementRef, text: &str) -> Result<(), PageError> {
        self.page_mut()?.fill(element, text).await
    }

    async fn press(&mut self, element: &ElementRef, key: &str) -> Result<(), PageError> {
        self.page_mut()?.press(element, key).await
    }

    async fn choose(&mut self, element: &ElementRef, option: &str) -> Result<(), PageError> {
        self.page_mut()?.choose(element, option).await
    }

    async fn sets_off(
        &mut self,
        element: &ElementRef,
        key: &str,
    ) -> Result<Option<String>, PageError> {
        self.page_mut()?.sets_off(element, key).await
    }

    async fn text(&mut self, element: &ElementRef) -> Result<String, PageError> {
        self.page_mut()?.text(element).await
    }

    async fn attribute(
        &mut self,
        element: &ElementRef,
        name: &str,
    ) -> Result<Option<String>, PageError> {
        self.page_mut()?.attribute(element, name).await
    }

    async fn is_visible(&mut self, element: &ElementRef) -> Result<bool, PageError> {
        self.page_mut()?.is_visible(element).await
    }

    async fn wait(&mut self, any_of: &[Condition], timeout: Duration) -> Result<usize, PageError> {
        self.page_mut()?.wait(any_of, timeout).await
    }

    async fn read(
        &mut self,
        rows: &Locator,
        columns: &[Column],
        start: u32,
    ) -> Result<Table, PageError> {
        self.page_mut()?.read(rows, columns, start).await
    }

    async fn scroll(&mut self, container: &Locator, to: ScrollTo) -> Result<Scrolled, PageError> {
        self.page_mut()?.scroll(container, to).await
    }

    async fn grow(
        &mut self,
        list: &GrowingList,
        from: (u32, u32),
        or_else: &[Condition],
        timeout: Duration,
    ) -> Result<Growth, PageError> {
        self.page_mut()?.grow(list, from, or_else, timeout).await
    }

    async fn screenshot(&mut self) -> Result<Vec<u8>, PageError> {
        self.page_mut()?.screenshot().await
    }

    async fn redacted_source(&mut self) -> Result<String, PageError> {
        self.page_mut()?.redacted_source().await
    }

    async fn console(&mut self) -> Result<Vec<ConsoleLine>, PageError> {
        self.page_mut()?.console().await
    }

    async fn answer_dialog(&mut self, accept: bool) -> Result<Option<String>, PageError> {
        self.page_mut()?.answer_dialog(accept).await
    }

    async fn begin_download(&mut self) -> Result<(), PageError> {
        self.page_mut()?.begin_download().await
    }

    async fn finish_download(&mut self, timeout: Duration) -> Result<Downloaded, PageError> {
        self.page_mut()?.finish_download(timeout).await
    }

    async fn evaluate(&mut self, script: &str, args: Vec<Value>) -> Result<Value, PageError> {
        self.page_mut()?.evaluate(script, args).await
    }

    async fn tidy(&mut self) -> Result<(), PageError> {
        self.page_mut()?.tidy().await
    }

    async fn frame(&mut self) -> Result<Frame, PageError> {
        self.page_mut()?.frame().await
    }

    async fn gesture(&mut self, gesture: &Gesture) -> Result<(), PageError> {
        self.page_mut()?.gesture(gesture).await
    }

    fn attended(&mut self, by_a_person: bool) {
        if let Ok(page) = self.page_mut() {
            page.attended(by_a_person);
        }
    }

    async fn quit(&mut self) -> Result<(), PageError> {
        Err(PageError::Denied(
            "a lease does not end its session's browser".to_owned(),
        ))
    }

    fn commands(&self) -> u64 {
        self.page().commands()
    }

    fn last_commands(&self) -> Vec<CommandNote> {
        self.page().last_commands()
    }

    fn in_flight(&self) -> bool {
        self.page().in_flight()
    }

    fn is_lost(&self) -> bool {
        self.page().is_lost()
    }
}
