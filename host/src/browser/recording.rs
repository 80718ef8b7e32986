//! A page that is recorded: everything that a guest can ask of it is passed on, and noted with what came of it.
//!
//! Owns: the page, until it is dropped; the page then lies on its tape (`tape.rs`).
//! Never: sends a command of its own, or notes a call that was dropped before its answer came. What the host itself does
//! with a page (putting it in order, live views, debug bundles) is passed on and not noted.

use std::sync::{Arc, Mutex};
use std::time::Duration;

use async_trait::async_trait;
use serde::Serialize;
use serde_json::{Value, json};

use crate::browser::asked;
use crate::browser::cassette::Asked;
use crate::browser::downloads::Downloaded;
use crate::browser::error::PageError;
use crate::browser::hashed;
use crate::browser::live::{Frame, Gesture};
use crate::browser::page::{
    Clicked, Column, Condition, ElementRef, GrowingList, Growth, Location, Locator, Page, ScrollTo,
    Scrolled, Table,
};
use crate::browser::tape::{self, Noted};
use crate::browser::trace::{CommandNote, ConsoleLine};

/// A page that is recorded.
pub struct Recording {
    page: Option<Box<dyn Page>>,
    noted: Arc<Mutex<Noted>>,
}

impl Recording {
    pub(in crate::browser) const fn new(page: Box<dyn Page>, noted: Arc<Mutex<Noted>>) -> Self {
        Self {
            page: Some(page),
            noted,
        }
    }

    fn page(&self) -> &dyn Page {
        self.page
            .as_deref()
            .expect("a recording has its page until it is dropped")
    }

    fn page_mut(&mut self) -> &mut dyn Page {
        self.page
            .as_deref_mut()
            .expect("a recording has its page until it is dropped")
    }

    fn note(&self, asked: Asked, came: Result<impl Serialize, &PageError>) {
        tape::of(&self.noted).note(asked, came);
    }

    fn number(&self, element: &ElementRef) -> ElementRef {
        tape::of(&self.noted).number(element)
    }

    fn numbers(&self, elements: &[ElementRef]) -> Vec<ElementRef> {
        let mut noted = tape::of(&self.noted);
        elements
            .iter()
            .map(|element| noted.number(element))
            .collect()
    }
}

impl Drop for Recording {
    fn drop(&mut self) {
        tape::of(&self.noted).page = self.page.take();
    }
}

#[async_trait]
impl Page for Recording {
    async fn goto(&mut self, site: &str, path: &str) -> Result<(), PageError> {
        let came = self.page_mut().goto(site, path).await;
        self.note(asked::goto(site, path), came.as_ref());
        came
    }

    async fn location(&mut self) -> Result<Location, PageError> {
        let came = self.page_mut().location().await;
        self.note(asked::plain("location"), came.as_ref());
        came
    }

    async fn title(&mut self) -> Result<String, PageError> {
        let came = self.page_mut().title().await;
        self.note(asked::plain("title"), came.as_ref());
        came
    }

    async fn find(
        &mut self,
        scope: Option<&ElementRef>,
        what: &Locator,
    ) -> Result<ElementRef, PageError> {
        let inside = scope.map(|scope| self.number(scope));
        let came = self.page_mut().find(scope, what).await;
        let found = came.as_ref().map(|found| self.number(found));
        self.note(asked::find("find", inside.as_ref(), what), found);
        came
    }

    async fn find_all(
        &mut self,
        scope: Option<&ElementRef>,
        what: &Locator,
    ) -> Result<Vec<ElementRef>, PageError> {
        let inside = scope.map(|scope| self.number(scope));
        let came = self.page_mut().find_all(scope, what).await;
        let found = came.as_ref().map(|found| self.numbers(found));
        self.note(asked::find("find-all", inside.as_ref(), what), found);
        came
    }

    async fn find_visible(&mut self, what: &Locator) -> Result<Vec<ElementRef>, PageError> {
        let came = self.page_mut().find_visible(what).await;
        let found = came.as_ref().map(|found| self.numbers(found));
        self.note(asked::find_visible(what), found);
        came
    }

    async fn click(
        &mut self,
        element: &ElementRef,
        even_guarded: bool,
    ) -> Result<Clicked, PageError> {
        let asked = asked::click(&self.number(element), even_guarded);
        let came = self.page_mut().click(element, even_guarded).await;
        self.note(asked, came.as_ref());
        came
    }

    async fn fill(&mut self, element: &ElementRef, text: &str) -> Result<(), PageError> {
        let asked = asked::fill(&self.number(element), text);
        let came = self.page_mut().fill(element, text).await;
        self.note(asked, came.as_ref());
        came
    }

    async fn press(&mut self, element: &ElementRef, key: &str) -> Result<(), PageError> {
        let asked = asked::press(&self.number(element), key);
        let came = self.page_mut().press(element, key).await;
        self.note(asked, came.as_ref());
        came
    }

    async fn choose(&mut self, element: &ElementRef, option: &str) -> Result<(), PageError> {
        let asked = asked::choose(&self.number(element), option);
        let came = self.page_mut().choose(element, option).await;
        self.note(asked, came.as_ref());
        came
    }

    async fn sets_off(
        &mut self,
        element: &ElementRef,
        key: &str,
    ) -> Result<Option<String>, PageError> {
        let asked = asked::sets_off(&self.number(element), key);
        let came = self.page_mut().sets_off(element, key).await;
        self.note(asked, came.as_ref());
        came
    }

    async fn text(&mut self, element: &ElementRef) -> Result<String, PageError> {
        let asked = asked::of_element("text", &self.number(element));
        let came = self.page_mut().text(element).await;
        self.note(asked, came.as_ref());
        came
    }

    async fn attribute(
        &mut self,
        element: &ElementRef,
        name: &str,
    ) -> Result<Option<String>, PageError> {
        let asked = asked::attribute(&self.number(element), name);
        let came = self.page_mut().attribute(element, name).await;
        self.note(asked, came.as_ref());
        came
    }

    async fn is_visible(&mut self, element: &ElementRef) -> Result<bool, PageError> {
        let asked = asked::of_element("is-visible", &self.number(element));
        let came = self.page_mut().is_visible(element).await;
        self.note(asked, came.as_ref());
        came
    }

    async fn wait(&mut self, any_of: &[Condition], timeout: Duration) -> Result<usize, PageError> {
        let came = self.page_mut().wait(any_of, timeout).await;
        self.note(asked::wait(any_of), came.as_ref());
        came
    }

    async fn read(
        &mut self,
        rows: &Locator,
        columns: &[Column],
        start: u32,
    ) -> Result<Table, PageError> {
        let came = self.page_mut().read(rows, columns, start).await;
        self.note(asked::read(rows, columns, start), came.as_ref());
        came
    }

    async fn scroll(&mut self, container: &Locator, to: ScrollTo) -> Result<Scrolled, PageError> {
        let came = self.page_mut().scroll(container, to).await;
        self.note(asked::scroll(container, to), came.as_ref());
        came
    }

    async fn grow(
        &mut self,
        list: &GrowingList,
        from: (u32, u32),
        or_else: &[Condition],
        timeout: Duration,
    ) -> Result<Growth, PageError> {
        let came = self.page_mut().grow(list, from, or_else, timeout).await;
        self.note(asked::grow(list, from, or_else), came.as_ref());
        came
    }

    async fn screenshot(&mut self) -> Result<Vec<u8>, PageError> {
        let came = self.page_mut().screenshot().await;
        let picture = came.as_ref().map(|picture| hashed::of_bytes(picture));
        self.note(asked::plain("screenshot"), picture);
        came
    }

    async fn redacted_source(&mut self) -> Result<String, PageError> {
        self.page_mut().redacted_source().await
    }

    async fn console(&mut self) -> Result<Vec<ConsoleLine>, PageError> {
        self.page_mut().console().await
    }

    async fn answer_dialog(&mut self, accept: bool) -> Result<Option<String>, PageError> {
        let came = self.page_mut().answer_dialog(accept).await;
        self.note(asked::answer_dialog(accept), came.as_ref());
        came
    }

    async fn begin_download(&mut self) -> Result<(), PageError> {
        let came = self.page_mut().begin_download().await;
        self.note(asked::plain("begin-download"), came.as_ref());
        came
    }

    async fn finish_download(&mut self, timeout: Duration) -> Result<Downloaded, PageError> {
        let came = self.page_mut().finish_download(timeout).await;
        let file = match &came {
            Ok(file) => {
                let mut noted = hashed::of_file(&file.file).await;
                noted["name"] = json!(file.name);
                Ok(noted)
            }
            Err(error) => Err(error),
        };
        self.note(asked::plain("finish-download"), file);
        came
    }

    async fn evaluate(&mut self, script: &str, args: Vec<Value>) -> Result<Value, PageError> {
        let asked = asked::evaluate(script, &args);
        let came = self.page_mut().evaluate(script, args).await;
        self.note(asked, came.as_ref());
        came
    }

    async fn tidy(&mut self) -> Result<(), PageError> {
        self.page_mut().tidy().await
    }

    async fn frame(&mut self) -> Result<Frame, PageError> {
        self.page_mut().frame().await
    }

    async fn gesture(&mut self, gesture: &Gesture) -> Result<(), PageError> {
        self.page_mut().gesture(gesture).await
    }

    fn attended(&mut self, by_a_person: bool) {
        self.page_mut().attended(by_a_person);
    }

    async fn quit(&mut self) -> Result<(), PageError> {
        self.page_mut().quit().await
    }

    fn told_time(&mut self, now_ms: u64) -> u64 {
        let told = self.page_mut().told_time(now_ms);
        tape::of(&self.noted).note_time(told);
        told
    }

    fn time_passes(&self) -> bool {
        self.page().time_passes()
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
