//! The real page: a Chromium tab behind WebDriver.
//!
//! Owns: the command channel of one browser session. Ends with `quit`, or with its processes.
//! Never: shared; `&mut self` on every command is what makes a lease exclusive.

use std::path::PathBuf;
use std::time::Duration;

use async_trait::async_trait;
use base64::Engine as _;
use fantoccini::Client;
use serde::de::DeserializeOwned;
use serde_json::{Value, json};
use tokio::time::{Instant, sleep_until};
use url::Url;

use crate::browser::commands::{Commands, element_json};
use crate::browser::downloading::{self, Downloading};
use crate::browser::downloads::{Downloaded, Downloads};
use crate::browser::driving::Driving;
use crate::browser::error::PageError;
use crate::browser::finding;
use crate::browser::keys;
use crate::browser::live::{Frame, Gesture};
use crate::browser::page::{
    Clicked, Column, Condition, ElementRef, GrowingList, Growth, Location, Locator, Page, ScrollTo,
    Scrolled, Table,
};
use crate::browser::pointer::{self, Approached};
use crate::browser::requests::Requests;
use crate::browser::screen::Screen;
use crate::browser::tidy::tidy;
use crate::browser::trace::{self, CommandNote, ConsoleLine};
use crate::browser::wait::Waiting;
use crate::config::limits;

/// A Chromium tab behind WebDriver.
pub struct WebDriverPage {
    commands: Commands,
    driving: Driving,
    requests: Requests,
    downloads: Downloads,
    screen: Screen,
    /// The page's time at the last action: what the page asked for since then was caused by it.
    acted_ms: f64,
    next_navigation: Instant,
    /// The window it is in; others are closed when it is put in order.
    home: String,
    /// Whether an operation ran a script of its own in it.
    scripted: bool,
}

impl WebDriverPage {
    /// The page of a session that was just opened.
    /// Downloads that were not asked for are refused; the others go through a folder, which is made when it is needed.
    pub async fn open(
        client: Client,
        driving: Driving,
        downloads: PathBuf,
    ) -> Result<Self, PageError> {
        let mut commands = Commands::new(client, &driving);
        let home = parsed(commands.get("window", "window").await?)?;
        downloading::refuse(&mut commands).await?;
        Ok(Self {
            commands,
            requests: Requests::within(driving.reach.clone()),
            driving,
            downloads: Downloads::into_folder(downloads, limits::DOWNLOAD_BYTES),
            screen: Screen::default(),
            acted_ms: 0.0,
            next_navigation: Instant::now(),
            home,
            scripted: false,
        })
    }

    fn waiting(&mut self) -> Waiting<'_> {
        Waiting {
            commands: &mut self.commands,
            requests: &mut self.requests,
            downloads: &mut self.downloads,
            sites: &self.driving.sites,
            acted_ms: self.acted_ms,
        }
    }

    fn downloading(&mut self) -> Downloading<'_> {
        Downloading {
            commands: &mut self.commands,
            requests: &mut self.requests,
            downloads: &mut self.downloads,
            acted_ms: self.acted_ms,
        }
    }

    fn acted(&mut self) {
        self.acted_ms = self.commands.page_time_ms();
        self.requests.forget_failures();
    }

    /// What comes next is done to the page, and may make it go elsewhere.
    fn acts(&mut self) {
        self.acted();
        self.commands.may_load();
    }

    async fn on_element(
        &mut self,
        name: &'static str,
        element: &ElementRef,
        action: &str,
        body: Value,
    ) -> Result<(), PageError> {
        self.acts();
        let path = format!("element/{}/{action}", element.0);
        self.commands.post(name, &path, body).await.map(drop)
    }

    async fn of_element(
        &mut self,
        name: &'static str,
        element: &ElementRef,
        what: &str,
    ) -> Result<Value, PageError> {
        self.commands
            .get(name, &format!("element/{}/{what}", element.0))
            .await
    }
}

#[async_trait]
impl Page for WebDriverPage {
    async fn goto(&mut self, site: &str, path: &str) -> Result<(), PageError> {
        let address = self.driving.sites.address(site, path)?;
        sleep_until(self.next_navigation).await;
        self.next_navigation = Instant::now() + self.driving.pace;
        // Whatever the new document asks for comes after this.
        self.acted_ms = 0.0;
        self.requests.of_another_document();
        let (body, within) = (json!({ "url": address }), self.driving.page_load());
        let gone = self.commands.post_within("goto", "url", body, within).await;
        gone.map(drop)
    }

    async fn location(&mut self) -> Result<Location, PageError> {
        let url: String = parsed(self.commands.get("location", "url").await?)?;
        let parsed = Url::parse(&url).ok();
        Ok(Location {
            site: parsed
                .as_ref()
                .and_then(|url| self.driving.sites.site_of(url)),
            path: parsed.map(|url| url.path().to_owned()).unwrap_or_default(),
            url,
        })
    }

    async fn title(&mut self) -> Result<String, PageError> {
        parsed(self.commands.get("title", "title").await?)
    }

    async fn find(
        &mut self,
        scope: Option<&ElementRef>,
        what: &Locator,
    ) -> Result<ElementRef, PageError> {
        finding::first(&mut self.commands, scope, what).await
    }

    async fn find_all(
        &mut self,
        scope: Option<&ElementRef>,
        what: &Locator,
    ) -> Result<Vec<ElementRef>, PageError> {
        finding::all(&mut self.commands, scope, what).await
    }

    async fn find_visible(&mut self, what: &Locator) -> Result<Vec<ElementRef>, PageError> {
        finding::visible(&mut self.commands, what).await
    }

    async fn click(
        &mut self,
        element: &ElementRef,
        even_guarded: bool,
    ) -> Result<Clicked, PageError> {
        let guarded = &self.driving.guarded;
        match pointer::approach(&mut self.commands, element, guarded, even_guarded).await? {
            Approached::Guarded(text) => Ok(Clicked::Guarded(text)),
            Approached::At(at) => {
                self.acts();
                pointer::click(&mut self.commands, at).await?;
                Ok(Clicked::Yes)
            }
        }
    }

    async fn fill(&mut self, element: &ElementRef, text: &str) -> Result<(), PageError> {
        if text.contains(keys::is_key) {
            let what = "the text holds a key of WebDriver's: press it".to_owned();
            return Err(PageError::InvalidArgument(what));
        }
        let (nothing, text) = (json!({}), json!({ "text": text }));
        self.on_element("clear", element, "clear", nothing).await?;
        self.on_element("type", element, "value", text).await
    }

    async fn press(&mut self, element: &ElementRef, key: &str) -> Result<(), PageError> {
        let unknown = || PageError::InvalidArgument(format!("`{key}` is not a key"));
        let key = keys::key(key).ok_or_else(unknown)?;
        let text = json!({ "text": key });
        self.on_element("press", element, "value", text).await
    }

    async fn choose(&mut self, element: &ElementRef, option: &str) -> Result<(), PageError> {
        self.acts();
        let args = vec![element_json(element), option.into()];
        let call = "gantry.choose(arguments[0], arguments[1])";
        self.commands.call("choose", call, args).await.map(drop)
    }

    async fn sets_off(
        &mut self,
        element: &ElementRef,
        key: &str,
    ) -> Result<Option<String>, PageError> {
        let call = "gantry.setsOff(arguments[0], arguments[1], arguments[2])";
        let args = vec![
            element_json(element),
            json!(key),
            json!(self.driving.guarded),
        ];
        parsed(self.commands.call("guard", call, args).await?)
    }

    async fn text(&mut self, element: &ElementRef) -> Result<String, PageError> {
        parsed(self.of_element("text", element, "text").await?)
    }

    async fn attribute(
        &mut self,
        element: &ElementRef,
        name: &str,
    ) -> Result<Option<String>, PageError> {
        let call = "arguments[0].getAttribute(arguments[1])";
        let args = vec![element_json(element), name.into()];
        parsed(self.commands.call("attribute", call, args).await?)
    }

    async fn is_visible(&mut self, element: &ElementRef) -> Result<bool, PageError> {
        parsed(self.of_element("is-visible", element, "displayed").await?)
    }

    async fn wait(&mut self, any_of: &[Condition], timeout: Duration) -> Result<usize, PageError> {
        self.waiting()
            .any(any_of, Value::Null, timeout)
            .await
            .map(|waited| waited.is)
    }

    async fn read(
        &mut self,
        rows: &Locator,
        columns: &[Column],
        start: u32,
    ) -> Result<Table, PageError> {
        let call = "gantry.read(arguments[0], arguments[1], arguments[2])";
        let args = vec![json!(rows), json!(columns), start.into()];
        parsed_text(&self.commands.call_for_text("read", call, args).await?)
    }

    async fn scroll(&mut self, container: &Locator, to: ScrollTo) -> Result<Scrolled, PageError> {
        let call = "gantry.scroll(arguments[0], arguments[1])";
        let args = vec![json!(container), json!(to)];
        let scrolled = self.commands.call("scroll", call, args).await;
        // The page's time was taken just before it scrolled.
        self.acted();
        match scrolled? {
            Value::Null => Err(PageError::NoSuchElement(container.clone())),
            position => parsed(position),
        }
    }

    async fn grow(
        &mut self,
        list: &GrowingList,
        from: (u32, u32),
        or_else: &[Condition],
        timeout: Duration,
    ) -> Result<Growth, PageError> {
        let grown = self.waiting().grow(list, from, or_else, timeout).await?;
        if matches!(grown, Growth::Grew(..)) {
            self.acted();
        }
        Ok(grown)
    }

    async fn screenshot(&mut self) -> Result<Vec<u8>, PageError> {
        let picture: String = parsed(self.commands.get("screenshot", "screenshot").await?)?;
        base64::engine::general_purpose::STANDARD
            .decode(picture)
            .map_err(|error| PageError::Protocol(error.to_string()))
    }

    async fn redacted_source(&mut self) -> Result<String, PageError> {
        let call = include_str!("redact.js");
        parsed_text(
            &self
                .commands
                .call_for_text("source", call, Vec::new())
                .await?,
        )
    }

    async fn console(&mut self) -> Result<Vec<ConsoleLine>, PageError> {
        let log = self.commands.log("console", "browser").await?;
        Ok(trace::console(&log))
    }

    async fn answer_dialog(&mut self, accept: bool) -> Result<Option<String>, PageError> {
        let Some(text) = self.commands.dialog_text().await? else {
            return Ok(None);
        };
        let path = if accept {
            "alert/accept"
        } else {
            "alert/dismiss"
        };
        self.acts();
        self.commands.post("answer-dialog", path, json!({})).await?;
        Ok(Some(text))
    }

    async fn begin_download(&mut self) -> Result<(), PageError> {
        self.downloading().begin().await
    }

    async fn finish_download(&mut self, timeout: Duration) -> Result<Downloaded, PageError> {
        self.downloading().finish(timeout).await
    }

    async fn evaluate(&mut self, script: &str, args: Vec<Value>) -> Result<Value, PageError> {
        self.acts();
        self.scripted = true;
        let guarded = json!(self.driving.guarded);
        self.commands.evaluate(script, &guarded, args).await
    }

    async fn tidy(&mut self) -> Result<(), PageError> {
        if std::mem::take(&mut self.scripted) {
            // What its scripts tried to reach is told in the log.
            self.downloading().look().await?;
        }
        let is_elsewhere = self.screen.leave(&self.home);
        tidy(&mut self.commands, &mut self.home, is_elsewhere).await?;
        self.downloading().give_up().await
    }

    async fn frame(&mut self) -> Result<Frame, PageError> {
        self.screen.frame(&mut self.commands).await
    }

    async fn gesture(&mut self, gesture: &Gesture) -> Result<(), PageError> {
        self.acted();
        self.screen.gesture(&mut self.commands, gesture).await
    }

    fn attended(&mut self, by_a_person: bool) {
        self.commands.attended(by_a_person);
    }

    async fn quit(&mut self) -> Result<(), PageError> {
        self.commands.delete_session(limits::CLOSE_POLITELY).await
    }

    fn commands(&self) -> u64 {
        self.commands.sent()
    }

    fn last_commands(&self) -> Vec<CommandNote> {
        self.commands.last()
    }

    fn in_flight(&self) -> bool {
        self.commands.in_flight()
    }

    fn is_lost(&self) -> bool {
        self.commands.is_lost()
    }
}

fn parsed<T: DeserializeOwned>(value: Value) -> Result<T, PageError> {
    serde_json::from_value(value).map_err(|error| PageError::Protocol(error.to_string()))
}

fn parsed_text<T: DeserializeOwned>(text: &str) -> Result<T, PageError> {
    serde_json::from_str(text).map_err(|error| PageError::Protocol(error.to_string()))
}
