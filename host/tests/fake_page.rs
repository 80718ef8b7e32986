//! A page in memory: says what it was told to, and remembers what was done to it.

use std::sync::{Arc, Mutex};
use std::time::Duration;

use async_trait::async_trait;
use gantry::browser::downloads::Downloaded;
use gantry::browser::error::PageError;
use gantry::browser::live::{Frame, Gesture};
use gantry::browser::page::{
    Clicked, Column, Condition, ElementRef, GrowingList, Growth, Location, Locator, Page, ScrollTo,
    Scrolled, Table,
};
use gantry::browser::trace::{CommandNote, ConsoleLine};
use serde_json::Value;

use crate::gate::Gate;

/// What a page says.
#[derive(Default)]
pub(crate) struct FakePage {
    moves_to: Option<&'static str>,
    site: Option<&'static str>,
    error: Option<PageError>,
    hangs: bool,
    gate: Option<Gate>,
    input_type: Option<String>,
    told: Told,
    actions: Actions,
}

/// What a page is told to say while somebody else has it.
#[derive(Clone, Default)]
pub(crate) struct Told(Arc<Mutex<Saying>>);

#[derive(Default)]
struct Saying {
    title: Option<String>,
    error: Option<PageError>,
}

impl Told {
    /// From now on this is the title.
    pub(crate) fn title(&self, title: &str) {
        self.0.lock().unwrap().title = Some(title.to_owned());
    }

    /// From now on everything fails so; a dialog until it is answered.
    pub(crate) fn fail(&self, error: PageError) {
        self.0.lock().unwrap().error = Some(error);
    }

    fn error(&self) -> Option<PageError> {
        self.0.lock().unwrap().error.clone()
    }
}

/// What was done to a page, also after it is gone.
#[derive(Clone, Default)]
pub(crate) struct Actions(Arc<Mutex<Vec<String>>>);

impl Actions {
    pub(crate) fn all(&self) -> Vec<String> {
        self.0.lock().unwrap().clone()
    }

    fn add(&self, action: String) {
        self.0.lock().unwrap().push(action);
    }
}

impl FakePage {
    pub(crate) fn new() -> Self {
        Self::default()
    }

    pub(crate) fn at_site(mut self, site: &'static str) -> Self {
        self.site = Some(site);
        self
    }

    /// It goes there by itself while it is waited for.
    pub(crate) fn moving_to(mut self, site: &'static str) -> Self {
        self.moves_to = Some(site);
        self
    }

    pub(crate) fn failing(mut self, error: PageError) -> Self {
        self.error = Some(error);
        self
    }

    pub(crate) fn hanging(mut self) -> Self {
        self.hangs = true;
        self
    }

    pub(crate) fn behind(mut self, gate: &Gate) -> Self {
        self.gate = Some(gate.clone());
        self
    }

    pub(crate) fn with_input_type(mut self, kind: &str) -> Self {
        self.input_type = Some(kind.to_owned());
        self
    }

    pub(crate) fn listening_to(mut self, told: &Told) -> Self {
        self.told = told.clone();
        self
    }

    pub(crate) fn noting_in(mut self, actions: &Actions) -> Self {
        self.actions = actions.clone();
        self
    }

    pub(crate) fn actions(&self) -> Actions {
        self.actions.clone()
    }

    async fn act(&mut self, action: String) -> Result<(), PageError> {
        self.actions.add(action);
        if let Some(gate) = &self.gate {
            gate.pass().await;
        }
        if self.hangs {
            std::future::pending::<()>().await;
        }
        let error = self.error.clone().or_else(|| self.told.error());
        error.map_or(Ok(()), Err)
    }
}

impl Drop for FakePage {
    fn drop(&mut self) {
        self.actions.add("dropped".to_owned());
    }
}

#[async_trait]
impl Page for FakePage {
    async fn goto(&mut self, site: &str, path: &str) -> Result<(), PageError> {
        self.act(format!("goto {site} {path}")).await
    }

    async fn location(&mut self) -> Result<Location, PageError> {
        self.act("location".to_owned()).await?;
        Ok(Location {
            url: "https://x.test/p?q".to_owned(),
            site: self.site,
            path: "/p".to_owned(),
        })
    }

    async fn title(&mut self) -> Result<String, PageError> {
        self.act("title".to_owned()).await?;
        let told = self.told.0.lock().unwrap().title.clone();
        Ok(told.unwrap_or_else(|| "Title".to_owned()))
    }

    async fn find(
        &mut self,
        _scope: Option<&ElementRef>,
        what: &Locator,
    ) -> Result<ElementRef, PageError> {
        self.act(format!("find {what:?}")).await?;
        let found = match what {
            Locator::Text(text) if text == "Submit" => "guarded",
            _ => "e1",
        };
        Ok(ElementRef(found.to_owned()))
    }

    async fn find_all(
        &mut self,
        _scope: Option<&ElementRef>,
        what: &Locator,
    ) -> Result<Vec<ElementRef>, PageError> {
        self.act(format!("find-all {what:?}")).await?;
        Ok(vec![ElementRef("e1".to_owned()); 40_000])
    }

    async fn find_visible(&mut self, what: &Locator) -> Result<Vec<ElementRef>, PageError> {
        self.act(format!("find-visible {what:?}")).await?;
        Ok(vec![ElementRef("e1".to_owned())])
    }

    /// An element whose reference is `guarded` is.
    async fn click(
        &mut self,
        element: &ElementRef,
        even_guarded: bool,
    ) -> Result<Clicked, PageError> {
        if element.0 == "guarded" && !even_guarded {
            return Ok(Clicked::Guarded("Submit".to_owned()));
        }
        self.act(format!("click {}", element.0)).await?;
        Ok(Clicked::Yes)
    }

    async fn fill(&mut self, element: &ElementRef, text: &str) -> Result<(), PageError> {
        self.act(format!("fill {} {text}", element.0)).await
    }

    async fn press(&mut self, element: &ElementRef, key: &str) -> Result<(), PageError> {
        self.act(format!("press {} {key}", element.0)).await
    }

    async fn choose(&mut self, element: &ElementRef, option: &str) -> Result<(), PageError> {
        self.act(format!("choose {} {option}", element.0)).await
    }

    async fn sets_off(
        &mut self,
        element: &ElementRef,
        _key: &str,
    ) -> Result<Option<String>, PageError> {
        Ok((element.0 == "guarded").then(|| "Submit".to_owned()))
    }

    async fn text(&mut self, element: &ElementRef) -> Result<String, PageError> {
        self.act(format!("text {}", element.0)).await?;
        Ok("text".to_owned())
    }

    async fn attribute(
        &mut self,
        element: &ElementRef,
        name: &str,
    ) -> Result<Option<String>, PageError> {
        self.act(format!("attribute {} {name}", element.0)).await?;
        Ok(self.input_type.clone().filter(|_| name == "type"))
    }

    async fn is_visible(&mut self, element: &ElementRef) -> Result<bool, PageError> {
        self.act(format!("is-visible {}", element.0)).await?;
        Ok(true)
    }

    async fn wait(&mut self, any_of: &[Condition], timeout: Duration) -> Result<usize, PageError> {
        self.act(format!("wait {} for {} s", any_of.len(), timeout.as_secs()))
            .await?;
        self.site = self.moves_to.or(self.site);
        Ok(any_of.len() - 1)
    }

    async fn read(
        &mut self,
        rows: &Locator,
        columns: &[Column],
        start: u32,
    ) -> Result<Table, PageError> {
        self.act(format!("read {rows:?} {} from {start}", columns.len()))
            .await?;
        Ok(Table {
            total: 1,
            rows: vec![vec![None; columns.len()]],
        })
    }

    async fn scroll(&mut self, container: &Locator, to: ScrollTo) -> Result<Scrolled, PageError> {
        self.act(format!("scroll {container:?} {to:?}")).await?;
        Ok(Scrolled {
            offset: 1,
            viewport: 2,
            extent: 3,
        })
    }

    async fn grow(
        &mut self,
        list: &GrowingList,
        (_, start): (u32, u32),
        _: &[Condition],
        _: Duration,
    ) -> Result<Growth, PageError> {
        let position = self.scroll(&list.container, ScrollTo::End).await?;
        Ok(Growth::Grew(
            position,
            self.read(&list.rows, &list.columns, start).await?,
        ))
    }

    async fn screenshot(&mut self) -> Result<Vec<u8>, PageError> {
        self.act("screenshot".to_owned()).await?;
        Ok(b"png".to_vec())
    }

    async fn redacted_source(&mut self) -> Result<String, PageError> {
        self.act("redacted-source".to_owned()).await?;
        Ok("<html></html>".to_owned())
    }

    async fn console(&mut self) -> Result<Vec<ConsoleLine>, PageError> {
        self.act("console".to_owned()).await?;
        Ok(Vec::new())
    }

    async fn begin_download(&mut self) -> Result<(), PageError> {
        self.act("begin-download".to_owned()).await
    }

    async fn finish_download(&mut self, _: Duration) -> Result<Downloaded, PageError> {
        self.act("finish-download".to_owned()).await?;
        let mut file = tempfile::NamedTempFile::new().unwrap();
        std::io::Write::write_all(&mut file, b"a,b\n1,2\n").unwrap();
        Ok(Downloaded {
            name: "../list.csv".to_owned(),
            bytes: 8,
            file: file.into_temp_path(),
        })
    }

    async fn answer_dialog(&mut self, accept: bool) -> Result<Option<String>, PageError> {
        let mut open = None;
        if let Some(PageError::DialogOpen(text)) = self.told.error() {
            open = Some(text);
            self.told.0.lock().unwrap().error = None;
        }
        self.act(format!("answer-dialog {accept}")).await?;
        Ok(open)
    }

    async fn evaluate(&mut self, script: &str, args: Vec<Value>) -> Result<Value, PageError> {
        self.act(format!("evaluate {script} {}", Value::Array(args)))
            .await?;
        Ok(serde_json::json!({"a": 1}))
    }

    async fn tidy(&mut self) -> Result<(), PageError> {
        Ok(())
    }

    async fn frame(&mut self) -> Result<Frame, PageError> {
        self.act("frame".to_owned()).await?;
        Ok(Frame {
            jpeg: Vec::new(),
            width: 1600,
            height: 1000,
            windows: 1,
        })
    }

    async fn gesture(&mut self, gesture: &Gesture) -> Result<(), PageError> {
        self.act(format!("{gesture:?}")).await
    }

    fn attended(&mut self, _: bool) {}

    async fn quit(&mut self) -> Result<(), PageError> {
        self.act("quit".to_owned()).await
    }

    fn commands(&self) -> u64 {
        self.actions.all().len() as u64
    }

    fn last_commands(&self) -> Vec<CommandNote> {
        Vec::new()
    }

    fn in_flight(&self) -> bool {
        false
    }

    fn is_lost(&self) -> bool {
        let errors = [self.error.clone(), self.told.error()];
        errors.iter().flatten().any(PageError::is_fatal)
    }
}
