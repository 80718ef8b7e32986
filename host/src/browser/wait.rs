//! Waiting for a condition: observed in the page, slice by slice, across navigations.
//!
//! Quietness is the exception: a page cannot see its own open requests, so when it looks quiet, the driver's
//! log is asked. That is what keeps a slow answer from being taken for the end of a list (portal-facts D20).

use std::time::Duration;

use serde::Deserialize;
use serde_json::{Value, json};
use tokio::time::Instant;

use crate::browser::classify::was_navigated_away;
use crate::browser::commands::Commands;
use crate::browser::downloads::Downloads;
use crate::browser::error::PageError;
use crate::browser::page::{Condition, GrowingList, Growth, Scrolled, Table};
use crate::browser::requests::Requests;
use crate::browser::sites::Sites;
use crate::config::limits;

/// What waiting ended with.
#[derive(Debug)]
pub(crate) struct Waited {
    /// The condition that is true.
    pub(crate) is: usize,
    /// What was done at once because a list had grown, as JSON text.
    pub(crate) then: Option<String>,
}

/// What one slice of waiting ended with. Neither of the first two: its time was up.
#[derive(Debug, Deserialize)]
struct Seen {
    /// The condition that came true.
    is: Option<usize>,
    /// The condition of quietness that looks true.
    still: Option<usize>,
    /// How many answers the page had seen then.
    #[serde(default)]
    answers: usize,
    then: Option<String>,
    /// The page's time when it last asked its server for something before its list grew.
    asked_ms: Option<f64>,
    /// Whether another window is in front.
    #[serde(default)]
    hidden: bool,
}

/// Everything that waiting needs of a page.
pub(crate) struct Waiting<'a> {
    pub(crate) commands: &'a mut Commands,
    pub(crate) requests: &'a mut Requests,
    pub(crate) downloads: &'a mut Downloads,
    pub(crate) sites: &'a Sites,
    /// The page's time at the last action.
    pub(crate) acted_ms: f64,
}

/// What the page is told for one slice.
struct Slice<'a> {
    conditions: &'a Value,
    growing: &'a Value,
    lasts: Duration,
    silence: Duration,
    answers: usize,
}

impl Waiting<'_> {
    /// Waits until a condition is true. `growing` is null, or the list whose growth is the first condition.
    pub(crate) async fn any(
        mut self,
        any_of: &[Condition],
        growing: Value,
        timeout: Duration,
    ) -> Result<Waited, PageError> {
        let conditions = in_page(any_of, self.sites)?;
        let deadline = Instant::now() + timeout;
        let (mut silence, mut answers) = (self.requests.reactions.silence(), 0);
        loop {
            let left = deadline.saturating_duration_since(Instant::now());
            let lasts = left.min(limits::WAIT_SLICE);
            let slice = Slice {
                conditions: &conditions,
                growing: &growing,
                lasts,
                silence,
                answers,
            };
            match self.look(slice).await {
                Ok(Seen {
                    is: Some(is),
                    then,
                    asked_ms,
                    ..
                }) => {
                    self.note_reaction(asked_ms);
                    return Ok(Waited { is, then });
                }
                Ok(Seen {
                    still: Some(is),
                    answers: seen,
                    ..
                }) => {
                    if self.is_quiet().await? {
                        return Ok(Waited { is, then: None });
                    }
                    // Ask again when something was answered, or at the end of a slice.
                    answers = seen;
                    silence = limits::WAIT_SLICE;
                }
                Ok(Seen { hidden: true, .. }) => self.bring_to_front().await?,
                Ok(_) => {}
                // Another document now: look there.
                Err(error) if was_navigated_away(&error) => {}
                Err(error) => return Err(error),
            }
            if Instant::now() >= deadline {
                return Err(PageError::TimedOut(wanted(any_of)));
            }
        }
    }

    /// Waits until a list has more than `known` rows or another condition is true. If it grew it stands at its new end,
    /// and was read from `start`.
    pub(crate) async fn grow(
        self,
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
        let waited = self.any(&any_of, growing, timeout).await?;
        let Waited {
            is: 0,
            then: Some(done),
        } = waited
        else {
            return Ok(Growth::Other(waited.is.saturating_sub(1)));
        };
        let (position, table): (Option<Scrolled>, Table) =
            serde_json::from_str(&done).map_err(|error| PageError::Protocol(error.to_string()))?;
        let missing = || PageError::NoSuchElement(list.container.clone());
        Ok(Growth::Grew(position.ok_or_else(missing)?, table))
    }

    /// After a navigation nobody scrolled: what the page asks for then is no reaction.
    fn note_reaction(&mut self, asked_ms: Option<f64>) {
        if let Some(asked_ms) = asked_ms.filter(|_| self.acted_ms > 0.0) {
            let after = Duration::try_from_secs_f64((asked_ms - self.acted_ms) / 1000.0);
            self.requests.reactions.reacted(after.unwrap_or_default());
        }
    }

    /// A window that the portal opened may be in front (portal-facts §3.1); behind it nothing goes on.
    async fn bring_to_front(&mut self) -> Result<(), PageError> {
        let body = json!({ "cmd": "Page.bringToFront", "params": {} });
        let path = "goog/cdp/execute";
        self.commands
            .post("bring-to-front", path, body)
            .await
            .map(drop)
    }

    /// Whether the page really waits for nothing, by the driver's log.
    async fn is_quiet(&mut self) -> Result<bool, PageError> {
        let log = self.commands.log("requests", "performance").await?;
        self.requests.apply(&log, self.downloads);
        match self.requests.failed_since(self.acted_ms) {
            Some(failed) => Err(PageError::PortalFailed(failed)),
            None => Ok(self.requests.open() == 0),
        }
    }

    async fn look(&mut self, slice: Slice<'_>) -> Result<Seen, PageError> {
        let args = vec![
            slice.conditions.clone(),
            millis(slice.lasts).into(),
            self.acted_ms.into(),
            millis(slice.silence).into(),
            slice.answers.into(),
            slice.growing.clone(),
        ];
        let call = "gantry.wait(...arguments)";
        let seen = self
            .commands
            .call_async("wait", call, args, slice.lasts)
            .await?;
        serde_json::from_value(seen).map_err(|error| PageError::Protocol(error.to_string()))
    }
}

/// The conditions as `page.js` takes them: sites become origins.
fn in_page(any_of: &[Condition], sites: &Sites) -> Result<Value, PageError> {
    let conditions = any_of.iter().map(|condition| match condition {
        Condition::AtSite { site } => {
            Ok(json!({ "is": "at-site", "origin": sites.origin_text(site)? }))
        }
        other => Ok(json!(other)),
    });
    conditions
        .collect::<Result<Vec<_>, PageError>>()
        .map(Value::Array)
}

fn wanted(any_of: &[Condition]) -> String {
    let wanted = any_of
        .iter()
        .map(|condition| format!("{condition:?}"))
        .collect::<Vec<_>>();
    wanted.join(" or ")
}

fn millis(duration: Duration) -> u64 {
    u64::try_from(duration.as_millis()).unwrap_or(u64::MAX)
}
