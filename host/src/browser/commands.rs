//! WebDriver commands, one at a time, each under the host's own deadline.
//!
//! Owns: the client of one browser session, and what is known of its health.
//! Never: retries. A command that did not come back loses the browser: its answer may still arrive later, and
//! then belongs to nobody.

use std::time::Duration;

use fantoccini::Client;
use fantoccini::error::CmdError;
use fantoccini::wd::WebDriverCompatibleCommand;
use http::Method;
use serde_json::{Value, json};
use tokio::time::{Instant, timeout};
use url::Url;

use crate::browser::classify::{classify, is_window_gone, was_navigated_away};
use crate::browser::error::PageError;
use crate::browser::page::ElementRef;

/// The key of an element reference in JSON (WebDriver §11.1, "web element identifier").
const ELEMENT_KEY: &str = "element-6066-11e4-a52e-4f735466cecf";

const PAGE_JS: &str = include_str!("page.js");

/// The command channel of one browser session.
pub(crate) struct Commands {
    client: Client,
    deadline: Duration,
    /// What a page may take to load. The driver answers nothing meanwhile.
    page_load: Duration,
    loading: Loading,
    sent: u64,
    in_flight: bool,
    lost: Option<PageError>,
    page_time_ms: f64,
}

/// Whether a page may be on its way, so that an answer that is late says nothing of the browser's health.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Loading {
    /// Nothing has been done that makes a page load.
    No,
    /// This many commands may be held back: the one that does it, and the one after it.
    Perhaps(u8),
    /// At any moment, since a person uses the page.
    Always,
}

/// A command of a session, after the specification's table of endpoints (WebDriver §6.3).
#[derive(Debug)]
struct Command {
    method: Method,
    path: String,
    body: Option<Value>,
}

impl WebDriverCompatibleCommand for Command {
    fn endpoint(&self, base: &Url, session: Option<&str>) -> Result<Url, url::ParseError> {
        let session = session.unwrap_or_default();
        base.join(format!("session/{session}/{}", self.path).trim_end_matches('/'))
    }

    fn method_and_body(&self, _: &Url) -> (Method, Option<String>) {
        (
            self.method.clone(),
            self.body.as_ref().map(Value::to_string),
        )
    }
}

impl Commands {
    pub(crate) fn new(client: Client, deadline: Duration, page_load: Duration) -> Self {
        Self {
            client,
            deadline,
            page_load,
            loading: Loading::No,
            sent: 0,
            in_flight: false,
            lost: None,
            page_time_ms: 0.0,
        }
    }

    pub(crate) async fn get(&mut self, name: &'static str, path: &str) -> Result<Value, PageError> {
        let command = Command {
            method: Method::GET,
            path: path.to_owned(),
            body: None,
        };
        self.send(name, command, self.deadline).await
    }

    pub(crate) async fn post(
        &mut self,
        name: &'static str,
        path: &str,
        body: Value,
    ) -> Result<Value, PageError> {
        self.post_within(name, path, body, self.deadline).await
    }

    pub(crate) async fn post_within(
        &mut self,
        name: &'static str,
        path: &str,
        body: Value,
        deadline: Duration,
    ) -> Result<Value, PageError> {
        let command = Command {
            method: Method::POST,
            path: path.to_owned(),
            body: Some(body),
        };
        self.send(name, command, deadline).await
    }

    /// What comes next may make a page load, by which the driver holds back that command and those after it.
    pub(crate) fn may_load(&mut self) {
        if self.loading != Loading::Always {
            self.loading = Loading::Perhaps(2);
        }
    }

    /// Somebody else makes pages load from now on, or no longer.
    pub(crate) const fn attended(&mut self, by_a_person: bool) {
        self.loading = if by_a_person {
            Loading::Always
        } else {
            Loading::Perhaps(1)
        };
    }

    /// WebDriver "Get Window Handles".
    pub(crate) async fn windows(&mut self) -> Result<Vec<String>, PageError> {
        let windows = self.get("windows", "window/handles").await?;
        serde_json::from_value(windows).map_err(|error| PageError::Protocol(error.to_string()))
    }

    /// Turns to a window, and brings it to the front: one behind another may draw nothing.
    pub(crate) async fn show_window(&mut self, handle: &str) -> Result<(), PageError> {
        self.post("switch-window", "window", json!({ "handle": handle }))
            .await?;
        let front = json!({ "cmd": "Page.bringToFront", "params": {} });
        self.post("to-front", "goog/cdp/execute", front)
            .await
            .map(drop)
    }

    /// WebDriver "Close Window". Another has to be turned to before anything else.
    pub(crate) async fn close_window(&mut self) -> Result<(), PageError> {
        let command = Command {
            method: Method::DELETE,
            path: "window".to_owned(),
            body: None,
        };
        self.send("close-window", command, self.deadline)
            .await
            .map(drop)
    }

    /// WebDriver "Delete Session".
    pub(crate) async fn delete_session(&mut self, deadline: Duration) -> Result<(), PageError> {
        let command = Command {
            method: Method::DELETE,
            path: String::new(),
            body: None,
        };
        self.send("quit", command, deadline).await.map(drop)
    }

    /// Calls a function of `page.js` and gives what it answers.
    pub(crate) async fn call(
        &mut self,
        name: &'static str,
        call: &str,
        args: Vec<Value>,
    ) -> Result<Value, PageError> {
        let script = format!("{PAGE_JS}\nreturn gantry.answer(() => {call});");
        self.execute(name, script, args).await
    }

    /// As `call`, for answers that are long and hold no elements.
    pub(crate) async fn call_for_text(
        &mut self,
        name: &'static str,
        call: &str,
        args: Vec<Value>,
    ) -> Result<String, PageError> {
        let script = format!("{PAGE_JS}\nreturn gantry.answerText(() => {call});");
        match self.execute(name, script, args).await? {
            Value::String(text) => Ok(text),
            _ => Err(PageError::Script("the page answered no text".to_owned())),
        }
    }

    /// Runs a script that looks at the page; once more if its document was left under it. Elements in its
    /// arguments are then stale, so that nothing is done to another page by mistake.
    async fn execute(
        &mut self,
        name: &'static str,
        script: String,
        args: Vec<Value>,
    ) -> Result<Value, PageError> {
        let body = json!({ "script": script, "args": args });
        let envelope = match self.post(name, "execute/sync", body.clone()).await {
            Err(error) if was_navigated_away(&error) => {
                self.post(name, "execute/sync", body).await?
            }
            other => other?,
        };
        self.open(envelope).await
    }

    /// Calls an asynchronous function of `page.js`, whose last argument is the callback.
    pub(crate) async fn call_async(
        &mut self,
        name: &'static str,
        call: &str,
        args: Vec<Value>,
        lasts: Duration,
    ) -> Result<Value, PageError> {
        let body = json!({ "script": format!("{PAGE_JS}\n{call};"), "args": args });
        let deadline = lasts + self.deadline;
        let envelope = self
            .post_within(name, "execute/async", body, deadline)
            .await?;
        self.open(envelope).await
    }

    /// The page's time at the last call of a `page.js` function, in milliseconds.
    pub(crate) fn page_time_ms(&self) -> f64 {
        self.page_time_ms
    }

    pub(crate) fn sent(&self) -> u64 {
        self.sent
    }

    pub(crate) fn in_flight(&self) -> bool {
        self.in_flight
    }

    pub(crate) fn is_lost(&self) -> bool {
        self.lost.is_some()
    }

    async fn send(
        &mut self,
        name: &'static str,
        command: Command,
        deadline: Duration,
    ) -> Result<Value, PageError> {
        if let Some(lost) = &self.lost {
            return Err(lost.clone());
        }
        let result = match self.issue(name, command, deadline).await {
            // A window that closed itself takes nothing else with it: its elements are gone, others are there.
            Ok(Err(error)) if is_window_gone(&error) && self.turn_to_another_window().await => {
                Err(PageError::StaleElement)
            }
            Ok(reply) => reply.map_err(classify),
            Err(hung) => Err(hung),
        };
        if result.as_ref().is_err_and(was_navigated_away) {
            // The page goes elsewhere by itself.
            self.may_load();
        }
        if let Err(error) = &result {
            tracing::debug!(command = name, %error, "command failed");
            if error.is_fatal() {
                self.lost = Some(error.clone());
            }
        }
        result
    }

    async fn issue(
        &mut self,
        name: &'static str,
        command: Command,
        deadline: Duration,
    ) -> Result<Result<Value, CmdError>, PageError> {
        self.sent += 1;
        // Stays true if this future is dropped: the driver finishes a command whose caller went away.
        self.in_flight = true;
        let began = Instant::now();
        let patience = match self.loading {
            Loading::No => Duration::ZERO,
            Loading::Perhaps(_) | Loading::Always => self.page_load,
        };
        let reply = timeout(deadline + patience, self.client.issue_cmd(command)).await;
        self.in_flight = false;
        self.loading = match self.loading {
            Loading::Perhaps(left @ 2..) => Loading::Perhaps(left - 1),
            Loading::Perhaps(_) | Loading::No => Loading::No,
            Loading::Always => Loading::Always,
        };
        tracing::trace!(command = name, took = ?began.elapsed(), "command answered");
        reply.map_err(|_| PageError::Hung(name))
    }

    /// Turns to the newest of the windows that are left. False if there is none.
    async fn turn_to_another_window(&mut self) -> bool {
        let command = Command {
            method: Method::GET,
            path: "window/handles".to_owned(),
            body: None,
        };
        let windows = self.issue("windows", command, self.deadline).await;
        let Ok(Ok(Value::Array(windows))) = windows else {
            return false;
        };
        let Some(last) = windows.last() else {
            return false;
        };
        let command = Command {
            method: Method::POST,
            path: "window".to_owned(),
            body: Some(json!({ "handle": last })),
        };
        let turned = self.issue("switch-window", command, self.deadline).await;
        matches!(turned, Ok(Ok(_)))
    }

    async fn open(&mut self, envelope: Value) -> Result<Value, PageError> {
        let Value::Object(mut envelope) = envelope else {
            // A script that a dialog cuts short answers null.
            return Err(match self.get("dialog-text", "alert/text").await {
                Ok(Value::String(text)) => PageError::DialogOpen(text),
                _ => PageError::Script("the page answered nothing".to_owned()),
            });
        };
        if let Some(at) = envelope.get("at").and_then(Value::as_f64) {
            self.page_time_ms = at;
        }
        if let Some(Value::Array(error)) = envelope.get("error") {
            let part = |index: usize| {
                error
                    .get(index)
                    .and_then(Value::as_str)
                    .unwrap_or_default()
                    .to_owned()
            };
            return Err(match part(0).as_str() {
                "not-interactable" => PageError::NotInteractable(part(1)),
                _ => PageError::InvalidArgument(part(1)),
            });
        }
        let answer = envelope.remove("ok").or_else(|| envelope.remove("json"));
        Ok(answer.unwrap_or(Value::Null))
    }
}

/// An element as an argument of a script.
pub(crate) fn element_json(element: &ElementRef) -> Value {
    json!({ ELEMENT_KEY: element.0 })
}

/// The element in a script's answer.
pub(crate) fn element_of(value: &Value) -> Option<ElementRef> {
    value
        .get(ELEMENT_KEY)?
        .as_str()
        .map(|id| ElementRef(id.to_owned()))
}
