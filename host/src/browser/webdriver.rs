//! The real page: a Chromium tab behind WebDriver.
//!
//! Owns: the command channel of one browser session. Ends with `quit`, or with its processes.
//! Never: shared; `&mut self` on every command is what makes a lease exclusive.

use std::time::Duration;

use async_trait::async_trait;
use base64::Engine as _;
use fantoccini::Client;
use serde::de::DeserializeOwned;
use serde_json::{Value, json};
use tokio::time::{Instant, sleep_until};
use url::Url;

use crate::browser::commands::{Commands, element_json, element_of};
use crate::browser::error::PageError;
use crate::browser::keys;
use crate::browser::live::{Frame, Gesture};
use crate::browser::page::{
    Column, Condition, ElementRef, GrowingList, Growth, Location, Locator, Page, ScrollTo,
    Scrolled, Table,
};
use crate::browser::requests::Requests;
use crate::browser::screen::Screen;
use crate::browser::sites::Sites;
use crate::browser::tidy::tidy;
use crate::browser::wait::{Waited, Waiting};
use crate::config::limits;

/// How a page is to be driven.
#[derive(Debug, Clone)]
pub struct Driving {
    /// The portal's sites.
    pub sites: Sites,
    /// Least time between two navigations.
    pub pace: Duration,
    /// Deadline of an ordinary command.
    pub command: Duration,
    /// What a page may take to load.
    pub navigate: Duration,
}

impl Driving {
    /// When a page that is still loading is not answered for by the driver any more.
    fn page_load(&self) -> Duration {
        self.navigate + limits::PAGE_LOAD_GRACE
    }
}

/// A Chromium tab behind WebDriver.
pub struct WebDriverPage {
    commands: Commands,
    driving: Driving,
    requests: Requests,
    screen: Screen,
    /// The page's time at the last action: what the page asked for since then was caused by it.
    acted_ms: f64,
    next_navigation: Instant,
    /// The window it is in; others are closed when it is put in order.
    home: String,
}

impl WebDriverPage {
    /// The page of a session that was just opened.
    pub async fn open(client: Client, driving: Driving) -> Result<Self, PageError> {
        let mut commands = Commands::new(client, driving.command, driving.page_load());
        let home = parsed(commands.get("window", "window").await?)?;
        Ok(Self {
            commands,
            driving,
            requests: Requests::default(),
            screen: Screen::default(),
            acted_ms: 0.0,
            next_navigation: Instant::now(),
            home,
        })
    }

    fn waiting(&mut self) -> Waiting<'_> {
        Waiting {
            commands: &mut self.commands,
            requests: &mut self.requests,
            sites: &self.driving.sites,
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
        self.requests.forget_failures();
        let deadline = self.driving.page_load();
        let body = json!({ "url": address });
        let gone = self
            .commands
            .post_within("goto", "url", body, deadline)
            .await;
        if gone == Err(PageError::PageLoadTimeout) {
            // The driver has stopped to wait for it, and it is on its way still.
            self.commands.may_load();
        }
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
        let call = "gantry.first(arguments[0], arguments[1] ?? document)";
        let found = self
            .commands
            .call("find", call, scoped(what, scope))
            .await?;
        element_of(&found).ok_or_else(|| PageError::NoSuchElement(what.clone()))
    }

    async fn find_all(
        &mut self,
        scope: Option<&ElementRef>,
        what: &Locator,
    ) -> Result<Vec<ElementRef>, PageError> {
        let call = "gantry.all(arguments[0], arguments[1] ?? document)";
        let found = self
            .commands
            .call("find-all", call, scoped(what, scope))
            .await?;
        Ok(found
            .as_array()
            .into_iter()
            .flatten()
            .filter_map(element_of)
            .collect())
    }

    async fn click(&mut self, element: &ElementRef) -> Result<(), PageError> {
        self.on_element("click", element, "click", json!({})).await
    }

    async fn fill(&mut self, element: &ElementRef, text: &str) -> Result<(), PageError> {
        self.on_element("clear", element, "clear", json!({}))
            .await?;
        self.on_element("type", element, "value", json!({ "text": text }))
            .await
    }

    async fn press(&mut self, element: &ElementRef, key: &str) -> Result<(), PageError> {
        let key = keys::key(key)
            .ok_or_else(|| PageError::InvalidArgument(format!("`{key}` is not a key")))?;
        self.on_element("press", element, "value", json!({ "text": key }))
            .await
    }

    async fn choose(&mut self, element: &ElementRef, option: &str) -> Result<(), PageError> {
        self.acts();
        let args = vec![element_json(element), option.into()];
        let call = "gantry.choose(arguments[0], arguments[1])";
        self.commands.call("choose", call, args).await.map(drop)
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
        (known, start): (u32, u32),
        or_else: &[Condition],
        timeout: Duration,
    ) -> Result<Growth, PageError> {
        let grown = Condition::CountOver {
            what: list.rows.clone(),
            over: known,
        };
        let any_of: Vec<Condition> = std::iter::once(grown)
            .chain(or_else.iter().cloned())
            .collect();
        let mut growing = json!(list);
        growing["start"] = start.into();
        let waited = self.waiting().any(&any_of, growing, timeout).await?;
        match waited {
            Waited {
                is: 0,
                then: Some(done),
            } => {
                self.acted();
                let (position, table): (Option<Scrolled>, Table) = parsed_text(&done)?;
                let missing = || PageError::NoSuchElement(list.container.clone());
                Ok(Growth::Grew(position.ok_or_else(missing)?, table))
            }
            Waited { is, .. } => Ok(Growth::Other(is - 1)),
        }
    }

    async fn screenshot(&mut self) -> Result<Vec<u8>, PageError> {
        let picture: String = parsed(self.commands.get("screenshot", "screenshot").await?)?;
        base64::engine::general_purpose::STANDARD
            .decode(picture)
            .map_err(|error| PageError::Protocol(error.to_string()))
    }

    async fn answer_dialog(&mut self, accept: bool) -> Result<Option<String>, PageError> {
        let text = match self.commands.get("dialog-text", "alert/text").await {
            Ok(text) => parsed(text)?,
            Err(PageError::NoDialog) => return Ok(None),
            Err(error) => return Err(error),
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

    async fn evaluate(&mut self, script: &str, args: Vec<Value>) -> Result<Value, PageError> {
        self.acts();
        let body = json!({ "script": script, "args": args });
        self.commands.post("evaluate", "execute/sync", body).await
    }

    async fn tidy(&mut self) -> Result<(), PageError> {
        let is_elsewhere = self.screen.leave(&self.home);
        tidy(&mut self.commands, &mut self.home, is_elsewhere).await
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

    fn in_flight(&self) -> bool {
        self.commands.in_flight()
    }

    fn is_lost(&self) -> bool {
        self.commands.is_lost()
    }
}

fn scoped(what: &Locator, scope: Option<&ElementRef>) -> Vec<Value> {
    vec![json!(what), scope.map_or(Value::Null, element_json)]
}

fn parsed<T: DeserializeOwned>(value: Value) -> Result<T, PageError> {
    serde_json::from_value(value).map_err(|error| PageError::Protocol(error.to_string()))
}

fn parsed_text<T: DeserializeOwned>(text: &str) -> Result<T, PageError> {
    serde_json::from_str(text).map_err(|error| PageError::Protocol(error.to_string()))
}
