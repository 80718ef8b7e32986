//! Where operations are asked for: a session of the host, and the truth that its answers are compared with.
//!
//! Owns: the way an operation is asked and what it cost is measured. Never: judges an answer.

use anyhow::{Context, Result, ensure};
use serde_json::{Value, json};
use std::path::Path;
use std::time::Duration;

use crate::demo::client::Answer;
use crate::demo::host::{Host, Request};
use crate::demo::patience::Patience;
use crate::demo::truth::{PageWait, Truth};

/// A browser has to be started, and the portal signed in to.
const SIGN_IN: Duration = Duration::from_mins(2);
/// As long as the host itself gives a run that reads.
const RUN: Duration = Duration::from_mins(10);

/// A session that is signed in, and the portal's truth of its account.
pub(crate) struct Desk<'a> {
    /// The truth.
    pub(crate) truth: &'a Truth,
    /// The session's id.
    pub(crate) session: String,
    host: &'a Host,
    patience: &'a Patience,
}

/// An operation that was asked for and answered.
pub(crate) struct Ran {
    /// The whole answer.
    pub(crate) answer: Value,
    /// Whether it is that of an earlier, equal request.
    pub(crate) is_replayed: bool,
    /// What it cost.
    pub(crate) cost: Cost,
}

/// What an operation cost.
pub(crate) struct Cost {
    /// What the operation took.
    pub(crate) run_ms: u64,
    /// The portal's own time on its path.
    pub(crate) portal_ms: u64,
    /// Its WebDriver commands.
    pub(crate) commands: u64,
}

impl Ran {
    /// What the operation itself answered.
    pub(crate) fn output(&self) -> &Value {
        &self.answer["output"]
    }
}

impl<'a> Desk<'a> {
    /// Opens a session for an account.
    pub(crate) fn open(
        host: &'a Host,
        patience: &'a Patience,
        truth: &'a Truth,
        account: &Value,
    ) -> Result<Self> {
        let request = Request {
            path: "/v1/sessions".to_owned(),
            headers: Vec::new(),
            body: account.clone(),
            bound: SIGN_IN,
        };
        let opened = host.post(patience, request)?.body;
        let id = opened["session_id"].as_str();
        let session = id.context("the answer has no session_id")?.to_owned();
        Ok(Self {
            truth,
            session,
            host,
            patience,
        })
    }

    /// Runs an operation. What its pages wait for by themselves counts as the portal's.
    pub(crate) fn run(&self, operation: &str, input: &Value, page: PageWait) -> Result<Ran> {
        self.measured(page, || self.ask(operation, input, Vec::new()))
    }

    /// Runs an operation that cannot be taken back, under a key.
    pub(crate) fn run_under_key(
        &self,
        operation: &str,
        input: &Value,
        key: &str,
        page: PageWait,
    ) -> Result<Ran> {
        let headers = vec![("idempotency-key", key.to_owned())];
        self.measured(page, || self.ask(operation, input, headers))
    }

    /// Has an operation answered later, tells each of its events when it comes, and then gives its answer.
    pub(crate) fn run_followed(
        &self,
        operation: &str,
        input: &Value,
        page: PageWait,
        mut tell: impl FnMut(&Value),
    ) -> Result<Ran> {
        self.measured(page, || {
            let headers = vec![("prefer", "respond-async".to_owned())];
            let mut answer = self.ask(operation, input, headers)?;
            let run = answer.header("location").map(str::to_owned);
            let run = run.context("the answer does not say where the run is")?;
            let events = self.host.follow(&format!("{run}/events"), RUN);
            loop {
                let event = self.patience.receive(&events, RUN)??;
                tell(&event);
                if event["kind"] == "ended" {
                    break;
                }
            }
            let mut ended = self.host.get(&run)?;
            ensure!(
                ended["answer"].is_object(),
                "the run failed: {}",
                ended["problem"]
            );
            answer.body = ended["answer"].take();
            Ok(answer)
        })
    }

    /// Downloads a file that an output names, and gives its size.
    pub(crate) fn download(&self, artifact: &Value, file: &Path) -> Result<usize> {
        let id = artifact.as_str().context("the answer names no file")?;
        self.host.download(id, file)
    }

    fn ask(
        &self,
        operation: &str,
        input: &Value,
        headers: Vec<(&'static str, String)>,
    ) -> Result<Answer> {
        let request = Request {
            path: format!("/v1/operations/{operation}"),
            headers,
            body: json!({ "session_id": self.session, "input": input }),
            bound: RUN,
        };
        self.host.post(self.patience, request)
    }

    fn measured(&self, page: PageWait, work: impl FnOnce() -> Result<Answer>) -> Result<Ran> {
        let from = self.truth.now_ms()?;
        let answer = work()?;
        let portal_ms = self.truth.waited_ms(from, self.truth.now_ms()?, page)?;
        let number = |value: &Value| value.as_u64().context("the answer says not what it cost");
        Ok(Ran {
            is_replayed: answer.header("idempotency-replayed") == Some("true"),
            cost: Cost {
                run_ms: number(&answer.body["timing"]["run_ms"])?,
                portal_ms,
                commands: number(&answer.body["webdriver_commands"])?,
            },
            answer: answer.body,
        })
    }
}
