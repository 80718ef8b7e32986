//! A page of a portal in memory, for components that are tried without a browser.
//!
//! What it answers is decided by the mock page, which authors' own tests use as well; here are only its words in the host's.

use std::io::Write as _;
use std::time::Duration;

use async_trait::async_trait;
use gantry_mock_page as mock;
use serde_json::Value;
use tempfile::NamedTempFile;

use crate::browser::downloads::{DownloadError, Downloaded};
use crate::browser::error::PageError;
use crate::browser::live::{Frame, Gesture};
use crate::browser::page::{
    Clicked, Column, Condition, ElementRef, GrowingList, Growth, Location, Locator, Page, ScrollTo,
    Scrolled, Table, Take,
};
use crate::browser::sites;
use crate::browser::trace::{CommandNote, ConsoleLine};

/// A page of a portal in memory.
pub struct InMemory {
    page: mock::MockPage,
    calls: u64,
}

impl InMemory {
    /// A page that begins nowhere.
    #[must_use]
    pub fn new(portal: mock::Portal) -> Self {
        Self {
            page: mock::MockPage::new(portal),
            calls: 0,
        }
    }

    fn page(&mut self) -> &mut mock::MockPage {
        self.calls += 1;
        &mut self.page
    }
}

/// A locator in the mock's words.
#[must_use]
pub fn locator(what: &Locator) -> mock::Locator {
    match what {
        Locator::Css(selector) => mock::Locator::Css(selector.clone()),
        Locator::Xpath(expression) => mock::Locator::Xpath(expression.clone()),
        Locator::Text(text) => mock::Locator::Text(text.clone()),
        Locator::Label(text) => mock::Locator::Label(text.clone()),
    }
}

fn host_locator(what: mock::Locator) -> Locator {
    match what {
        mock::Locator::Css(selector) => Locator::Css(selector),
        mock::Locator::Xpath(expression) => Locator::Xpath(expression),
        mock::Locator::Text(text) => Locator::Text(text),
        mock::Locator::Label(text) => Locator::Label(text),
    }
}

fn condition(condition: &Condition) -> mock::Condition {
    match condition {
        Condition::Present { what } => mock::Condition::Present(locator(what)),
        Condition::Visible { what } => mock::Condition::Visible(locator(what)),
        Condition::Enabled { what } => mock::Condition::Enabled(locator(what)),
        Condition::Absent { what } => mock::Condition::Absent(locator(what)),
        Condition::CountOver { what, over } => mock::Condition::CountOver(locator(what), *over),
        Condition::AtSite { site } => mock::Condition::AtSite(site.clone()),
        Condition::Answered { quiet_ms } => mock::Condition::Answered(*quiet_ms),
        Condition::Quiet { quiet_ms } => mock::Condition::Quiet(*quiet_ms),
    }
}

fn conditions(any_of: &[Condition]) -> Vec<mock::Condition> {
    any_of.iter().map(condition).collect()
}

fn columns(columns: &[Column]) -> Vec<mock::Column> {
    let take = |take: &Take| match take {
        Take::Text => mock::Take::Text,
        Take::OwnText => mock::Take::OwnText,
        Take::Attribute(name) => mock::Take::Attribute(name.clone()),
        Take::AllText => mock::Take::AllText,
    };
    let column = |column: &Column| mock::Column {
        at: column.at.as_ref().map(locator),
        take: take(&column.take),
    };
    columns.iter().map(column).collect()
}

fn table(table: mock::Table) -> Table {
    Table {
        total: table.total,
        rows: table.rows,
    }
}

fn scrolled(scrolled: mock::Scrolled) -> Scrolled {
    Scrolled {
        offset: scrolled.offset,
        viewport: scrolled.viewport,
        extent: scrolled.extent,
    }
}

fn error(error: mock::PageError) -> PageError {
    match error {
        mock::PageError::NoSuchElement(what) => PageError::NoSuchElement(host_locator(what)),
        mock::PageError::NotInteractable(why) => PageError::NotInteractable(why),
        mock::PageError::StaleElement => PageError::StaleElement,
        mock::PageError::TimedOut(what) => PageError::TimedOut(what),
        mock::PageError::Denied(what) => PageError::Denied(what),
        mock::PageError::DialogOpen(text) => PageError::DialogOpen(text),
        mock::PageError::Other(problem) if problem.code == "download-not-begun" => {
            PageError::Download(DownloadError::NotAwaited)
        }
        // What a mock cannot do is told to the operation's author, by words.
        mock::PageError::Other(problem) => {
            PageError::InvalidArgument(format!("{} ({})", problem.message, problem.code))
        }
    }
}

/// A handle that the mock gave; any other is of no document.
fn element(element: &ElementRef) -> mock::ElementId {
    mock::ElementId(element.0.parse().unwrap_or(u64::MAX))
}

fn reference(element: mock::ElementId) -> ElementRef {
    ElementRef(element.0.to_string())
}

/// What nobody asks of a page that no browser shows.
fn never<T>(what: &str) -> Result<T, PageError> {
    Err(PageError::Denied(format!("{what} of a page in memory")))
}

#[async_trait]
impl Page for InMemory {
    async fn goto(&mut self, site: &str, path: &str) -> Result<(), PageError> {
        self.page().goto(site, path).map_err(error)
    }

    async fn location(&mut self) -> Result<Location, PageError> {
        let place = self.page().location().map_err(error)?;
        Ok(Location {
            url: place.url,
            site: place.site.as_deref().and_then(sites::known),
            path: place.path,
        })
    }

    async fn title(&mut self) -> Result<String, PageError> {
        self.page().title().map_err(error)
    }

    async fn find(
        &mut self,
        scope: Option<&ElementRef>,
        what: &Locator,
    ) -> Result<ElementRef, PageError> {
        let found = self.page().find(scope.map(element), &locator(what));
        found.map(reference).map_err(error)
    }

    async fn find_all(
        &mut self,
        scope: Option<&ElementRef>,
        what: &Locator,
    ) -> Result<Vec<ElementRef>, PageError> {
        let found = self.page().find_all(scope.map(element), &locator(what));
        let found = found.map_err(error)?;
        Ok(found.into_iter().map(reference).collect())
    }

    async fn find_visible(&mut self, what: &Locator) -> Result<Vec<ElementRef>, PageError> {
        let found = self.page().find_visible(&locator(what)).map_err(error)?;
        Ok(found.into_iter().map(reference).collect())
    }

    async fn click(&mut self, what: &ElementRef, even_guarded: bool) -> Result<Clicked, PageError> {
        match self
            .page()
            .click(element(what), even_guarded)
            .map_err(error)?
        {
            mock::Clicked::Yes => Ok(Clicked::Yes),
            mock::Clicked::Guarded(text) => Ok(Clicked::Guarded(text)),
        }
    }

    async fn fill(&mut self, into: &ElementRef, text: &str) -> Result<(), PageError> {
        self.page().fill(element(into), text).map_err(error)
    }

    async fn press(&mut self, on: &ElementRef, key: &str) -> Result<(), PageError> {
        self.page().press(element(on), key).map_err(error)
    }

    async fn choose(&mut self, of: &ElementRef, option: &str) -> Result<(), PageError> {
        self.page().choose(element(of), option).map_err(error)
    }

    async fn sets_off(&mut self, on: &ElementRef, key: &str) -> Result<Option<String>, PageError> {
        self.page().sets_off(element(on), key).map_err(error)
    }

    async fn text(&mut self, of: &ElementRef) -> Result<String, PageError> {
        self.page().text(element(of)).map_err(error)
    }

    async fn attribute(
        &mut self,
        of: &ElementRef,
        name: &str,
    ) -> Result<Option<String>, PageError> {
        self.page().attribute(element(of), name).map_err(error)
    }

    async fn is_visible(&mut self, what: &ElementRef) -> Result<bool, PageError> {
        self.page().is_visible(element(what)).map_err(error)
    }

    async fn wait(&mut self, any_of: &[Condition], _: Duration) -> Result<usize, PageError> {
        let which = self.page().wait(&conditions(any_of)).map_err(error)?;
        Ok(which as usize)
    }

    async fn read(
        &mut self,
        rows: &Locator,
        of_each: &[Column],
        start: u32,
    ) -> Result<Table, PageError> {
        let read = self.page().read(&locator(rows), &columns(of_each), start);
        read.map(table).map_err(error)
    }

    async fn scroll(&mut self, container: &Locator, to: ScrollTo) -> Result<Scrolled, PageError> {
        let to = match to {
            ScrollTo::Top => mock::ScrollTo::Top,
            ScrollTo::End => mock::ScrollTo::End,
            ScrollTo::By(px) => mock::ScrollTo::By(px),
        };
        let position = self.page().scroll(&locator(container), to);
        position.map(scrolled).map_err(error)
    }

    async fn grow(
        &mut self,
        list: &GrowingList,
        from: (u32, u32),
        or_else: &[Condition],
        _: Duration,
    ) -> Result<Growth, PageError> {
        let list = mock::GrowingList {
            rows: locator(&list.rows),
            columns: columns(&list.columns),
            container: locator(&list.container),
        };
        let growth = self.page().grow(&list, from, &conditions(or_else));
        match growth.map_err(error)? {
            mock::Growth::Grew(position, rows) => Ok(Growth::Grew(scrolled(position), table(rows))),
            mock::Growth::Other(which) => Ok(Growth::Other(which as usize)),
        }
    }

    async fn screenshot(&mut self) -> Result<Vec<u8>, PageError> {
        self.page().screenshot().map(<[u8]>::to_vec).map_err(error)
    }

    async fn redacted_source(&mut self) -> Result<String, PageError> {
        never("the source")
    }

    async fn console(&mut self) -> Result<Vec<ConsoleLine>, PageError> {
        never("the console")
    }

    async fn answer_dialog(&mut self, accept: bool) -> Result<Option<String>, PageError> {
        Ok(self.page().answer_dialog(accept))
    }

    async fn begin_download(&mut self) -> Result<(), PageError> {
        self.page().begin_download().map_err(error)
    }

    async fn finish_download(&mut self, _: Duration) -> Result<Downloaded, PageError> {
        let file = self.page().finish_download().map_err(error)?;
        let kept = NamedTempFile::new().and_then(|mut kept| {
            kept.write_all(&file.content)?;
            kept.flush()?;
            Ok(kept.into_temp_path())
        });
        Ok(Downloaded {
            name: file.name,
            bytes: file.content.len() as u64,
            file: kept.map_err(|error| DownloadError::Folder(error.to_string()))?,
        })
    }

    async fn evaluate(&mut self, script: &str, args: Vec<Value>) -> Result<Value, PageError> {
        let args = Value::from(args).to_string();
        let answer = self.page().evaluate(script, &args).map_err(error)?;
        serde_json::from_str(&answer).map_err(|error| PageError::Script(error.to_string()))
    }

    async fn tidy(&mut self) -> Result<(), PageError> {
        Ok(())
    }

    async fn frame(&mut self) -> Result<Frame, PageError> {
        never("a live picture")
    }

    async fn gesture(&mut self, _: &Gesture) -> Result<(), PageError> {
        never("a gesture")
    }

    fn attended(&mut self, _: bool) {}

    async fn quit(&mut self) -> Result<(), PageError> {
        Ok(())
    }

    fn commands(&self) -> u64 {
        self.calls
    }

    fn last_commands(&self) -> Vec<CommandNote> {
        Vec::new()
    }

    fn in_flight(&self) -> bool {
        false
    }

    fn is_lost(&self) -> bool {
        false
    }
}
