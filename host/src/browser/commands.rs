//! WebDriver commands, one at a time, each under the host's own deadline.
//!
//! Owns: the client of one browser session, and what is known of its health.
//! Never: retries. A command that did not come back loses the browser: its answer may still arrive later, and
//! then belongs to nobody.

use std::time::Duration;

use fantoccini::Client;
use fantoccini::error::CmdError;
use serde_json::{Value, json};
use tokio::time::{Instant, timeout};
use tracing::Instrument as _;
use url::Url;

use crate::browser::classify::{classify, is_window_gone, was_navigated_away};
use crate::browser::command::Command;
use crate::browser::driving::Driving;
use crate::browser::error::PageError;
use crate::browser::loading::Loading;
use crate::browser::page::ElementRef;
use crate::browser::reach::Reach;
use crate::browser::trace::{self, CommandNote, Trace};

/// The key of an element reference in JSON (WebDriver §11.1, "web element identifier").
const ELEMENT_KEY: &str = "element-6066-11e4-a52e-4f735466cecf";

const PAGE_JS: &str = include_str!("page.js");

/// The command channel of one browser session.
pub(crate) struct Commands {
    client: Client,
    deadline: Duration,
    /// What a page may take to load. The driver answers nothing meanwhile.
    page_load: Duration,
    reach: Reach,
    loading: Loading,
    sent: u64,
    in_flight: bool,
    lost: Option<PageError>,
    page_time_ms: f64,
    trace: Trace,
}

impl Commands {
    pub(crate) fn new(client: Client, driving: &Driving) -> Self {
        Self {
            client,
            deadline: driving.command,
            page_load: driving.page_load(),
            reach: driving.reach.clone(),
            loading: Loading::No,
            sent: 0,
            in_flight: false,
            lost: None,
            page_time_ms: 0.0,
            trace: Trace::counted_in(driving.figures.clone()),
        }
    }

    pub(crate) async fn get(&mut self, name: &'static str, path: &str) -> Result<Value, PageError> {
        self.send(name, Command::get(path), self.deadline).await
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
        self.send(name, Command::post(path, body), deadline).await
    }

    /// What comes next may make a page load, by which the driver holds back that command and those after it.
    pub(crate) fn may_load(&mut self) {
        self.loading.may_begin();
    }

    /// Somebody else makes pages load from now on, or no longer.
    pub(crate) const fn attended(&mut self, by_a_person: bool) {
        self.loading = Loading::attended(by_a_person);
    }

    /// WebDriver "Get Window Handles".
    pub(crate) async fn windows(&mut self) -> Result<Vec<String>, PageError> {
        let windows = self.get("windows", "window/handles").await?;
        serde_json::from_value(windows).map_err(|error| PageError::Protocol(error.to_string()))
    }

    /// The entries of one of the driver's logs since it was last read.
    pub(crate) async fn log(
        &mut self,
        name: &'static str,
        kind: &'static str,
    ) -> Result<Value, PageError> {
        self.post(name, "se/log", json!({ "type": kind })).await
    }

    /// A command of the DevTools protocol.
    pub(crate) async fn devtools(
        &mut self,
        name: &'static str,
        command: &'static str,
        params: Value,
    ) -> Result<Value, PageError> {
        let body = json!({ "cmd": command, "params": params });
        self.post(name, "goog/cdp/execute", body).await
    }

    /// What an open dialog says; none if there is none.
    pub(crate) async fn dialog_text(&mut self) -> Result<Option<String>, PageError> {
        match self.get("dialog-text", "alert/text").await {
            Ok(text) => Ok(Some(text.as_str().unwrap_or_default().to_owned())),
            Err(PageError::NoDialog) => Ok(None),
            Err(error) => Err(error),
        }
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
        let command = Command::delete("window");
        let closed = self.send("close-window", command, self.deadline).await;
        closed.map(drop)
    }

    /// WebDriver "Delete Session".
    pub(crate) async fn delete_session(&mut self, deadline: Duration) -> Result<(), PageError> {
        let quit = self.send("quit", Command::delete(""), deadline).await;
        quit.map(drop)
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

    /// Runs a guest's function body. From then on clicks that scripts of this document make on guarded elements do
    /// nothing.
    pub(crate) async fn evaluate(
        &mut self,
        script: &str,
        guarded: &Value,
        args: Vec<Value>,
    ) -> Result<Value, PageError> {
        let script = format!(
            "{{ {PAGE_JS}\ngantry.ignoreScripts({guarded}); }}\nreturn (function () {{ {script}\n}}).apply(null, arguments);"
        );
        let body = json!({ "script": script, "args": args });
        self.post("evaluate", "execute/sync", body).await
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

    /// The last commands, the oldest first.
    pub(crate) fn last(&self) -> Vec<CommandNote> {
        self.trace.notes()
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
        let (began, span) = (Instant::now(), trace::span(name));
        let issued = self.issue(name, command, deadline);
        let result = match issued.instrument(span.clone()).await {
            // A window that closed itself takes nothing else with it: its elements are gone, others are there.
            Ok(Err(error)) if is_window_gone(&error) && self.turn_to_another_window().await => {
                Err(PageError::StaleElement)
            }
            Ok(reply) => reply.map_err(classify),
            Err(hung) => Err(hung),
        };
        let result = match result {
            Err(PageError::PageLoadTimeout) => Err(self.why_not_loaded().await),
            other => other,
        };
        self.trace.add(name, began.elapsed(), &result, &span);
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
        let patience = self.loading.patience(self.page_load);
        let reply = timeout(deadline + patience, self.client.issue_cmd(command)).await;
        self.in_flight = false;
        self.loading.answered();
        tracing::trace!(command = name, took = ?began.elapsed(), "command answered");
        reply.map_err(|_| PageError::Hung(name))
    }

    /// What it means that a page did not load in time. The driver is not always told that a page's process died while
    /// it was loading, and then waits in vain. From a page that is there it gets an answer at once: it has stopped the
    /// load.
    async fn why_not_loaded(&mut self) -> PageError {
        self.loading.given_up();
        let location = Command::get("url");
        match self.issue("location", location, self.deadline).await {
            Ok(reply) => match reply.map_err(classify) {
                Err(PageError::PageLoadTimeout) => {
                    PageError::BrowserLost("its page neither loads nor answers".to_owned())
                }
                Err(error) if error.is_fatal() => error,
                Ok(_) | Err(_) => PageError::PageLoadTimeout,
            },
            Err(hung) => hung,
        }
    }

    /// Turns to the newest of the windows that are left. False if there is none.
    async fn turn_to_another_window(&mut self) -> bool {
        let command = Command::get("window/handles");
        let windows = self.issue("windows", command, self.deadline).await;
        let Ok(Ok(Value::Array(windows))) = windows else {
            return false;
        };
        let Some(last) = windows.last() else {
            return false;
        };
        let command = Command::post("window", json!({ "handle": last }));
        let turned = self.issue("switch-window", command, self.deadline).await;
        matches!(turned, Ok(Ok(_)))
    }

    /// The browser shows a page of its own: the portal does not answer, or the page went where it may not.
    async fn unreachable(&mut self, words: String) -> PageError {
        let address = match self.get("location", "url").await {
            Ok(address) => address.as_str().and_then(|text| Url::parse(text).ok()),
            Err(error) => return error,
        };
        match address {
            Some(address) if !self.reach.permits(&address) => {
                let host = address.host_str().unwrap_or_default();
                PageError::Denied(format!(
                    "the page went to `{host}`, which is none of the portal's sites"
                ))
            }
            _ => PageError::Unreachable(words),
        }
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
                "unreachable" => self.unreachable(part(1)).await,
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
